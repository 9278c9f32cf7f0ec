import type { RecordValue } from '../mapping/record';
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
import { GUARANTEES } from './job';
import type { Guarantee } from './job';
import { ANSWERS, CELL_STEPS } from './records';
import type {
  BadRow,
  Candidate,
  JournalRecord,
  Outcome,
  RecordBefore,
  Twin,
  UnprocessedRows,
} from './records';
import type { IdRun, RowRange } from './runs';

/** Whether something read back is a record of a journal. */
export function isJournalRecord(value: unknown): value is JournalRecord {
  return isFields(value) && isCount(value.n) && isCount(value.epoch) && isCount(value.at) && isEvent(value);
}

function isEvent(value: Fields): boolean {
  switch (value.type) {
    case 'OPEN':
      return isText(value.engine) && isOptional(value.host, isText);
    case 'CHECK':
      return isCount(value.rows);
    case 'INVALID':
      return isListOf(value.rows, isBadRow);
    case 'UNCHANGED':
      return isRowRanges(value.rows);
    case 'BEFORE':
      return isListOf(value.records, isRecordBefore);
    case 'PLAN':
      return (
        isCount(value.total) &&
        isCount(value.invalid) &&
        isOptional(value.unchanged, isCount) &&
        isOptional(value.notes, isMessages) &&
        isOptional(value.guarantee, isGuarantee)
      );
    case 'INTENT':
      return (
        isCount(value.batch) &&
        isRowRanges(value.rows) &&
        isOptional(value.updates, isRowRanges) &&
        isOptional(value.highWater, isText)
      );
    case 'OUTCOME':
      return isCount(value.batch) && isOutcome(value.outcome);
    case 'SETTLE':
      return isCount(value.batch) && isDecidedRows(value) && isOptional(value.late, isLateRows);
    case 'SPLIT':
      return isCount(value.batch) && isCount(value.into);
    case 'THROTTLE':
      return isCount(value.until) && isMessage(value.reason);
    case 'ASK':
      return isRowRanges(value.rows) && isListOf(value.candidates, isCandidate);
    case 'DECISION':
      return (
        isCount(value.batch) &&
        isOneOf(ANSWERS, value.answer) &&
        isRowRanges(value.rows) &&
        isCount(value.updated)
      );
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
        isOptional(value.notes, isMessages) &&
        (value.twins === undefined || isListOf(value.twins, isTwin))
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

function isLateRows(value: unknown): value is { readonly unknown: readonly RowRange[] } {
  return isFields(value) && isRowRanges(value.unknown);
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

function isGuarantee(value: unknown): value is Guarantee {
  return isOneOf(GUARANTEES, value);
}

function isRecordBefore(value: unknown): value is RecordBefore {
  return (
    isFields(value) &&
    isCount(value.row) &&
    isText(value.id) &&
    isText(value.revision) &&
    isListOf(value.values, isFieldValue)
  );
}

function isFieldValue(value: unknown): value is readonly [number, NonNullable<RecordValue>] {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [field, held] = value as unknown[];
  return isCount(field) && (isText(held) || isListOf(held, isText) || isFields(held));
}

function isCandidate(value: unknown): value is Candidate {
  return isFields(value) && isCount(value.row) && isListOf(value.ids, isText);
}

function isTwin(value: unknown): value is Twin {
  return isFields(value) && isCount(value.row) && isText(value.id) && isText(value.revision);
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

export function isRowRanges(value: unknown): value is readonly RowRange[] {
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
