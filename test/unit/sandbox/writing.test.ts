import assert from 'node:assert/strict';
import type { Sandbox } from '../../../src/sandbox/server';
import { startSandbox } from '../../../src/sandbox/server';
import { asError, Client, customer, postPart } from './client';

describe('writing records', () => {
  let sandbox: Sandbox;
  let client: Client;

  before(async () => {
    sandbox = await startSandbox();
    client = new Client(sandbox.kintone);
  });
  beforeEach(() => sandbox.control.reset());
  after(() => sandbox.close());

  const codes = () => sandbox.control.records('1').map((record) => record['顧客コード']);
  const many = (count: number, prefix = 'C') =>
    Array.from({ length: count }, (_, index) => customer(`${prefix}${index}`));
  const post = (records: readonly object[]) => client.call('POST', 'records', { app: '1', records });
  const put = (records: readonly object[], more: object = {}) =>
    client.call('PUT', 'records', { app: '1', records, ...more });

  it('gives ids in the order of the request, rising', async () => {
    const { status, body } = await post(many(3));
    assert.equal(status, 200);
    assert.deepEqual(body, { ids: ['1', '2', '3'], revisions: ['1', '1', '1'] });
    assert.deepEqual(codes(), ['C0', 'C1', 'C2']);
  });

  it('takes an empty list for a success', async () => {
    assert.deepEqual((await post([])).body, { ids: [], revisions: [] });
  });

  it('keeps nothing of a request with one bad record', async () => {
    const { status } = await post([...many(99), customer('')]);
    assert.equal(status, 400);
    assert.equal(sandbox.control.count('1'), 0);
    assert.equal((await post(many(100))).status, 200);
  });

  it('refuses the 101st record', async () => {
    const { status, body } = await post(many(101));
    assert.equal(status, 400);
    assert.deepEqual(Object.keys(asError(body).errors ?? {}), ['records']);
  });

  it('adds, reads and changes a single record', async () => {
    const added = await client.call('POST', 'record', { app: 1, record: customer('A') });
    assert.deepEqual(added.body, { id: '1', revision: '1' });
    const changed = await client.call('PUT', 'record', {
      app: '1',
      id: 1,
      record: { 会社名: { value: '新' } },
    });
    assert.deepEqual(changed.body, { revision: '2' });
    const read = await client.call('GET', 'record', { app: 1, id: 1 });
    const record = read.body.record as Record<string, { type: string; value: unknown }>;
    assert.deepEqual(record['会社名'], { type: 'SINGLE_LINE_TEXT', value: '新' });
    assert.deepEqual(record.$revision, { type: '__REVISION__', value: '2' });
    assert.deepEqual(record.$id, { type: '__ID__', value: '1' });
    assert.deepEqual(record['レコード番号'], { type: 'RECORD_NUMBER', value: '1' });
    assert.equal((record['作成者']?.value as { code: string }).code, 'admin');
    assert.match(String(record['作成日時']?.value), /^\d{4}-\d\d-\d\dT\d\d:\d\d:00Z$/);
    assert.equal(record['ステータス'], undefined);
  });

  it('calculates from the other fields', async () => {
    await post([customer('A', { 月額: '1000.5' }), customer('B')]);
    const read = async (id: number) => (await client.call('GET', 'record', { app: 1, id })).body.record;
    assert.deepEqual(((await read(1)) as Record<string, unknown>)['年額'], { type: 'CALC', value: '12006' });
    assert.deepEqual(((await read(2)) as Record<string, unknown>)['年額'], { type: 'CALC', value: '' });
  });

  it('changes all records of a request or none', async () => {
    await post(many(2));
    const change = (id: number, 会社名: string) => ({ id, record: { 会社名: { value: 会社名 } } });
    const refused = await put([change(1, '新'), change(2, '')]);
    assert.deepEqual(Object.keys(asError(refused.body).errors ?? {}), ['records[1].会社名.value']);
    assert.deepEqual(
      sandbox.control.records('1').map((record) => [record['会社名'], record.$revision]),
      [
        ['会社 C0', '1'],
        ['会社 C1', '1'],
      ],
    );
    const { body } = await put([change(2, '二'), change(1, '一')]);
    assert.deepEqual(body, {
      records: [
        { id: '2', revision: '2' },
        { id: '1', revision: '2' },
      ],
    });
  });

  it('does not apply defaults when a record is changed', async () => {
    await post([customer('A', { 国: '' })]);
    await put([{ id: 1, record: { 備考: { value: 'x' } } }]);
    assert.equal(sandbox.control.records('1')[0]?.['国'], '');
  });

  it('refuses a revision that has moved, and takes -1 for any', async () => {
    await post(many(1));
    const change = (revision: unknown) => put([{ id: 1, revision, record: {} }]);
    assert.equal((await change(1)).status, 200);
    const moved = await change('1');
    assert.deepEqual([moved.status, moved.body.code], [409, 'GAIA_CO02']);
    assert.equal((await change('-1')).status, 200);
  });

  it('refuses ids that do not exist without saying which row it was', async () => {
    await post(many(1));
    for (const refused of [
      await put([
        { id: 1, record: {} },
        { id: 99, record: {} },
      ]),
      await client.call('DELETE', 'records', { app: 1, ids: [1, 99] }),
      await client.call('GET', 'record', { app: 1, id: 99 }),
    ]) {
      assert.deepEqual(
        [refused.status, refused.body.code, refused.body.errors],
        [404, 'GAIA_RE01', undefined],
      );
    }
    assert.equal(sandbox.control.count('1'), 1);
  });

  it('refuses the same record twice in one request', async () => {
    await post(many(1));
    const { body } = await put([
      { id: 1, record: {} },
      { id: '1', record: {} },
    ]);
    assert.equal(body.code, 'GAIA_RE09');
  });

  it('finds records by a key field, and adds the others when upserting', async () => {
    await post(many(1));
    const byKey = (value: string, 会社名: string) => ({
      updateKey: { field: '顧客コード', value },
      record: { 会社名: { value: 会社名 } },
    });
    const missing = await put([byKey('C9', 'x')]);
    assert.deepEqual([missing.status, missing.body.code], [404, 'GAIA_RE20']);
    const { body } = await put(
      [byKey('C0', '一'), byKey('C9', '九'), { id: 9007199254740991, record: customer('C10') }],
      {
        upsert: true,
      },
    );
    assert.deepEqual(body, {
      records: [
        { id: '1', operation: 'UPDATE', revision: '2' },
        { id: '2', operation: 'INSERT', revision: '1' },
        { id: '3', operation: 'INSERT', revision: '1' },
      ],
    });
    assert.deepEqual(codes(), ['C0', 'C9', 'C10']);
  });

  it('lets two records of a request pass a unique value on', async () => {
    await post(many(2));
    const change = (id: number, value: string) => ({ id, record: { 顧客コード: { value } } });
    assert.equal((await put([change(1, 'D0'), change(2, 'C0')])).status, 200);
    assert.deepEqual(codes(), ['D0', 'C0']);
    assert.equal((await post([customer('C1'), customer('C0')])).status, 400);
    assert.equal((await post([customer('C1')])).status, 200);
  });

  it('deletes all records of a request, and frees their unique values', async () => {
    await post(many(3));
    const { status, body } = await client.call('DELETE', 'records', {
      app: 1,
      ids: [1, 3],
      revisions: [1, -1],
    });
    assert.deepEqual([status, body], [200, {}]);
    assert.deepEqual(codes(), ['C1']);
    const again = await post([customer('C0')]);
    assert.deepEqual(again.body.ids, ['4']);
  });

  it('refuses who and when from someone who does not manage the app', async () => {
    const records = [customer('A', { 作成日時: '2026-01-01T00:00:00Z' })];
    const tokens = [client.token('1')];
    const { status, body } = await client.call('POST', 'records', { app: 1, records }, { tokens });
    assert.deepEqual([status, body.code], [403, 'CB_NO02']);
  });

  it('names a missing or unusable parameter', async () => {
    for (const [parameters, name] of [
      [{ records: [] }, 'app'],
      [{ app: 'x', records: [] }, 'app'],
      [{ app: 0, records: [] }, 'app'],
      [{ app: 1 }, 'records'],
    ] as const) {
      const { status, body } = await client.call('POST', 'records', parameters);
      assert.deepEqual([status, Object.keys(asError(body).errors ?? {})], [400, [name]]);
    }
    const unknown = await client.call('POST', 'records', { app: 99, records: [] });
    assert.deepEqual([unknown.status, unknown.body.code], [404, 'GAIA_AP01']);
  });

  describe('in bulk', () => {
    it('keeps all parts and answers each', async () => {
      const { status, body } = await client.bulk([
        postPart(many(2)),
        {
          method: 'PUT',
          api: '/k/v1/record.json',
          payload: { app: 1, id: 1, record: { 国: { value: '米国' } } },
        },
        { method: 'DELETE', api: '/k/v1/records.json', payload: { app: 1, ids: [2] } },
      ]);
      assert.equal(status, 200);
      assert.deepEqual(body, {
        results: [{ ids: ['1', '2'], revisions: ['1', '1'] }, { revision: '2' }, {}],
      });
      assert.deepEqual(codes(), ['C0']);
    });

    it('takes 2,000 records at once, in order', async () => {
      const parts = Array.from({ length: 20 }, (_, part) => postPart(many(100, `${part}-`)));
      const { body } = await client.bulk(parts);
      const ids = (body.results as { ids: string[] }[]).flatMap((result) => result.ids);
      assert.deepEqual(
        ids,
        Array.from({ length: 2000 }, (_, index) => String(index + 1)),
      );
    });

    it('keeps nothing when one part fails, and names only that part', async () => {
      await post([customer('old')]);
      const { status, body, headers } = await client.bulk(
        [
          postPart(many(2)),
          { method: 'PUT', api: '/k/v1/record.json', payload: { app: 1, id: 1, record: customer('new') } },
          postPart([customer('D', { ランク: 'Z' }), customer('E', { ランク: 'Y' })]),
          postPart([customer('F', { ランク: 'X' })]),
        ],
        { language: 'en' },
      );
      const results = body.results as object[];
      assert.equal(status, 400);
      assert.ok(headers.get('x-cybozu-error'));
      assert.deepEqual(
        results.map((result) => Object.keys(result)),
        [[], [], ['code', 'id', 'message', 'errors'], []],
      );
      assert.deepEqual(Object.keys(asError(results[2]).errors ?? {}), [
        'records[0].ランク.value',
        'records[1].ランク.value',
      ]);
      assert.deepEqual(codes(), ['old']);
      assert.equal((await post([customer('new'), ...many(2)])).status, 200);
    });

    it('answers with the status of the failing part', async () => {
      const { status, body } = await client.bulk([
        postPart(many(1)),
        { method: 'PUT', api: '/k/v1/record.json', payload: { app: 1, id: 1, revision: 5, record: {} } },
      ]);
      assert.equal(status, 409);
      assert.equal(asError((body.results as object[])[1]).code, 'GAIA_CO02');
      assert.equal(sandbox.control.count('1'), 0);
    });

    it('sees a duplicate of an earlier part', async () => {
      const { status } = await client.bulk([postPart(many(1)), postPart(many(1))]);
      assert.equal(status, 400);
      assert.equal(sandbox.control.count('1'), 0);
    });

    it('brings deleted records back when a later part fails', async () => {
      await post(many(2));
      await client.bulk([
        { method: 'DELETE', api: '/k/v1/records.json', payload: { app: 1, ids: [1, 2] } },
        postPart([customer('')]),
      ]);
      assert.deepEqual(codes(), ['C0', 'C1']);
      assert.equal((await post(many(1))).status, 400);
    });

    it('refuses the 21st part, and what is no write', async () => {
      const tooMany = await client.bulk(Array.from({ length: 21 }, () => postPart([])));
      assert.deepEqual(
        [tooMany.status, Object.keys(asError(tooMany.body).errors ?? {})],
        [400, ['requests']],
      );
      const read = await client.bulk([{ method: 'GET', api: '/k/v1/records.json', payload: { app: 1 } }]);
      assert.deepEqual(
        [read.status, Object.keys(asError(read.body).errors ?? {})],
        [400, ['requests[0].api']],
      );
    });
  });
});
