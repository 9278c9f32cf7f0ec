import type { Endpoint } from '../endpoints/endpoint';
import type { Control } from '../jobs/control';
import { isTerminal, statusOf } from '../jobs/stages';
import type { JobState } from '../jobs/fold';
import type { JobStatus, RowCounts, RowsDefinition } from '../jobs/job';
import { Journal } from '../jobs/journal';
import type { JobEvent } from '../jobs/records';
import type { RowFates } from '../jobs/rowFates';
import {
  INVALID,
  IMPORTED,
  PENDING,
  REJECTED,
  RowVerdicts,
  UNCHANGED,
  UNKNOWN,
  UPDATED,
} from '../jobs/rowVerdicts';
import { ExpectedError } from '../message';
import type { Message } from '../message';
import type { RetryBudget } from './backOff';
import { findChanged } from './changedMeanwhile';
import { checkPass } from './checkPass';
import { systemClock } from './clock';
import type { Clock } from './clock';
import { JobLog, JobLost } from './jobLog';
import { FEW_TRIES, Patience, UNHEARD } from './patience';
import type { Resolver } from './resolve';
import { giveUpRequests, readFates, settleUncertain, standings } from './resume';
import { RowFeed } from './rowFeed';
import { readRowsDefinition } from './rowsDefinition';
import { Sender } from './sender';
import type { SendEnd } from './sender';
import { Settler, recordStop } from './settling';
import { ENGINE_VERSION } from './version';
import { openWorkplace } from './workplace';
import type { Workplace } from './workplace';

export interface RunParts {
  createEndpoint(definition: RowsDefinition): Endpoint;
  readonly control: Control;
  readonly clock?: Clock;
  readonly budget?: RetryBudget;
  /** Why the job can't even begin (signed out, for one); it fails with these words. */
  readonly refusal?: Message;
  readonly onRecord?: (event: JobEvent, state: JobState) => void;
  /** Told by the system's code that the journal can't be written, and with null when it can be again. */
  readonly onBlocked?: (code: string | null) => void;
  log(level: 'error' | 'warn' | 'info' | 'debug', text: string): void;
}

export interface RunSummary {
  readonly status: JobStatus;
  readonly counts: RowCounts;
  /** Milliseconds during which the journal was being written; reading ahead goes on meanwhile. */
  readonly journalMs: number;
}

/**
 * Runs one job of a folder to its end: checks all rows, plans, sends, and writes every verdict down. A job that was
 * interrupted while it was sending is taken up: what became of requests without an answer is found out where the
 * endpoint makes that certain, and the rows without a verdict are checked and sent. The caller owns the job and its
 * target's turn.
 *
 * Resolves when the journal has its DONE, or with the status as it stands when the folder is lost. Throws what keeps an
 * interrupted job from being taken up (`ExpectedError`); it is as it was then.
 */
export async function runJob(folder: string, parts: RunParts): Promise<RunSummary> {
  const clock = parts.clock ?? systemClock;
  const definition = await readRowsDefinition(folder);
  const journal = await Journal.open(folder, () => clock.now());
  const log = new JobLog(journal, parts.control, clock, {
    ...(parts.onRecord ? { onRecord: parts.onRecord } : {}),
    onBlocked: (code) => {
      if (code !== null)
        parts.log('warn', `${definition.id}: the journal can't be written (${code}); waiting`);
      parts.onBlocked?.(code);
    },
  });
  try {
    const run = new Run(folder, definition, log, clock, parts);
    if (log.state.stage === 'waiting' || log.state.stage === 'checking') await run.begin();
    else if (!isTerminal(log.state.stage)) await run.goOn();
  } catch (error) {
    if (!(error instanceof JobLost)) throw error;
    parts.log('warn', `${definition.id}: the job folder is lost or full; nothing more is sent`);
  } finally {
    await journal.close();
  }
  return { status: statusOf(journal.state.stage), counts: journal.state.counts, journalMs: journal.spent };
}

class Run {
  readonly #folder: string;
  readonly #definition: RowsDefinition;
  readonly #log: JobLog;
  readonly #clock: Clock;
  readonly #parts: RunParts;
  #verdicts = new RowVerdicts();
  #sending = false;

  constructor(folder: string, definition: RowsDefinition, log: JobLog, clock: Clock, parts: RunParts) {
    this.#folder = folder;
    this.#definition = definition;
    this.#log = log;
    this.#clock = clock;
    this.#parts = parts;
  }

  async begin(): Promise<void> {
    await this.#log.append({ type: 'OPEN', engine: ENGINE_VERSION });
    await this.#done(await this.#toEnd());
  }

  async #toEnd(): Promise<SendEnd> {
    try {
      if ((await this.#parts.control.look()) !== null) return this.#canceled();
      if (this.#parts.refusal) return { kind: 'failed', failure: this.#parts.refusal };
      return (await this.#checkAndSend(null)) ?? this.#canceled();
    } catch (error) {
      return this.#failed(error);
    }
  }

  /** Takes a job up that has sent something. Until it sends again, what goes wrong leaves it as it was. */
  async goOn(): Promise<void> {
    const { control, refusal } = this.#parts;
    if (refusal) throw new ExpectedError(refusal);
    await this.#log.append({ type: 'OPEN', engine: ENGINE_VERSION });
    await giveUpRequests(this.#log);
    const fates = await readFates(this.#folder);
    this.#verdicts = fates.verdicts;
    let end: SendEnd | null = null;
    try {
      await control.look();
      end = await this.#heard();
      // Asked while nothing was in flight: once more, for the rows that are uncertain alone.
      while (end === null) end = (await this.#checkAndSend(fates)) ?? (await this.#heard());
    } catch (error) {
      if (!this.#sending) throw error;
      end = this.#failed(error);
    }
    await this.#done(end);
  }

  /** Obeys what was asked of a job that is taken up, while nothing is in flight; null when it is to go on. */
  async #heard(): Promise<SendEnd | null> {
    const { asked } = this.#parts.control;
    if (asked !== null && this.#log.state.intents === 0) return this.#canceled();
    if (asked === 'lost') throw new JobLost();
    await recordStop(this.#log, this.#parts.control);
    return null;
  }

  #failed(error: unknown): SendEnd {
    if (error instanceof ExpectedError) return { kind: 'failed', failure: error.detail };
    if (error instanceof JobLost) throw error;
    this.#onBug(error);
    return { kind: 'failed', failure: unexpected(error) };
  }

  /** `fates`: of a job that is taken up. Null when something was asked before there was anything to send. */
  async #checkAndSend(fates: RowFates | null): Promise<SendEnd | null> {
    const { stopped } = this.#log.state;
    if (stopped && fates?.uncertain.length === 0) return { kind: 'stopped' };
    const endpoint = this.#parts.createEndpoint(this.#definition);
    const patience = this.#patienceWith(endpoint, stopped);
    const tries = stopped ? FEW_TRIES : undefined;
    const work = await openWorkplace(this.#folder, this.#definition, endpoint, patience, tries);
    if (work === null) return null;
    const settler = this.#settlerOf(work, endpoint);
    if (stopped && !settler.able) return { kind: 'stopped' };
    const resolver = work.resolver(
      fates ? standings(fates, { canSettle: settler.able, stopped }) : undefined,
    );
    const done = await checkPass({
      ...{ table: work.table, mapper: work.mapper(), resolver, verdicts: this.#verdicts },
      ...{ log: this.#log, clock: this.#clock, control: stopped ? UNHEARD : this.#parts.control },
    });
    if (!done) return null;
    if (fates === null) await this.#plan(resolver);
    else await settleUncertain(fates, resolver.lost, { log: this.#log, settler, layout: work.layout });
    if (this.#log.state.stopped) return { kind: 'stopped' };
    return this.#send(work, endpoint, resolver, settler, fates);
  }

  async #plan({ notes }: Resolver): Promise<void> {
    const { total } = this.#verdicts;
    if (total === 0) throw new ExpectedError({ code: 'job.noRows' });
    const { invalid, unchanged } = this.#log.state.counts;
    for (const { code } of notes) this.#parts.log('warn', `${this.#definition.id}: ${code}`);
    await this.#log.append({
      type: 'PLAN',
      total,
      invalid,
      ...(unchanged > 0 ? { unchanged } : {}),
      ...(notes.length > 0 ? { notes } : {}),
    });
  }

  async #send(
    { schema, layout, table, writer, mapper, find }: Workplace,
    { keysPerRead }: Endpoint,
    { resolutions }: Resolver,
    settler: Settler,
    fates: RowFates | null,
  ): Promise<SendEnd> {
    this.#sending = true;
    const { control, budget } = this.#parts;
    const { limits } = writer;
    const feed = new RowFeed({
      table,
      mapper: mapper(),
      layout,
      verdicts: this.#verdicts,
      resolutions,
      schema,
      oneKind: limits.oneKindPerRequest === true,
      smallBatch: limits.rowsPerSmallRequest,
    });
    try {
      return await new Sender({
        writer,
        layout,
        feed,
        log: this.#log,
        control,
        clock: this.#clock,
        verdicts: this.#verdicts,
        settler,
        ...(fates ? { lost: fates.everLost } : {}),
        ...(budget ? { budget } : {}),
        changedMeanwhile: (records) => findChanged({ schema, layout, keysPerRead, find }, records),
        onBug: (error) => this.#onBug(error),
      }).run();
    } finally {
      await feed.close();
    }
  }

  #settlerOf({ writer }: Workplace, endpoint: Endpoint): Settler {
    const { control, budget } = this.#parts;
    return new Settler({
      writer,
      endpoint,
      log: this.#log,
      control,
      clock: this.#clock,
      ...(budget ? { budget } : {}),
      onTrouble: ({ detail }) => this.#warn(`${detail.code} while rows without an answer were looked for`),
    });
  }

  /** `stopped`: what is asked has been heard. */
  #patienceWith(endpoint: Endpoint, stopped: boolean): Patience {
    const { control, budget } = this.#parts;
    return new Patience(endpoint, stopped ? UNHEARD : control, this.#clock, {
      ...(budget ? { budget } : {}),
      onWait: ({ detail }, ms) => this.#warn(`${detail.code} while reading; asked again in ${ms} ms`),
    });
  }

  #canceled(): SendEnd {
    if (this.#parts.control.asked === 'lost') throw new JobLost();
    return { kind: 'canceled' };
  }

  async #done(end: SendEnd): Promise<void> {
    const rows = this.#verdicts.rangesOf(PENDING);
    const planned = this.#log.state.counts.total !== null && rows.length > 0;
    await this.#log.appendDurable({
      type: 'DONE',
      status: STATUS_OF_END[end.kind],
      failures: end.kind === 'failed' ? [end.failure] : [],
      unprocessed: planned ? [{ rows, reason: { code: REASON_OF_END[end.kind] } }] : [],
    });
    if (this.#log.state.counts.total !== null) this.#assertSameTally();
  }

  /** What was kept in memory row by row and what the journal adds up must be the same. */
  #assertSameTally(): void {
    const { counts } = this.#log.state;
    const pairs = [
      [INVALID, counts.invalid],
      [IMPORTED, counts.imported],
      [UPDATED, counts.updated],
      [UNCHANGED, counts.unchanged],
      [REJECTED, counts.rejected],
      [PENDING, counts.unprocessed],
      [UNKNOWN, counts.unknown],
    ] as const;
    for (const [verdict, count] of pairs) {
      if (this.#verdicts.count(verdict) !== count)
        throw new Error(`verdict ${verdict}: journal says ${count}`);
    }
  }

  #warn(text: string): void {
    this.#parts.log('warn', `${this.#definition.id}: ${text}`);
  }

  #onBug(error: unknown): void {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#parts.log('error', `${this.#definition.id}: ${text}`);
  }
}

const STATUS_OF_END = {
  allSent: 'completed',
  stopped: 'completed',
  failed: 'failed',
  canceled: 'canceled',
} as const satisfies Record<SendEnd['kind'], string>;

const REASON_OF_END = {
  allSent: 'job.notSent',
  stopped: 'job.stopped',
  failed: 'job.notSent',
  canceled: 'job.canceled',
} as const satisfies Record<SendEnd['kind'], string>;

function unexpected(error: unknown): Message {
  return { code: 'job.unexpected', args: { detail: error instanceof Error ? error.name : 'unknown' } };
}
