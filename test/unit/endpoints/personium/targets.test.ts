import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { createPersoniumClient } from '../../../../src/core/endpoints/personium/client';
import { PersoniumRefusal } from '../../../../src/core/endpoints/personium/codes';
import { createCellReader } from '../../../../src/core/endpoints/personium/reading';
import { allEntitySets } from '../../../../src/core/endpoints/personium/targets';
import type { HttpResponse, Transport } from '../../../../src/core/endpoints/transport';
import { ExpectedError } from '../../../../src/core/message';
import { json, refuse, withCell } from './support';
import type { Answering, Asked } from './support';

function xml(response: ServerResponse, status: number, text: string): ServerResponse {
  response.writeHead(status, { 'content-type': 'application/xml;charset=utf-8' });
  return response.end(`<?xml version="1.0" encoding="utf-8"?>${text}`);
}

interface Member {
  readonly path: string;
  readonly types: readonly string[];
}

/** A listing as WebDAV gives it, the folder itself among it. */
function multistatus(origin: string, members: readonly Member[]): string {
  const responses = members.map(
    ({ path, types }) =>
      `<D:response><D:href>${origin}${path}</D:href><D:propstat><D:prop><D:resourcetype>${types
        .map((type) => `<${type}/>`)
        .join('')}</D:resourcetype></D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>`,
  );
  return `<D:multistatus xmlns:D="DAV:" xmlns:p="urn:x-personium:xmlns">${responses.join('')}</D:multistatus>`;
}

function edmx(...sets: readonly string[]): string {
  const types = sets.map(
    (name) =>
      `<EntityType Name="${name}" OpenType="true"><Property Name="__id" Type="Edm.String" Nullable="false"/></EntityType>`,
  );
  const entitySets = sets.map((name) => `<EntitySet Name="${name}" EntityType="UserData.${name}"/>`);
  return `<edmx:Edmx xmlns:edmx="e"><edmx:DataServices><Schema Namespace="UserData">${types.join('')}<EntityContainer Name="UserData">${entitySets.join('')}</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>`;
}

const ODATA = ['D:collection', 'p:odata'];
const FOLDER = ['D:collection'];

/** Boxes `sales` and `倉庫`, collections in a box, in a folder and in the main box, and what must not be taken for one. */
const cell: Answering = (asked, response) => {
  const origin = `http://${asked.headers.host ?? ''}/shop/`;
  const listing = (members: readonly Member[]): ServerResponse =>
    xml(response, 207, multistatus(origin, members));
  switch (asked.path.replace(/\?.*/, '')) {
    case '__ctl/Box':
      return json(response, 200, { d: { results: [{ Name: 'sales' }, { Name: '倉庫' }] } });
    case '__':
      return listing([
        { path: '__/', types: FOLDER },
        { path: '__/notes/', types: ODATA },
      ]);
    case 'sales':
      return listing([
        { path: 'sales', types: FOLDER },
        { path: 'sales/stock', types: ODATA },
        { path: 'sales/docs/', types: FOLDER },
        { path: 'sales/engine', types: ['D:collection', 'p:service'] },
        { path: 'sales/..', types: FOLDER },
        { path: 'other/sales', types: FOLDER },
        { path: 'sales/readme.txt', types: [] },
      ]);
    case 'sales/docs':
      return listing([
        { path: 'sales/docs/', types: FOLDER },
        { path: 'sales/docs/%E6%A3%9A', types: ODATA },
      ]);
    case '%E5%80%89%E5%BA%AB':
      return refuse(response, 'PR403-AU-0002');
    case '__/notes/$metadata':
      return xml(response, 200, edmx('Note'));
    case 'sales/stock/$metadata':
      return xml(response, 200, edmx('Product', 'Supplier'));
    case 'sales/docs/%E6%A3%9A/$metadata':
      return xml(response, 200, edmx('Shelf'));
    default:
      return refuse(response, 'PR404-DV-0001');
  }
};

async function expected(promise: Promise<unknown>): Promise<ExpectedError> {
  const error: unknown = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof ExpectedError, String(error));
  return error;
}

describe('the entity sets of a cell', () => {
  it('are found in boxes, in folders and in the main box, and no other folder is taken for them', async () => {
    const { result, asked } = await withCell(cell, async (endpoint, cellUrl) => {
      const targets = await endpoint.listTargets();
      return targets.map(({ url, ...rest }) => ({ ...rest, url: url.replace(cellUrl, '…/') }));
    });
    assert.deepEqual(result, [
      { id: '__/notes/Note', name: 'Note', within: ['__', 'notes'], url: '…/__/notes/Note' },
      {
        id: 'sales/stock/Product',
        name: 'Product',
        within: ['sales', 'stock'],
        url: '…/sales/stock/Product',
      },
      {
        id: 'sales/stock/Supplier',
        name: 'Supplier',
        within: ['sales', 'stock'],
        url: '…/sales/stock/Supplier',
      },
      {
        id: 'sales/docs/%E6%A3%9A/Shelf',
        name: 'Shelf',
        within: ['sales', 'docs', '棚'],
        url: '…/sales/docs/%E6%A3%9A/Shelf',
      },
    ]);
    for (const { method, headers } of asked.filter((one) => one.method === 'PROPFIND')) {
      assert.equal(headers.depth, '1', method);
    }
    assert.equal(asked.filter(({ method }) => method === 'PROPFIND').length, 4);
  });

  it('are found once where the cell, a box and a folder in it have one name', async () => {
    const namesake: Answering = (asked, response) => {
      const origin = `http://${asked.headers.host ?? ''}/shop/`;
      const listing = (...members: readonly Member[]): ServerResponse =>
        xml(response, 207, multistatus(origin, members));
      switch (asked.path.replace(/\?.*/, '')) {
        case '__ctl/Box':
          return json(response, 200, { d: { results: [{ Name: 'shop' }] } });
        case '__':
          return listing({ path: '__', types: FOLDER });
        case 'shop':
          return listing(
            { path: 'shop/shop', types: FOLDER },
            { path: 'shop/stock', types: ODATA },
            { path: 'shop', types: FOLDER },
          );
        case 'shop/shop':
          return listing({ path: 'shop/shop', types: FOLDER });
        default:
          return xml(response, 200, edmx('Product'));
      }
    };
    const { result, asked } = await withCell(namesake, (endpoint) => endpoint.listTargets());
    assert.deepEqual(
      result.map(({ id }) => id),
      ['shop/stock/Product'],
    );
    assert.deepEqual(
      asked.filter(({ method }) => method === 'PROPFIND').map(({ path }) => path),
      ['__', 'shop', 'shop/shop'],
    );
  });

  it('of one box that is refused do not hide the others; only when there are none the refusal is told', async () => {
    const onlyMain: Answering = (asked, response) =>
      asked.path.startsWith('__ctl') ? refuse(response, 'PR403-AU-0002') : cell(asked, response);
    const { result } = await withCell(onlyMain, (endpoint) => endpoint.listTargets());
    assert.deepEqual(
      result.map(({ id }) => id),
      ['__/notes/Note'],
    );
    await withCell(
      (_, response) => refuse(response, 'PR403-AU-0002'),
      async (endpoint) => {
        const error = await expected(endpoint.listTargets());
        assert.equal(error.detail.code, 'personium.needsRight');
        assert.equal(endpoint.natureOf?.(error), 'forbidden');
      },
    );
  });

  it('are not told at all when the sign-in has ended or the unit is busy: that is about all of them', async () => {
    for (const [code, nature] of [
      ['PR401-AU-0001', 'lasting'],
      ['PR503-SV-0001', 'passing'],
    ] as const) {
      const answer: Answering = (asked, response) =>
        asked.path.startsWith('sales/stock') ? refuse(response, code) : cell(asked, response);
      await withCell(answer, async (endpoint) => {
        const error = await expected(endpoint.listTargets());
        assert.ok(error instanceof PersoniumRefusal);
        assert.equal(error.personiumCode, code);
        assert.equal(endpoint.natureOf?.(error), nature);
      });
    }
  });
});

describe('all entity sets of a cell', () => {
  /** A cell of boxes without anything in them; the last one is refused when told so. */
  async function search(
    boxes: number,
    refused = false,
  ): Promise<{ readonly found: readonly string[] | null; readonly asked: readonly string[] }> {
    const asked: string[] = [];
    const answer = (status: number, body: string): HttpResponse => ({
      status,
      headers: {},
      body: new TextEncoder().encode(body),
    });
    const transport: Transport = {
      request: ({ url }) => {
        const path = decodeURIComponent(url.slice('https://unit.example/shop/'.length));
        asked.push(path);
        const skip = /\$skip=(\d+)/.exec(path)?.[1];
        if (skip !== undefined) {
          const length = Math.min(1000, boxes - Number(skip));
          const results = Array.from({ length }, (_, at) => ({ Name: `b${Number(skip) + at + 1}` }));
          return Promise.resolve(answer(200, JSON.stringify({ d: { results } })));
        }
        return Promise.resolve(
          refused && path === `b${boxes}`
            ? answer(403, '{"code":"PR403-AU-0002","message":{"lang":"en","value":"No."}}')
            : answer(207, multistatus('', [{ path: `/shop/${path}`, types: FOLDER }])),
        );
      },
    };
    const client = createPersoniumClient({ baseUrl: 'https://unit.example/shop', transport });
    return { found: await allEntitySets(client.cellUrl, createCellReader(client)), asked };
  }

  it('are known when every box was looked into', async () => {
    assert.deepEqual((await search(3)).found, []);
    assert.equal((await search(3, true)).found, null, 'a box that may not be read');
    const many = await search(1002);
    assert.equal(many.found, null, 'more folders than are looked into');
    assert.equal(many.asked.filter((path) => path.startsWith('__ctl/Box')).length, 2);
    assert.ok(many.asked.length < 350, String(many.asked.length));
  });

  it('are no longer looked for when nobody waits for them', async () => {
    const reason = new Error('not wanted any more');
    await withCell(cell, async (endpoint) => {
      await assert.rejects(endpoint.listTargets(AbortSignal.abort(reason)), reason);
    });
  });
});

describe('one entity set', () => {
  const describeIt = (id: string): Promise<{ result: unknown; asked: readonly Asked[] }> =>
    withCell(cell, async (endpoint, cellUrl) => {
      const { fields, url, ...rest } = await endpoint.describe(id);
      return { ...rest, url: url.replace(cellUrl, '…/'), codes: fields.map(({ code }) => code) };
    });

  it('is described with its modes, whether its path is encoded or not', async () => {
    for (const id of ['sales/docs/棚/Shelf', 'sales/docs/%E6%A3%9A/Shelf']) {
      const { result, asked } = await describeIt(id);
      assert.deepEqual(result, {
        id: 'sales/docs/%E6%A3%9A/Shelf',
        name: 'Shelf',
        url: '…/sales/docs/%E6%A3%9A/Shelf',
        codes: ['__id'],
        modes: ['add', 'replace', 'update', 'addOrReplace'],
        createsProperties: true,
      });
      assert.equal(asked.length, 1);
    }
  });

  it('that is not there, or whose path leads elsewhere, is said to be gone', async () => {
    for (const id of ['sales/stock/Nothing', 'sales/../__ctl/Account', 'Product', '%2e%2e/a/b']) {
      await withCell(cell, async (endpoint) => {
        assert.equal((await expected(endpoint.describe(id))).detail.code, 'entity.setGone', id);
      });
    }
  });

  it('whose schema is a sign-in page, or can’t be had, is told so', async () => {
    await withCell(
      (_, response) => response.end('<html>Sign in<br></html>'),
      async (endpoint) => {
        const { detail } = await expected(endpoint.describe('sales/stock/Product'));
        assert.equal(detail.code, 'entity.schemaUnreadable');
      },
    );
    await withCell(
      (_, response) => response.writeHead(302, { location: 'https://sso.example/' }).end(),
      async (endpoint) => {
        const { detail } = await expected(endpoint.describe('sales/stock/Product'));
        assert.equal(detail.code, 'personium.redirected');
      },
    );
    await withCell(
      (_, response) => response.destroy(),
      async (endpoint) => {
        const error = await expected(endpoint.describe('sales/stock/Product'));
        assert.equal(error.detail.code, 'network.failed');
        assert.equal(endpoint.natureOf?.(error), 'passing');
      },
    );
  });
});
