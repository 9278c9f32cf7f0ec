import assert from 'node:assert/strict';
import { createBodyWriter } from '../../../src/core/endpoints/kintone/requestBody';
import { createKintoneEndpoint } from '../../../src/core/endpoints/kintone/kintoneEndpoint';
import type { ImportRecord } from '../../../src/core/mapping/record';
import { field, schemaOf } from '../mapping/support';
import { layoutFor } from './support';

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
    assert.deepEqual(parse(bodies.records([record, empty])), {
      app: '1',
      records: [expected, { who: { value: [] }, '名"前': { value: '' }, tags: { value: [] } }],
    });
  });

  it('is cut into parts of a bulk request, which the last one fills as far as it goes', () => {
    const body = parse(
      bodies.bulk(
        Array.from({ length: 250 }, () => record),
        100,
      ),
    ) as {
      requests: { method: string; api: string; payload: { app: string; records: unknown[] } }[];
    };
    assert.deepEqual(
      body.requests.map(({ method, api, payload }) => [method, api, payload.app, payload.records.length]),
      [100, 100, 50].map((count) => ['POST', '/k/v1/records.json', '1', count]),
    );
    assert.deepEqual(body.requests[2]?.payload.records[49], expected);
  });

  it('owns its memory, so that it can be handed to another thread', () => {
    const body = bodies.records([record]);
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
