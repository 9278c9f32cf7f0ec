import assert from 'node:assert/strict';
import type { PlacedProblem } from '../../../src/core/engine/placement';
import { locateAtLine, locateByRow } from '../../../src/editor/documents/locate';

const problem = (line: number, column: number | null, value?: string): PlacedProblem => ({
  row: line - 1,
  line,
  range: null,
  documentRow: String(line),
  problem: { column, message: { code: 'value.required' }, ...(value === undefined ? {} : { value }) },
});

describe('a problem is found in the text that the editor shows', () => {
  it('at its cell, behind cells with line breaks', () => {
    assert.deepEqual(
      locateAtLine('1,"a\r\nb",bad,x\r\n2,c,d,e', ',', problem(7, 2, 'bad'), { sameEncoding: true }),
      { startLine: 7, startCharacter: 3, endLine: 7, endCharacter: 6 },
    );
  });

  it('nowhere when the cell holds something else by now', () => {
    assert.equal(locateAtLine('1,good\n', ',', problem(2, 1, 'bad'), { sameEncoding: true }), null);
  });

  it('at its column when the editor reads the file in another encoding', () => {
    assert.deepEqual(locateAtLine('1,\ufffd\ufffd\n', ',', problem(2, 1, '髙'), { sameEncoding: false }), {
      startLine: 1,
      startCharacter: 2,
      endLine: 1,
      endCharacter: 4,
    });
  });

  it('over the whole record when no cell is to blame', () => {
    assert.deepEqual(locateAtLine('1,x,"y\nz"\n', ',', problem(3, null), { sameEncoding: true }), {
      startLine: 2,
      startCharacter: 0,
      endLine: 3,
      endCharacter: 2,
    });
  });

  it('among the unimported rows by the line number each row carries, until it is corrected', () => {
    const text = 'id,n,__import_row,__import_reason\n9,"x\ny",12,why\n8,zwei,5,why\n7,3,4,why\n';
    const [five, twelve, four] = [problem(5, 1, 'zwei'), problem(12, 1, 'x\r\ny'), problem(4, 1, 'drei')];
    const found = locateByRow(text, ',', [five, twelve, four]);
    assert.deepEqual(found.get(twelve), { startLine: 1, startCharacter: 2, endLine: 2, endCharacter: 2 });
    assert.deepEqual(found.get(five), { startLine: 3, startCharacter: 2, endLine: 3, endCharacter: 6 });
    assert.equal(found.has(four), false);
  });
});
