import type { App } from '../records/app';
import type { RecordView } from '../records/recordStore';
import type { Access } from '../records/rights';
import type { Comparison, Predicate } from './evaluate';
import { candidates, compileCondition, compileOrder, idRange, isId } from './evaluate';
import type { Query } from './parseQuery';

/** A part of what a query finds. */
export interface Window {
  readonly limit: number;
  readonly offset: number;
  /** Whether the number of all records found is wanted. */
  readonly counted: boolean;
}

export interface Selection {
  readonly found: readonly RecordView[];
  /** Only right where it was asked for. */
  readonly total: number;
}

/** The records of a query, newest first unless it says otherwise; without those kept from the reader. */
export function select(app: App, query: Query, window: Window, access?: Access): Selection {
  const search = searchFor(app, query, access);
  const [first] = query.order;
  if (first === undefined || isId(app, first.field)) {
    // In the order of ids the search may end with the last record asked for.
    return inIdOrder(app, search, window);
  }
  const all = sorted(app, query, search);
  return { found: all.slice(window.offset, window.offset + window.limit), total: all.length };
}

/** Ids of all records of a query, in its order. */
export function findIds(app: App, query: Query, access: Access): readonly number[] {
  const search = searchFor(app, query, access);
  const [first] = query.order;
  const byId = first === undefined || isId(app, first.field);
  const all = byId ? scan(app, search) : sorted(app, query, search);
  return [...all].map(({ id }) => id);
}

interface Search {
  readonly from: number;
  readonly to: number;
  readonly descending: boolean;
  /** The only ids it can be, when a field without duplicates tells them. */
  readonly only: readonly number[] | undefined;
  readonly holds: Predicate | undefined;
}

function searchFor(app: App, query: Query, access: Access | undefined): Search {
  const { userCode } = access ?? { userCode: undefined };
  const condition = compileCondition(app, query.condition, userCode);
  const visible =
    access === undefined || access.seesAllRecords
      ? undefined
      : (record: RecordView) => access.record(record).viewable;
  const [first] = query.order;
  return {
    ...idRange(app, query.condition),
    descending: first !== undefined && isId(app, first.field) ? first.descending : true,
    only: candidates(app, query.condition),
    holds: both(condition, visible),
  };
}

function both(a: Predicate | undefined, b: Predicate | undefined): Predicate | undefined {
  if (a === undefined || b === undefined) {
    return a ?? b;
  }
  return (record) => a(record) && b(record);
}

function sorted(app: App, query: Query, search: Search): RecordView[] {
  const comparisons = query.order.map(({ field, descending }): Comparison => {
    const compare = compileOrder(app, field);
    return descending ? (a, b) => -compare(a, b) : compare;
  });
  const all = [...scan(app, search)];
  return all.sort((a, b) => comparisons.reduce((order, compare) => (order === 0 ? compare(a, b) : order), 0));
}

function inIdOrder(app: App, search: Search, { limit, offset, counted }: Window): Selection {
  const found: RecordView[] = [];
  const countAll = counted && search.holds !== undefined;
  let total = 0;
  for (const record of limit === 0 && !countAll ? [] : scan(app, search)) {
    total++;
    if (total > offset && found.length < limit) {
      found.push(record);
    }
    if (found.length >= limit && !countAll) {
      break;
    }
  }
  return { found, total: search.holds === undefined ? app.records.count : total };
}

function* scan(app: App, { from: least, to: most, descending, only, holds }: Search): Generator<RecordView> {
  const from = Math.max(least, 1);
  const to = Math.min(most, app.records.lastId);
  for (const id of only === undefined ? idsBetween(from, to, descending) : among(only, descending)) {
    const record = id < from || id > to ? undefined : app.records.get(id);
    if (record !== undefined && (holds === undefined || holds(record))) {
      yield record;
    }
  }
}

function among(ids: readonly number[], descending: boolean): readonly number[] {
  return [...new Set(ids)].sort((a, b) => (descending ? b - a : a - b));
}

function* idsBetween(from: number, to: number, descending: boolean): Generator<number> {
  const step = descending ? -1 : 1;
  for (let id = descending ? to : from; id >= from && id <= to; id += step) {
    yield id;
  }
}
