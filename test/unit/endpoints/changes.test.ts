import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Answer, Endpoint, LiveRecord, TargetWriter } from '../../../src/core/endpoints/endpoint';
import { createKintoneEndpoint } from '../../../src/core/endpoints/kintone/kintoneEndpoint';
import { KintoneRefusal } from '../../../src/core/endpoints/kintone/reader';
import { withSignIn } from '../../../src/core/endpoints/kintone/signIn';
import type { KintoneSignIn } from '../../../src/core/endpoints/kintone/signIn';
import { createUndiciTransport } from '../../../src/core/endpoints/undiciTransport';
import { changesOf } from '../../../src/core/mapping/changes';
import { createMapper } from '../../../src/core/mapping/createMapper';
import { layoutOf } from '../../../src/core/mapping/layout';
import type { RecordLayout } from '../../../src/core/mapping/layout';
import type { ColumnUse, ImportMode } from '../../../src/core/mapping/plan';
import { isRecord } from '../../../src/core/mapping/record';
import type { ImportRecord, RecordValue } from '../../../src/core/mapping/record';
import type { TargetSchema } from '../../../src/core/mapping/schema';
import { startSandbox } from '../../../src/sandbox/server';
import type { Sandbox } from '../../../src/sandbox/server';
import { rowOf } from '../mapping/support';

const EVERYTHING = '7';
const ORDERS = '6';

/** A file about the app of everything: each column and what becomes of it, then the rows of two records. */
const FILE: readonly (readonly [use: ColumnUse, ...cells: string[]])[] = [
  [{ startsRecord: true }, '*', '', '*'],
  ['key', 'K-"1"', '', 'K\\2'],
  ['short_text', 'abc', '', 'def'],
  ['文字列＿複数行', '1\n2', '', ''],
  ['rich', '<b>太</b>', '', ''],
  ['数値', '1.5', '', ''],
  ['unique_number', '77', '', '78'],
  ['色', '赤\n緑', '', ''],
  ['選択・複数', 'A ,B\n山\\海', '', '"引用"'],
  ['選択・単一', '[角]', '', ''],
  ['day', '2026-03-04', '', ''],
  ['unique_day', '2026-03-04', '', '2026-03-05'],
  ['web', '', '', 'https://example.com/b'],
  ['clock', '23:59', '', '00:00'],
  ['moment', '2026-03-04T05:06:00Z', '', ''],
  ['users', 'sato\nito', '', ''],
  ['departments', 'dev', '', ''],
  ['groups', 'managers', '', ''],
  ['files', 'メモ "1".txt\nb.bin', '', ''],
  [{ table: 'details', field: 'row_text' }, 'one', 'two', ''],
  [{ table: 'details', field: 'row_number' }, '1.5', '', ''],
  [{ table: 'details', field: 'row_check' }, 'X\nZ', 'Y', ''],
  [{ table: 'details', field: 'row_users' }, 'ito', '', ''],
  [{ table: 'details', field: 'row_moment' }, '2026-03-04T05:06:00Z', '', ''],
  [{ table: 'contacts', field: 'contact_name' }, '一', '', ''],
];

describe('records of Kintone that are added, found and changed', function () {
  this.timeout(60_000);
  const transport = createUndiciTransport();
  let sandbox: Sandbox;
  let folder = '';

  before(async () => {
    sandbox = await startSandbox();
    folder = await mkdtemp(join(tmpdir(), 'attachments-'));
    await writeFile(join(folder, 'メモ "1".txt'), '添付');
    await writeFile(join(folder, 'b.bin'), Buffer.alloc(100_000, 7));
  });
  after(async () => {
    await transport.close();
    await sandbox.close();
    await rm(folder, { recursive: true });
  });
  beforeEach(() => sandbox.control.reset());

  function endpointAs(signIn: KintoneSignIn): Endpoint {
    const { baseUrl } = sandbox.kintone;
    return createKintoneEndpoint({
      baseUrl,
      transport: withSignIn(transport, baseUrl, signIn),
      language: 'en',
      bulk: signIn.kind !== 'oauth',
    });
  }

  function byPassword(user: { username: string; password: string } = sandbox.kintone): Endpoint {
    return endpointAs({ kind: 'password', username: user.username, password: user.password });
  }

  function tokensOf(id: string): (typeof sandbox.kintone.apps)[number] {
    const app = sandbox.kintone.apps.find((one) => one.id === id);
    assert.ok(app !== undefined);
    return app;
  }

  function recordsOf(schema: TargetSchema, layout: RecordLayout): ImportRecord[] {
    const mapper = createMapper(schema, layout, { timeZone: 'UTC', attachmentsFolder: folder });
    const rows = [0, 1, 2].map((row) => rowOf(FILE.map(([, ...cells]) => cells[row] ?? '')));
    const mapped = [...mapper.map(rows), ...mapper.end()];
    return mapped.map((record) => {
      assert.ok(isRecord(record), JSON.stringify(record));
      return record;
    });
  }

  function layoutFor(schema: TargetSchema, mode: ImportMode, key?: string): RecordLayout {
    const columns = FILE.map(([use]) => use);
    return layoutOf(schema, {
      columns,
      mode,
      ...(key === undefined ? {} : { key }),
      attachmentsFolder: folder,
    });
  }

  /** The record with its files handed over. */
  async function uploaded(writer: TargetWriter, record: ImportRecord): Promise<ImportRecord> {
    const values: RecordValue[] = [];
    for (const value of record.values) {
      if (typeof value === 'object' && 'files' in value) {
        const files = [];
        for (const file of value.files) {
          const answer = await writer.upload(file);
          assert.ok(answer.kind === 'uploaded', JSON.stringify(answer));
          files.push({ ...file, fileKey: answer.fileKey });
        }
        values.push({ files });
      } else {
        values.push(value);
      }
    }
    return { ...record, values };
  }

  function committed(answer: Answer): Answer & { kind: 'committed' } {
    assert.ok(answer.kind === 'committed', JSON.stringify(answer));
    return answer;
  }

  async function addAll(endpoint: Endpoint): Promise<{ schema: TargetSchema; ids: readonly string[] }> {
    const schema = await endpoint.describe(EVERYTHING);
    const layout = layoutFor(schema, 'add');
    const writer = endpoint.writer(schema, layout);
    const batch = [];
    for (const record of recordsOf(schema, layout)) {
      batch.push(await uploaded(writer, record));
    }
    return { schema, ids: committed(await writer.send(batch)).ids };
  }

  it('are found just as they were sent, with tables, files and every kind of field', async () => {
    const endpoint = byPassword();
    const { schema, ids } = await addAll(endpoint);
    const layout = layoutFor(schema, 'update', 'key');
    const records = recordsOf(schema, layout);
    const live = await endpoint.find({ schema, key: 'key', values: ['K-"1"', 'K\\2', 'none'], layout });
    assert.deepEqual(live.map(({ id }) => id).sort(), [...ids].sort());
    for (const record of records) {
      const found = live.find(({ key }) => key === record.key);
      assert.ok(found !== undefined);
      assert.equal(changesOf(layout, record, found), null);
    }
    const files = live
      .flatMap(({ values }) => values)
      .find((value) => isFiles(value) && value.files.length > 0);
    assert.ok(isFiles(files));
    assert.deepEqual(
      files.files.map(({ name, size }) => [name, size]),
      [
        ['メモ "1".txt', 6],
        ['b.bin', 100_000],
      ],
    );
  });

  it('tell which fields of a table hold something that the layout does not know', async () => {
    const endpoint = byPassword();
    const { schema } = await addAll(endpoint);
    const whole = layoutFor(schema, 'update', 'key');
    const fields = whole.fields.map((one) =>
      one.inner === undefined
        ? one
        : { ...one, inner: one.inner.filter(({ field }) => field.code !== 'row_text') },
    );
    const unmapped = async (layout: typeof whole) =>
      (await endpoint.find({ schema, key: 'key', values: ['K-"1"'], layout }))
        .flatMap(({ values }) => values)
        .flatMap((value) => (typeof value === 'object' && 'rows' in value ? value.rows : []))
        .flatMap((row) => row.unmapped ?? []);
    assert.ok(!(await unmapped(whole)).includes('row_text'));
    const found = await unmapped({ ...whole, fields });
    assert.ok(found.includes('row_text'));
    assert.ok(!found.includes('row_twice')); // calculated
  });

  it('are found by each kind of key, in the form in which keys are compared', async () => {
    const endpoint = byPassword();
    const { schema, ids } = await addAll(endpoint);
    const [first = '', second = ''] = ids;
    for (const [key, values, expected] of [
      ['key', ['K\\2'], [['K\\2', second]]],
      [
        'unique_number',
        ['77', '079', '78'],
        [
          ['77', first],
          ['78', second],
        ],
      ],
      ['レコード番号', [first, '999999'], [[first, first]]],
      ['moment', ['2026-03-04T05:06:00Z', '2026-01-01T01:01:00Z'], [['2026-03-04T05:06:00Z', first]]],
      ['unique_day', ['2026-03-05', '2026-03-06'], [['2026-03-05', second]]],
      ['web', ['https://example.com/a', 'https://example.com/b'], [['https://example.com/b', second]]],
    ] as const) {
      const found = await endpoint.find({ schema, key, values, layout: null });
      assert.deepEqual(
        found.map((one) => [one.key, one.id]).sort(),
        expected.map((one) => [...one]).sort(),
        key,
      );
    }
  });

  it('are changed by what differs alone, together with new ones', async () => {
    const endpoint = byPassword();
    const { schema } = await addAll(endpoint);
    const layout = layoutFor(schema, 'addOrUpdate', 'key');
    const [record] = recordsOf(schema, layout);
    assert.ok(record !== undefined);
    const live = await one(endpoint, schema, layout, 'K-"1"');
    const at = layout.fields.findIndex(({ field }) => field.code === 'short_text');
    const edited = { ...record, values: record.values.with(at, 'changed') };
    const changes = changesOf(layout, edited, live);
    assert.ok(changes !== null && changes.problems === undefined);
    const added: ImportRecord = {
      row: 9,
      lastRow: 9,
      values: layout.fields.map(({ field }) => (field.code === 'key' ? 'new' : undefined)),
    };
    const changed: ImportRecord = { ...edited, values: changes.values, update: live };
    const writer = endpoint.writer(schema, layout);
    const before = sandbox.control.count(EVERYTHING);
    const answer = committed(await writer.send([changed, added]));
    assert.equal(answer.ids[0], live.id);
    assert.equal(answer.revisions[0], String(Number(live.revision) + 1));
    assert.equal(sandbox.control.count(EVERYTHING), before + 1);
    const after = await one(endpoint, schema, layout, 'K-"1"');
    assert.deepEqual(after.values, live.values.with(at, 'changed'));
    assert.equal((await one(endpoint, schema, layout, 'new')).id, answer.ids[1]);

    const again = await writer.send([changed]);
    assert.ok(again.kind === 'rejected');
    assert.deepEqual([again.code, again.rows], ['GAIA_CO02', []]);
    const gone = await writer.send([{ ...changed, update: { id: '999999', revision: '1' } }]);
    assert.equal(gone.kind === 'rejected' && gone.code, 'GAIA_RE01');
  });

  it('are refused by row, field and table row, new ones and changes alike', async () => {
    const endpoint = byPassword();
    const { schema } = await addAll(endpoint);
    const layout = layoutFor(schema, 'addOrUpdate', 'key');
    const [record] = recordsOf(schema, layout);
    assert.ok(record !== undefined);
    const live = await one(endpoint, schema, layout, 'K-"1"');
    const set = (code: string, value: RecordValue): RecordValue[] =>
      layout.fields.map(({ field }) => (field.code === code ? value : undefined));
    const table = layout.fields.find(({ field }) => field.code === 'details');
    const row = (table?.inner ?? []).map(({ field }): RecordValue =>
      field.code === 'row_text' ? 'x'.repeat(21) : field.code === 'row_check' ? ['X', 'no'] : undefined,
    );
    const good = (table?.inner ?? []).map(({ field }): RecordValue =>
      field.code === 'row_text' ? 'x' : undefined,
    );
    const values = set('details', {
      rows: [
        { row: 1, values: good },
        { row: 2, values: row },
      ],
    });
    const changes: ImportRecord[] = [
      { row: 1, lastRow: 2, values, update: live },
      { row: 3, lastRow: 3, values: set('選択・単一', 'B'), update: live },
    ];
    const writer = endpoint.writer(schema, layout);
    for (const [batch, expected] of [
      [
        changes.slice(0, 1),
        [
          [0, 'details', 1, 'row_text'],
          [0, 'details', 1, 'row_check'],
        ],
      ],
      [changes.slice(1), [[0, '選択・単一', undefined, undefined]]],
      [
        [{ row: 1, lastRow: 1, values: set('key', '') }, ...changes.slice(1)],
        [[0, 'key', undefined, undefined]],
      ],
    ] as const) {
      const answer = await writer.send(batch);
      assert.ok(answer.kind === 'rejected', JSON.stringify(answer));
      assert.deepEqual(
        answer.rows.flatMap(({ index, reasons }) =>
          reasons.map(({ field, inTable }) => [index, field, inTable?.index, inTable?.field]),
        ),
        expected,
      );
    }
  });

  it('are refused as a whole for codes and lookups that lead nowhere, without a row', async () => {
    const endpoint = byPassword();
    const schema = await endpoint.describe(EVERYTHING);
    for (const [code, value, refusal] of [
      ['users', ['nobody'], 'GAIA_IL26'],
      ['groups', ['nobody'], 'GAIA_IL27'],
      ['departments', ['nobody'], 'GAIA_IL28'],
      ['customer', 'no such customer', 'GAIA_LO04'],
    ] as const) {
      const layout = layoutOf(schema, { columns: ['key', code], mode: 'add' });
      const batch = ['a', 'b'].map((key, row): ImportRecord => ({
        row,
        lastRow: row,
        values: [key, row === 0 ? undefined : value],
      }));
      const answer = await endpoint.writer(schema, layout).send(batch);
      assert.deepEqual(answer.kind === 'rejected' && [answer.code, answer.rows, answer.message.code], [
        refusal,
        [],
        `kintone.${refusal}`,
      ]);
    }
  });

  it('are described with what can be written, and why the rest can’t', async () => {
    const schema = await byPassword().describe(EVERYTHING);
    const described = new Map(
      schema.fields.map(({ code, kind, readOnlyBecause }) => [code, readOnlyBecause ?? kind]),
    );
    for (const [code, what] of [
      ['auto_text', 'calculated'],
      ['税込', 'calculated'],
      ['customer', 'text'],
      ['customer_rank', 'copied'],
      ['customer_number', 'number'],
      ['files', 'files'],
      ['details', 'table'],
      ['orders', 'notAValue'],
      ['people', 'notAValue'],
      ['レコード番号', 'recordNumber'],
      ['作成者', 'user'],
      ['更新日時', 'datetime'],
      ['ステータス', 'system'],
      ['カテゴリー', 'system'],
    ] as const) {
      assert.equal(described.get(code), what, code);
    }
    const inner = schema.fields.find(({ code }) => code === 'details')?.fields ?? [];
    assert.deepEqual(
      ['row_twice', 'row_files', 'row_text'].map((code) => inner.find((field) => field.code === code)?.kind),
      ['readOnly', 'files', 'text'],
    );
    assert.equal((await byPassword().describe(ORDERS)).recordNumberPrefix, 'ORDER-');
    const restricted = await byPassword(sandbox.kintone.otherUsers.restricted).describe(EVERYTHING);
    assert.equal(restricted.fields.find(({ code }) => code === '作成者')?.readOnlyBecause, 'noRight');
  });

  it('are changed by those who may, and the others are named', async () => {
    const { restricted, viewer } = sandbox.kintone.otherUsers;
    const orders = await byPassword().describe(ORDERS);
    const plan = { columns: ['注文番号', '社内メモ', '備考'], mode: 'update', key: '注文番号' } as const;
    const layout = layoutOf(orders, plan);
    const values = ['J-0001', 'J-0002', 'J-0003'];
    const found = await byPassword().find({ schema: orders, key: '注文番号', values, layout });
    const all = values.map((value) => {
      const live = found.find(({ key }) => key === value);
      assert.ok(live !== undefined);
      return live;
    });
    const noted = all.map((update, row): ImportRecord => ({
      row,
      lastRow: row,
      values: [undefined, row === 0 ? 'note' : undefined, 'x'],
      update,
    }));
    const answer = await byPassword(restricted).writer(orders, layout).send(noted);
    assert.ok(answer.kind === 'rejected', JSON.stringify(answer));
    assert.deepEqual(
      answer.rows.map(({ index, reasons }) => [index, reasons.map(({ message }) => message.code)]),
      [
        [0, ['kintone.mayNotEditField']],
        [2, ['kintone.mayNotEditRecord']],
      ],
    );
    const rest = noted.slice(1, 2);
    assert.equal((await byPassword(restricted).writer(orders, layout).send(rest)).kind, 'committed');
    const seen = await byPassword(restricted).find({
      schema: orders,
      key: '注文番号',
      values: ['J-0001', 'J-0003'],
      layout,
    });
    assert.deepEqual(
      seen.map(({ key }) => key),
      ['J-0001'],
    );
    assert.ok((await byPassword(viewer).writer(orders, layout).send(rest)).kind !== 'committed');
  });

  it('take who and when from a sign-in that may manage the app, and from no other', async () => {
    const { managingApiToken, apiToken } = tokensOf(EVERYTHING);
    const managing = endpointAs({ kind: 'apiTokens', tokens: [managingApiToken] });
    const schema = await managing.describe(EVERYTHING);
    const columns = ['key', '作成者', '作成日時'];
    const layout = layoutOf(schema, { columns, mode: 'add' });
    const values = ['who', 'sato', '2020-01-02T03:04:00Z'];
    committed(await managing.writer(schema, layout).send([{ row: 1, lastRow: 1, values }]));
    const found = await one(managing, schema, layout, 'who');
    assert.deepEqual(found.values, values);
    const plain = await endpointAs({ kind: 'apiTokens', tokens: [apiToken] }).describe(EVERYTHING);
    assert.deepEqual(
      plain.fields.filter(({ nativeType }) => nativeType === 'CREATOR').map((field) => field.readOnlyBecause),
      ['noRight'],
    );
  });

  it('need the right that is named when it is missing', async () => {
    const { viewOnlyApiToken, undeployedApiToken } = tokensOf(EVERYTHING);
    const { apiToken: ofAnotherApp } = tokensOf(ORDERS);
    const schema = await byPassword().describe(EVERYTHING);
    const layout = layoutFor(schema, 'addOrUpdate', 'key');
    const record: ImportRecord = { row: 1, lastRow: 1, values: layout.fields.map(() => undefined) };
    const change = { ...record, update: { id: '1', revision: '1' } };
    const viewing = endpointAs({ kind: 'apiTokens', tokens: [viewOnlyApiToken] }).writer(schema, layout);
    for (const [batch, code] of [
      [[record], 'kintone.tokenNeedsAdd'],
      [[change], 'kintone.tokenNeedsEdit'],
      [[record, change], 'kintone.tokenNeedsAddAndEdit'],
    ] as const) {
      const answer = await viewing.send(batch);
      assert.deepEqual([answer.kind, 'message' in answer && answer.message.code], ['impossible', code]);
    }
    for (const [tokens, code] of [
      [[undeployedApiToken], 'kintone.GAIA_IA02'],
      [[ofAnotherApp], 'kintone.tokenNeedsView'],
    ] as const) {
      const finding = endpointAs({ kind: 'apiTokens', tokens }).find({
        schema,
        key: 'key',
        values: ['x'],
        layout,
      });
      await assert.rejects(finding, (error) => error instanceof KintoneRefusal && error.detail.code === code);
    }
  });

  it('are written by OAuth one kind at a time', async () => {
    const endpoint = endpointAs({ kind: 'oauth', accessToken: sandbox.kintone.oauth.accessToken });
    const { schema, ids } = await addAll(endpoint);
    const layout = layoutFor(schema, 'addOrUpdate', 'key');
    const writer = endpoint.writer(schema, layout);
    assert.deepEqual([writer.limits.rowsPerRequest, writer.limits.oneKindPerRequest], [100, true]);
    const values = layout.fields.map(({ field }) => (field.code === 'short_text' ? 'other' : undefined));
    const update = { id: ids[0] ?? '', revision: '1' };
    committed(await writer.send([{ row: 1, lastRow: 1, values, update }]));
  });

  async function one(
    endpoint: Endpoint,
    schema: TargetSchema,
    layout: RecordLayout,
    key: string,
  ): Promise<LiveRecord> {
    const [found] = await endpoint.find({ schema, key: 'key', values: [key], layout });
    assert.ok(found !== undefined);
    return found;
  }
});

function isFiles(value: RecordValue): value is Extract<RecordValue, { files: unknown }> {
  return typeof value === 'object' && 'files' in value;
}
