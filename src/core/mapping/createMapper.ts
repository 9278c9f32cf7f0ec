import type { CellProblem, Row } from '../files/row';
import { ExpectedError } from '../message';
import { choiceConverter, choicesConverter, codesConverter } from './convertChoice';
import { dateConverter, datetimeConverter, timeConverter } from './convertDate';
import { numberConverter } from './convertNumber';
import { linkConverter, textConverter } from './convertText';
import { requiredWithoutColumn } from './matchColumns';
import type { ColumnPlan, ImportRecord, Problem, RecordValue } from './record';
import { mappingMessage, Refusal, shorten } from './refusal';
import type { Converter } from './refusal';
import type { TargetField, TargetSchema } from './schema';
import { openTimeZone } from './timeZone';
import type { TimeZone } from './timeZone';

/** Why a row may not be sent, all of its reasons. */
export interface RowProblems {
  /** Ordinal of the row in the file. */
  readonly row: number;
  readonly problems: readonly Problem[];
}

export interface MapperOptions {
  /** IANA name of the zone that times without one are in; the system's own when absent. */
  readonly timeZone?: string;
}

interface MappedColumn {
  readonly column: number;
  readonly field: TargetField;
  readonly convert: Converter;
}

/**
 * Builds the function that turns rows into what is sent, or into the reasons why they can't be sent. What it
 * passes follows the live schema; what only the endpoint can know (duplicates, users, rights) stays to it.
 *
 * An empty cell sends the empty value, so that it clears rather than takes a default; radio buttons alone are
 * not sent then. Columns without a field send nothing. Throws `ExpectedError` when the plan no longer fits.
 */
export function createMapper(
  schema: TargetSchema,
  columns: ColumnPlan,
  options: MapperOptions = {},
): (row: Row) => ImportRecord | RowProblems {
  const mapped = mapColumns(schema, columns, options);
  const width = columns.length;
  const always: Problem[] = requiredWithoutColumn(schema, columns).map((field) => ({
    column: null,
    field: field.code,
    message: mappingMessage('value.requiredWithoutColumn', { field: field.label }),
  }));
  // Made once and copied: an array of the right shape for every row.
  const nothing: RecordValue[] = new Array<RecordValue>(width).fill(undefined);

  return (row) => {
    if (row.problems !== undefined) {
      const unreadable = readingProblems(row, row.problems, columns, mapped);
      if (unreadable !== null) {
        return { row: row.ordinal, problems: unreadable.concat(always) };
      }
    }
    const values = nothing.slice();
    const { cells } = row;
    let problems: Problem[] | null = null;
    for (const { column, field, convert } of mapped) {
      const cell = cells[column] ?? '';
      const value = convert(cell);
      if (value instanceof Refusal) {
        problems ??= [];
        addProblems(problems, column, field, cell, value);
      } else {
        values[column] = value;
      }
    }
    if (always.length > 0) {
      problems = (problems ?? []).concat(always);
    }
    return problems === null ? { row: row.ordinal, values } : { row: row.ordinal, problems };
  };
}

function mapColumns(schema: TargetSchema, columns: ColumnPlan, options: MapperOptions): MappedColumn[] {
  const fields = new Map(schema.fields.map((field) => [field.code, field]));
  const seen = new Set<string>();
  let zone: TimeZone | undefined;
  const zoneOf = (): TimeZone => (zone ??= openTimeZone(options.timeZone));
  const mapped: MappedColumn[] = [];
  columns.forEach((code, column) => {
    if (code === null) {
      return;
    }
    const field = fields.get(code);
    if (field === undefined) {
      throw new ExpectedError(mappingMessage('columns.unknownField', { field: shorten(code) }));
    }
    if (seen.has(code)) {
      throw new ExpectedError(mappingMessage('columns.sameField', { field: field.label }));
    }
    seen.add(code);
    mapped.push({ column, field, convert: converterFor(field, schema, zoneOf) });
  });
  return mapped;
}

function converterFor(field: TargetField, schema: TargetSchema, zone: () => TimeZone): Converter {
  switch (field.kind) {
    case 'text':
      return textConverter(field, 'one');
    case 'multilineText':
    case 'richText':
      return textConverter(field, 'many');
    case 'link':
      return linkConverter(field);
    case 'number':
      return numberConverter(field, schema.numberPrecision);
    case 'choice':
      return choiceConverter(field);
    case 'choices':
      return choicesConverter(field);
    case 'date':
      return dateConverter(field);
    case 'time':
      return timeConverter(field);
    case 'datetime':
      return datetimeConverter(field, zone());
    case 'users':
    case 'organizations':
    case 'groups':
      return codesConverter(field);
    case 'readOnly':
      throw new ExpectedError(mappingMessage('columns.notWritable', { field: field.label }));
  }
}

/**
 * Problems found while reading, as far as they touch what is sent; null when they don't. A row that is out of
 * shape as a whole gets no further reasons, because its cells may stand in the wrong columns.
 */
function readingProblems(
  row: Row,
  found: readonly CellProblem[],
  columns: ColumnPlan,
  mapped: readonly MappedColumn[],
): Problem[] | null {
  const problems: Problem[] = [];
  const unreadable = new Set<number>();
  let whole = false;
  for (const { column, message } of found) {
    if (column === null) {
      whole = true;
      problems.push({ column, message });
      continue;
    }
    const code = columns[column] ?? null;
    if (code !== null) {
      unreadable.add(column);
      problems.push({ column, field: code, value: shorten(row.cells[column] ?? ''), message });
    }
  }
  if (problems.length === 0 || whole) {
    return whole ? problems : null;
  }
  for (const { column, field, convert } of mapped) {
    const cell = row.cells[column] ?? '';
    const value = unreadable.has(column) ? undefined : convert(cell);
    if (value instanceof Refusal) {
      addProblems(problems, column, field, cell, value);
    }
  }
  return problems;
}

function addProblems(
  problems: Problem[],
  column: number,
  field: TargetField,
  cell: string,
  refusal: Refusal,
): void {
  for (const message of refusal.messages) {
    problems.push({ column, field: field.code, value: shorten(cell), message });
  }
}
