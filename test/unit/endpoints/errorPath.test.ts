import assert from 'node:assert/strict';
import { parseErrorPath } from '../../../src/core/endpoints/kintone/errorPath';

const CODES = ['name', 'name_2', '数値', 'a.b', '$売上・合計', 'tags', 'who', 'table', '12'];

describe('the keys of Kintone’s errors', () => {
  const table: readonly (readonly [path: string, place: ReturnType<typeof parseErrorPath>])[] = [
    ['record.name.value', { record: null, field: 'name' }],
    ['records[0].name.value', { record: 0, field: 'name' }],
    ['records[99].name_2.value', { record: 99, field: 'name_2' }],
    ['records[3].tags.values', { record: 3, field: 'tags' }],
    ['records[3].tags.values[1].value', { record: 3, field: 'tags', valueIndex: 1 }],
    ['record.tags.values[0].value', { record: null, field: 'tags', valueIndex: 0 }],
    ['records[3].who.values.value', { record: 3, field: 'who' }],
    ['record[数値].value', { record: null, field: '数値' }],
    ['records[7][数値].value', { record: 7, field: '数値' }],
    ['records[7].$売上・合計.value', { record: 7, field: '$売上・合計' }],
    ['records[7].a.b.value', { record: 7, field: 'a.b' }],
    ['record[12].value', { record: null, field: '12' }],
    ['records[12][12].value', { record: 12, field: '12' }],
    [
      'records[2].table.value[4].value.inner.value',
      { record: 2, field: 'table', inner: { row: 4, field: 'inner' } },
    ],
    [
      'record.table.value[0].value.tags.values[2].value',
      { record: null, field: 'table', inner: { row: 0, field: 'tags' }, valueIndex: 2 },
    ],
    [
      'records[2].table.value[4].value[数].value',
      { record: 2, field: 'table', inner: { row: 4, field: '数' } },
    ],
    ['records[2].record.name.value', { record: 2, field: 'name' }],
    ['records[2].record[数値].value', { record: 2, field: '数値' }],
    ['records[2].record.unheard.value', { record: 2, field: 'unheard' }],
    ['record.record.name.value', { record: null, field: 'name' }],
    ['records[2].record.value', { record: 2, field: null }],
    ['records[2].id', { record: 2, field: null }],
    ['records[2].revision', { record: 2, field: null }],
    ['records[2].updateKey.value', { record: 2, field: null }],
    ['requests[3].payload.records[2].name.value', { part: 3, record: 2, field: 'name' }],
    ['requests[3].payload.app', null],
    ['requests[3].api', null],
    ['requests', null],
    ['records[5].unheard.value', { record: 5, field: 'unheard' }],
    ['records[5]', { record: 5, field: null }],
    ['records', null],
    ['app', null],
    ['ids[0]', null],
    ['query', null],
    ['recordset.name', null],
    ['records.name.value', null],
    ['', null],
  ];
  it('takes fields for fields when they are called like parts of the grammar', () => {
    const codes = ['record', 'id', 'value'];
    for (const code of codes) {
      assert.deepEqual(parseErrorPath(`records[1].${code}.value`, codes), { record: 1, field: code });
    }
    assert.deepEqual(parseErrorPath('records[1].record.id.value', ['id']), { record: 1, field: 'id' });
  });

  for (const [path, place] of table) {
    it(`reads ${JSON.stringify(path)}`, () => {
      assert.deepEqual(parseErrorPath(path, CODES), place);
    });
  }
});
