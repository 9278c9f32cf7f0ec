import { strict as assert } from 'node:assert';
import { resultOf, UnitClient } from './unitClient';

describe('Sandbox, Personium: what a unit and its cells tell of themselves', () => {
  let client: UnitClient;

  before(async () => {
    client = await UnitClient.start();
  });
  beforeEach(() => client.unit.control.reset());
  after(() => client.close());

  it('tells the addresses of the unit and of a cell to anybody', async () => {
    const { unitUrl, cellUrl } = client.unit.access;
    const unit = { url: unitUrl, path_based_cellurl_enabled: true };
    assert.deepEqual((await client.call('GET', unitUrl, { token: null })).json, { unit });
    assert.deepEqual((await client.call('GET', '', { token: null })).json, {
      cell: { name: 'shop', url: cellUrl },
      unit,
    });
  });

  it('has no page for people', async () => {
    const { status, json } = await client.call('GET', '', { headers: { accept: 'text/html' } });
    assert.equal(status, 412);
    assert.equal(json.code, 'PR412-UI-0001');
  });

  it('knows no other cell', async () => {
    const { status, json } = await client.call('GET', `${client.unit.access.unitUrl}other/`);
    assert.equal(status, 404);
    assert.deepEqual(json, {
      code: 'PR404-DV-0003',
      message: { lang: 'en', value: 'Cell not found.' },
    });
  });

  it('says its version, and lets other sites in that ask', async () => {
    const plain = await client.call('GET', '');
    assert.equal(plain.headers['x-personium-version'], '1.8.3');
    assert.equal('access-control-allow-origin' in plain.headers, false);
    const { headers } = await client.call('GET', '', { headers: { origin: 'https://a.example' } });
    assert.equal(headers['access-control-allow-origin'], 'https://a.example');
    assert.equal(headers['access-control-allow-credentials'], 'true');
    assert.equal(headers['access-control-max-age'], '86400');
  });

  it('answers OPTIONS to anybody', async () => {
    const { status, headers } = await client.call('OPTIONS', 'sales/stock/Product', { token: null });
    assert.equal(status, 200);
    assert.match(headers.allow ?? '', /MERGE/);
  });

  it('takes methods and headers by other headers', async () => {
    const headers = {
      'x-http-method-override': 'PROPFIND',
      'x-override': ['Depth: 0', 'Accept: text/plain'],
    };
    const { status } = await client.call('POST', 'sales', { headers });
    assert.equal(status, 207);
  });

  it('takes a request key of letters, digits, hyphens and underscores', async () => {
    const get = (key: string) =>
      client.call('GET', '__ctl/Box', { headers: { 'x-personium-requestkey': key } });
    assert.equal((await get('job_1-A'.padEnd(128, 'x'))).status, 200);
    assert.equal((await get('x'.repeat(129))).json.code, 'PR400-EV-0002');
    assert.equal((await get('a b')).json.code, 'PR400-EV-0002');
  });

  it('lists boxes, accounts, roles, relations and external cells with their number', async () => {
    for (const [set, count, sample] of [
      ['Box', '1', { Name: 'sales', Schema: null }],
      ['Account', '4', { Name: 'admin', Type: 'basic' }],
      ['Role', '3', { Name: 'administrator', '_Box.Name': null }],
      ['Relation', '1', { Name: 'supplier', '_Box.Name': null }],
      ['ExtCell', '1', { Url: 'https://partner.example/' }],
    ] as const) {
      const { json } = await client.call('GET', `__ctl/${set}?$top=1&$inlinecount=allpages`);
      assert.equal(json.d?.__count, count, set);
      assert.equal(json.d.results.length, 1, set);
      const [row] = json.d.results;
      for (const [name, value] of Object.entries(sample)) {
        assert.equal(row?.[name], value);
      }
    }
    const none = await client.call('GET', '__ctl/Account?$top=0&$inlinecount=allpages');
    assert.deepEqual(none.json, { d: { results: [], __count: '4' } });
  });

  it('writes a box as the documents show it', async () => {
    const { json } = await client.call('GET', "__ctl/Box('sales')");
    const { __published: published, __metadata: metadata } = resultOf({ json });
    assert.match(String(published), /^\/Date\(\d+\)\/$/);
    const { uri, type, etag } = metadata as Record<string, string>;
    assert.equal(uri, `${client.cellUrl}__ctl/Box('sales')`);
    assert.equal(type, 'CellCtl.Box');
    assert.match(String(etag), /^W\/"1-\d+"$/);
  });

  it('makes and deletes boxes', async () => {
    const post = (body: object) => client.call('POST', '__ctl/Box', { body });
    assert.equal((await post({ Name: 'more' })).status, 201);
    assert.equal((await post({ Name: 'more' })).json.code, 'PR409-OD-0003');
    assert.equal((await post({ Name: '_' })).json.code, 'PR400-OD-0006');
    assert.equal((await post({})).json.code, 'PR400-OD-0009');
    assert.equal((await client.call('DELETE', "__ctl/Box('more')")).status, 204);
    assert.equal((await client.call('DELETE', "__ctl/Box('sales')")).json.code, 'PR409-OD-0001');
  });

  it('tells OData collections from folders and files by PROPFIND', async () => {
    const { status, text, headers } = await client.call('PROPFIND', 'sales', { headers: { depth: '1' } });
    assert.equal(status, 207);
    assert.equal(headers['content-type'], 'application/xml');
    const parts = text.split('<response>').slice(1);
    const isOData = (part: string) => part.includes('<collection/><p:odata ');
    const hrefs = parts.map((part) => [/<href>(.*?)<\/href>/.exec(part)?.[1], isOData(part)]);
    assert.deepEqual(hrefs, [
      [`${client.cellUrl}sales`, false],
      [`${client.cellUrl}sales/stock`, true],
      [`${client.cellUrl}sales/docs`, false],
    ]);
    const docs = await client.call('PROPFIND', 'sales/docs', { headers: { depth: '1' } });
    assert.match(docs.text, /<getcontentlength>\d+<\/getcontentlength>/);
    assert.match(docs.text, /<resourcetype\/>/);
  });

  for (const [depth, status, code] of [
    [undefined, 400, 'PR400-DV-0003'],
    ['2', 400, 'PR400-DV-0003'],
    ['infinity', 403, 'PR403-DV-0001'],
  ] as const) {
    it(`refuses PROPFIND to the depth ${depth ?? 'that is not given'}`, async () => {
      const reply = await client.call('PROPFIND', 'sales', { headers: depth === undefined ? {} : { depth } });
      assert.equal(reply.status, status);
      assert.equal(reply.json.code, code);
    });
  }

  it('knows what is not there', async () => {
    for (const [path, code] of [
      ['nowhere', 'PR404-DV-0002'],
      ['sales/nothing', 'PR404-DV-0001'],
      ['sales/stock/Nothing', 'PR404-OD-0001'],
      ["sales/stock/Product('no')", 'PR404-OD-0002'],
      ["sales/stock/Supplier('s-001')/_Nothing", 'PR404-OD-0003'],
      ['__ctl/Nothing', 'PR404-OD-0001'],
      ['__nothing', 'PR404-MC-0001'],
    ] as const) {
      const { status, json } = await client.call('GET', path);
      assert.equal(status, 404, path);
      assert.equal(json.code, code, path);
    }
  });

  it('reads files with strong ETags', async () => {
    const path = 'sales/docs/terms.txt';
    const { status, headers, text } = await client.call('GET', path);
    assert.equal(status, 200);
    assert.equal(headers['content-type'], 'text/plain');
    assert.equal(text, 'Terms of delivery.\n');
    assert.match(headers.etag ?? '', /^"1-\d+"$/);
    const known = { 'if-none-match': headers.etag ?? '' };
    assert.equal((await client.call('GET', path, { headers: known })).status, 304);
  });

  it('makes collections by MKCOL', async () => {
    const odata =
      '<D:mkcol xmlns:D="DAV:" xmlns:p="urn:x-personium:xmlns"><D:set><D:prop><D:resourcetype>' +
      '<D:collection/><p:odata/></D:resourcetype></D:prop></D:set></D:mkcol>';
    const make = (path: string) => client.call('MKCOL', path, { body: odata });
    assert.equal((await make('sales/orders')).status, 201);
    assert.equal((await make('sales/orders')).status, 405);
    assert.equal((await make('sales/a/b')).json.code, 'PR409-DV-0001');
    const type = { Name: 'Order' };
    const made = await client.call('POST', 'sales/orders/$metadata/EntityType', { body: type });
    assert.equal(made.status, 201);
    assert.equal((await client.call('POST', 'sales/orders/Order', { body: { Note: 'x' } })).status, 201);
  });

  describe('the schema of a collection', () => {
    it('is EDMX with the types, defaults, lists and complex types of properties', async () => {
      const { status, headers, text } = await client.call('GET', 'sales/stock/$metadata', {
        headers: { accept: 'application/xml' },
      });
      assert.equal(status, 200);
      assert.equal(headers['content-type'], 'application/xml;charset=utf-8');
      for (const part of [
        '<Schema Namespace="UserData" xmlns="http://schemas.microsoft.com/ado/2006/04/edm">',
        '<EntityType Name="Product" OpenType="true"><Key><PropertyRef Name="__id">',
        '<Property Name="__id" Type="Edm.String" Nullable="false" DefaultValue="UUID()" p:Format="regEx(\'^.{1,400}$\')">',
        '<Property Name="__updated" Type="Edm.DateTime" Nullable="false" DefaultValue="SYSUTCDATETIME()" Precision="3">',
        '<Property Name="Code" Type="Edm.String" Nullable="false">',
        '<Property Name="InStock" Type="Edm.Boolean" Nullable="true" DefaultValue="true">',
        '<Property Name="Tags" Type="Edm.String" Nullable="true" CollectionKind="List">',
        '<Property Name="Maker" Type="UserData.Maker" Nullable="true">',
        '<ComplexType Name="Maker"><Property Name="Name" Type="Edm.String" Nullable="false">',
        '<EntitySet Name="Supplier" EntityType="UserData.Supplier">',
      ]) {
        assert.ok(text.includes(part), part);
      }
      assert.equal(text.includes('IsDeclared'), false);
    });

    it('is not JSON', async () => {
      assert.equal((await client.call('GET', 'sales/stock/$metadata')).status, 406);
    });

    it('has a service document of the schema sets', async () => {
      const { headers, text } = await client.call('GET', 'sales/stock/$metadata?$format=atomsvc');
      assert.equal(headers['content-type'], 'application/atomsvc+xml;charset=utf-8');
      assert.match(text, /href="ComplexTypeProperty"/);
    });

    it('shows properties that values have made', async () => {
      await client.call('POST', '__/notes/Note', { body: { Title: 'x', Pages: 3, Done: true } });
      const { text } = await client.call('GET', '__/notes/$metadata', { headers: { accept: '*/*' } });
      assert.match(text, /<Property Name="Pages" Type="Edm.Double" Nullable="true" p:IsDeclared="false">/);
      assert.match(text, /<Property Name="Done" Type="Edm.Boolean" Nullable="true" p:IsDeclared="false">/);
    });

    it('lists properties with what EDMX leaves out', async () => {
      const { json } = await client.call('GET', 'sales/stock/$metadata/Property?$top=10000');
      const row = json.d?.results.find(({ Name: name }) => name === 'Price');
      assert.equal(row?.['_EntityType.Name'], 'Product');
      assert.equal(row.Type, 'Edm.Int32');
      assert.equal(row.IsKey, false);
      assert.equal(row.UniqueKey, null);
    });

    const properties = 'sales/stock/$metadata/Property';

    it('takes new types and properties', async () => {
      const body = { Name: 'Qty', '_EntityType.Name': 'Product', Type: 'Edm.Int32' };
      assert.equal((await client.call('POST', properties, { body })).status, 201);
      assert.equal((await client.call('POST', properties, { body })).json.code, 'PR409-OD-0003');
      const one = `${properties}(Name='Qty',_EntityType.Name='Product')`;
      assert.equal((await client.call('GET', one)).json.d?.results.Type, 'Edm.Int32');
      assert.equal((await client.call('DELETE', one)).status, 204);
      assert.equal((await client.call('GET', one)).status, 404);
    });

    for (const [what, body, code] of [
      ['an unknown type', { Name: 'X', '_EntityType.Name': 'Product', Type: 'Edm.Guid' }, 'PR400-OD-0006'],
      ['a bad name', { Name: '_X', '_EntityType.Name': 'Product', Type: 'Edm.String' }, 'PR400-OD-0006'],
      ['no owner', { Name: 'X', Type: 'Edm.String' }, 'PR400-OD-0009'],
      [
        'a required property where there are entities',
        { Name: 'X', '_EntityType.Name': 'Supplier', Type: 'Edm.String', Nullable: false },
        'PR400-OD-0006',
      ],
    ] as const) {
      it(`refuses ${what}`, async () => {
        const { status, json } = await client.call('POST', properties, { body });
        assert.equal(status, 400);
        assert.equal(json.code, code);
      });
    }

    it('takes names of up to 128 characters', async () => {
      const make = (length: number) =>
        client.call('POST', 'sales/stock/$metadata/EntityType', { body: { Name: 'x'.repeat(length) } });
      assert.equal((await make(128)).status, 201);
      assert.equal((await make(129)).json.code, 'PR400-OD-0006');
    });

    it('changes an Int32 to a Double, and nothing else', async () => {
      const put = (name: string, type: string) =>
        client.call('PUT', `${properties}(Name='${name}',_EntityType.Name='Supplier')`, {
          body: { Name: name, '_EntityType.Name': 'Supplier', Type: type },
        });
      assert.equal((await put('Rating', 'Edm.Double')).status, 204);
      assert.equal((await put('Phone', 'Edm.Int32')).json.code, 'PR400-OD-0042');
    });

    it('does not delete what holds data', async () => {
      for (const path of [
        `${properties}(Name='Phone',_EntityType.Name='Supplier')`,
        "sales/stock/$metadata/EntityType('Supplier')",
      ]) {
        assert.equal((await client.call('DELETE', path)).json.code, 'PR409-OD-0001');
      }
    });
  });

  describe('the unit', () => {
    const recursive = { 'x-personium-recursive': 'true' };

    it('lists and makes cells for those who administer it', async () => {
      const { unitUrl, masterToken: token } = client.unit.access;
      const url = `${unitUrl}__ctl/Cell`;
      const { json } = await client.call('GET', url, { token });
      assert.deepEqual(
        json.d?.results.map(({ Name: name }) => name),
        ['unitadmin', 'shop'],
      );
      assert.equal((await client.call('POST', url, { token, body: { Name: 'new' } })).status, 201);
      assert.equal((await client.call('POST', url, { token, body: { Name: 'new' } })).status, 409);
      assert.equal((await client.call('GET', url, { token: null })).status, 401);
    });

    it('deletes a cell with all that is in it', async () => {
      const { masterToken: token } = client.unit.access;
      const refused = await client.call('DELETE', '', { token });
      assert.equal(refused.status, 412);
      assert.equal(refused.json.message?.value, 'Precondition failed [Header: X-Personium-Recursive].');
      assert.equal((await client.call('DELETE', '', { headers: recursive })).status, 403, 'an account of it');
      assert.equal((await client.call('DELETE', '', { token, headers: recursive })).status, 204);
      assert.equal((await client.call('GET', '', { token })).status, 404);
    });
  });

  it('says that an import may begin, as the documents show it', async () => {
    const { status, json, headers } = await client.call('GET', '__import');
    assert.equal(status, 200);
    assert.equal(headers['content-type'], 'application/json');
    assert.deepEqual(json, { status: 'ready' });
  });
});
