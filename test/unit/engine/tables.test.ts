import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { Answer, RejectedReason } from '../../../src/core/endpoints/endpoint';
import { derive } from '../../../src/core/engine/unimported';
import { fromIdRuns, ordinalsIn } from '../../../src/core/jobs/runs';
import type { ImportPlan } from '../../../src/core/mapping/plan';
import { CODE, FakeApp, NUMBER_OF_RECORD, TEXT, importInto } from './fakeApp';
import { LIMITS, fieldOf } from './support';

const LINES = fieldOf('lines', {
  kind: 'table',
  nativeType: 'SUBTABLE',
  fields: [fieldOf('item'), fieldOf('amount', { kind: 'number', nativeType: 'NUMBER' })],
});
const FIELDS = [NUMBER_OF_RECORD, CODE, TEXT, LINES];
const COLUMNS: ImportPlan['columns'] = [
  { startsRecord: true },
  'code',
  { table: 'lines', field: 'item' },
  { table: 'lines', field: 'amount' },
];
const ADD: ImportPlan = { columns: COLUMNS, mode: 'add' };
const HEADER = ',code,item,amount\n';
const REASON = 'Not sent: another row of this record has a problem.';
const message = { code: 'kintone.refused' };

const refusing = (index: number, ...reasons: RejectedReason[]): Answer => ({
  kind: 'rejected',
  code: 'CB_VA01',
  message,
  rows: [{ index, reasons }],
});

describe('records of several rows', () => {
  it('are sent as one, counted by their rows, and every row knows the id', async () => {
    const app = new FakeApp(FIELDS);
    const { counts, events } = await importInto(app, `${HEADER}*,a,x,1\n,,y,2\n*,b,z,3\n,,w,4\n,,v,5\n`, ADD);
    assert.deepEqual([counts.total, counts.imported, app.batches[0]?.length], [5, 5, 2]);
    const [intent, outcome] = events.filter(({ type }) => type === 'INTENT' || type === 'OUTCOME');
    assert.ok(intent?.type === 'INTENT' && outcome?.type === 'OUTCOME');
    assert.deepEqual(intent.rows, [[1, 5]]);
    assert.ok(outcome.outcome.kind === 'committed');
    assert.deepEqual(fromIdRuns(outcome.outcome.ids), ['1', '1', '2', '2', '2']);
    assert.deepEqual(outcome.outcome.revisions, [['1', 5]]);
  });

  it('are limited by records, not by rows', async () => {
    const app = new FakeApp(FIELDS);
    const text = Array.from({ length: 25 }, (_, i) => `*,c${i},x,1\n,,y,2\n`).join('');
    await importInto(app, HEADER + text, ADD);
    assert.deepEqual(
      app.batches.map(({ length }) => length),
      [20, 5],
    );
  });

  it('are cut into requests by the bytes of all their rows', async () => {
    const app = new FakeApp(FIELDS);
    app.limits = { ...LIMITS, maxRequestBytes: 3500 };
    const lines = Array.from({ length: 10 }, (_, i) => `,,${'x'.repeat(60)},${i}\n`).join('');
    const text = Array.from({ length: 6 }, (_, i) => `*,c${i},x,1\n${lines}`).join('');
    const { counts } = await importInto(app, HEADER + text, ADD);
    assert.equal(counts.imported, 66);
    assert.deepEqual(
      app.batches.map(({ length }) => length),
      [2, 2, 2],
    );
  });

  it('are added and changed in requests of their own where the endpoint takes one kind', async () => {
    const app = new FakeApp(FIELDS).with(
      ...Array.from({ length: 10 }, (_, i) => ({ code: `c${i * 2}`, lines: { rows: [] } })),
    );
    app.limits = { ...LIMITS, rowsPerRequest: 5, oneKindPerRequest: true };
    const text = Array.from({ length: 20 }, (_, i) => `*,c${i},x,1\n,,y,2\n`).join('');
    const plan: ImportPlan = { columns: COLUMNS, mode: 'addOrUpdate', key: 'code' };
    const { counts, events } = await importInto(app, HEADER + text, plan);
    assert.deepEqual([counts.imported, counts.updated], [20, 20]);
    assert.equal(app.batches.length, 4);
    const sent = events.flatMap((event) => (event.type === 'INTENT' ? [...ordinalsIn(event.rows)] : []));
    assert.deepEqual(
      sent.sort((a, b) => a - b),
      Array.from({ length: 40 }, (_, i) => i + 1),
    );
  });

  it('are lost with all their rows to somebody else’s edit, many at once', async () => {
    const live = Array.from({ length: 40 }, (_, i) => ({ code: `c${i}`, lines: { rows: [] } }));
    const app = new FakeApp(FIELDS).with(...live);
    const text = live.map(({ code }) => `*,${code},x,1\n,,y,2\n`).join('');
    const plan: ImportPlan = { columns: COLUMNS, mode: 'update', key: 'code' };
    const { counts, notImported } = await importInto(app, HEADER + text, plan, {
      onRecord: ({ type }) => {
        if (type === 'PLAN') for (let id = 2; id <= 40; id += 2) app.edit(String(id), { name: 'theirs' });
      },
    });
    assert.deepEqual([counts.updated, counts.invalid], [40, 40]);
    assert.equal(notImported.rows.size, 40);
    assert.equal(app.batches.length, 6, 'a refused one and two small ones for each twenty');
  });

  it('are left out whole when one row has a problem, and only that cell is blamed', async () => {
    const app = new FakeApp(FIELDS);
    const text = `${HEADER}*,a,x,1\n,,y,no\n,,z,3\n*,b,w,4\n`;
    const { problems, counts } = await importInto(app, text, ADD, {
      then: async (folder) => {
        const document = await derive(folder);
        const [header, first, second, third] = (await readFile(document.path, 'utf8')).split('\n');
        assert.equal(header, ',code,item,amount,__import_row,__import_reason');
        assert.deepEqual([first, third], [`*,a,x,1,2,${REASON}`, `,,z,3,4,${REASON}`]);
        assert.match(second ?? '', /^,,y,no,3,.*amount/);
        assert.equal(document.problems.length, 1);
        assert.deepEqual([document.problems[0]?.line, document.problems[0]?.heading], [3, 'amount']);
      },
    });
    assert.deepEqual(problems, ['1', '2 3 value.notANumber', '3']);
    assert.deepEqual([counts.invalid, counts.imported], [3, 1]);
  });

  it('place what the app refuses in a table at its own row and column', async () => {
    const app = new FakeApp(FIELDS);
    app.onSend = (_, request) =>
      request === 1 ? refusing(1, { field: 'lines', inTable: { index: 1, field: 'amount' }, message }) : null;
    const text = `${HEADER}*,a,x,1\n*,b,z,3\n,,w,4\n,,v,5\n*,c,u,6\n`;
    const { problems, counts, notImported } = await importInto(app, text, ADD);
    assert.deepEqual(problems, ['2', '3 3 kintone.refused', '4']);
    assert.deepEqual([counts.rejected, counts.imported], [3, 2]);
    const [problem] = notImported.rows.get(3)?.problems ?? [];
    assert.deepEqual([problem?.field, problem?.value], ['amount', '4']);
  });

  it('put what the app refuses of the record itself at its first row', async () => {
    const app = new FakeApp(FIELDS);
    app.onSend = (_, request) => (request === 1 ? refusing(0, { field: 'code', message }) : null);
    const { problems } = await importInto(app, `${HEADER}*,a,x,1\n,,y,2\n`, ADD);
    assert.deepEqual(problems, ['1 1 kintone.refused', '2']);
  });

  it('keep the ids of rows that stay, from the first pass to the request', async () => {
    const rows = [
      { row: 0, id: '71', values: ['x', '1'] },
      { row: 0, id: '72', values: ['y', '2'] },
    ];
    const app = new FakeApp(FIELDS).with({ code: 'a', lines: { rows } }, { code: 'b', lines: { rows } });
    const plan: ImportPlan = { columns: COLUMNS, mode: 'update', key: 'code' };
    const text = `${HEADER}*,a,x,1\n,,y,2\n*,b,x,1\n,,y,2\n,,z,3\n`;
    const { counts } = await importInto(app, text, plan);
    assert.deepEqual([counts.unchanged, counts.updated], [2, 3]);
    const [sent] = app.batches.flat();
    const table = sent?.values[1];
    assert.ok(typeof table === 'object' && 'rows' in table);
    assert.deepEqual(
      table.rows.map(({ row, id, values }) => [row, id, values]),
      [
        [3, '71', ['x', '1']],
        [4, '72', ['y', '2']],
        [5, undefined, ['z', '3']],
      ],
    );
    assert.equal(sent?.values[0], undefined);
  });

  it('are new in a new record, whatever row ids the file has', async () => {
    const app = new FakeApp(FIELDS);
    const columns: ImportPlan['columns'] = [
      { startsRecord: true },
      'code',
      { rowIdsOf: 'lines' },
      ...COLUMNS.slice(2),
    ];
    const plan: ImportPlan = { columns, mode: 'addOrUpdate', key: 'code' };
    await importInto(app, ',code,id,item,amount\n*,n,71,x,1\n', plan);
    const table = app.batches[0]?.[0]?.values[1];
    assert.ok(typeof table === 'object' && 'rows' in table);
    assert.deepEqual(table.rows, [{ row: 1, values: ['x', '1'] }]);
  });
});
