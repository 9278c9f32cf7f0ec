import assert from 'node:assert/strict';
import { KintoneAllRecordsError, KintoneRestAPIClient, KintoneRestAPIError } from '@kintone/rest-api-client';
import { startSandbox } from '../../src/sandbox/server';
import type { Sandbox } from '../../src/sandbox/server';
import { apiError } from './support/apiClient';
import { versionOf } from './support/officialCli';

const CUSTOMERS = '1';

describe(`The sandbox, judged by @kintone/rest-api-client ${versionOf('@kintone/rest-api-client')}`, () => {
  let sandbox: Sandbox;
  let client: KintoneRestAPIClient;

  before(async () => {
    sandbox = await startSandbox();
    const { baseUrl, username, password } = sandbox.kintone;
    client = new KintoneRestAPIClient({ baseUrl, auth: { username, password } });
  });
  beforeEach(() => sandbox.control.reset());
  after(() => sandbox.close());

  describe('records', () => {
    it('are added one by one and read again as they were', async () => {
      const { id, revision } = await client.record.addRecord({ app: CUSTOMERS, record: customer(1) });
      assert.equal(revision, '1');
      const { record } = await client.record.getRecord({ app: CUSTOMERS, id });
      assert.deepEqual(record.$id, { type: '__ID__', value: id });
      assert.deepEqual(record.会社名, { type: 'SINGLE_LINE_TEXT', value: 'Company 1' });
    });

    it('are added by the hundred, with ids and revisions in order', async () => {
      const { ids, revisions } = await client.record.addRecords({ app: CUSTOMERS, records: customers(100) });
      assert.equal(ids.length, 100);
      assert.deepEqual(
        ids,
        [...ids].sort((a, b) => Number(a) - Number(b)),
      );
      assert.ok(revisions.every((revision) => revision === '1'));
    });

    it('change by id and by update key, and refuse a revision that has moved on', async () => {
      const { id } = await client.record.addRecord({ app: CUSTOMERS, record: customer(1) });
      const change = { 会社名: { value: 'Changed' } };
      const first = await client.record.updateRecord({ app: CUSTOMERS, id, record: change, revision: 1 });
      assert.equal(first.revision, '2');
      const updateKey = { field: '顧客コード', value: 'C00001' };
      const second = await client.record.updateRecord({ app: CUSTOMERS, updateKey, record: customerName(2) });
      assert.equal(second.revision, '3');
      await assert.rejects(
        client.record.updateRecord({ app: CUSTOMERS, id, record: change, revision: 1 }),
        apiError(409, 'GAIA_CO02'),
      );
    });

    it('are added or updated in one request, and the answer says which', async () => {
      await client.record.addRecord({ app: CUSTOMERS, record: customer(1) });
      const { records } = await client.record.updateRecords({
        app: CUSTOMERS,
        upsert: true,
        records: [1, 2].map((number) => ({
          updateKey: { field: '顧客コード', value: codeOf(number) },
          record: customerName(number),
        })),
      });
      assert.deepEqual(
        records.map((record) => ('operation' in record ? record.operation : null)),
        ['UPDATE', 'INSERT'],
      );
    });

    it('are deleted all or none', async () => {
      const { ids } = await client.record.addRecords({ app: CUSTOMERS, records: customers(3) });
      const gone = { app: CUSTOMERS, ids: [...ids, '99999'] };
      await assert.rejects(client.record.deleteRecords(gone), apiError(404, 'GAIA_RE01'));
      assert.equal(sandbox.control.count(CUSTOMERS), 3);
      await client.record.deleteRecords({ app: CUSTOMERS, ids });
      assert.equal(sandbox.control.count(CUSTOMERS), 0);
    });

    it('are found by a query longer than an address may be', async () => {
      await client.record.addRecords({ app: CUSTOMERS, records: customers(100) });
      const keys = Array.from({ length: 400 }, (_, index) => `"${codeOf(index + 1)}-${'x'.repeat(20)}"`);
      const query = `顧客コード in (${[...keys, '"C00007"'].join(',')})`;
      const { records, totalCount } = await client.record.getRecords({
        app: CUSTOMERS,
        query,
        fields: ['顧客コード'],
        totalCount: true,
      });
      assert.equal(totalCount, '1');
      assert.deepEqual(records[0]?.顧客コード?.value, 'C00007');
    });

    for (const way of ['id', 'cursor', 'offset'] as const) {
      it(`are all read by ${way}`, async () => {
        await client.record.addAllRecords({ app: CUSTOMERS, records: customers(1_234) });
        assert.equal((await readAll(way)).length, 1_234);
      });
    }

    const readAll = (way: 'id' | 'cursor' | 'offset') => {
      switch (way) {
        case 'id':
          return client.record.getAllRecordsWithId({ app: CUSTOMERS });
        case 'cursor':
          return client.record.getAllRecordsWithCursor({ app: CUSTOMERS });
        case 'offset':
          return client.record.getAllRecordsWithOffset({ app: CUSTOMERS });
      }
    };
  });

  describe('thousands of records', () => {
    it('are added in blocks of 2,000 by bulk requests', async () => {
      const { records } = await client.record.addAllRecords({ app: CUSTOMERS, records: customers(4_500) });
      assert.equal(records.length, 4_500);
      const bulk = sandbox.control.log().requests.filter(({ path }) => path.endsWith('bulkRequest.json'));
      assert.equal(bulk.length, 3);
    });

    it('are changed and deleted in blocks', async () => {
      const { records } = await client.record.addAllRecords({ app: CUSTOMERS, records: customers(2_100) });
      const updates = records.map(({ id }, index) => ({ id, record: customerName(index), revision: '1' }));
      const updated = await client.record.updateAllRecords({ app: CUSTOMERS, records: updates });
      assert.ok(updated.records.every(({ revision }) => revision === '2'));
      await client.record.deleteAllRecords({
        app: CUSTOMERS,
        records: records.map(({ id }) => ({ id })),
      });
      assert.equal(sandbox.control.count(CUSTOMERS), 0);
    });

    it('stop at a bad one, which is named by its place among all', async () => {
      const records = customers(5_000);
      records[2_499] = customerName(1);
      await assert.rejects(client.record.addAllRecords({ app: CUSTOMERS, records }), (error: unknown) => {
        assert.ok(error instanceof KintoneAllRecordsError);
        assert.equal(error.errorIndex, 2_499);
        assert.equal(error.numOfProcessedRecords, 2_000);
        assert.equal(error.unprocessedRecords.length, 3_000);
        assert.equal(error.numOfAllRecords, 5_000);
        assert.ok(error.error.bulkRequestIndex === 4);
        return true;
      });
      assert.equal(sandbox.control.count(CUSTOMERS), 2_000);
    });
  });

  describe('errors', () => {
    it('have status, code, id, message and the paths of what is wrong', async () => {
      await assert.rejects(
        client.record.addRecord({ app: CUSTOMERS, record: { 従業員数: { value: 'many' } } }),
        (error: unknown) => {
          assert.ok(error instanceof KintoneRestAPIError);
          assert.equal(error.status, 400);
          assert.equal(error.code, 'CB_VA01');
          assert.match(error.id, /^\w{20}$/);
          const errors = error.errors as Record<string, { messages: string[] }>;
          assert.ok('record[従業員数].value' in errors);
          assert.ok('record.会社名.value' in errors);
          return true;
        },
      );
    });

    it('tell a wrong password, an app that is not there and a query that is none', async () => {
      const { baseUrl, username } = sandbox.kintone;
      const stranger = new KintoneRestAPIClient({ baseUrl, auth: { username, password: 'x' } });
      await assert.rejects(stranger.app.getApp({ id: CUSTOMERS }), apiError(401, 'CB_WA01'));
      await assert.rejects(client.app.getApp({ id: '4711' }), apiError(404, 'GAIA_AP01'));
      await assert.rejects(
        client.record.getRecords({ app: CUSTOMERS, query: '顧客コード ~ "x"' }),
        apiError(400, 'CB_VA01'),
      );
    });

    it('are no API errors when a gateway or a broken connection is the cause', async () => {
      sandbox.control.setFaults({ fail: [{ method: 'GET', path: 'app.json', status: 503, html: true }] });
      await assert.rejects(client.app.getApp({ id: CUSTOMERS }), (error: unknown) => {
        assert.ok(!(error instanceof KintoneRestAPIError));
        assert.match(String(error), /503/);
        return true;
      });
    });
  });
});

function codeOf(number: number): string {
  return `C${String(number).padStart(5, '0')}`;
}

function customerName(number: number): Record<string, { value: unknown }> {
  return { 会社名: { value: `Company ${number}` } };
}

function customer(number: number): Record<string, { value: unknown }> {
  return { 顧客コード: { value: codeOf(number) }, ...customerName(number) };
}

function customers(count: number): Record<string, { value: unknown }>[] {
  return Array.from({ length: count }, (_, index) => customer(index + 1));
}
