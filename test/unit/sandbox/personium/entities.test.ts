import { strict as assert } from 'node:assert';
import type { CallOptions, Reply } from './unitClient';
import { resultOf, UnitClient } from './unitClient';

const SET = 'sales/stock/Product';
const ONE = `${SET}('p-1')`;

describe('Sandbox, Personium: reading and changing entities', () => {
  let client: UnitClient;

  before(async () => {
    client = await UnitClient.start();
  });
  beforeEach(async () => {
    client.unit.control.reset();
    await client.call('POST', SET, {
      body: { __id: 'p-1', Code: 'c', Name: 'Tea', Price: 5, InStock: false, Extra: 'x' },
    });
  });
  after(() => client.close());

  const read = async () => resultOf(await client.call('GET', ONE));

  function change(method: string, options: CallOptions): Promise<Reply> {
    return client.call(method, ONE, options);
  }

  it('reads an entity with its ETag', async () => {
    const { status, json, headers } = await client.call('GET', ONE);
    assert.equal(status, 200);
    assert.match(headers.etag ?? '', /^W\/"1-\d{13}"$/);
    assert.equal(headers.dataserviceversion, '2.0');
    const {
      __metadata: metadata,
      __published: published,
      __updated: updated,
      ...values
    } = resultOf({ json });
    assert.deepEqual(metadata, {
      uri: `${client.cellUrl}${ONE}`,
      etag: headers.etag,
      type: 'UserData.Product',
    });
    assert.equal(published, updated);
    assert.deepEqual(values, {
      __id: 'p-1',
      Code: 'c',
      Name: 'Tea',
      Price: 5,
      Weight: null,
      Ratio: null,
      InStock: false,
      ReleasedAt: null,
      Tags: null,
      Maker: null,
      Extra: 'x',
    });
    const same = await client.call('GET', ONE, { headers: { 'if-none-match': headers.etag ?? '' } });
    assert.equal(same.status, 304);
    assert.equal(same.headers.etag, headers.etag);
  });

  it('reads the columns that are asked for', async () => {
    const { json } = await client.call('GET', `${ONE}?$select=Name`);
    assert.deepEqual(Object.keys(resultOf({ json })), ['__metadata', 'Name']);
  });

  it('takes a quote in a key as two', async () => {
    await client.call('POST', SET, { body: { __id: "it's /1", Code: 'c', Name: 'n' } });
    const path = `${SET}('${encodeURIComponent("it''s /1")}')`;
    assert.equal((await client.call('GET', path)).json.d?.results.__id, "it's /1");
    assert.equal((await client.call('DELETE', path)).status, 204);
  });

  it('refuses a key without quotes', async () => {
    for (const method of ['GET', 'PUT', 'MERGE', 'DELETE']) {
      const { status, json } = await client.call(method, `${SET}(123)`, { body: { Code: 'c', Name: 'n' } });
      assert.equal(status, 400, method);
      assert.equal(json.code, 'PR400-OD-0004', method);
    }
  });

  it('answers Atom to those who do not ask for JSON', async () => {
    for (const accept of ['*/*', 'application/xml, application/json', 'application/atom+xml']) {
      const { headers, text } = await client.call('GET', ONE, { headers: { accept } });
      assert.equal(headers['content-type'], 'application/atom+xml;charset=utf-8', accept);
      assert.match(text, /<d:Name>Tea<\/d:Name>/);
    }
    const byFormat = await client.call('GET', `${ONE}?$format=json`, { headers: { accept: '*/*' } });
    assert.equal(byFormat.headers['content-type'], 'application/json');
    assert.equal((await client.call('GET', `${ONE}?$format=csv`)).json.code, 'PR400-OD-0005');
    assert.equal(
      (await client.call('GET', ONE, { headers: { accept: 'text/csv' } })).json.code,
      'PR406-OD-0001',
    );
    const created = await client.call('POST', SET, {
      headers: { accept: '*/*' },
      body: { Code: 'c', Name: 'n' },
    });
    assert.equal(created.headers['content-type'], 'application/json');
  });

  it('replaces an entity: what is not sent takes its default, dynamic values go, the key stays', async () => {
    const before = await read();
    const { status, headers, text } = await change('PUT', {
      body: { __id: 'other', Code: 'c2', Name: 'Coffee' },
    });
    assert.equal(status, 204);
    assert.match(headers.etag ?? '', /^W\/"2-/);
    assert.equal(text, '');
    const after = await read();
    assert.equal(after.__id, 'p-1');
    assert.equal(after.Name, 'Coffee');
    assert.equal(after.Price, null);
    assert.equal(after.InStock, true);
    assert.equal('Extra' in after, false);
    assert.equal(after.__published, before.__published);
  });

  it('can keep dynamic values when an entity is replaced', async () => {
    client.unit.control.setHooks({ putKeepsDynamic: true });
    await change('PUT', { body: { Code: 'c2', Name: 'Coffee' } });
    assert.equal((await read()).Extra, 'x');
  });

  it('merges: only what is sent changes', async () => {
    const { status, headers } = await change('MERGE', { body: { __id: 'other', Price: 7, Weight: null } });
    assert.equal(status, 204);
    assert.match(headers.etag ?? '', /^W\/"2-/);
    const { __id: id, Name: name, Price: price, InStock: inStock, Extra: extra } = await read();
    assert.deepEqual([id, name, price, inStock, extra], ['p-1', 'Tea', 7, false, 'x']);
    const byHeader = { 'x-http-method-override': 'MERGE' };
    assert.equal((await change('POST', { body: { Price: 8 }, headers: byHeader })).status, 204);
    assert.equal((await read()).Price, 8);
  });

  it('checks values that change', async () => {
    for (const method of ['PUT', 'MERGE']) {
      const { json } = await change(method, { body: { Code: 'c', Name: 'n', Price: 'abc' } });
      assert.equal(json.code, 'PR400-OD-0006', method);
    }
    assert.equal((await change('MERGE', { body: { Name: null } })).json.code, 'PR400-OD-0009');
    assert.equal((await change('PUT', { body: { Code: 'c' } })).json.code, 'PR400-OD-0009');
  });

  it('creates nothing by changing what is not there', async () => {
    for (const method of ['PUT', 'MERGE', 'DELETE']) {
      const { status, json } = await client.call(method, `${SET}('none')`, {
        body: { Code: 'c', Name: 'n' },
      });
      assert.equal(status, 404);
      assert.deepEqual(json, { code: 'PR404-OD-0002', message: { lang: 'en', value: 'No such entity.' } });
    }
  });

  for (const method of ['PUT', 'MERGE', 'DELETE']) {
    it(`guards ${method} by If-Match, weak and whole`, async () => {
      const body = { Code: 'c', Name: 'n' };
      const etag = (await client.call('GET', ONE)).headers.etag ?? '';
      for (const wrong of [etag.slice(2), 'W/"9-9"', 'rubbish', '']) {
        const { status, json } = await change(method, { body, headers: { 'if-match': wrong } });
        assert.equal(status, 412, wrong);
        assert.deepEqual(json, {
          code: 'PR412-OD-0002',
          message: { lang: 'en', value: 'ETag does not match.' },
        });
      }
      assert.equal((await change(method, { body, headers: { 'if-match': etag } })).status, 204);
    });
  }

  it('takes any ETag for an asterisk', async () => {
    assert.equal((await change('DELETE', { headers: { 'if-match': '*' } })).status, 204);
    assert.equal((await client.call('GET', ONE)).status, 404);
  });

  it('takes no other methods', async () => {
    assert.equal((await client.call('PATCH', ONE)).json.code, 'PR405-MC-0001');
    assert.equal((await client.call('DELETE', SET)).json.code, 'PR405-MC-0001');
  });
});
