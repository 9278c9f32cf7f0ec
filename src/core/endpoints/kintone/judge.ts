import type { Message } from '../../message';
import type { TargetSchema } from '../../mapping/schema';
import type { Answer, RejectedReason, RejectedRow } from '../endpoint';
import type { HttpResponse } from '../transport';
import { codeMessage, effectOf, kintoneMessage } from './codes';
import type { CodeEffect } from './codes';
import { parseErrorPath } from './errorPath';
import { isObject, readError, readJson } from './reply';
import type { KintoneError } from './reply';

/** What has to be known of a request to judge its answer. */
export interface SentBatch {
  readonly rows: number;
  /** Rows of each part but the last. */
  readonly rowsPerPart: number;
  /** Whether the parts went as one bulk request. */
  readonly bulk: boolean;
  readonly schema: TargetSchema;
}

/**
 * What Kintone did with a write request. Only an answer that is Kintone's own, or a status that means by itself that
 * nothing was done, decides; everything else leaves open whether the rows were kept.
 */
export function judgeResponse(response: HttpResponse, batch: SentBatch): Answer {
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
  if (status === 503 && !isWrittenInBetween(response)) {
    return {
      kind: 'notCommitted',
      reason: 'unavailable',
      message: kintoneMessage('kintone.unavailable'),
      ...retryAfter(response),
    };
  }
  return { kind: 'ambiguous', message: kintoneMessage('kintone.uncertainStatus', { status }) };
}

function judgeSuccess(response: HttpResponse, batch: SentBatch): Answer {
  const json = readJson(response);
  const parts: readonly unknown[] =
    batch.bulk && isObject(json) && Array.isArray(json.results)
      ? json.results
      : [batch.bulk ? undefined : json];
  const ids: string[] = [];
  const revisions: string[] = [];
  for (const part of parts) {
    const partIds = isObject(part) ? idList(part.ids) : null;
    const partRevisions = isObject(part) ? idList(part.revisions) : null;
    if (partIds === null || partRevisions?.length !== partIds.length) {
      return { kind: 'ambiguous', message: kintoneMessage('kintone.uncertainAnswer') };
    }
    ids.push(...partIds);
    revisions.push(...partRevisions);
  }
  if (ids.length !== batch.rows || parts.length !== Math.ceil(batch.rows / batch.rowsPerPart)) {
    const args = { confirmed: ids.length, sent: batch.rows };
    return { kind: 'ambiguous', message: kintoneMessage('kintone.uncertainCount', args) };
  }
  return { kind: 'committed', ids, revisions };
}

/** Ids are strings in Kintone's answers; numbers are documented too. */
function idList(value: unknown): string[] | null {
  if (!Array.isArray(value)) {
    return null;
  }
  const ids: string[] = [];
  for (const id of value as readonly unknown[]) {
    if (typeof id !== 'string' && typeof id !== 'number') {
      return null;
    }
    ids.push(String(id));
  }
  return ids;
}

function throttled(response: HttpResponse, error: KintoneError | null): Answer {
  return {
    kind: 'notCommitted',
    reason: 'throttled',
    message:
      error !== null && effectOf(error.code, 0) === 'throttled'
        ? codeMessage(error.code, response.status, error.words)
        : kintoneMessage('kintone.throttled'),
    ...retryAfter(response),
  };
}

function judgeError(
  error: KintoneError,
  effect: CodeEffect,
  response: HttpResponse,
  batch: SentBatch,
): Answer {
  const message = codeMessage(error.code, response.status, error.words);
  switch (effect) {
    case 'throttled':
    case 'locked':
      return { kind: 'notCommitted', reason: effect, message, ...retryAfter(response) };
    case 'impossible':
      return { kind: 'impossible', message };
    case 'rejected':
      // Kintone names the app itself: no row is to blame, and none would pass.
      return error.errors.has('app')
        ? { kind: 'impossible', message: withWords(message, error.errors.get('app')) }
        : { kind: 'rejected', code: error.code, message, rows: rejectedRows(error, batch) };
  }
}

function withWords(message: Message, words: readonly string[] | undefined): Message {
  const verbatim = [message.verbatim ?? '', ...(words ?? [])].filter((text) => text !== '').join(' ');
  return verbatim === '' ? message : { ...message, verbatim };
}

function rejectedRows(error: KintoneError, batch: SentBatch): RejectedRow[] {
  const { schema, rowsPerPart } = batch;
  const codes = schema.fields.map((field) => field.code);
  const labels = new Map(schema.fields.map((field) => [field.code, field.label]));
  const first = error.part * rowsPerPart;
  const rowsOfPart = Math.min(rowsPerPart, batch.rows - first);
  const byRow = new Map<number, RejectedReason[]>();
  for (const [path, words] of error.errors) {
    const place = parseErrorPath(path, codes);
    // An index outside of what was sent names nothing of ours.
    const record = place?.record ?? (batch.rows === 1 ? 0 : rowsOfPart);
    if (place === null || record >= rowsOfPart) {
      continue;
    }
    const row = first + record;
    const reasons = byRow.get(row) ?? [];
    byRow.set(row, reasons);
    const field = place.inner?.field ?? place.field;
    for (const text of words.length > 0 ? words : [error.words]) {
      reasons.push(
        field === null
          ? { message: kintoneMessage('kintone.refusedRow', undefined, text) }
          : {
              field,
              message: kintoneMessage('kintone.refusedValue', { field: labels.get(field) ?? field }, text),
            },
      );
    }
  }
  return [...byRow].sort(([a], [b]) => a - b).map(([index, reasons]) => ({ index, reasons }));
}

/**
 * Kintone's own 503 (maintenance, overload) comes from its entrance, before anything is done. A gateway in between
 * also writes one when the server behind it broke off, and then nothing is known.
 */
function isWrittenInBetween({ headers, body }: HttpResponse): boolean {
  return (
    headers.via !== undefined ||
    /envoy|varnish|squid|haproxy|cloudflare/i.test(headers.server ?? '') ||
    /upstream|gateway|proxy/i.test(new TextDecoder().decode(body.subarray(0, 4096)))
  );
}

/** Seconds or a date, as HTTP allows both. */
function retryAfter(response: HttpResponse): { retryAfterMs?: number } {
  const text = response.headers['retry-after']?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) {
    return { retryAfterMs: Number(text) * 1000 };
  }
  const at = text === '' ? Number.NaN : Date.parse(text);
  if (Number.isNaN(at)) {
    return {};
  }
  const now = Date.parse(response.headers.date ?? '');
  return { retryAfterMs: Math.max(0, at - (Number.isNaN(now) ? Date.now() : now)) };
}
