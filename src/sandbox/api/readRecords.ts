import { ApiError } from '../apiError';
import { requireAnyRight } from '../auth';
import type { Json } from '../apps/properties';
import { optionalList, optionalText, requiredId } from '../parameters';
import { compileCondition, compileOrder, idRange, isId } from '../query/evaluate';
import type { Comparison, Predicate } from '../query/evaluate';
import type { Query } from '../query/parseQuery';
import { parseQuery } from '../query/parseQuery';
import type { App } from '../records/app';
import type { RecordView } from '../records/recordStore';
import { recordJson } from '../records/recordJson';
import { TEXTS } from '../texts';
import type { ApiCall, ApiReply } from './context';
import { targetApp } from './context';

const USUAL_LIMIT = 100;
const MOST_RECORDS = 500;
const FARTHEST_OFFSET = 10_000;

/** `GET record`. */
export function getRecord(call: ApiCall): ApiReply {
  const app = targetApp(call);
  const id = requiredId(call.parameters, 'id');
  requireAnyRight(call.caller, app, 'view');
  const record = app.records.get(id);
  if (record === undefined) {
    throw new ApiError(404, 'GAIA_RE01', TEXTS.recordMissing(String(id)));
  }
  return { record: recordJson(app, record) };
}

/** `GET records`. */
export function getRecords(call: ApiCall): ApiReply {
  const app = targetApp(call);
  requireAnyRight(call.caller, app, 'view');
  const { parameters } = call;
  const query = parseQuery(optionalText(parameters, 'query') ?? '');
  const fields = optionalList(parameters, 'fields');
  const codes = fields === undefined || fields.length === 0 ? undefined : new Set(fields.map(String));
  const counted = parameters.totalCount === true || parameters.totalCount === 'true';
  const { found, total } = select(app, query, counted);
  return {
    records: found.map((record): Json => recordJson(app, record, codes)),
    totalCount: counted ? String(total) : null,
  };
}

/** Newest first, as a view shows them. */
export function newestRecords(app: App, most: number): readonly RecordView[] {
  const query: Query = { condition: undefined, order: [], limit: most, offset: 0 };
  return select(app, query, false).found;
}

function select(app: App, query: Query, counted: boolean): { found: RecordView[]; total: number } {
  const { limit = USUAL_LIMIT, offset = 0 } = query;
  if (limit > MOST_RECORDS) {
    throw new ApiError(400, 'GAIA_QU01', TEXTS.limitTooLarge);
  }
  if (offset > FARTHEST_OFFSET) {
    throw new ApiError(400, 'GAIA_QU02', TEXTS.offsetTooLarge);
  }
  const holds = compileCondition(app, query.condition);
  const range = idRange(app, query.condition);
  const [first] = query.order;
  const comparisons = query.order.map(({ field, descending }): Comparison => {
    const compare = compileOrder(app, field);
    return descending ? (a, b) => -compare(a, b) : compare;
  });
  if (first === undefined || isId(app, first.field)) {
    // In the order of ids the search may end with the last record asked for.
    const ids = { ...range, descending: first?.descending ?? true };
    return inIdOrder(app, ids, holds, { limit, offset, counted });
  }
  const all = [...scan(app, { ...range, descending: true }, holds)];
  all.sort((a, b) => comparisons.reduce((order, compare) => (order === 0 ? compare(a, b) : order), 0));
  return { found: all.slice(offset, offset + limit), total: all.length };
}

interface IdOrder {
  readonly from: number;
  readonly to: number;
  readonly descending: boolean;
}

function inIdOrder(
  app: App,
  ids: IdOrder,
  holds: Predicate | undefined,
  { limit, offset, counted }: { limit: number; offset: number; counted: boolean },
): { found: RecordView[]; total: number } {
  const found: RecordView[] = [];
  const countAll = counted && holds !== undefined;
  let total = 0;
  for (const record of limit === 0 && !countAll ? [] : scan(app, ids, holds)) {
    total++;
    if (total > offset && found.length < limit) {
      found.push(record);
    }
    if (found.length >= limit && !countAll) {
      break;
    }
  }
  return { found, total: holds === undefined ? app.records.count : total };
}

function* scan(app: App, ids: IdOrder, holds: Predicate | undefined): Generator<RecordView> {
  const from = Math.max(ids.from, 1);
  const to = Math.min(ids.to, app.records.lastId);
  const step = ids.descending ? -1 : 1;
  for (let id = ids.descending ? to : from; id >= from && id <= to; id += step) {
    const record = app.records.get(id);
    if (record !== undefined && (holds === undefined || holds(record))) {
      yield record;
    }
  }
}
