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
