import type { Problem } from '../mapping/record';
import type { Message } from '../message';
import {
  isCount,
  isFields,
  isListOf,
  isMessage,
  isOneOf,
  isOptional,
  isProblem,
  isText,
  isTrue,
} from './guards';
import type { Fields } from './guards';
import type { IdRun, RepeatRun, RowRange } from './runs';

/** A row and why it was not imported. */
export interface BadRow {
  readonly row: number;
  readonly problems: readonly Problem[];
}

/** Rows that were never sent, and why. */
export interface UnprocessedRows {
  readonly rows: readonly RowRange[];
  readonly reason: Message;
}

/** What is known of a request after its answer; the rows are those of its INTENT. Ids stand once for each row. */
export type Outcome =
  | { readonly kind: 'committed'; readonly ids: readonly IdRun[]; readonly revisions: readonly RepeatRun[] }
  /** Each record for itself. */
  | ({ readonly kind: 'perRecord' } & DecidedRows & { readonly unknown: readonly RowRange[] })
  /** The named rows are lost; the others of the request wait again. */
  | {
      readonly kind: 'rejected';
      readonly code: string;
      readonly message: Message;
      readonly rows: readonly BadRow[];
    }
  | { readonly kind: 'notCommitted'; readonly reason: string; readonly message: Message }
  | { readonly kind: 'impossible'; readonly message: Message }
  | { readonly kind: 'ambiguous'; readonly message: Message };

/** What became of rows one by one; each stands in one of the lists. */
export interface DecidedRows {
  readonly committed: readonly RowRange[];
  /** How many of the committed rows changed records. */
  readonly updated: number;
  /** One for each committed row, in order. */
  readonly ids: readonly IdRun[];
  readonly revisions: readonly RepeatRun[];
  readonly rejected: readonly BadRow[];
  /** Not kept; they wait again. */
  readonly again: readonly RowRange[];
}

export const CELL_STEPS = ['exporting', 'uploading', 'starting', 'importing', 'verifying'] as const;
/** What is going on with a cell. */
export type CellStep = (typeof CELL_STEPS)[number];

/** What can happen to a job. */
export type JobEvent =
  /** An owner begins (or takes up) the job under a new epoch. */
  | { readonly type: 'OPEN'; readonly engine: string }
  /** How far checking has come. A progress mark: nothing depends on its durability. */
  | { readonly type: 'CHECK'; readonly rows: number }
  /** While sending: rows that were found bad before their request left (a file that can't be attached). */
  | { readonly type: 'INVALID'; readonly rows: readonly BadRow[] }
  /** Rows whose records are already as the file has them; nothing is sent for them. */
  | { readonly type: 'UNCHANGED'; readonly rows: readonly RowRange[] }
  /** All rows are counted and checked. */
  | {
      readonly type: 'PLAN';
      readonly total: number;
      readonly invalid: number;
      /** None when absent. */
      readonly unchanged?: number;
      /** What could not be checked; nothing when absent. */
      readonly notes?: readonly Message[];
    }
  /** Durable before the first byte of the request leaves. */
  | {
      readonly type: 'INTENT';
      readonly batch: number;
      readonly rows: readonly RowRange[];
      /** Those of the rows that change records instead of adding them. */
      readonly updates?: readonly RowRange[];
    }
  | { readonly type: 'OUTCOME'; readonly batch: number; readonly outcome: Outcome }
  /** Rows that were unknown since the request's answer was lost, and what was found of them. */
  | ({ readonly type: 'SETTLE'; readonly batch: number } & DecidedRows)
  /** The rows of a request that was not kept are sent again in requests of `into` rows at the most. */
  | { readonly type: 'SPLIT'; readonly batch: number; readonly into: number }
  /** No request before `until` (milliseconds since the epoch, for showing). */
  | { readonly type: 'THROTTLE'; readonly until: number; readonly reason: Message }
  | { readonly type: 'STOP' }
  /** A cell job has come to another step before the run (`exporting`, `uploading`) or after it, or further in it. */
  | {
      readonly type: 'STEP';
      readonly step: CellStep;
      readonly percent: number | null;
      /** Snapshot that this job puts into the cell; there was none of the name before. */
      readonly snapshot?: string;
    }
  /** The cell as it was lies in this file. */
  | { readonly type: 'EXPORTED'; readonly name: string; readonly path: string; readonly size: number }
  /** Durable before the request that starts the run leaves. */
  | {
      readonly type: 'START';
      readonly snapshot: string;
      /** Begin of the last run that the server told of before, by its clock: a later one is of this request. */
      readonly after?: number;
      /** The cell's status was `import failed` before. */
      readonly failedBefore?: true;
      /** The cell was seen to hold something else than the snapshot before. */
      readonly otherBefore?: true;
    }
  | { readonly type: 'STARTED'; readonly answer: 'accepted' | 'refused' | 'lost'; readonly message?: Message }
  /** What the server says of the run. `startedAt`: its begin by the server's clock; only once it was seen. */
  | {
      readonly type: 'RUN';
      readonly percent: number | null;
      readonly startedAt?: number;
      /** The cell refused writes because it is being imported. */
      readonly locked?: true;
      /** Why nothing is known for the moment. */
      readonly notKnown?: Message;
    }
  | {
      readonly type: 'DONE';
      readonly status: 'completed' | 'failed' | 'canceled';
      readonly failures: readonly Message[];
      readonly unprocessed: readonly UnprocessedRows[];
      /** What a person should know although all went well; nothing when absent. */
      readonly notes?: readonly Message[];
    };

export type JobEventType = JobEvent['type'];

export const JOB_EVENT_TYPES = [
  'OPEN',
  'CHECK',
  'INVALID',
  'UNCHANGED',
  'PLAN',
  'INTENT',
  'OUTCOME',
  'SETTLE',
  'SPLIT',
  'THROTTLE',
  'STOP',
  'STEP',
  'EXPORTED',
  'START',
  'STARTED',
  'RUN',
  'DONE',
] as const satisfies readonly JobEventType[];

/** An event as it stands in the journal. */
export type JournalRecord = JobEvent & {
  /** Sequence number, from 1, without gaps. */
  readonly n: number;
  readonly epoch: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
};

export function isJournalRecord(value: unknown): value is JournalRecord {
  return isFields(value) && isCount(value.n) && isCount(value.epoch) && isCount(value.at) && isEvent(value);
}

function isEvent(value: Fields): boolean {
  switch (value.type) {
    case 'OPEN':
      return isText(value.engine);
    case 'CHECK':
      return isCount(value.rows);
    case 'INVALID':
      return isListOf(value.rows, isBadRow);
    case 'UNCHANGED':
      return isRowRanges(value.rows);
    case 'PLAN':
      return (
        isCount(value.total) &&
        isCount(value.invalid) &&
        isOptional(value.unchanged, isCount) &&
        isOptional(value.notes, isMessages)
      );
    case 'INTENT':
      return isCount(value.batch) && isRowRanges(value.rows) && isOptional(value.updates, isRowRanges);
    case 'OUTCOME':
      return isCount(value.batch) && isOutcome(value.outcome);
    case 'SETTLE':
      return isCount(value.batch) && isDecidedRows(value);
    case 'SPLIT':
      return isCount(value.batch) && isCount(value.into);
    case 'THROTTLE':
      return isCount(value.until) && isMessage(value.reason);
    case 'STOP':
      return true;
    case 'STEP':
      return (
        isOneOf(CELL_STEPS, value.step) && isPercent(value.percent) && isOptional(value.snapshot, isText)
      );
    case 'EXPORTED':
      return isText(value.name) && isText(value.path) && isCount(value.size);
    case 'START':
      return (
        isText(value.snapshot) &&
        isOptional(value.after, isCount) &&
        isOptional(value.failedBefore, isTrue) &&
        isOptional(value.otherBefore, isTrue)
      );
    case 'STARTED':
      return (
        isOneOf(['accepted', 'refused', 'lost'] as const, value.answer) &&
        isOptional(value.message, isMessage)
      );
    case 'RUN':
      return (
        isPercent(value.percent) &&
        isOptional(value.startedAt, isCount) &&
        isOptional(value.locked, isTrue) &&
        isOptional(value.notKnown, isMessage)
      );
    case 'DONE':
      return (
        (value.status === 'completed' || value.status === 'failed' || value.status === 'canceled') &&
        isListOf(value.failures, isMessage) &&
        isListOf(value.unprocessed, isUnprocessedRows) &&
        isOptional(value.notes, isMessages)
      );
    default:
      return false;
  }
}

function isMessages(value: unknown): value is readonly Message[] {
  return isListOf(value, isMessage);
}

function isOutcome(value: unknown): value is Outcome {
  if (!isFields(value)) return false;
  switch (value.kind) {
    case 'committed':
      return isListOf(value.ids, isIdRun) && isListOf(value.revisions, isPair);
    case 'perRecord':
      return isDecidedRows(value) && isRowRanges(value.unknown);
    case 'rejected':
      return isText(value.code) && isMessage(value.message) && isListOf(value.rows, isBadRow);
    case 'notCommitted':
      return isText(value.reason) && isMessage(value.message);
    case 'impossible':
    case 'ambiguous':
      return isMessage(value.message);
    default:
      return false;
  }
}

function isDecidedRows(value: Fields): boolean {
  return (
    isRowRanges(value.committed) &&
    isCount(value.updated) &&
    isListOf(value.ids, isIdRun) &&
    isListOf(value.revisions, isPair) &&
    isListOf(value.rejected, isBadRow) &&
    isRowRanges(value.again)
  );
}

function isPercent(value: unknown): boolean {
  return value === null || (isCount(value) && value <= 100);
}

function isBadRow(value: unknown): value is BadRow {
  return isFields(value) && isCount(value.row) && isListOf(value.problems, isProblem);
}

function isUnprocessedRows(value: unknown): value is UnprocessedRows {
  return isFields(value) && isRowRanges(value.rows) && isMessage(value.reason);
}

function isRowRanges(value: unknown): value is readonly RowRange[] {
  return isListOf(value, isRowRange);
}

function isRowRange(value: unknown): value is RowRange {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [from, to] = value as unknown[];
  return isCount(from) && isCount(to) && from >= 1 && from <= to;
}

function isIdRun(value: unknown): value is IdRun {
  return isText(value) || isPair(value);
}

function isPair(value: unknown): value is readonly [string, number] {
  return Array.isArray(value) && value.length === 2 && isText(value[0]) && isCount(value[1]);
}
