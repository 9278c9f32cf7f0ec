import type { WriterLimits } from '../endpoints/endpoint';
import type { Guarantee, System } from '../jobs/job';
import type { RecordLayout } from '../mapping/layout';
import { changesRecords } from '../mapping/plan';
import type { ImportMode } from '../mapping/plan';
import { keyFields } from '../mapping/schema';
import type { TargetSchema } from '../mapping/schema';
import type { Message } from '../message';

export interface GuaranteeParts {
  readonly system: System;
  readonly schema: TargetSchema;
  readonly layout: RecordLayout;
  readonly mode: ImportMode;
  /** App that keeps track of requests; none when absent. */
  readonly ledgerApp?: string | undefined;
  /** Whether the sign-in may view the records of the target. */
  readonly mayRead: boolean;
  /** Rows of new records in which every field without duplicates is blank; null when nobody has counted them. */
  readonly unkeyedRows: number | null;
}

export interface ChosenGuarantee {
  readonly guarantee: Guarantee;
  /** Why it is not as much as other imports are promised. */
  readonly reason?: Message;
}

/** Rows of one request where what a lost one has left is found by what the rows hold, or can't be found at all. */
const ROWS_TO_FIND = 100;

/**
 * What is promised of the rows of an import whose answer is lost. The whole import has the promise that holds for each
 * of its rows.
 */
export function guaranteeOf(parts: GuaranteeParts): ChosenGuarantee {
  const { system, schema, layout, mode, ledgerApp, mayRead } = parts;
  const keyed = changesRecords(mode) ? 'revision' : 'uniqueKey';
  if (system === 'personium') return { guarantee: keyed };
  const mayHaveKeys = mode === 'update' || fillsUnique(schema, layout);
  const unkeyed = parts.unkeyedRows ?? (mayHaveKeys ? 0 : Infinity);
  if (unkeyed === 0 && mayRead) return { guarantee: keyed };
  const reason: Message = !mayRead
    ? { code: 'guarantee.because.mayNotRead' }
    : mayHaveKeys && Number.isFinite(unkeyed)
      ? { code: 'guarantee.because.rowsWithoutKey', args: { rows: unkeyed } }
      : { code: 'guarantee.because.noKey' };
  if (ledgerApp !== undefined) return { guarantee: 'ledger', reason };
  return { guarantee: mayRead ? 'readBack' : 'none', reason };
}

/** Of a job whose plan says nothing, as plans of earlier versions: what holds without having asked anybody. */
export function guaranteeOfOld(system: System, mode: ImportMode): Guarantee {
  if (system !== 'personium') return 'none';
  return changesRecords(mode) ? 'revision' : 'uniqueKey';
}

/** Whether any field that allows no duplicates, and by which records are found, is given values. */
function fillsUnique(schema: TargetSchema, { fields }: RecordLayout): boolean {
  const searchable = keyFields(schema);
  return fields.some(({ field }) => field.unique && searchable.includes(field));
}

/** Whether each row is safe for itself, so that rows of a lost request may go again in other company. */
export function protectsEachRow(guarantee: Guarantee): boolean {
  return guarantee === 'uniqueKey' || guarantee === 'revision';
}

/** How requests are made so that the promise can be kept. */
export interface RequestRules {
  readonly limits: WriterLimits;
  /** Requests under way at once at the most. */
  readonly lanes: number;
  /** No request of a single record while there are others it can go with. */
  readonly neverAlone: boolean;
}

/** Requests that so many rows need at the least, for what each may carry; `requests`: when nothing is promised. */
export function requestsBy(guarantee: Guarantee, rows: number, requests: number): number {
  const few = guarantee === 'readBack' || guarantee === 'none';
  return few ? Math.max(requests, Math.ceil(rows / ROWS_TO_FIND)) : requests;
}

/** @param lanes how many a person allows */
export function rulesFor(guarantee: Guarantee, limits: WriterLimits, lanes = 1): RequestRules {
  const mayOverlap = { limits, lanes: Math.min(lanes, limits.lanes ?? lanes), neverAlone: false };
  const few = {
    ...limits,
    rowsPerRequest: Math.min(limits.rowsPerRequest, ROWS_TO_FIND),
    rowsPerSmallRequest: Math.min(limits.rowsPerSmallRequest, ROWS_TO_FIND),
  };
  switch (guarantee) {
    case 'uniqueKey':
    case 'revision':
      return mayOverlap;
    case 'ledger':
      return { ...mayOverlap, lanes: 1 };
    case 'readBack':
      // A single row can't be told from somebody else's.
      return { limits: few, lanes: 1, neverAlone: true };
    case 'none':
      return { ...mayOverlap, limits: few };
  }
}
