import assert from 'node:assert/strict';
import { layoutOf } from '../../../src/core/mapping/layout';
import type { ImportPlan } from '../../../src/core/mapping/plan';
import { missingForNew } from '../../../src/core/mapping/required';
import { ExpectedError } from '../../../src/core/message';
import { field, schemaOf } from './support';

const NUMBER = field({ kind: 'recordNumber', code: 'no', label: 'レコード番号' });
const CODE = field({ kind: 'text', code: 'code', label: 'コード', unique: true });
const NAME = field({ kind: 'text', code: 'name', label: '氏名', required: true });
const TAGS = field({ kind: 'choices', code: 'tags', label: 'タグ', options: ['a', 'b', 'c'] });
const TOTAL = field({ kind: 'readOnly', code: 'total', label: '合計', required: true, hasDefault: true });
const MADE = field({ kind: 'datetime', code: 'made', label: '作成日時', onlyWhenAdding: true });
const ITEM = field({ kind: 'text', code: 'item', label: '品名' });
const COLORS = field({ kind: 'choices', code: 'colors', label: '色', options: ['x', 'y'] });
const LINES = field({ kind: 'table', code: 'lines', label: '明細', fields: [ITEM, COLORS] });
const SCHEMA = schemaOf([NUMBER, CODE, NAME, TAGS, TOTAL, MADE, LINES]);

type Plan = Partial<ImportPlan> & Pick<ImportPlan, 'columns'>;

const layout = (plan: Plan): ReturnType<typeof layoutOf> => layoutOf(SCHEMA, { mode: 'add', ...plan });

/** Code of the refusal. */
function refused(plan: Plan): string {
  let code = '';
  assert.throws(
    () => layout(plan),
    (error) => {
      code = error instanceof ExpectedError ? error.detail.code : '';
      return true;
    },
  );
  return code;
}

describe('the layout of a plan', () => {
  it('has the fields in the order of their columns, with options and tables gathered', () => {
    const { fields, startColumn, mode } = layout({
      columns: [
        { startsRecord: true },
        { field: 'tags', option: 'b' },
        { table: 'lines', field: 'colors', option: 'y' },
        'name',
        null,
        { field: 'tags', option: 'a' },
        { rowIdsOf: 'lines' },
        { table: 'lines', field: 'item' },
        { table: 'lines', field: 'colors', option: 'x' },
      ],
    });
    assert.deepEqual(fields, [
      { field: TAGS, columns: [1, 5], options: ['b', 'a'] },
      {
        field: LINES,
        columns: [],
        idColumn: 6,
        inner: [
          { field: COLORS, columns: [2, 8], options: ['y', 'x'] },
          { field: ITEM, columns: [7] },
        ],
      },
      { field: NAME, columns: [3] },
    ]);
    assert.deepEqual([startColumn, mode], [0, 'add']);
  });

  it('has constants behind the columns', () => {
    assert.deepEqual(layout({ columns: ['name'], constants: { tags: 'a' } }).fields, [
      { field: NAME, columns: [0] },
      { field: TAGS, columns: [], constant: 'a' },
    ]);
    assert.equal(layout({ columns: [null], constants: { name: 'x' } }).fields.length, 1);
  });

  it('knows where the key is, and that a record number is no value', () => {
    const byCode = layout({ columns: ['name', 'code'], mode: 'update', key: 'code' });
    assert.deepEqual(byCode.key, { field: CODE, column: 1, index: 1 });
    const byNumber = layout({ columns: ['no', 'name'], mode: 'addOrUpdate', key: 'no' });
    assert.deepEqual(byNumber.key, { field: NUMBER, column: 0, index: null });
    assert.deepEqual(
      byNumber.fields.map((one) => one.field.code),
      ['name'],
    );
    assert.equal(layout({ columns: ['code'] }).key, null);
  });

  it('is refused for columns that do not fit the app', () => {
    for (const [columns, code] of [
      [['gone'], 'columns.unknownField'],
      [[{ table: 'lines', field: 'gone' }], 'columns.unknownField'],
      [['total'], 'columns.notWritable'],
      [['name', 'name'], 'columns.sameField'],
      [['tags', { field: 'tags', option: 'a' }], 'columns.sameField'],
      [
        [
          { field: 'tags', option: 'a' },
          { field: 'tags', option: 'a' },
        ],
        'columns.sameField',
      ],
      [[{ field: 'tags', option: 'z' }], 'columns.unknownOption'],
      [[{ field: 'name', option: 'a' }], 'columns.unknownOption'],
      [['lines'], 'columns.wholeTable'],
      [[{ rowIdsOf: 'name' }], 'columns.notATable'],
      [['name', { rowIdsOf: 'lines' }], 'columns.onlyRowIds'],
      [[{ rowIdsOf: 'lines' }, { rowIdsOf: 'lines' }], 'columns.sameField'],
      [[{ startsRecord: true }, { startsRecord: true }], 'columns.twoStarts'],
      [['no', 'name'], 'columns.onlyAsKey'],
      [[null], 'columns.none'],
      [[{ startsRecord: true }], 'columns.none'],
    ] as const) {
      assert.equal(refused({ columns }), code);
    }
  });

  it('is refused for constants that a column contradicts or that can’t be one for all', () => {
    for (const [constants, code] of [
      [{ name: 'x' }, 'columns.constantAndColumn'],
      [{ code: 'x' }, 'columns.constantUnique'],
      [{ item: 'x' }, 'columns.constantInTable'],
      [{ lines: 'x' }, 'columns.wholeTable'],
      [{ total: '1' }, 'columns.notWritable'],
      [{ no: '1' }, 'columns.notWritable'],
      [{ gone: '1' }, 'columns.unknownField'],
    ] as const) {
      assert.equal(refused({ columns: ['name'], constants }), code);
    }
  });

  it('is refused for an update that can’t find or would not change its records', () => {
    const update = (plan: Plan): string => refused({ mode: 'update', ...plan });
    assert.equal(update({ columns: ['name'] }), 'columns.noKey');
    assert.equal(update({ columns: ['name'], key: 'code' }), 'columns.keyWithoutColumn');
    assert.equal(update({ columns: ['name'], key: 'no' }), 'columns.keyWithoutColumn');
    assert.equal(update({ columns: ['name', 'code'], key: 'name' }), 'columns.notAKey');
    assert.equal(update({ columns: ['name', 'code'], key: 'gone' }), 'columns.unknownField');
    assert.equal(update({ columns: ['no', 'code', 'name'], key: 'code' }), 'columns.onlyAsKey');
    assert.equal(update({ columns: ['code'], key: 'code' }), 'columns.onlyTheKey');
    assert.equal(update({ columns: ['no'], key: 'no' }), 'columns.onlyTheKey');
    assert.equal(refused({ mode: 'addOrUpdate', columns: ['no'], key: 'no' }), 'columns.onlyTheKey');
    assert.equal(
      layout({ mode: 'addOrUpdate', columns: ['code'], key: 'code' }).fields.length,
      1,
      'new records have the key at least',
    );
  });

  it('takes fields of new records everywhere but in an update', () => {
    const columns = ['no', 'name', 'made'];
    assert.equal(refused({ columns, mode: 'update', key: 'no' }), 'columns.onlyWhenAdding');
    assert.equal(layout({ columns, mode: 'addOrUpdate', key: 'no' }).fields.length, 2);
    assert.equal(layout({ columns: ['made'] }).fields.length, 1);
  });

  it('tells the required fields that new records would lack', () => {
    assert.deepEqual(missingForNew(SCHEMA, layout({ columns: ['code'] })), [NAME]);
    assert.deepEqual(missingForNew(SCHEMA, layout({ columns: [], constants: { name: 'x' } })), []);
  });
});
