import assert from 'node:assert/strict';
import { Resolutions } from '../../../src/core/engine/resolutions';
import type { ImportRecord, RecordValue } from '../../../src/core/mapping/record';
import { ExpectedError } from '../../../src/core/message';

const record = (row: number, ...values: RecordValue[]): ImportRecord => ({ row, lastRow: row, values });

describe('what the first pass found out', () => {
  it('comes back in file order, with only the values that change', () => {
    const resolutions = new Resolutions();
    resolutions.add(record(2, 'a', 'b', 'c'), { id: '17', revision: '4' }, [undefined, 'b', undefined]);
    resolutions.add(record(5, 'd', 'e', 'f'), { id: '18', revision: '1' }, ['d', undefined, 'f']);
    const read = resolutions.reader();
    assert.deepEqual(read(record(1, 'x')), record(1, 'x'));
    assert.deepEqual(read(record(2, 'a', 'b', 'c')), {
      ...record(2, undefined, 'b', undefined),
      update: { id: '17', revision: '4' },
    });
    assert.deepEqual(read(record(3, 'y')), record(3, 'y'), 'a new one');
    assert.deepEqual(read(record(5, 'd', 'e', 'f')).values, ['d', undefined, 'f']);
    assert.deepEqual(read(record(6, 'z')), record(6, 'z'));
  });

  it('keeps ids and revisions that are no numbers, or none that a double holds', () => {
    const versions = [
      { id: '9007199254740993', revision: '1' },
      { id: '007', revision: '1' },
      { id: '8', revision: '4294967296' },
      { id: 'uuid-1', revision: 'W/"3"' },
    ];
    const resolutions = new Resolutions();
    versions.forEach((version, i) => resolutions.add(record(i + 1, 'a'), version, ['a']));
    const read = resolutions.reader();
    assert.deepEqual(
      versions.map((_, i) => read(record(i + 1, 'a')).update),
      versions,
    );
  });

  it('keeps ETags, whatever they look like, and ids that are keys of the file or not', () => {
    const versions = [
      { key: 'a-1', id: 'a-1', revision: 'W/"1-1488184348000"' },
      { key: 'a-2', id: 'a-2', revision: 'W/"4294967295-1"' },
      { key: 'a-3', id: 'other', revision: 'W/"2-7"' },
      { key: 'a-4', id: 'a-4', revision: 'W/"02-7"' },
      { key: 'a-5', id: 'a-5', revision: '"2-7"' },
      { key: '6', id: '6', revision: 'W/"999999999-999999999999999"' },
      { key: '7', id: '7', revision: '3' },
    ];
    const resolutions = new Resolutions();
    const records = versions.map(({ key }, i) => ({ ...record(i + 1, 'a', 'b'), key }));
    versions.forEach(({ id, revision }, i) => {
      resolutions.add(records[i] ?? record(0), { id, revision }, i % 2 === 0 ? ['a', 'b'] : [undefined, 'b']);
    });
    const read = resolutions.reader();
    const found = records.map((one) => read(one));
    assert.deepEqual(
      found.map(({ update }) => update),
      versions.map(({ id, revision }) => ({ id, revision })),
    );
    assert.deepEqual(
      found.map(({ values }) => values),
      versions.map((_, i) => [i % 2 === 0 ? 'a' : undefined, 'b']),
    );
  });

  it('keeps values that the file alone does not give', () => {
    const own = {
      rows: [
        { row: 1, values: ['x'] },
        { row: 2, values: ['y'] },
      ],
    };
    const withIds = { rows: [{ row: 1, id: '71', values: ['x'] }, own.rows[1] ?? { row: 2, values: [] }] };
    const other = { rows: [{ row: 1, id: '71', values: [undefined] }] };
    const resolutions = new Resolutions();
    resolutions.add({ ...record(1, own), lastRow: 2 }, { id: '1', revision: '1' }, [withIds]);
    resolutions.add({ ...record(3, own), lastRow: 4 }, { id: '2', revision: '1' }, [other]);
    resolutions.add(record(5, ['a', 'b']), { id: '3', revision: '1' }, [['a', 'b']]);
    const read = resolutions.reader();
    assert.deepEqual(read({ ...record(1, own), lastRow: 2 }).values, [withIds]);
    assert.deepEqual(read({ ...record(3, own), lastRow: 4 }).values, [other]);
    assert.deepEqual(read(record(5, ['a', 'b'])).values, [['a', 'b']]);
  });

  it('is given to no other record: a file that has changed is refused', () => {
    const resolutions = new Resolutions();
    resolutions.add(record(2, 'a'), { id: '17', revision: '4' }, ['a']);
    const read = resolutions.reader();
    assert.throws(
      () => read(record(3, 'a')),
      (error) => error instanceof ExpectedError && error.detail.code === 'job.inputChanged',
    );
  });

  it('fits in memory for very many records', () => {
    const resolutions = new Resolutions();
    const before = process.memoryUsage().arrayBuffers;
    const changes = ['a', undefined, 'c'];
    const count = 200_000;
    for (let row = 1; row <= count; row++) {
      resolutions.add(record(row, 'a', 'b', 'c'), { id: String(row), revision: '1' }, changes);
    }
    const each = (process.memoryUsage().arrayBuffers - before) / count;
    assert.ok(each < 22, `${each.toFixed(1)} bytes a record`);
    assert.equal(resolutions.size, count);
  });
});
