import assert from 'node:assert/strict';
import { Pace } from '../../../src/core/engine/pace';
import { TestTarget, sendAll, upTo } from './support';

const NEAR = { running: 90, limit: 100 };
const FAR = { running: 10, limit: 100 };

describe('the pace', () => {
  it('slows down near the limit of a domain, more and more, and at once goes on when it is far', () => {
    const pace = new Pace();
    const bounds = upTo(9).map(() => pace.after(NEAR, 1)?.ms);
    assert.deepEqual(bounds, [250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
    assert.equal(pace.after(FAR, 1), null);
    assert.equal(pace.after(NEAR, 1)?.ms, 250);
    assert.equal(pace.after(NEAR, 0)?.ms, 0, 'anywhere between nothing and the bound');
  });

  it('knows nothing of an endpoint that says nothing', () => {
    const pace = new Pace();
    assert.equal(pace.after(undefined, 1), null);
    assert.equal(pace.after({ running: 1, limit: 0 }, 1), null);
  });

  it('tells of waits that are worth it, and of no others', async () => {
    const target = new TestTarget((rows) => ({
      kind: 'committed',
      ids: rows.map(String),
      revisions: rows.map(() => '1'),
      load: NEAR,
    }));
    const { state, clock, events } = await sendAll({ total: 160, target });
    assert.equal(state.counts.imported, 160);
    assert.deepEqual(clock.sleeps, [125, 250, 500, 1000, 2000, 4000, 8000]);
    assert.deepEqual(
      events.filter((event) => event.type === 'THROTTLE').map(({ reason }) => reason.code),
      ['job.serverBusy', 'job.serverBusy'],
    );
  });

  it('wakes for a stop', async () => {
    const target = new TestTarget((rows) => ({
      kind: 'committed',
      ids: rows.map(String),
      revisions: rows.map(() => '1'),
      load: NEAR,
    }));
    const { end, state } = await sendAll({
      total: 100,
      target,
      begin: (control, clock) => {
        clock.sleep = () => {
          setImmediate(() => control.poke('stop'));
          return new Promise(() => undefined);
        };
      },
    });
    assert.deepEqual([end, state.counts.imported], [{ kind: 'stopped' }, 20]);
  });
});
