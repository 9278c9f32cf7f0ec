import assert from 'node:assert/strict';
import { optionCells } from '../../../src/core/mapping/optionCells';
import { field } from './support';

const TAGS = field({ kind: 'choices', nativeType: 'CHECK_BOX', options: ['red', 'green', 'blue'] });

describe('columns of options', () => {
  it('choose by 1 and leave by nothing or 0, in the order of the columns', () => {
    const read = optionCells(TAGS, ['blue', 'red', 'green']);
    for (const [cells, chosen] of [
      [
        ['1', '1', ''],
        ['blue', 'red'],
      ],
      [['', '0', '1'], ['green']],
      [
        ['１', ' 1 ', '０'],
        ['blue', 'red'],
      ],
      [['', '', ''], []],
      [[], []],
    ] as const) {
      assert.deepEqual(read(cells), { chosen, refused: [] });
    }
  });

  it('refuse any other cell at its own column', () => {
    const { refused } = optionCells(TAGS, ['red', 'green'])(['TRUE', 'x']);
    assert.deepEqual(
      refused.map(({ index, refusal }) => [index, refusal.messages]),
      [
        [0, [{ code: 'value.notOneOrEmpty', args: { value: 'TRUE', option: 'red' } }]],
        [1, [{ code: 'value.notOneOrEmpty', args: { value: 'x', option: 'green' } }]],
      ],
    );
  });

  it('ask for one choice at least when the field is required', () => {
    const read = optionCells({ ...TAGS, required: true }, ['red', 'green']);
    assert.deepEqual(read(['', '1']), { chosen: ['green'], refused: [] });
    const { refused } = read(['', '0']);
    assert.deepEqual(
      refused.map(({ index, refusal }) => [index, refusal.messages[0]?.code]),
      [[0, 'value.requiredOption']],
    );
    assert.deepEqual(
      read(['x', '']).refused.map(({ refusal }) => refusal.messages[0]?.code),
      ['value.notOneOrEmpty'],
    );
  });

  it('are refused as a whole when the field no longer has the option', () => {
    assert.throws(() => optionCells(TAGS, ['red', 'pink']), { name: 'ExpectedError' });
  });
});
