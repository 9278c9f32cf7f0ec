import assert from 'node:assert/strict';
import { createMapper } from '../../../src/core/mapping/createMapper';
import { field, rowOf, schemaOf } from './support';

const NAME = field({ kind: 'text', code: 'name', label: '氏名', required: true });
const AGE = field({ kind: 'number', code: 'age', label: '年齢', nativeType: 'NUMBER' });

describe('the mapper', () => {
  it('puts values beside the columns of the plan and nothing for the others', () => {
    const map = createMapper(schemaOf([NAME, AGE]), ['age', null, 'name']);
    assert.deepEqual(map(rowOf(['5', 'x', 'Sato'])), { row: 1, values: ['5', undefined, 'Sato'] });
    assert.deepEqual(map(rowOf(['6', 'x', 'Suzuki'])), { row: 1, values: ['6', undefined, 'Suzuki'] });
  });

  it('tells every problem of a row with its cell and the value, shortened', () => {
    const map = createMapper(schemaOf([NAME, AGE]), ['age', 'name']);
    const long = '1'.repeat(150);
    const result = map(rowOf([`${long}x`, '']));
    assert.ok('problems' in result);
    assert.deepEqual(
      result.problems.map(({ column, field: code, value, message }) => [
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
    const map = createMapper(schemaOf([NAME, AGE]), ['age', 'name', null]);
    const message = { code: 'file.undecodable' };
    const bad = map(rowOf(['x', '\ufffd', ''], [{ column: 1, message }]));
    assert.ok('problems' in bad);
    assert.deepEqual(
      bad.problems.map((problem) => [problem.column, problem.message.code]),
      [
        [1, 'file.undecodable'],
        [0, 'value.notANumber'],
      ],
    );
    const unused = map(rowOf(['1', 'a', '\ufffd'], [{ column: 2, message }]));
    assert.ok('values' in unused);
    const whole = map(rowOf(['x'], [{ column: null, message: { code: 'file.raggedRow' } }]));
    assert.ok('problems' in whole);
    assert.deepEqual(
      whole.problems.map((problem) => problem.message.code),
      ['file.raggedRow'],
    );
  });

  it('refuses every row when a required field gets no column', () => {
    const map = createMapper(schemaOf([NAME, AGE]), ['age']);
    const result = map(rowOf(['5']));
    assert.ok('problems' in result);
    assert.deepEqual(result.problems, [
      {
        column: null,
        field: 'name',
        message: { code: 'value.requiredWithoutColumn', args: { field: '氏名' } },
      },
    ]);
    assert.ok(
      'values' in createMapper(schemaOf([{ ...NAME, hasDefault: true }, AGE]), ['age'])(rowOf(['5'])),
    );
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
        () => createMapper(schema, columns),
        (error: unknown) =>
          error instanceof Error && 'detail' in error && (error.detail as { code: string }).code === code,
      );
    }
  });
});
