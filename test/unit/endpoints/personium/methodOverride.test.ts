import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { json, layoutOf, PRODUCT, record, refuse, withCell } from './support';
import type { Answering } from './support';

const MERGING = layoutOf(['__id', 'Name'], 'update');
const ROWS = ['a1', 'a2'].map((id, at) => record(at + 1, [id, 'N'], 'W/"1-1"'));
const LISTING =
  '<D:multistatus xmlns:D="DAV:"><D:response><D:href>/shop/__</D:href></D:response></D:multistatus>';

/** A front that knows the usual methods only, and a cell behind it. */
function behindAFront(status: number, behind: Answering): Answering {
  return (asked, response) =>
    ['GET', 'POST'].includes(asked.method)
      ? behind(asked, response)
      : response.writeHead(status, { 'content-type': 'text/html' }).end('<html>');
}

const kept: Answering = (_, response) => response.writeHead(204, { etag: 'W/"2-9"' }).end();

describe('methods that a server in between refuses', () => {
  it('are named in a header of a POST from then on', async () => {
    for (const status of [405, 501]) {
      const { result, asked } = await withCell(behindAFront(status, kept), (endpoint) =>
        endpoint.writer(PRODUCT, MERGING).send(ROWS),
      );
      assert.equal(result.kind, 'committed', JSON.stringify(result));
      assert.deepEqual(
        asked.map(({ method, path, headers, body }) => [
          method,
          path,
          headers['x-http-method-override'],
          headers['if-match'],
          body,
        ]),
        [
          ['MERGE', "sales/stock/Product('a1')", undefined, 'W/"1-1"', '{"Name":"N"}'],
          ['POST', "sales/stock/Product('a1')", 'MERGE', 'W/"1-1"', '{"Name":"N"}'],
          ['POST', "sales/stock/Product('a2')", 'MERGE', 'W/"1-1"', '{"Name":"N"}'],
        ],
      );
    }
  });

  it('are as good for looking into folders', async () => {
    const behind: Answering = (asked, response): ServerResponse =>
      asked.headers['x-http-method-override'] === 'PROPFIND'
        ? response.writeHead(207, { 'content-type': 'application/xml' }).end(LISTING)
        : json(response, 200, { d: { results: [] } });
    const { result, asked } = await withCell(behindAFront(405, behind), (endpoint) => endpoint.listTargets());
    assert.deepEqual(result, []);
    assert.deepEqual(
      asked.map(({ method }) => method),
      ['GET', 'PROPFIND', 'POST'],
    );
  });

  it('stay as they are where the unit itself refuses, or anything else is wrong', async () => {
    const answers: readonly Answering[] = [
      (_, response) => refuse(response, 'PR405-MC-0001'),
      (_, response) => response.writeHead(502).end(),
      (_, response) => response.writeHead(403, { 'content-type': 'text/html' }).end('<html>'),
    ];
    for (const answer of answers) {
      const { asked } = await withCell(answer, (endpoint) =>
        endpoint.writer(PRODUCT, MERGING).send(ROWS.slice(0, 1)),
      );
      assert.deepEqual(
        asked.map(({ method }) => method),
        ['MERGE'],
      );
    }
  });
});
