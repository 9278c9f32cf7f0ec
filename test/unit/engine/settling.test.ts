import assert from 'node:assert/strict';
import type { Answer, RecordResult } from '../../../src/core/endpoints/endpoint';
import { readNotImported } from '../../../src/core/jobs/notImported';
import type { ImportPlan } from '../../../src/core/mapping/plan';
import { ExpectedError } from '../../../src/core/message';
import { withCellJob } from './cellJob';
import { FakeCell, UNANSWERED } from './fakeCell';

const ADD: ImportPlan = { columns: ['__id', 'name'], mode: 'add' };
const REPLACE: ImportPlan = { columns: ['__id', 'name'], mode: 'replace', key: '__id' };

const again: RecordResult = {
  kind: 'again',
  reason: 'unavailable',
  message: { code: 'personium.PR503-SV-0001' },
};
const refused: RecordResult = {
  kind: 'rejected',
  code: 'PR400-OD-0006',
  reasons: [{ field: 'name', message: { code: 'personium.PR400-OD-0006' } }],
};
const unknown: RecordResult = { kind: 'unknown', message: UNANSWERED };

describe('answers that decide record by record', () => {
  it('lose refused records at their cells, and keep the others', () =>
    withCellJob(csv(6), ADD, async (job) => {
      const cell = new FakeCell();
      cell.onSend = () => (results) => each(results.map((one, i) => (i === 1 || i === 4 ? refused : one)));
      const { summary, events } = await job.run(cell);
      assert.deepEqual([summary.counts.imported, summary.counts.rejected], [4, 2]);
      assert.equal(cell.batches.length, 1, 'nothing was sent again');
      const outcome = events.find((event) => event.type === 'OUTCOME');
      assert.ok(outcome?.type === 'OUTCOME' && outcome.outcome.kind === 'perRecord');
      assert.deepEqual(outcome.outcome.committed, [
        [1, 1],
        [3, 4],
        [6, 6],
      ]);
      const { rows } = await readNotImported(job.folder);
      assert.deepEqual(
        [...rows].map(([row, { problems }]) => [
          row,
          problems[0]?.column,
          problems[0]?.field,
          problems[0]?.value,
        ]),
        [
          [2, 1, 'name', 'n2'],
          [5, 1, 'name', 'n5'],
        ],
      );
    }));

  it('are written down as one when all records were kept', () =>
    withCellJob(csv(3), ADD, async (job) => {
      const { events } = await job.run(new FakeCell());
      assert.deepEqual(kindsOf(events), ['committed']);
    }));

  it('send records that were not taken once more, after a wait, together with new ones', () =>
    withCellJob(csv(30), ADD, async (job) => {
      const cell = new FakeCell();
      cell.onSend = (batch, request) => {
        if (request > 1) return null;
        return each(batch.map(() => again).map((one) => ({ ...one, retryAfterMs: 7_000 })));
      };
      const { summary, clock } = await job.run(cell);
      assert.equal(summary.counts.imported, 30);
      assert.deepEqual(
        cell.batches.map(({ length }) => length),
        [20, 20, 10],
      );
      assert.deepEqual(clock.sleeps, [7_000]);
    }));

  it('give up a record that is never taken while others are, and only that one', () =>
    withCellJob(csv(200), ADD, async (job) => {
      const cell = new FakeCell();
      cell.limits = { ...cell.limits, rowsPerRequest: 10 };
      cell.onSend = (batch) => (results) =>
        each(results.map((one, i) => (batch[i]?.row === 3 ? again : one)));
      const { summary } = await job.run(cell);
      assert.deepEqual(
        [summary.status, summary.counts.imported, summary.counts.rejected],
        ['completed', 199, 1],
      );
      const times = cell.batches.filter((batch) => batch.some(({ row }) => row === 3)).length;
      assert.ok(times > 1 && times < 10, `sent ${times} times`);
    }));

  it('blame no record for what one before it met, however often', () =>
    withCellJob(csv(20), ADD, async (job) => {
      const cell = new FakeCell();
      // One more record is done with each request, and what comes after it is not.
      cell.onWrite = ({ row }, request) => row <= request;
      const { summary } = await job.run(cell);
      assert.deepEqual([summary.counts.imported, summary.counts.rejected], [20, 0]);
      assert.equal(cell.batches.length, 20);
    }));

  it('blame no record that was not tried, though others were taken past it', () =>
    withCellJob(csv(40), ADD, async (job) => {
      const cell = new FakeCell();
      cell.limits = { ...cell.limits, rowsPerRequest: 5 };
      cell.onWrite = ({ row }, request) => row !== 1 || request > 8;
      cell.onSend = () => (results) =>
        each(results.map((one) => (one.kind === 'again' ? { ...one, untried: true } : one)));
      const { summary } = await job.run(cell);
      assert.deepEqual([summary.counts.imported, summary.counts.rejected], [40, 0]);
    }));

  it('wait as long as any of the records is told to', () =>
    withCellJob(csv(3), ADD, async (job) => {
      const cell = new FakeCell();
      cell.onSend = (batch, request) =>
        request > 1
          ? null
          : each(
              batch.map((_, i) => (i === 1 ? { ...again, retryAfterMs: 9_000 } : i === 0 ? again : unknown)),
            );
      const { summary, clock } = await job.run(cell);
      assert.equal(summary.counts.imported, 3);
      assert.ok(clock.sleeps.includes(9_000), clock.sleeps.join());
    }));

  it('end the job when nothing is taken for as long as patience lasts', () =>
    withCellJob(csv(2), ADD, async (job) => {
      const cell = new FakeCell();
      cell.onSend = (batch) => each(batch.map(() => again));
      const { summary } = await job.run(cell);
      assert.deepEqual([summary.status, summary.counts.unprocessed], ['failed', 2]);
    }));
});

describe('answers that were lost', () => {
  it('are settled at once: what was kept counts, and the rest goes once more', () =>
    withCellJob(csv(12), ADD, async (job) => {
      const cell = new FakeCell();
      cell.onSend = (_, request) => (request === 1 ? 'lostBefore' : request === 3 ? 'lostAfter' : null);
      const { summary, clock, events } = await job.run(cell);
      assert.deepEqual([summary.counts.imported, summary.counts.unknown], [12, 0]);
      assert.ok([...cell.made.values()].every((times) => times === 1));
      assert.ok(
        clock.sleeps.every((ms) => ms < 1_000),
        clock.sleeps.join(),
      );
      assert.equal(cell.batches[1]?.length, 5, 'little is risked after a lost answer');
      const settled = events.flatMap((event) =>
        event.type === 'SETTLE' ? [[event.committed, event.again]] : [],
      );
      assert.deepEqual(settled, [
        [[], [[1, 12]]],
        [[[6, 10]], []],
      ]);
    }));

  it('never make a record of ours another’s: one that is there already is looked at', () =>
    withCellJob(csv(4), ADD, async (job) => {
      const cell = new FakeCell();
      // The first request does its work only after it was looked for, and just before the second one.
      cell.onSend = (_, request) => {
        if (request === 2) cell.with({ i1: 'n1', i2: 'n2' });
        return request === 1 ? 'lostBefore' : null;
      };
      const { summary } = await job.run(cell);
      assert.deepEqual([summary.counts.imported, summary.counts.rejected, summary.counts.unknown], [4, 0, 0]);
    }));

  it('leave another’s record to whoever made it', () =>
    withCellJob(csv(4), ADD, async (job) => {
      const cell = new FakeCell();
      cell.onSend = (_, request) => {
        if (request === 1) cell.with({ i2: 'another’s' });
        return request === 1 ? 'lostBefore' : null;
      };
      const { summary } = await job.run(cell);
      assert.deepEqual([summary.counts.imported, summary.counts.rejected], [3, 1]);
      assert.equal(cell.entities.get('i2')?.values.name, 'another’s');
    }));

  it('of replaced records overwrite nobody’s later edit', () =>
    withCellJob(csv(4), REPLACE, async (job) => {
      const cell = new FakeCell().with({ i1: 'old', i2: 'old', i3: 'old', i4: 'n4' });
      cell.onSend = (_, request) => (request === 1 ? 'lostAfter' : null);
      cell.onSettle = () => {
        cell.edit('i2', 'theirs');
        return undefined;
      };
      const { summary } = await job.run(cell);
      const { updated, unchanged, rejected } = summary.counts;
      assert.deepEqual([updated, unchanged, rejected], [2, 1, 1]);
      assert.equal(cell.entities.get('i2')?.values.name, 'theirs');
    }));

  it('of single records are settled alone', () =>
    withCellJob(csv(5), ADD, async (job) => {
      const cell = new FakeCell();
      cell.onSend = (_, request) =>
        request > 1 ? null : (results) => each(results.map((one, i) => (i === 2 ? unknown : one)));
      const { summary, events } = await job.run(cell);
      assert.equal(summary.counts.imported, 5);
      assert.deepEqual(kindsOf(events), ['perRecord']);
      assert.deepEqual(
        cell.settled.map((batch) => batch.map(({ row }) => row)),
        [[3]],
      );
    }));

  it('stay uncertain when nobody may look, and the others go on', () =>
    withCellJob(csv(30), ADD, async (job) => {
      const cell = new FakeCell();
      cell.onSend = (_, request) => (request === 1 ? 'lostAfter' : null);
      cell.onSettle = () => Promise.reject(new ExpectedError({ code: 'personium.PR403-AU-0002' }));
      const { summary } = await job.run(cell);
      assert.deepEqual([summary.counts.unknown, summary.counts.imported], [20, 10]);
    }));

  it('are looked at again and again while the endpoint is merely busy', () =>
    withCellJob(csv(3), ADD, async (job) => {
      const cell = new FakeCell();
      cell.natureOf = () => 'passing';
      cell.onSend = (_, request) => (request === 1 ? 'lostAfter' : null);
      cell.onSettle = (_, look) =>
        look < 4 ? Promise.reject(new ExpectedError({ code: 'personium.PR503-SV-0001' })) : undefined;
      const { summary } = await job.run(cell);
      assert.deepEqual([summary.counts.imported, cell.settled.length], [3, 4]);
    }));

  it('are looked at for as long as there is no network', () =>
    withCellJob(csv(30), ADD, async (job) => {
      const cell = new FakeCell();
      cell.onSend = (_, request) => (request === 1 ? 'lostAfter' : null);
      cell.onSettle = (_, look) => (look <= 8 ? noNetwork() : undefined);
      const { summary } = await job.run(cell);
      assert.deepEqual([summary.counts.imported, summary.counts.unknown, cell.settled.length], [30, 0, 9]);
    }));

  it('are looked at a few times more after a stop', () =>
    withCellJob(csv(30), ADD, async (job) => {
      const cell = new FakeCell();
      let stop = (): void => undefined;
      cell.onSend = () => 'lostAfter';
      cell.onSettle = (_, look) => {
        stop();
        return look < 4 ? noNetwork() : undefined;
      };
      const { summary } = await job.run(cell, { begin: (control) => (stop = () => control.poke('stop')) });
      assert.deepEqual([summary.counts.imported, summary.counts.unprocessed], [20, 10]);
    }));

  it('are given up soon after a stop when they can’t be looked at', () =>
    withCellJob(csv(30), ADD, async (job) => {
      const cell = new FakeCell();
      let stop = (): void => undefined;
      cell.onSend = () => 'lostAfter';
      cell.onSettle = () => {
        stop();
        return noNetwork();
      };
      const { summary } = await job.run(cell, { begin: (control) => (stop = () => control.poke('stop')) });
      assert.deepEqual([summary.counts.unknown, summary.counts.unprocessed], [20, 10]);
      assert.equal(cell.settled.length, 1 + 7);
    }));

  it('are not taken for a reason to send again what is refused for itself', () =>
    withCellJob(csv(4), REPLACE, async (job) => {
      const cell = new FakeCell().with({ i1: 'old', i2: 'old', i3: 'old', i4: 'old' });
      cell.onSend = (_, request) =>
        request === 1 ? 'lostBefore' : (results) => each(results.map(() => refused));
      cell.onWrite = () => false;
      const { summary } = await job.run(cell);
      assert.deepEqual([summary.counts.rejected, summary.counts.unknown], [4, 0]);
      assert.equal(cell.settled.length, 1);
    }));

  it('end the job when five in a row are lost, with none of its rows uncertain', () =>
    withCellJob(csv(40), ADD, async (job) => {
      const cell = new FakeCell();
      cell.onSend = () => 'lostBefore';
      const { summary, events } = await job.run(cell);
      assert.deepEqual(
        [summary.status, summary.counts.unknown, summary.counts.unprocessed],
        ['failed', 0, 40],
      );
      assert.equal(cell.batches.length, 5);
      const done = events.find((event) => event.type === 'DONE');
      assert.deepEqual(done?.failures, [{ code: 'job.answersLost', args: { count: 5 } }]);
    }));

  it('end the job just so when they are lost one by one, and no other is taken', () =>
    withCellJob(csv(10), ADD, async (job) => {
      const cell = new FakeCell();
      cell.onWrite = () => false;
      cell.onSend = () => (results) => each(results.map((one, i) => (i === 0 ? unknown : one)));
      const { summary, events } = await job.run(cell);
      assert.deepEqual([summary.counts.unknown, summary.counts.unprocessed], [0, 10]);
      const done = events.find((event) => event.type === 'DONE');
      assert.equal(done?.failures[0]?.code, 'job.answersLost');
      assert.equal(cell.batches.length, 5);
    }));

  for (const moment of ['OUTCOME', 'the look'] as const) {
    it(`are settled once more when a stop comes at ${moment}, and nothing is sent after it`, () =>
      withCellJob(csv(40), ADD, async (job) => {
        const cell = new FakeCell();
        let stop = (): void => undefined;
        cell.onSend = () => 'lostAfter';
        cell.onSettle = () => {
          if (moment === 'the look') stop();
          return undefined;
        };
        const { summary, events } = await job.run(cell, {
          begin: (control) => (stop = () => control.poke('stop')),
          onRecord: ({ type }) => {
            if (type === moment) stop();
          },
        });
        const { imported, unprocessed, unknown: left } = summary.counts;
        assert.deepEqual([summary.status, imported, unprocessed, left], ['completed', 20, 20, 0]);
        assert.equal(cell.batches.length, 1);
        const types = events.map(({ type }) => type);
        assert.ok(types.includes('STOP') && types.indexOf('STOP') < types.indexOf('SETTLE'), types.join());
      }));
  }
});

const noNetwork = () => Promise.reject(new ExpectedError({ code: 'network.unreachable' }));

function each(results: readonly RecordResult[]): Answer {
  return { kind: 'perRecord', results };
}

function kindsOf(events: readonly { readonly type: string; readonly outcome?: unknown }[]): unknown[] {
  return events.flatMap(({ type, outcome }) =>
    type === 'OUTCOME' && typeof outcome === 'object' && outcome !== null && 'kind' in outcome
      ? [outcome.kind]
      : [],
  );
}

function csv(rows: number): string {
  return `id,name\n${Array.from({ length: rows }, (_, i) => `i${i + 1},n${i + 1}\n`).join('')}`;
}
