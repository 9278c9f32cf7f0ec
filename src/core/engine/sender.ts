import type { Answer, TargetWriter } from '../endpoints/endpoint';
import type { Control } from '../jobs/control';
import type { BadRow, Outcome } from '../jobs/records';
import { toIdRuns, toRanges, toRepeatRuns } from '../jobs/runs';
import type { RecordLayout } from '../mapping/layout';
import type { ImportRecord } from '../mapping/record';
import type { Message } from '../message';
import { Attachments, hasFiles } from './attachments';
import { RETRY_BUDGET, backOffMs } from './backOff';
import type { RetryBudget } from './backOff';
import type { Clock } from './clock';
import { JobLost } from './jobLog';
import type { JobLog } from './jobLog';
import { Pace } from './pace';
import type { Pause } from './pace';
import { badRows, perRow, rowsOf } from './recordRows';
import { opaqueRecord, rejectedRecords } from './rejectedRows';
import type { RowFeed } from './rowFeed';
import { IMPORTED, INVALID, IN_FLIGHT, PENDING, REJECTED, UNKNOWN, UPDATED } from '../jobs/rowVerdicts';
import type { RowVerdicts, Verdict } from '../jobs/rowVerdicts';

export interface SenderParts {
  readonly writer: TargetWriter;
  readonly layout: RecordLayout;
  readonly feed: RowFeed;
  readonly log: JobLog;
  readonly control: Control;
  readonly clock: Clock;
  readonly verdicts: RowVerdicts;
  readonly budget?: RetryBudget;
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

interface Refusal {
  readonly reason: Message;
  readonly retryAfterMs: number;
}

/**
 * Sends the valid rows in file order with one request in flight. Each request's INTENT is durable before its first byte
 * leaves, and each answer is written down before the next request. Throws `JobLost`, and whatever reading throws.
 */
export class Sender {
  readonly #parts: SenderParts;
  readonly #budget: RetryBudget;
  /** Rows of refused requests, to be sent again before anything new. */
  readonly #again: Records[] = [];
  #rowsPerRequest: number;
  #batch: number;
  /** To be waited out before the next request, should there be one. */
  #refusal: Refusal | null = null;
  #refusals = 0;
  #refusedSince = 0;
  #lostAnswers = 0;
  #opaqueRecords = 0;
  readonly #pace = new Pace();
  #pause: Pause | null = null;
  readonly #attachments: Attachments | null;
  /** Codes of refusals for which looking at the endpoint explained nothing. */
  readonly #unexplained = new Set<string>();
  #end: SendEnd | null = null;

  constructor(parts: SenderParts) {
    this.#parts = parts;
    this.#budget = parts.budget ?? RETRY_BUDGET;
    this.#rowsPerRequest = parts.writer.limits.rowsPerRequest;
    this.#batch = parts.log.state.intents;
    this.#attachments = hasFiles(parts.layout)
      ? new Attachments(parts.writer, parts.layout, parts.control)
      : null;
  }

  async run(): Promise<SendEnd> {
    const { control, feed, writer } = this.#parts;
    while (this.#end === null) {
      if ((await control.look()) !== null) return this.#obey();
      const records =
        this.#again.shift() ?? (await feed.take(this.#nextSize(), writer.limits.maxRequestBytes));
      await this.#loseBeforeSending(feed.takeLost().flatMap(badRows));
      if (records.length === 0) return { kind: 'allSent' };
      if (this.#refusal) {
        this.#again.unshift(records);
        await this.#backOff(this.#refusal);
      } else if (this.#pause) {
        this.#again.unshift(records);
        await this.#wait(this.#pause);
      } else {
        const ready = await this.#attach(records);
        if (ready.length > 0) await this.#sendOne(ready);
      }
    }
    return this.#end;
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
    await this.#recordStop();
    return { kind: 'stopped' };
  }

  async #recordStop(): Promise<void> {
    const { control, log } = this.#parts;
    if (control.asked !== null && control.asked !== 'lost' && !log.state.stopped) {
      await log.appendDurable({ type: 'STOP' });
    }
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
        if (progress) this.#refusals = 0;
        this.#again.unshift(prepared.records);
        this.#refusal = { reason: refusal.message, retryAfterMs: refusal.retryAfterMs ?? 0 };
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
    const updates = toRanges(rowsOf(records.filter(({ update }) => update !== undefined)));
    await log.appendDurable({
      type: 'INTENT',
      batch,
      rows: toRanges(rowsOf(records)),
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
    if ((await control.orAsked(answer)) === null) await this.#recordStop();
    const answered = await answer;
    this.#pause = this.#pace.after(answered.load, this.#parts.clock.random());
    await this.#judge(batch, records, answered);
  }

  async #answer(records: Records): Promise<Answer> {
    try {
      const answer = await this.#parts.writer.send(records);
      if (answer.kind !== 'committed' || answer.ids.length === records.length) return answer;
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
        this.#refusals = this.#lostAnswers = this.#opaqueRecords = 0;
        await this.#decide(batch, records, IMPORTED, {
          kind: 'committed',
          ids: toIdRuns(perRow(records, answer.ids)),
          revisions: toRepeatRuns(perRow(records, answer.revisions)),
        });
        this.#setAll(
          records.filter(({ update }) => update !== undefined),
          UPDATED,
        );
        return;
      case 'rejected':
        this.#refusals = this.#lostAnswers = 0;
        return this.#reject(batch, records, answer);
      case 'notCommitted': {
        const { reason, message } = answer;
        if (reason === 'tooLarge') return this.#halve(batch, records, message);
        await this.#decide(batch, records, PENDING, { kind: 'notCommitted', reason, message });
        this.#again.unshift(records);
        this.#refusal = { reason: message, retryAfterMs: answer.retryAfterMs ?? 0 };
        return;
      }
      case 'impossible':
        this.#end = { kind: 'failed', failure: answer.message };
        return this.#decide(batch, records, PENDING, answer);
      case 'ambiguous':
        await this.#decide(batch, records, UNKNOWN, answer);
        if (++this.#lostAnswers >= MAX_LOST_ANSWERS) {
          this.#end ??= {
            kind: 'failed',
            failure: { code: 'job.answersLost', args: { count: this.#lostAnswers } },
          };
        }
        this.#refusal = { reason: answer.message, retryAfterMs: 0 };
        return;
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

  async #backOff({ reason, retryAfterMs }: Refusal): Promise<void> {
    const { clock, control, log } = this.#parts;
    this.#refusal = null;
    const now = clock.monotonic();
    if (this.#refusals === 0) this.#refusedSince = now;
    const wait = backOffMs(this.#refusals++, clock.random(), retryAfterMs, this.#budget);
    const { refusalsMs } = this.#budget;
    if (wait > refusalsMs || now - this.#refusedSince >= refusalsMs) {
      this.#end = { kind: 'failed', failure: patienceEnded(wait, now - this.#refusedSince, refusalsMs) };
      return;
    }
    await log.append({ type: 'THROTTLE', until: clock.now() + wait, reason });
    const end = new AbortController();
    await control.orAsked(clock.sleep(wait, end.signal));
    end.abort();
  }

  async #wait({ ms, reason }: Pause): Promise<void> {
    const { clock, control, log } = this.#parts;
    this.#pause = null;
    if (reason) await log.append({ type: 'THROTTLE', until: clock.now() + ms, reason });
    const end = new AbortController();
    await control.orAsked(clock.sleep(ms, end.signal));
    end.abort();
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

function patienceEnded(wait: number, spent: number, limit: number): Message {
  const minutes = (ms: number) => Math.ceil(ms / 60_000);
  return wait > limit
    ? { code: 'job.waitTooLong', args: { minutes: minutes(wait) } }
    : { code: 'job.refusedTooLong', args: { minutes: minutes(spent) } };
}
