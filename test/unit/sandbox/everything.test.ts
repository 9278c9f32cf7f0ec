import assert from 'node:assert/strict';
import type { Sandbox } from '../../../src/sandbox/server';
import { startSandbox } from '../../../src/sandbox/server';
import type { Reply } from './client';
import { asError, cells, Client } from './client';

type Properties = Record<string, Record<string, unknown>>;

describe('the app with every type of field', () => {
  let sandbox: Sandbox;
  let client: Client;

  before(async () => {
    sandbox = await startSandbox();
    client = new Client(sandbox.kintone);
  });
  after(async () => sandbox.close());
  beforeEach(() => sandbox.control.reset());

  const add = async (values: Record<string, unknown>): Promise<Reply> =>
    client.call('POST', 'record', { app: 7, record: cells({ key: 'K', ...values }) });
  const errors = ({ body }: Reply) => Object.keys(asError(body).errors ?? {}).sort();
  const stored = async (values: Record<string, unknown>) => {
    const { status, body } = await add(values);
    assert.equal(status, 200, JSON.stringify(body));
    const read = await client.call('GET', 'record', { app: 7, id: body.id });
    const record = read.body.record as Record<string, { value: unknown }>;
    return Object.fromEntries(Object.keys(values).map((code) => [code, record[code]?.value]));
  };
  const properties = async (): Promise<Properties> =>
    (await client.call('GET', 'app/form/fields', { app: 7, lang: 'en' })).body.properties as Properties;

  it('has sample records, again after a reset, and none when they are not wanted', async () => {
    assert.deepEqual(
      sandbox.control.records('7').map(({ key }) => key),
      ['すべて既定', 'all-filled'],
    );
    const other = await startSandbox({ samples: false });
    const count = other.control.count('7') + other.control.count('6');
    await other.close();
    assert.equal(count, 0);
  });

  it('describes every type', async () => {
    const types = new Set(Object.values(await properties()).map(({ type }) => type));
    const wanted =
      'SINGLE_LINE_TEXT MULTI_LINE_TEXT RICH_TEXT NUMBER CALC LINK CHECK_BOX MULTI_SELECT RADIO_BUTTON DROP_DOWN ' +
      'DATE TIME DATETIME USER_SELECT ORGANIZATION_SELECT GROUP_SELECT FILE SUBTABLE REFERENCE_TABLE GROUP ' +
      'RECORD_NUMBER CREATOR MODIFIER CREATED_TIME UPDATED_TIME CATEGORY STATUS STATUS_ASSIGNEE';
    assert.deepEqual([...types].sort(), wanted.split(' ').sort());
  });

  it('describes tables, files, calculated text and what holds no value', async () => {
    const { details, files, auto_text, orders, people, ステータス, users } = await properties();
    const inner = (details?.fields ?? {}) as Properties;
    assert.equal(Object.keys(inner).length, 17);
    assert.deepEqual([inner.row_number?.minValue, inner.row_number?.maxValue], ['0', '99.5']);
    assert.equal(inner.row_text?.required, true);
    assert.deepEqual([files?.required, files?.thumbnailSize], [false, '150']);
    assert.notEqual(auto_text?.expression, '');
    assert.deepEqual((orders?.referenceTable as Record<string, unknown>).relatedApp, {
      app: '6',
      code: 'ORDER',
    });
    assert.equal(people?.openGroup, false);
    assert.deepEqual(ステータス, { type: 'STATUS', code: 'ステータス', label: 'Status', enabled: false });
    assert.deepEqual(users?.defaultValue, [{ type: 'USER', code: 'sato' }]);
  });

  it('replies every value with its type, and nothing for fields without one', async () => {
    const { body } = await client.call('GET', 'record', { app: 7, id: 2 });
    const record = body.record as Record<string, { type: string; value: unknown }>;
    for (const code of ['orders', 'people', 'ステータス', '作業者', 'カテゴリー']) {
      assert.equal(record[code], undefined, code);
    }
    assert.deepEqual(record.auto_text, { type: 'SINGLE_LINE_TEXT', value: 'all-filled/[角]' });
    assert.deepEqual(record.groups, { type: 'GROUP_SELECT', value: [{ code: 'managers', name: '管理職' }] });
    assert.deepEqual(record.レコード番号, { type: 'RECORD_NUMBER', value: '2' });
  });

  it('puts the code of the app in front of record numbers', async () => {
    const { body } = await client.call('GET', 'record', { app: 6, id: 2 });
    const record = body.record as Record<string, unknown>;
    assert.deepEqual(record.レコード番号, { type: 'RECORD_NUMBER', value: 'ORDER-2' });
    assert.deepEqual(record.$id, { type: '__ID__', value: '2' });
  });

  it('fills defaults where nothing is sent, and keeps an empty value that is', async () => {
    const fields = ['short_text', '文字列＿複数行', 'price_€', '色', 'grade', 'clock', 'users', '選択・単一'];
    const { body } = await add({});
    const read = await client.call('GET', 'record', { app: 7, id: body.id });
    const record = read.body.record as Record<string, { value: unknown }>;
    assert.deepEqual(
      fields.map((code) => record[code]?.value),
      ['abc', '1行目\n2行目', '9.99', ['赤'], '竹', '09:30', [{ code: 'sato', name: '佐藤 花子' }], null],
    );
    const empty = {
      文字列＿複数行: '',
      'price_€': '',
      色: [],
      grade: '',
      clock: '',
      users: [],
      選択・単一: '',
    };
    assert.deepEqual(await stored({ key: 'empty', ...empty }), {
      key: 'empty',
      文字列＿複数行: '',
      'price_€': '',
      色: [],
      grade: null,
      clock: null,
      users: [],
      選択・単一: null,
    });
  });

  it('holds an empty text to a least length, unless told otherwise', async () => {
    assert.deepEqual(errors(await add({ short_text: '' })), ['record.short_text.value']);
    assert.deepEqual(errors(await add({ short_text: 'ab' })), ['record.short_text.value']);
    const other = await startSandbox({ emptyTextHasLength: false });
    const reply = await new Client(other.kintone).call('POST', 'record', {
      app: 7,
      record: cells({ key: 'K', short_text: '' }),
    });
    await other.close();
    assert.equal(reply.status, 200);
  });

  it('takes options letter by letter', async () => {
    const chosen = ['山\\海', 'a', 'Ａ', 'A ,B', '"引用"'];
    assert.deepEqual(await stored({ 選択・複数: chosen, 選択・単一: '[角]' }), {
      選択・複数: ['a', 'Ａ', 'A ,B', '"引用"', '山\\海'],
      選択・単一: '[角]',
    });
    assert.deepEqual(errors(await add({ key: 'L', 選択・複数: ['A', 'B', 'ａ'], 選択・単一: 'Ａ ' })), [
      'record.選択・単一.value',
      'record.選択・複数.values[1].value',
      'record.選択・複数.values[2].value',
    ]);
  });

  it('refuses a value for a calculated field, and ignores one for calculated text', async () => {
    const { status, body } = await add({ 税込: '1' });
    assert.deepEqual([status, body.code], [400, 'CB_IJ01']);
    assert.deepEqual(await stored({ auto_text: 'mine' }), { auto_text: 'K/' });
  });

  const unique: readonly [code: string, value: unknown, same: unknown][] = [
    ['unique_number', '7', '7.0'],
    ['web', 'https://a.example/', 'https://a.example/'],
    ['unique_day', '2020-02-29', '2020-2-29'],
    ['moment', '2020-01-01T00:00:00Z', '2020-01-01T09:00:59+09:00'],
  ];
  for (const [code, value, same] of unique) {
    it(`refuses a second ${code} of the same value`, async () => {
      const records = [cells({ key: 'a', [code]: value }), cells({ key: 'b', [code]: same })];
      const reply = await client.call('POST', 'records', { app: 7, records });
      assert.deepEqual(errors(reply), [`records[1].${code}.value`]);
    });
  }

  it('refuses more than 64 characters where values may not occur twice', async () => {
    const reply = await client.call('POST', 'record', { app: 7, record: cells({ key: 'x'.repeat(65) }) });
    assert.deepEqual(errors(reply), ['record.key.value']);
    const fits = await client.call('POST', 'record', { app: 7, record: cells({ key: 'x'.repeat(64) }) });
    assert.equal(fits.status, 200);
  });

  it('refuses codes of people, departments and groups that do not exist, at once', async () => {
    for (const [field, code] of [
      ['users', 'GAIA_IL26'],
      ['departments', 'GAIA_IL28'],
      ['groups', 'GAIA_IL27'],
    ] as const) {
      const { status, body } = await add({ [field]: [{ code: 'nobody' }], short_text: '' });
      assert.deepEqual([status, body.code, body.errors], [400, code, undefined]);
    }
  });

  it('refuses an update key among the values of its record', async () => {
    const updateKey = { field: 'key', value: 'all-filled' };
    const one = await client.call('PUT', 'record', { app: 7, updateKey, record: cells({ key: 'other' }) });
    assert.deepEqual(errors(one), ['record.key']);
    const records = [{ updateKey, record: cells({ key: 'all-filled' }) }];
    for (const upsert of [true, false]) {
      const many = await client.call('PUT', 'records', { app: 7, upsert, records });
      assert.deepEqual(errors(many), ['records[0].record.key']);
    }
  });

  it('adds by upsert under new ids where an id or a key is not there', async () => {
    const records = [
      { id: '9007199254740991', record: cells({ key: 'by id' }) },
      { updateKey: { field: 'key', value: 'by key' }, record: cells({ grade: '梅' }) },
      { updateKey: { field: 'unique_number', value: '1' }, record: cells({ grade: '梅' }) },
      { id: '9007199254740990', record: cells({ key: 'by id too' }) },
    ];
    const { body } = await client.call('PUT', 'records', { app: 7, upsert: true, records });
    assert.deepEqual(body.records, [
      { id: '3', operation: 'INSERT', revision: '1' },
      { id: '4', operation: 'INSERT', revision: '1' },
      { id: '2', operation: 'UPDATE', revision: '2' },
      { id: '5', operation: 'INSERT', revision: '1' },
    ]);
  });

  it('holds an update to the whole record, and fills no default in', async () => {
    const cleared = await client.call('PUT', 'record', { app: 7, id: 1, record: cells({ grade: '' }) });
    assert.equal(cleared.status, 200);
    const { body } = await client.call('GET', 'record', { app: 7, id: 1 });
    assert.equal((body.record as Record<string, { value: unknown }>).grade?.value, null);
    const empty = await client.call('PUT', 'record', { app: 7, id: 1, record: cells({ key: '' }) });
    assert.deepEqual(errors(empty), ['record.key.value']);
  });
});
