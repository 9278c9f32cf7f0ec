import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { createKintoneEndpoint } from '../../../src/core/endpoints/kintone/kintoneEndpoint';
import type { Answer } from '../../../src/core/endpoints/endpoint';
import { createUndiciTransport } from '../../../src/core/endpoints/undiciTransport';
import type { ImportRecord } from '../../../src/core/mapping/record';
import { field, schemaOf } from '../mapping/support';
import { serve, serveTcp, unusedUrl } from './loopback';
import { layoutFor } from './support';

const SCHEMA = schemaOf([
  field({ kind: 'text', code: 'name', label: '氏名' }),
  field({ kind: 'number', code: '数値', label: '数', nativeType: 'NUMBER' }),
]);

function batchOf(rows: number): ImportRecord[] {
  return Array.from({ length: rows }, (_, index) => ({
    row: index + 1,
    lastRow: index + 1,
    values: [`n${index}`, '1'],
  }));
}

async function sendTo(url: string, rows: number): Promise<Answer> {
  const transport = createUndiciTransport();
  try {
    const endpoint = createKintoneEndpoint({ baseUrl: url, transport, language: 'en' });
    return await endpoint.writer(SCHEMA, layoutFor(SCHEMA, ['name', '数値'])).send(batchOf(rows));
  } finally {
    await transport.close();
  }
}

/** What is made of an answer that a real server gives to a batch. */
async function judged(rows: number, answer: (response: ServerResponse) => void): Promise<Answer> {
  const server = await serve((_, response) => answer(response));
  try {
    return await sendTo(server.url, rows);
  } finally {
    await server.close();
  }
}

function json(status: number, body: unknown, headers: Record<string, string> = {}) {
  return (response: ServerResponse): void => {
    response.writeHead(status, { 'content-type': 'application/json;charset=utf-8', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

function text(status: number, body: string, headers: Record<string, string> = {}) {
  return (response: ServerResponse): void => {
    response.writeHead(status, { 'content-type': 'text/html', ...headers }).end(body);
  };
}

function ids(from: number, count: number): { ids: string[]; revisions: string[] } {
  const numbers = Array.from({ length: count }, (_, index) => String(from + index));
  return { ids: numbers, revisions: numbers.map(() => '1') };
}

function error(code: string, more: object = {}): object {
  return { code, id: 'aBcDeFgHiJkLmNoPqRsT', message: `${code} in words`, ...more };
}

describe('an answer that confirms the rows', () => {
  it('commits them with ids and revisions in their order', async () => {
    assert.deepEqual(await judged(3, json(200, ids(5, 3))), {
      kind: 'committed',
      ids: ['5', '6', '7'],
      revisions: ['1', '1', '1'],
    });
  });

  it('commits a bulk request of several parts', async () => {
    const answer = await judged(250, json(200, { results: [ids(1, 100), ids(101, 100), ids(201, 50)] }));
    assert.equal(answer.kind, 'committed');
    assert.ok('ids' in answer);
    assert.deepEqual([answer.ids.length, answer.ids[249]], [250, '250']);
  });

  const doubtful: readonly (readonly [string, number, (response: ServerResponse) => void])[] = [
    ['a proxy’s page', 3, text(200, '<html>Please sign in</html>')],
    ['nothing', 3, text(200, '')],
    ['cut JSON', 3, json(200, '{"ids":["1","2","3"],"revis')],
    ['fewer ids', 3, json(200, ids(1, 2))],
    ['more ids', 3, json(200, ids(1, 4))],
    ['ids without revisions', 3, json(200, { ids: ['1', '2', '3'] })],
    ['ids of another shape', 3, json(200, { ids: [null, {}, []], revisions: ['1', '1', '1'] })],
    ['an error in spite of 200', 3, json(200, error('CB_VA01'))],
    ['one part less', 250, json(200, { results: [ids(1, 100), ids(101, 150)] })],
    ['parts of other sizes', 250, json(200, { results: [ids(1, 50), ids(51, 100), ids(151, 100)] })],
    ['an empty part', 250, json(200, { results: [ids(1, 100), {}, ids(201, 50)] })],
    ['the form of a small request', 250, json(200, ids(1, 250))],
    ['201', 3, json(201, ids(1, 3))],
    ['204', 3, text(204, '')],
    ['a redirect', 3, text(302, '', { location: '/login' })],
  ];
  for (const [name, rows, answer] of doubtful) {
    it(`leaves them open with ${name}`, async () => {
      assert.equal((await judged(rows, answer)).kind, 'ambiguous');
    });
  }
});

describe('an answer that refuses the rows', () => {
  it('names rows and fields with Kintone’s own words', async () => {
    const errors = {
      'records[2].name.value': { messages: ['Required.', 'Too long.'] },
      'records[0][数値].value': { messages: ['Only numbers are allowed.'] },
      'records[1]': { messages: ['Bad record.'] },
      'records[3].name.value': { messages: ['beyond the batch'] },
      query: { messages: ['not a row'] },
    };
    assert.deepEqual(await judged(3, json(400, error('CB_VA01', { errors }))), {
      kind: 'rejected',
      code: 'CB_VA01',
      message: {
        code: 'kintone.CB_VA01',
        verbatim: 'CB_VA01 in words records[3].name.value: beyond the batch query: not a row',
      },
      rows: [
        {
          index: 0,
          reasons: [
            {
              field: '数値',
              message: {
                code: 'kintone.refusedValue',
                args: { field: '数' },
                verbatim: 'Only numbers are allowed.',
              },
            },
          ],
        },
        {
          index: 1,
          reasons: [{ message: { code: 'kintone.refusedRow', verbatim: 'Bad record.' } }],
        },
        {
          index: 2,
          reasons: ['Required.', 'Too long.'].map((verbatim) => ({
            field: 'name',
            message: { code: 'kintone.refusedValue', args: { field: '氏名' }, verbatim },
          })),
        },
      ],
    });
  });

  it('counts rows through the parts of a bulk request', async () => {
    const errors = { 'records[49].name.value': { messages: ['Required.'] }, 'records[50].name.value': {} };
    const answer = await judged(250, json(400, { results: [{}, {}, error('CB_VA01', { errors })] }));
    assert.ok(answer.kind === 'rejected');
    assert.deepEqual(
      answer.rows.map(({ index }) => index),
      [249],
    );
  });

  it('names none when Kintone names none', async () => {
    for (const body of [error('GAIA_LO04'), { results: [{}, error('GAIA_LO04'), {}] }]) {
      const answer = await judged(250, json(400, body));
      assert.ok(answer.kind === 'rejected');
      assert.deepEqual([answer.code, answer.rows], ['GAIA_LO04', []]);
    }
  });

  it('keeps hostile words short and on one line', async () => {
    const message = `a\u0000b\r\nc\u2028${'x'.repeat(2000)}`;
    const answer = await judged(1, json(400, { code: 'CB_VA01', id: '1', message }));
    assert.ok(answer.kind === 'rejected');
    assert.equal(answer.message.verbatim?.length, 501);
    assert.ok(answer.message.verbatim.startsWith('a b c x'));
  });

  const table: readonly (readonly [status: number, code: string, kind: string])[] = [
    [400, 'CB_VA01', 'rejected'],
    [520, 'CB_VA01', 'rejected'],
    [400, 'CB_IJ01', 'rejected'],
    [400, 'GAIA_IL23', 'impossible'],
    [400, 'GAIA_DA03', 'impossible'],
    [400, 'GAIA_LO04', 'rejected'],
    [400, 'GAIA_LO03', 'rejected'],
    [400, 'GAIA_IL26', 'rejected'],
    [400, 'GAIA_IL28', 'rejected'],
    [400, 'GAIA_RE09', 'rejected'],
    [400, 'GAIA_IQ11', 'rejected'],
    [400, 'GAIA_IL03', 'rejected'],
    [400, 'GAIA_IA02', 'impossible'],
    [520, 'GAIA_IA02', 'impossible'],
    [401, 'CB_AU01', 'impossible'],
    [401, 'CB_WA01', 'impossible'],
    [403, 'CB_NO02', 'impossible'],
    [403, 'GAIA_NO01', 'impossible'],
    [403, 'GAIA_FU01', 'impossible'],
    [404, 'GAIA_AP01', 'impossible'],
    [404, 'GAIA_RE01', 'rejected'],
    [404, 'GAIA_RE20', 'rejected'],
    [409, 'GAIA_CO02', 'rejected'],
    [429, 'GAIA_TO04', 'notCommitted throttled'],
    [429, 'GAIA_TM12', 'notCommitted throttled'],
    [429, 'CB_XX99', 'notCommitted throttled'],
    [400, 'GAIA_DA02', 'notCommitted locked'],
    [520, 'GAIA_DA02', 'notCommitted locked'],
    [520, 'GAIA_RE18', 'notCommitted locked'],
    [400, 'GAIA_LT01', 'notCommitted locked'],
    [520, 'GAIA_SI01', 'rejected'],
    [400, 'GAIA_ZZ99', 'rejected'],
    [403, 'GAIA_ZZ99', 'impossible'],
    [520, 'GAIA_ZZ99', 'ambiguous'],
    [500, 'GAIA_ZZ99', 'ambiguous'],
    [408, 'CB_VA01', 'ambiguous'],
    [413, 'CB_VA01', 'notCommitted tooLarge'],
  ];
  for (const [status, code, kind] of table) {
    it(`means “${kind}” with ${status} ${code}`, async () => {
      const answer = await judged(2, json(status, error(code)));
      assert.equal('reason' in answer ? `${answer.kind} ${answer.reason}` : answer.kind, kind);
    });
  }

  it('believes a validation error about the app, which no row can mend', async () => {
    const errors = { app: { messages: ['Enter an integer.'] } };
    const answer = await judged(1, json(400, error('CB_VA01', { errors })));
    assert.equal(answer.kind, 'impossible');
    assert.equal(answer.message.verbatim, 'CB_VA01 in words Enter an integer.');
  });

  it('takes the code from the header when the body is gone', async () => {
    const answer = await judged(2, text(520, '', { 'X-Cybozu-Error': 'GAIA_DA02' }));
    assert.ok(answer.kind === 'notCommitted');
    assert.equal(answer.reason, 'locked');
  });
});

describe('an answer that is not Kintone’s own', () => {
  const table: readonly (readonly [string, (response: ServerResponse) => void, string])[] = [
    ['400 as a page', text(400, '<h1>Bad Request</h1>'), 'ambiguous'],
    ['401 as a page', text(401, ''), 'ambiguous'],
    ['403 as a page', text(403, 'blocked by the firewall'), 'ambiguous'],
    ['408', text(408, ''), 'ambiguous'],
    ['413', text(413, '<h1>413</h1>'), 'notCommitted tooLarge'],
    ['429 without a word', text(429, ''), 'notCommitted throttled'],
    ['500', text(500, ''), 'ambiguous'],
    ['502', text(502, 'Bad Gateway'), 'ambiguous'],
    ['503 with a maintenance page', text(503, '<h1>メンテナンス中です</h1>'), 'ambiguous'],
    ['503 by a gateway', text(503, 'upstream connect error or disconnect'), 'ambiguous'],
    ['503 passed on', text(503, '', { via: '1.1 cache' }), 'ambiguous'],
    ['504', text(504, ''), 'ambiguous'],
    ['other JSON', json(400, { error: 'x' }), 'ambiguous'],
    ['a code of another form', json(400, { code: '<b>', message: 'x' }), 'ambiguous'],
  ];
  for (const [name, answer, kind] of table) {
    it(`means “${kind}” with ${name}`, async () => {
      const result = await judged(2, answer);
      assert.equal('reason' in result ? `${result.kind} ${result.reason}` : result.kind, kind);
    });
  }

  it('says how long to wait when the server says so, in seconds or as a date', async () => {
    const date = 'Sun, 22 Nov 2026 06:00:00 GMT';
    for (const [headers, retryAfterMs] of [
      [{ 'retry-after': '7' }, 7000],
      [{ 'retry-after': 'Sun, 22 Nov 2026 06:01:30 GMT', date }, 90_000],
      [{ 'retry-after': 'Sun, 22 Nov 2026 05:00:00 GMT', date }, 0],
      [{ 'retry-after': 'soon' }, undefined],
    ] as const) {
      const answer = await judged(1, text(429, '', headers));
      assert.ok(answer.kind === 'notCommitted');
      assert.equal(answer.retryAfterMs, retryAfterMs);
    }
  });
});

describe('no whole answer', () => {
  it('means that nothing was kept when the server refuses connections', async () => {
    const answer = await sendTo(await unusedUrl(), 2);
    assert.ok(answer.kind === 'notCommitted');
    assert.deepEqual([answer.reason, answer.message.code], ['network', 'network.refused']);
  });

  for (const [name, before] of [
    ['before the head', ''],
    ['after the head', 'HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n'],
    ['within the body', 'HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n{"ids":["1","2"]'],
    ['within a refusal', 'HTTP/1.1 400 Bad\r\ncontent-length: 50\r\n\r\n{"code":"CB_VA01"'],
  ] as const) {
    it(`leaves the rows open when the connection breaks ${name}`, async () => {
      const server = await serveTcp((socket) => {
        socket.once('data', () => {
          if (before === '') {
            socket.resetAndDestroy();
          } else {
            socket.write(before, () => socket.destroy());
          }
        });
      });
      const answer = await sendTo(server.url, 2);
      assert.deepEqual(
        [answer.kind, answer.kind === 'ambiguous' && answer.message.code],
        ['ambiguous', 'network.lost'],
      );
      server.close();
    });
  }
});
