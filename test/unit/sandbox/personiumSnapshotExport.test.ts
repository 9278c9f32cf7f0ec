import assert from 'node:assert/strict';
import { AT_ONCE, assertRefused, CellUnderTest, entriesOf, statusOf } from './personiumCell';

const PJSON = [
  '10_box',
  '11_account',
  '12_extcell',
  '20_role',
  '21_rule',
  '22_relation',
  '23_sentmessage',
  '24_receivedmessage',
  '30_extrole',
  '40_entitytype',
  '41_complextype',
  '50_property',
  '51_complextypeproperty',
  '60_associationend',
  '70_userdata',
  '80_link',
];

describe('Exporting a cell of the sandbox', function () {
  this.timeout(60_000);
  let cell: CellUnderTest;
  const NOW = Date.UTC(2026, 10, 22, 3, 4, 5, 678);
  before(async () => {
    cell = await CellUnderTest.start({ now: () => NOW });
  });
  after(() => cell.close());
  beforeEach(() => {
    cell.control.reset();
    cell.control.setHooks(AT_ONCE);
  });

  it('writes a snapshot of version 2 with all its files, a document a line', async () => {
    const entries = await entriesOf(await cell.export('kept'));
    const { unitUrl } = cell.unit.access;
    const manifest = { export_version: 2, unit_url: unitUrl, create_date: NOW };
    assert.deepEqual(JSON.parse(entries.get('00_manifest.json')?.toString('utf8') ?? ''), manifest);
    for (const folder of ['10_odata/', '20_webdav/']) {
      assert.ok(entries.has(folder), folder);
    }
    const cellJson = JSON.parse(entries.get('10_odata/00_cell.json')?.toString('utf8') ?? '') as object;
    assert.deepEqual(Object.keys(cellJson), ['_index', '_type', '_id', '_source']);
    const counts = PJSON.map((name) => {
      const text = entries.get(`10_odata/${name}.pjson`)?.toString('utf8');
      assert.ok(text !== undefined && (text === '' || text.endsWith('\n')), name);
      const lines = text.split('\n').slice(0, -1);
      for (const line of lines) {
        assert.deepEqual(Object.keys(JSON.parse(line) as object), ['_index', '_type', '_id', '_source']);
      }
      return [name, lines.length] as const;
    });
    const count = new Map(counts);
    assert.equal(count.get('10_box'), 1);
    assert.equal(count.get('11_account'), 4);
    assert.equal(count.get('20_role'), 3);
    assert.equal(count.get('40_entitytype'), 3);
    assert.equal(count.get('70_userdata'), 25);
    assert.ok(entries.has('20_webdav/.pmeta') && entries.has('20_webdav/__/.pmeta'));
    const others = [...entries.keys()].filter((name) => !/^(00_|10_odata\/|20_webdav\/)/.test(name));
    assert.deepEqual(others, []);
  });

  it('can be imported into another cell, whose name and owner stay', async () => {
    await cell.call('POST', 'sales/stock/Product', {
      body: JSON.stringify({ __id: 'p-1', Code: 'p', Name: '品物', Tags: ['a', 'b'], Maker: { Name: 'm' } }),
    });
    const before = cell.control.entities('sales/stock/Product');
    const snapshot = await cell.export('kept');
    const { unitUrl } = cell.unit.access;
    await cell.call('POST', `${unitUrl}__ctl/Cell`, { body: '{"Name":"other"}' });
    const other = `${unitUrl}other/`;
    const put = await cell.call('PUT', `${other}__snapshot/kept.zip`, { body: new Uint8Array(snapshot) });
    assert.equal(put.status, 201);
    const posted = await cell.call('POST', `${other}__import`, { body: '{"Name":"kept"}' });
    assert.deepEqual([posted.status, posted.headers.get('location')], [202, `${other}__import`]);
    await cell.until(`${other}__import`, ({ json }) => statusOf(json) !== 'ready');
    await cell.until(`${other}__import`, ({ json }) => statusOf(json) === 'ready');
    const about = (await cell.call('GET', other)).json as { cell: object };
    assert.deepEqual(about.cell, { name: 'other', url: other });
    const products = await cell.call('GET', `${other}sales/stock/Product?$inlinecount=allpages`);
    const { d } = products.json as { d: { __count: string; results: { __id: string; Name: string }[] } };
    assert.equal(d.__count, '1');
    assert.deepEqual([d.results[0]?.__id, d.results[0]?.Name], ['p-1', '品物']);
    assert.equal((await cell.call('GET', `${other}sales/docs/terms.txt`)).text, 'Terms of delivery.\n');
    assert.deepEqual(cell.control.entities('sales/stock/Product'), before);
    const form = new URLSearchParams({
      grant_type: 'password',
      username: cell.unit.access.username,
      password: cell.unit.access.password,
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const signedIn = await cell.call('POST', `${other}__token`, {
      token: null,
      body: form.toString(),
      headers,
    });
    assert.equal(signedIn.status, 200);
  });

  it('is told while it runs, and writes are refused', async () => {
    cell.control.setHooks({ exportMs: 60_000 });
    const reply = await cell.order('__export', 'kept');
    assert.deepEqual([reply.status, reply.text], [202, '']);
    assert.equal(reply.headers.get('location'), `${cell.unit.access.cellUrl}__export`);
    const { json } = await cell.until('__export', (told) => statusOf(told.json) !== 'ready');
    assert.deepEqual(json, {
      status: 'exportation in progress',
      started_at: '2026-11-22T03:04:05.678Z',
      progress: '0%',
      exportation_name: 'kept',
    });
    assertRefused(
      await cell.call('POST', 'sales/stock/Supplier', { body: '{}' }),
      'PR409-CM-0002',
      'Because [cell export] is being executed, writing to cell can not be done.',
    );
    assert.equal((await cell.call('GET', 'sales/stock/Supplier')).status, 200);
    assert.deepEqual((await cell.call('GET', '__import')).json, { status: 'ready' });
    const listed = await cell.call('PROPFIND', '__snapshot', { headers: { depth: '1' } });
    assert.ok(!listed.text.includes('kept.zip'));
  });

  it('takes a name of cell and time when none is given', async () => {
    assert.equal((await cell.call('POST', '__export')).status, 202);
    const name = '__snapshot/shop_20261122_030405.zip';
    assert.equal((await cell.until(name, ({ status }) => status === 200)).status, 200);
  });

  it('refuses names that are taken, and bodies that are none', async () => {
    await cell.export('kept');
    assertRefused(await cell.order('__export', 'kept'), 'PR409-DV-0002', 'File [kept.zip] already exists.');
    assertRefused(await cell.order('__export', 'a b'), 'PR400-CM-0002');
    assertRefused(await cell.call('POST', '__export', { body: '{' }), 'PR400-CM-0004');
    assertRefused(await cell.call('POST', '__export', { token: null }), 'PR401-AU-0001');
  });

  it('leaves a name taken when it was too busy to begin', async () => {
    cell.control.setHooks({ busy: 1 });
    assertRefused(await cell.order('__export', 'kept'), 'PR409-MC-0001');
    assertRefused(await cell.order('__export', 'kept'), 'PR409-DV-0002');
    assert.equal((await cell.call('GET', '__snapshot/kept.zip')).status, 404);
    assert.equal((await cell.order('__export', 'kept-2')).status, 202);
  });

  it('tells of a failure by a file alone', async () => {
    cell.control.setHooks({ exportFailure: { code: 'PR500-SV-0005', text: 'Failed to search.' } });
    assert.equal((await cell.order('__export', 'kept')).status, 202);
    const file = await cell.until('__snapshot/kept.error', ({ status }) => status === 200);
    assert.deepEqual(file.json, {
      code: 'PR500-SV-0005',
      message: { lang: 'en', value: 'Failed to search.' },
    });
    assert.equal(file.headers.get('content-type'), 'application/json');
    assert.deepEqual((await cell.call('GET', '__export')).json, { status: 'ready' });
    assert.equal((await cell.call('GET', '__snapshot/kept.zip')).status, 404);
    assert.equal(cell.control.orders().exports, 1);
  });
});
