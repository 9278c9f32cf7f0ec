import type { CellProblem, Row } from '../files/row';
import { ExpectedError } from '../message';
import { converterFor } from './converters';
import type { ConversionOptions } from './converters';
import type { LayoutField } from './layout';
import { optionCells } from './optionCells';
import { partCells } from './partCells';
import type { Problem, RecordValue } from './record';
import { mappingMessage, Refusal, shorten } from './refusal';
import type { Converter } from './refusal';
import type { TargetField, TargetSchema } from './schema';

/** Turns the cells of one row into the values of some fields. */
export interface CellReader {
  /** Copied for every row: constants stand in their places already. */
  readonly template: readonly RecordValue[];
  /** Puts the values into their places; null when all is well. Cells of `unreadable` columns are passed over. */
  read(
    cells: readonly string[],
    values: RecordValue[],
    unreadable: ReadonlySet<number> | null,
  ): Problem[] | null;
}

interface OneCell {
  /** Place of the value in the record. */
  readonly index: number;
  readonly column: number;
  readonly field: TargetField;
  readonly convert: Converter;
}

/** Cells that are one value together. */
interface CellGroup {
  readonly index: number;
  readonly columns: readonly number[];
  readonly field: TargetField;
  readonly read: (cells: readonly string[]) => GroupValue;
}

/** The value of several cells, unless one is refused; `index` is its place among them. */
interface GroupValue {
  readonly value: RecordValue;
  readonly refused: readonly { readonly index: number; readonly refusal: Refusal }[];
}

/** The reader of these fields, tables left out. Throws `ExpectedError` for constants that can't be sent. */
export function cellReader(
  fields: readonly LayoutField[],
  schema: TargetSchema,
  options: ConversionOptions,
  inTable: boolean,
): CellReader {
  // Made once and copied: an array of the right shape for every row.
  const template = new Array<RecordValue>(fields.length).fill(undefined);
  const single: OneCell[] = [];
  const grouped: CellGroup[] = [];
  fields.forEach((one, index) => {
    const { field, columns } = one;
    const [column] = columns;
    if (one.constant !== undefined) {
      template[index] = constantValue(field, one.constant, converterFor(field, schema, options, inTable));
    } else if (one.options !== undefined) {
      const choose = optionCells(field, one.options);
      const read = (cells: readonly string[]): GroupValue => {
        const { chosen, refused } = choose(cells);
        return { value: chosen, refused };
      };
      grouped.push({ index, columns, field, read });
    } else if (one.parts !== undefined) {
      const make = (part: TargetField): Converter => converterFor(part, schema, options, inTable);
      grouped.push({ index, columns, field, read: partCells(field, one.parts, make) });
    } else if (column !== undefined) {
      single.push({ index, column, field, convert: converterFor(field, schema, options, inTable) });
    }
  });

  return {
    template,
    read: (cells, values, unreadable) => {
      let problems: Problem[] | null = null;
      for (const { index, column, field, convert } of single) {
        if (unreadable?.has(column) === true) {
          continue;
        }
        const cell = cells[column] ?? '';
        const value = convert(cell);
        if (value instanceof Refusal) {
          problems ??= [];
          addProblems(problems, column, field, cell, value);
        } else {
          values[index] = value;
        }
      }
      for (const { index, columns, field, read } of grouped) {
        if (unreadable !== null && columns.some((column) => unreadable.has(column))) {
          continue;
        }
        const { value, refused } = read(columns.map((column) => cells[column] ?? ''));
        values[index] = value;
        for (const { index: place, refusal } of refused) {
          const column = columns[place] ?? -1;
          problems ??= [];
          addProblems(problems, column, field, cells[column] ?? '', refusal);
        }
      }
      return problems;
    },
  };
}

function constantValue(field: TargetField, text: string, convert: Converter): RecordValue {
  const value = convert(text);
  if (!(value instanceof Refusal)) {
    return value;
  }
  const [first] = value.messages;
  throw new ExpectedError(
    first === undefined || first.code === 'value.required'
      ? mappingMessage('columns.emptyConstant', { field: field.label })
      : first,
  );
}

export function addProblems(
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

/** Problems found while reading a row, as far as they touch what is sent. */
export interface Unreadable {
  readonly problems: Problem[];
  readonly columns: ReadonlySet<number>;
  /** The row is out of shape: its cells may stand in the wrong columns, so that nothing else is said about them. */
  readonly whole: boolean;
}

/** Null when nothing that is sent is touched. `used`: the field of each column that matters, null for none. */
export function unreadableCells(
  row: Row,
  found: readonly CellProblem[],
  used: ReadonlyMap<number, TargetField | null>,
): Unreadable | null {
  const problems: Problem[] = [];
  const columns = new Set<number>();
  let whole = false;
  for (const { column, message } of found) {
    if (column === null) {
      whole = true;
      problems.push({ column, message });
      continue;
    }
    const field = used.get(column);
    if (field !== undefined) {
      columns.add(column);
      const value = shorten(row.cells[column] ?? '');
      problems.push({ column, ...(field === null ? {} : { field: field.code }), value, message });
    }
  }
  return problems.length === 0 ? null : { problems, columns, whole };
}
