import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import type { Sandbox } from '../../../src/sandbox/server';
import { startSandbox } from '../../../src/sandbox/server';
import { Client, customer, postPart } from './client';

describe('the sandbox as a service', () => {
  let sandbox: Sandbox;
  let client: Client;

  beforeEach(async () => {
    sandbox = await startSandbox();
    client = new Client(sandbox.kintone);
  });
  afterEach(() => sandbox.close());

  const post = (code: string) => client.call('POST', 'records', { app: 1, records: [customer(code)] });

  it('answers JSON with both concurrency headers, also on errors', async () => {
    for (const reply of [
      await client.call('GET', 'apps'),
      await client.call('GET', 'apps', {}, { tokens: null }),
    ]) {
      assert.equal(reply.headers.get('content-type'), 'application/json;charset=utf-8');
      assert.equal(reply.headers.get('x-concurrencylimit-limit'), '100');
      assert.equal(reply.headers.get('x-concurrencylimit-running'), '1');
    }
  });

  it('answers 404 in JSON for what it does not know', async () => {
    for (const name of ['records/nothing', 'nothing']) {
      const { status, headers, body } = await client.call('GET', name);
      assert.equal(status, 404);
      assert.match(headers.get('content-type') ?? '', /^application\/json/);
      assert.equal(typeof body.message, 'string');
    }
    assert.equal((await fetch(`${sandbox.kintone.baseUrl}/elsewhere`)).status, 404);
    assert.equal((await client.call('PUT', 'app', { id: 1 })).status, 404);
  });

  it('refuses a GET that announces JSON and brings none, and JSON that is none', async () => {
    const get = await client.call('GET', 'apps', {}, { headers: { 'content-type': 'application/json' } });
    assert.deepEqual([get.status, get.body.code], [400, 'CB_IJ01']);
    const send = async (body: string, type: string) => {
      const headers = { ...client.signIn(), 'content-type': type };
      const response = await fetch(`${sandbox.kintone.baseUrl}/k/v1/records.json`, {
        method: 'POST',
        headers,
        body,
      });
      return ((await response.json()) as { code: string }).code;
    };
    assert.equal(await send('{"app":', 'application/json'), 'CB_IJ01');
    assert.equal(await send('[]', 'application/json'), 'CB_IJ01');
    assert.equal(await send('{}', 'text/plain'), 'CB_IL02');
  });

  it('answers 429 above its limit of requests, and recovers', async () => {
    sandbox.control.setFaults({ concurrencyLimit: 1 });
    const { port } = new URL(sandbox.kintone.baseUrl);
    // Held open by its unfinished body; 100 Continue tells that the server counts it.
    const held = request({
      port,
      host: '127.0.0.1',
      path: '/k/v1/records.json',
      method: 'POST',
      headers: {
        host: 'localhost',
        expect: '100-continue',
        'content-type': 'application/json',
        'content-length': 2,
      },
    });
    held.flushHeaders();
    await once(held, 'continue');
    const { status, headers, body } = await post('A');
    assert.deepEqual([status, body.code], [429, 'GAIA_TO04']);
    assert.equal(headers.get('x-concurrencylimit-limit'), '1');
    assert.equal(headers.get('x-concurrencylimit-running'), '2');
    assert.equal(headers.get('x-cybozu-error'), 'GAIA_TO04');
    assert.equal(sandbox.control.count('1'), 0);
    const answered = once(held, 'response');
    held.end('{}');
    const [response] = (await answered) as [NodeJS.ReadableStream];
    response.resume();
    await once(response, 'end');
    assert.equal((await post('A')).status, 200);
  });

  it('takes the time it is told to, per request and per record', async () => {
    sandbox.control.setFaults({ latencyMs: 20, recordLatencyMs: 3 });
    const started = performance.now();
    await client.bulk([
      postPart(Array.from({ length: 10 }, (_, n) => customer(`A${n}`))),
      postPart(Array.from({ length: 10 }, (_, n) => customer(`B${n}`))),
    ]);
    assert.ok(performance.now() - started >= 79, 'one latency and twenty records');
    assert.equal(sandbox.control.count('1'), 20);
  });

  it('does not carry out a request whose body never came whole', async () => {
    const { port } = new URL(sandbox.kintone.baseUrl);
    const body = JSON.stringify({ app: 1, record: customer('A') });
    const cut = request({
      port,
      host: '127.0.0.1',
      path: '/k/v1/record.json',
      method: 'POST',
      headers: {
        ...client.signIn(),
        host: 'localhost',
        expect: '100-continue',
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      },
    });
    cut.on('error', () => undefined);
    cut.flushHeaders();
    await once(cut, 'continue');
    cut.write(body.slice(0, -3));
    const closed = new Promise((resolve) => cut.on('close', resolve));
    cut.destroy();
    await closed;
    assert.equal((await post('B')).status, 200);
    assert.deepEqual(
      sandbox.control.records('1').map((record) => record['顧客コード']),
      ['B'],
    );
  });

  describe('faults', () => {
    it('fails the nth write as told, once or more often, without keeping it', async () => {
      sandbox.control.setFaults({
        fail: [{ nth: 2, times: 2, status: 520, code: 'GAIA_DA02', retryAfterSeconds: 3 }],
      });
      assert.equal((await post('A')).status, 200);
      assert.equal((await client.call('GET', 'apps')).status, 200);
      const second = await post('B');
      assert.deepEqual([second.status, second.body.code], [520, 'GAIA_DA02']);
      assert.equal(second.headers.get('retry-after'), '3');
      assert.equal((await post('B')).status, 520);
      assert.equal((await post('B')).status, 200);
      assert.equal(sandbox.control.count('1'), 2);
    });

    it('answers HTML where no code is given, even after keeping the records', async () => {
      sandbox.control.setFaults({ fail: [{ path: 'records', status: 502, committed: true }] });
      const response = await fetch(`${sandbox.kintone.baseUrl}/k/v1/records.json`, {
        method: 'POST',
        headers: { ...client.signIn(), 'content-type': 'application/json' },
        body: JSON.stringify({ app: 1, records: [customer('A')] }),
      });
      assert.equal(response.status, 502);
      assert.match(response.headers.get('content-type') ?? '', /^text\/html/);
      assert.equal(sandbox.control.count('1'), 1);
    });

    it('drops the connection before or after keeping the records', async () => {
      sandbox.control.setFaults({ dropBeforeCommit: 1 });
      await assert.rejects(post('A'));
      assert.equal(sandbox.control.count('1'), 0);
      sandbox.control.setFaults({ dropAfterCommit: [{ nth: 2 }] });
      assert.equal((await post('A')).status, 200);
      await assert.rejects(post('B'));
      assert.equal(sandbox.control.count('1'), 2);
      assert.deepEqual(
        sandbox.control.log().requests.map(({ status, committed }) => [status, committed]),
        [
          [0, false],
          [200, true],
          [0, true],
        ],
      );
    });
  });

  describe('control over HTTP', () => {
    const control = (method: string, path: string, body?: unknown, token = sandbox.kintone.controlToken) =>
      fetch(`${sandbox.kintone.baseUrl}/sandbox/${path}`, {
        method,
        headers: { authorization: `Bearer ${token}` },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });

    it('is closed without its token', async () => {
      assert.equal((await control('GET', 'log', undefined, 'guess')).status, 401);
      assert.equal((await fetch(`${sandbox.kintone.baseUrl}/sandbox/records?app=1`)).status, 401);
    });

    it('gives all records as lines of JSON', async () => {
      const count = 1200;
      for (let start = 0; start < count; start += 100) {
        await client.bulk([postPart(Array.from({ length: 100 }, (_, n) => customer(`C${start + n}`)))]);
      }
      const text = await (await control('GET', 'records?app=1')).text();
      const records = text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      assert.deepEqual(
        records.map((record) => record['顧客コード']),
        Array.from({ length: count }, (_, n) => `C${n}`),
      );
      assert.equal(records[0]?.$id, '1');
      assert.equal((await control('GET', 'records?app=99')).status, 404);
    });

    it('counts and lists the writes', async () => {
      await client.bulk([postPart([customer('A'), customer('B')])]);
      await post('A');
      const log = (await (await control('GET', 'log')).json()) as ReturnType<typeof sandbox.control.log>;
      assert.deepEqual(log.writes, { 1: 2 });
      assert.deepEqual(
        log.requests.map(({ ms, ...entry }) => ({ ...entry, time: '', wasHere: ms > 0 })),
        [
          {
            time: '',
            method: 'POST',
            path: '/k/v1/bulkRequest.json',
            app: '1',
            records: 2,
            status: 200,
            committed: true,
            wasHere: true,
          },
          {
            time: '',
            method: 'POST',
            path: '/k/v1/records.json',
            app: '1',
            records: 1,
            status: 400,
            committed: false,
            wasHere: true,
          },
        ],
      );
    });

    it('sets faults, refuses nonsense, and starts over', async () => {
      assert.equal((await control('POST', 'faults', { fail: [{ code: 'X' }] })).status, 400);
      assert.equal((await control('POST', 'faults', { latencyMs: 'x' })).status, 400);
      assert.equal((await control('POST', 'faults', { fail: [{ status: 503, times: 9 }] })).status, 200);
      await assert.rejects(post('A'), SyntaxError);
      assert.equal((await control('POST', 'reset')).status, 200);
      const { status, body } = await post('A');
      assert.deepEqual([status, body.ids], [200, ['1']]);
      assert.equal(sandbox.control.log().requests.length, 1);
    });

    it('revokes the sign-ins', async () => {
      await control('POST', 'revoke');
      assert.equal((await post('A')).status, 401);
    });
  });

  describe('pages', () => {
    const open = (path: string, headers: Record<string, string> = {}) =>
      fetch(`${sandbox.kintone.baseUrl}${path}`, { headers });

    it('shows the newest 100 records, whatever they hold as text alone', async () => {
      const records = Array.from({ length: 100 }, (_, n) => customer(`C${n}`));
      await client.bulk([
        postPart(records),
        postPart([customer('last', { 会社名: '<script>alert("1")</script>&' })]),
      ]);
      const response = await open('/k/1/', { 'accept-language': 'en' });
      const html = await response.text();
      assert.equal(response.status, 200);
      assert.match(response.headers.get('content-security-policy') ?? '', /default-src 'none'/);
      assert.ok(html.includes('The newest 100 of 101 records.'));
      assert.ok(html.includes('&#60;script&#62;'));
      assert.ok(!html.includes('<script'));
      assert.ok(html.includes('Company'));
      assert.ok(!html.includes('>C0<'));
    });

    it('shows apps of a guest space at their own address, and hidden ones not at all', async () => {
      assert.equal((await open('/k/guest/7/4/')).status, 200);
      assert.equal((await open('/k/4/')).status, 404);
      assert.equal((await open('/k/5/')).status, 403);
      assert.ok(!(await (await open('/k/')).text()).includes('Salaries'));
    });
  });

  it('answers only to names of this machine', async () => {
    const { port } = new URL(sandbox.kintone.baseUrl);
    const foreign = request({ port, host: '127.0.0.1', path: '/k/1/', headers: { host: 'example.com' } });
    foreign.end();
    const [response] = (await once(foreign, 'response')) as [{ statusCode: number; resume(): void }];
    response.resume();
    assert.equal(response.statusCode, 421);
  });

  it('ends open connections and waiting requests when it closes', async () => {
    sandbox.control.setFaults({ latencyMs: 600_000 });
    const waiting = assert.rejects(post('A'));
    await sandbox.close();
    await waiting;
    assert.equal(sandbox.control.count('1'), 0);
    sandbox = await startSandbox();
  });

  it('has the same secrets at every start with the same seed text, others without', async () => {
    const secrets = async (seed?: string) => {
      const one = await startSandbox(seed === undefined ? {} : { seed });
      await one.close();
      const { kintone } = one;
      return { ...kintone, baseUrl: '', oauth: { ...kintone.oauth, tokenEndpoint: '' } };
    };
    assert.deepEqual(await secrets('x'), await secrets('x'));
    assert.notDeepEqual(await secrets('x'), await secrets('y'));
    assert.notEqual((await secrets()).password, (await secrets()).password);
  });
});
