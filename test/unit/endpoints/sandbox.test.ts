import assert from 'node:assert/strict';
import type { Endpoint } from '../../../src/core/endpoints/endpoint';
import { createKintoneEndpoint } from '../../../src/core/endpoints/kintone/kintoneEndpoint';
import { withSignIn } from '../../../src/core/endpoints/kintone/signIn';
import type { KintoneSignIn } from '../../../src/core/endpoints/kintone/signIn';
import { createUndiciTransport } from '../../../src/core/endpoints/undiciTransport';
import { createMapper } from '../../../src/core/mapping/createMapper';
import { layoutOf } from '../../../src/core/mapping/layout';
import type { RecordLayout } from '../../../src/core/mapping/layout';
import { checkColumns, matchColumns } from '../../../src/core/mapping/matchColumns';
import { isRecord } from '../../../src/core/mapping/record';
import type { ImportRecord } from '../../../src/core/mapping/record';
import type { TargetSchema } from '../../../src/core/mapping/schema';
import { startSandbox } from '../../../src/sandbox/server';
import type { Sandbox } from '../../../src/sandbox/server';
import { ExpectedError } from '../../../src/core/message';
import { rowOf } from '../mapping/support';

describe('Kintone for real, on the sandbox', function () {
  this.timeout(60_000);
  let sandbox: Sandbox;
  const transport = createUndiciTransport();

  before(async () => {
    sandbox = await startSandbox();
  });
  after(async () => {
    await transport.close();
    await sandbox.close();
  });
  beforeEach(() => sandbox.control.reset());

  function endpointAs(signIn: KintoneSignIn, guestSpaceId?: string): Endpoint {
    const { baseUrl } = sandbox.kintone;
    return createKintoneEndpoint({
      baseUrl,
      ...(guestSpaceId === undefined ? {} : { guestSpaceId }),
      transport: withSignIn(transport, baseUrl, signIn),
      language: 'en',
    });
  }

  function byPassword(): Endpoint {
    const { username, password } = sandbox.kintone;
    return endpointAs({ kind: 'password', username, password });
  }

  function recordsOf(
    schema: TargetSchema,
    header: readonly string[],
    rows: readonly string[][],
  ): ImportRecord[] {
    const match = matchColumns(header, schema);
    assert.equal(checkColumns(match, header), null);
    assert.deepEqual(match.unmatched, []);
    const layout = layoutOf(schema, { columns: match.columns, mode: 'add' });
    const mapper = createMapper(schema, layout, { timeZone: 'Asia/Tokyo' });
    return [...mapper.map(rows.map((cells) => rowOf(cells))), ...mapper.end()].map((record) => {
      assert.ok(isRecord(record), JSON.stringify(record));
      return record;
    });
  }

  function layoutOfHeader(schema: TargetSchema, header: readonly string[]): RecordLayout {
    return layoutOf(schema, { columns: matchColumns(header, schema).columns, mode: 'add' });
  }

  it('lists apps by password and says that a token can’t', async () => {
    const apps = await byPassword().listTargets();
    for (const { id, name } of sandbox.kintone.apps) {
      assert.ok(apps.some((app) => app.id === id && app.name === name));
    }
    const tokens = sandbox.kintone.apps.map(({ apiToken }) => apiToken).slice(0, 1);
    const byToken = endpointAs({ kind: 'apiTokens', tokens });
    assert.equal(await refusalOf(byToken.listTargets()), 'kintone.appsNeedPassword');
  });

  const HEADER = [
    '顧客コード',
    '会社名',
    '従業員数',
    '月額',
    'ランク',
    '区分',
    '興味',
    '対応言語',
    '契約日',
    '連絡時刻',
    '最終訪問',
    'メール',
    '電話',
    'ウェブサイト',
    '紹介文',
    'Notes',
  ];
  const ROW = [
    'C-0001',
    '株式会社"引用"',
    ' 12 ',
    '1.5e3',
    'A',
    '',
    '製品\nサポート',
    '日本語、英語',
    '2026年1月2日',
    '9時30分',
    '2026/1/2 3:04',
    'a@example.com',
    '03-1234-5678',
    'https://example.com/',
    '<b>太字</b>',
    '1行目\r\n2行目',
  ];

  it('describes an app and writes every kind of field to it', async () => {
    const [app] = sandbox.kintone.apps;
    assert.ok(app !== undefined);
    const endpoint = endpointAs({ kind: 'apiTokens', tokens: [app.apiToken] });
    const schema = await endpoint.describe(app.id);
    assert.equal(schema.name, app.name);
    assert.deepEqual(schema.numberPrecision, { integerDigits: 12, decimalPlaces: 4 });
    const answer = await endpoint
      .writer(schema, layoutOfHeader(schema, HEADER))
      .send(recordsOf(schema, HEADER, [ROW]));
    assert.equal(answer.kind, 'committed', JSON.stringify(answer));
    const [stored] = sandbox.control.records(app.id).slice(-1);
    assert.ok(stored !== undefined && 'ids' in answer);
    assert.equal(stored.$id, answer.ids[0]);
    const expected: Record<string, unknown> = {
      顧客コード: 'C-0001',
      会社名: '株式会社"引用"',
      従業員数: '12',
      月額: '1500',
      ランク: 'A',
      興味: ['製品', 'サポート'],
      対応言語: ['日本語', '英語'],
      契約日: '2026-01-02',
      連絡時刻: '09:30',
      最終訪問: '2026-01-01T18:04:00Z',
      メール: 'a@example.com',
      電話: '03-1234-5678',
      紹介文: '<b>太字</b>',
    };
    for (const [code, value] of Object.entries(expected)) {
      assert.deepEqual(stored[code], value, code);
    }
  });

  it('writes thousands in one bulk request and gets an id for each in their order', async () => {
    const [app] = sandbox.kintone.apps;
    assert.ok(app !== undefined);
    const endpoint = byPassword();
    const schema = await endpoint.describe(app.id);
    const header = ['顧客コード', '会社名'];
    const rows = Array.from({ length: 1950 }, (_, index) => [`C-${index}`, `Company ${index}`]);
    const before = sandbox.control.count(app.id);
    const writer = endpoint.writer(schema, layoutOfHeader(schema, header));
    const answer = await writer.send(recordsOf(schema, header, rows));
    assert.ok(answer.kind === 'committed');
    assert.equal(sandbox.control.count(app.id), before + 1950);
    const stored = sandbox.control.records(app.id).slice(-1950);
    assert.deepEqual(
      stored.map((record) => [record.$id, record.顧客コード]),
      answer.ids.map((id, index) => [id, `C-${index}`]),
    );
  });

  it('learns which rows the server refuses, and that nothing was kept', async () => {
    const [app] = sandbox.kintone.apps;
    assert.ok(app !== undefined);
    const endpoint = byPassword();
    const schema = await endpoint.describe(app.id);
    const header = ['顧客コード', '会社名'];
    const rows = Array.from({ length: 150 }, (_, index) => [`C-${index}`, 'x']);
    rows[120] = ['C-3', 'duplicate'];
    const before = sandbox.control.count(app.id);
    const writer = endpoint.writer(schema, layoutOfHeader(schema, header));
    const answer = await writer.send(recordsOf(schema, header, rows));
    assert.ok(answer.kind === 'rejected', JSON.stringify(answer));
    assert.deepEqual(
      answer.rows.map(({ index, reasons }) => [index, reasons.map(({ field }) => field)]),
      [[120, ['顧客コード']]],
    );
    assert.notEqual(answer.rows[0]?.reasons[0]?.message.verbatim ?? '', '');
    assert.equal(sandbox.control.count(app.id), before);
  });

  it('judges every disturbance by what really happened to the rows', async () => {
    const [app] = sandbox.kintone.apps;
    assert.ok(app !== undefined);
    const endpoint = byPassword();
    const schema = await endpoint.describe(app.id);
    const header = ['顧客コード', '会社名'];
    const writer = endpoint.writer(schema, layoutOfHeader(schema, header));
    const { control } = sandbox;
    let next = 0;
    const send = async (): Promise<string> => {
      next += 1;
      const answer = await writer.send(recordsOf(schema, header, [[`F-${next}`, 'x']]));
      return 'reason' in answer ? `${answer.kind} ${answer.reason}` : answer.kind;
    };
    for (const [faults, expected] of [
      [{ fail: [{ status: 429, retryAfterSeconds: 2 }] }, 'notCommitted throttled'],
      [{ fail: [{ status: 503, html: true }] }, 'ambiguous'],
      [{ fail: [{ status: 503, html: true, committed: true }] }, 'ambiguous'],
      [{ fail: [{ status: 520, code: 'GAIA_DA02' }] }, 'notCommitted locked'],
      [{ fail: [{ status: 502, html: true, committed: true }] }, 'ambiguous'],
      [{ fail: [{ status: 502, html: true }] }, 'ambiguous'],
      [{ dropBeforeCommit: 1 }, 'ambiguous'],
      [{ dropAfterCommit: 1 }, 'ambiguous'],
    ] as const) {
      control.setFaults(faults);
      assert.equal(await send(), expected, JSON.stringify(faults));
      assert.equal(await send(), 'committed');
    }
    control.setFaults({ fail: [{ path: 'records', status: 401, code: 'CB_AU01' }] });
    assert.equal(await send(), 'impossible');
  });

  it('reaches an app in a guest space by its own paths', async () => {
    const { guestSpace, username, password } = sandbox.kintone;
    const [app] = guestSpace.apps;
    assert.ok(app !== undefined);
    const signIn = { kind: 'password', username, password } as const;
    const schema = await endpointAs(signIn, guestSpace.id).describe(app.id);
    assert.equal(schema.url, `${sandbox.kintone.baseUrl}/k/guest/${guestSpace.id}/${app.id}/`);
    assert.equal(await refusalOf(endpointAs(signIn).describe(app.id)), 'kintone.GAIA_IL23');
  });

  it('says what a token lacks', async () => {
    const [app] = sandbox.kintone.apps;
    assert.ok(app !== undefined);
    const endpoint = endpointAs({ kind: 'apiTokens', tokens: [app.viewOnlyApiToken] });
    const schema = await endpoint.describe(app.id);
    const header = ['顧客コード', '会社名'];
    const writer = endpoint.writer(schema, layoutOfHeader(schema, header));
    const answer = await writer.send(recordsOf(schema, header, [['C-1', 'x']]));
    assert.equal(answer.kind, 'impossible');
    const wrong = endpointAs({ kind: 'apiTokens', tokens: ['wrong'] });
    assert.equal(await refusalOf(wrong.describe(app.id)), 'kintone.GAIA_IA02');
  });
});

async function refusalOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof ExpectedError, String(error));
    return error.detail.code;
  }
  assert.fail('it went well');
}
