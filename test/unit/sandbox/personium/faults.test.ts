import { strict as assert } from 'node:assert';
import { batchBody, partsOf, send, UnitClient } from './unitClient';

const SET = 'sales/stock/Product';

describe('Sandbox, Personium: what goes wrong on the way', () => {
  let client: UnitClient;

  before(async () => {
    client = await UnitClient.start();
  });
  beforeEach(async () => {
    client.unit.control.reset();
    await client.signIn();
  });
  after(() => client.close());

  const batch = (...ids: readonly string[]) =>
    client.batch(
      batchBody(
        ids.map((id) => ({ method: 'POST', path: 'Product', body: { __id: id, Code: id, Name: 'n' } })),
      ),
    );
  const count = () => client.unit.control.count(SET);

  it('loses a request, or its answer, on the n-th batch', async () => {
    client.unit.control.setFaults({
      faults: [
        { kind: 'dropBeforeCommit', path: '$batch', nth: 2 },
        { kind: 'dropAfterCommit', path: '$batch', nth: 3 },
      ],
    });
    assert.equal((await batch('a')).status, 202);
    await assert.rejects(batch('b'));
    assert.equal(count(), 1);
    await assert.rejects(batch('c', 'd'));
    assert.equal(count(), 3);
    assert.deepEqual(
      client.unit.control
        .log()
        .requests.map(({ app, records, status, committed }) => [app, records, status, committed]),
      [
        ['sales/stock', 1, 202, true],
        ['sales/stock', 1, 0, false],
        ['sales/stock', 2, 0, true],
      ],
    );
    assert.deepEqual(
      client.unit.control.faultHits().map(({ kind }) => kind),
      ['dropBeforeCommit', 'dropAfterCommit'],
    );
  });

  it('carries a request out after the connection has ended', async () => {
    client.unit.control.setFaults({ faults: [{ kind: 'lateCommit', path: '$batch', ms: 20 }] });
    await assert.rejects(batch('a'));
    assert.equal(count(), 0);
    while (count() === 0) {
      await client.call('GET', '');
    }
    assert.equal(count(), 1);
  });

  it('refuses requests for a while with a code of its own, or as the front end does', async () => {
    client.unit.control.setFaults({
      faults: [
        { kind: 'fail', status: 503, code: 'PR503-SV-0001', path: '$batch', times: 2, retryAfterSeconds: 1 },
        { kind: 'fail', status: 502, path: '$batch', nth: 3 },
      ],
    });
    for (const id of ['a', 'b']) {
      const { status, json, headers } = await batch(id);
      assert.equal(status, 503);
      assert.equal(json.message?.value, 'Too many concurrent requests.');
      assert.equal(headers['retry-after'], '1');
    }
    const { status, headers } = await batch('a');
    assert.equal(status, 502);
    assert.match(headers['content-type'] ?? '', /^text\/html/);
    assert.equal(count(), 0);
    assert.equal((await batch('a')).status, 202);
  });

  it('delivers a batch twice', async () => {
    client.unit.control.setFaults({ faults: [{ kind: 'duplicate', path: '$batch', answer: 'second' }] });
    const [part] = partsOf(await batch('a'));
    assert.equal(part?.json.code, 'PR409-OD-0003');
    assert.equal(count(), 1);
  });

  it('cuts an answer off', async () => {
    client.unit.control.setFaults({ faults: [{ kind: 'cut', path: '$batch', bytes: 100 }] });
    await assert.rejects(batch('a'));
    assert.equal(count(), 1);
  });

  it('ends sign-ins and tokens in between', async () => {
    client.unit.control.setFaults({
      faults: [
        { kind: 'expireTokens', path: '$batch', nth: 1 },
        { kind: 'revoke', path: '$batch', nth: 2 },
      ],
    });
    assert.equal((await batch('a')).json.code, 'PR401-AU-0002');
    client.signOut();
    await client.signIn();
    assert.equal((await batch('a')).json.code, 'PR401-AU-0001');
    client.signOut();
  });

  it('forgets tokens as after a start with another secret', async () => {
    client.unit.control.forgetTokens();
    assert.equal((await client.call('GET', '__ctl/Box')).json.code, 'PR401-AU-0006');
    client.signOut();
  });

  it('takes so long as it is told, for each operation', async () => {
    client.unit.control.setFaults({ recordLatencyMs: 10 });
    const start = performance.now();
    await batch('a', 'b', 'c', 'd', 'e');
    assert.ok(performance.now() - start >= 49);
    client.unit.control.setFaults({ recordLatencyMs: 0 });
  });

  it('refuses a request that is too large as the front end does', async () => {
    client.unit.control.setLimits({ bodyBytes: 1000 });
    const { status, headers } = await client.call('POST', SET, {
      body: { Code: 'c', Name: 'x'.repeat(1000) },
    });
    assert.equal(status, 413);
    assert.match(headers['content-type'] ?? '', /^text\/html/);
    client.unit.control.setLimits({ bodyBytes: 100_000_000 });
  });

  describe('told by another process', () => {
    const control = (method: string, path: string, body?: unknown, token = client.unit.access.controlToken) =>
      send(method, new URL(`sandbox/${path}`, client.unit.access.unitUrl), {
        headers: { authorization: `Bearer ${token}` },
        ...(body === undefined ? {} : { body }),
      });

    it('is for those who know the control token', async () => {
      assert.equal((await control('GET', 'log', undefined, 'wrong')).status, 401);
      assert.equal((await control('GET', 'nothing')).status, 404);
    });

    it('shows entities, the log, faults and orders', async () => {
      await batch('a', 'b');
      const { text } = await control('GET', `entities?set=${SET}`);
      const ids = text
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as Record<string, unknown>).__id);
      assert.deepEqual(ids, ['a', 'b']);
      assert.equal((await control('GET', 'entities?set=nowhere/x')).status, 404);
      assert.deepEqual((await control('GET', 'log')).json.writes, { 'sales/stock': 1 });
      assert.deepEqual((await control('GET', 'orders')).json, { imports: 0, exports: 0 });
      assert.equal((await control('GET', 'faults')).text, '[]');
    });

    it('sets faults, hooks and limits, and starts anew', async () => {
      const fault = { kind: 'fail', status: 503, code: 'PR503-SV-0001', path: '$batch' };
      assert.equal((await control('POST', 'faults', { faults: [fault] })).status, 200);
      assert.equal((await batch('a')).status, 503);
      assert.equal((await control('POST', 'hooks', { inheritedRightsOnly: true, importMs: 5 })).status, 200);
      assert.equal((await batch('a')).status, 403);
      assert.equal((await control('POST', 'limits', { batchOperations: 1 })).status, 200);
      assert.equal((await control('POST', 'reset')).status, 200);
      assert.equal((await batch('a', 'b')).json.code, 'PR400-OD-0030');
      await control('POST', 'limits', { batchOperations: 1000 });
      for (const [path, wrong] of [
        ['hooks', { nonsense: 1 }],
        ['hooks', { inheritedRightsOnly: 1 }],
        ['hooks', { batchLock: 3 }],
        ['limits', { top: 'x' }],
        ['faults', { faults: [{ kind: 'nonsense' }] }],
      ] as const) {
        assert.equal((await control('POST', path, wrong)).status, 400, JSON.stringify(wrong));
      }
    });
  });
});
