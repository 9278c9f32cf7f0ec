import assert from 'node:assert/strict';
import type { Sandbox } from '../../../src/sandbox/server';
import { startSandbox } from '../../../src/sandbox/server';
import { asError, Client, customer } from './client';

type WireRecord = Record<string, { type: string; value: unknown }>;

describe('reading records', () => {
  let sandbox: Sandbox;
  let client: Client;

  before(async () => {
    sandbox = await startSandbox();
    client = new Client(sandbox.kintone);
    const records = [
      customer('A1', {
        従業員数: '9',
        ランク: 'A',
        興味: ['製品'],
        契約日: '2026-01-10',
        担当者: [{ code: 'sato' }],
      }),
      customer('A2', { 従業員数: '10', ランク: 'B', 興味: ['製品', '研修'], 契約日: '2026-01-02' }),
      customer('B1', { 従業員数: '100', ランク: 'A', 最終訪問: '2026-01-02T03:04Z', 連絡時刻: '09:30' }),
      customer('B"2', { 会社名: '引用 \\ 符', 備考: '長い文章です' }),
      customer('limit', { 会社名: 'ABC Limited' }),
    ];
    assert.equal((await client.call('POST', 'records', { app: 1, records })).status, 200);
  });
  after(() => sandbox.close());

  const read = (query: string, more: object = {}) =>
    client.call('GET', 'records', { app: 1, query, ...more });
  const codes = async (query: string) =>
    ((await read(query)).body.records as WireRecord[]).map((record) => record['顧客コード']?.value);

  const found: readonly [query: string, codes: string[]][] = [
    ['', ['limit', 'B"2', 'B1', 'A2', 'A1']],
    ['order by $id asc', ['A1', 'A2', 'B1', 'B"2', 'limit']],
    ['order by レコード番号 asc limit 2 offset 1', ['A2', 'B1']],
    ['order by 従業員数 desc, $id asc', ['B1', 'A2', 'A1', 'B"2', 'limit']],
    ['$id > 3 order by $id asc limit 1', ['B"2']],
    ['$id >= 2 and $id < 4 order by $id asc', ['A2', 'B1']],
    ['$id > 4 or $id <= 1', ['limit', 'A1']],
    ['従業員数 > 9 order by $id asc', ['A2', 'B1']],
    ['従業員数 = "10.0"', ['A2']],
    ['従業員数 in (9, "100") order by $id asc', ['A1', 'B1']],
    ['従業員数 = ""', ['limit', 'B"2']],
    ['顧客コード = "A1"', ['A1']],
    ['顧客コード in ("A1", "A2", "Z") order by $id asc', ['A1', 'A2']],
    ['顧客コード not in ("A1","A2","B1")', ['limit', 'B"2']],
    ['顧客コード = "B\\"2"', ['B"2']],
    ['会社名 like "abc"', ['limit']],
    ['会社名 = "引用 \\\\ 符"', ['B"2']],
    ['備考 like "文章"', ['B"2']],
    ['備考 is not empty', ['B"2']],
    ['ランク in ("A") and 従業員数 < 50', ['A1']],
    ['ランク in ("B", "")', ['limit', 'B"2', 'A2']],
    ['興味 in ("研修")', ['A2']],
    ['興味 not in ("製品")', ['limit', 'B"2', 'B1']],
    ['担当者 in ("sato")', ['A1']],
    ['契約日 >= "2026-01-03"', ['A1']],
    ['最終訪問 = "2026-01-02T12:04+09:00"', ['B1']],
    ['連絡時刻 <= "9:30"', ['B1']],
    ['作成者 in ("admin") limit 1', ['limit']],
    ['(ランク in ("A") or ランク in ("B")) and 顧客コード like "A" order by $id asc', ['A1', 'A2']],
    ['ランク in ("A") or ランク in ("B") and 顧客コード like "2" order by $id asc', ['A1', 'A2', 'B1']],
    ['　顧客コード　=　"A1"\n\tAND 従業員数=9　', ['A1']],
    ['limit 0', []],
  ];
  for (const [query, expected] of found) {
    it(`finds [${expected.join(' ')}] for ${JSON.stringify(query)}`, async () => {
      assert.deepEqual(await codes(query), expected);
    });
  }

  const refused: readonly [query: string, code: string][] = [
    ['limit 501', 'GAIA_QU01'],
    ['offset 10001', 'GAIA_QU02'],
    ['無い = "x"', 'GAIA_IQ11'],
    ['order by 無い asc', 'GAIA_IQ11'],
    ['ランク = "A"', 'GAIA_IQ03'],
    ['従業員数 like "1"', 'GAIA_IQ03'],
    ['備考 = "x"', 'GAIA_IQ03'],
    ['顧客コード > "A"', 'GAIA_IQ03'],
    ['従業員数 > "x"', 'CB_VA01'],
    ['契約日 = "x"', 'CB_VA01'],
    ['顧客コード = A1', 'CB_VA01'],
    ['顧客コード = "A1', 'CB_VA01'],
    ['顧客コード = "A\t1"', 'CB_VA01'],
    ['顧客コード "A1"', 'CB_VA01'],
    ['顧客コード = "A1" and', 'CB_VA01'],
    ['(顧客コード = "A1"', 'CB_VA01'],
    ['顧客コード in ()', 'CB_VA01'],
    ['顧客コード not = "x"', 'CB_VA01'],
    ['limit -1', 'CB_VA01'],
    ['limit 1 order by $id asc', 'CB_VA01'],
    ['order $id asc', 'CB_VA01'],
  ];
  for (const [query, code] of refused) {
    it(`refuses ${JSON.stringify(query)} with ${code}`, async () => {
      const { status, body } = await read(query);
      assert.deepEqual([status, body.code], [400, code]);
      assert.deepEqual(Object.keys(asError(body).errors ?? {}), code === 'CB_VA01' ? ['query'] : []);
    });
  }

  it('allows an offset of 10,000', async () => {
    assert.deepEqual(await codes('offset 10000'), []);
  });

  it('counts only when asked, whatever the limit is', async () => {
    assert.equal((await read('')).body.totalCount, null);
    assert.equal((await read('limit 1', { totalCount: true })).body.totalCount, '5');
    assert.equal((await read('従業員数 > 9 limit 1', { totalCount: true })).body.totalCount, '2');
    assert.equal((await read('従業員数 > 9 limit 0', { totalCount: true })).body.totalCount, '2');
    assert.equal((await read('order by 顧客コード asc limit 1', { totalCount: true })).body.totalCount, '5');
  });

  it('gives only the fields asked for', async () => {
    const { body } = await read('limit 1', { fields: ['$id', '顧客コード', '無い'] });
    assert.deepEqual(body.records, [
      { 顧客コード: { type: 'SINGLE_LINE_TEXT', value: 'limit' }, $id: { type: '__ID__', value: '5' } },
    ]);
  });

  it('names people in what is read', async () => {
    const { body } = await read('$id = 1');
    assert.deepEqual((body.records as WireRecord[])[0]?.['担当者'], {
      type: 'USER_SELECT',
      value: [{ code: 'sato', name: '佐藤 花子' }],
    });
  });

  it('takes a long query as a POST that stands for a GET', async () => {
    const values = Array.from({ length: 2000 }, (_, index) => `"K${index}"`).join(',');
    const parameters = { app: 1, query: `顧客コード in (${values},"A1")`, fields: ['顧客コード'] };
    const { status, body } = await client.call('POST', 'records', parameters, {
      headers: { 'X-HTTP-Method-Override': 'GET' },
    });
    assert.equal(status, 200);
    assert.deepEqual(body.records, [{ 顧客コード: { type: 'SINGLE_LINE_TEXT', value: 'A1' } }]);
    assert.equal(sandbox.control.log().requests.length, 1);
  });

  describe('definitions', () => {
    it('describes the fields with settings as strings and options as objects', async () => {
      const { body } = await client.call('GET', 'app/form/fields', { app: 1 });
      const properties = body.properties as Record<string, Record<string, unknown>>;
      assert.deepEqual(properties['従業員数'], {
        type: 'NUMBER',
        code: '従業員数',
        label: '従業員数',
        noLabel: false,
        required: false,
        unique: false,
        minValue: '1',
        maxValue: '100000',
        defaultValue: '',
        digit: false,
        displayScale: '',
        unit: '名',
        unitPosition: 'AFTER',
      });
      assert.deepEqual(properties['ランク']?.options, {
        A: { label: 'A', index: '0' },
        B: { label: 'B', index: '1' },
        C: { label: 'C', index: '2' },
      });
      assert.equal(properties['顧客コード']?.maxLength, '64');
      assert.equal(properties['ステータス']?.enabled, false);
      for (const code of ['レコード番号', '作成者', '作成日時', '更新者', '更新日時']) {
        assert.ok(properties[code] !== undefined);
      }
    });

    it('labels fields in English when asked', async () => {
      const label = async (lang: string, language?: string) => {
        const options = language === undefined ? {} : { language };
        const { body } = await client.call('GET', 'app/form/fields', { app: 1, lang }, options);
        return (body.properties as Record<string, { label: string }>)['会社名']?.label;
      };
      assert.equal(await label('default', 'en'), '会社名');
      assert.equal(await label('en'), 'Company');
      assert.equal(await label('user', 'en'), 'Company');
      assert.equal((await client.call('GET', 'app/form/fields', { app: 1, lang: 'fr' })).status, 400);
    });

    it('tells the precision of numbers', async () => {
      const precision = async (app: number) =>
        (await client.call('GET', 'app/settings', { app })).body.numberPrecision;
      assert.deepEqual(await precision(1), { digits: '16', decimalPlaces: '4', roundingMode: 'HALF_EVEN' });
      assert.deepEqual(await precision(2), { digits: '16', decimalPlaces: '8', roundingMode: 'HALF_EVEN' });
    });

    it('lays the form out in rows', async () => {
      const { body } = await client.call('GET', 'app/form/layout', { app: 3 });
      assert.deepEqual((body.layout as { type: string }[])[0]?.type, 'ROW');
    });

    it('describes an app', async () => {
      const { body } = await client.call('GET', 'app', { id: '1' });
      assert.deepEqual([body.appId, body.code, body.spaceId], ['1', '', null]);
    });
  });
});
