import assert from 'node:assert/strict';
import { asNew, changesOf } from '../../../src/core/mapping/changes';
import type { Changes } from '../../../src/core/mapping/changes';
import type { LayoutField, RecordLayout } from '../../../src/core/mapping/layout';
import { matchInOrder } from '../../../src/core/mapping/matchRows';
import type { ImportRecord, RecordValue, TableRow } from '../../../src/core/mapping/record';
import type { FieldKind, TargetField } from '../../../src/core/mapping/schema';
import { field, schemaOf } from './support';

function layoutFor(...fields: readonly LayoutField[]): RecordLayout {
  return { fields, key: null, startColumn: null, mode: 'update' };
}

function record(...values: readonly RecordValue[]): ImportRecord {
  return { row: 4, lastRow: 6, values };
}

const fed = (one: TargetField, column = 0): LayoutField => ({ field: one, columns: [column] });

/** What is sent for one value; null when nothing is. */
function sent(kind: FieldKind, value: RecordValue, live: RecordValue): RecordValue | null {
  const changes = changesOf(layoutFor(fed(field({ kind }))), record(value), { values: [live] });
  return changes === null ? null : changes.values[0];
}

describe('values that would not change', () => {
  const file = (name: string, size: number): { path: string; name: string; size: number } => ({
    path: `/folder/${name}`,
    name,
    size,
  });
  const cases: readonly (readonly [string, FieldKind, RecordValue, RecordValue, RecordValue])[] = [
    ['numbers are compared as decimals', 'number', '1.50', '1.5', '1.51'],
    [
      'numbers beyond a double are told apart',
      'number',
      '9007199254740993',
      '9007199254740993.0',
      '9007199254740992',
    ],
    [
      'date-times are compared to the minute, whatever their zone',
      'datetime',
      '2026-01-02T03:04:59Z',
      '2026-01-02T12:04:00+09:00',
      '2026-01-02T03:05:00Z',
    ],
    ['times are compared to the minute', 'time', '09:30', '09:30:00', '09:31'],
    ['choices are sets', 'choices', ['a', 'b'], ['b', 'a'], ['a']],
    ['users are sets', 'users', ['u1', 'u2'], ['u2', 'u1'], ['u1', 'u3']],
    ['no choice is no choice', 'choices', [], [], ['a']],
    ['line ends are all one', 'multilineText', 'a\r\nb', 'a\nb', 'a\n\nb'],
    ['text is compared exactly', 'text', 'Ａ', 'Ａ', 'A'],
    [
      'attachments are compared by name and size',
      'files',
      { files: [file('1.jpg', 9)] },
      { files: [{ ...file('1.jpg', 9), path: '', fileKey: 'k' }] },
      { files: [file('1.jpg', 8)] },
    ],
  ];
  for (const [name, kind, value, same, other] of cases) {
    it(`are not sent: ${name}`, () => {
      assert.equal(sent(kind, value, same), null);
      assert.deepEqual(sent(kind, value, other), value);
    });
  }

  it('are told apart from those that a blank cell clears', () => {
    assert.equal(sent('text', '', ''), null);
    assert.equal(sent('text', '', 'x'), '');
    assert.deepEqual(sent('choices', [], ['a']), []);
    assert.equal(sent('text', '', undefined), '', 'what could not be read may have to be cleared');
  });

  it('stay out beside those that would change, and so does what only new records take', () => {
    const layout = layoutFor(
      fed(field({ kind: 'text', code: 'a' })),
      fed(field({ kind: 'text', code: 'b' })),
      fed(field({ kind: 'datetime', code: 'made', onlyWhenAdding: true })),
      fed(field({ kind: 'choice', code: 'radio' })),
    );
    const changes = changesOf(layout, record('1', '2', '2026-01-02T03:04:00Z', undefined), {
      values: ['1', '3', '2020-01-01T00:00:00Z', 'x'],
    });
    assert.deepEqual(changes, { values: [undefined, '2', undefined, undefined] });
  });
});

const ITEM = field({ kind: 'text', code: 'item', label: '品名' });
const PRICE = field({ kind: 'number', code: 'price', label: '単価' });
const PHOTO = field({ kind: 'files', code: 'photo', label: '写真' });
const MEMO = field({ kind: 'text', code: 'memo', label: '備考', required: true });
const LINES = field({ kind: 'table', code: 'lines', label: '明細', fields: [ITEM, PRICE, PHOTO] });

const row = (ordinal: number, id: string | null, ...values: readonly RecordValue[]): TableRow => ({
  row: ordinal,
  ...(id === null ? {} : { id }),
  values,
});

const withIds: LayoutField = { field: LINES, columns: [], inner: [fed(ITEM), fed(PRICE)], idColumn: 7 };
const withoutIds: LayoutField = { field: LINES, columns: [], inner: [fed(ITEM), fed(PRICE)] };

function ofTable(one: LayoutField, rows: readonly TableRow[], live: readonly TableRow[]): Changes | null {
  return changesOf(layoutFor(one), record({ rows }), { values: [{ rows: live }] });
}

describe('tables with row ids', () => {
  const live = [row(0, '11', 'pen', '1'), row(0, '12', 'ink', '2')];

  it('do not change when every row is there with its values', () => {
    assert.equal(ofTable(withIds, [row(4, '11', 'pen', '1.0'), row(5, '12', 'ink', '2')], live), null);
  });

  it('change by values, by rows that are new or gone, and by order', () => {
    for (const rows of [
      [row(4, '11', 'pen', '1'), row(5, '12', 'ink', '3')],
      [row(4, '11', 'pen', '1'), row(5, '12', 'ink', '2'), row(6, null, 'cap', '')],
      [row(4, '11', 'pen', '1')],
      [row(4, '12', 'ink', '2'), row(5, '11', 'pen', '1')],
      [row(4, null, 'pen', '1'), row(5, '12', 'ink', '2')],
      [],
    ]) {
      assert.deepEqual(ofTable(withIds, rows, live), { values: [{ rows }] });
    }
  });

  it('are sent as they are, as far as the file has all of it', () => {
    const table = { rows: [row(4, '11', 'pen', '7'), row(5, null, 'cap', '')] };
    const changes = changesOf(layoutFor(withIds), record(table), { values: [{ rows: live }] });
    assert.equal(changes?.values[0], table, 'nothing of it needs to be kept until it is sent');
  });

  it('are refused for a row that the record no longer has', () => {
    const changes = ofTable(withIds, [row(4, '11', 'pen', '1'), row(5, '99', 'ink', '2')], live);
    assert.deepEqual(
      changes?.problems?.map(({ row: at, problem }) => [at, problem.column, problem.message]),
      [[5, 7, { code: 'table.unknownRowId', args: { field: '明細', value: '99' } }]],
    );
  });

  it('leave the choice of a radio button that is not sent', () => {
    assert.equal(ofTable(withIds, [row(4, '11', undefined, '1')], [row(0, '11', 'a', '1')]), null);
  });

  it('keep attachments that are the same in a row that changes', () => {
    const inner = [fed(ITEM), fed(PHOTO)];
    const photo = { files: [{ path: '/folder/1.jpg', name: '1.jpg', size: 9 }] };
    const changes = ofTable(
      { ...withIds, inner },
      [row(4, '11', 'ink', photo)],
      [row(0, '11', 'pen', { files: [{ path: '', name: '1.jpg', size: 9, fileKey: 'k' }] })],
    );
    assert.deepEqual(changes?.values, [{ rows: [row(4, '11', 'ink', undefined)] }]);
  });
});

describe('lookups in rows that stay', () => {
  it('are not made again beside a row that changes', () => {
    const lookup = { app: '1', keyField: 'code', copies: ['name'] };
    const customer = field({ kind: 'text', code: 'customer', lookup });
    const lines = { ...LINES, fields: [ITEM, customer] };
    const one: LayoutField = { field: lines, columns: [], inner: [fed(ITEM), fed(customer)] };
    const live = [row(0, '11', 'pen', 'A'), row(0, '12', 'ink', 'B')];
    const rows = [row(4, null, 'pen', 'A'), row(5, null, 'cap', 'B')];
    const kept = row(4, '11', 'pen', undefined);
    assert.deepEqual(ofTable(one, rows, live)?.values, [{ rows: [kept, row(5, null, 'cap', 'B')] }]);
    const withId = [row(4, '11', 'pen', 'A'), row(5, '12', 'ink', 'C')];
    assert.deepEqual(ofTable({ ...one, idColumn: 7 }, withId, live)?.values, [
      { rows: [kept, row(5, '12', 'ink', 'C')] },
    ]);
  });
});

describe('tables without row ids', () => {
  const live = [row(0, '11', 'pen', '1'), row(0, '12', 'ink', '2'), row(0, '13', 'cap', '')];

  it('do not change when their rows have the same values in the same order', () => {
    assert.equal(
      ofTable(
        withoutIds,
        [row(4, null, 'pen', '1.0'), row(5, null, 'ink', '2'), row(6, null, 'cap', '')],
        live,
      ),
      null,
    );
  });

  it('keep the ids of the rows that stay', () => {
    const changes = ofTable(
      withoutIds,
      [row(4, null, 'new', '9'), row(5, null, 'pen', '1'), row(6, null, 'cap', '')],
      live,
    );
    assert.deepEqual(changes, {
      values: [{ rows: [row(4, null, 'new', '9'), row(5, '11', 'pen', '1'), row(6, '13', 'cap', '')] }],
    });
  });

  it('are refused where a row would go with values that the file has no column for', () => {
    const rich = [row(0, '11', 'pen', '1'), { ...row(0, '12', 'ink', '2'), unmapped: ['photo'] }];
    assert.equal(ofTable(withoutIds, [row(4, null, 'pen', '1'), row(5, null, 'ink', '2')], rich), null);
    const changes = ofTable(withoutIds, [row(4, null, 'pen', '1'), row(5, null, 'ink', '3')], rich);
    assert.deepEqual(changes?.problems, [
      {
        row: 4,
        problem: {
          column: null,
          field: 'lines',
          message: { code: 'table.wouldLose', args: { field: '明細', names: '写真' } },
        },
      },
    ]);
    assert.equal(ofTable(withoutIds, [], rich)?.problems?.length, 1);
    const kept = ofTable(withoutIds, [row(4, null, 'new', ''), row(5, null, 'ink', '2')], rich);
    assert.equal(kept?.problems, undefined);
  });

  it('do not change for the empty row that the endpoint shows in an empty table', () => {
    const blank = row(0, '11', '', '');
    assert.equal(ofTable(withoutIds, [], [blank]), null);
    assert.equal(ofTable(withIds, [], [blank]), null);
    assert.equal(ofTable(withoutIds, [], [row(0, '11', '\u3000', '')]), null);
    assert.notEqual(ofTable(withoutIds, [], [{ ...blank, unmapped: ['photo'] }]), null);
    assert.notEqual(ofTable(withoutIds, [row(4, null, 'pen', '')], [blank]), null);
  });

  it('tell rows apart without a radio button that some row leaves out', () => {
    const rows = [row(4, null, 'pen', undefined), row(5, null, 'ink', '2')];
    assert.equal(ofTable(withoutIds, rows, live.slice(0, 2)), null);
    const changed = [row(4, null, 'pen', undefined), row(5, null, 'ink', '3')];
    assert.deepEqual(ofTable(withoutIds, changed, live.slice(0, 2)), {
      values: [{ rows: [row(4, '11', 'pen', undefined), row(5, '12', 'ink', '3')] }],
    });
  });

  it('are refused for new rows that lack a required field', () => {
    const one = { ...withoutIds, field: { ...LINES, fields: [ITEM, PRICE, MEMO] } };
    const changes = ofTable(
      one,
      [row(4, null, 'pen', '1'), row(5, null, 'new', '')],
      [row(0, '11', 'pen', '1')],
    );
    assert.deepEqual(
      changes?.problems?.map(({ row: at, problem }) => [at, problem.field, problem.message.code]),
      [[5, 'memo', 'value.requiredWithoutColumn']],
    );
  });
});

describe('options without a column', () => {
  const color = field({ kind: 'choices', code: 'color', options: ['a', 'b', 'c'] });
  const some: LayoutField = { field: color, columns: [0, 1], options: ['a', 'b'] };
  const change = (value: readonly string[], before: readonly string[]): RecordValue | null =>
    changesOf(layoutFor(some), record(value), { values: [before] })?.values[0] ?? null;

  it('stay as they are in the record', () => {
    assert.equal(change(['a'], ['a', 'c']), null);
    assert.equal(change([], ['c']), null);
    assert.deepEqual(change(['b'], ['a', 'c']), ['b', 'c']);
    assert.deepEqual(change([], ['a']), []);
  });

  it('stay as they are in the rows of tables, which are refused when they would go', () => {
    const name = field({ kind: 'text', code: 'name' });
    const lines = field({ kind: 'table', code: 'lines', label: 'Lines', fields: [name, color] });
    const table: LayoutField = { field: lines, columns: [], inner: [fed(name, 2), some] };
    const rowWith = (id: string | null, ...values: readonly RecordValue[]): TableRow => ({
      row: 4,
      ...(id === null ? {} : { id }),
      values,
    });
    const live = [rowWith('1', 'x', ['a', 'c']), rowWith('2', 'y', [])];
    const of = (one: LayoutField, ...rows: readonly TableRow[]): Changes | null =>
      changesOf(layoutFor(one), record({ rows }), { values: [{ rows: live }] });

    assert.equal(of(table, rowWith(null, 'x', ['a']), rowWith(null, 'y', [])), null);
    assert.deepEqual(of(table, rowWith(null, 'x', ['a']), rowWith(null, 'z', []))?.values, [
      { rows: [rowWith('1', 'x', ['a', 'c']), rowWith(null, 'z', [])] },
    ]);
    assert.deepEqual(of({ ...table, idColumn: 3 }, rowWith('1', 'x', ['b']), rowWith('2', 'y', []))?.values, [
      { rows: [rowWith('1', 'x', ['b', 'c']), rowWith('2', 'y', [])] },
    ]);
    assert.deepEqual(
      of(table, rowWith(null, 'x', ['b']), rowWith(null, 'y', []))?.problems?.map(
        ({ problem }) => problem.message.code,
      ),
      ['table.wouldLose'],
    );
  });
});

describe('a record that turns out to be new', () => {
  const NAME = field({ kind: 'text', code: 'name', label: '氏名', required: true });
  const KEY = field({ kind: 'text', code: 'key', unique: true });

  it('has new rows in its tables', () => {
    const layout = layoutFor(fed(KEY), withIds);
    assert.deepEqual(
      asNew(schemaOf([KEY, LINES]), layout, record('A', { rows: [row(4, '11', 'pen', '')] })),
      {
        values: ['A', { rows: [row(4, null, 'pen', '')] }],
      },
    );
  });

  it('is refused where it lacks a required field', () => {
    const table = { ...LINES, fields: [ITEM, PRICE, MEMO] };
    const layout = layoutFor(fed(KEY), { ...withIds, field: table });
    const value = { rows: [row(5, '11', 'pen', '')] };
    const { problems } = asNew(schemaOf([KEY, NAME, table]), layout, record('A', value));
    assert.deepEqual(
      problems?.map(({ row: at, problem }) => [at, problem.field]),
      [
        [4, 'name'],
        [5, 'memo'],
      ],
    );
  });
});

describe('matching rows in order', () => {
  it('keeps as many as possible', () => {
    assert.deepEqual(matchInOrder(['c', 'a', 'b'], ['a', 'b', 'c']), [null, 0, 1]);
    assert.deepEqual(matchInOrder(['a', 'x', 'b', 'a'], ['a', 'b', 'b', 'a']), [0, null, 2, 3]);
    assert.deepEqual(matchInOrder([], ['a']), []);
    assert.deepEqual(matchInOrder(['a', 'a'], ['a']), [0, null]);
  });

  it('never compares each of thousands with each of thousands', () => {
    const many = (letter: string): string[] =>
      Array.from({ length: 20_000 }, (_, index) => `${letter}${String(index)}`);
    assert.ok(matchInOrder(many('a'), many('b')).every((at) => at === null));
    const shifted = matchInOrder([...many('a'), 'end'], ['start', ...many('a')]);
    assert.deepEqual([shifted[0], shifted[19_999], shifted[20_000]], [1, 20_000, null]);
    const crossed = matchInOrder(['b', 'a', ...many('x')], ['a', 'b', ...many('y')]);
    assert.deepEqual(crossed.slice(0, 3), [1, null, null], 'rows never cross each other');
    const same = matchInOrder(
      ['x', ...Array.from({ length: 5_000 }, () => 'a')],
      Array.from({ length: 5_001 }, () => 'a').concat('y'),
    );
    assert.deepEqual([same[0], same[1], same[5_000]], [null, 0, 4_999]);
  });
});
