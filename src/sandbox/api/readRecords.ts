import { ApiError } from '../apiError';
import { requireAnyRight } from '../auth';
import type { Json } from '../apps/properties';
import type { Parameters } from '../parameters';
import { optionalList, optionalText, requiredId } from '../parameters';
import type { Query } from '../query/parseQuery';
import { parseQuery } from '../query/parseQuery';
import { select } from '../query/select';
import type { App } from '../records/app';
import type { RecordView } from '../records/recordStore';
import { recordJson } from '../records/recordJson';
import { Access } from '../records/rights';
import { TEXTS } from '../texts';
import type { ApiCall, ApiReply } from './context';
import { targetApp } from './context';

const USUAL_LIMIT = 100;

/** `GET record`. */
export function getRecord(call: ApiCall): ApiReply {
  const app = targetApp(call);
  const id = requiredId(call.parameters, 'id');
  requireAnyRight(call.caller, app, 'view');
  const record = app.records.get(id);
  if (record === undefined) {
    throw new ApiError(404, 'GAIA_RE01', TEXTS.recordMissing(String(id)));
  }
  const access = new Access(app, call.caller);
  access.require(record, 'viewable');
  return { record: recordJson(app, record, access.visible(app, undefined)) };
}

/** `GET records`. */
export function getRecords(call: ApiCall): ApiReply {
  const app = targetApp(call);
  requireAnyRight(call.caller, app, 'view');
  const { parameters, limits } = call;
  const query = parseQuery(optionalText(parameters, 'query') ?? '');
  const counted = parameters.totalCount === true || parameters.totalCount === 'true';
  const { limit = Math.min(USUAL_LIMIT, limits.recordsPerRead), offset = 0 } = query;
  if (limit > limits.recordsPerRead) {
    throw new ApiError(400, 'GAIA_QU01', TEXTS.limitTooLarge);
  }
  if (offset > limits.farthestOffset) {
    throw new ApiError(400, 'GAIA_QU02', TEXTS.offsetTooLarge);
  }
  const access = new Access(app, call.caller);
  const codes = access.visible(app, askedFields(parameters));
  const { found, total } = select(app, query, { limit, offset, counted }, access);
  return {
    records: found.map((record): Json => recordJson(app, record, codes)),
    totalCount: counted ? String(total) : null,
  };
}

/** Newest first, as a view shows them. */
export function newestRecords(app: App, most: number): readonly RecordView[] {
  const query: Query = { condition: undefined, order: [], limit: undefined, offset: undefined };
  return select(app, query, { limit: most, offset: 0, counted: false }).found;
}

/** The codes a request wants replied; undefined: all. */
export function askedFields(parameters: Parameters): ReadonlySet<string> | undefined {
  const fields = optionalList(parameters, 'fields');
  return fields === undefined || fields.length === 0 ? undefined : new Set(fields.map(String));
}
