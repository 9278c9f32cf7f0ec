import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { FaultRule } from '../../../src/sandbox/faults';
import type { Sandbox } from '../../../src/sandbox/server';
import { startSandbox } from '../../../src/sandbox/server';
import type { Reply } from './client';
import { Client, customer, postPart } from './client';

describe('faults of the sandbox', () => {
  let sandbox: Sandbox;
  let client: Client;

  before(async () => {
    sandbox = await startSandbox();
    client = new Client(sandbox.kintone);
  });
  beforeEach(() => sandbox.control.reset());
  after(() => sandbox.close());

  const arm = (...faults: readonly FaultRule[]) => sandbox.control.setFaults({ faults });
  const post = (code: string) => client.call('POST', 'records', { app: 1, records: [customer(code)] });
  const codes = () => sandbox.control.records('1').map((record) => record['顧客コード']);
  const outcome = async (reply: Promise<Reply>) => {
    const { status, body } = await reply;
    return [status, body.code];
  };
  const raw = (body: object) =>
    fetch(`${sandbox.kintone.baseUrl}/k/v1/records.json`, {
      method: 'POST',
      headers: { ...client.signIn(), 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  const failures: readonly [title: string, fault: FaultRule, status: number, code: string | undefined][] = [
    ['too many requests', { kind: 'fail', status: 429, code: 'GAIA_TO04' }, 429, 'GAIA_TO04'],
    ['a lock as 520', { kind: 'fail', status: 520, code: 'GAIA_DA02' }, 520, 'GAIA_DA02'],
    ['a lock as 400', { kind: 'fail', status: 400, code: 'GAIA_RE18' }, 400, 'GAIA_RE18'],
    ['another lock', { kind: 'fail', status: 520, code: 'GAIA_LT01' }, 520, 'GAIA_LT01'],
  ];
  for (const [title, fault, status, code] of failures) {
    it(`answers ${title}, once, and keeps nothing`, async () => {
      arm(fault);
      assert.deepEqual(await outcome(post('A')), [status, code]);
      assert.deepEqual(codes(), []);
      assert.equal((await post('A')).status, 200);
    });
  }

  it('keeps texts without blanks at their ends, for so many seconds', async () => {
    arm({ kind: 'trim', every: 1 }, { kind: 'fail', status: 520, code: 'GAIA_DA02', seconds: 0 });
    assert.equal((await post(' A ')).status, 200);
    assert.deepEqual(codes(), ['A']);
    assert.deepEqual(
      sandbox.control.history('1').map(({ id, creator, removed }) => [id, creator, removed]),
      [[1, 'admin', false]],
    );
  });

  for (const status of [503, 502, 504, 200]) {
    it(`answers ${status} as a page, with and without keeping the records`, async () => {
      arm({ kind: 'fail', status }, { kind: 'fail', status, nth: 2, committed: true });
      for (const kept of [[], ['A']]) {
        const response = await raw({ app: 1, records: [customer('A')] });
        assert.equal(response.status, status);
        assert.match(response.headers.get('content-type') ?? '', /^text\/html/);
        assert.match(await response.text(), /^<!doctype html>/);
        assert.deepEqual(codes(), kept);
      }
    });
  }

  it('says how long to wait when it is told to', async () => {
    arm({ kind: 'fail', status: 429, code: 'GAIA_TO04', retryAfterSeconds: 7 });
    assert.equal((await post('A')).headers.get('retry-after'), '7');
    assert.equal((await post('A')).headers.get('retry-after'), null);
  });

  it('drops the connection before, and after, keeping the records', async () => {
    arm({ kind: 'dropBeforeCommit' }, { kind: 'dropAfterCommit', nth: 2 });
    await assert.rejects(post('A'));
    assert.deepEqual(codes(), []);
    await assert.rejects(post('A'));
    assert.deepEqual(codes(), ['A']);
  });

  it('cuts the answer after so many bytes, after keeping the records', async () => {
    arm({ kind: 'cut', bytes: 5 });
    const response = await raw({ app: 1, records: [customer('A')] });
    assert.equal(response.status, 200);
    assert.ok(Number(response.headers.get('content-length')) > 5);
    const chunks: string[] = [];
    await assert.rejects(async () => {
      for await (const chunk of response.body ?? []) {
        chunks.push(Buffer.from(chunk as Uint8Array).toString());
      }
    });
    assert.equal(chunks.join(''), '{"ids');
    assert.deepEqual(codes(), ['A']);
  });

  it('never answers, with and without keeping the records', async () => {
    arm({ kind: 'hang' }, { kind: 'hang', nth: 2, committed: true });
    for (const [at, kept] of [[], ['A']].entries()) {
      const leaving = new AbortController();
      const url = `${sandbox.kintone.baseUrl}/k/v1/records.json`;
      const headers = { ...client.signIn(), 'content-type': 'application/json' };
      const body = JSON.stringify({ app: 1, records: [customer('A')] });
      const asked = fetch(url, { method: 'POST', headers, body, signal: leaving.signal });
      const left = assert.rejects(asked, { name: 'AbortError' });
      while (sandbox.control.faultHits().length <= at || codes().length < kept.length) await delay(5);
      leaving.abort();
      await left;
      assert.deepEqual(codes(), kept);
    }
  });

  it('can be stopped while a request hangs', async () => {
    const other = await startSandbox({ faults: [{ kind: 'hang', method: 'GET' }] });
    const hanging = assert.rejects(new Client(other.kintone).call('GET', 'apps'));
    while (other.control.faultHits().length === 0) {
      await delay(5);
    }
    await other.close();
    await hanging;
  });

  it('lets the body of an answer take its time', async () => {
    arm({ kind: 'slow', ms: 100 });
    const started = performance.now();
    const response = await raw({ app: 1, records: [customer('A')] });
    const head = performance.now() - started;
    assert.deepEqual(await response.json(), { ids: ['1'], revisions: ['1'] });
    assert.ok(performance.now() - started >= 95);
    assert.ok(head < performance.now() - started);
  });

  it('keeps a request waiting before it is carried out', async () => {
    arm({ kind: 'delay', ms: 60, nth: 2 });
    await post('A');
    const started = performance.now();
    await post('B');
    assert.ok(performance.now() - started >= 59);
  });

  it('keeps the records after the connection has long been dropped', async () => {
    arm({ kind: 'lateCommit', ms: 80 });
    await assert.rejects(post('A'));
    assert.deepEqual(codes(), []);
    while (codes().length === 0) {
      await delay(5);
    }
    assert.deepEqual(
      sandbox.control.log().requests.map(({ status, committed }) => [status, committed]),
      [[0, true]],
    );
  });

  it('delivers a request twice and gives the first answer, or the second', async () => {
    arm({ kind: 'duplicate' }, { kind: 'duplicate', nth: 2, answer: 'second' });
    assert.equal((await post('A')).status, 200);
    assert.deepEqual(codes(), ['A']);
    assert.deepEqual(
      sandbox.control.log().requests.map(({ status, committed }) => [status, committed]),
      [
        [200, true],
        [400, false],
      ],
    );
    assert.deepEqual(await outcome(post('B')), [400, 'CB_VA01']);
    assert.deepEqual(codes(), ['A', 'B']);
    arm({ kind: 'duplicate' });
    // Without a field that refuses duplicates nobody notices.
    const count = sandbox.control.count('4');
    const partner = { 会社名: { value: 'x' } };
    const guest = { guestSpaceId: '7' };
    assert.equal((await client.call('POST', 'record', { app: 4, record: partner }, guest)).status, 200);
    assert.equal(sandbox.control.count('4'), count + 2);
  });

  it('lets somebody else save records right before the nth request', async () => {
    await post('A');
    await post('B');
    arm({ kind: 'bumpRevision', app: '1', ids: [1], nth: 2 });
    const put = (id: number, revision: number) =>
      client.call('PUT', 'record', { app: 1, id, revision, record: { 備考: { value: 'x' } } });
    assert.equal((await put(1, 1)).status, 200);
    assert.deepEqual(await outcome(put(1, 2)), [409, 'GAIA_CO02']);
    assert.equal((await put(1, 3)).status, 200);
    assert.equal((await put(2, 1)).status, 200);
  });

  it('takes a right away, and gives it back', async () => {
    arm({ kind: 'withdrawRights', app: '1', rights: ['add'], nth: 2 }, { kind: 'giveBack', nth: 4 });
    assert.equal((await post('A')).status, 200);
    assert.deepEqual(await outcome(post('B')), [403, 'CB_NO02']);
    const tokens = [client.token('1')];
    const byToken = client.call('POST', 'records', { app: 1, records: [customer('B')] }, { tokens });
    assert.deepEqual(await outcome(byToken), [403, 'GAIA_NO01']);
    assert.equal((await post('B')).status, 200);
  });

  it('ends the sign-ins, and gives them back', async () => {
    arm({ kind: 'revoke', nth: 2 }, { kind: 'giveBack', nth: 3 });
    assert.equal((await post('A')).status, 200);
    assert.deepEqual(await outcome(post('B')), [401, 'CB_WA01']);
    assert.equal((await post('B')).status, 200);
  });

  it('takes a field out of the form: it is neither told, nor kept, nor found', async () => {
    await client.call('POST', 'record', { app: 1, record: customer('A', { 備考: 'old' }) });
    arm({ kind: 'removeField', app: '1', field: '備考', method: 'GET', path: 'fields' });
    const { body } = await client.call('GET', 'app/form/fields', { app: 1 });
    assert.equal('備考' in (body.properties as object), false);
    const layout = await client.call('GET', 'app/form/layout', { app: 1 });
    assert.equal(JSON.stringify(layout.body).includes('備考'), false);
    const record = customer('B', { 備考: 'new' });
    const bulk = await client.bulk([postPart([record])]);
    assert.equal(bulk.status, 200);
    assert.equal(sandbox.control.records('1')[1]?.['備考'], '');
    const read = await client.call('GET', 'records', { app: 1 });
    assert.equal(JSON.stringify(read.body).includes('備考'), false);
    const query = '備考 like "old"';
    assert.deepEqual(await outcome(client.call('GET', 'records', { app: 1, query })), [400, 'GAIA_IQ11']);
    assert.equal((await client.call('GET', 'records', { app: 1, query: '会社名 = "備考"' })).status, 200);
    sandbox.control.giveBack();
    const again = await client.call('GET', 'record', { app: 1, id: 1 });
    assert.equal('備考' in (again.body.record as object), true);
  });

  it('takes a field out of the form that was a key: nothing is found by it any more', async () => {
    const guest = { guestSpaceId: '7' };
    const record = { 会社名: { value: 'x' }, 契約番号: { value: '5' } };
    await client.call('POST', 'record', { app: 4, record }, guest);
    const updateKey = { field: '契約番号', value: '5' };
    const puts = [
      ['record', { app: 4, updateKey, record: {} }],
      ['records', { app: 4, records: [{ updateKey, record: {} }] }],
    ] as const;
    for (const [name, parameters] of puts) {
      assert.equal((await client.call('PUT', name, parameters, guest)).status, 200);
    }
    sandbox.control.disturb({ kind: 'removeField', app: '4', field: '契約番号' });
    for (const [name, parameters] of puts) {
      assert.deepEqual(await outcome(client.call('PUT', name, parameters, guest)), [400, 'CB_VA01']);
    }
  });

  it('ends a request that several faults meet as the first of them says', async () => {
    arm({ kind: 'fail', status: 503, code: 'X' }, { kind: 'fail', status: 502, code: 'Y' });
    assert.deepEqual(await outcome(post('A')), [503, 'X']);
    assert.equal(sandbox.control.faultHits().length, 2);
  });

  describe('are armed', () => {
    const statuses = async (requests: number) => {
      const all: number[] = [];
      for (let n = 0; n < requests; n++) {
        all.push((await client.call('GET', 'app', { id: 1 })).status);
      }
      return all;
    };
    const fault = { kind: 'fail', status: 503, code: 'X', method: 'GET' } as const;

    it('for the nth request, and as many times as wanted', async () => {
      arm({ ...fault, nth: 2, times: 2 });
      assert.deepEqual(await statuses(5), [200, 503, 503, 200, 200]);
    });

    it('for every nth request', async () => {
      arm({ ...fault, nth: 2, every: 3 });
      assert.deepEqual(await statuses(8), [200, 503, 200, 200, 503, 200, 200, 503]);
      arm({ ...fault, every: 2, times: 2 });
      assert.deepEqual(await statuses(6), [503, 200, 503, 200, 200, 200]);
    });

    it('by chance, the same for the same seed', async () => {
      const run = async (randomSeed: number) => {
        sandbox.control.setFaults({ randomSeed, faults: [{ ...fault, probability: 0.5 }] });
        return statuses(24);
      };
      const first = await run(42);
      assert.deepEqual(await run(42), first);
      assert.notDeepEqual(await run(43), first);
      assert.ok(first.includes(200) && first.includes(503));
    });

    it('for requests of a method and a path', async () => {
      arm({ ...fault, path: 'settings' });
      assert.equal((await client.call('GET', 'app', { id: 1 })).status, 200);
      assert.equal((await client.call('GET', 'app/settings', { app: 1 })).status, 503);
    });

    it('at the start', async () => {
      const other = await startSandbox({ faults: [fault] });
      assert.equal((await new Client(other.kintone).call('GET', 'apps')).status, 503);
      await other.close();
    });
  });

  it('are listed with what they met', async () => {
    arm({ kind: 'delay', ms: 1, nth: 2 }, { kind: 'fail', status: 503, code: 'X', nth: 2 });
    await post('A');
    await post('B');
    const expected = ['delay', 'fail'].map((kind, rule) => ({
      kind,
      rule,
      method: 'POST',
      path: '/k/v1/records.json',
      request: 2,
      time: '',
    }));
    assert.deepEqual(
      sandbox.control.faultHits().map((hit) => ({ ...hit, time: '' })),
      expected,
    );
    const response = await fetch(`${sandbox.kintone.baseUrl}/sandbox/faults`, {
      headers: { authorization: `Bearer ${sandbox.kintone.controlToken}` },
    });
    const { hits } = (await response.json()) as { hits: object[] };
    assert.deepEqual(
      hits.map((hit) => ({ ...hit, time: '' })),
      expected,
    );
  });

  it('are refused over HTTP when they make no sense', async () => {
    const send = async (body: unknown) => {
      const response = await fetch(`${sandbox.kintone.baseUrl}/sandbox/faults`, {
        method: 'POST',
        headers: { authorization: `Bearer ${sandbox.kintone.controlToken}` },
        body: JSON.stringify(body),
      });
      return response.status;
    };
    for (const faults of [
      'x',
      [{ kind: 'nonsense' }],
      [{ kind: 'cut' }],
      [{ kind: 'removeField', app: '1' }],
      [{ kind: 'withdrawRights', app: '1', rights: 'add' }],
      [{ kind: 'hang', nth: 'x' }],
    ]) {
      assert.equal(await send({ faults }), 400, JSON.stringify(faults));
    }
    assert.equal(await send({ faults: [{ kind: 'cut', bytes: 3 }] }), 200);
  });

  it('can be let happen at once, and limits changed, over HTTP', async () => {
    const send = async (what: string, body: unknown) => {
      const response = await fetch(`${sandbox.kintone.baseUrl}/sandbox/${what}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${sandbox.kintone.controlToken}` },
        body: JSON.stringify(body),
      });
      return response.status;
    };
    assert.equal(await send('disturb', { kind: 'withdrawRights', app: '1', rights: ['add'] }), 200);
    assert.deepEqual(await outcome(post('A')), [403, 'CB_NO02']);
    assert.equal(await send('giveBack', {}), 200);
    assert.equal((await post('A')).status, 200);
    assert.equal(await send('limits', { recordsPerRequest: 0 }), 200);
    assert.deepEqual(await outcome(post('B')), [400, 'CB_VA01']);
    assert.equal(await send('limits', { recordsPerRequest: 100 }), 200);
    for (const [what, body] of [
      ['disturb', { kind: 'hang' }],
      ['disturb', { kind: 'removeField' }],
      ['disturb', []],
      ['limits', { nonsense: 1 }],
      ['limits', { cursors: 'x' }],
      ['limits', null],
    ] as const) {
      assert.equal(await send(what, body), 400, JSON.stringify(body));
    }
  });
});
