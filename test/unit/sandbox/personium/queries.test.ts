import { strict as assert } from 'node:assert';
import { UnitClient } from './unitClient';

describe('Sandbox, Personium: queries', () => {
  let client: UnitClient;

  before(async () => {
    client = await UnitClient.start();
    const products = [
      {
        __id: 'a',
        Code: '1',
        Name: "it's",
        Price: 10,
        Weight: 1.5,
        Tags: ['x', 'y'],
        ReleasedAt: '/Date(0)/',
      },
      { __id: 'b', Code: '2', Name: 'Tea', Price: 20, InStock: false },
      { __id: 'c', Code: '3', Name: 'Teapot', Price: 30, Tags: ['y'] },
    ];
    for (const body of products) {
      await client.call('POST', 'sales/stock/Product', { body });
    }
  });
  after(() => client.close());

  async function list(set: string, query: Readonly<Record<string, string>>) {
    const parameters = new URLSearchParams(query).toString().replaceAll('+', '%20');
    return await client.call('GET', `sales/stock/${set}?${parameters}`);
  }

  it('gives 25 rows where nothing else is asked for, and no count', async () => {
    await client.call('POST', 'sales/stock/Supplier', { body: { __id: 'z', Name: 'One more' } });
    const { json } = await list('Supplier', {});
    assert.equal(json.d?.results.length, 25);
    assert.equal('__count' in json.d, false);
    await client.call('DELETE', "sales/stock/Supplier('z')");
  });

  it('gives a part, with the number of all as text', async () => {
    const { json } = await list('Supplier', {
      $top: '2',
      $skip: '3',
      $orderby: '__id asc',
      $inlinecount: 'allpages',
    });
    assert.deepEqual(
      json.d?.results.map(({ __id: id }) => id),
      ['s-004', 's-005'],
    );
    assert.equal(json.d.__count, '25');
  });

  for (const [query, code] of [
    [{ $top: '10001' }, 'PR400-OD-0029'],
    [{ $top: '-1' }, 'PR400-OD-0029'],
    [{ $skip: '100001' }, 'PR400-OD-0029'],
    [{ $top: 'many' }, 'PR400-OD-0036'],
    [{ $top: '' }, 'PR400-OD-0036'],
    [{ $skip: 'x' }, 'PR400-OD-0036'],
    [{ $inlinecount: 'some' }, 'PR400-OD-0013'],
    [{ $orderby: 'Name sideways' }, 'PR400-OD-0015'],
    [{ $orderby: 'Tags' }, 'PR400-OD-0040'],
    [{ $select: 'Na me' }, 'PR400-OD-0017'],
    [{ q: 'x'.repeat(256) }, 'PR400-OD-0029'],
    [{ $filter: 'Name eq' }, 'PR400-OD-0003'],
    [{ $filter: "Name 'x'" }, 'PR400-OD-0003'],
    [{ $filter: "(Name eq 'x'" }, 'PR400-OD-0003'],
    [{ $filter: "not Name eq 'x'" }, 'PR400-OD-0043'],
    [{ $filter: 'Price add 1 eq 2' }, 'PR400-OD-0043'],
    [{ $filter: "endswith(Name,'x')" }, 'PR400-OD-0044'],
    [{ $filter: "Nothing eq 'x'" }, 'PR400-OD-0045'],
    [{ $filter: "Price eq 'x'" }, 'PR400-OD-0046'],
    [{ $filter: 'Name eq 1' }, 'PR400-OD-0046'],
    [{ $filter: 'Price gt null' }, 'PR400-OD-0047'],
    [{ $filter: "ReleasedAt eq datetime'soon'" }, 'PR400-OD-0048'],
  ] as const) {
    it(`refuses ${JSON.stringify(query).slice(0, 60)}`, async () => {
      const { status, json } = await list('Product', query);
      assert.equal(status, 400);
      assert.equal(json.code, code);
    });
  }

  for (const [filter, ids] of [
    ["Name eq 'it''s'", ['a']],
    ["Name ne 'Tea'", ['a', 'c']],
    ["startswith(Name,'Tea')", ['b', 'c']],
    ["substringof('pot',Name)", ['c']],
    ['Price gt 10 and Price le 30', ['b', 'c']],
    ['Price eq 10 or Price eq 30', ['a', 'c']],
    ['(Price eq 10 or Price eq 20) and InStock eq false', ['b']],
    ['Weight eq 1.5', ['a']],
    ['Weight eq null', ['b', 'c']],
    ['Weight ne null', ['a']],
    ["Tags eq 'y'", ['a', 'c']],
    ["ReleasedAt eq datetime'1970-01-01T00:00:00'", ['a']],
    ["ReleasedAt lt datetimeoffset'1970-01-01T09:00:01+09:00'", ['a']],
    ["__id gt 'a'", ['b', 'c']],
    ["__id eq 'c' or __id eq 'a' or __id eq 'none'", ['a', 'c']],
    ["__id eq 'c' and Price eq 10", []],
  ] as const) {
    it(`finds by ${filter}`, async () => {
      const { json, text } = await list('Product', { $filter: filter, $orderby: '__id asc' });
      assert.deepEqual(
        json.d?.results.map(({ __id: id }) => id),
        ids,
        text,
      );
    });
  }

  it('orders by several columns, either way', async () => {
    const { json } = await list('Product', { $orderby: 'InStock desc, Price desc' });
    assert.deepEqual(
      json.d?.results.map(({ __id: id }) => id),
      ['c', 'a', 'b'],
    );
  });

  it('gives the columns that are asked for', async () => {
    const { json } = await list('Product', { $select: '__id,Price', $filter: "__id eq 'a'" });
    const [row] = json.d?.results ?? [];
    assert.deepEqual(Object.keys(row ?? {}), ['__metadata', '__id', 'Price']);
  });

  it('finds a text anywhere', async () => {
    const { json } = await list('Product', { q: 'teapot' });
    assert.deepEqual(
      json.d?.results.map(({ __id: id }) => id),
      ['c'],
    );
  });

  it('compares texts of up to 4,096 characters', async () => {
    for (const length of [4096, 4097]) {
      const name = 'x'.repeat(length);
      await client.call('POST', 'sales/stock/Product', {
        body: { __id: `long-${length}`, Code: 'l', Name: name },
      });
      const { json } = await list('Product', { $filter: `Name eq '${name}'` });
      assert.equal(json.d?.results.length, length === 4096 ? 1 : 0);
      await client.call('DELETE', `sales/stock/Product('long-${length}')`);
    }
  });

  it('takes a filter of 50 KB', async () => {
    const filter = Array.from({ length: 1500 }, (_, index) => `__id eq 's-${index + 1000}'`).join(' or ');
    const { status, json } = await list('Supplier', {
      $filter: `${filter} or __id eq 's-001'`,
      $top: '1501',
    });
    assert.equal(status, 200);
    assert.equal(json.d?.results.length, 1);
  });
});
