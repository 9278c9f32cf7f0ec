import assert from 'node:assert/strict';
import { failsWith, refused, scriptedCell } from './scriptedCell';
import type { Script, Scripted } from './scriptedCell';

describe('The lock of a cell', () => {
  const LOCKS: readonly (readonly [answer: Scripted | 'drop', lock: string])[] = [
    [refused('PR409-CM-0002', 'Because [cell import] is being executed, …'), 'importing'],
    [refused('PR409-CM-0002', 'Because [cell export] is being executed, …'), 'exporting'],
    [refused('PR409-CM-0002', 'Because [cell bulk deletion] is being executed, …'), 'unknown'],
    [refused('PR404-DV-0001', 'Resource not found.'), 'free'],
    [refused('PR409-CM-0001', 'Cell status is [import failed].'), 'unknown'],
    [refused('PR401-AU-0001', 'x'), 'unknown'],
    [refused('PR404-DV-0003', 'x'), 'unknown'],
    [{ status: 404, body: '<html>' }, 'unknown'],
    [{ status: 204 }, 'unknown'],
    ['drop', 'unknown'],
  ];
  for (const [answer, lock] of LOCKS) {
    it(`is ${lock} by ${told(answer)}`, async () => {
      const { cell, server, close } = await scriptedCell(() => answer);
      assert.equal(await cell.lock('kept'), lock);
      const [request] = server.requests;
      assert.equal(`${request?.method} ${request?.url}`, 'DELETE /shop/__snapshot/kept.zip.never-stored');
      await close();
    });
  }
});

function told(answer: Scripted | 'drop'): string {
  return answer === 'drop' ? 'no answer' : `${answer.status} ${JSON.stringify(answer.body ?? '')}`;
}

describe('The lock of a cell that is a sub-domain', () => {
  it('is told by a refusal, and not by its lack', async () => {
    const free = await scriptedCell(() => refused('PR404-DV-0001', 'x'), [], '');
    assert.equal(await free.cell.lock('kept'), 'unknown');
    await free.close();
    const locked = await scriptedCell(() => refused('PR409-CM-0002', 'Because [cell import]'), [], '');
    assert.equal(await locked.cell.lock('kept'), 'importing');
    await locked.close();
  });
});

describe('What a cell holds', () => {
  it('is counted by kinds; what may not be read is left out', async () => {
    const { cell, server, close } = await scriptedCell(
      ({ url = '' }) => {
        const { pathname } = new URL(url, 'http://x');
        const counts: Record<string, string> = {
          '/shop/__ctl/Box': '3',
          '/shop/__ctl/Relation': '0',
          '/shop/__ctl/ExtCell': '1',
          '/shop/sales/stock/Product': '100000',
          '/shop/__/notes/Note': '7',
        };
        const count = counts[pathname];
        return count === undefined
          ? refused('PR403-AU-0002', 'x')
          : { status: 200, body: { d: { results: [], __count: count } } };
      },
      ['sales/stock/Product', '__/notes/Note'],
    );
    assert.deepEqual(await cell.contents(), {
      boxes: 3,
      relations: 0,
      externalCells: 1,
      entityTypes: 2,
      entities: 100_007,
    });
    for (const { url = '' } of server.requests) {
      assert.equal(new URL(url, 'http://x').searchParams.get('$inlinecount'), 'allpages');
    }
    await close();
  });

  it('leaves out sums of which a part may not be read', async () => {
    const count = { status: 200, body: { d: { results: [], __count: '2' } } };
    const partly = await scriptedCell(
      ({ url = '' }) => (url.includes('secret') ? refused('PR403-AU-0002', 'x') : count),
      ['a/b/open', 'a/b/secret'],
    );
    const some = await partly.cell.contents();
    assert.deepEqual([some.entityTypes, some.entities], [2, undefined]);
    await partly.close();
    const unseen = await scriptedCell(() => count, null);
    const none = await unseen.cell.contents();
    assert.deepEqual([none.boxes, 'entityTypes' in none, 'entities' in none], [2, false, false]);
    await unseen.close();
  });

  it('is not told where the sign-in has ended', async () => {
    const { cell, close } = await scriptedCell(() => refused('PR401-AU-0001', 'x'));
    await failsWith(cell.contents(), 'personium.PR401-AU-0001');
    await close();
  });
});

describe('The identity of a cell', () => {
  it('is what the cell says of itself', async () => {
    const body = {
      cell: { name: 'shop', url: 'https://shop.unit.example/' },
      unit: { url: 'https://unit.example/', path_based_cellurl_enabled: false },
    };
    const { cell, server, close } = await scriptedCell(() => ({ status: 200, body }));
    assert.deepEqual(await cell.about(), {
      name: 'shop',
      url: 'https://shop.unit.example/',
      unitUrl: 'https://unit.example/',
    });
    assert.equal(server.requests[0]?.headers.accept, 'application/json');
    await close();
  });

  it('comes from its address when its last import has failed', async () => {
    const { cell, cellUrl, server, close } = await scriptedCell(() => refused('PR409-CM-0001', 'x'));
    assert.deepEqual(await cell.about(), { name: 'shop', url: cellUrl, unitUrl: `${server.url}/` });
    await close();
  });

  it('is not guessed from a page', async () => {
    const { cell, close } = await scriptedCell(() => ({ status: 200, body: '<html>' }));
    await failsWith(cell.about(), 'personium.unexpectedAnswer');
    await close();
  });
});

describe('Making a cell anew', () => {
  function unit(overrides: Readonly<Record<string, Scripted>>): Script {
    const usual: Record<string, Scripted> = {
      'GET /shop/': refused('PR409-CM-0001', 'x'),
      'GET /__ctl/Cell?$top=1': { status: 200, body: { d: { results: [] } } },
      'DELETE /shop/': { status: 204 },
      'POST /__ctl/Cell': { status: 201, body: {} },
    };
    return ({ method, url }) => {
      const key = `${method} ${url}`;
      return overrides[key] ?? usual[key] ?? { status: 500 };
    };
  }

  it('deletes it with all that is in it, and creates one of its name', async () => {
    const bodies: string[] = [];
    const answer = unit({});
    const { cell, server, close } = await scriptedCell((request, body) => {
      bodies.push(body.toString('utf8'));
      return answer(request, body);
    });
    await cell.recreate();
    assert.deepEqual(
      server.requests.map(({ method, url }) => `${method} ${url}`),
      ['GET /shop/', 'GET /__ctl/Cell?$top=1', 'DELETE /shop/', 'POST /__ctl/Cell'],
    );
    assert.equal(server.requests[2]?.headers['x-personium-recursive'], 'true');
    assert.deepEqual(JSON.parse(bodies[3] ?? ''), { Name: 'shop' });
    await close();
  });

  it('deletes nothing when the sign-in may not create cells', async () => {
    const script = unit({ 'GET /__ctl/Cell?$top=1': refused('PR403-AU-0001', 'x') });
    const { cell, server, close } = await scriptedCell(script);
    await failsWith(cell.recreate(), 'personium.PR403-AU-0001');
    assert.ok(server.requests.every(({ method }) => method === 'GET'));
    await close();
  });

  it('says when the cell is gone and could not be created', async () => {
    const script = unit({ 'POST /__ctl/Cell': refused('PR409-OD-0003', 'The entity already exists.') });
    const { cell, close } = await scriptedCell(script);
    await failsWith(cell.recreate(), 'cell.notCreatedAgain');
    await close();
  });
});
