import assert from 'node:assert/strict';
import { createUndiciTransport } from '../../../src/core/endpoints/undiciTransport';
import type { TargetWriter } from '../../../src/core/endpoints/endpoint';
import { startSandbox } from '../../../src/sandbox/server';
import type { Sandbox } from '../../../src/sandbox/server';
import { administratorsEndpoint, layoutFor } from '../endpoints/support';
import { sendAll, upTo } from './support';

const ROWS = 2400;
const LIMITS = { rowsPerRequest: 20, rowsPerSmallRequest: 20, maxRequestBytes: 1 << 20 };

describe('lanes over HTTP', function () {
  this.timeout(60_000);
  let sandbox: Sandbox;
  const transport = createUndiciTransport();

  before(async () => {
    sandbox = await startSandbox();
  });
  after(async () => {
    await transport.close();
    await sandbox.close();
  });
  beforeEach(() => sandbox.control.reset());

  /** Sends rows with unique codes; how many requests were under way at each that left. */
  async function send(lanes: number) {
    const endpoint = administratorsEndpoint(sandbox, transport);
    const schema = await endpoint.describe('1');
    const layout = layoutFor(schema, ['顧客コード', '会社名']);
    const writer = endpoint.writer(schema, layout);
    const underWay: number[] = [];
    let refused = 0;
    let now = 0;
    const counting: TargetWriter = {
      limits: writer.limits,
      upload: (file, signal) => writer.upload(file, signal),
      send: async (batch, signal) => {
        underWay.push(++now);
        const answer = await writer.send(batch, signal).finally(() => now--);
        if (answer.kind === 'notCommitted') refused++;
        return answer;
      },
    };
    const result = await sendAll({
      total: ROWS,
      target: counting,
      limits: LIMITS,
      lanes,
      place: { schema, layout },
    });
    return { ...result, underWay, refused };
  }

  function assertAllThere(): void {
    const codes = sandbox.control.records('1').map((record) => record['顧客コード']);
    assert.equal(codes.length, ROWS);
    assert.deepEqual(new Set(codes), new Set(upTo(ROWS).map((row) => `c${row}`)));
  }

  it('lose no row to bursts of locks; lanes shrink and grow again', async () => {
    sandbox.control.setFaults({
      latencyMs: 40,
      faults: [40, 90].map((nth) => ({
        ...({ kind: 'fail', status: 520, code: 'GAIA_DA02' } as const),
        ...{ path: 'records', method: 'POST', nth, times: 6 },
      })),
    });
    const { end, state, underWay, events } = await send(6);
    assert.deepEqual([end, state.counts.imported, state.counts.rejected], [{ kind: 'allSent' }, ROWS, 0]);
    assertAllThere();
    const shown = underWay.join(' ');
    const [before, between, after] = [underWay.slice(0, 40), underWay.slice(46, 90), underWay.slice(96)];
    assert.ok(Math.max(...before) > 2, shown);
    assert.ok(between.includes(1) && Math.max(...between) > 1, shown);
    assert.ok(after.includes(1) && Math.max(...after) > 1, shown);
    const reasons = events.flatMap((event) => (event.type === 'THROTTLE' ? [event.reason.code] : []));
    assert.deepEqual([...new Set(reasons)], ['kintone.GAIA_DA02']);
  });

  it('keep to half of what the domain can do, and meet no refusal by themselves', async () => {
    sandbox.control.setFaults({ latencyMs: 40, concurrencyLimit: 6 });
    const { end, underWay, refused } = await send(8);
    assert.deepEqual([end, refused], [{ kind: 'allSent' }, 0]);
    assert.equal(Math.max(...underWay), 3);
    assertAllThere();
  });

  it('lose no row where every fifth request finds the domain full, and a wait is asked for', async () => {
    const full = { kind: 'fail', status: 429, code: 'GAIA_TO04', retryAfterSeconds: 3 } as const;
    sandbox.control.setFaults({
      latencyMs: 5,
      faults: [{ ...full, path: 'records', method: 'POST', every: 5 }],
    });
    const { end, state, refused, clock } = await send(8);
    assert.deepEqual([end, state.counts.imported, state.counts.rejected], [{ kind: 'allSent' }, ROWS, 0]);
    assert.ok(refused > 10);
    assert.ok(clock.sleeps.length > 0 && clock.sleeps.every((ms) => ms >= 3000));
    assertAllThere();
  });
});
