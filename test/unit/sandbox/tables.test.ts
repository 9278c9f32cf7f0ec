import assert from 'node:assert/strict';
import type { ApiError } from '../../../src/sandbox/apiError';
import { EVERYTHING } from '../../../src/sandbox/apps/everything';
import { App } from '../../../src/sandbox/records/app';
import { Report } from '../../../src/sandbox/records/report';
import { changedRecord, newRecord, PendingKeys } from '../../../src/sandbox/records/validate';
import type { Sandbox } from '../../../src/sandbox/server';
import { startSandbox } from '../../../src/sandbox/server';
import type { Reply } from './client';
import { asError, cells, Client } from './client';

interface Row {
  readonly id: string;
  readonly value: Readonly<Record<string, { readonly type: string; readonly value: unknown }>>;
}

describe('tables of the sandbox', () => {
  let sandbox: Sandbox;
  let client: Client;
  let last = 0;

  before(async () => {
    sandbox = await startSandbox({ samples: false });
    client = new Client(sandbox.kintone);
  });
  after(async () => sandbox.close());

  const key = () => `K${++last}`;
  const row = (values: Record<string, unknown>, id?: unknown) => ({
    ...(id === undefined ? {} : { id }),
    value: cells(values),
  });
  const add = async (details: unknown): Promise<Reply> =>
    client.call('POST', 'record', { app: 7, record: cells({ key: key(), details }) });
  const put = async (id: unknown, values: Record<string, unknown>): Promise<Reply> =>
    client.call('PUT', 'record', { app: 7, id, record: cells(values) });
  const rows = async (id: unknown, table = 'details'): Promise<readonly Row[]> => {
    const { body } = await client.call('GET', 'record', { app: 7, id });
    return (body.record as Record<string, { value: Row[] }>)[table]?.value ?? [];
  };
  const column = (all: readonly Row[], code: string) => all.map(({ value }) => value[code]?.value);
  const added = async (...texts: string[]) => {
    const { body } = await add(texts.map((text) => row({ row_text: text, row_number: '1' })));
    return { id: body.id, rows: await rows(body.id) };
  };

  it('gives every row an id as text, defaults, and the type of each value', async () => {
    const { id } = await added('a', 'b');
    const [first, second] = await rows(id);
    assert.ok(first !== undefined);
    assert.match(first.id, /^\d+$/);
    assert.notEqual(first.id, second?.id);
    assert.deepEqual(first.value.row_check, { type: 'CHECK_BOX', value: ['X'] });
    assert.deepEqual(first.value.row_area, { type: 'MULTI_LINE_TEXT', value: '-' });
    assert.deepEqual(first.value.row_twice, { type: 'CALC', value: '2' });
    assert.deepEqual(first.value.row_date, { type: 'DATE', value: null });
  });

  it('keeps all rows when an update does not name the table', async () => {
    const { id, rows: before } = await added('a', 'b');
    assert.equal((await put(id, { short_text: 'other' })).status, 200);
    assert.deepEqual(await rows(id), before);
  });

  it('takes all rows away when an update sends none', async () => {
    const { id } = await added('a', 'b');
    assert.equal((await put(id, { details: [] })).status, 200);
    assert.deepEqual(await rows(id), []);
  });

  it('merges rows with a known id, adds the others, and drops those that are not sent', async () => {
    const { id, rows: before } = await added('a', 'b', 'c');
    const [first, , third] = before;
    const sent = [
      row({ row_number: '7' }, third?.id),
      row({ row_text: 'new' }),
      row({ row_text: 'unknown' }, '999999'),
      row({ row_number: '9' }, Number(first?.id)),
    ];
    assert.equal((await put(id, { details: sent })).status, 200);
    const after = await rows(id);
    assert.deepEqual(column(after, 'row_text'), ['c', 'new', 'unknown', 'a']);
    assert.deepEqual(column(after, 'row_number'), ['7', '', '', '9']);
    assert.equal(after[0]?.id, third?.id);
    assert.equal(after[3]?.id, first?.id);
    assert.ok(!['999999', ...before.map((one) => one.id)].includes(after[2]?.id ?? ''));
  });

  it('refuses the same row id twice with 520 GAIA_SI01, and keeps the record', async () => {
    const { id, rows: before } = await added('a', 'b');
    const sent = [row({ row_text: 'x' }, before[0]?.id), row({ row_text: 'y' }, before[0]?.id)];
    const { status, body } = await put(id, { details: sent });
    assert.deepEqual([status, body.code, body.errors], [520, 'GAIA_SI01', undefined]);
    assert.deepEqual(column(await rows(id), 'row_text'), ['a', 'b']);
  });

  it('takes any number of rows without an id', async () => {
    assert.equal(
      (await add([row({ row_text: 'a' }), row({ row_text: 'b' }), row({ row_text: 'c' })])).status,
      200,
    );
  });

  it('refuses a row id that is text, and a table that is no list', async () => {
    for (const details of [
      [row({ row_text: 'a' }, 'x')],
      'text',
      [1],
      [{ value: 1 }],
      [{ value: { row_text: 1 } }],
    ]) {
      const { status, body } = await add(details);
      assert.deepEqual([status, body.code], [400, 'CB_IJ01'], JSON.stringify(details));
    }
  });

  it('names the place of everything that is wrong in rows, of every record at once', async () => {
    const records = [
      cells({
        key: key(),
        details: [row({ row_text: 'ok' }), row({ row_check: ['X', 'Q'], row_number: '100' })],
      }),
      cells({ key: key() }),
      cells({
        key: key(),
        details: [row({ row_text: 'x'.repeat(21), row_drop: 'z', row_date: '2026-02-30', row_link: 'no' })],
      }),
    ];
    const { status, body } = await client.call('POST', 'records', { app: 7, records });
    assert.deepEqual([status, body.code], [400, 'CB_VA01']);
    assert.deepEqual(Object.keys(asError(body).errors ?? {}).sort(), [
      'records[0].details.value[1].value.row_check.values[1].value',
      'records[0].details.value[1].value.row_number.value',
      'records[0].details.value[1].value.row_text.value',
      'records[2].details.value[0].value.row_date.value',
      'records[2].details.value[0].value.row_drop.value',
      'records[2].details.value[0].value.row_link.value',
      'records[2].details.value[0].value.row_text.value',
    ]);
  });

  it('names a place after a table as if there were no table', async () => {
    const record = cells({
      key: key(),
      details: [row({ row_text: '' })],
      grade: '桜',
      数値: 'x',
      更新日時: 'x',
    });
    const { body } = await client.call('POST', 'record', { app: 7, record });
    assert.deepEqual(Object.keys(asError(body).errors ?? {}).sort(), [
      'record.details.value[0].value.row_text.value',
      'record.grade.value',
      'record.更新日時.value',
      'record[数値].value',
    ]);
  });

  it('blanks what is no number in a row without a word', async () => {
    for (const text of ['1,000', '12abc', 'abc', '１２']) {
      const { status, body } = await add([row({ row_text: 'a', row_number: text })]);
      assert.equal(status, 200, text);
      assert.deepEqual(column(await rows(body.id), 'row_number'), [''], text);
    }
  });

  it('reads numbers in rows as it does elsewhere', async () => {
    const { body } = await add([
      row({ row_text: 'a', row_number: ' 1.5e1 ' }),
      row({ row_text: 'b', row_number: '0.12345' }),
    ]);
    assert.deepEqual(column(await rows(body.id), 'row_number'), ['15', '0.1234']);
  });

  it('holds merged rows to what is required of them', async () => {
    const { id, rows: before } = await added('a');
    const emptied = await put(id, { details: [row({ row_text: '', row_check: [] }, before[0]?.id)] });
    assert.deepEqual(Object.keys(asError(emptied.body).errors ?? {}).sort(), [
      'record.details.value[0].value.row_check.values',
      'record.details.value[0].value.row_text.value',
    ]);
  });

  it('holds rows that an update leaves alone to what is required of them', () => {
    // Such rows come from before the field was required; no request can make them.
    const app = new App(EVERYTHING);
    const checking = (report: Report) => ({
      report,
      keys: new PendingKeys(app),
      reading: { before: undefined, attach: (key: string) => key },
    });
    const sent = cells({ key: 'K', details: [row({ row_text: 'a' }), row({ row_text: '' })] });
    const values = newRecord(app, sent, checking(new Report(false)));
    const report = new Report(true);
    report.startRecord(3);
    changedRecord(app, cells({ short_text: 'x' }), { id: 1, values }, checking(report));
    assert.throws(
      () => report.throwIfAny(),
      (error: ApiError) => {
        const paths = [...(error.errors?.keys() ?? [])];
        assert.deepEqual(paths, [
          'records[3].short_text.value',
          'records[3].details.value[1].value.row_text.value',
        ]);
        return true;
      },
    );
  });

  it('calculates over all rows', async () => {
    const record = cells({
      注文番号: 'T-1',
      注文日: '2026-01-01',
      明細: [
        row({ 商品名: 'a', 数量: '3', 単価: '0.1' }),
        row({ 商品名: 'b', 単価: '5' }),
        row({ 商品名: 'c' }),
      ],
    });
    const { body } = await client.call('POST', 'record', { app: 6, record });
    const read = await client.call('GET', 'record', { app: 6, id: body.id });
    const { 合計, 件名 } = read.body.record as Record<string, unknown>;
    assert.deepEqual(合計, { type: 'CALC', value: '5.3' });
    assert.deepEqual(件名, { type: 'SINGLE_LINE_TEXT', value: 'T-1 ' });
  });

  it('shows tables to tests as rows of plain values', async () => {
    sandbox.control.reset();
    await add([row({ row_text: 'a', row_users: [{ code: 'sato' }] })]);
    const [record] = sandbox.control.records('7');
    const [first] = record?.details as readonly Record<string, unknown>[];
    assert.deepEqual([first?.row_text, first?.row_users], ['a', ['sato']]);
  });
});
