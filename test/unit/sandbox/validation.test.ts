import assert from 'node:assert/strict';
import type { Sandbox } from '../../../src/sandbox/server';
import { startSandbox } from '../../../src/sandbox/server';
import { asError, Client, customer } from './client';

/** What is sent, and the complaint expected under each path after `records[0]`. */
const REFUSED: readonly [
  title: string,
  changes: Record<string, unknown>,
  errors: Record<string, string[]>,
][] = [
  ['an empty required text', { 会社名: '' }, { '.会社名.value': ['Required.'] }],
  ['a null for a required text', { 会社名: null }, { '.会社名.value': ['Required.'] }],
  [
    'a text over its length',
    { 会社名: 'あ'.repeat(101) },
    { '.会社名.value': ['Enter less than 101 characters.'] },
  ],
  [
    'a key over 64 characters',
    { 顧客コード: 'x'.repeat(65) },
    { '.顧客コード.value': ['Enter less than 65 characters.'] },
  ],
  ['a number with a separator', { 月額: '1,000' }, { '[月額].value': ['Only numbers are allowed.'] }],
  ['a number with letters', { 従業員数: '12abc' }, { '[従業員数].value': ['Only numbers are allowed.'] }],
  ['full-width digits', { 月額: '１２' }, { '[月額].value': ['Only numbers are allowed.'] }],
  [
    'a number above its range',
    { 従業員数: '100001' },
    { '.従業員数.value': ['The value must be 100000 or less.'] },
  ],
  ['a number below its range', { 従業員数: '0' }, { '.従業員数.value': ['The value must be 1 or more.'] }],
  [
    'too many integer digits',
    { 月額: '1234567890123' },
    { '.月額.value': ['Enter 12 or fewer integer digits.'] },
  ],
  [
    'an unknown drop-down option',
    { ランク: 'D' },
    { '.ランク.value': ['The value, "D", is not in options.'] },
  ],
  ['an option in another case', { ランク: 'a' }, { '.ランク.value': ['The value, "a", is not in options.'] }],
  ['an unknown radio option', { 区分: '団体' }, { '.区分.value': ['The value, "団体", is not in options.'] }],
  [
    'the second of two checks',
    { 興味: ['製品', 'X'] },
    { '.興味.values[1].value': ['The value, "X", is not in options.'] },
  ],
  [
    'an unknown language',
    { 対応言語: ['独語'] },
    { '.対応言語.values[0].value': ['The value, "独語", is not in options.'] },
  ],
  [
    'a day that does not exist',
    { 契約日: '2026-02-30' },
    { '.契約日.value': ['The date format is invalid. Specify a date from 1000-01-01 to 9999-12-31.'] },
  ],
  ['a time past midnight', { 連絡時刻: '24:00' }, { '.連絡時刻.value': ['The time format is invalid.'] }],
  [
    'a date-time with a slash',
    { 最終訪問: '2026/01/02 03:04' },
    { '.最終訪問.value': ['The date and time format is invalid.'] },
  ],
  ['an address without @', { メール: 'someone' }, { '.メール.value': ['Invalid email address format.'] }],
  [
    'a web link without a scheme',
    { ウェブサイト: 'example.com' },
    { '.ウェブサイト.value': ['Invalid URL format.'] },
  ],
  ['a phone number with letters', { 電話: 'call me' }, { '.電話.value': ['Invalid phone number format.'] }],
];

const OPAQUE: readonly [title: string, changes: Record<string, unknown>, code: string][] = [
  ['an unknown user', { 担当者: [{ code: 'nobody' }] }, 'GAIA_IL26'],
  ['an unknown organisation', { 部署: [{ code: 'nowhere' }] }, 'GAIA_IL28'],
  ['an unknown group', { 共有先: [{ code: 'none' }] }, 'GAIA_IL27'],
  ['a list for a text', { 会社名: ['a'] }, 'CB_IJ01'],
  ['a text for check boxes', { 興味: '製品' }, 'CB_IJ01'],
  ['a text for users', { 担当者: 'sato' }, 'CB_IJ01'],
  ['a value for a calculated field', { 年額: '1' }, 'CB_IJ01'],
];

const KEPT: readonly [title: string, field: string, sent: unknown, stored: unknown][] = [
  ['an exponent', '月額', '1.5e1', '15'],
  ['spaces around a number', '月額', ' 42 ', '42'],
  ['a JSON number', '月額', 42, '42'],
  ['decimals beyond the precision, half to even', '月額', '1.00025', '1.0002'],
  ['decimals beyond the precision, half to odd', '月額', '1.00035', '1.0004'],
  ['a year alone', '契約日', '2026', '2026-01-01'],
  ['a year and month', '契約日', '2026-3', '2026-03-01'],
  ['an unpadded date', '契約日', '2026-3-4', '2026-03-04'],
  ['an unpadded time', '連絡時刻', '9:05', '09:05'],
  ['a date-time with a zone', '最終訪問', '2026-01-02T03:04:59+09:00', '2026-01-01T18:04:00Z'],
  ['a date-time without a zone', '最終訪問', '2026-01-02T03:04', '2026-01-02T03:04:00Z'],
  ['an empty drop-down', 'ランク', '', null],
  ['an empty date', '契約日', '', null],
  ['check boxes', '興味', ['研修', '製品'], ['製品', '研修']],
  ['users', '担当者', [{ code: 'sato' }, { code: 'ito' }], ['sato', 'ito']],
  ['line breaks', '備考', '一行目\n二行目', '一行目\n二行目'],
  ['half a surrogate pair', '備考', '\ud83d', '\ud83d'],
];

describe('what the sandbox makes of a value', () => {
  let sandbox: Sandbox;
  let client: Client;

  before(async () => {
    sandbox = await startSandbox();
    client = new Client(sandbox.kintone);
  });
  beforeEach(() => sandbox.control.reset());
  after(() => sandbox.close());

  const post = (records: readonly object[], language = 'en') =>
    client.call('POST', 'records', { app: '1', records }, { language });

  for (const [title, changes, errors] of REFUSED) {
    it(`refuses ${title} and names it`, async () => {
      const { status, body } = await post([customer('A', changes)]);
      const error = asError(body);
      assert.equal(status, 400);
      assert.equal(error.code, 'CB_VA01');
      assert.match(error.id, /^[A-Za-z0-9]{20}$/);
      const expected = Object.fromEntries(
        Object.entries(errors).map(([path, messages]) => [`records[0]${path}`, { messages }]),
      );
      assert.deepEqual(error.errors, expected);
      assert.equal(sandbox.control.count('1'), 0);
    });
  }

  for (const [title, changes, code] of OPAQUE) {
    it(`refuses ${title} without naming a row`, async () => {
      const { status, body } = await post([customer('A'), customer('B', changes)]);
      assert.equal(status, 400);
      assert.equal(asError(body).code, code);
      assert.equal(asError(body).errors, undefined);
      assert.equal(sandbox.control.count('1'), 0);
    });
  }

  for (const [title, field, sent, stored] of KEPT) {
    it(`keeps ${title}`, async () => {
      const { status } = await post([customer('A', { [field]: sent })]);
      assert.equal(status, 200);
      assert.deepEqual(sandbox.control.records('1')[0]?.[field], stored);
    });
  }

  it('names every bad row of a request at once', async () => {
    const records = [
      customer('A'),
      customer('B', { ランク: 'Z' }),
      customer('C', { 会社名: '', 月額: 'x' }),
      customer('A'),
    ];
    const { body } = await post(records);
    assert.deepEqual(Object.keys(asError(body).errors ?? {}).sort(), [
      'records[1].ランク.value',
      'records[2].会社名.value',
      'records[2][月額].value',
      'records[3].顧客コード.value',
    ]);
  });

  it('names the field of a single record without an index', async () => {
    const record = customer('A', { 月額: 'x', 会社名: '' });
    const { body } = await client.call('POST', 'record', { app: '1', record });
    assert.deepEqual(Object.keys(asError(body).errors ?? {}).sort(), [
      'record.会社名.value',
      'record[月額].value',
    ]);
  });

  it('refuses a value that another record holds, but not a second empty one', async () => {
    await post([customer('A')]);
    const { body } = await post([customer('A')]);
    assert.deepEqual(asError(body).errors, {
      'records[0].顧客コード.value': { messages: ['This value already exists in another record.'] },
    });
    const space = { guestSpaceId: sandbox.kintone.guestSpace.id };
    const partners = [{ 会社名: { value: 'a' } }, { 会社名: { value: 'b' }, 契約番号: { value: '' } }];
    assert.equal((await client.call('POST', 'records', { app: '4', records: partners }, space)).status, 200);
  });

  it('holds equal numbers for duplicates however they are written', async () => {
    const space = { guestSpaceId: sandbox.kintone.guestSpace.id };
    const records = ['1.50', '1.5'].map((value) => ({ 会社名: { value: 'a' }, 契約番号: { value } }));
    const { status, body } = await client.call('POST', 'records', { app: '4', records }, space);
    assert.equal(status, 400);
    assert.deepEqual(Object.keys(asError(body).errors ?? {}), ['records[1].契約番号.value']);
  });

  it('refuses an empty text where a least length is set', async () => {
    const records = [{ zip_code: { value: '' }, city: { value: 'Here' } }];
    const { body } = await client.call('POST', 'records', { app: '2', records }, { language: 'en' });
    assert.deepEqual(asError(body).errors, {
      'records[0].zip_code.value': { messages: ['Enter more than 4 characters.', 'Required.'] },
    });
  });

  it('ignores unknown fields, even in an otherwise empty mapping', async () => {
    const { status } = await post([customer('A', { 顧客名: 'x', constructor: 'y' })]);
    assert.equal(status, 200);
    assert.equal(sandbox.control.count('1'), 1);
  });

  it('fills defaults where a key is absent, not where it is sent empty', async () => {
    await post([customer('A'), customer('B', { 国: '', 区分: '' })]);
    const [first, second] = sandbox.control.records('1');
    assert.deepEqual([first?.['国'], first?.['区分']], ['日本', '法人']);
    assert.deepEqual([second?.['国'], second?.['区分']], ['', null]);
  });

  it('answers in the language that is asked for', async () => {
    for (const [language, message, complaint] of [
      ['ja', '入力内容が正しくありません。', '必須です。'],
      ['en-US,ja;q=0.5', 'Missing or invalid input.', 'Required.'],
      ['en;q=0.5,ja', '入力内容が正しくありません。', '必須です。'],
      ['*', '入力内容が正しくありません。', '必須です。'],
    ] as const) {
      const error = asError((await post([customer('A', { 会社名: '' })], language)).body);
      assert.equal(error.message, message);
      assert.deepEqual(error.errors?.['records[0].会社名.value']?.messages, [complaint]);
    }
  });
});
