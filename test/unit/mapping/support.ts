import type { Row } from '../../../src/core/files/row';
import { createMapper } from '../../../src/core/mapping/createMapper';
import type { MapperOptions } from '../../../src/core/mapping/createMapper';
import type { RecordValue } from '../../../src/core/mapping/record';
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

export function rowOf(cells: readonly string[], problems?: Row['problems']): Row {
  return {
    ordinal: 1,
    line: 2,
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
  const result = createMapper(schemaOf([one], precision), [one.code], mapperOptions)(rowOf([cell]));
  return 'values' in result
    ? result.values[0]
    : {
        codes: result.problems.map(({ message }) => message.code),
        args: result.problems.map(({ message }) => message.args),
      };
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
