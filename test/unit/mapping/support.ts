import assert from 'node:assert/strict';
import type { Row } from '../../../src/core/files/row';
import { createMapper } from '../../../src/core/mapping/createMapper';
import type { MapperOptions } from '../../../src/core/mapping/createMapper';
import { layoutOf } from '../../../src/core/mapping/layout';
import type { ImportPlan } from '../../../src/core/mapping/plan';
import { isRecord } from '../../../src/core/mapping/record';
import type { MappedRecord, Problem, RecordValue } from '../../../src/core/mapping/record';
import type { TargetField, TargetSchema } from '../../../src/core/mapping/schema';

export function field(parts: Partial<TargetField> & Pick<TargetField, 'kind'>): TargetField {
  return {
    code: 'f',
    label: 'Field',
    nativeType: 'SINGLE_LINE_TEXT',
    required: false,
    unique: false,
    hasDefault: false,
    ...parts,
  };
}

export function schemaOf(
  fields: readonly TargetField[],
  numberPrecision?: TargetSchema['numberPrecision'],
): TargetSchema {
  return {
    id: '1',
    name: 'App',
    url: 'https://example.cybozu.com/k/1/',
    fields,
    ...(numberPrecision === undefined ? {} : { numberPrecision }),
  };
}

export function rowOf(cells: readonly string[], problems?: Row['problems'], ordinal = 1): Row {
  return {
    ordinal,
    line: ordinal + 1,
    byteOffset: 10,
    byteLength: 10,
    cells,
    ...(problems === undefined ? {} : { problems }),
  };
}

/** What one cell becomes: the value, or the codes and arguments of its problems. */
export function convert(
  cell: string,
  one: TargetField,
  options: MapperOptions & { precision?: TargetSchema['numberPrecision'] } = {},
): RecordValue | { codes: readonly string[]; args: readonly unknown[] } {
  const { precision, ...mapperOptions } = options;
  const result = mapOne(schemaOf([one], precision), { columns: [one.code] }, [cell], mapperOptions);
  if (isRecord(result)) {
    return result.values[0];
  }
  const messages = problemsOf(result).map(({ message }) => message);
  return { codes: messages.map(({ code }) => code), args: messages.map(({ args }) => args) };
}

/** What one row becomes in an app without tables. */
export function mapOne(
  schema: TargetSchema,
  plan: Partial<ImportPlan> & Pick<ImportPlan, 'columns'>,
  row: Row | readonly string[],
  options: MapperOptions = {},
): MappedRecord {
  const mapper = createMapper(schema, layoutOf(schema, { mode: 'add', ...plan }), options);
  const mapped = mapper.map(['cells' in row ? row : rowOf(row)]);
  assert.equal(mapped.length, 1);
  assert.deepEqual(mapper.end(), []);
  const one = mapped[0];
  assert.ok(one !== undefined);
  return one;
}

/** The problems of all rows of a record. */
export function problemsOf(mapped: MappedRecord): readonly Problem[] {
  return isRecord(mapped) ? [] : mapped.rows.flatMap(({ problems }) => problems);
}

/** The code of the only problem a cell has, or `null` when it has none. */
export function problemOf(
  cell: string,
  one: TargetField,
  options?: Parameters<typeof convert>[2],
): string | null {
  const result = convert(cell, one, options);
  return typeof result === 'object' && 'codes' in result ? result.codes.join(' ') : null;
}
