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

const FULL = schemaOf([
  field({ kind: 'recordNumber', code: 'no', label: 'レコード番号' }),
  field({ kind: 'text', code: 'code', label: 'コード', unique: true, required: true }),
  field({ kind: 'choices', code: 'tags', label: 'タグ', options: ['新規', 'VIP', 'a[1]'] }),
  field({ kind: 'choices', code: 'b[x', label: '角[括弧', options: ['o]'] }),
  field({ kind: 'choice', code: 'rank', label: 'ランク', options: ['A', 'B'] }),
  field({ kind: 'text', code: 'memo', label: '備考' }),
  field({ kind: 'datetime', code: 'made', label: '作成日時', onlyWhenAdding: true }),
  field({ kind: 'readOnly', code: 'cats', label: 'カテゴリー' }),
  field({
    kind: 'table',
    code: 'lines',
    label: '明細',
    fields: [
      field({ kind: 'text', code: 'item', label: '品名', required: true }),
      field({ kind: 'number', code: 'amount', label: '数量' }),
      field({ kind: 'choices', code: 'colors', label: '色', options: ['赤', '青'] }),
      field({ kind: 'text', code: 'line_memo', label: '備考' }),
      field({ kind: 'text', code: 'no1', label: '番号' }),
    ],
  }),
  field({
    kind: 'table',
    code: 'visits',
    label: '訪問',
    fields: [
      field({ kind: 'text', code: 'no2', label: '番号' }),
      field({ kind: 'readOnly', code: 'amount2', label: '数量' }),
    ],
  }),
]);

describe('matching the columns of Kintone’s own files', () => {
  it('takes one column for each option, of fields and of fields in tables', () => {
    const header = ['*', 'タグ[VIP]', 'tags[新規]', 'タグ[a[1]]', '角[括弧[o]]', '色[赤]', 'colors[青]'];
    const match = matchColumns(header, FULL);
    assert.deepEqual(match.columns, [
      { startsRecord: true },
      { field: 'tags', option: 'VIP' },
      { field: 'tags', option: '新規' },
      { field: 'tags', option: 'a[1]' },
      { field: 'b[x', option: 'o]' },
      { table: 'lines', field: 'colors', option: '赤' },
      { table: 'lines', field: 'colors', option: '青' },
    ]);
    assert.deepEqual([match.duplicates, match.options], [[], []]);
    assert.equal(checkColumns(match, header), null);
  });

  it('overlooks the width of brackets and options', () => {
    assert.deepEqual(matchColumns(['タグ［ＶＩＰ］', ' ﾀｸﾞ[新規]'], FULL).columns, [
      { field: 'tags', option: 'VIP' },
      { field: 'tags', option: '新規' },
    ]);
  });

  it('names the nearest option where a field has none of that name', () => {
    const match = matchColumns(['タグ[新期]', 'タグ[なし]', 'ランク[A]', 'カテゴリー[x]'], FULL);
    assert.deepEqual(match.columns, [null, null, null, null]);
    assert.deepEqual(
      match.options.map(({ column, field: { code }, option, nearest }) => [column, code, option, nearest]),
      [
        [0, 'tags', '新期', '新規'],
        [1, 'tags', 'なし', null],
      ],
    );
    assert.deepEqual([match.unmatched, match.notWritable], [[0, 1, 2], [3]]);
    assert.equal(matchColumns(['ﾀｸﾞ［ＶＩ］'], FULL).options[0]?.nearest, 'VIP');
  });

  it('takes no time for thousands of columns', () => {
    let looks = 0;
    const names = Array.from({ length: 1000 }, (_, at) => `option ${at}`);
    const options = new Proxy(names, {
      get: (target, name) => {
        looks += 1;
        // Each column compared with each option would be 16 million.
        assert.ok(looks < 100_000);
        return Reflect.get(target, name) as unknown;
      },
    });
    const schema = schemaOf([field({ kind: 'choices', code: 'many', options })]);
    const header = Array.from({ length: 16_384 }, (_, at) => `many[optoin ${at}]`);
    const match = matchColumns(header, schema);
    assert.equal(match.options.length, header.length);
    assert.deepEqual([match.options[0]?.nearest, match.options[16_000]?.nearest], ['option 0', null]);
  });

  it('finds fields of tables, the ids of their rows and the mark of a record', () => {
    for (const mark of ['*', 'レコードの開始行', '＊', 'New record flag', ' Start of Record ']) {
      const match = matchColumns([mark, 'コード', '明細', '品名', 'amount'], FULL);
      assert.deepEqual(match.columns, [
        { startsRecord: true },
        'code',
        { rowIdsOf: 'lines' },
        { table: 'lines', field: 'item' },
        { table: 'lines', field: 'amount' },
      ]);
      assert.equal(match.tableWithoutMarker, false);
    }
    assert.equal(matchColumns(['コード', '品名'], FULL).tableWithoutMarker, true);
  });

  it('takes a name that a field shares with a table for the field', () => {
    const inner = field({ kind: 'text', code: 'item', label: '明細' });
    const schema = schemaOf([field({ kind: 'table', code: 'lines', label: '明細', fields: [inner] })]);
    assert.deepEqual(matchColumns(['明細', 'lines'], schema).columns, [
      { table: 'lines', field: 'item' },
      { rowIdsOf: 'lines' },
    ]);
  });

  it('takes no ids of rows of which it has no field', () => {
    const match = matchColumns(['*', 'コード', '明細'], FULL);
    assert.deepEqual([match.columns[2], match.unmatched], [null, [2]]);
  });

  it('does not guess between tables, or between a table and what is outside', () => {
    const match = matchColumns(['番号', '備考', '数量', 'line_memo'], FULL);
    assert.deepEqual(match.columns, [
      null,
      null,
      { table: 'lines', field: 'amount' },
      { table: 'lines', field: 'line_memo' },
    ]);
    assert.deepEqual(match.unmatched, [0, 1]);
    assert.deepEqual(
      match.ambiguous.map(({ column, fields }) => [column, fields.map(({ code }) => code)]),
      [
        [0, ['no1', 'no2']],
        [1, ['memo', 'line_memo']],
      ],
    );
  });

  it('takes the record number for a key and never for a value', () => {
    for (const name of ['no', 'レコード番号', '$id', 'Record number']) {
      const added = matchColumns([name, 'memo'], FULL);
      assert.deepEqual([added.columns[0], added.notWritable], [null, [0]]);
      assert.deepEqual(
        added.keys.map(({ column, field: { code } }) => [column, code]),
        [[0, 'no']],
      );
      assert.equal(matchColumns([name, 'memo'], FULL, { mode: 'update' }).columns[0], 'no');
    }
    const byCode = matchColumns(['no', 'code'], FULL, { mode: 'update', key: 'code' });
    assert.deepEqual([byCode.columns, byCode.notWritable, byCode.keys.length], [[null, 'code'], [0], 2]);
  });

  it('leaves what only new records take out of an update', () => {
    assert.deepEqual(matchColumns(['作成日時'], FULL).columns, ['made']);
    assert.deepEqual(matchColumns(['作成日時'], FULL, { mode: 'addOrUpdate' }).columns, ['made']);
    const update = matchColumns(['作成日時'], FULL, { mode: 'update' });
    assert.deepEqual([update.columns, update.notWritable], [[null], [0]]);
  });

  it('names required fields of the tables it fills, and none for an update', () => {
    const codes = (header: readonly string[], mode: 'add' | 'update' | 'addOrUpdate'): string[] =>
      matchColumns(header, FULL, { mode }).missingRequired.map(({ code }) => code);
    assert.deepEqual(codes(['memo', 'amount'], 'add'), ['code', 'item']);
    assert.deepEqual(codes(['memo', 'amount'], 'addOrUpdate'), ['code', 'item']);
    assert.deepEqual(codes(['memo', 'amount'], 'update'), []);
    assert.deepEqual(codes(['code'], 'add'), []);
  });

  it('refuses what contradicts itself: a field whole and by options, an option or a mark twice', () => {
    for (const header of [
      ['tags', 'タグ[VIP]'],
      ['tags[VIP]', 'タグ[VIP]'],
      ['colors', '色[赤]', '品名'],
      ['*', 'レコードの開始行', 'memo'],
      ['lines', '明細', 'item'],
    ]) {
      assert.equal(checkColumns(matchColumns(header, FULL), header)?.code, 'columns.duplicates', header[1]);
    }
    const only = ['*'];
    assert.equal(checkColumns(matchColumns(only, FULL), only)?.code, 'columns.none');
  });
});
