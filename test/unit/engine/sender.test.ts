import assert from 'node:assert/strict';
import type { Answer, RecordResult } from '../../../src/core/endpoints/endpoint';
import { backOffMs } from '../../../src/core/engine/backOff';
import { JobLost } from '../../../src/core/engine/jobLog';
import { Journal } from '../../../src/core/jobs/journal';
import type { ImportRecord } from '../../../src/core/mapping/record';
import { ExpectedError } from '../../../src/core/message';
import {
  LIMITS,
  TestTarget,
  ambiguous,
  impossible,
  notCommitted,
  rejected,
  sendAll,
  tableOf,
  upTo,
} from './support';

describe('sending', function () {
  this.timeout(60_000);

  it('sends the valid rows in file order, in requests as large as the endpoint takes', async () => {
    const target = new TestTarget(() => null);
    const { end, state } = await sendAll({ total: 50, target, invalid: [3, 21, 50] });
    assert.deepEqual(end, { kind: 'allSent' });
    assert.deepEqual(
      target.kept,
      upTo(50).filter((row) => ![3, 21, 50].includes(row)),
    );
    assert.deepEqual(
      target.requests.map(({ length }) => length),
      [20, 20, 7],
    );
    assert.equal(state.counts.imported, 47);
  });

  it('writes each INTENT down before its request leaves, and each OUTCOME before the next', async () => {
    const order: string[] = [];
    const target = new TestTarget(() => {
      order.push('request');
      return null;
    });
    await sendAll({ total: 45, target, onRecord: ({ type }) => order.push(type) });
    assert.deepEqual(order.slice(3), Array(3).fill(['INTENT', 'request', 'OUTCOME']).flat());
  });

  it('lets no request leave before its INTENT is on the disk, not merely written', async () => {
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own `this` below
    const { appendDurable } = Journal.prototype;
    let durable = 0;
    const seen: number[] = [];
    Journal.prototype.appendDurable = async function (event) {
      await appendDurable.call(this, event);
      if (event.type === 'INTENT') durable++;
    };
    try {
      const target = new TestTarget(() => {
        seen.push(durable);
        return null;
      });
      await sendAll({ total: 45, target });
    } finally {
      Journal.prototype.appendDurable = appendDurable;
    }
    assert.deepEqual(seen, [1, 2, 3]);
  });

  it('cuts requests where they would grow too large', async () => {
    const target = new TestTarget(() => null, { maxRequestBytes: 130 });
    await sendAll({ total: 9, target });
    assert.ok(target.requests.length > 1);
    assert.ok(target.requests.every(({ length }) => length <= 5));
    assert.deepEqual(target.kept, upTo(9));
  });

  it('sends a row that is larger than a request alone', async () => {
    const target = new TestTarget(() => null, { maxRequestBytes: 1 });
    await sendAll({ total: 3, target });
    assert.deepEqual(target.requests, [[1], [2], [3]]);
  });

  it('loses the named rows at once and sends the others again in small requests', async () => {
    const target = new TestTarget((_, request) => (request === 1 ? rejected(2, 7) : null));
    const { state, events } = await sendAll({ total: 20, target });
    assert.deepEqual(
      target.requests.map(({ length }) => length),
      [20, 5, 5, 5, 3],
    );
    assert.deepEqual(
      target.kept,
      upTo(20).filter((row) => row !== 3 && row !== 8),
    );
    assert.equal(state.counts.rejected, 2);
    const outcome = events.find((event) => event.type === 'OUTCOME');
    assert.ok(outcome?.type === 'OUTCOME' && outcome.outcome.kind === 'rejected');
    assert.deepEqual(outcome.outcome.rows[0], {
      row: 3,
      problems: [{ column: 0, field: 'code', value: 'c3', message: { code: 'kintone.refused' } }],
    });
  });

  it('finds bad rows by halves when none is named, and blames no good one', async () => {
    const bad = new Set([5, 6, 17]);
    const target = new TestTarget((rows) => (rows.some((row) => bad.has(row)) ? rejected() : null));
    const { state, verdicts } = await sendAll({ total: 20, target });
    assert.equal(state.counts.rejected, 3);
    assert.deepEqual(verdicts.rangesOf(4), [
      [5, 6],
      [17, 17],
    ]);
    assert.deepEqual(
      [...target.kept].sort((a, b) => a - b),
      upTo(20).filter((row) => !bad.has(row)),
    );
  });

  it('halves a request that is too large, keeps to the smaller size, and loses only a row too large alone', async () => {
    const target = new TestTarget((rows) =>
      rows.length > 5 || rows.includes(9) ? notCommitted('tooLarge') : null,
    );
    const { end, state } = await sendAll({ total: 60, target });
    assert.deepEqual(end, { kind: 'allSent' });
    assert.equal(state.counts.rejected, 1);
    assert.equal(target.kept.length, 59);
    const tries = target.requests.filter(({ length }) => length > 5).length;
    assert.ok(tries <= 3, `${tries} requests that were too large`);
  });

  for (const reason of ['throttled', 'locked', 'unavailable', 'network'] as const) {
    it(`loses no row to storms of "${reason}"`, async () => {
      const target = new TestTarget((_, request) => (request % 6 === 0 ? null : notCommitted(reason)));
      const { end, state, clock, events } = await sendAll({ total: 100, target });
      assert.deepEqual(end, { kind: 'allSent' });
      assert.equal(state.counts.imported, 100);
      assert.deepEqual(clock.sleeps.slice(0, 5), [500, 1000, 2000, 4000, 8000]);
      assert.equal(events.filter(({ type }) => type === 'THROTTLE').length, clock.sleeps.length);
    });
  }

  it('waits no less than the server asks for', async () => {
    const target = new TestTarget((_, request) => (request === 1 ? notCommitted('throttled', 90_000) : null));
    const { clock, events } = await sendAll({ total: 5, target });
    assert.deepEqual(clock.sleeps, [90_000]);
    const throttle = events.find((event) => event.type === 'THROTTLE');
    assert.ok(throttle?.type === 'THROTTLE' && throttle.until === 1_090_000);
  });

  it('gives up after half an hour of nothing but refusals, with the rest not sent', async () => {
    const target = new TestTarget((_, request) => (request > 1 ? notCommitted('unavailable') : null));
    const { end, state, clock } = await sendAll({ total: 50, target });
    assert.ok(end.kind === 'failed' && end.failure.code === 'job.refusedTooLong');
    assert.equal(state.counts.imported, 20);
    assert.equal(state.counts.pending, 30);
    assert.ok(clock.time - 1_000_000 < 32 * 60_000);
  });

  it('shows an absurd wait instead of sleeping through it', async () => {
    const target = new TestTarget(() => notCommitted('throttled', 3 * 60 * 60_000));
    const { end, clock } = await sendAll({ total: 5, target });
    assert.deepEqual(end, { kind: 'failed', failure: { code: 'job.waitTooLong', args: { minutes: 180 } } });
    assert.deepEqual(clock.sleeps, []);
  });

  it('never sends the rows of a lost answer again, and goes on with the rest', async () => {
    const target = new TestTarget((_, request) => (request === 2 ? ambiguous : null));
    const { end, state, verdicts } = await sendAll({ total: 100, target });
    assert.deepEqual(end, { kind: 'allSent' });
    assert.deepEqual(verdicts.rangesOf(5), [[21, 40]]);
    assert.equal(state.counts.imported, 80);
    const sent = target.requests.flat();
    assert.equal(new Set(sent).size, sent.length);
    assert.equal(
      target.requests[2]?.length,
      LIMITS.rowsPerSmallRequest,
      'little is risked after a lost answer',
    );
  });

  it('waits for nothing after the last request, even when its answer is lost', async () => {
    const target = new TestTarget((_, request) => (request === 2 ? ambiguous : null));
    const { end, state, clock } = await sendAll({ total: 30, target });
    assert.deepEqual(end, { kind: 'allSent' });
    assert.equal(state.stage, 'sending');
    assert.deepEqual(clock.sleeps, []);
  });

  it('ends when answers go on being lost', async () => {
    const target = new TestTarget(() => ambiguous);
    const { end, state } = await sendAll({ total: 1000, target });
    assert.ok(end.kind === 'failed' && end.failure.code === 'job.answersLostUncertain');
    assert.equal(target.requests.length, 5);
    assert.equal(state.counts.unknown, 20 + 4 * 5);
  });

  it('ends at once when the job can’t go on, and keeps the verdicts there are', async () => {
    const target = new TestTarget((_, request) => (request === 2 ? impossible : null));
    const { end, state } = await sendAll({ total: 100, target });
    assert.deepEqual(end, { kind: 'failed', failure: { code: 'kintone.GAIA_AP01' } });
    assert.deepEqual([state.counts.imported, state.counts.pending, target.requests.length], [20, 80, 2]);
  });

  it('ends when row after row is refused without a cause', async () => {
    const target = new TestTarget(() => rejected());
    const { end } = await sendAll({ total: 1000, target });
    assert.ok(end.kind === 'failed' && end.failure.code === 'job.allRefused');
  });

  it('takes a bug in the writer for a lost answer and ends', async () => {
    const bugs: unknown[] = [];
    const target = new TestTarget(() => {
      throw new TypeError('oops');
    });
    const { end, state } = await sendAll({ total: 30, target, onBug: (error) => bugs.push(error) });
    assert.deepEqual(end, {
      kind: 'failed',
      failure: { code: 'job.unexpected', args: { detail: 'TypeError' } },
    });
    assert.equal(state.counts.unknown, 20);
    assert.equal(bugs.length, 1);
  });

  it('takes a wrong number of ids for a lost answer', async () => {
    const target = new TestTarget(() => ({ kind: 'committed', ids: ['1'], revisions: ['1'] }));
    const { state } = await sendAll({ total: 10, target });
    assert.equal(state.counts.unknown, 10);
  });

  it('reads no further ahead than the next request', async () => {
    let read = 0;
    const table = tableOf(500, (first) => (read = first + 6));
    const target = new TestTarget((rows) => {
      assert.ok(read <= (rows.at(-1) ?? 0) + 2 * LIMITS.rowsPerRequest + 7, `read ${read} at ${rows.at(-1)}`);
      return null;
    });
    await sendAll({ total: 500, target, table });
  });

  it('sends what it could read before it says that the file has changed', async () => {
    const target = new TestTarget(() => null);
    const sending = sendAll({ total: 30, target, table: tableOf(28) });
    await assert.rejects(
      sending,
      (error) => error instanceof ExpectedError && error.detail.code === 'job.inputChanged',
    );
    assert.deepEqual(target.kept, upTo(28));
  });
});

describe('rows whose request was lost', () => {
  const exists = (...indexes: number[]): Answer => ({ ...rejected(...indexes), exists: true }) as Answer;

  /** Its second request is lost and looked up too early: it was not there yet, and is afterwards. */
  class LateTarget extends TestTarget {
    readonly there: Set<number>;
    readonly settled: number[][] = [];

    constructor(there: readonly number[], onlyNamed: boolean) {
      super((rows, request) => {
        if (request === 2) return ambiguous;
        const taken = rows.flatMap((row, index) => (request > 2 && this.there.has(row) ? [index] : []));
        return taken.length === 0 ? null : exists(...(onlyNamed ? taken : []));
      });
      this.there = new Set(there);
    }

    settle(batch: readonly ImportRecord[]): Promise<readonly RecordResult[]> {
      this.settled.push(batch.map(({ row }) => row));
      const first = this.settled.length === 1;
      return Promise.resolve(
        batch.map(({ row }) =>
          !first && this.there.has(row)
            ? { kind: 'committed', id: `late${row}`, revision: '1' }
            : { kind: 'again', reason: 'network', message: { code: 'network.lost' } },
        ),
      );
    }
  }

  for (const named of [true, false]) {
    it(`are not called duplicates when they are there after all, ${named ? 'named' : 'not named'}`, async () => {
      const target = new LateTarget(
        upTo(20).map((row) => row + 20),
        named,
      );
      const { end, state } = await sendAll({ total: 60, target, settles: true });
      assert.deepEqual([end, state.counts.imported], [{ kind: 'allSent' }, 60]);
      assert.deepEqual([state.counts.rejected, state.counts.unknown], [0, 0]);
      assert.ok(target.settled.length > 1);
    });
  }

  it('are called duplicates when they never were in a lost request', async () => {
    const target = new LateTarget([5], true);
    const { state } = await sendAll({
      total: 15,
      target: new TestTarget((rows) => (rows.includes(5) ? exists(rows.indexOf(5)) : null)),
      settles: true,
    });
    assert.deepEqual([state.counts.rejected, state.counts.imported, target.settled], [1, 14, []]);
  });

  it('are looked up once for each refusal, then taken for somebody else’s', async () => {
    const target = new TestTarget((rows, request) => {
      if (request === 1) return ambiguous;
      return rows.includes(3) ? exists(rows.indexOf(3)) : null;
    });
    let looks = 0;
    const settling = Object.assign(target, {
      settle: (batch: readonly ImportRecord[]): Promise<readonly RecordResult[]> => {
        looks++;
        return Promise.resolve(
          batch.map(() => ({ kind: 'again', reason: 'network', message: { code: 'network.lost' } })),
        );
      },
    });
    const { end, state } = await sendAll({ total: 20, target: settling, settles: true });
    assert.deepEqual([end, state.counts.imported, state.counts.rejected], [{ kind: 'allSent' }, 19, 1]);
    assert.equal(looks, 2, 'once for the lost answer, once for the refusal');
  });
});

describe('requests of several records', function () {
  this.timeout(60_000);

  it('leave no single one for the last request, nor for what a refusal leaves over', async () => {
    for (const total of [21, 41, 22, 1, 2]) {
      const target = new TestTarget(() => null);
      await sendAll({ total, target, neverAlone: true });
      assert.deepEqual(target.kept, upTo(total));
      assert.ok(total === 1 || target.requests.every(({ length }) => length > 1), String(total));
    }
    const target = new TestTarget((_, request) =>
      request === 1 ? rejected(0, 1, 2, 3, 5, 6, 7, 8, 9) : null,
    );
    await sendAll({ total: 30, target, neverAlone: true, limits: { ...LIMITS, rowsPerRequest: 10 } });
    assert.deepEqual(
      target.requests.map(({ length }) => length),
      [10, 10, 9, 2],
    );
  });

  it('note how far ids had come, and are told of with the ids they became', async () => {
    const told: unknown[] = [];
    const lookBack = {
      highWater: '0',
      announced: () => told.push('announced'),
      confirmed: (records: readonly ImportRecord[], ids: readonly string[]) => {
        told.push([records.length, ids.at(-1)]);
        lookBack.highWater = ids.at(-1) ?? '';
      },
    };
    const { events } = await sendAll({ total: 30, target: new TestTarget(() => null), lookBack });
    assert.deepEqual(told, ['announced', [20, '20'], 'announced', [10, '30']]);
    assert.deepEqual(
      events.flatMap((event) => (event.type === 'INTENT' ? [event.highWater] : [])),
      ['0', '20'],
    );
  });
});

describe('patience', () => {
  const budget = { baseMs: 1000, capMs: 60_000, refusalsMs: 30 * 60_000, jobMs: 60 * 60_000 };

  it('ends when all waits of a job come to too much, though requests are taken in between', async () => {
    const target = new TestTarget((_, request) =>
      request % 2 === 1 ? notCommitted('throttled', 10 * 60_000) : null,
    );
    const { end, state, clock } = await sendAll({ total: 1000, target, budget });
    assert.deepEqual(end, { kind: 'failed', failure: { code: 'job.waitedTooLong', args: { minutes: 60 } } });
    assert.equal(clock.sleeps.length, 6);
    assert.deepEqual([state.counts.imported, state.counts.pending, state.counts.rejected], [120, 880, 0]);
  });

  it('ends when the same rows are refused for too long, and blames none of them', async () => {
    const target = new TestTarget((rows) => (rows.includes(130) ? notCommitted('locked', 5 * 60_000) : null));
    const { end, state } = await sendAll({ total: 1000, target, budget, lanes: 8 });
    assert.deepEqual(end, { kind: 'failed', failure: { code: 'job.refusedTooLong', args: { minutes: 30 } } });
    assert.equal(state.counts.rejected, 0);
  });
});

describe('stopping and canceling', function () {
  this.timeout(60_000);

  it('cancels before the first request, whatever was asked', async () => {
    for (const request of ['stop', 'cancel'] as const) {
      const target = new TestTarget(() => null);
      const { end, events } = await sendAll({ total: 50, target, begin: (control) => control.poke(request) });
      assert.deepEqual(end, { kind: 'canceled' });
      assert.deepEqual(target.requests, []);
      assert.ok(!events.some(({ type }) => type === 'INTENT' || type === 'STOP'));
    }
  });

  // At every record of a run with all kinds of answers: nothing is sent afterwards, and all adds up.
  const script = (request: number): Answer | null => {
    const answers: Record<number, Answer> = {
      1: rejected(0),
      3: notCommitted('throttled'),
      5: ambiguous,
      6: notCommitted('tooLarge'),
      8: rejected(),
    };
    return answers[request] ?? null;
  };
  for (let at = 4; at <= 40; at++) {
    it(`sends nothing more after a stop at record ${at}`, async () => {
      let record = 0;
      let asked = false;
      let after = 0;
      const target = new TestTarget((_, request) => {
        if (asked) after++;
        return script(request);
      });
      const { end, state, events } = await sendAll({
        total: 150,
        target,
        onRecord: (_, control) => {
          if (++record !== at) return;
          asked = true;
          control.poke('stop');
        },
      });
      const stop = events.findIndex(({ type }) => type === 'STOP');
      if (stop < 0) {
        assert.deepEqual(end, { kind: 'allSent' });
        return;
      }
      assert.deepEqual(end, { kind: 'stopped' });
      assert.equal(after, 0, 'no request leaves after the stop was asked for');
      assert.ok(!events.slice(stop).some(({ type }) => type === 'INTENT'));
      assert.equal(state.stage, 'stopping');
    });
  }

  it('acknowledges a stop while a request is under way, and still takes its answer', async () => {
    const order: string[] = [];
    let answer: (value: null) => void = () => assert.fail('no request');
    const target = new TestTarget(() => {
      order.push('request');
      return new Promise<Answer>((resolve) => {
        answer = () => resolve({ kind: 'committed', ids: upTo(20).map(String), revisions: [] });
      });
    });
    const { end, state } = await sendAll({
      total: 50,
      target,
      onRecord: ({ type }, control) => {
        order.push(type);
        if (type === 'INTENT') setImmediate(() => control.poke('stop'));
        if (type === 'STOP') setImmediate(() => answer(null));
      },
    });
    assert.deepEqual(end, { kind: 'stopped' });
    assert.deepEqual(order.slice(3), ['INTENT', 'request', 'STOP', 'OUTCOME']);
    assert.equal(state.counts.imported, 20);
  });

  it('wakes from a wait at once', async () => {
    const target = new TestTarget(() => notCommitted('throttled'));
    const { end } = await sendAll({
      total: 5,
      target,
      begin: (control, clock) => {
        clock.sleep = () => {
          setImmediate(() => control.poke('stop'));
          return new Promise(() => undefined);
        };
      },
    });
    assert.deepEqual(end, { kind: 'stopped' });
  });

  it('takes a late cancel for a stop', async () => {
    const target = new TestTarget(() => null);
    const { end } = await sendAll({
      total: 50,
      target,
      onRecord: ({ type }, control) => {
        if (type === 'OUTCOME') control.poke('cancel');
      },
    });
    assert.deepEqual(end, { kind: 'stopped' });
    assert.equal(target.requests.length, 1);
  });

  it('sends nothing when the job folder is gone', async () => {
    const target = new TestTarget(() => null);
    const sending = sendAll({
      total: 50,
      target,
      begin: (control) => {
        control.look = () => {
          Object.defineProperty(control, 'asked', { value: 'lost' });
          return Promise.resolve('lost');
        };
      },
    });
    await assert.rejects(sending, JobLost);
    assert.deepEqual(target.requests, []);
  });
});

describe('backing off', () => {
  const budget = { baseMs: 1000, capMs: 60_000 };

  it('doubles up to its cap, with full jitter', () => {
    assert.deepEqual(
      [0, 1, 2, 5, 6, 40].map((refusals) => backOffMs(refusals, 0.999_999, 0, budget)),
      [1000, 2000, 4000, 32_000, 60_000, 60_000],
    );
    assert.equal(backOffMs(3, 0, 0, budget), 0);
  });

  it('never comes before what the server asked for', () => {
    assert.equal(backOffMs(0, 0.5, 7_000, budget), 7_000);
  });
});
