import type { Problem } from '../mapping/record';
import type { BadRow, Candidate, DecidedRows, JournalRecord, Outcome } from './records';
import {
  INVALID,
  IN_FLIGHT,
  IMPORTED,
  PENDING,
  REJECTED,
  RowVerdicts,
  UNCHANGED,
  UNKNOWN,
  UPDATED,
} from './rowVerdicts';
import { fromIdRuns, ordinalsIn, toRanges } from './runs';
import type { IdRun, RowRange } from './runs';

/** Rows of one request of which nobody knows whether they were kept. */
export interface UncertainRows {
  readonly batch: number;
  readonly rows: readonly RowRange[];
  /** As the INTENT of the request has it. */
  readonly highWater?: string;
}

/** A request of which each row became a record, told apart by the ids that were there before. */
export interface ConfirmedRows {
  readonly rows: readonly RowRange[];
  readonly ids: readonly IdRun[];
  readonly highWater: string;
}

/** Ids that lie between those of two requests that were confirmed one after the other; both ends left out. */
export interface UnknownIds {
  readonly after: number;
  readonly before: number;
  /** Rows of the requests close by. */
  readonly requests: readonly CloseBy[];
}

/** Rows of a confirmed request, and how many records they have become. */
interface CloseBy {
  readonly rows: readonly RowRange[];
  readonly records: number;
}

/** So many requests before a gap, and the one behind it, are close by. */
const CLOSE_BY = 2;

interface Sent {
  readonly rows: readonly RowRange[];
  readonly highWater?: string;
  readonly updates: ReadonlySet<number>;
}

/** What a journal says of every single row; the fold of the job as a whole is in `fold.ts`. */
export class RowFates {
  readonly verdicts = new RowVerdicts();
  /** Rows that were refused, and why. */
  readonly bad = new Map<number, { verdict: 'invalid' | 'rejected'; problems: readonly Problem[] }>();
  /** Rows that were never sent when the job ended, and why. */
  unprocessed: Extract<JournalRecord, { type: 'DONE' }>['unprocessed'] = [];
  /** Rows that were in a request whose answer was lost, whatever became of them afterwards. */
  readonly everLost = new Set<number>();
  /** Those of them that changed records. */
  readonly lostUpdates = new Set<number>();
  /** What was last asked: records that uncertain rows may have become. */
  candidates: readonly Candidate[] = [];
  /** Rows that a person was asked about and has not answered for. */
  undecided = new Set<number>();
  /** Rows that a person leaves uncertain. */
  readonly left = new Set<number>();
  /** Rows that are there by a person's word. */
  readonly there = new Set<number>();
  /** The last request that was confirmed, where records are found by what they hold. */
  confirmed: ConfirmedRows | null = null;
  /** All requests whose answers were lost, where records are found by what they hold. */
  readonly lostRequests: (UncertainRows & { readonly highWater: string })[] = [];
  /** Gaps between the ids of confirmed requests, as far as one of them fits in; where records are found by what they hold. */
  readonly gaps: UnknownIds[] = [];
  /** Rows of the last confirmed requests. */
  lastConfirmed: readonly CloseBy[] = [];
  /** The highest id that a request is known to have made, or that was there before the first one. */
  highestId = 0;
  readonly #requests = new Map<number, Sent>();
  readonly #uncertain = new Map<number, RowRange[]>();
  #planned = false;

  /** Takes in the records of the journal, in order. */
  take(record: JournalRecord): void {
    const { verdicts } = this;
    switch (record.type) {
      case 'OPEN':
        // A check that was cut off starts again from the first row.
        if (!this.#planned) this.#forget();
        break;
      case 'INVALID':
        this.#lose(record.rows, 'invalid');
        break;
      case 'UNCHANGED':
        verdicts.setAll(ordinalsIn(record.rows), UNCHANGED);
        break;
      case 'PLAN':
        this.#planned = true;
        verdicts.total = record.total;
        break;
      case 'INTENT':
        for (const row of ordinalsIn(record.rows)) this.left.delete(row);
        this.#requests.set(record.batch, {
          rows: record.rows,
          ...(record.highWater === undefined ? {} : { highWater: record.highWater }),
          updates: new Set(ordinalsIn(record.updates ?? [])),
        });
        verdicts.setAll(ordinalsIn(record.rows), IN_FLIGHT);
        break;
      case 'OUTCOME':
        this.#judge(record.batch, record.outcome);
        break;
      case 'SETTLE':
        this.#noteGap(record.committed, record.ids, this.#requests.get(record.batch)?.highWater);
        // What is found late may be of more than one request.
        this.#decide(record, record.late ? this.lostUpdates : this.#requests.get(record.batch)?.updates);
        if (record.late) this.#mislay(record.batch, record.late.unknown, new Set(this.lostUpdates));
        this.#keepUncertain(record.batch);
        break;
      case 'ASK':
        this.candidates = record.candidates;
        this.undecided = new Set(ordinalsIn(record.rows));
        break;
      case 'DECISION':
        this.#answer(record);
        break;
      case 'DONE':
        // Without a plan there are no rows: those found bad so far would pass for all that were not imported.
        if (!this.#planned) this.#forget();
        this.unprocessed = record.unprocessed;
        break;
      case 'CHECK':
      case 'BEFORE':
      case 'SPLIT':
      case 'THROTTLE':
      case 'STOP':
      case 'STEP':
      case 'EXPORTED':
      case 'START':
      case 'STARTED':
      case 'RUN':
        break;
    }
  }

  /** Requests whose answers were lost, in order, as far as their rows are still uncertain. */
  get uncertain(): UncertainRows[] {
    return [...this.#uncertain].map(([batch, rows]) => {
      const highWater = this.#requests.get(batch)?.highWater;
      return { batch, rows, ...(highWater === undefined ? {} : { highWater }) };
    });
  }

  /** Rows that a person was asked about and has not answered for, by request, in order. */
  get toDecide(): UncertainRows[] {
    return this.uncertain.flatMap(({ batch, rows }) => {
      const open = toRanges([...ordinalsIn(rows)].filter((row) => this.undecided.has(row)));
      return open.length > 0 ? [{ batch, rows: open }] : [];
    });
  }

  /** Whether a row that is uncertain was to change a record. */
  isUpdate(batch: number, row: number): boolean {
    return this.#requests.get(batch)?.updates.has(row) === true;
  }

  #answer({ batch, answer, rows }: Extract<JournalRecord, { type: 'DECISION' }>): void {
    for (const row of ordinalsIn(rows)) this.undecided.delete(row);
    switch (answer) {
      case 'there':
        for (const row of ordinalsIn(rows)) this.there.add(row);
        this.#keep(rows, this.#requests.get(batch)?.updates ?? new Set());
        break;
      case 'again':
        this.verdicts.setAll(ordinalsIn(rows), PENDING);
        // What they were to change is looked up once more.
        for (const row of ordinalsIn(rows)) if (this.lostUpdates.delete(row)) this.everLost.delete(row);
        break;
      case 'leave':
        for (const row of ordinalsIn(rows)) this.left.add(row);
        return;
    }
    this.#keepUncertain(batch);
  }

  #judge(batch: number, outcome: Outcome): void {
    const { verdicts } = this;
    const sent = this.#requests.get(batch);
    if (sent === undefined) return;
    const { rows, updates, highWater } = sent;
    switch (outcome.kind) {
      case 'committed':
        this.#keep(rows, updates);
        this.#noteGap(rows, outcome.ids, highWater);
        if (highWater !== undefined) this.confirmed = { rows, ids: outcome.ids, highWater };
        break;
      case 'perRecord':
        this.#decide(outcome, updates);
        this.#mislay(batch, outcome.unknown, updates);
        break;
      case 'ambiguous':
        this.#mislay(batch, rows, updates);
        if (highWater !== undefined) this.lostRequests.push({ batch, rows, highWater });
        break;
      case 'rejected':
        verdicts.setAll(ordinalsIn(rows), PENDING);
        this.#lose(outcome.rows, 'rejected');
        break;
      case 'notCommitted':
      case 'impossible':
        verdicts.setAll(ordinalsIn(rows), PENDING);
        break;
    }
    if (!this.#uncertain.has(batch)) this.#requests.delete(batch);
  }

  /** Ids between those that were there before a request and its own may be of a second copy of a request close by. */
  #noteGap(rows: readonly RowRange[], ids: readonly IdRun[], highWater: string | undefined): void {
    const numbers = fromIdRuns(ids).flatMap((id) => (id === '' ? [] : [Number(id)]));
    if (highWater !== undefined && numbers.length > 0) {
      const after = Math.max(this.highestId, Number(highWater));
      const before = Math.min(...numbers);
      const requests = [...this.lastConfirmed, { rows, records: new Set(numbers).size }];
      if (requests.some(({ records }) => records > 1 && records < before - after)) {
        this.gaps.push({ after, before, requests });
      }
      this.lastConfirmed = requests.slice(-CLOSE_BY);
    }
    this.highestId = numbers.reduce((highest, id) => Math.max(highest, id), this.highestId);
  }

  #decide({ committed, rejected, again }: DecidedRows, updates: ReadonlySet<number> = new Set()): void {
    this.#keep(committed, updates);
    this.#lose(rejected, 'rejected');
    this.verdicts.setAll(ordinalsIn(again), PENDING);
  }

  #keep(rows: readonly RowRange[], updates: ReadonlySet<number>): void {
    for (const row of ordinalsIn(rows)) this.verdicts.set(row, updates.has(row) ? UPDATED : IMPORTED);
  }

  #lose(rows: readonly BadRow[], verdict: 'invalid' | 'rejected'): void {
    for (const { row, problems } of rows) {
      this.bad.set(row, { verdict, problems });
      this.verdicts.set(row, verdict === 'invalid' ? INVALID : REJECTED);
    }
  }

  #mislay(batch: number, rows: readonly RowRange[], updates: ReadonlySet<number>): void {
    for (const row of ordinalsIn(rows)) {
      this.verdicts.set(row, UNKNOWN);
      this.everLost.add(row);
      if (updates.has(row)) this.lostUpdates.add(row);
      else this.lostUpdates.delete(row);
    }
    if (rows.length > 0) this.#uncertain.set(batch, [...(this.#uncertain.get(batch) ?? []), ...rows]);
  }

  #keepUncertain(batch: number): void {
    const left = toRanges(this.#stillUnknown(this.#uncertain.get(batch) ?? []));
    if (left.length > 0) this.#uncertain.set(batch, left);
    else {
      this.#uncertain.delete(batch);
      this.#requests.delete(batch);
    }
  }

  *#stillUnknown(rows: readonly RowRange[]): Generator<number> {
    for (const row of ordinalsIn(rows)) if (this.verdicts.get(row) === UNKNOWN) yield row;
  }

  #forget(): void {
    this.bad.clear();
    this.verdicts.clear();
  }
}
