import assert from 'node:assert/strict';
import { KeyIndex } from '../../../src/core/mapping/keyIndex';

describe('the index of keys', () => {
  it('tells the row that had a key first', () => {
    const index = new KeyIndex();
    assert.equal(index.add('A', 1), null);
    assert.equal(index.add('B', 2), null);
    assert.equal(index.add('A', 3), 1);
    assert.equal(index.add('A', 9), 1);
    assert.equal(index.size, 2);
    assert.deepEqual([...index.repeats], [[1, 3]]);
  });

  it('takes no two different keys for the same among hundreds of thousands that hardly differ', () => {
    const index = new KeyIndex();
    let row = 0;
    for (let number = 0; number < 150_000; number += 1) {
      for (const key of [String(number), `K-${String(number).padStart(9, '0')}`]) {
        row += 1;
        assert.equal(index.add(key, row), null, key);
      }
    }
    for (const key of ['', ' ', 'a', 'A', 'ａ', 'ab', 'ba', '\0', '\0\0', 'é', 'e\u0301']) {
      row += 1;
      assert.equal(index.add(key, row), null, JSON.stringify(key));
    }
    assert.equal(index.size, row);
    assert.equal(index.add('0', row + 1), 1, 'what came first is still known after all growth');
    assert.equal(index.add('149999', row + 1), 299_999);
  });

  it('takes no keys for the same whose hashes agree in one half', () => {
    for (const [one, other] of [
      ['K435694', 'K5206194'],
      ['K1069825', 'K960836'],
    ] as const) {
      const index = new KeyIndex();
      assert.equal(index.add(one, 1), null);
      assert.equal(index.add(other, 2), null);
    }
  });

  it('keeps its slots apart for keys that end or begin alike', () => {
    const index = new KeyIndex();
    const tail = 'x'.repeat(50);
    for (let number = 1; number <= 20_000; number += 1) {
      assert.equal(index.add(`${String(number)}${tail}`, number), null);
      assert.equal(index.add(`${tail}${String(number)}`, number + 20_000), null);
    }
  });
});
