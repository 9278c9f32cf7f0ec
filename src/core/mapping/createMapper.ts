import type { Row } from '../files/row';
import { cellReader, unreadableCells } from './cellReader';
import type { Unreadable } from './cellReader';
import type { ConversionOptions } from './converters';
import type { LayoutField, RecordLayout } from './layout';
import { replacesRecords } from './plan';
import { keyReader } from './readKey';
import { missing } from './recordParts';
import type { RecordParts } from './recordParts';
import type { MappedRecord, Problem } from './record';
import { missingForNew } from './required';
import type { TargetField, TargetSchema } from './schema';
import { TableRecords } from './tableRecords';

export type MapperOptions = ConversionOptions;

/** Turns rows into records; one for every pass over a file, because tables make records of several rows. */
export interface RecordMapper {
  /** The records that these rows complete. */
  map(rows: readonly Row[]): MappedRecord[];
  /** The record that was still open at the end of the file. */
  end(): MappedRecord[];
}

/**
 * Builds what turns rows into what is sent, or into the reasons why they can't be sent. What it passes follows the live
 * schema; what only the endpoint can know (duplicates, users, rights) stays to it.
 *
 * An empty cell sends the empty value, so that it clears rather than takes a default; radio buttons alone are
 * not sent then. Columns without a field send nothing. A layout that adds or replaces refuses every record when a
 * required field is not fed; one that updates does not, because the record has it (`missingForNew` tells for the
 * others). A property that does not exist yet gets no empty value, which would create it as a text. Throws
 * `ExpectedError` for constants that can't be sent and when the layout no longer fits.
 */
export function createMapper(
  schema: TargetSchema,
  layout: RecordLayout,
  options: MapperOptions = {},
): RecordMapper {
  const parts: RecordParts = {
    layout,
    reader: cellReader(layout.fields, schema, options, false),
    key: keyReader(schema, layout),
    used: usedColumns(layout),
    always: alwaysMissing(schema, layout),
  };
  if (layout.startColumn !== null || layout.fields.some(({ inner }) => inner !== undefined)) {
    return new TableRecords(parts, schema, options);
  }
  const mapRow = rowMapper(parts);
  return { map: (rows) => rows.map(mapRow), end: () => [] };
}

function rowMapper({ reader, key, used, always }: RecordParts): (row: Row) => MappedRecord {
  const { template } = reader;
  return (row) => {
    let unreadable: Unreadable | null = null;
    if (row.problems !== undefined) {
      unreadable = unreadableCells(row, row.problems, used);
      if (unreadable?.whole === true) {
        return refused(row, [...unreadable.problems, ...always]);
      }
    }
    const values = template.slice();
    let problems = reader.read(row.cells, values, unreadable?.columns ?? null);
    if (unreadable !== null) {
      problems = [...unreadable.problems, ...(problems ?? [])];
    }
    if (always.length > 0) {
      problems = (problems ?? []).concat(always);
    }
    if (key === null) {
      return problems === null ? { row: row.ordinal, lastRow: row.ordinal, values } : refused(row, problems);
    }
    const found = key(row.cells, problems);
    if (typeof found === 'string') {
      return problems === null
        ? { row: row.ordinal, lastRow: row.ordinal, values, key: found }
        : refused(row, problems);
    }
    return refused(row, [...(problems ?? []), ...found]);
  };
}

function refused(row: Row, problems: readonly Problem[]): MappedRecord {
  return { row: row.ordinal, lastRow: row.ordinal, rows: [{ row, problems }] };
}

function alwaysMissing(schema: TargetSchema, layout: RecordLayout): Problem[] {
  const mode = layout.mode ?? 'add';
  // A record that takes another one's place needs what a new one needs.
  return mode === 'add' || replacesRecords(mode) ? missingForNew(schema, layout).map(missing) : [];
}

function usedColumns({ fields, key, startColumn }: RecordLayout): Map<number, TargetField | null> {
  const used = new Map<number, TargetField | null>();
  const add = (one: LayoutField): void => {
    for (const column of one.columns) used.set(column, one.field);
    if (one.idColumn !== undefined) used.set(one.idColumn, one.field);
    one.inner?.forEach(add);
  };
  fields.forEach(add);
  if (key !== null) used.set(key.column, key.field);
  if (startColumn !== null) used.set(startColumn, null);
  return used;
}
