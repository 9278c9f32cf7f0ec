import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKintoneEndpoint } from '../../../src/core/endpoints/kintone/kintoneEndpoint';
import type { Answer, TargetWriter, UploadAnswer } from '../../../src/core/endpoints/endpoint';
import { multipartBody } from '../../../src/core/endpoints/kintone/upload';
import { TransportError } from '../../../src/core/endpoints/transport';
import { createUndiciTransport } from '../../../src/core/endpoints/undiciTransport';
import type { RecordLayout } from '../../../src/core/mapping/layout';
import type { ImportRecord } from '../../../src/core/mapping/record';
import { field, schemaOf } from '../mapping/support';
import { serve, unusedUrl } from './loopback';
import { fieldOf, layoutFor } from './support';

const TABLE = field({
  kind: 'table',
  code: '明細',
  label: 'Lines',
  fields: [
    field({ kind: 'text', code: '品名', label: 'Item' }),
    field({ kind: 'choices', code: '印', label: 'Marks' }),
  ],
});
const SCHEMA = schemaOf([
  field({ kind: 'text', code: 'code', label: 'Code', unique: true }),
  field({ kind: 'choices', code: 'tags', label: 'Tags' }),
  TABLE,
  field({ kind: 'text', code: 'other', label: 'Other', required: true }),
]);
const PLAIN = layoutFor(SCHEMA, ['code', 'tags', '明細']);
const LAYOUT: RecordLayout = {
  ...PLAIN,
  fields: PLAIN.fields.map((one) =>
    one.field === TABLE
      ? { ...one, inner: layoutFor({ ...SCHEMA, fields: TABLE.fields ?? [] }, ['品名', '印']).fields }
      : one,
  ),
  key: { field: fieldOf(SCHEMA.fields, 'code'), column: 0, index: 0 },
};

function added(index: number): ImportRecord {
  return { row: index, lastRow: index, values: [`C-${index}`, undefined, undefined] };
}

function changed(index: number, id: string): ImportRecord {
  return { ...added(index), update: { id, revision: '4' } };
}

type Handler = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;

/** Does something with a writer whose server answers as the test says. */
async function withWriter<T>(
  answer: Handler,
  use: (writer: TargetWriter) => Promise<T>,
  bulk = true,
): Promise<T> {
  const server = await serve(answer);
  const transport = createUndiciTransport();
  try {
    const endpoint = createKintoneEndpoint({ baseUrl: server.url, transport, language: 'en', bulk });
    return await use(endpoint.writer(SCHEMA, LAYOUT));
  } finally {
    await transport.close();
    await server.close();
  }
}

function json(status: number, body: unknown, headers: Record<string, string> = {}): Handler {
  return (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json;charset=utf-8', ...headers });
    response.end(JSON.stringify(body));
  };
}

interface Payload {
  readonly records: readonly { readonly id?: string }[];
}

interface BulkBody {
  readonly requests: readonly { readonly method: string; readonly payload: Payload }[];
}

let nextId = 1000;

function kept({ records }: Payload, method: string): object {
  return method === 'PUT'
    ? { records: records.map(({ id }) => ({ id, revision: 5 })) }
    : { ids: records.map(() => String((nextId += 1))), revisions: records.map(() => '1') };
}

/** Keeps everything, as Kintone would. */
const keeping: Handler = (request, response, body) => {
  const sent = JSON.parse(body.toString('utf8')) as BulkBody & Payload;
  const bulk = request.url?.endsWith('/bulkRequest.json') === true;
  const answer = bulk
    ? { results: sent.requests.map(({ method, payload }) => kept(payload, method)) }
    : kept(sent, request.method ?? '');
  json(200, answer)(request, response, body);
};

/** Every third record is new, the others change the records 1, 2, 3 … */
const MIXED = Array.from({ length: 450 }, (_, index) =>
  index % 3 === 0 ? added(index) : changed(index, String(index)),
);

describe('a batch of new records and changes', () => {
  it('is answered by ids and revisions in its own order, whatever went with what', async () => {
    const answer = await withWriter(keeping, (writer) => writer.send(MIXED));
    assert.ok(answer.kind === 'committed');
    let last = 0;
    for (const [index, { update }] of MIXED.entries()) {
      const id: string = answer.ids[index] ?? '';
      assert.equal(answer.revisions[index], update === undefined ? '1' : '5');
      if (update === undefined) {
        assert.ok(Number(id) > 1000 && Number(id) > last, 'new records keep the order of the file');
        last = Number(id);
      } else {
        assert.equal(id, update.id);
      }
    }
  });

  it('goes to the one list of records when it is of one kind and short', async () => {
    for (const [batch, method, path] of [
      [[added(1), added(2)], 'POST', '/k/v1/records.json'],
      [[changed(1, '7'), changed(2, '8')], 'PUT', '/k/v1/records.json'],
      [[changed(1, '7'), added(2)], 'POST', '/k/v1/bulkRequest.json'],
    ] as const) {
      const seen: string[] = [];
      const answer = await withWriter(
        (request, response, body) => {
          seen.push(`${String(request.method)} ${String(request.url)}`);
          keeping(request, response, body);
        },
        (writer) => writer.send(batch),
      );
      assert.deepEqual([answer.kind, seen], ['committed', [`${method} ${path}`]]);
    }
  });

  it('is never made by a sign-in that can’t', async () => {
    await withWriter(
      keeping,
      async (writer) => {
        assert.deepEqual([writer.limits.rowsPerRequest, writer.limits.oneKindPerRequest], [100, true]);
        await assert.rejects(writer.send([added(1), changed(2, '7')]), RangeError);
        await assert.rejects(writer.send(MIXED), RangeError);
        assert.equal((await writer.send([changed(2, '7')])).kind, 'committed');
      },
      false,
    );
  });

  const doubtful: readonly (readonly [string, ImportRecord[], unknown])[] = [
    ['the change of another record', [changed(1, '7')], { records: [{ id: '8', revision: '5' }] }],
    ['a change without a revision', [changed(1, '7')], { records: [{ id: '7' }] }],
    ['the form of new records', [changed(1, '7')], { ids: ['7'], revisions: ['5'] }],
    ['the form of changes', [added(1)], { records: [{ id: '7', revision: '1' }] }],
    ['one change less', [changed(1, '7'), changed(2, '8')], { records: [{ id: '7', revision: '5' }] }],
    [
      'parts in another order',
      [added(1), changed(2, '7')],
      { results: [{ records: [{ id: '7', revision: '5' }] }, { ids: ['9'], revisions: ['1'] }] },
    ],
    ['a part less', [added(1), changed(2, '7')], { results: [{ ids: ['9'], revisions: ['1'] }] }],
  ];
  for (const [name, batch, body] of doubtful) {
    it(`stays open after an answer with ${name}`, async () => {
      const answer = await withWriter(json(200, body), (writer) => writer.send(batch));
      assert.equal(answer.kind, 'ambiguous');
    });
  }

  it('learns of refused rows where they stand in it, in each of its parts', async () => {
    const refusal = (path: string): object => ({
      code: 'CB_VA01',
      id: 'x',
      message: 'No.',
      errors: { [path]: { messages: ['Bad.'] } },
    });
    // 150 new records fill the first two parts, 300 changes three more.
    for (const [part, path, index] of [
      [0, 'records[2].code.value', 6],
      [1, 'records[49].code.value', 447],
      [2, 'records[0].record.code.value', 1],
      [4, 'records[99].code.value', 449],
    ] as const) {
      const results: object[] = [{}, {}, {}, {}, {}];
      results[part] = refusal(path);
      const answer = await withWriter(json(400, { results }), (writer) => writer.send(MIXED));
      assert.ok(answer.kind === 'rejected');
      assert.deepEqual(
        answer.rows.map((row) => row.index),
        [index],
        path,
      );
    }
    const named = { code: 'CB_VA01', id: 'x', message: 'No.', errors: {} as Record<string, object> };
    named.errors['requests[2].payload.records[1].code.value'] = { messages: ['Bad.'] };
    const answer = await withWriter(json(400, named), (writer) => writer.send(MIXED));
    assert.deepEqual(answer.kind === 'rejected' && answer.rows.map((row) => row.index), [2]);
  });

  it('names no row when the revision moved, and says that nothing was overwritten', async () => {
    const moved = { code: 'GAIA_CO02', id: 'x', message: 'The revision is not the latest.' };
    const answer = await withWriter(json(409, { results: [{}, moved] }), (writer) =>
      writer.send([added(1), changed(2, '7')]),
    );
    assert.ok(answer.kind === 'rejected');
    assert.deepEqual([answer.code, answer.rows, answer.message.code], ['GAIA_CO02', [], 'kintone.GAIA_CO02']);
  });

  it('names the right that is missing for what it holds', async () => {
    for (const [code, batch, message] of [
      ['GAIA_NO01', [added(1)], 'kintone.tokenNeedsAdd'],
      ['GAIA_NO01', [changed(1, '7')], 'kintone.tokenNeedsEdit'],
      ['GAIA_NO01', [added(1), changed(2, '7')], 'kintone.tokenNeedsAddAndEdit'],
      ['CB_NO02', [added(1)], 'kintone.userNeedsAdd'],
      ['CB_NO02', [changed(1, '7')], 'kintone.userNeedsEdit'],
      ['CB_NO02', [added(1), changed(2, '7')], 'kintone.userNeedsAddAndEdit'],
    ] as const) {
      const answer = await withWriter(json(403, { code, id: 'x', message: 'No.' }), (writer) =>
        writer.send(batch),
      );
      assert.deepEqual(
        [answer.kind, 'message' in answer && answer.message],
        ['impossible', { code: message, verbatim: 'No.' }],
      );
    }
  });
});

describe('changes that this sign-in may not make', () => {
  const open = { record: { viewable: true, editable: true }, fields: { tags: { editable: true } } };
  const closed = { ...open, record: { viewable: true, editable: false } };
  const half = {
    ...open,
    fields: { tags: { editable: true }, code: { editable: false }, 品名: { editable: false } },
  };

  /** Refuses every batch, and answers who may what. */
  function refusing(
    code: string,
    rightsOf: (id: string) => object | null,
  ): { handler: Handler; asked: string[][] } {
    const asked: string[][] = [];
    const handler: Handler = (request, response, body) => {
      if (request.url !== '/k/v1/records/acl/evaluate.json') {
        json(403, { code, id: 'x', message: 'No.' })(request, response, body);
        return;
      }
      assert.equal(request.headers['x-http-method-override'], 'GET');
      const { ids } = JSON.parse(body.toString('utf8')) as { ids: string[] };
      asked.push(ids);
      const answer = ids.some((id) => rightsOf(id) === null)
        ? json(404, { code: 'GAIA_RE01', id: 'x', message: 'Gone.' })
        : json(200, { rights: ids.map((id) => ({ id, ...rightsOf(id) })) });
      answer(request, response, body);
    };
    return { handler, asked };
  }

  it('are named one by one, and the others may go', async () => {
    const { handler, asked } = refusing('CB_NO02', (id) => (Number(id) % 50 === 1 ? closed : open));
    const answer = await withWriter(handler, (writer) => writer.send(MIXED));
    assert.ok(answer.kind === 'rejected');
    assert.deepEqual(
      asked.map((ids) => ids.length),
      [100, 100, 100],
    );
    assert.deepEqual(
      answer.rows.map(({ index, reasons }) => [index, reasons.map(({ message }) => message.code)]),
      [1, 101, 151, 251, 301, 401].map((index) => [index, ['kintone.mayNotEditRecord']]),
    );
  });

  it('are named by their fields, of those that they would change', async () => {
    const { handler } = refusing('GAIA_FU01', () => half);
    const values = [undefined, ['a'], { rows: [{ row: 1, values: ['x', undefined] }] }];
    const batch = [{ ...changed(1, '7'), values }, changed(2, '8')];
    const answer = await withWriter(handler, (writer) => writer.send(batch));
    assert.ok(answer.kind === 'rejected');
    assert.deepEqual(
      answer.rows.map(({ index, reasons }) => [
        index,
        reasons.map(({ field, message }) => [field, message.args]),
      ]),
      [
        [0, [['明細', { field: 'Item' }]]],
        [1, [['code', { field: 'Code' }]]],
      ],
    );
  });

  it('leave the rows to be tried apart when one of the records has gone', async () => {
    const { handler } = refusing('CB_NO02', (id) => (id === '7' ? null : closed));
    const answer = await withWriter(handler, (writer) => writer.send([changed(1, '7'), changed(2, '8')]));
    assert.deepEqual([answer.kind, 'rows' in answer && answer.rows], ['rejected', []]);
  });

  it('end the job when rights to records do not explain the refusal', async () => {
    for (const [code, batch] of [
      ['CB_NO02', [changed(1, '7')]],
      ['CB_NO02', [added(1)]],
      ['GAIA_FU01', [added(1)]],
      ['CB_AU01', [changed(1, '7')]],
    ] as const) {
      const { handler, asked } = refusing(code, () => open);
      const answer = await withWriter(handler, (writer) => writer.send(batch));
      assert.equal(answer.kind, 'impossible');
      assert.equal(asked.length, code === 'CB_NO02' && 'update' in batch[0] ? 1 : 0);
    }
    const never = await withWriter(json(403, { code: 'CB_NO02', id: 'x', message: 'No.' }), (writer) =>
      writer.send([changed(1, '7')]),
    );
    assert.equal(never.kind, 'impossible');
  });
});

describe('a value that Kintone refuses', () => {
  const record: ImportRecord = {
    row: 1,
    lastRow: 2,
    values: [
      'C-1',
      ['a', 'x'.repeat(300)],
      {
        rows: [
          { row: 1, values: ['p', ['m', 'n']] },
          { row: 2, values: ['q', undefined] },
        ],
      },
    ],
  };
  const table: readonly (readonly [path: string, reason: object])[] = [
    ['records[0].code.value', { field: 'code', message: value('kintone.refusedValue', { field: 'Code' }) }],
    [
      'records[0].tags.values[0].value',
      { field: 'tags', message: value('kintone.refusedOption', { field: 'Tags', value: 'a' }) },
    ],
    [
      'records[0].tags.values[1].value',
      {
        field: 'tags',
        message: value('kintone.refusedOption', { field: 'Tags', value: `${'x'.repeat(100)}…` }),
      },
    ],
    [
      'records[0].tags.values[7].value',
      { field: 'tags', message: value('kintone.refusedValue', { field: 'Tags' }) },
    ],
    ['records[0].tags.values', { field: 'tags', message: value('kintone.refusedValue', { field: 'Tags' }) }],
    [
      'records[0].明細.value[1].value.品名.value',
      {
        field: '明細',
        inTable: { index: 1, field: '品名' },
        message: value('kintone.refusedValue', { field: 'Item' }),
      },
    ],
    [
      'records[0].明細.value[0].value.印.values[1].value',
      {
        field: '明細',
        inTable: { index: 0, field: '印' },
        message: value('kintone.refusedOption', { field: 'Marks', value: 'n' }),
      },
    ],
    [
      'records[0].明細.value[9].value.unheard.value',
      {
        field: '明細',
        inTable: { index: 9, field: 'unheard' },
        message: value('kintone.refusedValue', { field: 'unheard' }),
      },
    ],
    [
      'records[0].other.value',
      { field: 'other', message: value('kintone.refusedOtherField', { field: 'Other' }) },
    ],
    ['records[0]', { message: { code: 'kintone.refusedRow', verbatim: 'Bad.' } }],
    ['record.code.value', { field: 'code', message: value('kintone.refusedValue', { field: 'Code' }) }],
  ];

  function value(code: string, args: object): object {
    return { code, args, verbatim: 'Bad.' };
  }

  for (const [path, reason] of table) {
    it(`is named by ${path}`, async () => {
      const body = { code: 'CB_VA01', id: 'x', message: 'No.', errors: { [path]: { messages: ['Bad.'] } } };
      const answer = await withWriter(json(400, body), (writer) => writer.send([record]));
      assert.ok(answer.kind === 'rejected');
      assert.deepEqual(answer.rows, [{ index: 0, reasons: [reason] }]);
    });
  }

  for (const path of ['records', 'requests[0].payload.records', 'query', 'ids[0]', 'records[5].code.value']) {
    it(`is not blamed on a row by ${path}, whose words are kept`, async () => {
      const body = { code: 'CB_VA01', id: 'x', message: 'No.', errors: { [path]: { messages: ['Bad.'] } } };
      const answer = await withWriter(json(400, body), (writer) => writer.send([record]));
      assert.ok(answer.kind === 'rejected');
      assert.deepEqual([answer.rows, answer.message.verbatim], [[], `No. ${path}: Bad.`]);
    });
  }
});

describe('how busy Kintone is', () => {
  const body = { ids: ['1'], revisions: ['1'] };

  async function loadWith(headers: Record<string, string>, status = 200): Promise<Answer['load']> {
    const answer = await withWriter(json(status, body, headers), (writer) => writer.send([added(1)]));
    return answer.load;
  }

  it('is told with every answer', async () => {
    const headers = { 'X-ConcurrencyLimit-Limit': '100', 'X-ConcurrencyLimit-Running': '42' };
    assert.deepEqual(await loadWith(headers), { running: 42, limit: 100 });
    assert.deepEqual(await loadWith(headers, 429), { running: 42, limit: 100 });
  });

  it('is not guessed', async () => {
    for (const headers of [
      {},
      { 'X-ConcurrencyLimit-Running': '42' },
      { 'X-ConcurrencyLimit-Limit': '0', 'X-ConcurrencyLimit-Running': '42' },
      { 'X-ConcurrencyLimit-Limit': 'x', 'X-ConcurrencyLimit-Running': '-1' },
    ]) {
      assert.equal(await loadWith(headers), undefined);
    }
  });
});

describe('handing a file over', () => {
  let folder = '';

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'upload-'));
  });
  after(() => rm(folder, { recursive: true }));

  async function upload(answer: Handler, name = 'a.txt', content = 'content'): Promise<UploadAnswer> {
    const path = join(folder, 'file');
    await writeFile(path, content);
    const size = Buffer.byteLength(content);
    return withWriter(answer, (writer) => writer.upload({ path, name, size }));
  }

  it('sends one part with its name, type and bytes as they are', async () => {
    const seen: { url: string; type: string; length: string; body: string }[] = [];
    const answer = await upload(
      (request, response, body) => {
        seen.push({
          url: request.url ?? '',
          type: request.headers['content-type'] ?? '',
          length: request.headers['content-length'] ?? '',
          body: body.toString('utf8'),
        });
        json(200, { fileKey: 'c15b3870-7505' })(request, response, body);
      },
      '見積"書"\r\nX: y.PDF',
      'one\r\n--two--\r\n',
    );
    assert.deepEqual(answer, { kind: 'uploaded', fileKey: 'c15b3870-7505' });
    const [request] = seen;
    assert.ok(request !== undefined);
    const { url, type, length, body } = request;
    assert.equal(url, '/k/v1/file.json');
    const boundary = /^multipart\/form-data; boundary=([\w-]+)$/.exec(type)?.[1] ?? '';
    assert.notEqual(boundary, '');
    assert.equal(length, String(Buffer.byteLength(body)));
    assert.equal(
      body,
      [
        `--${boundary}`,
        'Content-Disposition: form-data; name="file"; filename="見積%22書%22%0D%0AX: y.PDF"',
        'Content-Type: application/pdf',
        '',
        'one\r\n--two--\r\n',
        `--${boundary}--`,
        '',
      ].join('\r\n'),
    );
  });

  it('names the type by the ending, and none that it does not know', () => {
    for (const [name, type] of [
      ['a.PNG', 'image/png'],
      ['表.xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
      ['constructor', 'application/octet-stream'],
      ['a.unheard', 'application/octet-stream'],
    ] as const) {
      const { before } = multipartBody({ path: '/x', name, size: 1 }, 'b');
      assert.match(new TextDecoder().decode(before), new RegExp(`\r\nContent-Type: ${type}\r\n`));
    }
  });

  const page: (status: number) => Handler = (status) => (_, response) => {
    response.writeHead(status, { 'content-type': 'text/html' }).end('<html>');
  };
  const refusal = (code: string): object => ({ code, id: 'x', message: 'No.' });
  const table: readonly (readonly [name: string, Handler, kind: string, code: string])[] = [
    ['413', page(413), 'rejected', 'kintone.fileTooLarge'],
    ['a value error', json(400, refusal('CB_VA01')), 'rejected', 'kintone.CB_VA01'],
    ['an unknown code', json(400, refusal('GAIA_ZZ01')), 'rejected', 'kintone.refusedWithId'],
    [
      'an unknown failure',
      json(520, refusal('GAIA_ZZ01')),
      'notCommitted unavailable',
      'kintone.refusedWithId',
    ],
    ['a lock', json(520, refusal('GAIA_DA02')), 'notCommitted locked', 'kintone.GAIA_DA02'],
    ['too many requests', json(429, refusal('GAIA_TO04')), 'notCommitted throttled', 'kintone.throttled'],
    ['a busy gateway', page(429), 'notCommitted throttled', 'kintone.throttled'],
    ['maintenance', page(503), 'notCommitted unavailable', 'kintone.unavailable'],
    ['a failing gateway', page(502), 'notCommitted unavailable', 'kintone.serverFailed'],
    ['a slow gateway', page(408), 'notCommitted unavailable', 'kintone.serverFailed'],
    ['a lost sign-in', json(401, refusal('CB_AU01')), 'impossible', 'kintone.CB_AU01'],
    ['a missing right', json(403, refusal('GAIA_NO01')), 'impossible', 'kintone.GAIA_NO01'],
    ['a firewall', page(403), 'rejected', 'kintone.fileBlocked'],
    ['a sign-in page', page(200), 'impossible', 'kintone.unexpectedAnswer'],
    ['no key', json(200, { fileKey: '' }), 'impossible', 'kintone.unexpectedAnswer'],
    ['a redirect', page(302), 'impossible', 'kintone.redirected'],
  ];
  for (const [name, answer, kind, code] of table) {
    it(`means “${kind}” with ${name}`, async () => {
      const result = await upload(answer);
      assert.deepEqual(
        [
          'reason' in result ? `${result.kind} ${result.reason}` : result.kind,
          'message' in result && result.message.code,
        ],
        [kind, code],
      );
    });
  }

  it('may be tried again whenever the connection fails, for nothing is attached yet', async () => {
    const path = join(folder, 'lost');
    await writeFile(path, 'x');
    const dropped = await withWriter(
      (request) => request.socket.destroy(),
      (writer) => writer.upload({ path, name: 'x', size: 1 }),
    );
    assert.ok(dropped.kind === 'notCommitted');
    assert.equal(dropped.reason, 'network');
    const transport = createUndiciTransport();
    const endpoint = createKintoneEndpoint({ baseUrl: await unusedUrl(), transport, language: 'en' });
    const refused = await endpoint.writer(SCHEMA, LAYOUT).upload({ path, name: 'x', size: 1 });
    await transport.close();
    assert.ok(refused.kind === 'notCommitted');
    assert.equal(refused.reason, 'network');
  });

  it('rejects a file that has gone or is being changed', async () => {
    const path = join(folder, 'changing');
    await writeFile(path, 'longer than was said');
    for (const [file, code] of [
      [{ path, name: 'x', size: 1 }, 'kintone.fileChanged'],
      [{ path: join(folder, 'gone'), name: 'x', size: 1 }, 'kintone.fileUnreadable'],
    ] as const) {
      const answer = await withWriter(json(200, { fileKey: 'k' }), (writer) => writer.upload(file));
      assert.deepEqual(
        [answer.kind, 'message' in answer && answer.message],
        ['rejected', { code, args: { file: 'x' } }],
      );
    }
  });

  it('ends the job when the sign-in or the way out is to blame', async () => {
    for (const [code, kind] of [
      ['ERR_OAUTH_EXPIRED', 'impossible'],
      ['ERR_PROXY_407', 'impossible'],
      ['ENOTFOUND', 'notCommitted'],
    ] as const) {
      const transport = { request: () => Promise.reject(new TransportError(code, 'none')) };
      const endpoint = createKintoneEndpoint({ baseUrl: 'https://x.cybozu.com', transport, language: 'en' });
      const answer = await endpoint.writer(SCHEMA, LAYOUT).upload({ path: '/x', name: 'x', size: 1 });
      assert.equal(answer.kind, kind, code);
    }
  });

  it('does not hide a bug of ours', async () => {
    const bug = new Error('a bug');
    const endpoint = createKintoneEndpoint({
      baseUrl: 'https://example.cybozu.com',
      transport: { request: () => Promise.reject(bug) },
      language: 'en',
    });
    const writer = endpoint.writer(SCHEMA, LAYOUT);
    await assert.rejects(writer.upload({ path: '/x', name: 'x', size: 1 }), bug);
    assert.ok(!(bug instanceof TransportError));
  });
});
