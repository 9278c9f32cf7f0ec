import type { Stored } from './collection';
import { PersoniumError } from './errors';
import type { Columns, Filter } from './filter';
import { parseFilter } from './filter';
import type { UnitLimits } from './limits';

/** What a list is asked for. */
export interface ListQuery<Row> {
  readonly filter: Filter<Row> | undefined;
  readonly order: readonly { readonly column: string; readonly descending: boolean }[];
  readonly top: number;
  readonly skip: number;
  readonly withCount: boolean;
  /** Undefined: all columns. */
  readonly select: readonly string[] | undefined;
  /** A text that any column has to hold. */
  readonly text: string | undefined;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  /** Rows that match, where it was asked for. */
  readonly count: number | undefined;
}

const MOST_TEXT_BYTES = 255;

/** Reads the query options of a list; throws the refusal that the server gives. */
export function parseListQuery<Row>(
  parameters: URLSearchParams,
  columns: Columns<Row>,
  limits: UnitLimits,
  key: string,
): ListQuery<Row> {
  const top = rangeOf(parameters, '$top', limits.top) ?? limits.defaultTop;
  const skip = rangeOf(parameters, '$skip', limits.skip) ?? 0;
  const filter = parameters.get('$filter');
  const select = selectOf(parameters.get('$select'), columns);
  const inlineCount = parameters.get('$inlinecount');
  if (inlineCount !== null && inlineCount !== 'allpages' && inlineCount !== 'none') {
    throw new PersoniumError('PR400-OD-0013', inlineCount);
  }
  const order = orderOf(parameters.get('$orderby'), columns);
  const text = parameters.get('q') ?? undefined;
  if (text !== undefined && (text === '' || Buffer.byteLength(text) > MOST_TEXT_BYTES)) {
    throw new PersoniumError('PR400-OD-0029', 'q', text);
  }
  return {
    filter: filter === null || filter === '' ? undefined : parseFilter(filter, columns, key),
    order,
    top,
    skip,
    withCount: inlineCount === 'allpages',
    select,
    text,
  };
}

/** A number of the query from 0 to `most`; undefined when it is not there. */
export function rangeOf(parameters: URLSearchParams, name: string, most: number): number | undefined {
  const text = parameters.get(name);
  if (text === null) {
    return undefined;
  }
  if (!/^-?\d{1,10}$/.test(text)) {
    throw new PersoniumError('PR400-OD-0036', name);
  }
  const number = Number(text);
  if (number < 0 || number > most) {
    throw new PersoniumError('PR400-OD-0029', name, text);
  }
  return number;
}

function selectOf<Row>(text: string | null, columns: Columns<Row>): readonly string[] | undefined {
  if (text === null || text === '*') {
    return undefined;
  }
  const names = text.split(',').map((name) => name.trim());
  if (names.some((name) => !/^[\w-]+$/.test(name))) {
    throw new PersoniumError('PR400-OD-0017');
  }
  return names.filter((name) => columns.typeOf(name) !== undefined);
}

function orderOf<Row>(text: string | null, columns: Columns<Row>): ListQuery<Row>['order'] {
  if (text === null) {
    return [];
  }
  return text.split(',').map((part) => {
    const [, column, direction = 'asc'] = /^\s*([\w-]+)(?:\s+(asc|desc))?\s*$/.exec(part) ?? [];
    if (column === undefined) {
      throw new PersoniumError('PR400-OD-0015');
    }
    if (columns.isList(column)) {
      throw new PersoniumError('PR400-OD-0040');
    }
    return { column, descending: direction === 'desc' };
  });
}

/** The rows of one page; `byKey` gives those of given keys quickly. */
export function pageOf<Row>(
  rows: { readonly size: number; values(): Iterable<Row> },
  query: ListQuery<Row>,
  columns: Columns<Row>,
  byKey: (key: string) => Row | undefined,
): Page<Row> {
  const { filter, order, top, skip, withCount, text } = query;
  if (filter === undefined && text === undefined && order.length === 0) {
    return { rows: slice(rows.values(), skip, top), count: withCount ? rows.size : undefined };
  }
  const keys = filter?.keys;
  const candidates =
    keys === undefined
      ? rows.values()
      : [...new Set(keys)].map(byKey).filter((row): row is Row => row !== undefined);
  const found: Row[] = [];
  for (const row of candidates) {
    if ((filter === undefined || filter.matches(row)) && (text === undefined || holds(row, text))) {
      found.push(row);
    }
  }
  if (order.length > 0) {
    found.sort((a, b) => compareRows(a, b, order, columns));
  }
  return { rows: found.slice(skip, skip + top), count: withCount ? found.length : undefined };
}

function slice<Row>(rows: Iterable<Row>, skip: number, top: number): Row[] {
  const found: Row[] = [];
  let at = 0;
  for (const row of rows) {
    if (at >= skip + top) {
      break;
    }
    if (at >= skip) {
      found.push(row);
    }
    at++;
  }
  return found;
}

function compareRows<Row>(a: Row, b: Row, order: ListQuery<Row>['order'], columns: Columns<Row>): number {
  for (const { column, descending } of order) {
    const sign = compareCells(columns.read(a, column), columns.read(b, column));
    if (sign !== 0) {
      return descending ? -sign : sign;
    }
  }
  return 0;
}

/** Nothing comes last. */
function compareCells(a: Stored | undefined, b: Stored | undefined): number {
  if (a === b) {
    return 0;
  }
  if (a === undefined || a === null) {
    return 1;
  }
  if (b === undefined || b === null) {
    return -1;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

function holds(row: unknown, text: string): boolean {
  return JSON.stringify(row).toLowerCase().includes(text.toLowerCase());
}
