import assert from 'node:assert/strict';
import type { Sandbox } from '../../../src/sandbox/server';
import { startSandbox } from '../../../src/sandbox/server';
import type { CallOptions, Reply } from './client';
import { asError, cells, Client, customer } from './client';

interface Row {
  readonly id: string;
  readonly value: Readonly<Record<string, { readonly value: unknown }>>;
}

describe('lookups of the sandbox', () => {
  let sandbox: Sandbox;
  let client: Client;
  let last = 0;

  before(async () => {
    sandbox = await startSandbox({ samples: false });
    client = new Client(sandbox.kintone);
  });
  after(async () => sandbox.close());

  beforeEach(async () => {
    sandbox.control.reset();
    const records = [
      customer('C1', { 会社名: '甲', 従業員数: '10', ランク: 'A', 国: 'フランス' }),
      customer('C2', { 会社名: '乙', 従業員数: '20' }),
    ];
    assert.equal((await client.call('POST', 'records', { app: 1, records })).status, 200);
  });

  const key = () => `K${++last}`;
  const add = async (values: Record<string, unknown>, options?: CallOptions): Promise<Reply> =>
    client.call('POST', 'record', { app: 7, record: cells({ key: key(), ...values }) }, options);
  const put = async (id: unknown, values: Record<string, unknown>): Promise<Reply> =>
    client.call('PUT', 'record', { app: 7, id, record: cells(values) });
  const copied = async (id: unknown): Promise<unknown[]> => {
    const { body } = await client.call('GET', 'record', { app: 7, id });
    const record = body.record as Record<string, { value: unknown }>;
    return ['customer', 'customer_name', 'customer_size', 'customer_rank'].map((code) => record[code]?.value);
  };
  const code = ({ status, body }: Reply) => [status, body.code, body.errors];

  it('fills copied fields, and ignores what is sent for them', async () => {
    const { body } = await add({ customer: 'C1', customer_name: 'mine', customer_size: 'no number' });
    assert.deepEqual(await copied(body.id), ['C1', '甲', '10', 'A']);
  });

  it('leaves copied fields empty where no key is sent, whatever is sent for them', async () => {
    const { body } = await add({ customer_name: 'mine' });
    assert.deepEqual(await copied(body.id), ['', '', '', null]);
  });

  it('copies anew with a new key, keeps the copies without one, and clears them with an empty one', async () => {
    const { body } = await add({ customer: 'C1' });
    await put(body.id, { customer: 'C2' });
    assert.deepEqual(await copied(body.id), ['C2', '乙', '20', null]);
    await client.call('PUT', 'record', { app: 1, id: 2, record: cells({ 会社名: '丙' }) });
    await put(body.id, { short_text: 'other', customer_name: 'mine' });
    assert.deepEqual(await copied(body.id), ['C2', '乙', '20', null]);
    await put(body.id, { customer: '' });
    assert.deepEqual(await copied(body.id), ['', '', '', null]);
  });

  it('refuses a key that does not exist, without a path', async () => {
    const reply = await add({ customer: 'C9', grade: '桜' });
    assert.deepEqual(code(reply), [400, 'GAIA_LO04', undefined]);
  });

  it('names only the first missing key of a request, before any other complaint', async () => {
    const records = [{ grade: '桜' }, { customer: 'C8' }, { customer: 'C9' }].map((values) =>
      cells({ key: key(), ...values }),
    );
    const reply = await client.call('POST', 'records', { app: 7, records }, { language: 'en' });
    assert.deepEqual(code(reply), [400, 'GAIA_LO04', undefined]);
    assert.match(asError(reply.body).message, /C8/);
    assert.equal(sandbox.control.count('7'), 0);
  });

  it('refuses to copy by a field of which values may occur twice', async () => {
    assert.deepEqual(code(await add({ company: '甲' })), [400, 'GAIA_LO03', undefined]);
    assert.equal((await add({ company: '' })).status, 200);
  });

  it('looks up by record number', async () => {
    const { body } = await add({ customer_number: '2' });
    const read = await client.call('GET', 'record', { app: 7, id: body.id });
    assert.equal((read.body.record as Record<string, { value: unknown }>).numbered_name?.value, '乙');
    assert.deepEqual(code(await add({ customer_number: '3' })), [400, 'GAIA_LO04', undefined]);
  });

  it('needs the right to view the app it looks into', async () => {
    const alone = await add({ customer: 'C1' }, { tokens: [client.token('7')] });
    assert.deepEqual(code(alone), [400, 'GAIA_LO04', undefined]);
    const both = await add({ customer: 'C1' }, { tokens: [client.token('7'), client.token('1')] });
    assert.equal(both.status, 200);
  });

  it('looks up in every row of a table', async () => {
    const row = (values: Record<string, unknown>, id?: string) => ({
      ...(id === undefined ? {} : { id }),
      value: cells(values),
    });
    const contacts = async (id: unknown) => {
      const { body } = await client.call('GET', 'record', { app: 7, id });
      const rows = (body.record as { contacts: { value: Row[] } }).contacts.value;
      return rows.map(({ id: rowId, value }) => ({
        id: rowId,
        values: [value.contact_name?.value, value.contact_customer?.value, value.contact_company?.value],
      }));
    };
    const first = row({ contact_name: 'a', contact_customer: 'C1', contact_company: 'mine' });
    const { body } = await add({ contacts: [first, row({ contact_name: 'b', contact_company: 'mine' })] });
    const [one, two] = await contacts(body.id);
    assert.deepEqual(
      [one?.values, two?.values],
      [
        ['a', 'C1', '甲'],
        ['b', '', ''],
      ],
    );
    const merged = [
      row({ contact_name: 'c', contact_company: 'mine' }, one?.id),
      row({ contact_customer: 'C2' }, two?.id),
    ];
    assert.equal((await put(body.id, { contacts: merged })).status, 200);
    assert.deepEqual(
      (await contacts(body.id)).map(({ values }) => values),
      [
        ['c', 'C1', '甲'],
        ['b', 'C2', '乙'],
      ],
    );
    const missing = await put(body.id, { contacts: [row({ contact_customer: 'C9' })] });
    assert.deepEqual(code(missing), [400, 'GAIA_LO04', undefined]);
  });

  it('describes the lookup in place of what a plain field has', async () => {
    const { body } = await client.call('GET', 'app/form/fields', { app: 6, lang: 'en' });
    const properties = body.properties as Record<string, Record<string, unknown>>;
    assert.deepEqual(properties.顧客, {
      type: 'SINGLE_LINE_TEXT',
      code: '顧客',
      label: 'Customer',
      noLabel: false,
      required: false,
      lookup: {
        relatedApp: { app: '1', code: '' },
        relatedKeyField: '顧客コード',
        fieldMappings: [
          { field: '顧客名', relatedField: '会社名' },
          { field: '連絡先', relatedField: 'メール' },
        ],
        lookupPickerFields: ['会社名', 'メール'],
        filterCond: '',
        sort: 'レコード番号 desc',
      },
    });
  });
});
