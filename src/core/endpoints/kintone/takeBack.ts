import type { RecordLayout } from '../../mapping/layout';
import type { RecordVersion } from '../../mapping/record';
import type { TargetSchema } from '../../mapping/schema';
import type { Answer, LiveRecord, RejectedRow, TakingBack, Verdict } from '../endpoint';
import { judgeFailure } from '../networkFailure';
import { isObject, readJson } from '../readJson';
import { TransportError } from '../transport';
import type { HttpRequest, HttpResponse } from '../transport';
import { PARTS, ROWS_PER_PART } from './batchParts';
import { kintoneMessage, missingRight } from './codes';
import { findRecords, KEYS_PER_READ, RECORD_ID } from './find';
import { judgeResponse } from './judge';
import { apiPath, apiUrl } from './paths';
import { commonHeaders } from './reader';
import { readError } from './reply';
import { loadOf } from './writer';
import type { WriterOptions } from './writer';

/** As long as for writing: one request deletes as many records as one adds. */
const REMOVE_TIMEOUT_MS = 300_000;

/**
 * Takes records back: up to 100 by `records.json`, more by `bulkRequest.json`; either way all of a request are deleted or
 * none, because one of them that was changed or is gone refuses it as a whole.
 */
export function createTakeBack(
  options: WriterOptions,
  schema: TargetSchema,
  layout: RecordLayout,
): TakingBack {
  const { search, mayBulk } = options;
  return {
    recordsPerRequest: mayBulk ? ROWS_PER_PART * PARTS : ROWS_PER_PART,
    read: async (ids, signal) => {
      const found: LiveRecord[] = [];
      for (const values of cut(ids, KEYS_PER_READ)) {
        found.push(...(await findRecords(search, { schema, key: RECORD_ID, values, layout }, signal)));
      }
      return found;
    },
    remove: (records, signal) => remove(options, schema, records, signal),
  };
}

async function remove(
  { place, transport, search, language, mayBulk }: WriterOptions,
  schema: TargetSchema,
  records: readonly RecordVersion[],
  signal?: AbortSignal,
): Promise<Answer> {
  const parts = cut(records, ROWS_PER_PART);
  if (records.length === 0 || parts.length > (mayBulk ? PARTS : 1)) {
    throw new RangeError(`${records.length} records can't be deleted at once`);
  }
  const bulk = parts.length > 1;
  const request: HttpRequest = bulk
    ? {
        method: 'POST',
        url: apiUrl(place, 'bulkRequest'),
        headers: { ...commonHeaders(language), 'content-type': 'application/json' },
        body: bulkBody(apiPath(place, 'records'), schema.id, parts),
      }
    : {
        method: 'DELETE',
        url: apiUrl(place, 'records', queryOf(schema.id, records)),
        headers: commonHeaders(language),
      };
  let response: HttpResponse;
  try {
    response = await transport.request({
      ...request,
      timeoutMs: REMOVE_TIMEOUT_MS,
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (error instanceof TransportError) {
      return judgeFailure(error);
    }
    throw error;
  }
  const verdict =
    response.status === 200
      ? judgeRemoved(response, records, bulk ? parts.length : null)
      : await judgeRefusal(response, bulk, { search, schema, records }, signal);
  return { ...verdict, ...loadOf(response) };
}

/** Kintone takes what is to be deleted in the address alone. */
function queryOf(app: string, records: readonly RecordVersion[]): Record<string, string> {
  return {
    app,
    ...Object.fromEntries(records.map(({ id }, index) => [`ids[${index}]`, id])),
    ...Object.fromEntries(records.map(({ revision }, index) => [`revisions[${index}]`, revision])),
  };
}

function bulkBody(
  api: string,
  app: string,
  parts: readonly (readonly RecordVersion[])[],
): Uint8Array<ArrayBuffer> {
  const requests = parts.map((part) => ({
    method: 'DELETE',
    api,
    payload: { app, ids: part.map(({ id }) => id), revisions: part.map(({ revision }) => revision) },
  }));
  return new TextEncoder().encode(JSON.stringify({ requests }));
}

/** An empty object for each part; anything else is no answer of Kintone to this. */
function judgeRemoved(
  response: HttpResponse,
  records: readonly RecordVersion[],
  parts: number | null,
): Verdict {
  const json = readJson(response);
  const results: readonly unknown[] | null =
    parts === null ? [json] : isObject(json) && Array.isArray(json.results) ? json.results : null;
  if (results?.length !== (parts ?? 1) || !results.every(isEmpty)) {
    return { kind: 'ambiguous', message: kintoneMessage('kintone.uncertainAnswer') };
  }
  return {
    kind: 'committed',
    ids: records.map(({ id }) => id),
    revisions: records.map(({ revision }) => revision),
  };
}

function isEmpty(result: unknown): boolean {
  return isObject(result) && Object.keys(result).length === 0;
}

interface Asked {
  readonly search: WriterOptions['search'];
  readonly schema: TargetSchema;
  readonly records: readonly RecordVersion[];
}

async function judgeRefusal(
  response: HttpResponse,
  bulk: boolean,
  asked: Asked,
  signal?: AbortSignal,
): Promise<Verdict> {
  const layout = { fields: [], key: null, startColumn: null };
  const verdict = judgeResponse(response, { records: [], parts: [], bulk, schema: asked.schema, layout });
  const error = verdict.kind === 'impossible' ? readError(response) : null;
  const message = error === null ? null : missingRight(error, 'delete');
  if (error === null || message === null) {
    return verdict;
  }
  const rows = error.code === 'CB_NO02' ? await mayNotDelete(asked, signal) : [];
  return rows.length > 0 && rows.length < asked.records.length
    ? { kind: 'rejected', code: error.code, message, rows }
    : { kind: 'impossible', message };
}

/** Rights can differ from record to record; which of them may not be deleted, as far as Kintone tells. */
async function mayNotDelete(
  { search, schema, records }: Asked,
  signal?: AbortSignal,
): Promise<RejectedRow[]> {
  const rows: RejectedRow[] = [];
  try {
    for (const [part, some] of cut(records, ROWS_PER_PART).entries()) {
      const ids = some.map(({ id }) => id);
      const { rights } = await search('records/acl/evaluate', { app: schema.id, ids }, signal);
      const refused = new Set(Array.isArray(rights) ? (rights as readonly unknown[]).flatMap(idIfKept) : []);
      for (const [at, id] of ids.entries()) {
        if (!refused.has(id)) continue;
        const index = part * ROWS_PER_PART + at;
        rows.push({ index, reasons: [{ message: kintoneMessage('kintone.mayNotDeleteRecord') }] });
      }
    }
  } catch {
    return [];
  }
  return rows;
}

function idIfKept(right: unknown): string[] {
  return isObject(right) && isObject(right.record) && right.record.deletable === false
    ? [String(right.id)]
    : [];
}

function cut<T>(things: readonly T[], size: number): T[][] {
  const pieces: T[][] = [];
  for (let from = 0; from < things.length; from += size) pieces.push(things.slice(from, from + size));
  return pieces;
}
