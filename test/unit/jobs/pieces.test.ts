import assert from 'node:assert/strict';
import { crc32c } from '../../../src/core/jobs/crc32c';
import {
  fromIdRuns,
  ordinalsIn,
  rowsIn,
  toIdRuns,
  toRanges,
  toRepeatRuns,
} from '../../../src/core/jobs/runs';

describe('CRC-32C', () => {
  it('gives the sums of RFC 3720', () => {
    assert.equal(crc32c(Buffer.from('123456789')), 0xe3069283);
    assert.equal(crc32c(Buffer.alloc(32)), 0x8a9136aa);
    assert.equal(crc32c(Buffer.alloc(32, 0xff)), 0x62a8ab43);
    assert.equal(crc32c(Buffer.alloc(0)), 0);
  });
});

describe('runs', () => {
  it('joins consecutive rows and takes them apart again', () => {
    const ranges = toRanges([1, 2, 3, 7, 9, 10]);
    assert.deepEqual(ranges, [
      [1, 3],
      [7, 7],
      [9, 10],
    ]);
    assert.equal(rowsIn(ranges), 6);
    assert.deepEqual([...ordinalsIn(ranges)], [1, 2, 3, 7, 9, 10]);
  });

  it('keeps every id as it was, however long or strange', () => {
    const ids = [
      '9',
      '10',
      '11',
      '007',
      '',
      'abc',
      '9007199254740993',
      '9007199254740994',
      '5',
      '5',
      '0',
      '1',
    ];
    assert.deepEqual(fromIdRuns(toIdRuns(ids)), ids);
    assert.deepEqual(toIdRuns(['9', '10', '11']), [['9', 3]]);
    assert.deepEqual(toRepeatRuns(['1', '1', '2']), [
      ['1', 2],
      ['2', 1],
    ]);
  });
});
