import assert from 'node:assert/strict';
import type { Endpoint, LiveRecord } from '../../../src/core/endpoints/endpoint';
import { createKintoneEndpoint } from '../../../src/core/endpoints/kintone/kintoneEndpoint';
import { isPassing, KintoneRefusal } from '../../../src/core/endpoints/kintone/reader';
import { TransportError } from '../../../src/core/endpoints/transport';
import type { HttpRequest, Transport } from '../../../src/core/endpoints/transport';
import type { RecordLayout } from '../../../src/core/mapping/layout';
import { ExpectedError } from '../../../src/core/message';
import { field, schemaOf } from '../mapping/support';
import { fieldOf, layoutFor } from './support';

const TABLE = field({
  kind: 'table',
  code: '明細',
  fields: [field({ kind: 'text', code: '品名' }), field({ kind: 'users', code: '担当' })],
});
const SCHEMA = schemaOf([
  field({ kind: 'text', code: 'コード', unique: true }),
  field({ kind: 'number', code: 'n', unique: true }),
  field({ kind: 'recordNumber', code: 'レコード番号' }),
  field({ kind: 'choice', code: 'pick' }),
  field({ kind: 'choices', code: 'tags' }),
  field({ kind: 'organizations', code: 'org' }),
  field({ kind: 'user', code: 'by' }),
  field({ kind: 'datetime', code: 'at' }),
  field({ kind: 'files', code: 'file' }),
  TABLE,
  field({ kind: 'text', code: 'hidden' }),
]);

interface Sent {
  readonly app: string;
  readonly query: string;
  readonly fields: readonly string[];
}

interface Recorder {
  readonly endpoint: Endpoint;
  readonly requests: HttpRequest[];
  sent(): Sent;
}

/** Answers every request with one status and body, and keeps the requests. */
function answering(status: number, body: unknown, guestSpaceId?: string): Recorder {
  const requests: HttpRequest[] = [];
  const transport: Transport = {
    request: (request) => {
      requests.push(request);
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      return Promise.resolve({ status, headers: {}, body: new TextEncoder().encode(text) });
    },
  };
  return {
    endpoint: createKintoneEndpoint({
      baseUrl: 'https://example.cybozu.com',
      transport,
      language: 'en',
      ...(guestSpaceId === undefined ? {} : { guestSpaceId }),
    }),
    requests,
    sent: () => {
      const sent = requests.at(-1)?.body;
      assert.ok(sent instanceof Uint8Array);
      return JSON.parse(new TextDecoder().decode(sent)) as Sent;
    },
  };
}

function find(
  { endpoint }: Recorder,
  key: string,
  values: readonly string[],
  layout: RecordLayout | null = null,
): Promise<readonly LiveRecord[]> {
  return endpoint.find({ schema: SCHEMA, key, values, layout });
}

describe('finding records by their key', () => {
  it('asks for 500 keys in one request whose body no limit of addresses cuts off', async () => {
    const recorder = answering(200, { records: [] }, '7');
    const values = Array.from({ length: 500 }, (_, index) => `顧客-${index}`);
    assert.deepEqual(await find(recorder, 'コード', values, layoutFor(SCHEMA, ['コード', 'pick'])), []);
    const [request] = recorder.requests;
    assert.deepEqual(
      [
        recorder.requests.length,
        request?.method,
        request?.url,
        request?.headers['x-http-method-override'],
        request?.headers['content-type'],
      ],
      [1, 'POST', 'https://example.cybozu.com/k/guest/7/v1/records.json', 'GET', 'application/json'],
    );
    const { app, query, fields } = recorder.sent();
    assert.equal(app, '1');
    assert.equal(query, `コード in (${values.map((value) => `"${value}"`).join(',')}) limit 500`);
    assert.deepEqual(fields, ['コード', '$id', '$revision', 'pick']);
  });

  it('refuses more keys than Kintone answers at once', async () => {
    const values = Array.from({ length: 501 }, (_, index) => String(index));
    await assert.rejects(find(answering(200, { records: [] }), 'コード', values), RangeError);
  });

  const queries: readonly (readonly [name: string, key: string, values: string[], list: string])[] = [
    ['quotes and backslashes', 'コード', ['a"b', 'c\\d', '\\"'], '"a\\"b","c\\\\d","\\\\\\""'],
    [
      'what looks like grammar',
      'コード',
      [') or ($id > 0', 'x") limit 1'],
      '") or ($id > 0","x\\") limit 1"',
    ],
    ['each key once', 'コード', ['a', 'b', 'a'], '"a","b"'],
    ['no blank key', 'コード', ['', 'a'], '"a"'],
    ['no key that a line can’t hold', 'コード', ['a\nb', 'c\td', 'e\u0000', 'f'], '"f"'],
    ['numbers', 'n', ['-1.5', '0', '12', '1e3', 'x', '１'], '"-1.5","0","12","1e3"'],
  ];
  for (const [name, key, values, list] of queries) {
    it(`asks for ${name}`, async () => {
      const recorder = answering(200, { records: [] });
      await find(recorder, key, values);
      assert.equal(recorder.sent().query, `${key} in (${list}) limit 500`);
    });
  }

  it('looks for record numbers by their ids', async () => {
    const records = [{ $id: { value: '12' }, $revision: { value: '3' } }];
    const recorder = answering(200, { records });
    assert.deepEqual(await find(recorder, 'レコード番号', ['12', '13', 'x', '-1']), [
      { id: '12', revision: '3', key: '12', values: [] },
    ]);
    const { query, fields } = recorder.sent();
    assert.deepEqual([query, fields], ['$id in (12,13) limit 500', ['$id', '$revision']]);
  });

  it('asks nothing when there is nothing to look for', async () => {
    const recorder = answering(500, '');
    assert.deepEqual(await find(recorder, 'コード', ['', '\n']), []);
    assert.equal(recorder.requests.length, 0);
  });

  it('gives values in the form in which cells become values', async () => {
    const record = {
      $id: { type: '__ID__', value: '5' },
      $revision: { type: '__REVISION__', value: '9' },
      コード: { type: 'SINGLE_LINE_TEXT', value: 'C-1' },
      n: { type: 'NUMBER', value: '1.50' },
      pick: { type: 'DROP_DOWN', value: null },
      tags: { type: 'CHECK_BOX', value: ['a', 'b'] },
      org: { type: 'ORGANIZATION_SELECT', value: [{ code: 'sales', name: '営業' }] },
      by: { type: 'CREATOR', value: { code: 'sato', name: '佐藤' } },
      at: { type: 'DATETIME', value: '2026-01-01T18:04:00Z' },
      file: {
        type: 'FILE',
        value: [{ fileKey: 'k', name: '図.png', size: '23175', contentType: 'image/png' }],
      },
      明細: {
        type: 'SUBTABLE',
        value: [
          {
            id: '77',
            value: {
              担当: { type: 'USER_SELECT', value: [{ code: 'ito', name: '伊藤' }] },
              品名: { value: 'ペン' },
            },
          },
          { id: '78', value: { 品名: { value: null } } },
        ],
      },
    };
    const plain = layoutFor(SCHEMA, [
      'n',
      'pick',
      'tags',
      'org',
      'by',
      'at',
      'file',
      '明細',
      'hidden',
      'コード',
    ]);
    const layout: RecordLayout = {
      ...plain,
      fields: plain.fields.map((one) =>
        one.field === TABLE
          ? { ...one, inner: layoutFor({ ...SCHEMA, fields: TABLE.fields ?? [] }, ['品名', '担当']).fields }
          : one,
      ),
      key: { field: fieldOf(SCHEMA.fields, 'コード'), column: 9, index: 9 },
    };
    assert.deepEqual(await find(answering(200, { records: [record] }), 'コード', ['C-1'], layout), [
      {
        id: '5',
        revision: '9',
        key: 'C-1',
        values: [
          '1.50',
          '',
          ['a', 'b'],
          ['sales'],
          'sato',
          '2026-01-01T18:04:00Z',
          { files: [{ path: '', name: '図.png', size: 23175, fileKey: 'k' }] },
          {
            rows: [
              { row: 0, id: '77', values: ['ペン', ['ito']] },
              { row: 0, id: '78', values: ['', undefined] },
            ],
          },
          undefined,
          'C-1',
        ],
      },
    ]);
  });

  it('gives numbers as keys without zeros that say nothing', async () => {
    for (const [value, key] of [
      ['1.50', '1.5'],
      ['-0.0', '0'],
      ['007', '7'],
      ['-.5', '-0.5'],
      ['100', '100'],
      ['12345678901234567890.10', '12345678901234567890.1'],
    ] as const) {
      const records = [{ $id: { value: '1' }, $revision: { value: '1' }, n: { value } }];
      const [found] = await find(answering(200, { records }), 'n', ['1']);
      assert.equal(found?.key, key);
    }
  });
});

describe('finding that fails', () => {
  const refusal = (code: string): object => ({ code, id: 'abc', message: `${code} in words` });
  const table: readonly (readonly [status: number, body: unknown, code: string, passing: boolean])[] = [
    [403, refusal('GAIA_NO01'), 'kintone.tokenNeedsView', false],
    [403, refusal('CB_NO02'), 'kintone.userNeedsView', false],
    [400, refusal('GAIA_IQ11'), 'kintone.GAIA_IQ11', false],
    [429, refusal('GAIA_TO04'), 'kintone.GAIA_TO04', true],
    [429, refusal('GAIA_ZZ01'), 'kintone.throttled', true],
    [429, '', 'kintone.throttled', true],
    [503, '<html>', 'kintone.unavailable', true],
    [502, '<html>', 'kintone.serverFailed', true],
    [520, refusal('GAIA_RE18'), 'kintone.GAIA_RE18', true],
    [520, refusal('GAIA_ZZ01'), 'kintone.refusedWithId', true],
    [401, refusal('CB_AU01'), 'kintone.CB_AU01', false],
    [200, '<html>', 'kintone.unexpectedAnswer', false],
    [200, { records: {} }, 'kintone.unexpectedAnswer', false],
    [200, { records: [{ $id: { value: '1' } }] }, 'kintone.unexpectedAnswer', false],
    [200, { records: [null] }, 'kintone.unexpectedAnswer', false],
    [
      200,
      { records: [{ $id: { value: '1' }, $revision: { value: '1' } }] },
      'kintone.unexpectedAnswer',
      false,
    ],
  ];
  for (const [status, body, code, passing] of table) {
    it(`says “${code}” with ${status} ${JSON.stringify(body)}`, async () => {
      const error = await failure(find(answering(status, body), 'コード', ['a']));
      assert.deepEqual([error.detail.code, isPassing(error)], [code, passing]);
    });
  }

  it('keeps Kintone’s own words and code beside the missing right', async () => {
    const error = await failure(find(answering(403, refusal('GAIA_NO01')), 'コード', ['a']));
    assert.ok(error instanceof KintoneRefusal);
    assert.deepEqual([error.kintoneCode, error.detail.verbatim], ['GAIA_NO01', 'GAIA_NO01 in words']);
  });

  it('says when the field of the key has gone', async () => {
    const error = await failure(find(answering(200, { records: [] }), 'gone', ['a']));
    assert.equal(error.detail.code, 'kintone.keyGone');
  });

  it('passes when the network broke off, and not when the address is wrong', async () => {
    for (const [code, bytesSent, passing] of [
      ['ETIMEDOUT', 'maybe', true],
      ['ECONNRESET', 'maybe', true],
      ['EHOSTUNREACH', 'none', true],
      ['ENOTFOUND', 'none', false],
      ['CERT_HAS_EXPIRED', 'none', false],
    ] as const) {
      const transport = { request: () => Promise.reject(new TransportError(code, bytesSent)) };
      const endpoint = createKintoneEndpoint({
        baseUrl: 'https://example.cybozu.com',
        transport,
        language: 'en',
      });
      const error = await failure(
        endpoint.find({ schema: SCHEMA, key: 'コード', values: ['a'], layout: null }),
      );
      assert.equal(isPassing(error), passing, code);
    }
  });

  it('is left for other reasons than its own', async () => {
    const bug = new Error('a bug');
    const transport = { request: () => Promise.reject(bug) };
    const endpoint = createKintoneEndpoint({ baseUrl: 'https://x.cybozu.com', transport, language: 'en' });
    await assert.rejects(endpoint.find({ schema: SCHEMA, key: 'コード', values: ['a'], layout: null }), bug);
    assert.equal(isPassing(bug), false);
  });
});

async function failure(promise: Promise<unknown>): Promise<ExpectedError> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof ExpectedError, String(error));
    return error;
  }
  assert.fail('it went well');
}
