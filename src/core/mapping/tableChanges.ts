import type { ChangeProblem } from './changes';
import type { LayoutField } from './layout';
import { matchInOrder } from './matchRows';
import { ofColumns, othersOf, withOthers } from './otherOptions';
import type { RecordValue, TableRow, TableValue } from './record';
import { missing } from './recordParts';
import { mappingMessage } from './refusal';
import { missingInTable } from './required';
import { meaningOf, sameValue } from './sameValue';

export interface TableChanges {
  /** `undefined` when the table would not change; the very value of the record when it is sent as it is. */
  readonly value: TableValue | undefined;
  readonly problems: readonly ChangeProblem[];
}

/** What of a table would change the live one; `row` is where its record begins. */
export function tableChanges(
  one: LayoutField,
  row: number,
  table: TableValue,
  live: TableValue,
): TableChanges {
  return one.idColumn === undefined
    ? byValues(one, row, table, live.rows)
    : byIds(one, one.idColumn, table, live.rows);
}

function byIds(
  one: LayoutField,
  idColumn: number,
  table: TableValue,
  live: readonly TableRow[],
): TableChanges {
  const { rows } = table;
  const known = new Map(live.flatMap((row) => (row.id === undefined ? [] : [[row.id, row] as const])));
  const problems: ChangeProblem[] = [];
  const used = new Set<TableRow>();
  const sent = rows.map((row) => {
    if (row.id === undefined) return row;
    const before = known.get(row.id);
    if (before === undefined) {
      const message = mappingMessage('table.unknownRowId', { field: one.field.label, value: row.id });
      problems.push({
        row: row.row,
        problem: { column: idColumn, field: one.field.code, value: row.id, message },
      });
      return row;
    }
    used.add(before);
    return keeping(one, row, before);
  });
  const left = live.filter((row) => used.has(row) || !isBlank(one, row));
  const same =
    rows.length === left.length &&
    rows.every((row, index) => {
      const before = left[index];
      return before !== undefined && row.id === before.id && hasSameValues(one, row, before);
    });
  return { value: same ? undefined : withRows(table, sent), problems };
}

function byValues(one: LayoutField, row: number, table: TableValue, live: readonly TableRow[]): TableChanges {
  const { rows } = table;
  const inner = (one.inner ?? []).map((each, index) => ({ one: each, index }));
  // What is not sent says nothing about the row that is meant, so that all rows are told apart without it.
  const telling = inner.filter(({ index }) => rows.every(({ values }) => values[index] !== undefined));
  const meaningOfRow = ({ values }: TableRow): string =>
    JSON.stringify(
      telling.map(({ one: each, index }) => meaningOf(each.field, ofColumns(each, values[index]))),
    );
  const matched = matchInOrder(rows.map(meaningOfRow), live.map(meaningOfRow));
  const kept = new Set(matched);
  const gone = live.filter((each, index) => !kept.has(index) && !isBlank(one, each));
  const added = rows.filter((_, index) => (matched[index] ?? null) === null);
  const same = rows.every((each, index) => {
    const before = live[matched[index] ?? -1];
    return before !== undefined && hasSameValues(one, each, before);
  });
  if (same && gone.length === 0) return { value: undefined, problems: [] };
  const sent = rows.map((each, index) => {
    const before = live[matched[index] ?? -1];
    return before === undefined ? each : keeping(one, each, before);
  });
  return { value: withRows(table, sent), problems: [...losses(one, row, gone), ...lacking(one, added)] };
}

/**
 * A row that stays keeps what is not sent. Attachments that are the same are not uploaded again, and lookups not made
 * again: they would copy what their source holds by now, or fail because it has gone.
 */
function keeping(one: LayoutField, row: TableRow, before: TableRow): TableRow {
  const values = row.values.map((value, index): RecordValue => {
    const each = one.inner?.[index];
    if (each === undefined) return value;
    const live = before.values[index];
    const keeps = each.field.kind === 'files' || each.field.lookup !== undefined;
    return keeps && sameValue(each.field, value, live) ? undefined : withOthers(each, value, live);
  });
  const asItIs = row.id === before.id && values.every((value, index) => value === row.values[index]);
  return asItIs ? row : { row: row.row, ...(before.id === undefined ? {} : { id: before.id }), values };
}

function withRows(table: TableValue, rows: readonly TableRow[]): TableValue {
  return rows.every((row, index) => row === table.rows[index]) ? table : { rows };
}

/** Values that the file does not hold and that would go with the rows that are not kept. */
function losses(one: LayoutField, row: number, gone: readonly TableRow[]): ChangeProblem[] {
  const codes = new Set(gone.flatMap((each) => lostWith(one, each)));
  if (codes.size === 0) return [];
  const { field } = one;
  const labels = [...codes].map((code) => field.fields?.find((inner) => inner.code === code)?.label ?? code);
  const shown = labels.length > 5 ? [...labels.slice(0, 5), '…'] : labels;
  const message = mappingMessage('table.wouldLose', { field: field.label, names: shown.join(', ') });
  return [{ row, problem: { column: null, field: field.code, message } }];
}

function lostWith(one: LayoutField, { values, unmapped }: TableRow): readonly string[] {
  const others = (one.inner ?? []).filter((each, index) => othersOf(each, values[index]).length > 0);
  return [...(unmapped ?? []), ...others.map(({ field }) => field.code)];
}

function lacking(one: LayoutField, added: readonly TableRow[]): ChangeProblem[] {
  const problems = missingInTable(one).map(missing);
  return added.flatMap(({ row }) => problems.map((problem) => ({ row, problem })));
}

/** Values that are not sent (radio buttons without a choice) leave the row as it is. */
function hasSameValues(one: LayoutField, row: TableRow, before: TableRow): boolean {
  return (one.inner ?? []).every(
    (each, index) =>
      row.values[index] === undefined ||
      sameValue(each.field, withOthers(each, row.values[index], before.values[index]), before.values[index]),
  );
}

/**
 * Kintone shows one empty row in every table. A file without ids can't hold it, nor one of mere spaces, and nothing is
 * lost with it.
 */
function isBlank(one: LayoutField, { values, unmapped }: TableRow): boolean {
  return (
    (unmapped ?? []).length === 0 &&
    (one.inner ?? []).every(({ field }, index) => meaningOf(field, values[index]).trim() === '')
  );
}
