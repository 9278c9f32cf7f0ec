import { strict as assert } from 'node:assert';
import type { BatchOptions, Operation, Reply } from './unitClient';
import { batchBody, changeset, httpPart, partsOf, UnitClient } from './unitClient';

const SET = 'sales/stock/Product';

describe('Sandbox, Personium: $batch', () => {
  let client: UnitClient;

  before(async () => {
    client = await UnitClient.start();
  });
  beforeEach(() => client.unit.control.reset());
  after(() => client.close());

  const product = (id: string, more: object = {}) => ({ __id: id, Code: id, Name: 'Tea', ...more });
  const post = (id: string, more: object = {}): Operation => ({
    method: 'POST',
    path: 'Product',
    body: product(id, more),
  });
  const put = (id: string, body: object = { Code: 'c', Name: 'n' }): Operation => ({
    method: 'PUT',
    path: `Product('${id}')`,
    body,
  });
  const get = (path: string): Operation => ({ method: 'GET', path });

  function run(operations: readonly Operation[], options: BatchOptions = {}): Promise<Reply> {
    return client.batch(batchBody(operations), options);
  }

  async function outcomes(operations: readonly Operation[]): Promise<readonly (string | number)[]> {
    const reply = await run(operations);
    assert.equal(reply.status, 202, reply.text);
    return partsOf(reply).map(({ status, json }) => json.code ?? status);
  }

  async function assertWhole(body: string, code: string, text?: string): Promise<void> {
    const { status, json } = await client.batch(body);
    assert.equal(status, 400);
    assert.equal(json.code, code);
    if (text !== undefined) {
      assert.equal(json.message?.value, text);
    }
    assert.equal(client.unit.control.count(SET), 0, 'nothing is stored');
  }

  it('answers word for word as the documents show it', async () => {
    const reply = await run([post('a1'), post('a1')], { boundary: 'b' });
    assert.equal(reply.status, 202);
    assert.equal(reply.headers['content-type'], 'multipart/mixed; boundary=b');
    assert.equal(reply.headers.dataserviceversion, '2.0');
    const [created] = client.unit.control.entityType(SET).entities.values();
    const etag = `W/"1-${created?.updated ?? 0}"`;
    const [first] = partsOf(reply);
    const lines = [
      '--b',
      'Content-Type: multipart/mixed; boundary=c0',
      '',
      '--c0',
      'Content-Type: application/http',
      'Content-Transfer-Encoding: binary',
      '',
      'HTTP/1.1 201 Created',
      `ETag: ${etag}`,
      'DataServiceVersion: 2.0',
      'Content-Type: application/json',
      `Location: ${client.cellUrl}${SET}('a1')`,
      '',
      JSON.stringify(first?.json),
      '',
      '--c0--',
      '',
      '--b',
      'Content-Type: multipart/mixed; boundary=c1',
      '',
      '--c1',
      'Content-Type: application/http',
      'Content-Transfer-Encoding: binary',
      '',
      'HTTP/1.1 409 ',
      'Content-Type: application/json',
      '',
      '{"code":"PR409-OD-0003","message":{"lang":"en","value":"The entity already exists."}}',
      '',
      '--c1--',
      '',
      '--b--',
    ];
    assert.equal(reply.text, lines.join('\n'));
    assert.equal(first?.json.d?.results.__id, 'a1');
  });

  it('makes a key where none is given', async () => {
    const reply = await run([{ method: 'POST', path: 'Product', body: { Code: 'c', Name: 'n' } }]);
    const [part] = partsOf(reply);
    assert.equal(part?.status, 201);
    assert.match(String(part.json.d?.results.__id), /^[0-9a-f]{32}$/);
  });

  it('creates, reads, replaces, reads and deletes in one', async () => {
    const one = "Product('a1')";
    assert.deepEqual(
      await outcomes([post('a1'), get(one), put('a1'), get(one), { method: 'DELETE', path: one }]),
      [201, 200, 204, 200, 204],
    );
  });

  it('keeps when an entity was made while it is replaced', async () => {
    const reply = await run([post('a1'), put('a1'), get("Product('a1')")]);
    const [created, , read] = partsOf(reply);
    assert.equal(read?.json.d?.results.__published, created?.json.d?.results.__published);
    assert.match(partsOf(reply)[1]?.headers.get('ETag') ?? '', /^W\/"2-/);
  });

  it('fails each operation by itself', async () => {
    const nine = Array.from({ length: 9 }, (_, index) => post(`p${index}`));
    const operations = [...nine.slice(0, 4), post('bad', { Price: 'abc' }), ...nine.slice(4)];
    assert.deepEqual(await outcomes(operations), [
      201,
      201,
      201,
      201,
      'PR400-OD-0006',
      201,
      201,
      201,
      201,
      201,
    ]);
    assert.equal(client.unit.control.count(SET), 9);
  });

  it('gives 409 for a key twice in a batch, and for all of a batch that is sent again', async () => {
    assert.deepEqual(await outcomes([post('a'), post('a'), post('b')]), [201, 'PR409-OD-0003', 201]);
    assert.deepEqual(await outcomes([post('a'), post('b')]), ['PR409-OD-0003', 'PR409-OD-0003']);
  });

  it('takes a key in two types', async () => {
    const supplier = { method: 'POST', path: 'Supplier', body: { __id: 'a', Name: 'n' } };
    assert.deepEqual(await outcomes([post('a'), supplier]), [201, 201]);
  });

  for (const [what, operation, code] of [
    ['no JSON', { method: 'POST', path: 'Product', body: '{"Code"' }, 'PR400-OD-0001'],
    ['an unknown set', { method: 'POST', path: 'Nothing', body: { a: 1 } }, 'PR404-OD-0001'],
    ['an entity that is not there', put('none'), 'PR404-OD-0002'],
    ['a value of the wrong type', put('a', { Code: 'c', Name: 'n', Price: 'x' }), 'PR400-OD-0006'],
    ['__published', put('a', { Code: 'c', Name: 'n', __published: '/Date(0)/' }), 'PR400-OD-0007'],
    ['__updated', put('a', { Code: 'c', Name: 'n', __updated: '/Date(0)/' }), 'PR400-OD-0007'],
    ['__metadata', put('a', { Code: 'c', Name: 'n', __metadata: {} }), 'PR400-OD-0007'],
    ['a stale ETag', { ...put('a'), headers: ['If-Match: W/"9-9"'] }, 'PR412-OD-0002'],
    ['a list query that is wrong', get('Product?$top=abc'), 'PR400-OD-0036'],
    ['links', { method: 'PUT', path: "Product('a')/$links/_Supplier", body: {} }, 'PR501-MC-0001'],
    ['a navigation property', { method: 'POST', path: "Product('a')/_Supplier", body: {} }, 'PR404-OD-0003'],
  ] as const) {
    it(`refuses ${what} in its part alone`, async () => {
      assert.deepEqual(await outcomes([post('a'), operation, post('b')]), [201, code, 201]);
    });
  }

  it('guards a change by its ETag', async () => {
    await run([post('a')]);
    const etag = (await client.call('GET', `${SET}('a')`)).headers.etag ?? '';
    assert.deepEqual(await outcomes([{ ...put('a'), headers: [`If-Match: ${etag}`] }]), [204]);
    assert.deepEqual(await outcomes([{ ...put('a'), headers: [`If-Match: ${etag}`] }]), ['PR412-OD-0002']);
  });

  it('takes several operations in one changeset', async () => {
    const body = `--b\n${changeset([post('a'), put('a'), post('b')], 'c')}--b--\n`;
    const reply = await client.batch(body);
    assert.deepEqual(
      partsOf(reply).map(({ status }) => status),
      [201, 204, 201],
    );
    assert.equal(reply.text.match(/^--c--$/gm)?.length, 1);
  });

  it('takes lines that end with CR LF, and any boundary', async () => {
    const body = batchBody([post('a'), get("Product('a')")], 'batch_x-1').replaceAll('\n', '\r\n');
    const reply = await client.batch(body, { boundary: 'batch_x-1' });
    assert.deepEqual(
      partsOf(reply).map(({ status }) => status),
      [201, 200],
    );
    assert.ok(reply.text.endsWith('--batch_x-1--'));
    assert.equal(reply.text.includes('\r'), false);
  });

  it('asks lists with queries', async () => {
    const reply = await run([
      get('Supplier?$top=2&$skip=1&$orderby=__id'),
      get("Supplier?$filter=__id%20eq%20's-003'&$select=Name&$inlinecount=allpages"),
      get('Supplier?q=Kyoto'),
    ]);
    const [some, one, text] = partsOf(reply).map(({ json }) => json.d);
    assert.deepEqual(
      some?.results.map(({ __id: id }) => id),
      ['s-002', 's-003'],
    );
    assert.equal(one?.__count, '1');
    assert.ok((text?.results.length ?? 0) > 1);
  });

  it('writes a boundary called null for a write outside of a changeset', async () => {
    const reply = await client.batch(`--b\n${httpPart(post('a'))}--b--\n`);
    assert.match(reply.text, /^--null\nContent-Type: application\/http\n/);
  });

  it('registers a dynamic property once', async () => {
    assert.deepEqual(
      await outcomes([
        post('a', { Colour: 'red' }),
        put('a', { Code: 'c', Name: 'n', Colour: 'x' }),
        post('b', { Colour: 'blue' }),
      ]),
      [201, 204, 201],
    );
    const names = [...client.unit.control.entityType(SET).properties.values()].filter(
      ({ isDeclared }) => !isDeclared,
    );
    assert.deepEqual(
      names.map(({ name, type }) => [name, type]),
      [['Colour', 'Edm.String']],
    );
    assert.deepEqual(await outcomes([post('c', { Size: 1 }), post('d', { Size: 'big' })]), [
      201,
      'PR400-OD-0006',
    ]);
  });

  it('takes keys as they are written in the path', async () => {
    assert.deepEqual(await outcomes([post('日本(1)%20'), get("Product('日本(1)%20')")]), [201, 200]);
    client.unit.control.setHooks({ decodesBatchKeys: true });
    await client.call('POST', SET, { body: product('a b') });
    assert.deepEqual(await outcomes([get("Product('a%20b')")]), [200]);
  });

  describe('is refused as a whole', () => {
    const one = post('a');

    it('without the boundary at its beginning', async () => {
      await assertWhole(`preamble\n${batchBody([one])}`, 'PR400-OD-0023', '$batch body parse error.');
      await assertWhole(batchBody([one], 'other'), 'PR400-OD-0023');
      await assertWhole('', 'PR400-OD-0023');
    });

    it('without the boundary at its end', async () => {
      await assertWhole(batchBody([one]).replace('--b--', ''), 'PR400-OD-0023');
    });

    it('without a boundary in the header', async () => {
      const headers = { 'content-type': 'multipart/mixed' };
      const { json } = await client.batch(batchBody([one]), { headers });
      assert.equal(json.code, 'PR400-OD-0023');
    });

    it('without operations', async () => {
      await assertWhole('--b\n--b--\n', 'PR400-OD-0021');
    });

    for (const [what, from, to] of [
      ['without Content-Type in a part', /Content-Type: application\/http\n/, ''],
      [
        'with content-type in small letters',
        'Content-Type: application/http',
        'content-type: application/http',
      ],
      ['with another type', 'application/http', 'application/json'],
      ['with a parameter after the type', 'application/http', 'application/http; msgtype=request'],
      ['with a changeset that has no boundary', 'multipart/mixed; boundary=c0', 'multipart/mixed'],
    ] as const) {
      it(what, async () => {
        const body = batchBody([one, post('b')]).replace(from, to);
        const text = '$batch body format is invalid. Request header format is invalid [Content-Type].';
        await assertWhole(body, 'PR400-OD-0021', text);
      });
    }

    it('with a changeset inside of a changeset', async () => {
      const inner = changeset([one], 'd');
      const body = `--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\n${inner}--c--\n\n--b--\n`;
      await assertWhole(body, 'PR400-OD-0022');
    });

    for (const method of ['POT', 'MERGE', 'PATCH', 'post']) {
      it(`with the method ${method}`, async () => {
        const body = batchBody([one, { ...put('a'), method }]);
        const { json } = await client.batch(body);
        assert.equal(json.code, 'PR400-OD-0035');
        assert.equal(client.unit.control.count(SET), 0);
      });
    }

    for (const [what, method, path] of [
      ['POST with a key', 'POST', "Product('a')"],
      ['PUT without a key', 'PUT', 'Product'],
      ['DELETE without a key', 'DELETE', 'Product'],
      ['a key without quotes', 'PUT', 'Product(1)'],
      ['a quote in the key', 'PUT', "Product('it''s')"],
      ['a slash in the key', 'PUT', "Product('a/b')"],
      ['a question mark in the key', 'PUT', "Product('a?b')"],
      ['a blank in the key', 'PUT', "Product('a b')"],
      ['a whole address', 'PUT', "http://localhost/shop/sales/stock/Product('a')"],
    ] as const) {
      it(`with ${what}`, async () => {
        const body = batchBody([one, { method, path, body: { Code: 'c', Name: 'n' } }]);
        await assertWhole(
          body,
          'PR400-OD-0034',
          `$batch body format is invalid. Request path format is invalid [${method} ${path} HTTP/1.1].`,
        );
      });
    }

    it('with more than 1,000 operations', async () => {
      const operations = Array.from({ length: 1001 }, (_, index) => post(`p${index}`));
      await assertWhole(
        batchBody(operations),
        'PR400-OD-0030',
        '$batch body format is invalid. Too many requests. [1,001]',
      );
      assert.equal((await outcomes(operations.slice(1))).length, 1000);
    });

    it('with lists of more than 10,000 rows in sum', async () => {
      const lists = [get('Supplier?$top=9999'), get('Supplier?$top=1')];
      assert.deepEqual(await outcomes(lists), [200, 200]);
      await assertWhole(
        batchBody([...lists, get('Supplier?$top=1')]),
        'PR400-OD-0037',
        'Total of the specified value of $top exceeds the limit.',
      );
    });
  });

  it('finds the beginning of a body by the number of different headers', async () => {
    const headers = ['Content-Type: application/json', 'Content-Type: application/json'];
    // Of the two, one counts: the blank line leads the body, which JSON bears.
    assert.deepEqual(await outcomes([{ ...post('a'), headers }]), [201]);
    // In front of the request line nothing bears it.
    const twice = batchBody([post('b')]).replace(
      'Content-Transfer-Encoding: binary\n',
      'Content-Transfer-Encoding: binary\nContent-Transfer-Encoding: binary\n',
    );
    assert.equal((await client.batch(twice)).json.code, 'PR400-OD-0035');
  });

  describe('when the server can not go on', () => {
    it('refuses writes from there on while the collection is locked, and goes on reading', async () => {
      client.unit.control.setHooks({ batchLock: { from: 1, batches: 1 } });
      const operations = [post('a'), post('b'), get("Product('a')"), put('a')];
      assert.deepEqual(await outcomes(operations), [201, 'PR503-SV-0001', 200, 'PR503-SV-0001']);
      assert.deepEqual(await outcomes([post('b')]), [201]);
    });

    it('refuses what comes after the time of a batch', async () => {
      client.unit.control.setHooks({ batchTimeout: { from: 1, batches: 1 } });
      const reply = await run([post('a'), post('b'), get("Product('a')")]);
      assert.equal(reply.status, 202);
      assert.deepEqual(
        partsOf(reply).map(({ line }) => line),
        ['HTTP/1.1 201 Created', 'HTTP/1.1 408 ', 'HTTP/1.1 408 '],
      );
      assert.equal(partsOf(reply)[1]?.json.code, 'PR408-MC-0001');
    });

    it('tells of an entity that the data store lost', async () => {
      client.unit.control.setHooks({ bulkFailure: { at: 1, batches: 1 } });
      assert.deepEqual(await outcomes([post('a'), post('b'), post('c')]), [201, 'PR500-SV-0000', 201]);
    });
  });
});
