import assert from 'node:assert/strict';
import { JobLost } from '../../../src/core/engine/jobLog';
import { readDetails } from '../../../src/core/engine/resume';
import { leaveDecision, leaveRequest } from '../../../src/core/jobs/control';
import { LATE_ONES } from '../../../src/core/jobs/records';
import type { JobEvent } from '../../../src/core/jobs/records';
import type { ImportPlan } from '../../../src/core/mapping/plan';
import { withCellJob } from './cellJob';
import type { CellJob, Submitted } from './cellJob';
import { CODE, TEXT } from './fakeApp';
import { FakeKintone } from './fakeKintone';
import { fieldOf } from './support';

const NAMES: ImportPlan = { columns: ['name'], mode: 'add' };
const BY_CODE: ImportPlan = { columns: ['code', 'name'], mode: 'add' };
const UPSERT: ImportPlan = { columns: ['code', 'name'], mode: 'addOrUpdate', key: 'code' };
const ITEMS = fieldOf('items', { kind: 'table', nativeType: 'SUBTABLE', fields: [fieldOf('item')] });
const TABLES: ImportPlan = {
  columns: [{ startsRecord: true }, 'name', { table: 'items', field: 'item' }],
  mode: 'add',
};
const KINTONE: Submitted = { system: 'kintone' };
const LEDGER: Submitted = { system: 'kintone', ledgerApp: '9' };
const SETTLE_MS = 120_000;

/** Small requests: many boundaries. */
function app(fields = [TEXT]): FakeKintone {
  const made = new FakeKintone(fields);
  made.limits = { rowsPerRequest: 3, rowsPerSmallRequest: 3, maxRequestBytes: 1 << 20 };
  return made;
}

const withCodes = () => app([CODE, TEXT]);

function names(rows: number): string {
  return `name\n${Array.from({ length: rows }, (_, i) => `n${i + 1}\n`).join('')}`;
}

function coded(rows: number): string {
  return `code,name\n${Array.from({ length: rows }, (_, i) => `c${i + 1},n${i + 1}\n`).join('')}`;
}

function kept(target: FakeKintone): unknown[] {
  return [...target.records.values()].map(({ values }) => values.name);
}

function upTo(rows: number): string[] {
  return Array.from({ length: rows }, (_, i) => `n${i + 1}`);
}

/** The process dies right after such a record. */
function dieAt(type: JobEvent['type']): (event: JobEvent) => void {
  return (event) => {
    if (event.type === type) throw new JobLost();
  };
}

function guaranteeIn(events: readonly JobEvent[]): unknown {
  return events.find((event) => event.type === 'PLAN')?.guarantee;
}

function run(text: string, plan: ImportPlan, submitted: Submitted, use: (job: CellJob) => Promise<void>) {
  return withCellJob(text, plan, use, submitted);
}

describe('what an import promises', () => {
  const cases = [
    ['uniqueKey', coded(3), BY_CODE, KINTONE],
    ['revision', coded(3), UPSERT, KINTONE],
    ['readBack', names(3), NAMES, KINTONE],
    ['readBack', 'code,name\nc1,n1\n,n2\nc3,n3\n', BY_CODE, KINTONE],
    ['ledger', names(3), NAMES, LEDGER],
    ['uniqueKey', coded(3), BY_CODE, LEDGER],
  ] as const;
  for (const [guarantee, text, plan, submitted] of cases) {
    it(`is said in its plan: ${guarantee} for ${JSON.stringify(text)}${submitted === LEDGER ? ' with a ledger' : ''}`, () =>
      run(text, plan, submitted, async (job) => {
        const { events, summary } = await job.run(withCodes());
        assert.equal(guaranteeIn(events), guarantee);
        assert.equal(summary.counts.imported, 3);
      }));
  }

  it('is nothing where nobody may look', () =>
    run(names(3), NAMES, KINTONE, async (job) => {
      const target = app();
      target.mayRead = false;
      const { events, summary } = await job.run(target);
      assert.deepEqual([guaranteeIn(events), summary.counts.imported], ['none', 3]);
    }));
});

interface Scene {
  readonly guarantee: string;
  readonly text: string;
  readonly plan: ImportPlan;
  readonly submitted: Submitted;
  readonly make: () => FakeKintone;
  readonly rows: number;
}

const SCENES: readonly Scene[] = [
  { guarantee: 'uniqueKey', text: coded(8), plan: BY_CODE, submitted: KINTONE, make: withCodes, rows: 8 },
  {
    guarantee: 'revision',
    text: coded(8),
    plan: UPSERT,
    submitted: KINTONE,
    make: () =>
      withCodes().with({ code: 'c2', name: 'old' }, { code: 'c3', name: 'old' }, { code: 'c7', name: 'old' }),
    rows: 8,
  },
  { guarantee: 'ledger', text: names(8), plan: NAMES, submitted: LEDGER, make: app, rows: 8 },
  { guarantee: 'readBack', text: names(8), plan: NAMES, submitted: KINTONE, make: app, rows: 8 },
];

describe('a lost request', () => {
  for (const { guarantee, text, plan, submitted, make, rows } of SCENES) {
    for (const accident of ['lostBefore', 'lostAfter'] as const) {
      it(`leaves every row there once by ${guarantee}: ${accident}`, () =>
        run(text, plan, submitted, async (job) => {
          const target = make();
          target.onRequest = (_, request) => (request === 2 ? accident : null);
          const { summary, clock } = await job.run(target);
          const { imported, updated, unknown } = summary.counts;
          assert.deepEqual([summary.status, imported + updated, unknown], ['completed', rows, 0]);
          assert.deepEqual(kept(target).sort(), upTo(rows));
          const waited = clock.sleeps.some((ms) => ms > SETTLE_MS - 10_000);
          assert.equal(waited, guarantee === 'readBack', 'only reading back has to wait');
        }));
    }

    it(`leaves every row there once by ${guarantee}, wherever the process dies`, () =>
      run(text, plan, submitted, async (job) => {
        const whole = make();
        whole.onRequest = (_, request) => (request === 2 ? 'lostAfter' : null);
        const total = (await job.run(whole)).events.length;
        for (let dieAfter = 1; dieAfter < total; dieAfter++) {
          for (const accident of ['lostBefore', 'lostAfter', null] as const) {
            const target = make();
            let died = 0;
            // The request that is under way when the process dies has been done or not.
            target.onRequest = (_, request) => (request === 2 ? accident : null);
            await job.cutJournal([]);
            let ran = await job.run(target, { dieAfter });
            while (ran.summary.status !== 'completed') {
              assert.ok(died++ < 5, `after ${dieAfter}: ${ran.summary.status}`);
              ran = await job.run(target);
            }
            const { imported, updated, unchanged, unknown } = ran.summary.counts;
            const told = `${accident}, died after ${dieAfter}`;
            assert.deepEqual([imported + updated + unchanged, unknown], [rows, 0], told);
            assert.deepEqual(kept(target).sort(), upTo(rows), told);
          }
        }
      })).timeout(60_000);
  }

  it('goes again just as it was where its records are not safe one by one', () =>
    run(names(8), NAMES, LEDGER, async (job) => {
      const target = app();
      const sent: string[] = [];
      target.onRequest = (batch, request) => {
        sent.push(batch.map(({ row }) => row).join());
        return request === 1 ? 'lostBefore' : null;
      };
      await job.run(target);
      assert.deepEqual(sent, ['1,2,3', '1,2,3', '4,5,6', '7,8']);
    }));

  it('is never sent again where nobody may look, and a person is asked', () =>
    run(names(8), NAMES, KINTONE, async (job) => {
      const target = app();
      target.mayRead = false;
      target.onRequest = (_, request) => (request === 2 ? 'lostAfter' : null);
      const { summary, events } = await job.run(target);
      assert.deepEqual([summary.status, summary.counts.unknown], ['inProgress', 3]);
      assert.deepEqual(events.at(-1), { type: 'ASK', rows: [[4, 6]], candidates: [] });
      assert.equal(target.records.size, 8);
    }));

  it('that is kept late collides with its rows, and is known as ours', () =>
    run(coded(8), BY_CODE, KINTONE, async (job) => {
      const target = withCodes();
      target.onRequest = (_, request) => {
        if (request === 3) void target.deliver();
        return request === 2 ? 'late' : null;
      };
      const { summary } = await job.run(target);
      assert.deepEqual([summary.counts.imported, summary.counts.rejected], [8, 0]);
      assert.deepEqual(kept(target).sort(), upTo(8));
    }));

  it('of a ledger is never kept late', () =>
    run(names(8), NAMES, LEDGER, async (job) => {
      const target = app();
      target.onRequest = (_, request) => {
        if (request === 3) void target.deliver();
        return request === 2 ? 'late' : null;
      };
      const { summary } = await job.run(target);
      assert.deepEqual([summary.counts.imported, summary.counts.unknown], [8, 0]);
      assert.deepEqual(kept(target).sort(), upTo(8));
    }));
});

describe('reading back', () => {
  it('waits until all that may come has come', () =>
    run(names(8), NAMES, { ...KINTONE, limits: { settleSeconds: 7 } }, async (job) => {
      const target = app();
      target.onRequest = (_, request) => (request === 2 ? 'late' : null);
      const { summary, clock, events } = await job.run(target, {
        begin: (_, time) => (time.onSleep = () => void target.deliver()),
      });
      assert.equal(clock.sleeps[0], 7_000);
      const shown = events.flatMap((event) => (event.type === 'THROTTLE' ? [event] : []));
      const untils = shown.filter(({ reason }) => reason.code === LATE_ONES.code).map(({ until }) => until);
      // Once more before the last look for records that came to be twice.
      assert.equal(untils.length, 2);
      assert.equal(untils[0], 1_007_000, 'until when is told');
      assert.deepEqual([summary.counts.imported, summary.counts.unknown], [8, 0]);
      assert.deepEqual(kept(target).sort(), upTo(8));
    }));

  it('notes the highest id before each request', () =>
    run(names(8), NAMES, KINTONE, async (job) => {
      const target = app().with({ name: 'x' }, { name: 'y' });
      const { events } = await job.run(target);
      const noted = events.flatMap((event) => (event.type === 'INTENT' ? [event.highWater] : []));
      assert.deepEqual(noted, ['2', '5', '8']);
    }));

  it('reads until two reads agree', () =>
    run(names(8), NAMES, KINTONE, async (job) => {
      const target = app();
      target.onRequest = (_, request) => (request === 2 ? 'late' : null);
      let reads = 0;
      target.onRead = () => {
        // What is late comes between the first two reads.
        if (++reads === 3) void target.deliver();
      };
      const { summary } = await job.run(target);
      assert.deepEqual([summary.counts.imported, summary.counts.unknown], [8, 0]);
      assert.deepEqual(kept(target).sort(), upTo(8));
    }));

  it('is not misled by what others add meanwhile', () =>
    run(names(8), NAMES, KINTONE, async (job) => {
      const target = app();
      target.onRequest = (_, request) => {
        if (request !== 2) return null;
        for (const name of ['n4', 'n5', 'n6']) target.add({ name });
        return 'lostBefore';
      };
      const { summary } = await job.run(target);
      assert.deepEqual([summary.counts.imported, summary.counts.unknown, target.records.size], [8, 0, 11]);
    }));

  it('knows its records after the server has made something else of their values', () =>
    run(names(8), NAMES, KINTONE, async (job) => {
      const target = app();
      target.keeps = (value) => (typeof value === 'string' ? ` ${value} ` : value);
      target.onRequest = (_, request) => (request === 2 ? 'lostAfter' : null);
      const { summary } = await job.run(target);
      assert.deepEqual([summary.counts.imported, summary.counts.unknown, target.records.size], [8, 0, 8]);
    }));

  it('leaves out what the journal says is ours when somebody else takes the job up', () =>
    run('name\na\na\na\nb\nb\nb\na\na\na\n', NAMES, KINTONE, async (job) => {
      const target = app();
      target.onRequest = (_, request) => (request === 3 ? 'lostBefore' : null);
      await job.run(target, { onRecord: dieAt('SETTLE') });
      const { claimed } = await readDetails(job.folder, new Set([7]));
      assert.deepEqual(
        ['1', '6', '7'].map((id) => claimed.has(id)),
        [true, true, false],
      );
      const { summary } = await job.run(target);
      assert.deepEqual([summary.counts.imported, target.records.size], [9, 9]);
    }));

  it('asks when it can’t tell, and names what the rows may have become', () =>
    run('name\na\nb\nc\nsame\nsame\nsame\ny\nz\n', NAMES, KINTONE, async (job) => {
      const target = app();
      target.onRequest = (_, request) => {
        if (request !== 2) return null;
        // The same person adds some by hand at the same moment.
        for (const name of ['same', 'other', 'same']) target.add({ name }, 'me');
        return 'lostBefore';
      };
      const { summary, events } = await job.run(target);
      assert.deepEqual(
        [summary.status, summary.counts.imported, summary.counts.unknown],
        ['inProgress', 5, 3],
      );
      const ask = events.at(-1);
      assert.ok(ask?.type === 'ASK');
      assert.deepEqual(
        ask.candidates,
        [4, 5, 6].map((row) => ({ row, ids: ['4', '6'] })),
      );
    }));

  it('reports records that came to be twice after all, and adopts none of them', () =>
    run(names(8), NAMES, KINTONE, async (job) => {
      const target = app();
      let sent = 0;
      target.onRequest = (_, request) => {
        sent = request;
        return request === 2 ? 'late' : null;
      };
      // Later than anybody could expect: when all has been sent.
      const { summary, events } = await job.run(target, {
        begin: (_, clock) => (clock.onSleep = () => (sent === 4 ? void target.deliver() : undefined)),
      });
      assert.equal(summary.counts.imported, 8);
      const done = events.at(-1);
      assert.ok(done?.type === 'DONE');
      assert.deepEqual(
        done.twins?.map(({ row, id }) => [row, id]),
        [
          [4, '9'],
          [5, '10'],
          [6, '11'],
        ],
      );
      assert.deepEqual(done.notes, [{ code: 'job.twins', args: { count: 3 } }]);
    }));
});

describe('requests that are delivered twice and answered', () => {
  function twinsIn(events: readonly JobEvent[]): unknown {
    const done = events.at(-1);
    assert.ok(done?.type === 'DONE');
    return done.twins?.map(({ row, id }) => `${row} ${id}`);
  }

  const cases = [
    ['twiceFirst', 1, ['1 4', '2 5', '3 6']],
    ['twiceSecond', 1, ['1 1', '2 2', '3 3']],
    ['twiceFirst', 2, ['4 7', '5 8', '6 9']],
    ['twiceSecond', 2, ['4 4', '5 5', '6 6']],
    ['twiceFirst', 3, ['7 9', '8 10']],
    ['twiceSecond', 3, ['7 7', '8 8']],
  ] as const;
  for (const [accident, which, expected] of cases) {
    it(`leave second records that are told of at the end, without a wait: ${accident}, request ${which}`, () =>
      run(names(8), NAMES, KINTONE, async (job) => {
        const target = app();
        target.onRequest = (_, request) => (request === which ? accident : null);
        const { summary, events, clock } = await job.run(target);
        assert.deepEqual([summary.counts.imported, twinsIn(events)], [8, expected]);
        assert.deepEqual(clock.sleeps, []);
      }));

    it(`are told of by whoever takes the job up: ${accident}, request ${which}`, () =>
      run(names(8), NAMES, KINTONE, async (job) => {
        for (const at of [which, 3]) {
          const target = app();
          let answered = 0;
          target.onRequest = (_, request) => (request === which ? accident : null);
          await job.cutJournal([]);
          await job.run(target, {
            onRecord: ({ type }) => {
              if (type === 'OUTCOME' && ++answered === at) throw new JobLost();
            },
          });
          target.onRequest = () => null;
          const { summary, events } = await job.run(target);
          assert.deepEqual([summary.counts.imported, twinsIn(events)], [8, expected]);
        }
      }));
  }

  it('are told of as well where the answer to the next request is lost', () =>
    run(names(8), NAMES, KINTONE, async (job) => {
      for (const diesAt of ['SETTLE', null] as const) {
        const target = app();
        target.onRequest = (_, request) => ([null, 'twiceFirst', 'lostAfter'] as const)[request] ?? null;
        await job.cutJournal([]);
        let end = await job.run(target, diesAt === 'SETTLE' ? { onRecord: dieAt(diesAt) } : {});
        target.onRequest = () => null;
        if (diesAt === 'SETTLE') end = await job.run(target);
        assert.deepEqual([end.summary.counts.imported, twinsIn(end.events)], [8, ['1 4', '2 5', '3 6']]);
      }
    }));

  it('are not seen in what others have added, nor where nobody has', () =>
    run(names(8), NAMES, KINTONE, async (job) => {
      const target = app();
      target.onRequest = (_, request) => {
        if (request === 2) for (const name of ['n1', 'n2', 'n3']) target.add({ name });
        return null;
      };
      const busy = await job.run(target);
      assert.deepEqual([twinsIn(busy.events), target.reads > 0], [undefined, true]);
      const alone = app();
      alone.onRequest = (_, request) => {
        // Too few for any request.
        if (request === 2) target.add({ name: 'n1' }, 'me');
        return null;
      };
      await job.cutJournal([]);
      const { events } = await job.run(alone);
      assert.deepEqual([twinsIn(events), alone.reads], [undefined, 0]);
    }));

  it('are not told of where nobody may look', () =>
    run(names(8), NAMES, KINTONE, async (job) => {
      const target = app();
      target.mayRead = false;
      target.onRequest = () => 'twiceFirst';
      const { summary, events } = await job.run(target);
      assert.deepEqual([summary.status, twinsIn(events)], ['completed', undefined]);
    }));
});

describe('uncertain rows', () => {
  async function askedAbout(job: CellJob, target: FakeKintone): Promise<void> {
    target.mayRead = false;
    target.onRequest = (_, request) => (request === 2 ? 'lostAfter' : null);
    const { summary } = await job.run(target);
    assert.deepEqual([summary.status, summary.counts.unknown], ['inProgress', 3]);
    target.onRequest = () => null;
  }

  it('are there when a person says so, and the import is over', () =>
    run(names(8), NAMES, KINTONE, async (job) => {
      const target = app();
      await askedAbout(job, target);
      await leaveDecision(job.folder, { answer: 'there', rows: 'all' });
      const { summary, events } = await job.run(target);
      assert.deepEqual(
        [summary.status, summary.counts.imported, summary.counts.unknown],
        ['completed', 8, 0],
      );
      assert.deepEqual(
        events.map(({ type }) => type),
        ['OPEN', 'DECISION', 'DONE'],
      );
    }));

  it('need no sign-in to be there, or to be left', () =>
    run(names(8), NAMES, KINTONE, async (job) => {
      const target = app();
      await askedAbout(job, target);
      await leaveDecision(job.folder, { answer: 'leave', rows: 'all' });
      const { summary } = await job.run(target, { refusal: { code: 'connection.signedOut' } });
      assert.deepEqual(
        [summary.status, summary.counts.imported, summary.counts.unknown],
        ['completed', 5, 3],
      );
    }));

  it('are sent again when a person says so', () =>
    run(names(8), NAMES, KINTONE, async (job) => {
      const target = app();
      await askedAbout(job, target);
      await leaveDecision(job.folder, { answer: 'again', rows: [[5, 6]] });
      await leaveDecision(job.folder, { answer: 'there', rows: [[4, 4]] });
      const { summary } = await job.run(target);
      assert.deepEqual([summary.status, summary.counts.imported, target.records.size], ['completed', 8, 10]);
    }));

  it('wait on while only some are answered for, and answering twice changes nothing', () =>
    run(names(8), NAMES, KINTONE, async (job) => {
      const target = app();
      await askedAbout(job, target);
      for (const rows of [[[4, 4]], [[4, 5]]] as const) {
        await leaveDecision(job.folder, { answer: 'there', rows });
        await leaveDecision(job.folder, { answer: 'again', rows });
      }
      const { summary } = await job.run(target);
      assert.deepEqual(
        [summary.status, summary.counts.imported, summary.counts.unknown],
        ['inProgress', 7, 1],
      );
      assert.equal(target.records.size, 8, 'nothing was sent again');
      const later = await job.run(target);
      assert.deepEqual([later.summary.status, later.summary.counts.unknown], ['inProgress', 1]);
    }));

  it('that get lost once more are asked about once more, whatever was said before', () =>
    run(names(8), NAMES, KINTONE, async (job) => {
      const target = app();
      await askedAbout(job, target);
      await leaveDecision(job.folder, { answer: 'again', rows: 'all' });
      target.onRequest = () => 'lostBefore';
      const lost = await job.run(target);
      assert.deepEqual([lost.summary.status, lost.summary.counts.unknown], ['inProgress', 3]);
      const { summary, events } = await job.run(target);
      assert.deepEqual([summary.status, events.map(({ type }) => type)], ['inProgress', ['OPEN']]);
    }));

  it('of one record are answered for together', () =>
    run(',name,item\n*,a,x\n,,y\n*,b,z\n,,w\n', TABLES, KINTONE, async (job) => {
      const target = app([TEXT, ITEMS]);
      target.mayRead = false;
      target.onRequest = () => 'lostBefore';
      const { summary } = await job.run(target);
      assert.deepEqual([summary.status, summary.counts.unknown], ['inProgress', 4]);
      target.onRequest = () => null;
      await leaveDecision(job.folder, { answer: 'again', rows: [[2, 2]] });
      await leaveDecision(job.folder, { answer: 'there', rows: [[3, 3]] });
      const later = await job.run(target);
      assert.deepEqual([later.summary.status, later.summary.counts.imported], ['completed', 4]);
      assert.deepEqual(kept(target), ['a']);
    }));

  it('are left as they are by a stop', () =>
    run(names(8), NAMES, KINTONE, async (job) => {
      const target = app();
      await askedAbout(job, target);
      await leaveRequest(job.folder, 'stop');
      const { summary } = await job.run(target);
      assert.deepEqual(
        [summary.status, summary.counts.imported, summary.counts.unknown],
        ['completed', 5, 3],
      );
    }));
});

describe('a stop after a lost answer', () => {
  for (const comes of [true, false]) {
    it(`waits for a late copy, which ${comes ? 'comes' : 'does not come'}`, () =>
      run(coded(8), BY_CODE, KINTONE, async (job) => {
        const target = withCodes();
        let stop = (): void => undefined;
        target.onRequest = (_, request) => (request === 2 ? 'late' : null);
        const order: string[] = [];
        const { summary, clock } = await job.run(target, {
          begin: (control, time) => {
            stop = () => control.poke('stop');
            time.onSleep = () => {
              order.push('wait');
              if (comes) void target.deliver();
            };
          },
          onRecord: (event) => {
            order.push(event.type);
            if (event.type === 'SETTLE' && event.late === undefined) stop();
          },
        });
        const { imported, unprocessed, unknown } = summary.counts;
        assert.deepEqual([imported, unprocessed, unknown], comes ? [6, 2, 0] : [3, 5, 0]);
        assert.equal(target.records.size, imported);
        assert.ok(clock.sleeps.includes(SETTLE_MS));
        assert.ok(order.indexOf('STOP') < order.indexOf('wait'), order.join());
      }));
  }

  it('leaves rows uncertain that nobody can look for any more', () =>
    run(coded(8), BY_CODE, KINTONE, async (job) => {
      const target = withCodes();
      target.onRequest = (_, request) => (request === 2 ? 'late' : null);
      const { summary } = await job.run(target, {
        onRecord: (event, control) => {
          if (event.type !== 'SETTLE') return;
          target.mayRead = false;
          control.poke('stop');
        },
      });
      assert.deepEqual(
        [summary.status, summary.counts.unknown, summary.counts.unprocessed],
        ['completed', 3, 2],
      );
    }));
});

describe('records before they are changed', () => {
  const changes = () =>
    withCodes().with({ code: 'c1', name: 'old' }, { code: 'c2', name: 'n2' }, { code: 'c3', name: 'was' });

  it('are written down as they were read, as far as they will be changed', () =>
    run(coded(4), UPSERT, KINTONE, async (job) => {
      const { events } = await job.run(changes());
      const types = events.map(({ type }) => type);
      assert.ok(types.indexOf('BEFORE') < types.indexOf('PLAN'), types.join());
      const before = events.flatMap((event) => (event.type === 'BEFORE' ? event.records : []));
      assert.deepEqual(before, [
        { row: 1, id: '1', revision: '1', values: [[1, 'old']] },
        { row: 3, id: '3', revision: '1', values: [[1, 'was']] },
      ]);
    }));

  it('keep an edit that somebody makes after a lost request was kept and its job had died', () =>
    run(coded(4), UPSERT, KINTONE, async (job) => {
      const target = changes();
      await job.run(target, { onRecord: dieAt('INTENT') });
      // The request had left after all, and is kept; then somebody edits one record.
      target.edit('1', { name: 'n1' });
      target.edit('3', { name: 'n3' });
      target.add({ code: 'c4', name: 'n4' }, 'me');
      target.edit('3', { name: 'theirs' });
      const { summary } = await job.run(target);
      assert.equal(target.records.get('3')?.values.name, 'theirs');
      assert.equal(summary.counts.unknown, 0);
    }));

  it('are changed for the revision of before when their request was lost and not kept', () =>
    run(coded(4), UPSERT, KINTONE, async (job) => {
      const target = changes();
      target.onRequest = () => 'lostBefore';
      await job.run(target, { onRecord: dieAt('SETTLE') });
      target.edit('1', { name: 'theirs' });
      target.onRequest = () => null;
      const { summary } = await job.run(target);
      assert.equal(target.records.get('1')?.values.name, 'theirs', 'never looked up anew');
      assert.deepEqual([summary.counts.unknown, summary.counts.pending], [0, 0]);
    }));
});
