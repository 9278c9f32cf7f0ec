import assert from 'node:assert/strict';
import { createMapper } from '../../../src/core/mapping/createMapper';
import { ExpectedError } from '../../../src/core/message';
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

describe('option columns of a row', () => {
  const TAGS = field({ kind: 'choices', code: 'tags', label: 'タグ', options: ['a', 'b'], required: true });
  const columns = [{ field: 'tags', option: 'b' }, 'name', { field: 'tags', option: 'a' }];
  const schema = schemaOf([NAME, TAGS]);

  it('make one value, in the order of the columns', () => {
    const mapped = mapOne(schema, { columns }, ['1', 'Sato', '1']);
    assert.deepEqual(isRecord(mapped) && mapped.values, [['b', 'a'], 'Sato']);
  });

  it('tell their problems at their own column, and nothing where a cell can’t be read', () => {
    const told = (row: Row | readonly string[]): unknown[] =>
      problemsOf(mapOne(schema, { columns }, row)).map(({ column, field: code, value, message }) => [
        column,
        code,
        value,
        message.code,
      ]);
    assert.deepEqual(told(['1', 'Sato', 'yes']), [[2, 'tags', 'yes', 'value.notOneOrEmpty']]);
    assert.deepEqual(told(['', 'Sato', '']), [[0, 'tags', '', 'value.requiredOption']]);
    const message = { code: 'file.undecodable' };
    assert.deepEqual(told(rowOf(['', 'Sato', '\ufffd'], [{ column: 2, message }])), [
      [2, 'tags', '\ufffd', 'file.undecodable'],
    ]);
  });
});

describe('fixed values', () => {
  it('go to every record in the form in which they are sent', () => {
    const mapped = mapOne(schemaOf([NAME, AGE]), { columns: ['name'], constants: { age: '1,000' } }, [
      'Sato',
    ]);
    assert.deepEqual(isRecord(mapped) && mapped.values, ['Sato', '1000']);
  });

  it('are refused at once when they can’t be sent', () => {
    for (const [constants, code] of [
      [{ age: 'old' }, 'value.notANumber'],
      [{ name: '' }, 'columns.emptyConstant'],
    ] as const) {
      assert.throws(
        () =>
          mapOne(schemaOf([NAME, AGE]), { columns: ['name' in constants ? 'age' : 'name'], constants }, [
            '1',
          ]),
        (error: unknown) => error instanceof ExpectedError && error.detail.code === code,
      );
    }
  });
});

describe('the key of a record', () => {
  const NUMBER = field({ kind: 'recordNumber', code: 'no', label: '番号' });
  const CODE = field({ kind: 'number', code: 'code', label: 'コード', unique: true, nativeType: 'NUMBER' });
  const schema = { ...schemaOf([NUMBER, CODE, NAME, AGE]), recordNumberPrefix: 'APP' };
  const byNumber = { columns: ['no', 'age'], key: 'no' };
  const byCode = { columns: ['code', 'age'], key: 'code' };

  const codes = (mapped: MappedRecord): unknown[] =>
    problemsOf(mapped).map(({ column, message }) => [column, message.code]);

  it('has the form in which keys are compared, whatever the cell looks like', () => {
    const number = mapOne(schema, { ...byNumber, mode: 'update' }, ['APP-012', '5']);
    assert.deepEqual(number, { row: 1, lastRow: 1, values: ['5'], key: '12' });
    const code = mapOne(schema, { ...byCode, mode: 'update' }, ['7.0', '5']);
    assert.ok(isRecord(code));
    assert.equal(code.key, '7');
  });

  it('is a problem where it is blank in an update, and empty where new records may be made', () => {
    assert.deepEqual(codes(mapOne(schema, { ...byNumber, mode: 'update' }, [' ', '5'])), [[0, 'key.blank']]);
    assert.deepEqual(codes(mapOne(schema, { ...byCode, mode: 'update' }, ['', '5'])), [[0, 'key.blank']]);
    const either = mapOne(schema, { ...byNumber, mode: 'addOrUpdate' }, ['', '5']);
    assert.ok(isRecord(either));
    assert.equal(either.key, '');
    assert.ok(!('key' in mapOne(schema, { columns: ['age', 'name'] }, ['5', 'Sato'])));
  });

  it('holds nothing that no query can hold', () => {
    const text = schemaOf([field({ kind: 'text', code: 'key', unique: true }), AGE]);
    const plan = { columns: ['key', 'age'], key: 'key' };
    for (const mode of ['update', 'addOrUpdate'] as const) {
      assert.deepEqual(codes(mapOne(text, { ...plan, mode }, ['a\tb', '5'])), [[0, 'key.controlCharacter']]);
      assert.deepEqual(codes(mapOne(text, { ...plan, mode }, ['a\nb', '5'])), [[0, 'value.lineBreak']]);
    }
    assert.ok(isRecord(mapOne(text, { columns: plan.columns }, ['a\tb', '5'])));
  });

  it('is told once when it is wrong as a key and as a value', () => {
    const required = schemaOf([{ ...CODE, required: true }, AGE]);
    for (const [cell, code] of [
      ['x', 'value.notANumber'],
      ['', 'value.required'],
    ] as const) {
      assert.deepEqual(codes(mapOne(required, { ...byCode, mode: 'update' }, [cell, '5'])), [[0, code]]);
    }
    const wrong = mapOne(schema, { ...byNumber, mode: 'update' }, ['OTHER-1', 'x']);
    assert.deepEqual(codes(wrong), [
      [1, 'value.notANumber'],
      [0, 'value.notARecordNumber'],
    ]);
  });

  it('asks for no required fields in updates, but those with a column must not be empty', () => {
    const plan = { ...byNumber, mode: 'update' as const };
    assert.ok(isRecord(mapOne(schema, plan, ['1', '5'])));
    assert.ok(isRecord(mapOne(schema, { ...plan, mode: 'addOrUpdate' }, ['1', '5'])));
    const emptied = mapOne(schema, { ...plan, columns: ['no', 'name'] }, ['1', '']);
    assert.deepEqual(codes(emptied), [[1, 'value.required']]);
  });
});
