import type { Answer, RecordResult } from '../../endpoints/endpoint';
import type { Control } from '../../jobs/control';
import { PENDING, UNKNOWN } from '../../jobs/rowVerdicts';
import type { Message } from '../../message';
import type { RetryBudget } from '../backOff';
import type { Clock } from '../clock';
import { Decisions } from '../decisions';
import { JobLost } from '../jobLog';
import { sortRecords } from '../perRecord';
import type { SendEnd } from '../sender';
import { recordStop } from '../settling';
import { sleepUnlessAsked, Waiting } from '../waiting';
import { standingOf } from './liveRecords';
import type { Live, UndoRecord } from './liveRecords';
import { badRow, SMALL, UndoQueue } from './undoQueue';
import type { Records, UndoQueueParts } from './undoQueue';

export interface UndoSenderParts extends UndoQueueParts {
  readonly control: Control;
  readonly clock: Clock;
  readonly budget?: RetryBudget;
  /** Told of what was thrown where nothing should be. */
  readonly onBug: (error: unknown) => void;
}

/** Requests whose answer was lost, with the records that are still uncertain. */
export interface LostRequest {
  readonly batch: number;
  readonly records: Records;
}

/** So many requests in a row without a usable answer end the job. */
const MAX_LOST_ANSWERS = 5;
/** So many records refused one by one, with no cause named and none taken in between, end the job. */
const MAX_OPAQUE = 200;
/** A record that was not taken so often while others were is given up. */
const MAX_TRIES = 5;
const FIRST_WAIT_MS = 2000;
const LONGEST_WAIT_MS = 60_000;

/**
 * Takes records back with one request in flight: looks at them, leaves alone what was edited since, and deletes or puts
 * back the others as long as they still have their revision. Throws `JobLost`, and whatever reading throws.
 */
export class UndoSender {
  readonly #parts: UndoSenderParts;
  readonly #decisions: Decisions;
  readonly #waiting: Waiting;
  readonly #queue: UndoQueue;
  readonly #tries = new Map<number, number>();
  #unsettled: LostRequest[] = [];
  #lostInARow = 0;
  #opaque = 0;
  #batch: number;
  #end: SendEnd | null = null;

  constructor(parts: UndoSenderParts) {
    this.#parts = parts;
    this.#decisions = new Decisions(parts.log, parts.verdicts);
    this.#queue = new UndoQueue(parts, this.#decisions);
    this.#waiting = new Waiting(parts);
    this.#batch = parts.log.state.intents;
  }

  async run(): Promise<SendEnd> {
    const { control } = this.#parts;
    while (this.#end === null) {
      if ((await control.look()) !== null) {
        this.#end = await this.#obey();
        break;
      }
      const records = await this.#queue.next(this.#lostInARow > 0);
      if (records === null) continue;
      if (records.length === 0) this.#end = await this.#lastLook();
      else if (this.#waiting.due) {
        this.#queue.putBack(records);
        this.#endFor(await this.#waiting.out());
      } else await this.#send(records);
    }
    return this.#end;
  }

  /**
   * Finds out what became of requests of an earlier process, as far as that can be told now. What they have not done
   * comes with the list.
   */
  async takeUp(lost: readonly LostRequest[]): Promise<void> {
    for (const request of lost) {
      const live = await this.#parts.live.readAfterLoss(request.records);
      if (live === null) this.#unsettled.push(request);
      else await this.#settleBy(live, request);
    }
  }

  /** The same for requests of this one; what they have not done is queued again. */
  async #settle(lost: readonly LostRequest[]): Promise<void> {
    this.#unsettled = [];
    for (const request of lost) {
      const live = await this.#parts.live.readAfterLoss(request.records);
      if (live === null) this.#unsettled.push(request);
      else await this.#queue.sort(await this.#settleBy(live, request), live);
    }
  }

  /** When nothing is left to send: what could not be told of lost requests is asked once more. */
  async #lastLook(): Promise<SendEnd | null> {
    const before = this.#unsettled;
    await this.#settle(before);
    return this.#unsettled.length < before.length ? null : { kind: 'allSent' };
  }

  async #obey(): Promise<SendEnd> {
    const { control, log } = this.#parts;
    if (control.asked === 'lost') throw new JobLost();
    if (log.state.intents === 0) return { kind: 'canceled' };
    await recordStop(log, control);
    return { kind: 'stopped' };
  }

  #endFor(failure: Message | null): void {
    if (failure !== null) this.#end ??= { kind: 'failed', failure };
  }

  async #send(records: Records): Promise<void> {
    const { control, log } = this.#parts;
    const batch = ++this.#batch;
    await this.#decisions.announce(batch, records);
    if (control.asked !== null) {
      // Asked while the record was on its way to the disk: not a byte has left.
      const message: Message = { code: 'undo.stopped' };
      return this.#decisions.all(batch, records, PENDING, {
        kind: 'notCommitted',
        reason: 'stopped',
        message,
      });
    }
    const answer = this.#answer(records);
    if ((await control.orAsked(answer)) === null) await recordStop(log, control);
    const answered = await answer;
    this.#waiting.heard(answered.load);
    await this.#judge(batch, records, answered);
  }

  async #answer(records: Records): Promise<Answer> {
    const { writer, takeBack } = this.#parts;
    const changes = records.some(({ update }) => update !== undefined);
    try {
      const answer = changes
        ? await writer.send(records)
        : await takeBack.remove(records.map(({ line: { id, revision } }) => ({ id, revision })));
      const each =
        answer.kind === 'committed' ? answer.ids : answer.kind === 'perRecord' ? answer.results : null;
      if (each === null || each.length === records.length) return answer;
      return { kind: 'ambiguous', message: unexpected('ids') };
    } catch (error) {
      this.#parts.onBug(error);
      const message = unexpected(error instanceof Error ? error.name : 'send');
      this.#endFor(message);
      return { kind: 'ambiguous', message };
    }
  }

  async #judge(batch: number, records: Records, answer: Answer): Promise<void> {
    switch (answer.kind) {
      case 'committed':
        this.#taken();
        this.#opaque = 0;
        return this.#decisions.committed(batch, records, answer.ids, answer.revisions);
      case 'perRecord':
        return this.#judgeEach(batch, records, answer.results);
      case 'rejected':
        this.#taken();
        return this.#rejected(batch, records, answer);
      case 'notCommitted': {
        const { reason, message } = answer;
        if (reason === 'tooLarge' && records.length === 1) {
          return this.#lose(batch, records, message.code, message, [message]);
        }
        await this.#decisions.all(batch, records, PENDING, { kind: 'notCommitted', reason, message });
        if (reason === 'tooLarge') return this.#queue.split(batch, records, Math.ceil(records.length / 2));
        this.#queue.putBack(records);
        this.#waiting.refused(message, answer.retryAfterMs);
        return;
      }
      case 'impossible':
        this.#endFor(answer.message);
        return this.#decisions.all(batch, records, PENDING, answer);
      case 'ambiguous':
        await this.#decisions.all(batch, records, UNKNOWN, answer);
        return this.#lost({ batch, records }, answer.message);
    }
  }

  #taken(): void {
    this.#waiting.taken();
    this.#lostInARow = 0;
  }

  /** All of the request was refused. Mostly somebody has edited or deleted one of the records: a look tells. */
  async #rejected(batch: number, records: Records, answer: Answer & { kind: 'rejected' }): Promise<void> {
    const { code, message } = answer;
    const named = answer.rows.flatMap(({ index, reasons }) => {
      const record = records[index];
      return record === undefined ? [] : [{ record, reasons: reasons.map((one) => one.message) }];
    });
    const live = this.#parts.log.state.stopped ? null : await this.#parts.live.read(records);
    if (live === null || this.#areExplained(records, live)) {
      await this.#decisions.rejected(batch, records, { code, message, rows: [] });
      if (live === null) this.#queue.putBack(records);
      else await this.#queue.sort(records, live);
      return;
    }
    const [only] = records;
    if (named.length === 0 && records.length === 1 && only !== undefined) {
      if (++this.#opaque >= MAX_OPAQUE)
        this.#endFor({ code: 'undo.allRefused', args: { count: this.#opaque } });
      return this.#lose(batch, records, code, message, [message]);
    }
    const rows = named.map(({ record, reasons }) => badRow(record, reasons.length > 0 ? reasons : [message]));
    await this.#decisions.rejected(batch, records, { code, message, rows });
    const lost = new Set(named.map(({ record }) => record));
    const rest = records.filter((record) => !lost.has(record));
    await this.#queue.split(batch, rest, lost.size > 0 ? SMALL : Math.ceil(records.length / 2));
  }

  /** Whether some of these are no longer as they were when they were looked at. */
  #areExplained(records: Records, live: Live): boolean {
    return records.some((record) => {
      const { kind } = standingOf(record, live, this.#parts.layout);
      return kind === 'done' || kind === 'kept';
    });
  }

  async #lose(
    batch: number,
    records: Records,
    code: string,
    message: Message,
    reasons: readonly Message[],
  ): Promise<void> {
    const rows = records.map((record) => badRow(record, reasons));
    await this.#decisions.rejected(batch, records, { code, message, rows });
  }

  /** Where a request is not all or nothing. */
  async #judgeEach(batch: number, records: Records, results: readonly RecordResult[]): Promise<void> {
    const { layout, live: reader, log } = this.#parts;
    const refused = records.filter((_, index) => results[index]?.kind === 'rejected');
    const live = refused.length === 0 || log.state.stopped ? null : await reader.read(refused);
    const isProgress = results.some(({ kind }) => kind === 'committed' || kind === 'rejected');
    if (isProgress) this.#taken();
    const judged = records.map((record, index) =>
      this.#judgeOne(record, results[index], { live, isProgress }),
    );
    const sorted = sortRecords(records, judged, layout);
    await this.#decisions.each(batch, sorted);
    const again = new Set<unknown>(sorted.again);
    const moved = live === null ? [] : refused.filter((record) => again.has(record));
    if (live !== null) await this.#queue.sort(moved, live);
    const rest = records.filter((record) => again.has(record) && !moved.includes(record));
    this.#queue.putBack(rest);
    for (const result of judged) {
      if (result.kind === 'again' && result.reason !== 'network') {
        this.#waiting.refused(result.message, result.retryAfterMs);
      }
    }
    const unknown = new Set<unknown>(sorted.unknown);
    const because = judged.find(({ kind }) => kind === 'unknown');
    if (because?.kind === 'unknown') {
      const lost = records.filter((record) => unknown.has(record));
      await this.#lost({ batch, records: lost }, because.message);
    }
  }

  #judgeOne(
    record: UndoRecord,
    result: RecordResult | undefined,
    { live, isProgress }: { readonly live: Live | null; readonly isProgress: boolean },
  ): RecordResult {
    switch (result?.kind) {
      case undefined:
        return { kind: 'unknown', message: unexpected('results') };
      case 'rejected': {
        const message = result.reasons[0]?.message ?? unexpected(result.code);
        if (live === null) return { kind: 'again', reason: 'network', message, untried: true };
        const standing = standingOf(record, live, this.#parts.layout);
        // Gone, or put back, by whomever; or edited, which is written down right after.
        if (standing.kind === 'done') return { ...standing, kind: 'committed', id: record.line.id };
        return standing.kind === 'kept' ? { kind: 'again', reason: 'network', message } : result;
      }
      case 'again': {
        if (!isProgress || result.untried === true) return result;
        const tries = (this.#tries.get(record.row) ?? 0) + 1;
        this.#tries.set(record.row, tries);
        const { message } = result;
        return tries > MAX_TRIES ? { kind: 'rejected', code: message.code, reasons: [{ message }] } : result;
      }
      case 'committed':
      case 'unknown':
        return result;
    }
  }

  async #lost(request: LostRequest, because: Message): Promise<void> {
    const { clock, control, log } = this.#parts;
    const times = ++this.#lostInARow;
    this.#waiting.refused(because);
    await sleepUnlessAsked(clock, control, Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (times - 1)));
    await recordStop(log, control);
    await this.#settle([...this.#unsettled, request]);
    if (times >= MAX_LOST_ANSWERS) this.#endFor({ code: 'undo.answersLost', args: { count: times } });
  }

  /**
   * What is gone or was put back is done, whoever did it. The others, which it answers, may go once more: a late copy of
   * the lost request can do no harm, as it asks for the same revision.
   */
  async #settleBy(live: Live, { batch, records }: LostRequest): Promise<Records> {
    const { layout } = this.#parts;
    const results = records.map((record): RecordResult => {
      const standing = standingOf(record, live, layout);
      return standing.kind === 'done'
        ? { ...standing, kind: 'committed', id: record.line.id }
        : { kind: 'again', reason: 'network', message: { code: 'job.answerUnheard' } };
    });
    const sorted = sortRecords(records, results, layout);
    await this.#decisions.settled(batch, sorted);
    const again = new Set<unknown>(sorted.again);
    return records.filter((record) => again.has(record));
  }
}

function unexpected(detail: string): Message {
  return { code: 'job.unexpected', args: { detail } };
}
