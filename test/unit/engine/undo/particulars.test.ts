import assert from 'node:assert/strict';
import path from 'node:path';
import { previewUndo } from '../../../../src/core/engine/undo/createUndoJob';
import { ControlWatch } from '../../../../src/core/jobs/control';
import { inputPath } from '../../../../src/core/jobs/jobFolder';
import type { JobEvent } from '../../../../src/core/jobs/records';
import { readUndoList } from '../../../../src/core/engine/undo/undoList';
import type { UndoLine } from '../../../../src/core/engine/undo/undoList';
import { ExpectedError } from '../../../../src/core/message';
import { makeJob, withFolder } from '../../jobs/support';
import { UndoStage } from './support';

const CUSTOMERS = '1';
const ORDERS = '6';

describe('what can be undone', () => {
  const stage = new UndoStage();

  it('is told from the journal, with reasons for what can’t be', () =>
    withFolder(async (jobs) => {
      const job = await makeJob(jobs, LIFE);
      const preview = await previewUndo(job, 'all');
      assert.deepEqual([preview.toRemove, preview.toPutBack, preview.twins], [3, 1, 1]);
      assert.deepEqual(
        preview.cannot.map(({ records, reason }) => [reason.code, records]),
        [
          ['undo.cannot.attachments', 1],
          ['undo.cannot.noBefore', 1],
          ['undo.cannot.noId', 1],
          ['undo.cannot.saidThere', 1],
          ['undo.cannot.uncertain', 1],
        ],
      );
      const lines = await listOf(await stage.undoJob(job));
      assert.deepEqual(lines[0], { row: 1, lastRow: 2, id: '7', revision: '1' });
      assert.deepEqual(lines[2], {
        row: 4,
        lastRow: 4,
        id: '20',
        revision: '6',
        before: {
          revision: '5',
          values: [
            [1, 'first'],
            [0, 'second'],
          ],
        },
      });
      const again = await makeJob(jobs, LIFE, { submittedAt: 4_000 });
      assert.deepEqual(await listOf(await stage.undoJob(again, 'twins')), [
        { row: 3, lastRow: 3, id: '90', revision: '1', twin: true },
      ]);
    }));

  it('is nothing while the import goes on, and when its journal is damaged', () =>
    withFolder(async (jobs) => {
      const going = await makeJob(jobs, LIFE.slice(0, -1), { submittedAt: 2_000 });
      await assert.rejects(stage.undoJob(going), isCode('undo.notEnded'));
      const none = await makeJob(jobs, [...LIFE.slice(0, 1), FAILED], { submittedAt: 3_000 });
      await assert.rejects(stage.undoJob(none), isCode('undo.nothing'));
    }));

  it('is nothing while another undo of it goes on', () =>
    withFolder(async (jobs) => {
      const job = await makeJob(jobs, LIFE);
      await stage.undoJob(job);
      await assert.rejects(previewUndo(job, 'all'), isCode('undo.underWay'));
      await assert.rejects(previewUndo(path.join(jobs, 'none'), 'all'));
    }));
});

describe('undoing in particular', function () {
  this.timeout(60_000);
  const stage = UndoStage.use();

  it('brings rows of tables back, those that were taken away as well, and lookups', () =>
    withFolder(async (jobs) => {
      const { control } = stage.sandbox;
      await stage.import(jobs, stage.app(CUSTOMERS), '顧客コード,会社名\nc1,One\nc2,Two\n', {
        columns: ['顧客コード', '会社名'],
        mode: 'add',
      });
      const columns = [
        { startsRecord: true },
        '注文番号',
        '顧客',
        { table: '明細', field: '商品名' },
        { table: '明細', field: '数量' },
        { table: '明細', field: '税区分' },
      ] as const;
      const app = stage.app(ORDERS);
      const header = '*,注文番号,顧客,商品名,数量,税区分\n';
      await stage.import(jobs, app, `${header}*,o1,c1,pen,1,8%\n,,,ink,2,10%\n*,o2,c1,cap,3,8%\n`, {
        columns,
        mode: 'add',
      });
      const before = control.records(ORDERS).map(essence);
      const plan = { columns, mode: 'addOrUpdate', key: '注文番号' } as const;
      const text = `${header}*,o1,c2,pen,9,8%\n,,,cup,4,8%\n,,,hat,5,8%\n*,o2,c1,cap,3,8%\n*,o3,c2,new,1,8%\n,,,more,2,8%\n`;
      const job = await stage.import(jobs, app, text, plan);
      assert.notDeepEqual(control.records(ORDERS).map(essence), before);
      const { counts } = await stage.run(await stage.undoJob(job));
      assert.deepEqual([counts.imported, counts.updated, counts.invalid], [1, 1, 0]);
      assert.deepEqual(control.records(ORDERS).map(essence), before);
    }));

  it('puts records back that were found by their numbers', () =>
    withFolder(async (jobs) => {
      const { control } = stage.sandbox;
      const app = stage.app(CUSTOMERS);
      await stage.import(jobs, app, '顧客コード,会社名\na,A\nb,B\n', {
        columns: ['顧客コード', '会社名'],
        mode: 'add',
      });
      const ids = control.records(CUSTOMERS).map(({ $id }) => Number($id));
      const job = await stage.import(jobs, app, `No,会社名\n${ids[0]},X\n${ids[1]},Y\n`, {
        columns: ['レコード番号', '会社名'],
        mode: 'update',
        key: 'レコード番号',
      });
      const { counts } = await stage.run(await stage.undoJob(job));
      assert.deepEqual([counts.imported, counts.updated], [0, 2]);
      assert.deepEqual(
        control.records(CUSTOMERS).map(({ 会社名: name }) => name),
        ['A', 'B'],
      );
    }));

  it('stops at once when it is told to, and a second undo takes back the rest', () =>
    withFolder(async (jobs) => {
      const { control } = stage.sandbox;
      const rows = Array.from({ length: 4_500 }, (_, i) => `k${i},N\n`).join('');
      const job = await stage.import(jobs, stage.app(CUSTOMERS), `顧客コード,会社名\n${rows}`, {
        columns: ['顧客コード', '会社名'],
        mode: 'add',
      });
      const undo = await stage.undoJob(job);
      const watch = new ControlWatch(undo, 1_000_000);
      const stopped = await stage.run(undo, {
        control: watch,
        onRecord: ({ type }) => {
          if (type === 'OUTCOME') watch.poke('stop');
        },
      });
      watch.close();
      assert.deepEqual(
        [stopped.status, stopped.counts.imported, stopped.counts.unprocessed],
        ['completed', 2_000, 2_500],
      );
      assert.equal(control.count(CUSTOMERS), 2_500);
      const preview = await previewUndo(job, 'all');
      assert.deepEqual([preview.toRemove, preview.undoneBefore], [2_500, 2_000]);
      const rest = await stage.run(await stage.undoJob(job));
      assert.deepEqual(
        [rest.counts.total, rest.counts.imported, control.count(CUSTOMERS)],
        [2_500, 2_500, 0],
      );
    }));

  it('is canceled with nothing sent, and fails with the right that is missing', () =>
    withFolder(async (jobs) => {
      const { control } = stage.sandbox;
      const job = await stage.import(jobs, stage.app(CUSTOMERS), '顧客コード,会社名\na,A\n', {
        columns: ['顧客コード', '会社名'],
        mode: 'add',
      });
      const undo = await stage.undoJob(job);
      const watch = new ControlWatch(undo, 1_000_000);
      watch.poke('cancel');
      assert.equal((await stage.run(undo, { control: watch })).status, 'canceled');
      watch.close();
      control.withdrawRights(CUSTOMERS, ['delete']);
      const failed = await stage.run(await stage.undoJob(job));
      control.giveBack();
      assert.deepEqual(
        [failed.status, failed.counts.unprocessed, control.count(CUSTOMERS)],
        ['failed', 1, 1],
      );
      assert.equal((await stage.run(await stage.undoJob(job))).counts.imported, 1);
    }));
});

const FAILED: JobEvent = { type: 'DONE', status: 'failed', failures: [], unprocessed: [] };

const LIFE: readonly JobEvent[] = [
  { type: 'OPEN', engine: '0' },
  {
    type: 'BEFORE',
    records: [
      {
        row: 4,
        id: '20',
        revision: '4',
        values: [
          [1, 'first'],
          [0, 'theirs'],
        ],
      },
      { row: 5, id: '21', revision: '4', values: [[0, { files: [{ path: '', name: 'a.txt', size: 1 }] }]] },
    ],
  },
  { type: 'BEFORE', records: [{ row: 4, id: '20', revision: '5', values: [[0, 'second']] }] },
  { type: 'PLAN', total: 9, invalid: 0 },
  { type: 'INTENT', batch: 1, rows: [[1, 7]], updates: [[4, 6]] },
  {
    type: 'OUTCOME',
    batch: 1,
    outcome: {
      kind: 'committed',
      ids: [['7', 1], ['7', 2], ['20', 3], ''],
      revisions: [
        ['1', 3],
        ['6', 3],
        ['1', 1],
      ],
    },
  },
  { type: 'INTENT', batch: 2, rows: [[8, 9]] },
  { type: 'OUTCOME', batch: 2, outcome: { kind: 'ambiguous', message: { code: 'network.lost' } } },
  { type: 'ASK', rows: [[8, 9]], candidates: [] },
  { type: 'DECISION', batch: 2, answer: 'there', rows: [[8, 8]], updated: 0 },
  { type: 'DECISION', batch: 2, answer: 'leave', rows: [[9, 9]], updated: 0 },
  {
    type: 'DONE',
    status: 'completed',
    failures: [],
    unprocessed: [],
    twins: [{ row: 3, id: '90', revision: '1' }],
  },
];

async function listOf(folder: string): Promise<UndoLine[]> {
  const lines: UndoLine[] = [];
  for await (const some of readUndoList(inputPath(folder))) lines.push(...some);
  return lines;
}

/** What people see of an order: its customer and its items. */
function essence(order: Readonly<Record<string, unknown>>): unknown {
  const rows = Array.isArray(order.明細) ? (order.明細 as readonly Record<string, unknown>[]) : [];
  return [order.注文番号, order.顧客, order.顧客名, rows.map((row) => valuesIn(row))];
}

function valuesIn(row: Readonly<Record<string, unknown>>): unknown {
  const inner = typeof row.value === 'object' && row.value !== null ? { ...row.value } : { ...row };
  return Object.fromEntries(Object.entries(inner).filter(([code]) => code !== 'id'));
}

function isCode(code: string): (error: unknown) => boolean {
  return (error) => error instanceof ExpectedError && error.detail.code === code;
}
