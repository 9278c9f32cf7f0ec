import type { CellProblem, Row } from '../files/row';
import { converterFor } from './converters';
import type { RecordLayout } from './layout';
import { requiredWithoutColumn } from './matchColumns';
import type { MappedRecord, Problem, RecordValue } from './record';
import { mappingMessage, Refusal, shorten } from './refusal';
import type { Converter } from './refusal';
import type { TargetField, TargetSchema } from './schema';

export interface MapperOptions {
  /** IANA name of the zone that times without one are in; the system's own when absent. */
  readonly timeZone?: string;
  /** Folder that attachments are taken from; without one, fields of files can't be filled. */
  readonly attachmentsFolder?: string;
}

/** Turns rows into records; one for every pass over a file, because tables make records of several rows. */
export interface RecordMapper {
  /** The records that these rows complete. */
  map(rows: readonly Row[]): MappedRecord[];
  /** The record that was still open at the end of the file. */
  end(): MappedRecord[];
}

interface MappedColumn {
  /** Place of the value in the record. */
  readonly index: number;
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
  layout: RecordLayout,
  options: MapperOptions = {},
): RecordMapper {
  const mapRow = rowMapper(schema, layout, options);
  return { map: (rows) => rows.map(mapRow), end: () => [] };
}

function rowMapper(
  schema: TargetSchema,
  layout: RecordLayout,
  options: MapperOptions,
): (row: Row) => MappedRecord {
  const mapped = mapColumns(schema, layout, options);
  const width = layout.fields.length;
  const always: Problem[] = requiredWithoutColumn(schema, layout).map((field) => ({
    column: null,
    field: field.code,
    message: mappingMessage('value.requiredWithoutColumn', { field: field.label }),
  }));
  // Made once and copied: an array of the right shape for every row.
  const nothing: RecordValue[] = new Array<RecordValue>(width).fill(undefined);

  return (row) => {
    if (row.problems !== undefined) {
      const unreadable = readingProblems(row, row.problems, mapped);
      if (unreadable !== null) {
        return refused(row, unreadable.concat(always));
      }
    }
    const values = nothing.slice();
    const { cells } = row;
    let problems: Problem[] | null = null;
    for (const { index, column, field, convert } of mapped) {
      const cell = cells[column] ?? '';
      const value = convert(cell);
      if (value instanceof Refusal) {
        problems ??= [];
        addProblems(problems, column, field, cell, value);
      } else {
        values[index] = value;
      }
    }
    if (always.length > 0) {
      problems = (problems ?? []).concat(always);
    }
    return problems === null ? { row: row.ordinal, lastRow: row.ordinal, values } : refused(row, problems);
  };
}

function refused(row: Row, problems: readonly Problem[]): MappedRecord {
  return { row: row.ordinal, lastRow: row.ordinal, rows: [{ row, problems }] };
}

function mapColumns(schema: TargetSchema, layout: RecordLayout, options: MapperOptions): MappedColumn[] {
  return layout.fields.flatMap(({ field, columns }, index) =>
    columns.map((column) => ({ index, column, field, convert: converterFor(field, schema, options) })),
  );
}

/**
 * Problems found while reading, as far as they touch what is sent; null when they don't. A row that is out of
 * shape as a whole gets no further reasons, because its cells may stand in the wrong columns.
 */
function readingProblems(
  row: Row,
  found: readonly CellProblem[],
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
    const field = mapped.find((one) => one.column === column)?.field;
    if (field !== undefined) {
      unreadable.add(column);
      problems.push({ column, field: field.code, value: shorten(row.cells[column] ?? ''), message });
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
