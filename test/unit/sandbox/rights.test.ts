import assert from 'node:assert/strict';
import type { Sandbox } from '../../../src/sandbox/server';
import { startSandbox } from '../../../src/sandbox/server';
import type { Right } from '../../../src/sandbox/auth';
import type { Reply } from './client';
import { asError, cells, Client, customer } from './client';

type WireRecord = Record<string, { value: unknown }>;

const RECORD_RIGHTS: readonly Right[] = ['view', 'add', 'edit', 'delete'];

describe('rights of records and fields in the sandbox', () => {
  let sandbox: Sandbox;
  let client: Client;

  before(async () => {
    sandbox = await startSandbox();
    client = new Client(sandbox.kintone);
    for (const name of ['sato', 'suzuki']) {
      sandbox.control.addUser({ name, password: 'x', rights: RECORD_RIGHTS });
    }
  });
  after(async () => sandbox.close());
  beforeEach(() => sandbox.control.reset());

  const as = async (name: string, method: string, api: string, parameters: object): Promise<Reply> => {
    const header = Buffer.from(`${name}:x`).toString('base64');
    const headers = { 'X-Cybozu-Authorization': header };
    return client.call(method, api, parameters, { headers });
  };
  const code = ({ status, body }: Reply) => [status, body.code];
  const order = (values: Record<string, unknown>) => ({ app: 6, record: cells(values) });

  it('refuses a field without the right to edit it, and names it', async () => {
    const added = await as('sato', 'POST', 'record', order({ 注文番号: 'N1', 社内メモ: 'x' }));
    assert.deepEqual([...code(added), added.body.errors], [403, 'GAIA_FU01', undefined]);
    assert.match(asError(added.body).message, /社内メモ/);
    const changed = await as('sato', 'PUT', 'record', { id: 1, ...order({ 社内メモ: 'x' }) });
    assert.deepEqual(code(changed), [403, 'GAIA_FU01']);
    assert.equal((await as('sato', 'PUT', 'record', { id: 1, ...order({ 備考: 'x' }) })).status, 200);
    assert.equal(
      (await as('suzuki', 'POST', 'record', order({ 注文番号: 'N1', 社内メモ: 'x' }))).status,
      200,
    );
  });

  it('replies no field that a user may not see, and does not let it be written', async () => {
    const one = await as('suzuki', 'GET', 'record', { app: 7, id: 2 });
    const record = one.body.record as WireRecord;
    assert.deepEqual([record.rich, record.$id?.value, record.key?.value], [undefined, '2', 'all-filled']);
    const many = await as('suzuki', 'GET', 'records', { app: 7, fields: ['rich', 'key'] });
    assert.deepEqual(Object.keys((many.body.records as WireRecord[])[0] ?? {}), ['key']);
    const cursor = await as('suzuki', 'POST', 'records/cursor', { app: 7, fields: ['rich', 'key'] });
    const page = await as('suzuki', 'GET', 'records/cursor', { id: cursor.body.id });
    assert.deepEqual(Object.keys((page.body.records as WireRecord[])[0] ?? {}), ['key']);
    const change = { app: 7, id: 2, record: cells({ rich: 'x' }) };
    assert.deepEqual(code(await as('suzuki', 'PUT', 'record', change)), [403, 'GAIA_FU01']);
    assert.equal((await as('sato', 'PUT', 'record', change)).status, 200);
    const details = { app: 7, id: 2, record: cells({ details: [] }) };
    assert.deepEqual(code(await as('sato', 'PUT', 'record', details)), [403, 'GAIA_FU01']);
  });

  it('does not hold tokens to the rights of a person', async () => {
    const reply = await client.call('POST', 'record', order({ 注文番号: 'N1', 社内メモ: 'x' }), {
      tokens: [client.token('6')],
    });
    assert.equal(reply.status, 200);
  });

  it('keeps records from a user who may not view them', async () => {
    assert.deepEqual(code(await as('sato', 'GET', 'record', { app: 6, id: 3 })), [403, 'CB_NO02']);
    const all = await as('sato', 'GET', 'records', { app: 6, totalCount: true, fields: ['$id'] });
    assert.deepEqual(
      [(all.body.records as WireRecord[]).map(({ $id }) => $id?.value), all.body.totalCount],
      [['2', '1'], '2'],
    );
    const cursor = await as('sato', 'POST', 'records/cursor', { app: 6 });
    assert.equal(cursor.body.totalCount, '2');
    const other = await as('suzuki', 'GET', 'records', { app: 6 });
    assert.equal((other.body.records as unknown[]).length, 3);
  });

  it('refuses to change or delete records a user may not, and keeps the others of the request', async () => {
    const records = [1, 3].map((id) => ({ id, record: cells({ 備考: 'x' }) }));
    assert.deepEqual(code(await as('suzuki', 'PUT', 'records', { app: 6, records })), [403, 'CB_NO02']);
    assert.deepEqual(code(await as('suzuki', 'DELETE', 'records', { app: 6, ids: [1, 3] })), [
      403,
      'CB_NO02',
    ]);
    assert.deepEqual(
      sandbox.control.records('6').map(({ 備考 }) => 備考),
      ['', '', ''],
    );
    assert.equal((await as('suzuki', 'DELETE', 'records', { app: 6, ids: [1, 2] })).status, 200);
  });

  it('tells what a user may do with records and fields', async () => {
    const { body } = await as('suzuki', 'GET', 'records/acl/evaluate', { app: 6, ids: [1, 3] });
    interface Right {
      viewable: boolean;
      editable: boolean;
    }
    const [first, third] = body.rights as { id: string; record: object; fields: Record<string, Right> }[];
    assert.deepEqual([first?.id, first?.record], ['1', { viewable: true, editable: true, deletable: true }]);
    assert.deepEqual(third?.record, { viewable: true, editable: false, deletable: false });
    const sato = await as('sato', 'GET', 'records/acl/evaluate', { app: 6, ids: [1] });
    const [{ fields } = { fields: {} }] = sato.body.rights as { fields: Record<string, Right> }[];
    assert.deepEqual(fields.社内メモ, { viewable: true, editable: false });
    assert.deepEqual(fields.商品名, { viewable: true, editable: true });
    assert.deepEqual([fields.合計, fields.作成者], [undefined, undefined]);
  });

  it('evaluates rights for existing records and people alone', async () => {
    assert.deepEqual(code(await as('suzuki', 'GET', 'records/acl/evaluate', { app: 6, ids: [99] })), [
      404,
      'GAIA_RE01',
    ]);
    const tokens = [client.token('6')];
    const byToken = await client.call('GET', 'records/acl/evaluate', { app: 6, ids: [1] }, { tokens });
    assert.deepEqual(code(byToken), [403, 'GAIA_NO01']);
    const without = await client.call('GET', 'records/acl/evaluate', { app: 6 });
    assert.deepEqual(Object.keys(asError(without.body).errors ?? {}), ['ids']);
  });

  it('refuses every call to an app the user may not see', async () => {
    const calls: [string, string, object][] = [
      ['GET', 'record', { id: 1 }],
      ['GET', 'records', {}],
      ['POST', 'records/cursor', {}],
      ['POST', 'record', { record: {} }],
      ['PUT', 'records', { records: [] }],
      ['DELETE', 'records', { ids: [1] }],
      ['GET', 'records/acl/evaluate', { ids: [1] }],
    ];
    for (const [method, api, parameters] of calls) {
      const reply = await client.call(method, api, { app: 5, ...parameters });
      assert.deepEqual(code(reply), [403, 'CB_NO02'], `${method} ${api}`);
    }
  });

  describe('who and when', () => {
    const stamps = {
      作成者: { code: 'tanaka' },
      作成日時: '2020-01-02T03:04:56Z',
      更新者: { code: 'ito' },
      更新日時: '2021-01-02T12:04+09:00',
    };

    it('are taken with a new record from someone who manages the app', async () => {
      const { body } = await client.call('POST', 'record', { app: 1, record: customer('A', stamps) });
      const { body: read } = await client.call('GET', 'record', { app: 1, id: body.id });
      const record = read.record as WireRecord;
      assert.deepEqual(
        Object.keys(stamps).map((one) => record[one]?.value),
        [
          { code: 'tanaka', name: '田中 美咲' },
          '2020-01-02T03:04:00Z',
          { code: 'ito', name: '伊藤 健' },
          '2021-01-02T03:04:00Z',
        ],
      );
    });

    it('are refused with a change', async () => {
      await client.call('POST', 'record', { app: 1, record: customer('A') });
      for (const [field, value] of Object.entries(stamps)) {
        const reply = await client.call('PUT', 'record', {
          app: 1,
          id: 1,
          record: cells({ [field]: value }),
        });
        assert.deepEqual(code(reply), [403, 'CB_NO02'], field);
      }
    });

    it('name a user who exists and a time', async () => {
      const unknown = await client.call('POST', 'record', {
        app: 1,
        record: customer('A', { 作成者: { code: 'x' } }),
      });
      assert.deepEqual(code(unknown), [400, 'GAIA_IL26']);
      const shape = await client.call('POST', 'record', {
        app: 1,
        record: customer('A', { 作成者: 'sato' }),
      });
      assert.deepEqual(code(shape), [400, 'CB_IJ01']);
      const records = [customer('A'), customer('B', { 更新日時: 'yesterday' })];
      const { body } = await client.call('POST', 'records', { app: 1, records });
      assert.deepEqual(Object.keys(asError(body).errors ?? {}), ['records[1].更新日時.value']);
    });

    it('stay with a record that is added by an upsert', async () => {
      const records = [{ updateKey: { field: '顧客コード', value: 'U' }, record: customerWithout(stamps) }];
      const { status } = await client.call('PUT', 'records', { app: 1, upsert: true, records });
      assert.equal(status, 200);
      const { body } = await client.call('GET', 'record', { app: 1, id: 1 });
      assert.equal((body.record as WireRecord).作成日時?.value, '2020-01-02T03:04:00Z');
    });
  });
});

/** A customer whose key is not among its values. */
function customerWithout(changes: Record<string, unknown>): Record<string, { value: unknown }> {
  return cells({ 会社名: '会社', ...changes });
}
