import assert from 'node:assert/strict';
import type { Endpoint } from '../../../src/core/endpoints/endpoint';
import { createPersoniumEndpoint } from '../../../src/core/endpoints/personium/personiumEndpoint';
import { withPersoniumSignIn } from '../../../src/core/endpoints/personium/signIn';
import { createUndiciTransport } from '../../../src/core/endpoints/undiciTransport';
import { readNotImported } from '../../../src/core/jobs/notImported';
import type { ImportPlan } from '../../../src/core/mapping/plan';
import { startPersonium } from '../../../src/sandbox/personium/unit';
import type { PersoniumUnit } from '../../../src/sandbox/personium/unit';
import { startSandbox } from '../../../src/sandbox/server';
import type { Sandbox } from '../../../src/sandbox/server';
import { administratorsEndpoint } from '../endpoints/support';
import { withCellJob } from './cellJob';
import type { CellJob, Submitted } from './cellJob';

const CODES = ['A', 'B', 'C', 'D'];

function codesOf(job: CellJob): Promise<string[]> {
  return readNotImported(job.folder).then(({ rows }) =>
    [...rows.values()].flatMap(({ problems }) => problems.map(({ message }) => message.code)),
  );
}

describe('requests that are delivered twice, the second answer coming', function () {
  this.timeout(60_000);
  const transport = createUndiciTransport();
  after(() => transport.close());

  describe('to Kintone', () => {
    let sandbox: Sandbox;
    let endpoint: Endpoint;
    const KINTONE: Submitted = { system: 'kintone', place: '1' };
    const columns = ['顧客コード', '会社名'];
    const add: ImportPlan = { columns, mode: 'add' };

    before(async () => {
      sandbox = await startSandbox({ samples: false });
      endpoint = administratorsEndpoint(sandbox, transport);
    });
    after(() => sandbox.close());
    beforeEach(() => sandbox.control.reset());

    const csv = (name: string, codes = CODES) =>
      `code,name\n${codes.map((code) => `${code},${name} ${code}\n`).join('')}`;
    const import_ = (text: string, plan: ImportPlan, use: (job: CellJob) => Promise<void>) =>
      withCellJob(text, plan, use, KINTONE);
    const there = () =>
      sandbox.control
        .records('1')
        .map((record) => record['会社名'])
        .sort();
    const twice = () => sandbox.control.setFaults({ faults: [{ kind: 'duplicate', answer: 'second' }] });

    it('are told as kept: new records with a key', () =>
      import_(csv('new'), add, async (job) => {
        twice();
        const { summary, events } = await job.run(endpoint);
        assert.deepEqual([summary.counts.imported, summary.counts.rejected], [4, 0]);
        assert.deepEqual(
          there(),
          CODES.map((code) => `new ${code}`),
        );
        const outcome = events.find((event) => event.type === 'OUTCOME')?.outcome;
        assert.ok(outcome?.kind === 'committed');
        assert.deepEqual(outcome.ids, [['1', 4]]);
      }));

    for (const mode of ['update', 'addOrUpdate'] as const) {
      it(`are told as kept: ${mode}`, async () => {
        const before = mode === 'update' ? CODES : CODES.slice(1, 3);
        await import_(csv('old', before), add, async (job) => {
          assert.equal((await job.run(endpoint)).summary.counts.imported, before.length);
        });
        await import_(csv('new'), { columns, mode, key: '顧客コード' }, async (job) => {
          twice();
          const { summary } = await job.run(endpoint);
          const { imported, updated, rejected, unknown } = summary.counts;
          assert.deepEqual([imported, updated, rejected, unknown], [4 - before.length, before.length, 0, 0]);
          assert.deepEqual(
            there(),
            CODES.map((code) => `new ${code}`),
          );
          assert.ok(sandbox.control.records('1').every((one) => Number(one.$revision ?? '1') <= 2));
        });
      });
    }

    it('say no more than before of what somebody else has added meanwhile', () =>
      import_(csv('new'), add, async (job) => {
        let others = [{ row: 9, lastRow: 9, values: ['C', 'theirs'] }];
        const busy: Endpoint = {
          ...endpoint,
          writer: (...place) => {
            const writer = endpoint.writer(...place);
            const send: typeof writer.send = async (batch) => {
              if (others.length > 0) await writer.send(others);
              others = [];
              return writer.send(batch);
            };
            return { ...writer, send };
          },
        };
        const { summary } = await job.run(busy);
        assert.deepEqual([summary.counts.imported, summary.counts.rejected], [3, 1]);
        assert.equal(sandbox.control.count('1'), 4);
        assert.equal((await codesOf(job)).length, 1);
      }));
  });

  describe('to a cell', () => {
    let unit: PersoniumUnit;
    const CELL: Submitted = { place: 'sales/stock/Product' };

    before(async () => {
      unit = await startPersonium({ seed: 'twice' });
    });
    after(() => unit.close());
    beforeEach(() => unit.control.reset());

    it('are told as kept: entities with ids of ours, and changes', async () => {
      const { cellUrl, username, password } = unit.access;
      const endpoint = createPersoniumEndpoint({
        baseUrl: cellUrl.replace(/\/$/, ''),
        transport: withPersoniumSignIn(transport, cellUrl, { kind: 'account', username, password }),
        requestKey: 'twice',
      });
      const csv = (name: string) =>
        `id,code,name\n${CODES.map((code) => `${code},C,${name} ${code}\n`).join('')}`;
      for (const [mode, count] of [
        ['add', 'imported'],
        ['replace', 'updated'],
        ['update', 'updated'],
      ] as const) {
        const plan: ImportPlan = {
          columns: ['__id', 'Code', 'Name'],
          mode,
          ...(mode === 'add' ? {} : { key: '__id' }),
        };
        await withCellJob(
          csv(mode),
          plan,
          async (job) => {
            unit.control.setFaults({ faults: [{ kind: 'duplicate', answer: 'second' }] });
            const { summary } = await job.run(endpoint);
            assert.deepEqual([summary.counts[count], summary.counts.rejected], [4, 0], mode);
          },
          CELL,
        );
      }
    });
  });
});
