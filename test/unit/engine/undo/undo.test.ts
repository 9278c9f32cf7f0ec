import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { Endpoint } from '../../../../src/core/endpoints/endpoint';
import { deriveUndo } from '../../../../src/core/engine/undo/undoDocument';
import { previewUndo } from '../../../../src/core/engine/undo/createUndoJob';
import { readNotImported } from '../../../../src/core/jobs/notImported';
import { layoutOf } from '../../../../src/core/mapping/layout';
import type { TargetSchema } from '../../../../src/core/mapping/schema';
import { ExpectedError } from '../../../../src/core/message';
import { withFolder } from '../../jobs/support';
import { UndoStage } from './support';

const CUSTOMERS = '1';
const PRODUCTS = 'sales/stock/Product';
const PLAN = { columns: ['顧客コード', '会社名', '備考'], mode: 'addOrUpdate', key: '顧客コード' } as const;
const HEADER = '顧客コード,会社名,備考\n';

/** Its first request is kept, but its answer lost; somebody else is quicker than who looks for it. */
function losing(endpoint: Endpoint, edit: (schema: TargetSchema) => Promise<void>): Endpoint {
  let lost = false;
  return {
    ...endpoint,
    writer: (schema, ...more) => {
      const writer = endpoint.writer(schema, ...more);
      return {
        ...writer,
        send: async (batch) => {
          const answer = await writer.send(batch);
          if (lost) return answer;
          lost = true;
          assert.equal(answer.kind, 'committed');
          await edit(schema);
          return { kind: 'ambiguous', message: { code: 'network.lost' } };
        },
      };
    },
  };
}

describe('undoing an import', function () {
  this.timeout(60_000);
  const stage = UndoStage.use();
  const customers = () => stage.sandbox.control.records(CUSTOMERS);
  const products = () => stage.sandbox.personiumControl.entities(PRODUCTS);

  it('deletes new records and puts changed ones back, and says how many', () =>
    withFolder(async (jobs) => {
      const app = stage.app(CUSTOMERS);
      await stage.import(jobs, app, `${HEADER}a,A,note\nb,B,\nc,C,x\n`, PLAN);
      const before = valuesOf(customers());
      const job = await stage.import(jobs, app, `${HEADER}a,A2,\nb,B,new\nc,C,x\nd,D,\ne,E,\n`, PLAN);
      const preview = await previewUndo(job, 'all');
      assert.deepEqual([preview.toRemove, preview.toPutBack, preview.cannot], [2, 2, []]);
      const { status, counts } = await stage.run(await stage.undoJob(job));
      assert.equal(status, 'completed');
      assert.deepEqual([counts.imported, counts.updated, counts.total], [2, 2, 4]);
      assert.deepEqual(valuesOf(customers()), before);
      await assert.rejects(stage.undoJob(job), isCode('undo.already'));
    }));

  it('keeps what was edited since, says so of each record, and leaves nothing else', () =>
    withFolder(async (jobs) => {
      const job = await stage.import(jobs, stage.app(CUSTOMERS), `${HEADER}${rows(0, 250)}`, PLAN);
      const ids = customers().map(({ $id }) => Number($id));
      const edited = [ids[3], ids[100], ids[249]].map(Number);
      stage.sandbox.control.disturb({ kind: 'bumpRevision', app: CUSTOMERS, ids: edited });
      const undo = await stage.undoJob(job);
      const { counts } = await stage.run(undo);
      assert.deepEqual([counts.imported, counts.invalid, counts.rejected], [247, 3, 0]);
      assert.deepEqual(
        customers().map(({ $id }) => Number($id)),
        edited,
      );
      const document = await deriveUndo(undo);
      const text = await readFile(document.path, 'utf8');
      assert.equal(document.rows, 3);
      assert.ok(text.startsWith('\ufeffRow (header not counted),Record,Reason\r\n4,'), text);
      assert.match(text, /\r\n101,\d+,"?Record \d+ was edited after the import, so it is kept as it is\./);
    }));

  it('keeps records that are edited between the look and the request', () =>
    withFolder(async (jobs) => {
      const job = await stage.import(jobs, stage.app(CUSTOMERS), `${HEADER}${rows(0, 250)}`, PLAN);
      const ids = customers().map(({ $id }) => Number($id));
      const edited = [ids[7], ids[77]].map(Number);
      const undo = await stage.undoJob(job);
      let done = false;
      const { counts } = await stage.run(undo, {
        onRecord: ({ type }) => {
          if (type !== 'INTENT' || done) return;
          done = true;
          stage.sandbox.control.disturb({ kind: 'bumpRevision', app: CUSTOMERS, ids: edited });
        },
      });
      assert.deepEqual([counts.imported, counts.invalid, counts.rejected], [248, 2, 0]);
      assert.deepEqual(
        customers().map(({ $id }) => Number($id)),
        edited,
      );
      const { rows: kept } = await readNotImported(undo);
      assert.deepEqual(
        [...kept.values()].map(({ problems }) => problems[0]?.message.code),
        ['undo.editedSince', 'undo.editedSince'],
      );
    }));

  it('takes answers that are lost for what they were', () =>
    withFolder(async (jobs) => {
      const app = stage.app(CUSTOMERS);
      await stage.import(jobs, app, `${HEADER}a,A,note\nb,B,\n`, PLAN);
      const before = valuesOf(customers());
      const job = await stage.import(jobs, app, `${HEADER}a,A2,\nb,B2,\n${rows(0, 150)}`, PLAN);
      stage.sandbox.control.setFaults({
        latencyMs: 0,
        faults: [
          { kind: 'dropAfterCommit', path: 'bulkRequest', nth: 1 },
          { kind: 'dropBeforeCommit', method: 'PUT', path: 'records', nth: 1 },
          { kind: 'dropAfterCommit', method: 'PUT', path: 'records', nth: 2 },
        ],
      });
      const { status, counts } = await stage.run(await stage.undoJob(job));
      assert.equal(status, 'completed');
      assert.deepEqual([counts.imported, counts.updated, counts.unknown], [150, 2, 0]);
      assert.deepEqual(valuesOf(customers()), before);
      assert.equal(stage.sandbox.control.faultHits().length, 3);
    }));

  it('takes entities back, new ones and changed ones', () =>
    withFolder(async (jobs) => {
      const set = stage.set(PRODUCTS);
      const columns = ['__id', 'Name', 'Code', 'Price'];
      const text = (names: string) => `__id,Name,Code,Price\n${names}`;
      await stage.import(jobs, set, text('x,X,CX,1\ny,Y,CY,2\n'), { columns, mode: 'add' });
      const before = products();
      const plan = { columns, mode: 'addOrReplace', key: '__id' } as const;
      const job = await stage.import(jobs, set, text(`x,X2,CX,\ny,Y,CY,3\n${entities(0, 700)}`), plan);
      assert.equal(products().length, 702);
      const { status, counts } = await stage.run(await stage.undoJob(job));
      assert.equal(status, 'completed');
      assert.deepEqual([counts.imported, counts.updated], [700, 2]);
      assert.deepEqual(products(), before);
    }));

  it('keeps what was edited after a lost request was kept, and before that was found out', () =>
    withFolder(async (jobs) => {
      const columns = ['__id', 'Name', 'Code'];
      const head = '__id,Name,Code\n';
      const set = stage.set(PRODUCTS);
      await stage.import(jobs, set, `${head}x,X,C\ny,Y,C\n`, { columns, mode: 'add' });
      const plan = { columns, mode: 'addOrReplace', key: '__id' } as const;
      const text = `${head}x,X2,C\ny,Y2,C\nz,Z,C\nw,W,C\n`;
      // The same values once more: another revision all the same.
      const job = await stage.import(jobs, set, text, plan, (endpoint) =>
        losing(endpoint, async (schema) => {
          const layout = layoutOf(schema, { columns, mode: 'update', key: '__id' });
          const live = await endpoint.find({ schema, key: '__id', values: ['x', 'z'], layout });
          const again = live.map(({ id, revision, values }, row) => ({
            ...{ row, lastRow: row, values },
            update: { id, revision },
          }));
          assert.equal((await endpoint.writer(schema, layout).send(again)).kind, 'committed');
        }),
      );
      const { counts } = await stage.run(await stage.undoJob(job));
      assert.deepEqual([counts.imported, counts.updated, counts.invalid], [1, 1, 2]);
      assert.deepEqual(
        products()
          .map(({ Name }) => Name)
          .sort(),
        ['X2', 'Y', 'Z'],
      );

      const app = stage.app(CUSTOMERS);
      await stage.import(jobs, app, `${HEADER}a,A,\nb,B,\n`, PLAN);
      const customersJob = await stage.import(
        jobs,
        app,
        `${HEADER}a,A2,\nb,B2,\nc,C,\nd,D,\n`,
        PLAN,
        (endpoint) =>
          losing(endpoint, () => {
            const ids = customers().map(({ $id }) => Number($id));
            stage.sandbox.control.disturb({
              kind: 'bumpRevision',
              app: CUSTOMERS,
              ids: [ids[0] ?? 0, ids[2] ?? 0],
            });
            return Promise.resolve();
          }),
      );
      const undone = await stage.run(await stage.undoJob(customersJob));
      assert.deepEqual([undone.counts.imported, undone.counts.updated, undone.counts.invalid], [1, 1, 2]);
      assert.deepEqual(
        customers()
          .map((record) => record['会社名'])
          .sort(),
        ['A2', 'B', 'C'],
      );
    }));

  it('refuses what can’t be undone, and says why', () =>
    withFolder(async (jobs) => {
      const app = stage.app(CUSTOMERS);
      await stage.import(jobs, app, `${HEADER}a,A,\n`, PLAN);
      const same = await stage.import(jobs, app, `${HEADER}a,A,\n`, PLAN);
      await assert.rejects(stage.undoJob(same), isCode('undo.nothing'));
    }));
});

/** Without what every change moves. */
function valuesOf(records: readonly Readonly<Record<string, unknown>>[]): unknown[] {
  const isMoved = (code: string) => code === '$revision' || /更新|Updated|Modif/i.test(code);
  return records.map((record) =>
    Object.fromEntries(Object.entries(record).filter(([code]) => !isMoved(code))),
  );
}

function rows(from: number, count: number): string {
  return Array.from({ length: count }, (_, i) => `k${from + i},N${from + i},\n`).join('');
}

function entities(from: number, count: number): string {
  return Array.from({ length: count }, (_, i) => `e${from + i},N${i},C${from + i},${i}\n`).join('');
}

function isCode(code: string): (error: unknown) => boolean {
  return (error) => error instanceof ExpectedError && error.detail.code === code;
}
