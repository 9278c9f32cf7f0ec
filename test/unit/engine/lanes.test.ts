import assert from 'node:assert/strict';
import type { Answer, RecordResult, TargetWriter, WriterLimits } from '../../../src/core/endpoints/endpoint';
import { JobLost } from '../../../src/core/engine/jobLog';
import { Lanes } from '../../../src/core/engine/lanes';
import type { ControlWatch } from '../../../src/core/jobs/control';
import type { JobEvent } from '../../../src/core/jobs/records';
import { ExpectedError } from '../../../src/core/message';
import type { ImportRecord } from '../../../src/core/mapping/record';
import { LIMITS, ambiguous, notCommitted, rejected, sendAll, tableOf, upTo } from './support';

const taken: Answer = { kind: 'committed', ids: [], revisions: [] };
const locked = notCommitted('locked');

/** Answers so many requests, as many at once as are allowed, each after `ms`. */
function answer(lanes: Lanes, times: number, { ms = 100, records = 100, with: one = taken } = {}): number[] {
  return upTo(times).map(() => {
    lanes.answered({ number: lanes.begin(), records, ms }, one, lanes.allowed);
    return lanes.allowed;
  });
}

describe('lanes', () => {
  it('begin as one and grow by one after some good answers, more slowly the more there are', () => {
    const lanes = new Lanes(4);
    assert.equal(lanes.allowed, 1);
    assert.deepEqual(answer(lanes, 14), [1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 3, 4, 4, 4]);
  });

  it('are never more than the job or the endpoint allows', () => {
    const lanes = new Lanes(1);
    assert.ok(answer(lanes, 50).every((allowed) => allowed === 1));
    assert.equal(new Lanes(0).allowed, 1);
  });

  for (const reason of ['throttled', 'locked', 'unavailable', 'network'] as const) {
    it(`become half as many once for a burst of "${reason}", and grow again`, () => {
      const lanes = new Lanes(8);
      answer(lanes, 50);
      assert.equal(lanes.allowed, 8);
      const burst = upTo(8).map(() => lanes.begin());
      for (const number of burst) {
        lanes.answered({ number, records: 100, ms: 5 }, notCommitted(reason), 8);
        assert.equal(lanes.allowed, 4);
      }
      answer(lanes, 1, { with: notCommitted(reason) });
      assert.equal(lanes.allowed, 2);
      answer(lanes, 50);
      assert.equal(lanes.allowed, 8);
    });
  }

  it('are one after a lost answer, and learn nothing from rows that are refused', () => {
    const lanes = new Lanes(8);
    answer(lanes, 50, { with: rejected(1) });
    assert.equal(lanes.allowed, 1);
    answer(lanes, 50);
    const numbers = [lanes.begin(), lanes.begin()];
    for (const number of numbers) lanes.answered({ number, records: 1, ms: 1 }, rejected(), 2);
    assert.equal(lanes.allowed, 8);
    lanes.answered({ number: 1, records: 1, ms: 1 }, locked, 2);
    lanes.answered({ number: 1, records: 1, ms: 1 }, ambiguous, 2);
    assert.equal(lanes.allowed, 1);
  });

  it('become half as many when answers take twice as long as they did, and not for one slow answer', () => {
    const lanes = new Lanes(8);
    answer(lanes, 50);
    assert.deepEqual(answer(lanes, 1, { ms: 250 }), [8], 'one answer');
    answer(lanes, 5);
    const slower = answer(lanes, 6, { ms: 400 });
    assert.ok(slower.includes(4), String(slower));
    answer(lanes, 30, { ms: 400 });
    assert.ok(lanes.allowed < 4, 'and less while it stays slow');
  });

  it('take requests of other sizes for what they are', () => {
    const lanes = new Lanes(8);
    answer(lanes, 50, { ms: 50, records: 100 });
    answer(lanes, 50, { ms: 2000, records: 2000 });
    assert.equal(lanes.allowed, 8);
  });

  it('leave half of what the endpoint can do to others', () => {
    const lanes = new Lanes(8);
    const hear = (running: number, limit: number, ours: number) => {
      lanes.answered(
        { number: lanes.begin(), records: 1, ms: 1 },
        { ...taken, load: { running, limit } },
        ours,
      );
      return lanes.allowed;
    };
    answer(lanes, 50);
    assert.equal(hear(8, 100, 8), 8);
    assert.equal(hear(52, 100, 8), 6, 'the others have 44 of the 50');
    assert.equal(hear(99, 100, 6), 1);
    assert.equal(hear(2, 6, 2), 3);
    assert.equal(hear(2, 0, 2), 3, 'what says nothing changes nothing');
    for (let i = 0; i < 50; i++) hear(1, 6, 1);
    assert.equal(hear(1, 100, 1), 8, 'back at once when the others have gone');
  });
});

/** Answers when nothing else goes on: when the sender waits. Keeps count of what is under way. */
class SlowTarget implements TargetWriter {
  limits: WriterLimits = LIMITS;
  readonly open: { readonly rows: number[]; readonly end: (answer?: Answer) => void }[] = [];
  readonly requests: number[][] = [];
  readonly settled: number[][] = [];
  most = 0;
  onSend: () => void = () => undefined;
  onSettle: () => void = () => undefined;
  /** What happens when the sender waits with so many under way; answers the first of them when it answers null. */
  onIdle: (open: number) => unknown = () => null;

  send(batch: readonly ImportRecord[]): Promise<Answer> {
    const rows = batch.map(({ row }) => row);
    this.requests.push(rows);
    this.onSend();
    return new Promise((resolve) => {
      const one = {
        rows,
        end: (answer: Answer = committed(rows)) => {
          this.open.splice(this.open.indexOf(one), 1);
          resolve(answer);
        },
      };
      this.open.push(one);
      this.most = Math.max(this.most, this.open.length);
    });
  }

  upload(): Promise<never> {
    return Promise.reject(new Error('no files'));
  }

  settle(batch: readonly ImportRecord[]): Promise<readonly RecordResult[]> {
    this.onSettle();
    this.settled.push(batch.map(({ row }) => row));
    return Promise.resolve(batch.map(() => ({ kind: 'again', reason: 'network', message: { code: 'x' } })));
  }

  /** Follows what the sender waits for. */
  readonly begin = (control: ControlWatch): void => {
    const orAsked = control.orAsked.bind(control);
    control.orAsked = (work) => {
      let pending = true;
      work.finally(() => (pending = false)).catch(() => undefined);
      setImmediate(() => {
        if (pending && this.open.length > 0 && this.onIdle(this.open.length) === null) this.open[0]?.end();
      });
      return orAsked(work);
    };
  };
}

function committed(rows: readonly number[]): Answer {
  return { kind: 'committed', ids: rows.map(String), revisions: rows.map(() => '1') };
}

describe('sending on several lanes', function () {
  this.timeout(60_000);

  it('has as many requests under way as it may, and never more', async () => {
    const target = new SlowTarget();
    const { end, state } = await sendAll({ total: 2000, target, lanes: 4, begin: target.begin });
    assert.deepEqual([end, state.counts.imported, target.most], [{ kind: 'allSent' }, 2000, 4]);
    assert.deepEqual(target.requests.flat(), upTo(2000));
  });

  it('has one under way when nothing else is asked for', async () => {
    const target = new SlowTarget();
    await sendAll({ total: 1000, target, begin: target.begin });
    assert.equal(target.most, 1);
    assert.deepEqual(target.requests.flat(), upTo(1000));
  });

  it('reads no further ahead than the requests under way and the next', async () => {
    let read = 0;
    const table = tableOf(2000, (first) => (read = first + 6));
    const target = new SlowTarget();
    target.onSend = () => {
      const last = Math.max(...target.requests.flat());
      assert.ok(read <= last + 2 * LIMITS.rowsPerRequest + 7, `read ${read} at ${last}`);
    };
    await sendAll({ total: 2000, target, table, lanes: 4, begin: target.begin });
    assert.equal(target.most, 4);
  });

  it('is quiet after a lost answer: nothing leaves until the others have answers and it is looked up', async () => {
    const target = new SlowTarget();
    const order: string[] = [];
    const answers: Answer[] = [ambiguous, taken, notCommitted('locked')];
    target.onIdle = (open) => {
      if (answers.length === 3 && open < 3) return null;
      const answer = answers.shift();
      if (answer === undefined || answer === taken) return null;
      return target.open[0]?.end(answer);
    };
    target.onSettle = () => {
      order.push('settle');
      assert.equal(target.open.length, 0, 'nothing is under way when it is looked up');
    };
    const onRecord = (event: JobEvent) => {
      order.push(event.type === 'OUTCOME' ? event.outcome.kind : event.type);
    };
    const { begin } = target;
    const { end, state } = await sendAll({ total: 1500, target, lanes: 3, settles: true, begin, onRecord });
    assert.deepEqual([end, state.counts.imported], [{ kind: 'allSent' }, 1500]);
    const [from, to] = [order.indexOf('ambiguous'), order.indexOf('SETTLE')];
    assert.deepEqual(order.slice(from, to), ['ambiguous', 'committed', 'notCommitted', 'settle']);
    assert.equal(target.settled.length, 1);
  });

  it('counts answers that are lost together as one', async () => {
    const target = new SlowTarget();
    let together = 0;
    target.onIdle = (open) => {
      if (open < 8 || together > 0) return null;
      together = open;
      for (const one of [...target.open]) one.end(ambiguous);
      return true;
    };
    const { begin } = target;
    const { end, state } = await sendAll({ total: 4000, target, lanes: 8, settles: true, begin });
    assert.deepEqual([together, end, state.counts.imported], [8, { kind: 'allSent' }, 4000]);
    assert.equal(target.settled.length, 8);
  });

  it('acknowledges a stop while several are under way, sends nothing more and takes all their answers', async () => {
    const target = new SlowTarget();
    const order: string[] = [];
    const { end, state } = await sendAll({
      total: 4000,
      target,
      lanes: 4,
      begin: (control) => {
        target.begin(control);
        target.onIdle = (open) => {
          if (open < 4 || order.includes('STOP')) return null;
          control.poke('stop');
          return true;
        };
      },
      onRecord: ({ type }) => {
        order.push(type);
        if (type !== 'STOP') return;
        assert.equal(target.open.length, 4);
        for (const [at, one] of [...target.open].entries()) setTimeout(() => one.end(), at);
      },
    });
    assert.deepEqual(end, { kind: 'stopped' });
    assert.deepEqual(order.slice(order.indexOf('STOP')), ['STOP', ...upTo(4).map(() => 'OUTCOME')]);
    assert.equal(state.counts.imported, target.requests.flat().length);
  });

  it('decides all that is under way before it says that the file has changed', async () => {
    const target = new SlowTarget();
    const outcomes: string[] = [];
    const sending = sendAll({
      total: 1000,
      target,
      table: tableOf(905),
      lanes: 4,
      begin: target.begin,
      onRecord: (event) => {
        if (event.type === 'OUTCOME') outcomes.push(event.outcome.kind);
      },
    });
    await assert.rejects(
      sending,
      (error) => error instanceof ExpectedError && error.detail.code === 'job.inputChanged',
    );
    assert.equal(target.most, 4);
    assert.deepEqual(
      outcomes,
      target.requests.map(() => 'committed'),
    );
    assert.equal(target.requests.flat().length, 905);
  });

  it('decides the others before it ends for one that no request can pass', async () => {
    const target = new SlowTarget();
    let over = false;
    target.onSend = () => assert.equal(over, false, 'a request after the job has failed');
    target.onIdle = (open) => {
      if (open < 3 || over) return null;
      over = true;
      return target.open[1]?.end({ kind: 'impossible', message: { code: 'kintone.GAIA_AP01' } });
    };
    const { end, state } = await sendAll({ total: 2000, target, lanes: 3, begin: target.begin });
    assert.deepEqual(end, { kind: 'failed', failure: { code: 'kintone.GAIA_AP01' } });
    assert.equal(state.counts.imported, (target.requests.length - 1) * 20);
  });

  it('waits for a refusal when nothing else is under way, once for all that met it', async () => {
    const target = new SlowTarget();
    let storms = 0;
    target.onIdle = (open) => {
      if (open < 4 || storms > 0) return null;
      storms++;
      for (const one of [...target.open]) one.end(notCommitted('throttled', 3000));
      return true;
    };
    const { begin } = target;
    const { end, state, clock, events } = await sendAll({ total: 3000, target, lanes: 4, begin });
    assert.deepEqual([end, state.counts.imported], [{ kind: 'allSent' }, 3000]);
    assert.deepEqual(clock.sleeps, [3000]);
    assert.equal(events.filter(({ type }) => type === 'THROTTLE').length, 1);
  });

  it('waits for all that is under way before it gives up a folder that is lost', async () => {
    const target = new SlowTarget();
    let lost = false;
    const sending = sendAll({
      total: 2000,
      target,
      lanes: 4,
      begin: (control) => {
        target.begin(control);
        target.onIdle = (open) => {
          if (open < 4) return null;
          control.look = () => {
            Object.defineProperty(control, 'asked', { value: 'lost' });
            return Promise.resolve('lost');
          };
          lost = true;
          return null;
        };
      },
      onRecord: () => {
        if (!lost) return;
        for (const [at, one] of [...target.open].entries()) setTimeout(() => one.end(), at);
        throw new JobLost();
      },
    });
    await assert.rejects(sending, JobLost);
    assert.equal(lost, true);
    assert.equal(target.open.length, 0);
  });
});
