import type { Endpoint, RecordResult, TargetWriter } from '../endpoints/endpoint';
import type { Control } from '../jobs/control';
import type { Guarantee } from '../jobs/job';
import { LATE_ONES } from '../jobs/records';
import type { Twin } from '../jobs/records';
import { PENDING } from '../jobs/rowVerdicts';
import type { RowVerdicts } from '../jobs/rowVerdicts';
import type { RecordLayout } from '../mapping/layout';
import type { ImportRecord } from '../mapping/record';
import { ExpectedError } from '../message';
import type { Message } from '../message';
import type { RetryBudget } from './backOff';
import type { Clock } from './clock';
import { protectsEachRow } from './guarantee';
import { JobLost } from './jobLog';
import type { JobLog } from './jobLog';
import type { LookBack } from './lookBack';
import { FEW_TRIES, Patience, UNHEARD } from './patience';
import { decidedRows, markRows, rangesOf, sortRecords } from './perRecord';
import { sleepUnlessAsked } from './waiting';

export interface SettlerParts {
  readonly writer: TargetWriter;
  readonly endpoint: Pick<Endpoint, 'natureOf'>;
  readonly log: JobLog;
  readonly control: Control;
  readonly clock: Clock;
  readonly guarantee: Guarantee;
  /** The server keeps what has reached it within so many milliseconds or never. */
  readonly settleMs: number;
  /** Finds records by what they hold, where nothing else tells. */
  readonly lookBack?: LookBack;
  readonly budget?: RetryBudget;
  /** Told why nothing can be found out. */
  readonly onTrouble?: (error: ExpectedError) => void;
}

type Records = readonly ImportRecord[];

/** Finds out what became of records whose request was not answered, where the endpoint makes that certain. */
export class Settler {
  readonly #parts: SettlerParts;
  readonly #patience: Patience;
  /** Once the job is to stop: nobody should wait for long. */
  readonly #lastPatience: Patience;
  /** How many requests had left when all that might come of them was waited for. */
  #waitedAfter: number | null = null;
  /** Records that were not found, and go again; a late copy of their request may still be kept. */
  #sentAgain: { readonly batch: number; readonly records: Records }[] = [];

  constructor(parts: SettlerParts) {
    const { endpoint, control, clock, budget } = parts;
    this.#parts = parts;
    // While there is no network nothing can be sent either: rows that stay uncertain cost more than the wait.
    const options = { networkTries: Infinity, ...(budget ? { budget } : {}) };
    this.#patience = new Patience(endpoint, control, clock, options);
    this.#lastPatience = new Patience(endpoint, UNHEARD, clock, options);
  }

  /** Whether anything can be found out at all. */
  get able(): boolean {
    const { guarantee, writer, lookBack } = this.#parts;
    return guarantee !== 'none' && (writer.settle !== undefined || lookBack !== undefined);
  }

  /** Whether each record is safe for itself, so that those of a lost request may go again in other company. */
  get protectsEach(): boolean {
    return protectsEachRow(this.#parts.guarantee);
  }

  /** Records that rows may have become of which nothing certain was found, by ordinal of the row. */
  get candidates(): ReadonlyMap<number, readonly string[]> {
    return this.#parts.lookBack?.candidates ?? new Map<number, readonly string[]>();
  }

  /**
   * What became of the records of a lost request, `because`: a result for each, in order; null when nothing can be found
   * out, for good or for now. A stop is written down at once; the records are then still looked for: they were sent
   * before it. `highWater`: the highest id there was before the request; of the last one, when absent.
   */
  async find(
    batch: number,
    records: Records,
    because: Message,
    highWater?: string,
  ): Promise<readonly RecordResult[] | null> {
    if (!this.able) return null;
    const results = await this.#look(records);
    if (results?.every(({ kind }) => kind !== 'unknown') === true) {
      // The ledger lets no late copy in.
      const mayComeLate = this.#parts.guarantee !== 'ledger';
      if (mayComeLate && results.some(({ kind }) => kind === 'again')) this.#noteAgain(batch, records);
      const kept = results.flatMap((result) => (result.kind === 'committed' ? [result.id] : []));
      this.#parts.lookBack?.claim(kept);
      return results;
    }
    return (await this.#lookBackFor(records, because, highWater)) ?? results;
  }

  /**
   * What records have left that the endpoint says are there already: a result for each, in order; null when that can't be
   * told for certain, for good or for now.
   */
  async lookFor(records: Records): Promise<readonly RecordResult[] | null> {
    const results = this.able ? await this.#look(records) : null;
    return results?.every(({ kind }) => kind !== 'unknown') === true ? results : null;
  }

  /**
   * At the end of a job that sends nothing more: looks once more for records that were to be sent again, after all that
   * may still come of their lost request has come, and writes down what is there. What can't be looked at is uncertain.
   */
  async lastLook(verdicts: RowVerdicts, layout: RecordLayout): Promise<void> {
    const { log } = this.#parts;
    const open = this.#sentAgain.flatMap(({ batch, records }) => {
      const left = records.filter(({ row }) => verdicts.get(row) === PENDING);
      return left.length > 0 ? [{ batch, records: left }] : [];
    });
    this.#sentAgain = [];
    if (open.length === 0) return;
    await this.waitForLateOnes();
    const seen = new Set<number>();
    for (const { batch, records } of open.reverse()) {
      const own = records.filter(({ row }) => !seen.has(row));
      for (const { row } of own) seen.add(row);
      const results = own.length === 0 ? [] : await this.#look(own);
      const sorted = sortRecords(
        own,
        own.map((_, at): RecordResult => results?.[at] ?? UNSEEN),
        layout,
      );
      const found = { ...sorted, rejected: [], again: [] };
      if (found.committed.length + found.unknown.length === 0) continue;
      await log.append({
        type: 'SETTLE',
        batch,
        ...decidedRows(found),
        late: { unknown: rangesOf(found.unknown) },
      });
      markRows(verdicts, found);
    }
  }

  /** Records that came to be twice, as far as anybody can tell; `[]` when nothing can be told. */
  async twins(): Promise<readonly Twin[]> {
    const { lookBack, settleMs } = this.#parts;
    if (lookBack === undefined) return [];
    const since = lookBack.sinceLastRequest;
    // What was delivered twice came with its first copy; what was lost may still come.
    if (since !== null) await this.#waitOut(settleMs - since);
    try {
      return await lookBack.twins((question) => this.#lastPatience.ask(question, FEW_TRIES));
    } catch (error) {
      this.#tell(error);
      return [];
    }
  }

  /** Waits until all that may still come of requests that were lost has come. A stop is written down at once. */
  waitForLateOnes(): Promise<void> {
    return this.#waitOut(this.#parts.settleMs);
  }

  /** A result for each record, in order; null when nothing can be found out, for good or for now. */
  async #look(records: Records): Promise<readonly RecordResult[] | null> {
    const { writer } = this.#parts;
    if (writer.settle === undefined) return null;
    const settle = async (signal: AbortSignal): Promise<readonly RecordResult[]> => {
      const results = await writer.settle?.(records, signal);
      if (results?.length !== records.length) throw new RangeError('not every record was looked for');
      return results;
    };
    try {
      return await this.#ask(settle);
    } catch (error) {
      this.#tell(error);
      return null;
    }
  }

  async #lookBackFor(
    records: Records,
    because: Message,
    highWater: string | undefined,
  ): Promise<readonly RecordResult[] | null> {
    const { lookBack } = this.#parts;
    if (lookBack === undefined) return null;
    // What was sent before the last such wait has come, or never will.
    if (this.#waitedAfter !== lookBack.requests) await this.waitForLateOnes();
    this.#waitedAfter = lookBack.requests;
    try {
      return await lookBack.find((question) => this.#ask(question), records, because, highWater);
    } catch (error) {
      this.#tell(error);
      return null;
    }
  }

  /** What is asked of the job is heard; after a stop the question is asked a few times more. */
  async #ask<T>(question: (signal: AbortSignal) => Promise<T>): Promise<T | null> {
    const { control, log } = this.#parts;
    if (control.asked === null && !log.state.stopped) {
      const answer = await this.#patience.ask(question);
      if (answer !== null) return answer;
    }
    await recordStop(log, control);
    if (control.asked === 'lost') return null;
    return this.#lastPatience.ask(question, FEW_TRIES);
  }

  async #waitOut(ms: number): Promise<void> {
    const { clock, control, log } = this.#parts;
    const end = clock.monotonic() + ms;
    if (control.asked === null && ms > 0) {
      await this.#showWait(ms);
      await sleepUnlessAsked(clock, control, ms);
    }
    await recordStop(log, control);
    const left = end - clock.monotonic();
    if (control.asked !== 'lost' && left > 0) {
      await this.#showWait(left);
      await clock.sleep(left);
    }
    if ((await control.look()) === 'lost') throw new JobLost();
  }

  async #showWait(ms: number): Promise<void> {
    const { clock, log } = this.#parts;
    await log.append({ type: 'THROTTLE', until: Math.ceil(clock.now() + ms), reason: LATE_ONES });
  }

  #noteAgain(batch: number, records: Records): void {
    this.#sentAgain.push({ batch, records });
    // Long before this many are kept, the older ones have been sent.
    if (this.#sentAgain.length > MOST_SENT_AGAIN) this.#sentAgain = this.#sentAgain.slice(-MOST_SENT_AGAIN);
  }

  #tell(error: unknown): void {
    if (!(error instanceof ExpectedError)) throw error;
    this.#parts.onTrouble?.(error);
  }
}

/** More requests than lanes allow at once, twice over. */
const MOST_SENT_AGAIN = 16;
const UNSEEN: RecordResult = { kind: 'unknown', message: { code: 'job.answerUnheard' } };

/** Writes down, once, that the job is to stop; nothing is sent after it. */
export async function recordStop(log: JobLog, control: Pick<Control, 'asked'>): Promise<void> {
  if (control.asked !== null && control.asked !== 'lost' && !log.state.stopped) {
    await log.appendDurable({ type: 'STOP' });
  }
}
