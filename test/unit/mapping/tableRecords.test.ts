import assert from 'node:assert/strict';
import type { Row } from '../../../src/core/files/row';
import { createMapper } from '../../../src/core/mapping/createMapper';
import type { RecordMapper } from '../../../src/core/mapping/createMapper';
import { layoutOf } from '../../../src/core/mapping/layout';
import type { ColumnPlan, ImportPlan } from '../../../src/core/mapping/plan';
import { isRecord } from '../../../src/core/mapping/record';
import type { ImportRecord, MappedRecord } from '../../../src/core/mapping/record';
import { field, rowOf, schemaOf } from './support';

const ITEM = field({ kind: 'text', code: 'item', label: '品名' });
const AMOUNT = field({ kind: 'number', code: 'amount', label: '数量' });
const TAGS = field({ kind: 'choices', code: 'tags', label: 'タグ', options: ['a', 'b'] });
const NOTE = field({ kind: 'text', code: 'note', label: '備考' });
const LINES = field({ kind: 'table', code: 'lines', label: '明細', fields: [ITEM, AMOUNT, TAGS] });
const NOTES = field({ kind: 'table', code: 'notes', label: 'メモ', fields: [NOTE] });
const CODE = field({ kind: 'text', code: 'code', label: 'コード', unique: true, required: true });
const SCHEMA = schemaOf([CODE, LINES, NOTES]);

const START = { startsRecord: true } as const;
const inLines = (code: string): { table: string; field: string } => ({ table: 'lines', field: code });
const COLUMNS: ColumnPlan = [START, 'code', inLines('item'), inLines('amount')];
const WITH_IDS: ColumnPlan = [START, 'code', { rowIdsOf: 'lines' }, inLines('item'), inLines('amount')];

function mapperOf(plan: Partial<ImportPlan> = {}, schema = SCHEMA): RecordMapper {
  return createMapper(schema, layoutOf(schema, { columns: COLUMNS, mode: 'add', ...plan }));
}

function rowsOf(...cells: readonly (readonly string[])[]): Row[] {
  return cells.map((one, index) => rowOf(one, undefined, index + 1));
}

function mapAll(rows: readonly Row[], plan?: Partial<ImportPlan>, schema = SCHEMA): MappedRecord[] {
  const mapper = mapperOf(plan, schema);
  return [...mapper.map(rows), ...mapper.end()];
}

/** Row, column and code of every problem. */
function told(mapped: MappedRecord | undefined): unknown[] {
  assert.ok(mapped !== undefined && !isRecord(mapped));
  return mapped.rows.flatMap(({ row, problems }) =>
    problems.map(({ column, message }) => [row.ordinal, column, message.code]),
  );
}

function record(mapped: MappedRecord | undefined): ImportRecord {
  assert.ok(mapped !== undefined && isRecord(mapped));
  return mapped;
}

describe('records with tables', () => {
  it('take the rows from one mark to the next', () => {
    const mapped = mapAll(rowsOf(['*', 'A', 'pen', '1'], ['', 'A', 'ink', '2'], ['x', 'B', 'cap', '']));
    assert.deepEqual(mapped, [
      {
        row: 1,
        lastRow: 2,
        values: [
          'A',
          {
            rows: [
              { row: 1, values: ['pen', '1'] },
              { row: 2, values: ['ink', '2'] },
            ],
          },
        ],
      },
      { row: 3, lastRow: 3, values: ['B', { rows: [{ row: 3, values: ['cap', ''] }] }] },
    ]);
  });

  it('may go on from one batch of rows to the next', () => {
    const [first, second, third] = rowsOf(['*', 'A', 'pen', ''], ['', '', 'ink', ''], ['*', 'B', '', '']);
    assert.ok(first !== undefined && second !== undefined && third !== undefined);
    const mapper = mapperOf();
    assert.deepEqual(mapper.map([first]), []);
    assert.deepEqual(mapper.map([second]), []);
    assert.equal(record(mapper.map([third])[0]).lastRow, 2);
    assert.equal(record(mapper.end()[0]).row, 3);
    assert.deepEqual(mapper.end(), []);
  });

  it('hold back every row before the first mark, each for itself', () => {
    const mapped = mapAll(rowsOf(['', 'A', 'pen', ''], [' ', 'B', '', ''], ['*', 'C', '', '']));
    assert.deepEqual(
      mapped.map(({ row, lastRow }) => [row, lastRow]),
      [
        [1, 1],
        [2, 2],
        [3, 3],
      ],
    );
    assert.deepEqual(told(mapped[0]), [[1, 0, 'record.notStarted']]);
    assert.deepEqual(told(mapped[1]), [[2, 0, 'record.notStarted']]);
    record(mapped[2]);
  });

  it('take their other fields from the first row, which the rows below repeat or leave empty', () => {
    const good = mapAll(rowsOf(['*', 'A', 'pen', ''], ['', 'A ', 'ink', ''], ['', '', 'cap', '']));
    assert.equal(record(good[0]).values[0], 'A');
    const bad = mapAll(rowsOf(['*', 'A', 'pen', ''], ['', 'B', 'ink', '']));
    assert.deepEqual(told(bad[0]), [[2, 1, 'record.differs']]);
    assert.ok(bad[0] !== undefined && 'rows' in bad[0]);
    assert.deepEqual(bad[0].rows[0]?.problems[0]?.message.args, { field: 'コード', line: 2 });
  });

  it('have a table row where one of its columns has text, and an empty table where none has', () => {
    const [empty] = mapAll(rowsOf(['*', 'A', '', ' '], ['', '', '', '']));
    assert.deepEqual(record(empty).values[1], { rows: [] });
    assert.equal(record(empty).lastRow, 2);
    const [gap] = mapAll(rowsOf(['*', 'A', '', ''], ['', '', '', '5']));
    assert.deepEqual(record(gap).values[1], { rows: [{ row: 2, values: ['', '5'] }] });
  });

  it('keep the rows of several tables apart', () => {
    const columns = [START, 'code', inLines('item'), { table: 'notes', field: 'note' }];
    const [one] = mapAll(rowsOf(['*', 'A', 'pen', ''], ['', '', '', 'n1'], ['', '', 'ink', 'n2']), {
      columns,
    });
    assert.deepEqual(record(one).values.slice(1), [
      {
        rows: [
          { row: 1, values: ['pen'] },
          { row: 3, values: ['ink'] },
        ],
      },
      {
        rows: [
          { row: 2, values: ['n1'] },
          { row: 3, values: ['n2'] },
        ],
      },
    ]);
  });

  it('tell problems of table cells at their own row and column, and fail as a whole', () => {
    const [bad] = mapAll(rowsOf(['*', 'A', 'pen', '1'], ['', '', 'ink', 'two'], ['', '', 'cap', '3']));
    assert.deepEqual(told(bad), [[2, 3, 'value.notANumber']]);
    assert.deepEqual([bad?.row, bad?.lastRow], [1, 3]);
  });

  it('are spoiled by a row that can’t be read', () => {
    const message = { code: 'file.raggedRow' };
    const ragged = rowOf(['', 'A'], [{ column: null, message }], 2);
    const [bad, good] = mapAll([
      rowOf(['*', 'A', 'pen', '']),
      ragged,
      rowOf(['*', 'B', '', ''], undefined, 3),
    ]);
    assert.deepEqual(told(bad), [[2, null, 'file.raggedRow']]);
    record(good);
  });

  it('never lose rows to a mark that may be a slip of a row out of shape', () => {
    const shifted = rowOf(['ink', ''], [{ column: null, message: { code: 'file.raggedRow' } }], 2);
    const mapped = mapAll([rowOf(['*', 'A', 'pen', '']), shifted]);
    assert.equal(mapped.length, 1);
    assert.deepEqual(told(mapped[0]), [[2, null, 'file.raggedRow']]);
    const marked = rowOf(['*', 'B'], [{ column: null, message: { code: 'file.raggedRow' } }], 2);
    assert.equal(mapAll([rowOf(['*', 'A', 'pen', '']), marked]).length, 2);
  });

  it('are one a row where no column marks their starts', () => {
    const columns = ['code', inLines('item')];
    const mapper = mapperOf({ columns });
    const mapped = mapper.map(rowsOf(['A', 'pen'], ['B', '']));
    assert.deepEqual(mapper.end(), []);
    assert.deepEqual(mapped, [
      { row: 1, lastRow: 1, values: ['A', { rows: [{ row: 1, values: ['pen'] }] }] },
      { row: 2, lastRow: 2, values: ['B', { rows: [] }] },
    ]);
  });

  it('read the options of a table’s field from one column each', () => {
    const columns = [
      START,
      'code',
      { table: 'lines', field: 'tags', option: 'b' },
      { table: 'lines', field: 'tags', option: 'a' },
    ];
    const [one, bad] = mapAll(rowsOf(['*', 'A', '1', ''], ['', '', '1', '1'], ['*', 'B', 'yes', '']), {
      columns,
    });
    assert.deepEqual(record(one).values[1], {
      rows: [
        { row: 1, values: [['b']] },
        { row: 2, values: [['b', 'a']] },
      ],
    });
    assert.deepEqual(told(bad), [[3, 2, 'value.notOneOrEmpty']]);

    const [none] = mapAll(rowsOf(['*', 'A', '0', ' ０']), { columns });
    assert.deepEqual(record(none).values[1], { rows: [] }, 'nothing that is chosen makes no row');
  });

  it('tell a required field of a table without a column at the rows that are new', () => {
    const strict = schemaOf([CODE, { ...LINES, fields: [ITEM, { ...AMOUNT, required: true }] }]);
    const columns = [START, 'code', { rowIdsOf: 'lines' }, inLines('item')];
    const rows = rowsOf(['*', 'A', '', ''], ['', '', '7', 'ink'], ['*', 'B', '', 'pen']);
    const [empty, added] = mapAll(rows, { columns, mode: 'update', key: 'code' }, strict);
    record(empty);
    assert.deepEqual(told(added), [[3, null, 'value.requiredWithoutColumn']]);
  });

  it('are a problem, not a heap, when marks are missing for thousands of rows', () => {
    const mapper = mapperOf();
    mapper.map([rowOf(['*', 'A', 'pen', ''])]);
    for (let ordinal = 2; ordinal <= 20_001; ordinal += 1) {
      mapper.map([rowOf(['', '', 'ink', ordinal === 9 ? 'x' : ''], undefined, ordinal)]);
    }
    const [bad] = mapper.end();
    assert.deepEqual(told(bad), [[1, null, 'record.tooManyRows']]);
    assert.equal(bad?.lastRow, 20_001);
  });
});

describe('ids of table rows', () => {
  it('are kept for records that may be updated, and left out for new ones', () => {
    const rows = rowsOf(['*', 'A', ' 12 ', 'pen', '1'], ['', '', '13', '', ''], ['', '', '', 'ink', '']);
    const [updated] = mapAll(rows, { columns: WITH_IDS, mode: 'update', key: 'code' });
    assert.deepEqual(record(updated).values[1], {
      rows: [
        { row: 1, id: '12', values: ['pen', '1'] },
        { row: 2, id: '13', values: ['', ''] },
        { row: 3, values: ['ink', ''] },
      ],
    });
    const [added] = mapAll(rows, { columns: WITH_IDS });
    assert.deepEqual(record(added).values[1], {
      rows: [
        { row: 1, values: ['pen', '1'] },
        { row: 2, values: ['', ''] },
        { row: 3, values: ['ink', ''] },
      ],
    });
  });

  it('must be ids, each only once in a record', () => {
    const rows = rowsOf(
      ['*', 'A', '12', 'pen', ''],
      ['', '', '12', 'ink', ''],
      ['', '', 'x', 'cap', ''],
      ['*', 'B', '12', 'pen', ''],
    );
    const [bad, good] = mapAll(rows, { columns: WITH_IDS, mode: 'update', key: 'code' });
    assert.deepEqual(told(bad), [
      [2, 2, 'table.repeatedRowId'],
      [3, 2, 'table.badRowId'],
    ]);
    record(good);
  });
});
