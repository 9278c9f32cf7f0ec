import { strict as assert } from 'node:assert';
import { PJSON_NAMES } from '../../../../src/sandbox/personium/cellModel';
import { UnitClient } from './unitClient';

describe('Sandbox, Personium: a cell as a snapshot holds it', () => {
  let client: UnitClient;

  before(async () => {
    client = await UnitClient.start();
  });
  beforeEach(() => client.unit.control.reset());
  after(() => client.close());

  const body = {
    __id: 'p-1',
    Code: 'c',
    Name: 'Tea',
    Weight: 1.5,
    InStock: false,
    ReleasedAt: '/Date(1420589956172)/',
    Tags: ['b', 'a'],
    Maker: { Name: 'M', Country: null },
    Extra: true,
  };

  it('comes back whole, with everything that the server shows', async () => {
    await client.call('POST', 'sales/stock/Product', { body });
    const { control } = client.unit;
    const cell = control.cell();
    const shown = async () => {
      const paths = ['__ctl/Box', '__ctl/Account', '__ctl/Role', '__ctl/Relation', '__ctl/ExtCell'];
      const sets = ['sales/stock/Product', 'sales/stock/Supplier', 'sales/stock/$metadata/Property?$top=100'];
      const texts = await Promise.all([...paths, ...sets].map((path) => client.call('GET', path)));
      const folder = await client.call('PROPFIND', 'sales', { headers: { depth: '1' } });
      const file = await client.call('GET', 'sales/docs/terms.txt');
      return [...texts, folder, file].map(({ status, text }) => ({ status, text }));
    };
    const before = await shown();
    const dump = cell.dump(Date.now());
    cell.clear(Date.now());
    assert.equal(cell.boxes.size, 1);
    assert.equal(cell.accounts.size, 0);
    cell.load(dump, Date.now());
    assert.deepEqual(await shown(), before);
  });

  it('has one document for each thing, values by alias, Booleans and Doubles as text', async () => {
    await client.call('POST', 'sales/stock/Product', { body });
    const { cell, lines, files } = client.unit.control.cell().dump(Date.now());
    assert.deepEqual(Object.keys(lines), PJSON_NAMES);
    assert.equal(cell._type, 'Cell');
    const counts = Object.entries(lines).map(([name, documents]) => [name, documents.length] as const);
    assert.deepEqual(Object.fromEntries(counts.filter(([, count]) => count > 0)), {
      '10_box': 1,
      '11_account': 4,
      '12_extcell': 1,
      '20_role': 3,
      '22_relation': 1,
      '40_entitytype': 3,
      '41_complextype': 1,
      '50_property': 14,
      '51_complextypeproperty': 2,
      '70_userdata': 26,
      '80_link': 4,
    });
    const alias = new Map(
      lines['50_property'].map(({ _source: { s, h } }) => [
        (s as Record<string, unknown>).Name,
        (h as Record<string, unknown>).Alias,
      ]),
    );
    const product = lines['70_userdata'].find(
      ({ _source }) => (_source.s as Record<string, unknown>).__id === 'p-1',
    );
    const values = product?._source.s as Record<string, unknown>;
    assert.match(String(alias.get('Weight')), /^P\d{3}$/);
    assert.match(String(alias.get('Maker')), /^C\d{3}$/);
    assert.equal(values[String(alias.get('Weight'))], '1.5');
    assert.equal(values[String(alias.get('InStock'))], 'false');
    assert.equal(values[String(alias.get('ReleasedAt'))], 1420589956172);
    assert.ok([...files.keys()].includes('__/.pmeta'));
    assert.equal([...files.keys()].filter((path) => path.endsWith('/content')).length, 2);
  });

  it('refuses two documents of one name', () => {
    const cell = client.unit.control.cell();
    const dump = cell.dump(Date.now());
    const twice = { ...dump.lines, '11_account': [...dump.lines['11_account'], ...dump.lines['11_account']] };
    cell.clear(Date.now());
    assert.throws(() => cell.load({ ...dump, lines: twice }, Date.now()), { code: 'PR409-OD-0003' });
  });

  it('refuses a document that belongs to nothing', () => {
    const cell = client.unit.control.cell();
    const dump = cell.dump(Date.now());
    cell.clear(Date.now());
    const lines = { ...dump.lines, '40_entitytype': [] };
    assert.throws(() => cell.load({ ...dump, lines }, Date.now()), { code: 'PR500-SV-0000' });
  });
});
