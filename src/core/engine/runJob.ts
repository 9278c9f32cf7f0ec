import type { Endpoint } from '../endpoints/endpoint';
import type { Control } from '../jobs/control';
import type { JobState } from '../jobs/fold';
import { thisHost } from '../jobs/host';
import type { Guarantee, RowsDefinition } from '../jobs/job';
import type { JobEvent, Twin } from '../jobs/records';
import type { RowFates } from '../jobs/rowFates';
import { PENDING, RowVerdicts } from '../jobs/rowVerdicts';
import { ExpectedError } from '../message';
import type { Message } from '../message';
import type { RetryBudget } from './backOff';
import { checkPass } from './checkPass';
import type { ClaimedIds } from './claimedIds';
import { systemClock } from './clock';
import type { Clock } from './clock';
import { carryOutDecisions, questionOf } from './deciding';
import { guaranteeOfOld } from './guarantee';
import { JobLost } from './jobLog';
import type { JobLog } from './jobLog';
import type { Asking } from './lookBack';
import { FEW_TRIES, Patience, UNHEARD } from './patience';
import type { Resolver } from './resolve';
import {
  giveUpRequests,
  readDetails,
  readFates,
  settleUncertain,
  standings,
  teachLookBack,
  watchedRows,
} from './resume';
import { readRowsDefinition } from './rowsDefinition';
import { chooseGuarantee, safeguardsFor } from './safeguards';
import type { Safeguards } from './safeguards';
import { runInJournal } from './runInJournal';
import type { RunSummary } from './runInJournal';
import { sendRows } from './sendRows';
import type { SendEnd } from './sender';
import { recordStop } from './settling';
import { assertSameTally } from './tally';
import { ENGINE_VERSION } from './version';
import { openWorkplace, requireAsSubmitted } from './workplace';
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
  return runInJournal(
    folder,
    definition.id,
    { ...parts, clock, lost: 'nothing more is sent' },
    async (log) => {
      const run = new Run(folder, definition, log, clock, parts);
      if (log.state.stage === 'waiting' || log.state.stage === 'checking') await run.begin();
      else await run.goOn();
    },
  );
}

class Run {
  readonly #folder: string;
  readonly #definition: RowsDefinition;
  readonly #log: JobLog;
  readonly #clock: Clock;
  readonly #parts: RunParts;
  #verdicts = new RowVerdicts();
  #sending = false;
  /** Of a job that is taken up. */
  #fates: RowFates | null = null;
  #candidates: ReadonlyMap<number, readonly string[]> = new Map();
  #twins: readonly Twin[] = [];

  constructor(folder: string, definition: RowsDefinition, log: JobLog, clock: Clock, parts: RunParts) {
    this.#folder = folder;
    this.#definition = definition;
    this.#log = log;
    this.#clock = clock;
    this.#parts = parts;
  }

  async begin(): Promise<void> {
    await this.#open();
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
    const { control } = this.#parts;
    const mayWait = this.#log.state.stage === 'deciding';
    if (!mayWait) {
      this.#refuse();
      await requireAsSubmitted(this.#folder, this.#definition.source);
    }
    await this.#open();
    await giveUpRequests(this.#log);
    const fates = await readFates(this.#folder);
    this.#fates = fates;
    this.#verdicts = fates.verdicts;
    await control.look();
    let end = mayWait ? await this.#decided(fates) : await this.#heard();
    if (end === 'waits') return;
    try {
      // Asked while nothing was in flight: once more, for the rows that are uncertain alone.
      while (end === null) end = (await this.#checkAndSend(fates)) ?? (await this.#heard());
    } catch (error) {
      if (!this.#sending) throw error;
      end = this.#failed(error);
    }
    await this.#done(end);
  }

  /** What people have said of uncertain rows is done; `waits`: more has to be said. Null when there is more to do. */
  async #decided(fates: RowFates): Promise<SendEnd | 'waits' | null> {
    await carryOutDecisions(this.#folder, this.#definition, fates, this.#log);
    const end = await this.#heard();
    const { counts, undecided, stopped } = this.#log.state;
    if (end !== null) return end;
    if (stopped) return { kind: 'stopped' };
    if (counts.pending > 0) {
      this.#refuse();
      return null;
    }
    if (undecided > 0) return 'waits';
    return this.#lookForTwins(fates);
  }

  /** A last look where one can be taken; the job ends without it, too. */
  async #lookForTwins(fates: RowFates): Promise<SendEnd | null> {
    if (fates.lostRequests.length === 0 || this.#parts.refusal) return { kind: 'allSent' };
    try {
      return await this.#checkAndSend(fates);
    } catch (error) {
      if (!(error instanceof ExpectedError)) throw error;
      this.#warn(`${error.detail.code} while records were looked for that came to be twice`);
      return { kind: 'allSent' };
    }
  }

  async #open(): Promise<void> {
    await this.#log.append({ type: 'OPEN', engine: ENGINE_VERSION, host: thisHost() });
  }

  #refuse(): void {
    const { refusal } = this.#parts;
    if (refusal) throw new ExpectedError(refusal);
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
    if (stopped && fates?.everLost.size === 0) return { kind: 'stopped' };
    const endpoint = this.#parts.createEndpoint(this.#definition);
    const patience = this.#patienceWith(endpoint, stopped);
    const tries = stopped ? FEW_TRIES : undefined;
    const work = await openWorkplace(this.#folder, this.#definition, endpoint, patience, tries);
    if (work === null) return null;
    return fates === null
      ? this.#checkFirst(work, endpoint, patience)
      : this.#checkAgain(work, endpoint, patience, fates);
  }

  async #checkFirst(work: Workplace, endpoint: Endpoint, patience: Patience): Promise<SendEnd | null> {
    const resolver = work.resolver();
    if (!(await this.#check(work, resolver))) return null;
    if (this.#verdicts.total === 0) throw new ExpectedError({ code: 'job.noRows' });
    const ask: Asking = (question) => patience.ask(question);
    const guarantee = await chooseGuarantee(this.#definition, work, resolver, endpoint, ask);
    if (guarantee === null) return null;
    await this.#plan(resolver, guarantee);
    return this.#send(work, resolver, this.#safeguards(guarantee, work, endpoint), patience, null);
  }

  async #checkAgain(
    work: Workplace,
    endpoint: Endpoint,
    patience: Patience,
    fates: RowFates,
  ): Promise<SendEnd | null> {
    const { stopped } = this.#log.state;
    const { target, plan } = this.#definition;
    const guarantee = this.#log.state.guarantee ?? guaranteeOfOld(target.system, plan.mode);
    const lost = guarantee === 'readBack' ? fates.everLost : fates.lostUpdates;
    const { befores, claimed } = await readDetails(this.#folder, lost);
    const safeguards = this.#safeguards(guarantee, work, endpoint, claimed);
    const { settler, lookBack } = safeguards;
    if (stopped && !settler.able) return { kind: 'stopped' };
    const watched = lookBack ? watchedRows(fates) : null;
    const resolver = work.resolver({
      standingOf: standings(fates, { canSettle: settler.able, stopped, mayComeLate: settler.protectsEach }),
      beforeOf: (row) => befores.get(row),
      ...(watched ? { isWatched: ({ row }) => watched.has(row) } : {}),
    });
    if (!(await this.#check(work, resolver))) return null;
    if (lookBack) teachLookBack(lookBack, fates, resolver.watched);
    await settleUncertain(fates, resolver.lost, { log: this.#log, settler, layout: work.layout });
    if (this.#log.state.stopped) return { kind: 'stopped' };
    return this.#send(work, resolver, safeguards, patience, fates);
  }

  /** False when something was asked of the job meanwhile. */
  #check(work: Workplace, resolver: Resolver): Promise<boolean> {
    return checkPass({
      ...{ table: work.table, mapper: work.mapper(), resolver, verdicts: this.#verdicts },
      ...{ log: this.#log, clock: this.#clock },
      control: this.#log.state.stopped ? UNHEARD : this.#parts.control,
    });
  }

  async #plan({ notes }: Resolver, guarantee: Guarantee): Promise<void> {
    const { invalid, unchanged } = this.#log.state.counts;
    for (const { code } of notes) this.#parts.log('warn', `${this.#definition.id}: ${code}`);
    await this.#log.append({
      type: 'PLAN',
      total: this.#verdicts.total,
      invalid,
      ...(unchanged > 0 ? { unchanged } : {}),
      ...(notes.length > 0 ? { notes } : {}),
      guarantee,
    });
  }

  /** Null when something was asked before the first request. */
  async #send(
    work: Workplace,
    { resolutions }: Resolver,
    safeguards: Safeguards,
    patience: Patience,
    fates: RowFates | null,
  ): Promise<SendEnd | null> {
    const { control, budget } = this.#parts;
    const { lookBack, settler } = safeguards;
    if (lookBack && !(await lookBack.begin((question) => patience.ask(question)))) return null;
    this.#sending = true;
    const end = await sendRows({
      ...{ work, resolutions, safeguards, control },
      ...{ log: this.#log, clock: this.#clock, verdicts: this.#verdicts },
      ...(fates ? { lost: fates.everLost } : {}),
      ...(budget ? { budget } : {}),
      onBug: (error) => this.#onBug(error),
    }).catch((error: unknown) => this.#failed(error));
    // Nothing more is sent: what lost requests may still have done is looked for.
    if (end.kind !== 'allSent') await settler.lastLook(this.#verdicts, work.layout);
    this.#candidates = settler.candidates;
    if (end.kind !== 'failed' && this.#question(end) === null) this.#twins = await settler.twins();
    return end;
  }

  #safeguards(guarantee: Guarantee, work: Workplace, endpoint: Endpoint, claimed?: ClaimedIds): Safeguards {
    const { control, budget } = this.#parts;
    return safeguardsFor({
      ...{ guarantee, endpoint, control, definition: this.#definition },
      ...{ schema: work.schema, layout: work.layout, writer: work.writer(guarantee) },
      ...{ log: this.#log, clock: this.#clock },
      ...(claimed ? { claimed } : {}),
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

  /** What a person has to be asked now that nothing is left to send; null when nothing. */
  #question({ kind }: SendEnd): ReturnType<typeof questionOf> {
    if (kind !== 'allSent' || this.#log.state.stopped) return null;
    const { left = new Set<number>(), candidates = [] } = this.#fates ?? {};
    return questionOf({ verdicts: this.#verdicts, left, candidates }, this.#candidates);
  }

  async #done(end: SendEnd): Promise<void> {
    const question = this.#question(end);
    if (question !== null) {
      // Answers of before are still waited for when nothing was sent since.
      if (this.#log.state.stage !== 'deciding') await this.#log.appendDurable(question);
      assertSameTally(this.#verdicts, this.#log.state.counts);
      return;
    }
    const rows = this.#verdicts.rangesOf(PENDING);
    const planned = this.#log.state.counts.total !== null && rows.length > 0;
    await this.#log.appendDurable({
      type: 'DONE',
      status: STATUS_OF_END[end.kind],
      failures: end.kind === 'failed' ? [end.failure] : [],
      unprocessed: planned ? [{ rows, reason: { code: REASON_OF_END[end.kind] } }] : [],
      ...(this.#twins.length > 0
        ? { twins: this.#twins, notes: [{ code: 'job.twins', args: { count: this.#twins.length } }] }
        : {}),
    });
    if (this.#log.state.counts.total !== null) assertSameTally(this.#verdicts, this.#log.state.counts);
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
