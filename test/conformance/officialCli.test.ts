import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startSandbox } from '../../src/sandbox/server';
import type { Sandbox } from '../../src/sandbox/server';
import { officialCli, versionOf } from './support/officialCli';
import type { CliAccess } from './support/officialCli';
import type { Ended } from './support/runProgram';

const CUSTOMERS = '1';
const ORDERS = '6';

describe(`The sandbox, judged by @kintone/cli ${versionOf('@kintone/cli')}`, function () {
  this.timeout(60_000);
  let sandbox: Sandbox;
  let folder: string;

  before(async () => {
    sandbox = await startSandbox();
  });
  beforeEach(async () => {
    sandbox.control.reset();
    folder = await mkdtemp(path.join(tmpdir(), 'official-cli-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  after(() => sandbox.close());

  const access = (): CliAccess => {
    const { baseUrl, username, password } = sandbox.kintone;
    return { baseUrl, signIn: { username, password } };
  };
  const cli = (...args: string[]): Promise<Ended> => officialCli(access(), args);

  async function importing(app: string, text: string, ...options: string[]): Promise<Ended> {
    const file = path.join(folder, 'input.csv');
    await writeFile(file, text);
    return cli('import', '--app', app, '--file-path', file, ...options);
  }

  it('takes records with several choices, people and dates', async () => {
    const ended = await importing(
      CUSTOMERS,
      '顧客コード,会社名,興味,担当者,契約日,従業員数\nC-1,A,"製品\n研修","sato\nsuzuki",2026/01/02,12\n',
    );
    assert.equal(ended.code, 0, ended.err);
    const [record] = sandbox.control.records(CUSTOMERS);
    assert.deepEqual(record?.興味, ['製品', '研修']);
    assert.equal(record.契約日, '2026-01-02');
    assert.deepEqual(codesOf(record.担当者), ['sato', 'suzuki']);
  });

  it('adds and changes by an update key', async () => {
    await importing(CUSTOMERS, '顧客コード,会社名\nC-1,A\nC-2,B\n');
    const ended = await importing(
      CUSTOMERS,
      '顧客コード,会社名\nC-2,Changed\nC-3,New\n',
      '--update-key',
      '顧客コード',
    );
    assert.equal(ended.code, 0, ended.err);
    const records = sandbox.control.records(CUSTOMERS);
    assert.deepEqual(
      records.map((record) => [record.顧客コード, record.会社名, record.$revision]),
      [
        ['C-1', 'A', '1'],
        ['C-2', 'Changed', '2'],
        ['C-3', 'New', '1'],
      ],
    );
  });

  it('changes by record number, and adds where the number is blank', async () => {
    await importing(CUSTOMERS, '顧客コード,会社名\nC-1,A\n');
    const [first] = sandbox.control.records(CUSTOMERS);
    const ended = await importing(
      CUSTOMERS,
      `レコード番号,顧客コード,会社名\n${idOf(first)},C-1,Changed\n,C-2,New\n`,
      '--update-key',
      'レコード番号',
    );
    assert.equal(ended.code, 0, ended.err);
    assert.deepEqual(
      sandbox.control.records(CUSTOMERS).map((record) => record.会社名),
      ['Changed', 'New'],
    );
  });

  it('takes tables, and exports and takes them again without a difference', async () => {
    // The orders that the app has from the start look this customer up.
    const source = await importing(
      CUSTOMERS,
      '顧客コード,会社名,メール\nC-100,株式会社みどり商事,order@midori.example\n',
    );
    assert.equal(source.code, 0, source.err);
    const text =
      '*,注文番号,注文日,商品名,数量\n*,N-1,2026-03-01,ノート,3\n,,,ペン,4\n*,N-2,2026-03-02,机,1\n';
    const ended = await importing(ORDERS, text);
    assert.equal(ended.code, 0, ended.err);
    const files = path.join(folder, 'files');
    const before = await exported(ORDERS, files);
    assert.match(before, /ペン/);
    const again = path.join(folder, 'again.csv');
    await writeFile(again, before);
    const taken = await cli(
      ...['import', '--app', ORDERS, '--file-path', again, '--update-key', '注文番号'],
      ...['--attachments-dir', files],
    );
    assert.equal(taken.code, 0, taken.err);
    assert.equal(withoutChange(await exported(ORDERS, path.join(folder, 'later'))), withoutChange(before));
  });

  it('uploads attachments and brings them back byte for byte', async () => {
    const bytes = Buffer.from([0, 1, 2, 255, 254, 13, 10]);
    await mkdir(path.join(folder, 'files'));
    await writeFile(path.join(folder, 'files', '図面 1.bin'), bytes);
    const ended = await importing(
      ORDERS,
      '注文番号,注文日,添付書類\nN-1,2026-03-01,図面 1.bin\n',
      '--attachments-dir',
      path.join(folder, 'files'),
    );
    assert.equal(ended.code, 0, ended.err);
    const out = path.join(folder, 'out');
    await mkdir(out);
    const export_ = await cli(
      'export',
      ...['--app', ORDERS, '--attachments-dir', out, '--condition', '注文番号 = "N-1"'],
    );
    assert.equal(export_.code, 0, export_.err);
    const [, name] = /"(添付書類-\d+\/図面 1\.bin)"/.exec(export_.out) ?? [];
    assert.ok(name, export_.out);
    assert.deepEqual(await readFile(path.join(out, name)), bytes);
  });

  it('exports what a condition chooses, in an order', async () => {
    await importing(CUSTOMERS, '顧客コード,会社名\nC-1,A\nC-2,B\nC-3,C\n');
    const ended = await cli(
      'export',
      ...['--app', CUSTOMERS, '--condition', '顧客コード != "C-2"', '--order-by', '顧客コード desc'],
      ...['--fields', '顧客コード,会社名'],
    );
    assert.equal(ended.out.trim(), '"顧客コード","会社名"\n"C-3","C"\n"C-1","A"');
  });

  it('deletes the records a file names', async () => {
    await importing(CUSTOMERS, '顧客コード,会社名\nC-1,A\nC-2,B\n');
    const [first] = sandbox.control.records(CUSTOMERS);
    const file = path.join(folder, 'delete.csv');
    await writeFile(file, `レコード番号\n${idOf(first)}\n`);
    const apiToken = sandbox.kintone.apps.find(({ id }) => id === CUSTOMERS)?.apiToken ?? '';
    const ended = await officialCli({ ...access(), signIn: { apiToken } }, [
      ...['delete', '--app', CUSTOMERS, '--file-path', file, '--yes'],
    ]);
    assert.equal(ended.code, 0, ended.err);
    assert.deepEqual(
      sandbox.control.records(CUSTOMERS).map((record) => record.顧客コード),
      ['C-2'],
    );
  });

  it('names row and field of what is refused, and keeps the blocks before', async () => {
    const rows = Array.from({ length: 3_000 }, (_, index) => `C-${index},A,${index === 2_500 ? 'x' : '1'}`);
    const ended = await importing(CUSTOMERS, `顧客コード,会社名,従業員数\n${rows.join('\n')}\n`);
    assert.equal(ended.code, 1);
    assert.match(ended.err, /従業員数 at row 2502/);
    assert.match(ended.err, /Rows from 1 to 2001/);
    assert.equal(sandbox.control.count(CUSTOMERS), 2_000);
  });

  it('works in a guest space', async () => {
    const { guestSpace } = sandbox.kintone;
    const [partners] = guestSpace.apps;
    const file = path.join(folder, 'input.csv');
    const fields = await (await fetchFields(partners?.id ?? '', guestSpace.id)).json();
    const [code = ''] = Object.keys((fields as { properties: object }).properties);
    await writeFile(file, `${code}\nX\n`);
    const ended = await officialCli({ ...access(), guestSpaceId: guestSpace.id }, [
      ...['import', '--app', partners?.id ?? '', '--file-path', file],
    ]);
    assert.equal(ended.code, 0, ended.err);
    assert.equal(sandbox.control.count(partners?.id ?? ''), 1);
  });

  it('changes a record’s table by the ids of its rows, and its attachments', async () => {
    const [first] = sandbox.control.records(ORDERS);
    const [row] = first?.明細 as { id: string }[];
    await mkdir(path.join(folder, 'files'));
    await writeFile(path.join(folder, 'files', 'new.txt'), 'new');
    const ended = await importing(
      ORDERS,
      `*,注文番号,明細,商品名,数量,添付書類\n*,J-0001,${row?.id ?? ''},ノート,21,new.txt\n,,,消しゴム,5,\n`,
      ...['--update-key', '注文番号', '--attachments-dir', path.join(folder, 'files')],
    );
    assert.equal(ended.code, 0, ended.err);
    const [changed] = sandbox.control.records(ORDERS);
    const rows = changed?.明細 as { id: string; 商品名: string; 数量: string; 単価: string }[];
    assert.deepEqual(
      rows.map((one) => [one.商品名, one.数量, one.単価]),
      [
        ['ノート', '21', '180'],
        ['消しゴム', '5', ''],
      ],
    );
    assert.equal(rows[0]?.id, row?.id);
  });

  it('reads Shift_JIS, and only the fields it is told', async () => {
    const file = path.join(folder, 'input.csv');
    const text = Buffer.concat([
      Buffer.from([0x8c, 0xda, 0x8b, 0x71, 0x83, 0x52, 0x81, 0x5b, 0x83, 0x68]), // 顧客コード
      Buffer.from(','),
      Buffer.from([0x89, 0xef, 0x8e, 0xd0, 0x96, 0xbc]), // 会社名
      Buffer.from(','),
      Buffer.from([0x8d, 0x91]), // 国
      Buffer.from('\nC-1,'),
      Buffer.from([0x8a, 0x94, 0x8e, 0xae, 0x89, 0xef, 0x8e, 0xd0]), // 株式会社
      Buffer.from(',France\n'),
    ]);
    await writeFile(file, text);
    const ended = await cli(
      ...['import', '--app', CUSTOMERS, '--file-path', file],
      ...['--encoding', 'sjis', '--fields', '顧客コード,会社名'],
    );
    assert.equal(ended.code, 0, ended.err);
    const [record] = sandbox.control.records(CUSTOMERS);
    assert.deepEqual([record?.会社名, record?.国], ['株式会社', '日本']);
  });

  it('signs in with the tokens of two apps, behind Basic authentication', async () => {
    const basic = { username: 'front', password: 'door' };
    const guarded = await startSandbox({ basicAuthentication: basic });
    try {
      const tokens = [CUSTOMERS, ORDERS].map(
        (app) => guarded.kintone.apps.find(({ id }) => id === app)?.apiToken ?? '',
      );
      const signedIn = { baseUrl: guarded.kintone.baseUrl, signIn: { apiToken: tokens.join(',') } };
      const file = path.join(folder, 'input.csv');
      const args = (app: string) => ['import', '--app', app, '--file-path', file];
      const env = { KINTONE_BASIC_AUTH_USERNAME: 'front', KINTONE_BASIC_AUTH_PASSWORD: 'door' };
      await writeFile(file, '顧客コード,会社名\nC-9,株式会社九\n');
      const refused = await officialCli(signedIn, args(CUSTOMERS));
      assert.equal(refused.code, 1);
      const first = await officialCli(signedIn, args(CUSTOMERS), { env });
      assert.equal(first.code, 0, first.err);
      await writeFile(file, '注文番号,顧客\nN-1,C-9\n');
      const second = await officialCli(signedIn, args(ORDERS), { env });
      assert.equal(second.code, 0, second.err);
      assert.equal(guarded.control.records(ORDERS).at(-1)?.顧客名, '株式会社九');
    } finally {
      await guarded.close();
    }
  });

  async function exported(app: string, files: string): Promise<string> {
    await mkdir(files);
    const ended = await cli(...['export', '--app', app, '--order-by', '$id asc', '--attachments-dir', files]);
    assert.equal(ended.code, 0, ended.err);
    return ended.out;
  }

  function fetchFields(app: string, space: string): Promise<Response> {
    const { baseUrl, username, password } = sandbox.kintone;
    return fetch(`${baseUrl}/k/guest/${space}/v1/app/form/fields.json?app=${app}`, {
      headers: { 'X-Cybozu-Authorization': Buffer.from(`${username}:${password}`).toString('base64') },
    });
  }
});

function idOf(record: Readonly<Record<string, unknown>> | undefined): string {
  return typeof record?.$id === 'string' ? record.$id : '';
}

function codesOf(value: unknown): unknown[] {
  return Array.isArray(value)
    ? value.map((one: unknown) => (typeof one === 'object' && one !== null && 'code' in one ? one.code : one))
    : [];
}

/** Who changed a record last, and when, moves with every update. */
function withoutChange(csv: string): string {
  return csv.replaceAll(/"(?:admin|Administrator)","\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"/g, '…');
}
