import type { Columns } from './filter';
import type { UnitLimits } from './limits';
import { listReply } from './odataReply';
import { pageOf, parseListQuery } from './query';
import type { PersoniumReply, PersoniumRequest } from './request';

/** A row of a set that describes a cell or a schema; a `__…` member is a moment. */
export type PlainRow = Readonly<Record<string, string | number | boolean | null>>;

export interface RowSet {
  /** `CellCtl.Box` and the like. */
  readonly type: string;
  /** Without a slash at the end. */
  readonly url: string;
  /** What stands between the brackets of a row's address. */
  readonly key: (row: PlainRow) => string;
  readonly rows: readonly PlainRow[];
}

/** Answers `GET` on such a set; always JSON. */
export function listRows(request: PersoniumRequest, set: RowSet, limits: UnitLimits): PersoniumReply {
  const columns = columnsOf(set.rows, limits);
  const query = parseListQuery(request.url.searchParams, columns, limits, '');
  const rows = { size: set.rows.length, values: () => set.rows };
  const page = pageOf(rows, query, columns, () => undefined);
  const wire = page.rows.map((row) => wireRow(set, row, query.select));
  return listReply('json', set.url, wire, page.count);
}

export function wireRow(
  { type, url, key }: RowSet,
  row: PlainRow,
  select?: readonly string[],
): Record<string, unknown> {
  const { __published: published = 0, __updated: updated = published } = row;
  const wire: Record<string, unknown> = {
    __metadata: { uri: `${url}(${key(row)})`, etag: etagOfRow(row), type },
  };
  for (const [name, value] of Object.entries(row)) {
    if (!name.startsWith('__') && (select === undefined || select.includes(name))) {
      wire[name] = value;
    }
  }
  return { ...wire, __published: `/Date(${String(published)})/`, __updated: `/Date(${String(updated)})/` };
}

export function etagOfRow({ __published: published = 0, __updated: updated = published }: PlainRow): string {
  return `W/"1-${String(updated)}"`;
}

function columnsOf(rows: readonly PlainRow[], limits: UnitLimits): Columns<PlainRow> {
  const [first] = rows;
  return {
    comparedCharacters: limits.comparedCharacters,
    typeOf: (name) => {
      if (first === undefined) {
        return 'Edm.String';
      }
      if (!Object.hasOwn(first, name)) {
        return undefined;
      }
      if (name.startsWith('__')) {
        return 'Edm.DateTime';
      }
      return typeof first[name] === 'boolean' ? 'Edm.Boolean' : 'Edm.String';
    },
    isList: () => false,
    read: (row, name) => row[name],
  };
}
