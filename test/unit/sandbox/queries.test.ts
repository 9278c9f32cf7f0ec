import assert from 'node:assert/strict';
import type { Sandbox } from '../../../src/sandbox/server';
import { startSandbox } from '../../../src/sandbox/server';
import { asError, cells, Client, customer } from './client';

type WireRecord = Record<string, { value: unknown }>;

describe('queries over every type of field', () => {
  let sandbox: Sandbox;
  let client: Client;

  const day = (shift: number) => {
    const now = new Date();
    return new Date(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate() + shift))
      .toISOString()
      .slice(0, 10);
  };
  const row = (values: Record<string, unknown>) => ({ value: cells(values) });

  before(async () => {
    sandbox = await startSandbox({ samples: false });
    client = new Client(sandbox.kintone);
    const form = new FormData();
    form.append('file', new Blob(['x']), '請求書.pdf');
    const { fileKey } = (await client.send('POST', 'file', form)).body;
    const records = [
      {
        key: 'a',
        day: day(0),
        unique_number: '1',
        files: [{ fileKey }],
        文字列＿複数行: '  \n',
        web: 'https://a.example',
      },
      {
        key: 'b',
        day: day(-1),
        unique_number: '20',
        departments: [{ code: 'dev' }],
        moment: new Date().toISOString(),
      },
      {
        key: 'c',
        day: day(1),
        details: [row({ row_text: 'one', row_number: '5' }), row({ row_text: 'two', row_drop: 'p' })],
      },
      { key: 'd', 選択・単一: '"引用"', users: [], details: [row({ row_text: 'two', row_number: '7' })] },
    ];
    const added = await client.call('POST', 'records', { app: 7, records: records.map(cells) });
    assert.equal(added.status, 200, JSON.stringify(added.body));
    const order = cells({ 注文番号: 'J1' });
    await client.call('POST', 'records', { app: 6, records: [order, cells({ 注文番号: 'J2' })] });
  });
  after(async () => sandbox.close());

  const read = async (query: string, app = 7) => client.call('GET', 'records', { app, query });
  const keys = async (query: string, app = 7, code = 'key') =>
    ((await read(query, app)).body.records as WireRecord[]).map((record) => record[code]?.value).join('');

  const found: readonly [query: string, keys: string][] = [
    ['day = TODAY()', 'a'],
    ['day < TODAY()', 'b'],
    ['day >= TODAY() order by day asc', 'ac'],
    ['day = YESTERDAY()', 'b'],
    ['day = TOMORROW()', 'c'],
    ['day = FROM_TODAY(-1, DAYS)', 'b'],
    ['day > FROM_TODAY(-1, WEEKS) and day < FROM_TODAY(1,YEARS)', 'cba'],
    ['day >= LAST_YEAR() and day <= NEXT_YEAR()', 'cba'],
    ['moment = TODAY()', 'b'],
    ['moment <= NOW()', 'b'],
    ['moment < THIS_MONTH()', ''],
    ['作成者 in (LOGINUSER())', 'dcba'],
    ['users in (LOGINUSER())', ''],
    ['users in ("sato")', 'cba'],
    ['users in ("")', 'd'],
    ['users not in ("sato")', 'd'],
    ['departments in ("dev")', 'b'],
    ['files like "請求"', 'a'],
    ['files not like "請求"', 'dcb'],
    ['files is not empty', 'a'],
    ['files is empty', 'dcb'],
    ['文字列＿複数行 is empty', 'a'],
    ['選択・単一 in ("\\"引用\\"")', 'd'],
    ['row_text in ("two") order by $id asc', 'cd'],
    ['row_text like "on"', 'c'],
    ['row_text not in ("two")', 'ba'],
    ['row_number > 5', 'd'],
    ['row_number >= 5 order by $id asc', 'cd'],
    ['row_drop in ("p")', 'c'],
    ['row_text in ("")', 'ba'],
    ['key in ("a", "c", "nobody") order by $id asc', 'ac'],
    ['key in ("a", "c") and $id > 1', 'c'],
    ['key in ("a", "") order by $id asc', 'a'],
    ['key = "b" or key = "d"', 'db'],
    ['unique_number in ("1.0", 20) order by unique_number desc', 'ba'],
    ['unique_number = 2e1', 'b'],
    ['web = "https://a.example"', 'a'],
    ['税込 = 10.989000000000001', 'dcba'],
  ];
  for (const [query, wanted] of found) {
    it(`finds ${wanted === '' ? 'nothing' : wanted} by ${query}`, async () => {
      assert.equal(await keys(query), wanted);
    });
  }

  it('takes record numbers with the code of the app and without', async () => {
    for (const query of [
      'レコード番号 = "ORDER-2"',
      'レコード番号 = 2',
      '$id = 2',
      'レコード番号 in ("ORDER-2")',
    ]) {
      assert.equal(await keys(query, 6, '注文番号'), 'J2', query);
    }
    assert.equal(await keys('レコード番号 >= "ORDER-1" order by レコード番号 asc', 6, '注文番号'), 'J1J2');
  });

  const refused: readonly [query: string, code: string][] = [
    ['row_text = "two"', 'GAIA_IQ07'],
    ['row_number != 5', 'GAIA_IQ07'],
    ['row_area = "x"', 'GAIA_IQ03'],
    ['details in ("x")', 'GAIA_IQ03'],
    ['files = "x"', 'GAIA_IQ03'],
    ['day in ("2026-01-01")', 'GAIA_IQ03'],
    ['day like "2026"', 'GAIA_IQ03'],
    ['users = "sato"', 'GAIA_IQ03'],
    ['orders in ("x")', 'GAIA_IQ03'],
    ['nothing = 1', 'GAIA_IQ11'],
    ['order by nothing asc', 'GAIA_IQ11'],
    ['選択・単一 in ("B")', 'GAIA_IQ10'],
    ['users in ("nobody")', 'GAIA_IL26'],
    ['departments in ("nobody")', 'GAIA_IL28'],
    ['groups in ("nobody")', 'GAIA_IL27'],
    ['day = FROM_TODAY(1)', 'GAIA_IL08'],
    ['day = FROM_TODAY(1, HOURS)', 'GAIA_IQ25'],
    ['day = THIS_MONTH(32)', 'GAIA_IQ23'],
    ['day = NOWHERE()', 'GAIA_IL08'],
    ['key = TODAY()', 'GAIA_IL08'],
    ['day = "2026-02-30"', 'CB_VA01'],
    ['unique_number = "x"', 'CB_VA01'],
    ['key = "a', 'CB_VA01'],
    ['key in ()', 'CB_VA01'],
    ['limit -1', 'CB_VA01'],
    ['limit 501', 'GAIA_QU01'],
    ['offset 10001', 'GAIA_QU02'],
  ];
  for (const [query, code] of refused) {
    it(`refuses ${query} with ${code}`, async () => {
      const { status, body } = await read(query);
      assert.deepEqual([status, body.code], [400, code]);
      assert.deepEqual(Object.keys(asError(body).errors ?? {}), code === 'CB_VA01' ? ['query'] : []);
    });
  }

  it('finds 500 keys among many records without looking at all of them', async () => {
    const many = Array.from({ length: 3000 }, (_, index) => customer(`C${index}`));
    for (let from = 0; from < many.length; from += 100) {
      await client.call('POST', 'records', { app: 1, records: many.slice(from, from + 100) });
    }
    const wanted = Array.from({ length: 500 }, (_, index) => `"C${index * 7}"`).join(',');
    const query = `顧客コード in (${wanted}) order by $id asc limit 500`;
    const { body } = await client.call(
      'POST',
      'records',
      { app: 1, query, fields: ['顧客コード'] },
      {
        headers: { 'X-HTTP-Method-Override': 'GET' },
      },
    );
    assert.equal((body.records as unknown[]).length, Math.ceil(3000 / 7));
  });
});
