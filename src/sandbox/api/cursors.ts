import { ApiError, invalidParameter } from '../apiError';
import { requireAnyRight } from '../auth';
import type { Json } from '../apps/properties';
import { optionalText } from '../parameters';
import { parseQuery } from '../query/parseQuery';
import { findIds } from '../query/select';
import { recordJson } from '../records/recordJson';
import { Access } from '../records/rights';
import { siteOf } from '../records/site';
import { TEXTS } from '../texts';
import type { ApiCall, ApiReply } from './context';
import { targetApp } from './context';
import { askedFields } from './readRecords';

const USUAL_SIZE = 100;

/** `POST records/cursor`: what a query finds now, to be read page by page. */
export function createCursor(call: ApiCall): ApiReply {
  const app = targetApp(call);
  const { parameters, caller, limits } = call;
  requireAnyRight(caller, app, 'view');
  const size = pageSize(parameters.size, limits.recordsPerRead);
  const query = parseQuery(optionalText(parameters, 'query') ?? '');
  if (query.limit !== undefined || query.offset !== undefined) {
    throw invalidParameter('query', TEXTS.badQuery);
  }
  const ids = findIds(app, query, new Access(app, caller));
  const cursor = { appId: app.id, ids, fields: askedFields(parameters), size, position: 0 };
  const id = siteOf(call.apps).cursors.create(cursor, limits.cursors);
  return { id, totalCount: String(ids.length) };
}

/** `GET records/cursor`: the next page. With the last one the cursor is gone. */
export function readCursor(call: ApiCall): ApiReply {
  const id = cursorId(call);
  const { cursors } = siteOf(call.apps);
  const cursor = cursors.get(id);
  const app = call.apps.get(cursor.appId);
  if (app === undefined) {
    throw new ApiError(404, 'GAIA_AP01', TEXTS.appMissing(cursor.appId));
  }
  requireAnyRight(call.caller, app, 'view');
  const access = new Access(app, call.caller);
  const codes = access.visible(app, cursor.fields);
  const end = cursor.position + cursor.size;
  // Records deleted in the meantime are missing from their page.
  const records = cursor.ids.slice(cursor.position, end).flatMap((recordId): Json[] => {
    const record = app.records.get(recordId);
    return record !== undefined && access.record(record).viewable ? [recordJson(app, record, codes)] : [];
  });
  cursor.position = end;
  const next = end < cursor.ids.length;
  if (!next) {
    cursors.delete(id);
  }
  return { records, next };
}

/** `DELETE records/cursor`. */
export function deleteCursor(call: ApiCall): ApiReply {
  const id = cursorId(call);
  const { cursors } = siteOf(call.apps);
  const app = call.apps.get(cursors.get(id).appId);
  if (app !== undefined) {
    requireAnyRight(call.caller, app, 'view');
  }
  cursors.delete(id);
  return {};
}

function cursorId({ parameters }: ApiCall): string {
  const id = optionalText(parameters, 'id') ?? '';
  if (id === '') {
    throw invalidParameter('id', TEXTS.parameterRequired);
  }
  return id;
}

function pageSize(sent: unknown, most: number): number {
  if (sent === undefined || sent === null || sent === '') {
    return Math.min(USUAL_SIZE, most);
  }
  const size = typeof sent === 'string' || typeof sent === 'number' ? Number(sent) : NaN;
  if (!Number.isInteger(size)) {
    throw invalidParameter('size', TEXTS.notAnInteger);
  }
  if (size < 1) {
    throw invalidParameter('size', TEXTS.atLeastOne);
  }
  if (size > most) {
    throw invalidParameter('size', TEXTS.atMost(String(most)));
  }
  return size;
}
