import assert from 'node:assert/strict';
import { partsOf } from '../../../src/core/endpoints/kintone/batchParts';
import type { BatchPart } from '../../../src/core/endpoints/kintone/batchParts';
import { createBodyWriter } from '../../../src/core/endpoints/kintone/requestBody';
import { createKintoneEndpoint } from '../../../src/core/endpoints/kintone/kintoneEndpoint';
import { countRequests } from '../../../src/core/endpoints/kintone/requests';
import { writerLimits } from '../../../src/core/endpoints/kintone/writer';
import type { RecordLayout } from '../../../src/core/mapping/layout';
import type { FileToAttach, ImportRecord } from '../../../src/core/mapping/record';
import { field, schemaOf } from '../mapping/support';
import { fieldOf, layoutFor } from './support';

const SCHEMA = schemaOf([
  field({ kind: 'text', code: '名"前' }),
  field({ kind: 'choices', code: 'tags' }),
  field({ kind: 'users', code: 'who' }),
  field({ kind: 'choice', code: 'radio' }),
]);
const LAYOUT = layoutFor(SCHEMA, ['who', null, '名"前', 'tags', 'radio']);

function parse(body: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(body));
}

interface Bulk {
  requests: { method: string; api: string; payload: { app: string; records: unknown[] } }[];
}

function onlyPart(batch: readonly ImportRecord[]): BatchPart {
  const parts = partsOf(batch);
  const [part] = parts;
  assert.ok(part !== undefined && parts.length === 1);
  return part;
}

describe('the body of a write request', () => {
  const bodies = createBodyWriter(SCHEMA, LAYOUT, '/k/v1/records.json');
  const record: ImportRecord = {
    row: 1,
    lastRow: 1,
    values: [['sato', 'a"b'], 'Line 1\n"2"\u2028\ud83d\ude00\ud800\u0001</script>', ['x', 'y'], undefined],
  };
  const expected = {
    who: { value: [{ code: 'sato' }, { code: 'a"b' }] },
    '名"前': { value: 'Line 1\n"2"\u2028\ud83d\ude00\ud800\u0001</script>' },
    tags: { value: ['x', 'y'] },
  };

  it('holds each value in the form of its field, and nothing for what is not sent', () => {
    const empty: ImportRecord = { row: 2, lastRow: 2, values: [[], '', [], undefined] };
    const batch = [record, empty];
    assert.deepEqual(parse(bodies.records(batch, onlyPart(batch))), {
      app: '1',
      records: [expected, { who: { value: [] }, '名"前': { value: '' }, tags: { value: [] } }],
    });
  });

  it('is cut into parts of a bulk request, which the last one fills as far as it goes', () => {
    const batch = Array.from({ length: 250 }, () => record);
    const body = parse(bodies.bulk(batch, partsOf(batch))) as Bulk;
    assert.deepEqual(
      body.requests.map(({ method, api, payload }) => [method, api, payload.app, payload.records.length]),
      [100, 100, 50].map((count) => ['POST', '/k/v1/records.json', '1', count]),
    );
    assert.deepEqual(body.requests[2]?.payload.records[49], expected);
  });

  it('owns its memory, so that it can be handed to another thread', () => {
    const body = bodies.records([record], onlyPart([record]));
    assert.equal(body.buffer.byteLength, body.byteLength);
  });

  it('is not sent when it is too large to be one request', async () => {
    let requests = 0;
    const transport = {
      request: () => {
        requests += 1;
        return Promise.resolve({ status: 413, headers: {}, body: new Uint8Array() });
      },
    };
    const endpoint = createKintoneEndpoint({
      baseUrl: 'https://example.cybozu.com',
      transport,
      language: 'en',
    });
    const writer = endpoint.writer(SCHEMA, layoutFor(SCHEMA, ['名"前']));
    const large: ImportRecord = { row: 1, lastRow: 1, values: ['x'.repeat(9 * 1024 * 1024)] };
    for (const [batch, sent] of [
      [[large, large], 0],
      [[large], 1],
    ] as const) {
      const answer = await writer.send(batch);
      assert.ok(answer.kind === 'notCommitted');
      assert.deepEqual([answer.reason, requests], ['tooLarge', sent]);
    }
    await assert.rejects(writer.send([]), RangeError);
    await assert.rejects(writer.send(Array.from({ length: 2001 }, () => record)), RangeError);
  });
});

describe('the body of a request that changes records too', () => {
  const table = field({
    kind: 'table',
    code: '明細',
    fields: [
      field({ kind: 'text', code: '品名' }),
      field({ kind: 'choices', code: '印' }),
      field({ kind: 'files', code: '図' }),
    ],
  });
  const schema = schemaOf([
    field({ kind: 'text', code: 'code', unique: true }),
    field({ kind: 'number', code: 'n' }),
    table,
    field({ kind: 'files', code: 'file' }),
    field({ kind: 'user', code: 'by', onlyWhenAdding: true }),
    field({ kind: 'datetime', code: 'at', onlyWhenAdding: true }),
  ]);
  const plain = layoutFor(schema, ['code', 'n', null, '明細', 'file', 'by', 'at']);
  const layout: RecordLayout = {
    ...plain,
    fields: plain.fields.map((one) =>
      one.field === table
        ? { ...one, inner: layoutFor({ ...schema, fields: table.fields ?? [] }, ['品名', '印', '図']).fields }
        : one,
    ),
    key: { field: fieldOf(schema.fields, 'code'), column: 0, index: 0 },
  };
  const bodies = createBodyWriter(schema, layout, '/k/guest/7/v1/records.json');
  const values = [
    'C-1',
    '5',
    {
      rows: [
        { row: 1, id: '77', values: ['ペン', ['a', 'b'], { files: [file('k1')] }] },
        { row: 2, values: ['"x"', undefined, { files: [] }] },
      ],
    },
    { files: [file('k2'), file('k3')] },
    'sato',
    '2026-01-02T03:04:00Z',
  ];
  const added: ImportRecord = { row: 1, lastRow: 2, values };
  const changed: ImportRecord = { row: 3, lastRow: 4, values, update: { id: '12', revision: '3' } };
  const tableValue = {
    value: [
      {
        id: '77',
        value: { 品名: { value: 'ペン' }, 印: { value: ['a', 'b'] }, 図: { value: [{ fileKey: 'k1' }] } },
      },
      { value: { 品名: { value: '"x"' }, 図: { value: [] } } },
    ],
  };
  const both = {
    n: { value: '5' },
    明細: tableValue,
    file: { value: [{ fileKey: 'k2' }, { fileKey: 'k3' }] },
  };

  function file(fileKey: string): FileToAttach {
    return { path: '/tmp/x', name: 'x', size: 1, fileKey };
  }

  it('has new records and changes in parts of their own, wherever they stand in the batch', () => {
    const batch = [changed, added, changed];
    const parts = partsOf(batch);
    assert.deepEqual(parts, [
      { changes: false, indexes: [1] },
      { changes: true, indexes: [0, 2] },
    ]);
    const { requests } = parse(bodies.bulk(batch, parts)) as Bulk;
    assert.deepEqual(
      requests.map(({ method, api, payload }) => [method, api, payload.records.length]),
      [
        ['POST', '/k/guest/7/v1/records.json', 1],
        ['PUT', '/k/guest/7/v1/records.json', 2],
      ],
    );
  });

  it('holds tables with the ids of their rows, files by their keys and users by their codes', () => {
    assert.deepEqual(parse(bodies.records([added], onlyPart([added]))), {
      app: '1',
      records: [
        {
          code: { value: 'C-1' },
          ...both,
          by: { value: { code: 'sato' } },
          at: { value: '2026-01-02T03:04:00Z' },
        },
      ],
    });
  });

  it('changes the revision that was read, without the key and what only new records take', () => {
    assert.deepEqual(parse(bodies.records([changed], onlyPart([changed]))), {
      app: '1',
      records: [{ id: '12', revision: '3', record: both }],
    });
    const empty = { ...changed, values: values.map(() => undefined) };
    assert.deepEqual(parse(bodies.records([empty], onlyPart([empty]))), {
      app: '1',
      records: [{ id: '12', revision: '3', record: {} }],
    });
  });

  it('leaves who and when to Kintone where the cell is blank', () => {
    const blank: ImportRecord = { row: 1, lastRow: 1, values: ['C-2', '', undefined, undefined, '', ''] };
    assert.deepEqual(parse(bodies.records([blank], onlyPart([blank]))), {
      app: '1',
      records: [{ code: { value: 'C-2' }, n: { value: '' } }],
    });
  });

  it('is never made with a file that was not handed over', () => {
    const missing: ImportRecord = {
      row: 1,
      lastRow: 1,
      values: [undefined, undefined, undefined, { files: [{ path: '/tmp/x', name: 'x', size: 1 }] }],
    };
    assert.throws(() => bodies.records([missing], onlyPart([missing])), /not uploaded/);
  });
});

describe('how much one request may carry', () => {
  const schema = schemaOf([field({ kind: 'text', code: 'code', unique: true })]);
  const adding = layoutFor(schema, ['code']);
  const key = { field: fieldOf(schema.fields, 'code'), column: 0, index: 0 };
  const changing: RecordLayout = { ...adding, key, mode: 'update' };
  const both: RecordLayout = { ...adding, key, mode: 'addOrUpdate' };

  it('is 2,000 rows of one kind, 1,900 of both and 100 without bulk requests', () => {
    assert.deepEqual(
      [adding, changing, both].flatMap((layout) =>
        [true, false].map((bulk) => {
          const { rowsPerRequest, oneKindPerRequest } = writerLimits(layout, bulk);
          return [rowsPerRequest, oneKindPerRequest];
        }),
      ),
      [
        [2000, undefined],
        [100, true],
        [2000, undefined],
        [100, true],
        [1900, undefined],
        [100, true],
      ],
    );
  });

  it('never needs more parts than Kintone takes, however both kinds are mixed', () => {
    const update = { id: '1', revision: '1' };
    for (const added of [0, 1, 99, 100, 101, 150, 199, 950, 999, 1000, 1001, 1799, 1800, 1801, 1899, 1900]) {
      const batch = Array.from({ length: 1900 }, (_, index) => ({
        row: index,
        lastRow: index,
        values: [],
        ...(index < added ? {} : { update }),
      }));
      assert.ok(partsOf(batch).length <= 20, String(added));
    }
  });

  it('counts the requests of a whole import', () => {
    const withOthers = layoutFor(
      schemaOf([
        ...schema.fields,
        field({ kind: 'number', code: 'n', unique: true }),
        field({ kind: 'link', code: 'l', unique: true }),
      ]),
      ['code', 'n', 'l'],
    );
    for (const [layout, mode, rows, bulk, expected] of [
      [adding, 'add', 10_000, true, 5 + 20 + 5],
      [layoutFor(schemaOf([field({ kind: 'text', code: 'x' })]), ['x']), 'add', 10_000, true, 5 + 5],
      [withOthers, 'add', 10_000, true, 5 + 2 * 20 + 5],
      [{ ...withOthers, key }, 'addOrUpdate', 10_000, true, 5 + 2 * 20 + 6],
      [changing, 'update', 10_000, true, 5 + 20 + 5],
      [both, 'addOrUpdate', 10_000, true, 5 + 20 + 6],
      [both, 'addOrUpdate', 10_000, false, 5 + 20 + 101],
      [adding, 'add', 10_000, false, 5 + 20 + 100],
      [adding, 'add', 0, true, 5],
    ] as const) {
      assert.equal(countRequests(layout, mode, rows, bulk), expected);
    }
    // 1,900 rows a request, and three requests for the job's record in the ledger app.
    assert.equal(countRequests(adding, 'add', 10_000, true, true), 5 + 3 + 20 + 6);
  });
});
