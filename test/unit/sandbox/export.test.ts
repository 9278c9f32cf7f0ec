import assert from 'node:assert/strict';
import type { Sandbox } from '../../../src/sandbox/server';
import { startSandbox } from '../../../src/sandbox/server';
import { Client, customer } from './client';

describe("the file Kintone's own screen exports", () => {
  let sandbox: Sandbox;
  let client: Client;

  before(async () => {
    sandbox = await startSandbox({ samples: false });
    client = new Client(sandbox.kintone);
  });
  beforeEach(() => sandbox.control.reset());
  after(() => sandbox.close());

  const add = async (app: number, record: object) => {
    const { status, body } = await client.call('POST', 'record', { app, record });
    assert.equal(status, 200, JSON.stringify(body));
  };
  /** Header, and rows as objects by the names of their columns. */
  const rowsOf = (text: string) => {
    assert.ok(text.startsWith('\uFEFF'));
    const [head = [], ...rows] = text
      .slice(1)
      .trimEnd()
      .split('\r\n')
      .map((line) =>
        [...line.matchAll(/"((?:[^"]|"")*)"/g)].map(([, cell = '']) => cell.replaceAll('""', '"')),
      );
    return { head, rows: rows.map((row) => Object.fromEntries(head.map((name, at) => [name, row[at]]))) };
  };

  it('names fields, gives options a column each, and people by code', async () => {
    await add(
      1,
      customer('A', {
        会社名: 'say "hi"',
        興味: ['製品', 'イベント'],
        担当者: [{ code: 'sato' }, { code: 'ito' }],
        最終訪問: '2026-01-02T03:04:00Z',
        契約日: '2026-01-02',
        月額: '1200',
      }),
    );
    const { head, rows } = rowsOf(
      sandbox.control.exportText('1', { language: 'en', timeZone: 'Asia/Tokyo' }),
    );
    assert.equal(head.includes('New record flag'), false, 'an app without a table has no such column');
    const [row = {}] = rows;
    assert.equal(row.Company, 'say "hi"');
    assert.deepEqual(
      ['製品', '研修', 'サポート', 'イベント'].map((option) => row[`Interests[${option}]`]),
      ['1', '', '', '1'],
    );
    assert.equal(row['Person in charge'], 'sato\nito');
    assert.equal(row['Last visit'], '2026-01-02 12:04');
    assert.equal(row['Contract date'], '2026-01-02');
    assert.equal(row['Yearly fee'], '14400');
    assert.equal(row['Record number'], '1');
    assert.equal(row['Created by'], 'admin');
    assert.match(row['Created datetime'] ?? '', /^\d{4}-\d\d-\d\d \d\d:\d\d$/);
    assert.equal('Status' in row, false);
  });

  it('marks where a record begins and repeats what is outside of the table', async () => {
    const item = (name: string, count: string, extras: string[] = []) => ({
      value: { 商品名: { value: name }, 数量: { value: count }, 付属: { value: extras } },
    });
    const order = (number: string, rows: object[]) => ({
      注文番号: { value: number },
      明細: { value: rows },
    });
    await add(6, order('J-1', [item('Pen', '1'), item('Ink', '2', ['包装'])]));
    await add(6, order('J-2', []));
    const { head, rows } = rowsOf(sandbox.control.exportText('6'));
    assert.equal(head[0], 'レコードの開始行');
    assert.equal(head.includes('添付書類'), false, 'files are not exported');
    assert.deepEqual(
      rows
        .filter((row) => row['注文番号'] === 'J-1')
        .map((row) => [row['レコードの開始行'], row['商品名'], row['数量'], row['付属[包装]']]),
      [
        ['*', 'Pen', '1', ''],
        ['', 'Ink', '2', '1'],
      ],
    );
    assert.deepEqual(
      rows.filter((row) => row['注文番号'] === 'J-2').map((row) => [row['レコードの開始行'], row['商品名']]),
      [['*', '']],
    );
    assert.equal(rows[0]?.['注文番号'], 'J-2', 'newest first');
  });

  it('comes over HTTP in the language that is asked for', async () => {
    await add(1, customer('A'));
    const get = (query: string, token = sandbox.kintone.controlToken) =>
      fetch(`${sandbox.kintone.baseUrl}/sandbox/export?${query}`, {
        headers: { authorization: `Bearer ${token}` },
      });
    const response = await get('app=1&lang=en&timeZone=UTC');
    assert.equal(response.headers.get('content-type'), 'text/csv;charset=utf-8');
    const bytes = Buffer.from(await response.arrayBuffer());
    assert.equal(
      bytes.toString('utf8'),
      sandbox.control.exportText('1', { language: 'en', timeZone: 'UTC' }),
    );
    assert.deepEqual([...bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf]);
    assert.ok((await (await get('app=1')).text()).includes('"顧客コード"'));
    assert.equal((await get('app=99')).status, 404);
    assert.equal((await get('app=1&timeZone=Mars/Olympus')).status, 400);
    assert.equal((await get('app=1', 'guess')).status, 401);
  });

  it("is linked from the app's page, and kept from those who may not see the app", async () => {
    await add(1, customer('A'));
    const open = (path: string) =>
      fetch(`${sandbox.kintone.baseUrl}${path}`, { headers: { 'accept-language': 'en' } });
    const page = await (await open('/k/guest/7/4/')).text();
    assert.ok(page.includes('href="/k/guest/7/4/export.csv"'));
    assert.equal((await open('/k/guest/7/4/export.csv')).status, 200);
    const response = await open('/k/1/export.csv');
    assert.match(response.headers.get('content-disposition') ?? '', /^attachment; filename="app1\.csv"$/);
    assert.ok((await response.text()).includes('"Customer code"'));
    for (const path of ['/k/4/export.csv', '/k/5/export.csv', '/k/99/export.csv']) {
      assert.equal((await open(path)).status, 404, path);
    }
  });
});
