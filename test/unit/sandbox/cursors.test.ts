import assert from 'node:assert/strict';
import type { Sandbox } from '../../../src/sandbox/server';
import { startSandbox } from '../../../src/sandbox/server';
import type { Reply } from './client';
import { asError, Client, customer } from './client';

type WireRecord = Record<string, { value: unknown }>;

describe('cursors of the sandbox', () => {
  let sandbox: Sandbox;
  let client: Client;

  before(async () => {
    sandbox = await startSandbox();
    client = new Client(sandbox.kintone);
  });
  after(async () => sandbox.close());

  beforeEach(async () => {
    sandbox.control.reset();
    const records = Array.from({ length: 7 }, (_, index) => customer(`C${index}`));
    assert.equal((await client.call('POST', 'records', { app: 1, records })).status, 200);
  });

  const create = async (parameters: object = {}): Promise<Reply> =>
    client.call('POST', 'records/cursor', { app: 1, ...parameters });
  const next = async (id: unknown): Promise<Reply> => client.call('GET', 'records/cursor', { id });
  const codesOf = ({ body }: Reply) =>
    (body.records as WireRecord[]).map((record) => record.顧客コード?.value);

  it('hands out all records page by page, and is gone with the last', async () => {
    const { body } = await create({ query: '顧客コード != "C3" order by 顧客コード asc', size: 4 });
    assert.equal(body.totalCount, '6');
    const first = await next(body.id);
    assert.deepEqual([codesOf(first), first.body.next], [['C0', 'C1', 'C2', 'C4'], true]);
    const second = await next(body.id);
    assert.deepEqual([codesOf(second), second.body.next], [['C5', 'C6'], false]);
    const third = await next(body.id);
    assert.deepEqual([third.status, third.body.code], [404, 'GAIA_CN01']);
  });

  it('gives the fields asked for', async () => {
    const { body } = await create({ fields: ['顧客コード', '$id'], size: 1 });
    const page = await next(body.id);
    const [record = {}] = page.body.records as WireRecord[];
    assert.deepEqual(Object.keys(record).sort(), ['$id', '顧客コード']);
  });

  it('shows records as they are when they are read, without those deleted since', async () => {
    const { body } = await create({ query: 'order by $id asc' });
    await client.call('DELETE', 'records', { app: 1, ids: [2] });
    await client.call('PUT', 'record', { app: 1, id: 1, record: { 顧客コード: { value: 'changed' } } });
    const page = await next(body.id);
    assert.deepEqual(codesOf(page), ['changed', 'C2', 'C3', 'C4', 'C5', 'C6']);
  });

  it('ends with DELETE', async () => {
    const { body } = await create();
    const ended = await client.call('DELETE', 'records/cursor', { id: body.id });
    assert.deepEqual([ended.status, ended.body], [200, {}]);
    const again = await client.call('DELETE', 'records/cursor', { id: body.id });
    assert.deepEqual([again.status, again.body.code], [404, 'GAIA_CN01']);
  });

  it('refuses the eleventh with 429 GAIA_TM12 until one ends', async () => {
    const all = await Promise.all(Array.from({ length: 10 }, async () => create()));
    assert.ok(all.every(({ status }) => status === 200));
    const { status, body } = await create();
    assert.deepEqual([status, body.code], [429, 'GAIA_TM12']);
    await next(all[0]?.body.id);
    assert.equal((await create()).status, 200);
  });

  it('takes sizes from 1 to 500', async () => {
    for (const size of [0, 501, 'x', 1.5]) {
      const { status, body } = await create({ size });
      assert.deepEqual([status, Object.keys(asError(body).errors ?? {})], [400, ['size']], String(size));
    }
    assert.equal((await create({ size: '500' })).status, 200);
  });

  it('refuses a query with limit or offset', async () => {
    for (const query of ['limit 10', 'offset 1']) {
      const { status, body } = await create({ query });
      assert.deepEqual([status, Object.keys(asError(body).errors ?? {})], [400, ['query']]);
    }
  });

  it('serves an empty result', async () => {
    const { body } = await create({ query: '$id > 100' });
    assert.equal(body.totalCount, '0');
    assert.deepEqual((await next(body.id)).body, { records: [], next: false });
  });

  it('needs the right to view, and an id', async () => {
    const { body } = await create();
    const tokens = [client.token('2')];
    assert.equal(
      (await client.call('GET', 'records/cursor', { id: body.id }, { tokens })).body.code,
      'GAIA_NO01',
    );
    const without = await client.call('GET', 'records/cursor');
    assert.deepEqual(Object.keys(asError(without.body).errors ?? {}), ['id']);
  });

  it('goes when it is not read for its time', async () => {
    const other = await startSandbox({ cursorLifetimeMs: 0 });
    const otherClient = new Client(other.kintone);
    const { body } = await otherClient.call('POST', 'records/cursor', { app: 6 });
    const read = await otherClient.call('GET', 'records/cursor', { id: body.id });
    await other.close();
    assert.deepEqual([read.status, read.body.code], [404, 'GAIA_CN01']);
  });
});
