import assert from 'node:assert/strict';
import type { Sandbox } from '../../../src/sandbox/server';
import { startSandbox } from '../../../src/sandbox/server';
import { USUAL_LIMITS } from '../../../src/sandbox/limits';
import { asError, Client, customer, postPart } from './client';

describe('limits and manners of the sandbox', () => {
  let sandbox: Sandbox;
  let client: Client;

  before(async () => {
    sandbox = await startSandbox();
    client = new Client(sandbox.kintone);
  });
  beforeEach(() => {
    sandbox.control.reset();
    sandbox.control.setLimits(USUAL_LIMITS);
  });
  after(() => sandbox.close());

  const some = (count: number, prefix = 'A') =>
    Array.from({ length: count }, (_, n) => customer(`${prefix}${n}`));
  const codeOf = async (method: string, name: string, parameters: object) =>
    (await client.call(method, name, parameters)).body.code;

  it('can be set smaller: records, parts, pages, offsets, cursors', async () => {
    sandbox.control.setLimits({
      recordsPerRequest: 2,
      partsPerBulkRequest: 1,
      recordsPerRead: 2,
      farthestOffset: 3,
      cursors: 1,
    });
    assert.equal(await codeOf('POST', 'records', { app: 1, records: some(3) }), 'CB_VA01');
    assert.equal(await codeOf('POST', 'records', { app: 1, records: some(2) }), undefined);
    assert.equal((await client.bulk([postPart([]), postPart([])])).body.code, 'CB_VA01');
    assert.equal(await codeOf('GET', 'records', { app: 1, query: 'limit 3' }), 'GAIA_QU01');
    assert.equal(await codeOf('GET', 'records', { app: 1, query: 'offset 4' }), 'GAIA_QU02');
    assert.equal(await codeOf('GET', 'records', { app: 1, query: 'limit 2 offset 3' }), undefined);
    assert.equal(await codeOf('POST', 'records/cursor', { app: 1, size: 3 }), 'CB_VA01');
    assert.equal(await codeOf('POST', 'records/cursor', { app: 1, size: 2 }), undefined);
    assert.equal(await codeOf('POST', 'records/cursor', { app: 1, size: 2 }), 'GAIA_TM12');
  });

  it('can be set at the start', async () => {
    const other = await startSandbox({ limits: { recordsPerRequest: 1 } });
    const otherClient = new Client(other.kintone);
    const { status } = await otherClient.call('POST', 'records', { app: 1, records: some(2) });
    assert.equal(status, 400);
    await other.close();
  });

  it('answer 413 to a body that is too large, after reading it, and keep nothing', async () => {
    sandbox.control.setLimits({ bodyBytes: 10_000 });
    const record = customer('A', { 備考: 'x'.repeat(200_000) });
    const { status } = await client.call('POST', 'record', { app: 1, record });
    assert.equal(status, 413);
    assert.equal(sandbox.control.count('1'), 0);
    assert.equal((await client.call('POST', 'record', { app: 1, record: customer('A') })).status, 200);
  });

  it('hold an uploaded file to a limit of its own', async () => {
    sandbox.control.setLimits({ fileBytes: 1000, bodyBytes: 10 });
    const upload = async (bytes: number) => {
      const body = new FormData();
      body.set('file', new Blob(['x'.repeat(bytes)]), 'a.txt');
      const url = `${sandbox.kintone.baseUrl}/k/v1/file.json`;
      return (await fetch(url, { method: 'POST', headers: client.signIn(), body })).status;
    };
    assert.equal(await upload(1000), 200);
    assert.equal(await upload(1001), 400);
    assert.equal(await upload(100_000), 413);
  });

  it('count the calls of the day by app, also refused ones, a bulk request once', async () => {
    await client.call('GET', 'app', { id: 1 });
    await client.call('GET', 'records', { app: 1 });
    await client.call('POST', 'records', { app: 2 });
    await client.bulk([postPart(some(1)), postPart(some(1, 'B')), postPart([], '3')]);
    const { apps, limit, day } = sandbox.control.calls();
    assert.deepEqual(apps, { 1: 3, 2: 1, 3: 1 });
    assert.equal(limit, 10_000);
    assert.match(day, /^\d{4}-\d\d-\d\d$/);
    const response = await fetch(`${sandbox.kintone.baseUrl}/sandbox/calls`, {
      headers: { authorization: `Bearer ${sandbox.kintone.controlToken}` },
    });
    assert.deepEqual(await response.json(), { apps, limit, day });
  });

  it('do not end calls above the number of a day', async () => {
    sandbox.control.setLimits({ callsPerDay: 1 });
    for (const query of ['limit 1', 'limit 2']) {
      assert.equal((await client.call('GET', 'records', { app: 1, query })).status, 200);
    }
    assert.deepEqual(sandbox.control.calls().apps, { 1: 2 });
  });

  const languages: readonly [header: string | undefined, message: string][] = [
    [undefined, 'ログインしてください。'],
    ['ja', 'ログインしてください。'],
    ['en-US', 'Please log in.'],
    ['zh-CN', '请登录。'],
    ['fr', 'ログインしてください。'],
    ['en;q=0.5, ja;q=0.9', 'ログインしてください。'],
    ['fr, zh;q=0.3, en;q=0.8', 'Please log in.'],
    ['ja;q=0.1, zh;q=0.2', '请登录。'],
  ];
  for (const [header, message] of languages) {
    it(`speak by Accept-Language: ${header ?? 'none'}`, async () => {
      const options = { tokens: null, ...(header === undefined ? {} : { language: header }) };
      const { body } = await client.call('GET', 'apps', {}, options);
      assert.equal(asError(body).message, message);
    });
  }

  it('take a GET as a POST with the method in a header', async () => {
    await client.call('POST', 'records', { app: 1, records: some(3) });
    const headers = { 'X-HTTP-Method-Override': 'GET' };
    const { status, body } = await client.call('POST', 'records', { app: 1, fields: ['$id'] }, { headers });
    assert.deepEqual([status, (body.records as object[]).length], [200, 3]);
    assert.equal(sandbox.control.log().requests.length, 1, 'it is no write');
  });

  describe('bulk requests', () => {
    const part = (method: string, api: string, payload: object) => ({ method, api, payload });

    it('add, change and delete together, in order, and give a result for each', async () => {
      await client.call('POST', 'records', { app: 1, records: some(2) });
      const { status, body } = await client.bulk([
        postPart([customer('new')]),
        part('PUT', '/k/v1/record.json', { app: 1, id: 1, record: { 備考: { value: 'x' } } }),
        part('DELETE', '/k/v1/records.json', { app: 1, ids: [2] }),
        part('POST', '/k/v1/record.json', { app: 1, record: customer('A1') }),
      ]);
      assert.deepEqual(
        [status, body],
        [
          200,
          {
            results: [{ ids: ['3'], revisions: ['1'] }, { revision: '2' }, {}, { id: '4', revision: '1' }],
          },
        ],
      );
    });

    it('keep nothing when a part fails, and name that part alone', async () => {
      await client.call('POST', 'records', { app: 1, records: some(2) });
      const before = sandbox.control.records('1');
      const { status, headers, body } = await client.bulk([
        postPart([customer('new')]),
        part('DELETE', '/k/v1/records.json', { app: 1, ids: [1] }),
        part('PUT', '/k/v1/records.json', { app: 1, records: [{ id: 99, record: {} }] }),
        postPart([{}]),
      ]);
      assert.equal(status, 404);
      assert.equal(headers.get('x-cybozu-error'), 'GAIA_BR01');
      const results = body.results as { code?: string }[];
      assert.deepEqual(
        results.map(({ code }) => code),
        [undefined, undefined, 'GAIA_RE01', undefined],
      );
      assert.deepEqual(sandbox.control.records('1'), before);
    });

    it('take writes alone, by their whole path', async () => {
      for (const wrong of [
        part('GET', '/k/v1/records.json', { app: 1 }),
        part('POST', '/k/v1/bulkRequest.json', { requests: [] }),
        part('POST', '/k/v1/records/cursor.json', { app: 1 }),
        part('POST', 'records', { app: 1, records: [] }),
        part('PUT', '/k/v1/app/form/fields.json', { app: 1 }),
      ]) {
        const { status, body } = await client.bulk([wrong]);
        assert.deepEqual([status, body.code], [400, 'CB_VA01'], JSON.stringify(wrong));
      }
    });

    it('refuse process management, which no app has', async () => {
      const { status, body } = await client.bulk([
        part('PUT', '/k/v1/record/status.json', { app: 1, id: 1, action: 'x' }),
      ]);
      const [result] = body.results as { code: string }[];
      assert.deepEqual([status, result?.code], [400, 'GAIA_ST02']);
    });

    it('reach other apps only with their tokens too', async () => {
      const requests = [postPart(some(1)), postPart([], '2')];
      const one = await client.bulk(requests, { tokens: [client.token('1')] });
      assert.deepEqual([one.status, (one.body.results as { code?: string }[])[1]?.code], [403, 'GAIA_NO01']);
      assert.equal(sandbox.control.count('1'), 0);
      const both = await client.bulk(requests, { tokens: [client.token('1'), client.token('2')] });
      assert.equal(both.status, 200);
    });
  });
});
