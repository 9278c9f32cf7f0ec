import assert from 'node:assert/strict';
import type { Answer, RecordResult, TargetWriter } from '../../../../src/core/endpoints/endpoint';
import { createPersoniumClient } from '../../../../src/core/endpoints/personium/client';
import { createCellReader } from '../../../../src/core/endpoints/personium/reading';
import { createPersoniumWriter } from '../../../../src/core/endpoints/personium/writer';
import type { Transport } from '../../../../src/core/endpoints/transport';
import type { RecordLayout } from '../../../../src/core/mapping/layout';
import type { ImportRecord } from '../../../../src/core/mapping/record';
import {
  answerBatch,
  batchReplyText,
  changed,
  created,
  json,
  keeping,
  layoutOf,
  PRODUCT,
  record,
  refusalOf,
  refuse,
  refusedPart,
  sentParts,
  withCell,
} from './support';
import type { Answering, Asked, Part, SentPart } from './support';

const NAMES = layoutOf(['Name', 'Price']);
const WITH_ID = layoutOf(['__id', 'Name']);
const REPLACING = layoutOf(['__id', 'Name'], 'addOrReplace');
const MERGING = layoutOf(['__id', 'Name', 'Price'], 'update');
const JOB = { id: 'job-7' };

/** Every operation of every batch is answered as the test says; what is not a batch is refused. */
function batches(partOf: (sent: SentPart, index: number) => Part): Answering {
  return (asked, response) =>
    asked.path.endsWith('/$batch') ? answerBatch(asked, response, partOf) : refuse(response, 'PR404-OD-0000');
}

async function send(
  answer: Answering,
  layout: RecordLayout,
  records: readonly ImportRecord[],
  use: (writer: TargetWriter) => Promise<Answer> = (writer) => writer.send(records),
): Promise<{ readonly answer: Answer; readonly asked: readonly Asked[] }> {
  const { result, asked } = await withCell(answer, (endpoint) => use(endpoint.writer(PRODUCT, layout, JOB)));
  return { answer: result, asked };
}

function resultsOf(answer: Answer): readonly RecordResult[] {
  assert.ok(answer.kind === 'perRecord', JSON.stringify(answer));
  return answer.results;
}

function kinds(answer: Answer): string[] {
  return resultsOf(answer).map(({ kind }) => kind);
}

function added(count: number): ImportRecord[] {
  return Array.from({ length: count }, (_, index) => record(index + 1, [`N${index + 1}`, '']));
}

/** Entities that exist, to be changed from the revision `W/"1-1"`. */
function existing(...ids: readonly string[]): ImportRecord[] {
  return ids.map((id, index) => record(index + 1, [id, `N-${id}`, '5'], 'W/"1-1"'));
}

describe('new records', () => {
  it('go in one batch, each under an __id of its own: that of the file, or one made of the job and the row', async () => {
    const records = [record(1, ['mine', 'A']), record(2, ['', 'B']), record(3, ["it's/odd?", 'C'])];
    const { answer, asked } = await send(batches(keeping), WITH_ID, records);
    assert.deepEqual(answer, {
      kind: 'committed',
      ids: ['mine', 'job-7-2', "it's/odd?"],
      revisions: Array<string>(3).fill('W/"1-1488184348000"'),
    });
    assert.equal(asked.length, 1);
    const [batch] = asked;
    assert.ok(batch !== undefined);
    assert.deepEqual([batch.method, batch.path], ['POST', 'sales/stock/$batch']);
    assert.match(batch.headers['content-type'] ?? '', /^multipart\/mixed; boundary=batch_[\w-]+$/);
    assert.equal(batch.headers['content-length'], String(Buffer.byteLength(batch.body)));
    assert.deepEqual(
      sentParts(batch).map(({ method, path, json: sent }) => [method, path, sent]),
      [
        ['POST', 'Product', { __id: 'mine', Name: 'A' }],
        ['POST', 'Product', { __id: 'job-7-2', Name: 'B' }],
        ['POST', 'Product', { __id: "it's/odd?", Name: 'C' }],
      ],
    );
  });

  it('have the same __id at every try, and with no job the unit makes one up', async () => {
    const { asked } = await send(batches(keeping), NAMES, [], async (writer) => {
      await writer.send([record(41, ['A', ''])]);
      return writer.send([record(41, ['A', '']), record(42, ['B', ''])]);
    });
    assert.deepEqual(
      asked.map((one) => sentParts(one).map(({ json: { __id } }) => __id)),
      [['job-7-41'], ['job-7-41', 'job-7-42']],
    );
    const { result } = await withCell(batches(keeping), (endpoint) =>
      endpoint.writer(PRODUCT, NAMES).send([record(1, ['A', ''])]),
    );
    assert.ok(result.kind === 'committed');
    assert.deepEqual(result.ids, ['made-up']);
  });
});

describe('entities that are replaced', () => {
  it('go by PUT with the revision that was read, without their key in the body', async () => {
    const records = [...existing('a1', '商品.2'), record(9, ['new', 'N'])];
    const { answer, asked } = await send(batches(keeping), REPLACING, records);
    assert.ok(answer.kind === 'committed');
    assert.deepEqual(answer.ids, ['a1', '商品.2', 'new']);
    assert.deepEqual(answer.revisions.slice(0, 2), Array<string>(2).fill('W/"2-1488184348001"'));
    const [batch] = asked;
    assert.ok(batch !== undefined);
    assert.deepEqual(
      sentParts(batch).map(({ method, path, headers, json: sent }) => [
        method,
        path,
        headers['If-Match'],
        sent,
      ]),
      [
        ['PUT', "Product('a1')", 'W/"1-1"', { Name: 'N-a1' }],
        ['PUT', "Product('商品.2')", 'W/"1-1"', { Name: 'N-商品.2' }],
        ['POST', 'Product', undefined, { __id: 'new', Name: 'N' }],
      ],
    );
  });

  it('go in requests of their own where a batch can’t name them, with quotes doubled and the key encoded', async () => {
    const odd = ["it's", 'a/b', 'a?b', 'a b', 'a%20b', 'a+b', 'a#b', 'a\\b', '(a)', 'a　b'];
    const answer: Answering = (asked, response) => {
      if (asked.path.endsWith('$batch')) return answerBatch(asked, response, keeping);
      response.writeHead(204, { etag: 'W/"2-9"' }).end();
    };
    const { answer: told, asked } = await send(answer, REPLACING, existing(...odd, 'plain'));
    assert.ok(told.kind === 'committed', JSON.stringify(told));
    assert.deepEqual(told.ids, [...odd, 'plain']);
    assert.deepEqual(told.revisions, [...odd.map(() => 'W/"2-9"'), 'W/"2-1488184348001"']);
    assert.deepEqual(
      asked.map(({ method, path }) => [method, decodeURIComponent(path)]),
      [
        ['POST', 'sales/stock/$batch'],
        ...odd.map((id) => ['PUT', `sales/stock/Product('${id.replaceAll("'", "''")}')`]),
      ],
    );
    assert.equal(asked[1]?.path, "sales/stock/Product('it''s')");
    assert.equal(asked[2]?.path, "sales/stock/Product('a%2Fb')");
    assert.equal(asked[1].headers['if-match'], 'W/"1-1"');
  });
});

describe('entities that are merged', () => {
  it('go one after the other by MERGE, with what changes and the revision that was read', async () => {
    let open = 0;
    const answer: Answering = (_, response) => {
      open += 1;
      assert.equal(open, 1, 'one request at a time');
      setImmediate(() => {
        open -= 1;
        response.writeHead(204, { etag: 'W/"2-9"' }).end();
      });
    };
    const [first, second] = existing('a1', 'a2');
    assert.ok(first !== undefined && second !== undefined);
    // The key is not sent again where it is the same.
    const records = [{ ...first, values: [undefined, undefined, ''] }, second];
    const { answer: told, asked } = await send(answer, MERGING, records);
    assert.deepEqual(told, { kind: 'committed', ids: ['a1', 'a2'], revisions: ['W/"2-9"', 'W/"2-9"'] });
    assert.deepEqual(
      asked.map(({ method, path, headers, body }): unknown[] => [
        method,
        path,
        headers['if-match'],
        JSON.parse(body),
      ]),
      [
        ['MERGE', "sales/stock/Product('a1')", 'W/"1-1"', { Price: null }],
        ['MERGE', "sales/stock/Product('a2')", 'W/"1-1"', { Name: 'N-a2', Price: 5 }],
      ],
    );
  });

  it('are judged one by one: refused, taken, changed by somebody else, gone', async () => {
    const answers: Readonly<Partial<Record<string, Answering>>> = {
      a1: (_, response) => refuse(response, 'PR400-OD-0006', 'request body format error. field [Price]'),
      a2: (_, response) => response.writeHead(204, { etag: 'W/"2-9"' }).end(),
      a3: (_, response) => refuse(response, 'PR412-OD-0002'),
      a4: (_, response) => refuse(response, 'PR404-OD-0002'),
    };
    const answer: Answering = (asked, response) =>
      answers[/'(\w+)'/.exec(asked.path)?.[1] ?? '']?.(asked, response);
    const { answer: told } = await send(answer, MERGING, existing('a1', 'a2', 'a3', 'a4'));
    const results = resultsOf(told);
    assert.deepEqual(
      results.map((result) => (result.kind === 'rejected' ? [result.code, result.exists] : result)),
      [
        ['PR400-OD-0006', undefined],
        { kind: 'committed', id: 'a2', revision: 'W/"2-9"' },
        ['PR412-OD-0002', true],
        ['PR404-OD-0002', undefined],
      ],
    );
  });

  it('stop at the first one of which nothing is known: those behind it were not sent', async () => {
    const answer: Answering = (asked, response) => {
      if (asked.path.includes('a2')) response.destroy();
      else response.writeHead(204, { etag: 'W/"2-9"' }).end();
    };
    const { answer: told, asked } = await send(answer, MERGING, existing('a1', 'a2', 'a3', 'a4'));
    assert.deepEqual(kinds(told), ['committed', 'unknown', 'again', 'again']);
    assert.equal(asked.length, 2);
  });

  it('stop where the import is stopped: those behind it were not sent', async () => {
    let taken = 0;
    const answer: Answering = (_, response) => {
      taken++;
      response.writeHead(204, { etag: 'W/"2-9"' }).end();
    };
    const records = existing('a1', 'a2', 'a3', 'a4');
    const { answer: told, asked } = await send(answer, MERGING, records, (writer) =>
      writer.send(records, undefined, () => taken < 2),
    );
    assert.deepEqual(kinds(told), ['committed', 'committed', 'again', 'again']);
    assert.equal(asked.length, 2);
  });

  it('stop where the unit fails: those behind it would meet the same', async () => {
    const answer: Answering = (asked, response) => {
      if (asked.path.includes('a2')) refuse(response, 'PR500-SV-0000');
      else response.writeHead(204, { etag: 'W/"2-9"' }).end();
    };
    const { answer: told, asked } = await send(answer, MERGING, existing('a1', 'a2', 'a3', 'a4'));
    assert.deepEqual(kinds(told), ['committed', 'unknown', 'again', 'again']);
    assert.equal(asked.length, 2);
  });

  it('are open where something else than the unit answers', async () => {
    for (const status of [302, 400, 403, 404, 502]) {
      const { answer: told } = await send(
        (_, response) => response.writeHead(status, { 'content-type': 'text/html' }).end('<html>'),
        MERGING,
        existing('a1'),
      );
      assert.equal(told.kind, 'ambiguous', String(status));
    }
  });

  it('wait while the cell is locked, and those before it stay imported', async () => {
    const answer: Answering = (asked, response) => {
      if (asked.path.includes('a2')) refuse(response, 'PR409-CM-0002');
      else response.writeHead(204, { etag: 'W/"2-9"' }).end();
    };
    const { answer: told, asked } = await send(answer, MERGING, existing('a1', 'a2', 'a3'));
    assert.deepEqual(kinds(told), ['committed', 'again', 'again']);
    const [, locked] = resultsOf(told);
    assert.ok(locked?.kind === 'again');
    assert.deepEqual([locked.reason, locked.message.code], ['locked', 'personium.PR409-CM-0002']);
    assert.equal(asked.length, 2);
  });

  it('wait as long as the unit says, and are open where it gave up in the middle', async () => {
    const busy = refusalOf('PR503-SV-0001');
    const { answer: told } = await send(
      (_, response) => json(response, 503, busy, { 'retry-after': '7' }),
      MERGING,
      existing('a1', 'a2'),
    );
    assert.ok(told.kind === 'notCommitted', JSON.stringify(told));
    assert.deepEqual([told.reason, told.retryAfterMs], ['locked', 7000]);
    const late = await send(
      (_, response) => refuse(response, 'PR408-MC-0001'),
      MERGING,
      existing('a1', 'a2'),
    );
    assert.deepEqual(kinds(late.answer), ['unknown', 'again']);
  });

  it('end when the sign-in has ended; with some imported before, the next request says so', async () => {
    const answer: Answering = (asked, response) => {
      if (asked.path.includes('a2')) refuse(response, 'PR401-AU-0001');
      else response.writeHead(204, { etag: 'W/"2-9"' }).end();
    };
    const some = await send(answer, MERGING, existing('a1', 'a2', 'a3'));
    assert.deepEqual(kinds(some.answer), ['committed', 'again', 'again']);
    const none = await send(answer, MERGING, existing('a2', 'a3'));
    assert.ok(none.answer.kind === 'impossible');
    assert.equal(none.answer.message.code, 'personium.PR401-AU-0001');
  });
});

describe('the parts of a batch’s answer', () => {
  it('are results of their own: each row with its reason, at the field that the cell names', async () => {
    const parts: readonly Part[] = [
      created('job-7-1'),
      refusedPart('PR400-OD-0006', 'request body format error. field [Price]'),
      refusedPart('PR409-OD-0003', 'The entity already exists.'),
      refusedPart('PR400-OD-0009', '[Name] is required.'),
      refusedPart('PR400-OD-0006', 'request body format error. field [Year]'),
      refusedPart('PR400-OD-0006', 'request body format error. field [__id]'),
      refusedPart('PR400-OD-0032', 'The limit was reached.'),
    ];
    const { answer } = await send(
      batches((_, index) => parts[index] ?? changed()),
      NAMES,
      added(parts.length),
    );
    const results = resultsOf(answer);
    assert.deepEqual(results[0], { kind: 'committed', id: 'job-7-1', revision: 'W/"1-1488184348000"' });
    assert.deepEqual(
      results.slice(1).map((result) => {
        assert.ok(result.kind === 'rejected');
        const [reason] = result.reasons;
        return [result.code, result.exists, reason?.field, reason?.message.code, reason?.message.args];
      }),
      [
        ['PR400-OD-0006', undefined, 'Price', 'entity.refusedValue', { field: 'Price' }],
        ['PR409-OD-0003', true, undefined, 'personium.PR409-OD-0003', undefined],
        ['PR400-OD-0009', undefined, 'Name', 'entity.valueMissing', { field: 'Name' }],
        ['PR400-OD-0006', undefined, 'Maker', 'entity.refusedValue', { field: 'Maker' }],
        ['PR400-OD-0006', undefined, '__id', 'entity.refusedId', { id: 'job-7-6' }],
        ['PR400-OD-0032', undefined, undefined, 'personium.PR400-OD-0032', undefined],
      ],
    );
    const [, refused] = results;
    assert.ok(refused?.kind === 'rejected');
    assert.equal(refused.reasons[0]?.message.verbatim, 'request body format error. field [Price]');
  });

  it('go again where the unit did not come to them, and are open where it failed', async () => {
    const codes = ['PR408-MC-0001', 'PR503-SV-0001', 'PR503-SV-0005', 'PR500-SV-0000', 'PR503-SV-0002'];
    const { answer } = await send(
      batches((_, index) => refusedPart(codes[index] ?? '')),
      NAMES,
      added(codes.length),
    );
    assert.deepEqual(
      resultsOf(answer).map((result) => (result.kind === 'again' ? result.reason : result.kind)),
      ['unavailable', 'locked', 'unavailable', 'unknown', 'unknown'],
    );
  });

  it('end the job when no row can ever be taken, unless one was', async () => {
    for (const code of ['PR403-AU-0002', 'PR404-OD-0001']) {
      const none = await send(
        batches(() => refusedPart(code)),
        NAMES,
        added(3),
      );
      assert.equal(none.answer.kind, 'impossible', code);
      const some = await send(
        batches(({ json: { __id } }, index) => (index === 0 ? created(String(__id)) : refusedPart(code))),
        NAMES,
        added(3),
      );
      assert.deepEqual(kinds(some.answer), ['committed', 'again', 'again'], code);
    }
  });

  it('tell nothing about any row when one belongs to another operation', async () => {
    const swapped = ['job-7-2', 'job-7-1'];
    for (const partOf of [
      (_: SentPart, index: number) => created(swapped[index] ?? ''),
      (sent: SentPart, index: number) => (index === 0 ? changed() : keeping(sent)),
    ]) {
      const { answer } = await send(batches(partOf), NAMES, added(2));
      assert.ok(answer.kind === 'ambiguous');
      assert.equal(answer.message.code, 'entity.uncertainPairs');
    }
  });
});

describe('a batch that is answered as a whole', () => {
  const cases: readonly (readonly [string, Answer['kind'], string])[] = [
    ['PR409-CM-0002', 'notCommitted', 'personium.PR409-CM-0002'],
    ['PR503-SV-0001', 'notCommitted', 'personium.PR503-SV-0001'],
    ['PR503-SV-0004', 'notCommitted', 'personium.PR503-SV-0004'],
    ['PR503-SV-0005', 'notCommitted', 'personium.PR503-SV-0005'],
    ['PR409-CM-0001', 'impossible', 'personium.PR409-CM-0001'],
    ['PR401-AU-0001', 'impossible', 'personium.PR401-AU-0001'],
    ['PR403-AU-0004', 'impossible', 'personium.PR403-AU-0004'],
    ['PR404-DV-0001', 'impossible', 'personium.PR404-DV-0001'],
    ['PR404-DV-0003', 'impossible', 'personium.PR404-DV-0003'],
    ['PR400-OD-0021', 'impossible', 'personium.PR400-OD-0021'],
    ['PR400-OD-0023', 'impossible', 'personium.PR400-OD-0023'],
    ['PR400-OD-0034', 'impossible', 'personium.PR400-OD-0034'],
    ['PR500-SV-0000', 'ambiguous', 'entity.uncertainCode'],
    ['PR503-SV-0002', 'ambiguous', 'entity.uncertainCode'],
    ['PR408-MC-0001', 'ambiguous', 'entity.uncertainCode'],
  ];
  for (const [code, kind, sentence] of cases) {
    it(`with ${code} is ${kind}`, async () => {
      const { answer, asked } = await send((_, response) => refuse(response, code), NAMES, added(2));
      assert.equal(answer.kind, kind);
      assert.ok('message' in answer);
      assert.equal(answer.message.code, sentence);
      assert.equal(asked.length, 1);
    });
  }

  it('with anything that is not the unit’s own leaves open whether rows were kept', async () => {
    const html = '<html><body>Sign in</body></html>';
    const answers: readonly Answering[] = [
      (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(html),
      (_, response) => response.writeHead(202, { 'content-type': 'text/html' }).end(html),
      (_, response) => response.writeHead(302, { location: 'https://sso.example/' }).end(),
      (_, response) => response.writeHead(400, { 'content-type': 'text/html' }).end(html),
      (_, response) => response.writeHead(502, { 'content-type': 'text/html' }).end(html),
      (_, response) => response.writeHead(503, { 'content-type': 'text/html' }).end(html),
      (_, response) => json(response, 200, refusalOf('PR409-OD-0003')),
      (asked, response) => {
        const boundary = /boundary=(\S+)/.exec(asked.headers['content-type'] ?? '')?.[1] ?? '';
        response.writeHead(202, { 'content-type': `multipart/mixed; boundary=${boundary}` });
        response.end(batchReplyText([created('job-7-1')], boundary, 'c'));
      },
      (asked, response) => {
        const boundary = /boundary=(\S+)/.exec(asked.headers['content-type'] ?? '')?.[1] ?? '';
        response.writeHead(202, { 'content-type': `multipart/mixed; boundary=${boundary}` });
        const parts = ['job-7-1', 'job-7-2', 'job-7-3'].map((id) => created(id));
        response.end(batchReplyText(parts, boundary, 'c'));
      },
      (_, response) => response.destroy(),
    ];
    for (const answer of answers) {
      assert.equal((await send(answer, NAMES, added(2))).answer.kind, 'ambiguous');
    }
  });

  it('with 429 waits as long as it is told to', async () => {
    const { answer } = await send(
      (_, response) => response.writeHead(429, { 'retry-after': '7' }).end('Too many'),
      NAMES,
      added(2),
    );
    assert.ok(answer.kind === 'notCommitted');
    assert.deepEqual([answer.reason, answer.retryAfterMs], ['throttled', 7000]);
  });
});

describe('a sign-in whose right is inherited', () => {
  it('can’t make batches, so that all goes in single requests from then on', async () => {
    const answer: Answering = (asked, response) => {
      if (asked.path.endsWith('$batch')) return refuse(response, 'PR403-AU-0002');
      const { __id: id } = JSON.parse(asked.body) as Record<string, unknown>;
      json(response, 201, { d: { results: { __id: id } } }, { etag: 'W/"1-5"' });
    };
    const { answer: told, asked } = await send(answer, NAMES, added(2), async (writer) => {
      assert.deepEqual(await writer.send(added(2)), {
        kind: 'committed',
        ids: ['job-7-1', 'job-7-2'],
        revisions: ['W/"1-5"', 'W/"1-5"'],
      });
      return writer.send([record(3, ['N3', ''])]);
    });
    assert.equal(told.kind, 'committed');
    assert.deepEqual(
      asked.map(({ method, path }) => `${method} ${path}`),
      [
        'POST sales/stock/$batch',
        'POST sales/stock/Product',
        'POST sales/stock/Product',
        'POST sales/stock/Product',
      ],
    );
  });

  it('takes rows in the order of the file', async () => {
    const answer: Answering = (asked, response) =>
      asked.path.endsWith('$batch') ? refuse(response, 'PR403-AU-0002') : response.writeHead(204).end();
    const { asked } = await send(answer, REPLACING, existing('a1', "o'2", 'a3'));
    assert.deepEqual(
      asked.slice(1).map(({ path }) => path),
      ['a1', "o''2", 'a3'].map((id) => `sales/stock/Product('${id}')`),
    );
  });

  it('that has no right at all is told which one it lacks, and on what', async () => {
    const { answer, asked } = await send((_, response) => refuse(response, 'PR403-AU-0002'), NAMES, added(3));
    assert.ok(answer.kind === 'impossible');
    assert.equal(answer.message.code, 'personium.needsRight');
    assert.deepEqual(answer.message.args, { right: 'write', place: 'sales/stock/Product' });
    assert.equal(asked.length, 2);
  });
});

describe('how much a batch carries', () => {
  const sizes = (asked: readonly Asked[]): number[] => asked.map((one) => sentParts(one).length);

  it('stays below eight megabytes, however long the values are', async () => {
    const long = 'x'.repeat(3 * 1024 * 1024);
    const records = [1, 2, 3, 4, 5].map((row) =>
      record(row, [row === 3 ? `${long}${long}${long}` : long, '']),
    );
    const { answer, asked } = await send(batches(keeping), NAMES, records);
    assert.equal(answer.kind, 'committed');
    assert.deepEqual(sizes(asked), [2, 1, 2]);
  });

  it('is halved by a server that takes fewer, and stays so', async () => {
    const answer: Answering = (asked, response) =>
      sentParts(asked).length > 10
        ? refuse(response, 'PR400-OD-0030', 'Too many batch requests [40].')
        : answerBatch(asked, response, keeping);
    const { asked } = await send(answer, NAMES, added(40), async (writer) => {
      assert.equal((await writer.send(added(40))).kind, 'committed');
      return writer.send(added(20));
    });
    assert.deepEqual(sizes(asked), [40, 20, 10, 10, 10, 10, 10, 10]);
  });

  it('is never less than one row: a unit that refuses that takes none', async () => {
    const { answer, asked } = await send(
      (_, response) => refuse(response, 'PR400-OD-0030', 'Too many batch requests [1].'),
      NAMES,
      added(2),
    );
    assert.equal(answer.kind, 'impossible');
    assert.deepEqual(sizes(asked), [2, 1]);
  });

  it('is halved by a server that takes less bytes, and stays so', async () => {
    const answer: Answering = (asked, response) =>
      Buffer.byteLength(asked.body) > 6000
        ? response.writeHead(413, { 'content-type': 'text/html' }).end('<html>')
        : answerBatch(asked, response, keeping);
    const records = (): ImportRecord[] => added(90).slice(10);
    const { asked } = await send(answer, NAMES, records(), async (writer) => {
      assert.equal((await writer.send(records())).kind, 'committed');
      return writer.send(records());
    });
    const [first, second, third, ...rest] = sizes(asked);
    assert.deepEqual([first, second, third], [80, 40, 20]);
    assert.ok(
      rest.every((size) => size <= 10),
      String(rest),
    );
    assert.equal(
      rest.reduce((sum, size) => sum + size, 0),
      160,
    );
  });

  it('is one row at the least; a row that is too large alone is lost with its reason', async () => {
    const answer: Answering = (asked, response) =>
      asked.body.includes('N2') ? response.writeHead(413).end() : answerBatch(asked, response, keeping);
    const { answer: told } = await send(answer, NAMES, added(3));
    const results = resultsOf(told);
    assert.deepEqual(
      results.map(({ kind }) => kind),
      ['committed', 'rejected', 'committed'],
    );
    assert.ok(results[1]?.kind === 'rejected');
    assert.equal(results[1].reasons[0]?.message.code, 'entity.tooLarge');
  });

  it('shrinks where the unit is slow, so that no batch comes near to its time limit', async () => {
    let now = 0;
    const slow: Transport = {
      request: (request) => {
        const body = new TextDecoder().decode(request.body instanceof Uint8Array ? request.body : undefined);
        const asked = { method: 'POST', path: '', headers: {}, body };
        const sent = sentParts(asked);
        now += sent.length * 600;
        const boundary = /boundary=(\S+)/.exec(String(request.headers['content-type']))?.[1] ?? '';
        lengths.push(sent.length);
        return Promise.resolve({
          status: 202,
          headers: { 'content-type': `multipart/mixed; boundary=${boundary}` },
          body: new TextEncoder().encode(batchReplyText(sent.map(keeping), boundary, 'c')),
        });
      },
    };
    const lengths: number[] = [];
    const client = createPersoniumClient({ baseUrl: 'https://unit.example/shop', transport: slow });
    const writer = createPersoniumWriter({
      client,
      read: createCellReader(client),
      place: { collection: 'sales/stock', set: 'Product' },
      schema: PRODUCT,
      layout: NAMES,
      job: JOB,
      now: () => now,
    });
    await writer.send(added(400));
    await writer.send(added(250));
    assert.deepEqual(lengths, [400, 100, 100, 50], 'a minute each');
  });

  it('is what the engine is told: many rows for batches, few where each is a request', () => {
    const limits = (layout: RecordLayout): readonly number[] => {
      const client = createPersoniumClient({
        baseUrl: 'https://unit.example/shop',
        transport: { request: () => Promise.reject(new Error('nothing is sent')) },
      });
      const writer = createPersoniumWriter({
        client,
        read: createCellReader(client),
        place: { collection: 'sales/stock', set: 'Product' },
        schema: PRODUCT,
        layout,
      });
      const { rowsPerRequest, rowsPerSmallRequest } = writer.limits;
      return [rowsPerRequest, rowsPerSmallRequest];
    };
    assert.deepEqual(limits(NAMES), [500, 100]);
    assert.deepEqual(limits(REPLACING), [500, 100]);
    assert.deepEqual(limits(MERGING), [50, 50]);
  });
});

describe('a batch and single requests together', () => {
  it('leave what comes after a lost batch unsent', async () => {
    const answer: Answering = (asked, response) => {
      assert.ok(asked.path.endsWith('$batch'));
      response.destroy();
    };
    const { answer: told } = await send(answer, REPLACING, existing('a1', "o'2", 'a3'));
    assert.deepEqual(kinds(told), ['unknown', 'again', 'unknown']);
  });

  it('leave what comes after a batch that found the collection locked', async () => {
    const { answer, asked } = await send(
      batches((sent, index) => (index === 0 ? keeping(sent) : refusedPart('PR503-SV-0001'))),
      REPLACING,
      existing('a1', "o'2", 'a3'),
    );
    assert.deepEqual(kinds(answer), ['committed', 'again', 'again']);
    assert.equal(asked.length, 1);
  });
});
