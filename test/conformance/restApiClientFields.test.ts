import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { KintoneRestAPIError } from '@kintone/rest-api-client';
import type { KintoneRestAPIClient } from '@kintone/rest-api-client';
import { startSandbox } from '../../src/sandbox/server';
import type { Sandbox } from '../../src/sandbox/server';
import { apiError, clientOf } from './support/apiClient';
import { versionOf } from './support/officialCli';

const CUSTOMERS = '1';
const ORDERS = '6';
const EVERYTHING = '7';

type Cell = Readonly<Record<string, { readonly value: unknown }>>;

describe(`Tables, files, lookups and cursors, judged by @kintone/rest-api-client ${versionOf('@kintone/rest-api-client')}`, () => {
  let sandbox: Sandbox;
  let client: KintoneRestAPIClient;

  before(async () => {
    sandbox = await startSandbox({ samples: false });
    client = clientOf(sandbox);
  });
  beforeEach(() => sandbox.control.reset());
  after(() => sandbox.close());

  const read = async (app: string, id: string) => (await client.record.getRecord({ app, id })).record;
  const add = (app: string, record: Cell) => client.record.addRecord({ app, record });
  const upload = (name: string, data: Buffer | string) => client.file.uploadFile({ file: { name, data } });

  describe('a table', () => {
    interface Row {
      readonly id: string;
      readonly value: Cell;
    }
    const rowsOf = async (id: string): Promise<Row[]> => (await read(EVERYTHING, id)).details?.value as Row[];
    const textsOf = (rows: readonly Row[]): unknown[] => rows.map(({ value }) => value.row_text?.value);
    const row = (text: string, id?: string) => ({
      ...(id === undefined ? {} : { id }),
      value: { row_text: { value: text } },
    });
    const change = (id: string, details: unknown[]) =>
      client.record.updateRecord({ app: EVERYTHING, id, record: { details: { value: details } } });

    it('keeps its rows in order, with ids, defaults and calculated values', async () => {
      const { id } = await add(EVERYTHING, {
        key: { value: 'A' },
        details: { value: [{ value: { row_text: { value: 'a' }, row_number: { value: '2.5' } } }, row('b')] },
      });
      const rows = await rowsOf(id);
      assert.deepEqual(textsOf(rows), ['a', 'b']);
      assert.equal(new Set(rows.map((one) => one.id)).size, 2);
      assert.deepEqual(rows[0]?.value.row_twice, { type: 'CALC', value: '5' });
      assert.deepEqual(rows[1]?.value.row_check, { type: 'CHECK_BOX', value: ['X'] });
    });

    it('takes back rows by their id, makes rows without one, and deletes those that are not named', async () => {
      const { id } = await add(EVERYTHING, {
        key: { value: 'A' },
        details: { value: [row('a'), row('b'), row('c')] },
      });
      const [first, , third] = await rowsOf(id);
      await change(id, [row('c changed', third?.id), row('new'), { id: first?.id }]);
      const rows = await rowsOf(id);
      assert.deepEqual(textsOf(rows), ['c changed', 'new', 'a']);
      assert.deepEqual([rows[0]?.id, rows[2]?.id], [third?.id, first?.id]);
    });

    it('keeps its rows when it is not named, and loses them when it is empty', async () => {
      const { id } = await add(EVERYTHING, { key: { value: 'A' }, details: { value: [row('a')] } });
      await client.record.updateRecord({ app: EVERYTHING, id, record: { 数値: { value: '1' } } });
      assert.equal((await rowsOf(id)).length, 1);
      await change(id, []);
      assert.equal((await rowsOf(id)).length, 0);
    });

    it('names row and field of what is wrong in it', async () => {
      const details = {
        value: [row('a'), { value: { row_text: { value: '' }, row_number: { value: '100' } } }],
      };
      await assert.rejects(add(EVERYTHING, { key: { value: 'A' }, details }), (error: unknown) => {
        assert.ok(apiError(400, 'CB_VA01')(error));
        assert.deepEqual(Object.keys((error as { errors: object }).errors).sort(), [
          'record.details.value[1].value.row_number.value',
          'record.details.value[1].value.row_text.value',
        ]);
        return true;
      });
    });
  });

  describe('files', () => {
    it('come back byte for byte, from a buffer and from the disk, under their names', async () => {
      const folder = await mkdtemp(path.join(tmpdir(), 'api-files-'));
      try {
        const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, index) => index % 256));
        const onDisk = path.join(folder, '図面 1.bin');
        await writeFile(onDisk, bytes);
        const keys = [
          await upload('メモ.txt', 'text'),
          await client.file.uploadFile({ file: { path: onDisk } }),
        ];
        const { id } = await add(EVERYTHING, { key: { value: 'A' }, files: { value: keys } });
        const files = (await read(EVERYTHING, id)).files?.value as {
          fileKey: string;
          name: string;
          size: string;
        }[];
        assert.deepEqual(
          files.map(({ name, size }) => [name, size]),
          [
            ['メモ.txt', '4'],
            ['図面 1.bin', '70000'],
          ],
        );
        const back = await client.file.downloadFile({ fileKey: files[1]?.fileKey ?? '' });
        assert.ok(Buffer.from(back).equals(bytes));
      } finally {
        await rm(folder, { recursive: true });
      }
    });

    it('can’t be attached by a key that nobody was given, nor read by an upload key', async () => {
      const files = { value: [{ fileKey: 'unknown' }] };
      await assert.rejects(add(EVERYTHING, { key: { value: 'A' }, files }), apiError(404, 'GAIA_BL01'));
      const { fileKey } = await upload('a.txt', 'a');
      await assert.rejects(client.file.downloadFile({ fileKey }), (error: unknown) => {
        assert.ok(error instanceof KintoneRestAPIError); // which does not read a code where it expects a file
        assert.equal(error.status, 404);
        return true;
      });
    });
  });

  describe('a lookup', () => {
    beforeEach(() =>
      add(CUSTOMERS, {
        顧客コード: { value: 'C-1' },
        会社名: { value: '株式会社一' },
        従業員数: { value: '10' },
      }),
    );

    it('copies what the other app has, whatever is sent for the copies', async () => {
      const { id } = await add(EVERYTHING, {
        key: { value: 'A' },
        customer: { value: 'C-1' },
        customer_name: { value: 'other' },
      });
      const record = await read(EVERYTHING, id);
      assert.equal(record.customer_name?.value, '株式会社一');
      assert.equal(record.customer_size?.value, '10');
    });

    it('clears the copies with its key', async () => {
      const { id } = await add(EVERYTHING, { key: { value: 'A' }, customer: { value: 'C-1' } });
      await client.record.updateRecord({ app: EVERYTHING, id, record: { customer: { value: '' } } });
      assert.equal((await read(EVERYTHING, id)).customer_name?.value, '');
    });

    it('refuses a key that the other app does not have, naming no record', async () => {
      await assert.rejects(
        client.record.addRecords({
          app: EVERYTHING,
          records: [{ key: { value: 'A' } }, { key: { value: 'B' }, customer: { value: 'C-2' } }],
        }),
        (error: unknown) => {
          assert.ok(apiError(400, 'GAIA_LO04')(error));
          assert.equal((error as { errors?: unknown }).errors, undefined);
          return true;
        },
      );
      assert.equal(sandbox.control.count(EVERYTHING), 0);
    });
  });

  describe('one record', () => {
    it('is added where its key is new, and changed where it is not', async () => {
      const updateKey = { field: 'key', value: 'A' };
      const upsert = (value: string) =>
        client.record.upsertRecord({ app: EVERYTHING, updateKey, record: { 数値: { value } } });
      const first = await upsert('1');
      const second = await upsert('2');
      assert.deepEqual([first.id, second.id], [second.id, first.id]);
      assert.deepEqual([first.revision, second.revision], ['1', '2']);
      assert.equal(sandbox.control.count(EVERYTHING), 1);
    });

    it('says when and by whom it was made, where that is given', async () => {
      const { id } = await add(EVERYTHING, {
        key: { value: 'A' },
        作成者: { value: { code: 'sato' } },
        作成日時: { value: '2020-01-02T03:04:59Z' },
      });
      const record = await read(EVERYTHING, id);
      assert.deepEqual(record.作成者, { type: 'CREATOR', value: { code: 'sato', name: '佐藤 花子' } });
      assert.deepEqual(record.作成日時, { type: 'CREATED_TIME', value: '2020-01-02T03:04:00Z' });
    });
  });

  describe('a cursor', () => {
    const some = (count: number) =>
      client.record.addAllRecords({
        app: EVERYTHING,
        records: Array.from({ length: count }, (_, index) => ({
          key: { value: `K-${index}` },
          数値: { value: String(index) },
        })),
      });

    it('gives page after page of what a query chooses, in its order, and ends with the last', async () => {
      await some(25);
      const { id, totalCount } = await client.record.createCursor({
        app: EVERYTHING,
        fields: ['key'],
        query: '数値 >= 5 order by 数値 desc',
        size: 15,
      });
      assert.equal(totalCount, '20');
      const first = await client.record.getRecordsByCursor({ id });
      assert.deepEqual(first.records[0], { key: { type: 'SINGLE_LINE_TEXT', value: 'K-24' } });
      assert.deepEqual([first.records.length, first.next], [15, true]);
      const second = await client.record.getRecordsByCursor({ id });
      assert.deepEqual([second.records.length, second.next], [5, false]);
      await assert.rejects(client.record.getRecordsByCursor({ id }), apiError(404, 'GAIA_CN01'));
    });

    it('is closed when it is deleted, and eleven are too many', async () => {
      await some(1);
      const open = () => client.record.createCursor({ app: EVERYTHING, size: 1 });
      const cursors = await Promise.all(Array.from({ length: 10 }, open));
      await assert.rejects(open(), apiError(429, 'GAIA_TM12'));
      for (const { id } of cursors) await client.record.deleteCursor({ id });
      await open();
    });

    it('reads all that a query chooses', async () => {
      await some(620);
      const records = await client.record.getAllRecordsWithCursor({
        app: EVERYTHING,
        fields: ['数値'],
        query: '数値 < 510 order by 数値 asc',
      });
      assert.equal(records.length, 510);
      assert.equal(records.at(-1)?.数値?.value, '509');
    });

    it('or the id reads all that a condition chooses, by the client’s own choice', async () => {
      await some(30);
      const condition = '数値 >= 10';
      const byId = await client.record.getAllRecords({ app: EVERYTHING, condition, withCursor: false });
      const ordered = await client.record.getAllRecords({ app: EVERYTHING, condition, orderBy: '数値 desc' });
      assert.equal(byId.length, 20);
      assert.equal(ordered[0]?.数値?.value, '29');
    });
  });

  it('rights of records and fields are told for each person', async () => {
    const { restricted } = sandbox.kintone.otherUsers;
    const { ids } = await client.record.addRecords({
      app: ORDERS,
      records: ['受付', '取消'].map((state, index) => ({
        注文番号: { value: `N-${index}` },
        状況: { value: state },
      })),
    });
    const person = clientOf(sandbox, { auth: restricted });
    const { rights } = await person.app.evaluateRecordsAcl({ app: ORDERS, ids });
    assert.deepEqual(
      rights.map(({ record }) => [record.viewable, record.editable]),
      [
        [true, true],
        [false, false],
      ],
    );
    assert.deepEqual(rights[0]?.fields.社内メモ, { viewable: true, editable: false });
  });
});
