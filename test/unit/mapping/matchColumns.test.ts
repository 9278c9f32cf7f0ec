import assert from 'node:assert/strict';
import { checkColumns, matchColumns } from '../../../src/core/mapping/matchColumns';
import { field, schemaOf } from './support';

const SCHEMA = schemaOf([
  field({ kind: 'text', code: 'customer_code', label: '顧客コード', required: true }),
  field({ kind: 'text', code: 'name', label: '顧客名', required: true }),
  field({ kind: 'number', code: 'age', label: '年齢' }),
  field({ kind: 'choice', code: 'rank', label: 'ランク', required: true, nativeType: 'RADIO_BUTTON' }),
  field({ kind: 'text', code: 'memo1', label: 'メモ' }),
  field({ kind: 'text', code: 'memo2', label: 'メモ' }),
  field({ kind: 'readOnly', code: 'total', label: '合計', nativeType: 'CALC' }),
]);

describe('matching columns to fields', () => {
  it('goes by field code, then by field name', () => {
    const match = matchColumns(['年齢', 'name', 'customer_code'], SCHEMA);
    assert.deepEqual(match.columns, ['age', 'name', 'customer_code']);
    assert.deepEqual([match.unmatched, match.missingRequired, match.duplicates], [[], [], []]);
  });

  it('overlooks spaces around and character width, but not for a field that has its exact column', () => {
    const match = matchColumns([' 年齢 ', 'ｎａｍｅ', '顧客コード ', 'ﾗﾝｸ', 'name'], SCHEMA);
    assert.deepEqual(match.columns, ['age', null, 'customer_code', 'rank', 'name']);
    assert.deepEqual(match.unmatched, [1]);
  });

  it('does not guess between fields of the same name', () => {
    const match = matchColumns(['メモ', 'memo2'], SCHEMA);
    assert.deepEqual(match.columns, [null, 'memo2']);
    assert.deepEqual(match.unmatched, [0]);
  });

  it('passes over reserved and nameless columns without a word', () => {
    const match = matchColumns(['name', '', '__import_row', '__import_reason'], SCHEMA);
    assert.deepEqual(match.columns, ['name', null, null, null]);
    assert.deepEqual(match.ignored, [1, 2, 3]);
    assert.deepEqual(match.unmatched, []);
    assert.equal(checkColumns(match, ['name', '', '__import_row', '__import_reason']), null);
  });

  it('names required fields that no column feeds; a radio button chooses for itself', () => {
    const match = matchColumns(['name'], SCHEMA);
    assert.deepEqual(
      match.missingRequired.map(({ code }) => code),
      ['customer_code'],
    );
  });

  it('refuses two columns for one field and two columns of one name', () => {
    const twice = ['name', '顧客名'];
    assert.deepEqual(matchColumns(twice, SCHEMA).duplicates, ['name', '顧客名']);
    assert.equal(checkColumns(matchColumns(twice, SCHEMA), twice)?.code, 'columns.duplicates');
    const same = ['name', 'x', 'x'];
    assert.deepEqual(matchColumns(same, SCHEMA).duplicates, ['x']);
    assert.deepEqual(checkColumns(matchColumns(same, SCHEMA), same)?.args, { names: 'x' });
  });

  it('refuses a header without names, without a match, and with nothing that can be written', () => {
    for (const [header, code] of [
      [[], 'columns.emptyHeader'],
      [['', ' '], 'columns.emptyHeader'],
      [['x', 'y'], 'columns.none'],
      [['__import_row'], 'columns.none'],
      [['合計'], 'columns.onlyNotWritable'],
    ] as const) {
      assert.equal(checkColumns(matchColumns(header, SCHEMA), header)?.code, code);
    }
    assert.deepEqual(matchColumns(['合計', 'name'], SCHEMA).notWritable, [0]);
  });
});
