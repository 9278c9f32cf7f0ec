import assert from 'node:assert/strict';
import { shiftRange } from '../../../src/editor/documents/shiftRange';
import type { PlainRange } from '../../../src/editor/documents/shiftRange';

const cell = range(4, 10, 4, 13);

describe('a problem in the editor stays at its cell while the text above changes', () => {
  const cases: [name: string, change: [PlainRange, string], expected: PlainRange | null][] = [
    ['a line is inserted above', [range(1, 0, 1, 0), 'x,y\n'], range(5, 10, 5, 13)],
    ['a line is inserted right above', [range(4, 0, 4, 0), 'x,y\r\n'], range(5, 10, 5, 13)],
    ['two lines above are deleted', [range(1, 0, 3, 0), ''], range(2, 10, 2, 13)],
    ['the line above is joined with this one', [range(3, 7, 4, 0), ''], range(3, 17, 3, 20)],
    ['a cell before it grows', [range(4, 2, 4, 3), 'long'], range(4, 13, 4, 16)],
    ['a cell before it is split by a line break', [range(4, 2, 4, 2), '\n'], range(5, 8, 5, 11)],
    ['text behind it changes', [range(4, 14, 4, 20), ''], cell],
    ['lines below it change', [range(9, 0, 12, 0), 'x'], cell],
    ['a line is inserted behind it', [range(4, 13, 4, 13), '\nnew'], cell],
    ['it is typed over', [range(4, 10, 4, 13), '12'], null],
    ['its inside changes', [range(4, 11, 4, 12), ''], null],
    ['something is typed at its end', [range(4, 13, 4, 13), '0'], null],
    ['something is typed at its start', [range(4, 10, 4, 10), '0'], null],
    ['its whole line is deleted', [range(4, 0, 5, 0), ''], null],
  ];
  for (const [name, [replaced, text], expected] of cases) {
    it(`when ${name}: ${expected === null ? 'it is gone' : 'it is still right'}`, () => {
      assert.deepEqual(shiftRange(cell, { range: replaced, text }), expected);
    });
  }

  it('keeps an empty cell until something is typed into it', () => {
    const empty = range(2, 5, 2, 5);
    assert.equal(shiftRange(empty, { range: empty, text: 'x' }), null);
    assert.deepEqual(shiftRange(empty, { range: range(2, 1, 2, 2), text: '' }), range(2, 4, 2, 4));
  });
});

function range(startLine: number, start: number, endLine: number, end: number): PlainRange {
  return { start: { line: startLine, character: start }, end: { line: endLine, character: end } };
}
