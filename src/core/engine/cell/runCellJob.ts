import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { CellContents, CellSnapshots } from '../../endpoints/cellSnapshots';
import type { Endpoint } from '../../endpoints/endpoint';
import { uploadLeft } from '../../jobs/cellProgress';
import { thisHost } from '../../jobs/host';
import { isCellImport } from '../../jobs/job';
import type { CellDefinition } from '../../jobs/job';
import { inputPath, readDefinition } from '../../jobs/jobFolder';
import { ExpectedError } from '../../message';
import type { Message } from '../../message';
import { RETRY_BUDGET } from '../backOff';
import { systemClock } from '../clock';
import type { Clock } from '../clock';
import { JobLost } from '../jobLog';
import type { JobLog } from '../jobLog';
import { Patience } from '../patience';
import { runInJournal } from '../runInJournal';
import type { RunSummary } from '../runInJournal';
import type { RunParts } from '../runJob';
import { ENGINE_VERSION } from '../version';
import { assertWanted, Withdrawn } from './cellContext';
import type { CellContext } from './cellContext';
import { checkSnapshot } from './checkSnapshot';
import { compareContents } from './compareContents';
import { exportFirst } from './exportFirst';
import { RunFollower } from './followRun';
import type { FollowedRun, RunEnd } from './followedRun';
import { readBefore, startRun } from './startRun';
import { provideSnapshot, removeUpload } from './upload';

export interface CellRunParts extends Omit<RunParts, 'createEndpoint'> {
  createEndpoint(definition: CellDefinition): Endpoint;
}

type CellEnd =
  | { readonly kind: 'completed'; readonly notes: readonly Message[] }
  | { readonly kind: 'failed'; readonly failures: readonly Message[]; readonly notes?: readonly Message[] }
  | { readonly kind: 'canceled'; readonly notes?: readonly Message[] };

const CHECK_RECORD_MS = 500;

/**
 * Runs a cell's import from where it stands to its end: checks the snapshot, exports the cell first where that is wanted,
 * uploads, has the server start the run once, follows it, and compares the contents. Until the order to start is written
 * down it can be canceled, and begins anew after a crash; from then on it is only followed. The caller owns the job and
 * the cell's turn. Resolves when the journal has its DONE, or with the status as it stands when the folder is lost or the
 * run can't be followed for want of a sign-in.
 */
export async function runCellJob(folder: string, parts: CellRunParts): Promise<RunSummary> {
  const clock = parts.clock ?? systemClock;
  const definition = await readDefinition(folder);
  if (!isCellImport(definition)) throw new TypeError(`${definition.id} imports rows`);
  return runInJournal(
    folder,
    definition.id,
    { ...parts, clock, lost: 'the cell is not watched any more' },
    (log) => new CellRun(folder, definition, log, clock, parts).run(),
  );
}

class CellRun {
  readonly #folder: string;
  readonly #definition: CellDefinition;
  readonly #log: JobLog;
  readonly #clock: Clock;
  readonly #parts: CellRunParts;
  #expected: Promise<CellContents | null> | undefined;

  constructor(folder: string, definition: CellDefinition, log: JobLog, clock: Clock, parts: CellRunParts) {
    this.#folder = folder;
    this.#definition = definition;
    this.#log = log;
    this.#clock = clock;
    this.#parts = parts;
  }

  async run(): Promise<void> {
    await this.#log.append({ type: 'OPEN', engine: ENGINE_VERSION, host: thisHost() });
    const { refusal } = this.#parts;
    if (refusal && this.#runs()) {
      // The server goes on: to end the job would say something that nobody knows.
      const { percent = null } = this.#log.state.cell ?? {};
      await this.#log.appendDurable({ type: 'RUN', percent, notKnown: refusal });
      return;
    }
    const end = await this.#toEnd();
    const { notes = [] } = end;
    await this.#log.appendDurable({
      type: 'DONE',
      status: end.kind,
      failures: end.kind === 'failed' ? end.failures : [],
      unprocessed: [],
      ...(notes.length > 0 ? { notes } : {}),
    });
  }

  async #toEnd(): Promise<CellEnd> {
    const { refusal, control } = this.#parts;
    let context: CellContext | null = null;
    try {
      if (!this.#runs()) {
        const isCanceled = (await control.look()) !== null;
        if (isCanceled && (refusal || this.#log.state.cell === null)) return this.#canceled();
        if (refusal)
          return { kind: 'failed', failures: [refusal, UNTOUCHED], notes: uploadLeft(this.#log.state.cell) };
      }
      context = this.#context();
      return await this.#importAndFollow(context);
    } catch (error) {
      if (error instanceof JobLost) throw error;
      // A cell whose run was ordered may be anything: to tell more takes another look at it.
      if (this.#runs()) return { kind: 'failed', failures: [this.#told(error)] };
      const notes = context === null ? [] : await removeUpload(context);
      if (error instanceof Withdrawn) return { kind: 'canceled', notes };
      return { kind: 'failed', failures: [this.#told(error), UNTOUCHED], notes };
    }
  }

  /** The order to start may have left, or somebody else's has. */
  #runs(): boolean {
    return this.#log.state.stage === 'running';
  }

  #canceled(): CellEnd {
    if (this.#parts.control.asked === 'lost') throw new JobLost();
    return { kind: 'canceled', notes: uploadLeft(this.#log.state.cell) };
  }

  #context(): CellContext {
    const { control, budget = RETRY_BUDGET, log: write } = this.#parts;
    const endpoint = this.#parts.createEndpoint(this.#definition);
    if (!endpoint.cell) throw new ExpectedError({ code: 'job.cell.noCell' });
    const { id } = this.#definition;
    return {
      folder: this.#folder,
      definition: this.#definition,
      cell: endpoint.cell,
      log: this.#log,
      control,
      clock: this.#clock,
      budget,
      patience: new Patience(endpoint, control, this.#clock, {
        budget,
        onWait: ({ detail }, ms) => write('warn', `${id}: ${detail.code}; asked again in ${ms} ms`),
      }),
      say: (level, text) => write(level, `${id}: ${text}`),
    };
  }

  async #importAndFollow(context: CellContext): Promise<CellEnd> {
    const { source } = this.#definition;
    if (source.origin === 'foreign') {
      if (!this.#runs()) {
        await assertWanted(context);
        await this.#log.append({ type: 'RUN', percent: null, startedAt: source.startedAt });
      }
    } else if (!this.#runs()) {
      await this.#prepareAndStart(context);
    } else if (this.#log.state.cell?.start === 'asked') {
      // The order was about to leave when its process ended: it may have.
      await this.#log.appendDurable({
        type: 'STARTED',
        answer: 'lost',
        message: { code: 'job.cell.lostWithProcess' },
      });
    }
    const end = await this.#follow(context.cell);
    return this.#conclude(context.cell, end);
  }

  async #prepareAndStart(context: CellContext): Promise<void> {
    const expected = await this.#expectedContents();
    await assertWanted(context);
    const before = await readBefore(context);
    const { source, exportFirst: wished } = this.#definition;
    if (before.failed && (source.origin === 'file' || wished)) {
      throw new ExpectedError({ code: 'job.cell.failedBefore' });
    }
    await exportFirst(context);
    const snapshot = await provideSnapshot(context, before.failed);
    if (this.#log.state.stage !== 'preparing') {
      await this.#log.append({ type: 'STEP', step: 'starting', percent: null });
    }
    await startRun(context, snapshot, expected);
  }

  /** What the snapshot holds, by a check of it; null where it is not on this machine. */
  #expectedContents(): Promise<CellContents | null> {
    return (this.#expected ??= this.#checkInput());
  }

  async #checkInput(): Promise<CellContents | null> {
    const { source } = this.#definition;
    if (source.origin !== 'file') return null;
    const input = inputPath(this.#folder);
    if ((await stat(input).catch(() => null))?.size !== source.size) {
      throw new ExpectedError({ code: 'job.inputChanged' });
    }
    let marked = this.#clock.monotonic();
    let told: Promise<void> = Promise.resolve();
    const { contents } = await checkSnapshot(input, (lines) => {
      if (this.#log.state.stage !== 'checking' || this.#clock.monotonic() - marked < CHECK_RECORD_MS) return;
      marked = this.#clock.monotonic();
      told = told.then(() => this.#log.append({ type: 'CHECK', rows: lines }));
      told.catch(() => undefined);
    });
    await told;
    return contents;
  }

  #follow(cell: CellSnapshots): Promise<RunEnd> {
    const { control } = this.#parts;
    return new RunFollower(this.#followedRun(), {
      cell,
      clock: this.#clock,
      expected: () => this.#expectedContents(),
      tell: (news) => this.#log.append({ type: 'RUN', ...news }),
      assertThere: async () => {
        // To cancel or stop is too late, whoever asks for it.
        if ((await control.look()) === 'lost') throw new JobLost();
      },
    }).toEnd();
  }

  #followedRun(): FollowedRun {
    const { source } = this.#definition;
    const { cell } = this.#log.state;
    const { snapshot, ...before } = cell?.asked ?? {
      snapshot: source.snapshot,
      after: null,
      failedBefore: false,
      otherBefore: false,
    };
    return {
      snapshot,
      ...before,
      start: source.origin === 'foreign' ? 'foreign' : cell?.start === 'accepted' ? 'accepted' : 'lost',
      startedAt: cell?.startedAt ?? null,
      locked: cell?.locked ?? false,
      percent: cell?.percent ?? null,
    };
  }

  async #conclude(cell: CellSnapshots, end: RunEnd): Promise<CellEnd> {
    switch (end.kind) {
      case 'uncertain':
        return { kind: 'failed', failures: [end.message] };
      case 'failed':
        return { kind: 'failed', failures: [end.message, incomplete(end.percent), ...this.#waysBack()] };
      case 'ended':
        return this.#compared(cell, end);
    }
  }

  async #compared(cell: CellSnapshots, end: RunEnd & { readonly kind: 'ended' }): Promise<CellEnd> {
    const { signedOut, interrupted } = end;
    // A server that was restarted in mid-run shows the same as one whose run has ended well.
    if (signedOut && interrupted) return { kind: 'failed', failures: [END_UNSEEN] };
    if (signedOut) return { kind: 'completed', notes: [{ code: 'job.cell.noteSignInGone' }] };
    const isForeign = this.#definition.source.origin === 'foreign';
    if (isForeign && !interrupted) return { kind: 'completed', notes: [] };
    await this.#log.append({ type: 'STEP', step: 'verifying', percent: null });
    const expected =
      (await orNull(this.#expectedContents())) ??
      (interrupted ? await orNull(this.#contentsOfStored(cell)) : null);
    const { notes, cutOff, isWhole } = await compareContents(cell, this.#clock, expected, interrupted);
    if (cutOff !== null) return { kind: 'failed', failures: [cutOff, ...this.#waysBack()] };
    if (interrupted && !isWhole) return { kind: 'failed', failures: [END_UNSEEN, ...notes] };
    return { kind: 'completed', notes };
  }

  /** By a copy of the snapshot that is in the cell. */
  async #contentsOfStored(cell: CellSnapshots): Promise<CellContents> {
    const copy = path.join(this.#folder, 'stored.zip');
    try {
      await rm(copy, { force: true });
      await cell.download(this.#followedRun().snapshot, copy, () => undefined);
      return (await checkSnapshot(copy)).contents;
    } finally {
      await rm(copy, { force: true });
    }
  }

  /** How a cell that is incomplete is brought back. */
  #waysBack(): readonly Message[] {
    const exported = this.#log.state.cell?.exported;
    const first = exported
      ? { code: 'job.cell.recoverExported', args: { name: exported.name, path: exported.path } }
      : { code: 'job.cell.recoverStored' };
    return [first, { code: 'job.cell.recoverAnew' }];
  }

  #told(error: unknown): Message {
    if (error instanceof ExpectedError) return error.detail;
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#parts.log('error', `${this.#definition.id}: ${text}`);
    return { code: 'job.unexpected', args: { detail: error instanceof Error ? error.name : 'unknown' } };
  }
}

const UNTOUCHED: Message = { code: 'job.cell.untouched' };
const END_UNSEEN: Message = { code: 'job.cell.endUnseen' };

/** Null for what is expected to fail at times. */
async function orNull<T>(work: Promise<T>): Promise<T | null> {
  return work.catch((error: unknown) => {
    if (error instanceof ExpectedError) return null;
    throw error;
  });
}

function incomplete(percent: number | null): Message {
  return percent === null
    ? { code: 'job.cell.incomplete' }
    : { code: 'job.cell.incompleteAt', args: { percent } };
}
