import assert from 'node:assert/strict';
import { recordPage } from '../../../src/editor/recordPage';

describe('the page of a record', () => {
  const app = { system: 'kintone', url: 'https://example.cybozu.com/k/guest/3/7/' } as const;

  it('is below the page of its app', () => {
    assert.equal(recordPage(app, '12'), 'https://example.cybozu.com/k/guest/3/7/show#record=12');
  });

  it('is none of an id that is no record number, whatever is in it', () => {
    for (const id of ['', '0', '-1', '1&x=2', '12/../8', 'javascript:1', ' 12', '1'.repeat(21), '１２'])
      assert.equal(recordPage(app, id), null, id);
  });

  it('is none of an entity', () => {
    assert.equal(recordPage({ system: 'personium', url: 'https://cell.example/' }, '12'), null);
  });
});
