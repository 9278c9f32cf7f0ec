import assert from 'node:assert/strict';
import type { StartAnswer } from '../../../../src/core/endpoints/cellSnapshots';
import { createCellSnapshots } from '../../../../src/core/endpoints/personium/cellSnapshots';
import { createPersoniumClient } from '../../../../src/core/endpoints/personium/client';
import { createUndiciTransport } from '../../../../src/core/endpoints/undiciTransport';
import { unusedUrl } from '../loopback';
import { refused, scriptedCell } from './scriptedCell';
import type { Script } from './scriptedCell';

async function start(script: Script): Promise<StartAnswer> {
  const { cell, close } = await scriptedCell(script);
  try {
    return await cell.startImport('snap');
  } finally {
    await close();
  }
}

describe('Ordering the import of a cell', () => {
  it('names the snapshot in JSON, and 202 is no more than accepted', async () => {
    const bodies: unknown[] = [];
    const answer = await start(({ method, url }, body) => {
      bodies.push(`${method} ${url}`, JSON.parse(body.toString('utf8')));
      return { status: 202, headers: { location: 'http://x/shop/__import' } };
    });
    assert.deepEqual(answer, { kind: 'accepted' });
    assert.deepEqual(bodies, ['POST /shop/__import', { Name: 'snap' }]);
  });

  const REFUSED: readonly (readonly [code: string, retry: boolean])[] = [
    ['PR409-CM-0002', true],
    ['PR409-MC-0001', true],
    ['PR503-SV-0004', true],
    ['PR401-AU-0001', false],
    ['PR403-AU-0002', false],
    ['PR400-CM-0004', false],
    ['PR400-CM-0001', false],
    ['PR400-CM-0002', false],
    ['PR404-DV-0001', false],
    ['PR400-MC-0004', false],
    ['PR500-CM-0002', false],
    ['PR400-MC-0003', false],
    ['PR400-MC-0001', false],
    ['PR500-SV-9999', false],
  ];
  for (const [code, retry] of REFUSED) {
    it(`is refused by ${code}, ${retry ? 'for now' : 'for good'}`, async () => {
      const answer = await start(() => refused(code, 'because'));
      assert.ok(answer.kind === 'refused', answer.kind);
      assert.equal(answer.retry, retry);
      assert.equal(answer.message.verbatim, 'because');
    });
  }

  it('is refused by a front end that can’t have passed it on, and waits as long as it says', async () => {
    const answer = await start(() => ({ status: 429, body: '<html>', headers: { 'retry-after': '7' } }));
    assert.deepEqual(answer, {
      kind: 'refused',
      message: { code: 'cell.startRefused', args: { status: 429 } },
      retry: true,
      retryAfterMs: 7000,
    });
    for (const status of [302, 404, 413]) {
      const other = await start(() => ({ status, body: '<html>' }));
      assert.ok(other.kind === 'refused' && !other.retry, String(status));
    }
  });

  it('waits until the date that a busy unit names, and as long as we think best when it names none', async () => {
    const date = 'Sun, 22 Nov 2026 06:00:00 GMT';
    const times = ['Sun, 22 Nov 2026 06:01:30 GMT', '', '5'];
    const waits: unknown[] = [];
    for (const retryAfter of times) {
      const busy = refused('PR409-MC-0001', 'because');
      const answer = await start(() => ({ ...busy, headers: { 'retry-after': retryAfter, date } }));
      waits.push('retryAfterMs' in answer ? answer.retryAfterMs : undefined);
    }
    assert.deepEqual(waits, [90_000, undefined, 5000]);
  });

  it('may have begun when a front end gave up waiting, or something else answered', async () => {
    for (const status of [200, 408, 500, 502, 503, 504]) {
      const answer = await start(() => ({ status, body: '<html>' }));
      assert.deepEqual(answer, { kind: 'lost', message: { code: 'cell.startUnclear', args: { status } } });
    }
  });

  it('may have begun when the connection breaks, and is posted once', async () => {
    let posts = 0;
    const answer = await start(() => {
      posts++;
      return 'drop';
    });
    assert.ok(answer.kind === 'lost' && answer.message.code === 'cell.startLost');
    assert.equal(posts, 1);
  });

  it('has not begun when the unit could not be reached', async () => {
    const transport = createUndiciTransport();
    const client = createPersoniumClient({ baseUrl: `${await unusedUrl()}/shop`, transport });
    const answer = await createCellSnapshots(client, () => Promise.resolve(null)).startImport('snap');
    assert.ok(answer.kind === 'refused' && answer.retry && answer.message.code === 'network.refused');
    await transport.close();
  });

  it('answers also when it is given up: nothing was sent, or it may have begun', async () => {
    const early = await scriptedCell(() => ({ status: 202 }));
    const notSent = await early.cell.startImport('snap', AbortSignal.abort());
    assert.equal(notSent.kind, 'refused');
    assert.equal(early.server.requests.length, 0);
    await early.close();

    const giving = new AbortController();
    const late = await scriptedCell(() => {
      giving.abort();
      return 'drop';
    });
    const sent = await late.cell.startImport('snap', giving.signal);
    assert.equal(sent.kind, 'lost');
    await late.close();
  });
});
