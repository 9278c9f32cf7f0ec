import assert from 'node:assert/strict';
import { linesOfRows } from '../../../src/editor/documents/uncertainLines';

describe('where uncertain rows stand in their document', () => {
  const text = 'a,b,__import_row,__candidates\r\n1,"x\r\ny",7,\r\n2,z,9,"12, 13"\r\n';

  it('is line by line below the header, with rows that span lines', () => {
    assert.deepEqual(linesOfRows(text, ',', 200), [
      { first: 1, last: 2, cells: ['1', 'x\r\ny'] },
      { first: 3, last: 3, cells: ['2', 'z'] },
    ]);
  });

  it('is found for no more rows than asked for', () => {
    assert.equal(linesOfRows(text, ',', 1).length, 1);
  });

  it('is below a header that spans lines itself', () => {
    const [row] = linesOfRows('"a\nb"|__import_row|__candidates\n1|2|\n', '|', 10);
    assert.deepEqual([row?.first, row?.last], [2, 2]);
  });

  it('is nowhere when all rows are answered for', () => {
    assert.deepEqual(linesOfRows('a,__import_row,__candidates\n', ',', 10), []);
  });
});
