import type { Answer, RecordResult, TargetWriter } from '../endpoints/endpoint';
import type { Control } from '../jobs/control';
import type { BadRow, Outcome } from '../jobs/records';
import { IMPORTED, INVALID, IN_FLIGHT, PENDING, REJECTED, UNKNOWN, UPDATED } from '../jobs/rowVerdicts';
import type { RowVerdicts, Verdict } from '../jobs/rowVerdicts';
import { toIdRuns, toRepeatRuns } from '../jobs/runs';
import type { RecordLayout } from '../mapping/layout';
import type { ImportRecord } from '../mapping/record';
import type { Message } from '../message';
import { Attachments, hasFiles } from './attachments';
import type { RetryBudget } from './backOff';
import type { Clock } from './clock';
import { JobLost } from './jobLog';
import type { JobLog } from './jobLog';
import { decidedRows, isUpdate, markRows, rangesOf, sortRecords } from './perRecord';
import { badRows, perRow, rowsOf } from './recordRows';
import { opaqueRecord, rejectedRecords } from './rejectedRows';
import { Retries } from './retries';
import type { RowFeed } from './rowFeed';
import { recordStop } from './settling';
import type { Settler } from './settling';
import { Waiting } from './waiting';

export interface SenderParts {
  readonly writer: TargetWriter;
  readonly layout: RecordLayout;
  readonly feed: RowFeed;
  readonly log: JobLog;
  readonly control: Control;
  readonly clock: Clock;
  readonly verdicts: RowVerdicts;
  readonly budget?: RetryBudget;
  /** Finds out about records whose request was not answered; they stay uncertain without it. */
  readonly settler?: Settler;
  /** Rows that were in such a request before this process took the job up. */
  readonly lost?: ReadonlySet<number>;
  /** Looks at the endpoint which of these records are no longer as they were when they were read; null when asked off. */
  readonly changedMeanwhile?: (records: Records) => Promise<readonly BadRecord[] | null>;
  /** Told of what was thrown where nothing should be. */
  readonly onBug?: (error: unknown) => void;
}

/** Why sending ended; no request is in flight then. */
export type SendEnd =
  | { readonly kind: 'allSent' }
  | { readonly kind: 'stopped' }
  /** Before the first request. */
  | { readonly kind: 'canceled' }
  | { readonly kind: 'failed'; readonly failure: Message };

/** So many requests in a row without a usable answer end the job, as each makes its rows uncertain. */
const MAX_LOST_ANSWERS = 5;
/** So many rows refused one by one, with no cause named and none taken in between, end the job. */
const MAX_OPAQUE_ROWS = 200;

type Records = readonly ImportRecord[];

/** A record that must not be sent, and why. */
export interface BadRecord {
  readonly record: ImportRecord;
  readonly message: Message;
}

/**
 * Sends the valid rows in file order with one request in flight. Each request's INTENT is durable before its first byte
 * leaves, and each answer is written down before the next request. Throws `JobLost`, and whatever reading throws.
 */
export class Sender {
  readonly #parts: SenderParts;
  readonly #waiting: Waiting;
  /** Rows of refused requests, to be sent again before anything new. */
  readonly #again: Records[] = [];
  /** Single records that were not taken; they go with the next request. */
  readonly #leftOver: ImportRecord[] = [];
  readonly #retries: Retries;
  #rowsPerRequest: number;
  #batch: number;
  #lostAnswers = 0;
  #opaqueRecords = 0;
  readonly #attachments: Attachments | null;
  /** Codes of refusals for which looking at the endpoint explained nothing. */
  readonly #unexplained = new Set<string>();
  #end: SendEnd | null = null;

  constructor(parts: SenderParts) {
    this.#parts = parts;
    this.#waiting = new Waiting(parts);
    this.#retries = new Retries(parts.lost);
    this.#rowsPerRequest = parts.writer.limits.rowsPerRequest;
    this.#batch = parts.log.state.intents;
    this.#attachments = hasFiles(parts.layout)
      ? new Attachments(parts.writer, parts.layout, parts.control)
      : null;
  }

  async run(): Promise<SendEnd> {
    const { control, feed } = this.#parts;
    while (this.#end === null) {
      if ((await control.look()) !== null) return this.#obey();
      const records = await this.#next();
      await this.#loseBeforeSending(feed.takeLost().flatMap(badRows));
      if (records.length === 0) return { kind: 'allSent' };
      if (this.#waiting.due) {
        this.#again.unshift(records);
        const failure = await this.#waiting.out();
        if (failure !== null) this.#end = { kind: 'failed', failure };
      } else {
        const ready = await this.#attach(records);
        if (ready.length > 0) await this.#sendOne(ready);
      }
    }
    return this.#end;
  }

  /** Records that were not taken go together with new ones: one that is never taken must not hold the others up. */
  async #next(): Promise<Records> {
    const { feed, writer } = this.#parts;
    const { maxRequestBytes, oneKindPerRequest = false } = writer.limits;
    const again = this.#again.shift();
    if (again) return again;
    const size = this.#nextSize();
    const left = this.#leftOver.splice(0, size);
    const room = size - left.length;
    if (left.length > 0 && (oneKindPerRequest || room === 0)) return left;
    return left.concat(await feed.take(room, Math.ceil((maxRequestBytes * room) / size)));
  }

  /** After a lost answer little is risked until one comes again; and few files are handed over before a request. */
  #nextSize(): number {
    const { rowsPerSmallRequest } = this.#parts.writer.limits;
    return this.#lostAnswers > 0 || this.#attachments
      ? Math.min(this.#rowsPerRequest, rowsPerSmallRequest)
      : this.#rowsPerRequest;
  }

  /** Does what was asked; nothing is in flight. */
  async #obey(): Promise<SendEnd> {
    const { control, log } = this.#parts;
    if (control.asked === 'lost') throw new JobLost();
    // Canceled means that not one write request was made; later than that it is a stop.
    if (log.state.intents === 0) return { kind: 'canceled' };
    await recordStop(log, control);
    return { kind: 'stopped' };
  }

  /** Hands the files of the records over; answers the records that may be sent now, none when it has to be later. */
  async #attach(records: Records): Promise<Records> {
    if (!this.#attachments) return records;
    const prepared = await this.#attachments.prepare(records);
    await this.#loseBeforeSending(prepared.bad);
    switch (prepared.kind) {
      case 'ready':
        return prepared.records;
      case 'asked':
        this.#again.unshift(prepared.records);
        return [];
      case 'refused': {
        const { refusal, progress } = prepared;
        if (progress) this.#waiting.taken();
        this.#again.unshift(prepared.records);
        this.#waiting.refused(refusal.message, refusal.retryAfterMs);
        return [];
      }
      case 'impossible':
        this.#end = { kind: 'failed', failure: prepared.message };
        return [];
    }
  }

  async #loseBeforeSending(rows: readonly BadRow[]): Promise<void> {
    if (rows.length === 0) return;
    await this.#parts.log.append({ type: 'INVALID', rows });
    for (const { row } of rows) this.#parts.verdicts.set(row, INVALID);
  }

  async #sendOne(records: Records): Promise<void> {
    const { control, log, feed } = this.#parts;
    const batch = ++this.#batch;
    const updates = rangesOf(records.filter(isUpdate));
    await log.appendDurable({
      type: 'INTENT',
      batch,
      rows: rangesOf(records),
      ...(updates.length > 0 ? { updates } : {}),
    });
    this.#setAll(records, IN_FLIGHT);
    feed.prepare(this.#rowsPerRequest);
    if (control.asked !== null) {
      // Asked while the record was on its way to the disk: not a byte has left.
      const message: Message = { code: 'job.stopped' };
      await this.#decide(batch, records, PENDING, { kind: 'notCommitted', reason: 'stopped', message });
      return;
    }
    const answer = this.#answer(records);
    // A stop is acknowledged at once; the request under way is then decided all the same.
    if ((await control.orAsked(answer)) === null) await recordStop(log, control);
    const answered = await answer;
    this.#waiting.heard(answered.load);
    await this.#judge(batch, records, answered);
  }

  async #answer(records: Records): Promise<Answer> {
    try {
      const answer = await this.#parts.writer.send(records);
      const each =
        answer.kind === 'committed' ? answer.ids : answer.kind === 'perRecord' ? answer.results : null;
      if (each === null || each.length === records.length) return answer;
      return { kind: 'ambiguous', message: unexpected('ids') };
    } catch (error) {
      this.#parts.onBug?.(error);
      const message = unexpected(error instanceof Error ? error.name : 'send');
      this.#end = { kind: 'failed', failure: message };
      return { kind: 'ambiguous', message };
    }
  }

  async #judge(batch: number, records: Records, answer: Answer): Promise<void> {
    switch (answer.kind) {
      case 'committed':
        return this.#commit(batch, records, answer.ids, answer.revisions);
      case 'perRecord':
        return this.#judgeEach(batch, records, answer.results);
      case 'rejected':
        this.#taken();
        return this.#reject(batch, records, answer);
      case 'notCommitted': {
        const { reason, message } = answer;
        if (reason === 'tooLarge') return this.#halve(batch, records, message);
        await this.#decide(batch, records, PENDING, { kind: 'notCommitted', reason, message });
        this.#again.unshift(records);
        this.#waiting.refused(message, answer.retryAfterMs);
        return;
      }
      case 'impossible':
        this.#end = { kind: 'failed', failure: answer.message };
        return this.#decide(batch, records, PENDING, answer);
      case 'ambiguous':
        await this.#decide(batch, records, UNKNOWN, answer);
        this.#lostAnswers++;
        return this.#settle(batch, records, answer.message, true);
    }
  }

  /** An answer that decides something: nothing is as it was when others were lost or refused. */
  #taken(): void {
    this.#waiting.taken();
    this.#lostAnswers = 0;
  }

  async #commit(
    batch: number,
    records: Records,
    ids: readonly string[],
    revisions: readonly string[],
  ): Promise<void> {
    this.#taken();
    this.#opaqueRecords = 0;
    await this.#decide(batch, records, IMPORTED, {
      kind: 'committed',
      ids: toIdRuns(perRow(records, ids)),
      revisions: toRepeatRuns(perRow(records, revisions)),
    });
    this.#setAll(records.filter(isUpdate), UPDATED);
  }

  /** Where a request is not all or nothing. Records that were not taken go again after a wait. */
  async #judgeEach(batch: number, records: Records, results: readonly RecordResult[]): Promise<void> {
    const { layout, verdicts, log } = this.#parts;
    const progress = results.some(({ kind }) => kind === 'committed' || kind === 'rejected');
    const alone = records.length === 1;
    const judged = records.map((record, index) =>
      this.#retries.judge(record, results[index], { progress, alone }),
    );
    const sorted = sortRecords(records, judged, layout);
    const { committed, ids, revisions, again, unknown } = sorted;
    if (committed.length === records.length) return this.#commit(batch, records, ids, revisions);
    if (progress) this.#taken();
    else if (unknown.length > 0) this.#lostAnswers++;
    if (committed.length > 0) this.#opaqueRecords = 0;
    const outcome = { kind: 'perRecord', ...decidedRows(sorted), unknown: rangesOf(unknown) } as const;
    await log.append({ type: 'OUTCOME', batch, outcome });
    markRows(verdicts, sorted);
    this.#leftOver.push(...again);
    for (const result of judged) {
      if (result.kind === 'again') this.#waiting.refused(result.message, result.retryAfterMs);
    }
    for (const result of judged) {
      if (result.kind === 'unknown') return this.#settle(batch, unknown, result.message, false);
    }
  }

  /**
   * Finds out what became of records for which no answer came, `because`; what was not kept goes once more, in smaller
   * requests where a whole answer was lost. Without a way to find out they stay uncertain.
   */
  async #settle(batch: number, records: Records, because: Message, whole: boolean): Promise<void> {
    const { settler, layout, verdicts, log, writer } = this.#parts;
    this.#retries.lose(records);
    if (this.#lostAnswers >= MAX_LOST_ANSWERS) {
      const args = { count: this.#lostAnswers };
      this.#end ??= { kind: 'failed', failure: { code: 'job.answersLost', args } };
    }
    this.#waiting.refused(because);
    if (settler?.able !== true) return;
    await settler.wait(this.#lostAnswers);
    const results = await settler.look(records);
    if (results === null) return;
    const counts = !whole || records.length === 1;
    const judged = records.map((record, index) =>
      this.#retries.settled(record, results[index] ?? { kind: 'unknown', message: because }, because, counts),
    );
    const sorted = sortRecords(records, judged, layout);
    if (sorted.unknown.length === records.length) return;
    await log.append({ type: 'SETTLE', batch, ...decidedRows(sorted) });
    markRows(verdicts, sorted);
    const { again } = sorted;
    if (!whole) this.#leftOver.push(...again);
    else {
      const half = Math.ceil(records.length / 2);
      await this.#sendAgain(batch, again, Math.min(half, writer.limits.rowsPerSmallRequest));
    }
  }

  /** Named records are lost at once and the others go again in small requests; with none named, causes are looked for. */
  async #reject(batch: number, records: Records, answer: Answer & { kind: 'rejected' }): Promise<void> {
    const { layout, verdicts } = this.#parts;
    const [only] = records;
    const named = rejectedRecords(records, answer, layout);
    const alone = named.length === 0 && records.length === 1 && only !== undefined;
    const lost = alone ? [opaqueRecord(only, answer.message)] : named;
    const { code, message } = answer;
    const rows = lost.flatMap((one) => one.rows);
    await this.#decide(batch, records, PENDING, { kind: 'rejected', code, message, rows });
    for (const { row } of rows) verdicts.set(row, REJECTED);
    if (lost.length > 0) await this.#sendRest(batch, records, new Set(lost.map(({ record }) => record)));
    else await this.#findCause(batch, records, code);
    this.#opaqueRecords = named.length === 0 ? this.#opaqueRecords + lost.length : 0;
    if (this.#opaqueRecords >= MAX_OPAQUE_ROWS) {
      const args = { count: this.#opaqueRecords };
      this.#end = { kind: 'failed', failure: { code: 'job.allRefused', args } };
    }
  }

  /**
   * A refusal named no record. Somebody else may have changed some: one look tells all of them, where bisecting would
   * take a dozen requests for each. They are lost, as nothing is overwritten. What no look explains is bisected.
   */
  async #findCause(batch: number, records: Records, code: string): Promise<void> {
    const { changedMeanwhile, log } = this.#parts;
    const updates = records.filter(({ update }) => update !== undefined);
    if (changedMeanwhile && updates.length > 0 && !log.state.stopped && !this.#unexplained.has(code)) {
      const changed = await changedMeanwhile(updates);
      if (changed !== null && changed.length > 0) {
        await this.#loseBeforeSending(
          changed.flatMap(({ record, message }) => opaqueRecord(record, message).rows),
        );
        return this.#sendRest(batch, records, new Set(changed.map(({ record }) => record)));
      }
      if (changed !== null) this.#unexplained.add(code);
    }
    await this.#sendAgain(batch, records, Math.ceil(records.length / 2));
  }

  #sendRest(batch: number, records: Records, lost: ReadonlySet<ImportRecord>): Promise<void> {
    const rest = records.filter((record) => !lost.has(record));
    return this.#sendAgain(batch, rest, this.#parts.writer.limits.rowsPerSmallRequest);
  }

  /** The request was too large: its halves, and no larger one from now on. A single row that is too large is lost. */
  async #halve(batch: number, records: Records, message: Message): Promise<void> {
    const [only] = records;
    if (records.length === 1 && only) {
      const { rows } = opaqueRecord(only, message);
      await this.#decide(batch, records, REJECTED, { kind: 'rejected', code: message.code, message, rows });
      return;
    }
    await this.#decide(batch, records, PENDING, { kind: 'notCommitted', reason: 'tooLarge', message });
    this.#rowsPerRequest = Math.ceil(records.length / 2);
    await this.#sendAgain(batch, records, this.#rowsPerRequest);
  }

  async #sendAgain(batch: number, records: Records, into: number): Promise<void> {
    if (records.length === 0) return;
    const pieces: Records[] = [];
    for (let from = 0; from < records.length; from += into) pieces.push(records.slice(from, from + into));
    this.#again.unshift(...pieces);
    if (!this.#parts.log.state.stopped) await this.#parts.log.append({ type: 'SPLIT', batch, into });
  }

  async #decide(batch: number, records: Records, verdict: Verdict, outcome: Outcome): Promise<void> {
    await this.#parts.log.append({ type: 'OUTCOME', batch, outcome });
    this.#setAll(records, verdict);
  }

  #setAll(records: Records, verdict: Verdict): void {
    this.#parts.verdicts.setAll(rowsOf(records), verdict);
  }
}

function unexpected(detail: string): Message {
  return { code: 'job.unexpected', args: { detail } };
}
