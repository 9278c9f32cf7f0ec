import type { Message } from '../../message';
import type { RecordLayout } from '../../mapping/layout';
import type { ImportRecord } from '../../mapping/record';
import type { TargetSchema } from '../../mapping/schema';
import type { RejectedRow, Verdict } from '../endpoint';
import type { HttpResponse } from '../transport';
import type { BatchPart } from './batchParts';
import { codeMessage, effectOf, kintoneMessage, missingRight, uncertainMessage } from './codes';
import type { CodeEffect, Right } from './codes';
import { isMovedOn } from './ledger';
import type { LedgerRecord } from './ledger';
import { refusedRows } from './refusedRows';
import { readError } from './reply';
import { isObject, readJson } from '../readJson';
import { retryAfter } from '../retryAfter';
import type { KintoneError } from './reply';

/** What has to be known of a request to judge its answer. */
export interface SentBatch {
  readonly records: readonly ImportRecord[];
  /** What the request carried, in its order; one part alone unless it was a bulk request. */
  readonly parts: readonly BatchPart[];
  readonly bulk: boolean;
  readonly schema: TargetSchema;
  readonly layout: RecordLayout;
  /** Record that the first part of a bulk request changes: it writes down that the request was kept. */
  readonly ledger?: LedgerRecord;
}

/**
 * What Kintone did with a write request. Only an answer that is Kintone's own, or a status that means by itself that
 * nothing was done, decides; everything else leaves open whether the rows were kept.
 */
export function judgeResponse(response: HttpResponse, batch: SentBatch): Verdict {
  const { status } = response;
  if (status === 200) {
    return judgeSuccess(response, batch);
  }
  if (status < 400) {
    return { kind: 'ambiguous', message: kintoneMessage('kintone.uncertainStatus', { status }) };
  }
  if (status === 413) {
    return { kind: 'notCommitted', reason: 'tooLarge', message: kintoneMessage('kintone.tooLarge') };
  }
  const error = readError(response);
  const effect = error === null ? null : effectOf(error.code, status);
  if (status === 429) {
    return throttled(response, error);
  }
  if (error !== null && effect !== null && status !== 408) {
    return judgeError(error, effect, response, batch);
  }
  // A 503 too: Kintone's own comes from its entrance, but any server on the way can write one after it lost the answer.
  return { kind: 'ambiguous', message: uncertainMessage(error, status) };
}

interface Kept {
  readonly id: string;
  readonly revision: string;
}

/** Ids and revisions in the order of the batch, whatever the order of the parts. */
function judgeSuccess(response: HttpResponse, { records, parts, bulk, ledger }: SentBatch): Verdict {
  const json = readJson(response);
  const all: readonly unknown[] =
    bulk && isObject(json) && Array.isArray(json.results) ? json.results : [bulk ? undefined : json];
  if (ledger !== undefined && !isMovedOn(all[0], ledger)) {
    return { kind: 'ambiguous', message: kintoneMessage('kintone.uncertainAnswer') };
  }
  const results = ledger === undefined ? all : all.slice(1);
  const ids = new Array<string>(records.length).fill('');
  const revisions = new Array<string>(records.length).fill('');
  let confirmed = 0;
  let expected = true;
  for (const [position, result] of results.entries()) {
    const part = parts[position];
    const kept = isObject(result) ? keptOf(result, part?.changes ?? false) : null;
    if (kept === null) {
      return { kind: 'ambiguous', message: kintoneMessage('kintone.uncertainAnswer') };
    }
    confirmed += kept.length;
    expected &&= part?.indexes.length === kept.length;
    for (const [at, { id, revision }] of kept.entries()) {
      const index = part?.indexes[at] ?? -1;
      const update = records[index]?.update;
      // A change of another record than the one that was meant can't be told apart from anything.
      if (update !== undefined && update.id !== id) {
        return { kind: 'ambiguous', message: kintoneMessage('kintone.uncertainAnswer') };
      }
      ids[index] = id;
      revisions[index] = revision;
    }
  }
  if (!expected || confirmed !== records.length || results.length !== parts.length) {
    const args = { confirmed, sent: records.length };
    return { kind: 'ambiguous', message: kintoneMessage('kintone.uncertainCount', args) };
  }
  return { kind: 'committed', ids, revisions };
}

/** New records are confirmed by lists of ids and revisions, changes by a list of both; null for any other form. */
function keptOf(result: Readonly<Record<string, unknown>>, changes: boolean): Kept[] | null {
  if (changes) {
    const records: readonly unknown[] | null = Array.isArray(result.records) ? result.records : null;
    const kept = records?.map((record) => (isObject(record) ? keptFrom(record.id, record.revision) : null));
    return kept?.every((one) => one !== null) === true ? kept : null;
  }
  const { ids, revisions } = result;
  if (!Array.isArray(ids) || !Array.isArray(revisions) || ids.length !== revisions.length) {
    return null;
  }
  const kept = ids.map((id, at) => keptFrom(id, revisions[at]));
  return kept.every((one) => one !== null) ? kept : null;
}

/** Ids are strings in Kintone's answers; numbers are documented too. */
function keptFrom(id: unknown, revision: unknown): Kept | null {
  return isId(id) && isId(revision) ? { id: String(id), revision: String(revision) } : null;
}

function isId(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

function throttled(response: HttpResponse, error: KintoneError | null): Verdict {
  return {
    kind: 'notCommitted',
    reason: 'throttled',
    message:
      error !== null && effectOf(error.code, 0) === 'throttled'
        ? codeMessage(error, response.status)
        : kintoneMessage('kintone.throttled'),
    ...retryAfter(response),
  };
}

function judgeError(
  error: KintoneError,
  effect: CodeEffect,
  response: HttpResponse,
  batch: SentBatch,
): Verdict {
  const message = codeMessage(error, response.status);
  if (batch.ledger !== undefined && error.ofPart === true && error.part === 0) {
    const verdict = judgeLedger(error, effect, response.status);
    if (verdict !== null) {
      return verdict;
    }
  }
  switch (effect) {
    case 'throttled':
    case 'locked':
      return { kind: 'notCommitted', reason: effect, message, ...retryAfter(response) };
    case 'impossible':
      return { kind: 'impossible', message: missingRight(error, neededRight(batch)) ?? message };
    case 'rejected': {
      // Kintone names the app itself: no row is to blame, and none would pass.
      if (error.errors.has('app')) {
        return { kind: 'impossible', message: withWords(message, error.errors.get('app')) };
      }
      const { rows, unplaced } = refusedRows(error, batch);
      // The ledger comes first: had an earlier copy been kept, it would have been that which refused this one.
      const exists = batch.ledger === undefined && mayBeOurs(error, rows, response, batch);
      return {
        kind: 'rejected',
        code: error.code,
        message: withWords(message, unplaced),
        rows,
        ...(exists ? { exists } : {}),
      };
    }
  }
}

/** The record of the job has moved: a copy of the request was kept, or copies were shut out. */
function judgeLedger(error: KintoneError, effect: CodeEffect, status: number): Verdict | null {
  const { code, words } = error;
  if (isConflict(code, status)) {
    return { kind: 'ambiguous', message: kintoneMessage('kintone.ledgerMoved') };
  }
  return effect === 'locked' || effect === 'throttled'
    ? null
    : { kind: 'impossible', message: kintoneMessage('kintone.ledgerRefused', { code }, words) };
}

/** Whether a revision has moved; the codes are two names of the same. */
function isConflict(code: string, status: number): boolean {
  return code === 'GAIA_CO02' || code === 'GAIA_UN03' || status === 409;
}

/** What Kintone calls a duplicate, in the three languages it speaks. */
const DUPLICATE = /重複|重复|already exists/i;

/**
 * Whether an earlier copy of the request may be what this one met: a revision has moved, or a value is taken. Kintone
 * has no code for the latter, and its words may change: that a value of a field without duplicates is refused will do,
 * because looking for its record once too often does no harm.
 */
function mayBeOurs(
  { code }: KintoneError,
  rows: readonly RejectedRow[],
  { status }: HttpResponse,
  { schema }: SentBatch,
): boolean {
  if (isConflict(code, status)) {
    return true;
  }
  const uniques = new Set(schema.fields.filter(({ unique }) => unique).map((field) => field.code));
  return rows.some(({ reasons }) =>
    reasons.some(
      ({ field, inTable, message }) =>
        field !== undefined &&
        inTable === undefined &&
        (uniques.has(field) || DUPLICATE.test(message.verbatim ?? '')),
    ),
  );
}

function neededRight({ parts }: SentBatch): Right {
  const adds = parts.some(({ changes }) => !changes);
  return parts.some(({ changes }) => changes) ? (adds ? 'addAndEdit' : 'edit') : 'add';
}

function withWords(message: Message, words: readonly string[] | undefined): Message {
  const verbatim = [message.verbatim ?? '', ...(words ?? [])].filter((text) => text !== '').join(' ');
  return verbatim === '' ? message : { ...message, verbatim };
}
