import assert from 'node:assert/strict';
import { createMapper } from '../../../src/core/mapping/createMapper';
import { layoutOf } from '../../../src/core/mapping/layout';
import { isRecord } from '../../../src/core/mapping/record';
import type { MappedRecord } from '../../../src/core/mapping/record';
import type { Row } from '../../../src/core/files/row';
import { field, mapOne, problemsOf, rowOf, schemaOf } from './support';

const NAME = field({ kind: 'text', code: 'name', label: '氏名', required: true });
const AGE = field({ kind: 'number', code: 'age', label: '年齢', nativeType: 'NUMBER' });

describe('the mapper', () => {
  it('puts values beside the fields of the layout and passes over columns without one', () => {
    const schema = schemaOf([NAME, AGE]);
    const mapper = createMapper(schema, layoutOf(schema, { columns: ['age', null, 'name'], mode: 'add' }));
    assert.deepEqual(mapper.map([rowOf(['5', 'x', 'Sato'])]), [
      { row: 1, lastRow: 1, values: ['5', 'Sato'] },
    ]);
    assert.deepEqual(mapper.map([rowOf(['6', 'x', 'Suzuki'])]), [
      { row: 1, lastRow: 1, values: ['6', 'Suzuki'] },
    ]);
  });

  it('tells every problem of a row with its cell and the value, shortened', () => {
    const long = '1'.repeat(150);
    const result = mapOne(schemaOf([NAME, AGE]), { columns: ['age', 'name'] }, [`${long}x`, '']);
    assert.deepEqual(
      problemsOf(result).map(({ column, field: code, value, message }) => [
        column,
        code,
        value?.length,
        message.code,
      ]),
      [
        [0, 'age', 100, 'value.notANumber'],
        [1, 'name', 0, 'value.required'],
      ],
    );
  });

  it('refuses rows that were not read right, as far as the cells are sent', () => {
    const map = (row: Row): MappedRecord =>
      mapOne(schemaOf([NAME, AGE]), { columns: ['age', 'name', null] }, row);
    const message = { code: 'file.undecodable' };
    const bad = map(rowOf(['x', '\ufffd', ''], [{ column: 1, message }]));
    assert.deepEqual(
      problemsOf(bad).map((problem) => [problem.column, problem.message.code]),
      [
        [1, 'file.undecodable'],
        [0, 'value.notANumber'],
      ],
    );
    const unused = map(rowOf(['1', 'a', '\ufffd'], [{ column: 2, message }]));
    assert.ok(isRecord(unused));
    const whole = map(rowOf(['x'], [{ column: null, message: { code: 'file.raggedRow' } }]));
    assert.deepEqual(
      problemsOf(whole).map((problem) => problem.message.code),
      ['file.raggedRow'],
    );
  });

  it('refuses every row when a required field gets no column', () => {
    const result = mapOne(schemaOf([NAME, AGE]), { columns: ['age'] }, ['5']);
    assert.deepEqual(problemsOf(result), [
      {
        column: null,
        field: 'name',
        message: { code: 'value.requiredWithoutColumn', args: { field: '氏名' } },
      },
    ]);
    assert.ok(isRecord(mapOne(schemaOf([{ ...NAME, hasDefault: true }, AGE]), { columns: ['age'] }, ['5'])));
  });

  it('refuses a plan that no longer fits the app', () => {
    const locked = field({ kind: 'readOnly', code: 'calc', nativeType: 'CALC' });
    const schema = schemaOf([NAME, locked]);
    for (const [columns, code] of [
      [['gone'], 'columns.unknownField'],
      [['name', 'name'], 'columns.sameField'],
      [['calc'], 'columns.notWritable'],
    ] as const) {
      assert.throws(
        () => layoutOf(schema, { columns, mode: 'add' }),
        (error: unknown) =>
          error instanceof Error && 'detail' in error && (error.detail as { code: string }).code === code,
      );
    }
  });
});
