import assert from 'node:assert/strict';
import { learnCell, normalizeCellUrl } from '../../../../src/core/endpoints/personium/address';
import { createUndiciTransport } from '../../../../src/core/endpoints/undiciTransport';
import { ExpectedError } from '../../../../src/core/message';
import { serve, unusedUrl } from '../loopback';

function candidates(text: string): readonly string[] {
  const address = normalizeCellUrl(text);
  assert.ok('candidates' in address, JSON.stringify(address));
  return address.candidates;
}

describe('the address of a cell', () => {
  for (const [text, ...expected] of [
    ['https://unit.example/cell/', 'https://unit.example/cell/', 'https://unit.example/'],
    [' https://unit.example/cell ', 'https://unit.example/cell/', 'https://unit.example/'],
    ['unit.example/cell', 'https://unit.example/cell/', 'https://unit.example/'],
    ['https://cell.unit.example', 'https://cell.unit.example/'],
    ['localhost:8080/cell', 'http://localhost:8080/cell/', 'http://localhost:8080/'],
    ['https://unit.example/cell/__ctl/Box?$top=3#x', 'https://unit.example/cell/', 'https://unit.example/'],
    ['https://cell.unit.example/__import', 'https://cell.unit.example/'],
    [
      "https://unit.example/cell/box/col/Set('a')",
      "https://unit.example/cell/box/col/Set('a')/",
      'https://unit.example/cell/',
      'https://unit.example/',
    ],
    ['https://unit.example/cell/__/notes', 'https://unit.example/cell/', 'https://unit.example/'],
  ] as const) {
    it(`is found in ${text}`, () => {
      assert.deepEqual(candidates(text), expected);
    });
  }

  for (const [text, code] of [
    ['', 'personium.addressUnreadable'],
    ['cell', 'personium.addressUnreadable'],
    ['https://', 'personium.addressUnreadable'],
    ['https://me:secret@unit.example/cell/', 'personium.addressWithPassword'],
    ['http://unit.example/cell/', 'personium.addressNeedsHttps'],
    ['ftp://unit.example/cell/', 'personium.addressNeedsHttps'],
  ] as const) {
    it(`is not “${text}”`, () => {
      assert.deepEqual(normalizeCellUrl(text), { code });
    });
  }
});

describe('learning about a cell', () => {
  const transport = createUndiciTransport();
  after(() => transport.close());

  interface Page {
    readonly status?: number;
    readonly type?: string;
    readonly body: unknown;
  }

  /** What the paths of a unit answer; `{url}` stands for its origin. */
  const unit = async (pages: Readonly<Record<string, Page>>) =>
    serve((request, response) => {
      const page = pages[request.url ?? ''] ?? refusal(404, 'PR404-DV-0003');
      const { status = 200, type = 'application/json', body } = page;
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      response.writeHead(status, { 'content-type': type });
      response.end(text.replaceAll('{url}', `http://${request.headers.host ?? ''}`));
    });
  const refusal = (status: number, code: string): Page => ({
    status,
    body: { code, message: { lang: 'en', value: 'Words.' } },
  });
  const cellPage: Page = {
    body: {
      cell: { name: 'shop', url: '{url}/shop/' },
      unit: { url: '{url}/', path_based_cellurl_enabled: true },
    },
  };
  const codeOf = async (learning: Promise<unknown>): Promise<string> => {
    try {
      await learning;
    } catch (error) {
      assert.ok(error instanceof ExpectedError, String(error));
      return error.detail.code;
    }
    return 'learned';
  };
  const learn = (url: string, signal?: AbortSignal) =>
    learnCell(transport, { candidates: candidates(url) }, signal);

  it('asks for JSON, without a sign-in, and takes the cell’s own name and address', async () => {
    const server = await unit({ '/shop/': cellPage });
    assert.deepEqual(await learn(`${server.url}/shop`), {
      name: 'shop',
      url: `${server.url}/shop/`,
      unitUrl: `${server.url}/`,
    });
    const [request] = server.requests;
    assert.equal(request?.headers.accept, 'application/json');
    assert.equal(request.headers.authorization, undefined);
    await server.close();
  });

  it('finds the cell around what was pasted', async () => {
    const server = await unit({ '/shop/': cellPage, '/shop/sales/docs/': refusal(401, 'PR401-AU-0001') });
    assert.equal((await learn(`${server.url}/shop/sales/docs`)).name, 'shop');
    await server.close();
  });

  it('takes a cell whose last import has failed by its address', async () => {
    const server = await unit({ '/shop/': refusal(409, 'PR409-CM-0001') });
    const { name, unitUrl } = await learn(`${server.url}/shop/`);
    assert.deepEqual([name, unitUrl], ['shop', `${server.url}/`]);
    await server.close();
  });

  for (const [what, page, code] of [
    ['a cell that is not there', refusal(404, 'PR404-DV-0003'), 'personium.PR404-DV-0003'],
    ['a wrong host name', refusal(400, 'PR400-CM-0005'), 'personium.PR400-CM-0005'],
    ['cells with host names of their own', refusal(400, 'PR400-MC-0002'), 'personium.PR400-MC-0002'],
    ['a cell without a page', refusal(412, 'PR412-UI-0001'), 'personium.PR412-UI-0001'],
    ['a page for people', { type: 'text/html', body: '<html></html>' }, 'personium.pageInstead'],
    ['a unit', { body: { unit: { url: '{url}/' } } }, 'personium.unitInstead'],
    ['something else', { body: { hello: 1 } }, 'personium.unexpectedAnswer'],
    ['a redirect', { status: 302, body: '' }, 'personium.redirected'],
    [
      'a cell that names another server',
      {
        body: {
          cell: { name: 'shop', url: 'https://evil.example/shop/' },
          unit: { url: 'https://evil.example/' },
        },
      },
      'personium.cellElsewhere',
    ],
    [
      'an address that is none',
      { body: { cell: { name: 'shop', url: 'javascript:1' }, unit: { url: '{url}/' } } },
      'personium.unexpectedAnswer',
    ],
  ] as const) {
    it(`explains ${what}`, async () => {
      const server = await unit({ '/shop/': page });
      assert.equal(await codeOf(learn(`${server.url}/shop/`)), code);
      await server.close();
    });
  }

  it('explains a network that does not lead there, and gives up when it is called off', async () => {
    assert.equal(await codeOf(learn(`${await unusedUrl()}/shop/`)), 'network.refused');
    const reason = new Error('called off');
    await assert.rejects(learn('http://127.0.0.1:1/shop/', AbortSignal.abort(reason)), reason);
  });
});
