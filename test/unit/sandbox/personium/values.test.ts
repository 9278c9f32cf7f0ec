import { strict as assert } from 'node:assert';
import { UnitClient } from './unitClient';

const SET = 'sales/stock/Product';

describe('Sandbox, Personium: values of new entities', () => {
  let client: UnitClient;

  before(async () => {
    client = await UnitClient.start();
  });
  beforeEach(() => client.unit.control.reset());
  after(() => client.close());

  /** Posts a text as it is: how a number is written counts. */
  function create(members: string, set = SET) {
    const name = members.startsWith('"Name"') ? '' : '"Name":"n",';
    const whole = set === SET ? `{"Code":"c",${name}${members}}` : `{${members}}`;
    return client.call('POST', set, { body: whole });
  }

  for (const [property, written, kept] of [
    ['Name', '"Tea"', 'Tea'],
    ['Name', '12.50', '12.50'],
    ['Name', 'true', 'true'],
    ['Name', '""', ''],
    ['Name', '"\\ud83c\\udf75 tea"', '🍵 tea'],
    ['InStock', 'false', false],
    ['InStock', '"false"', false],
    ['Price', '12', 12],
    ['Price', '"12"', 12],
    ['Price', '-2147483648', -2147483648],
    ['Price', '2147483647', 2147483647],
    ['Ratio', '12', 12],
    ['Ratio', '-12345.12345', -12345.12345],
    ['Weight', '3', 3],
    ['Weight', '"1.5"', 1.5],
    ['Weight', '0', 0],
    ['Weight', '2.23E-308', 2.23e-308],
    ['Weight', '-1.79E308', -1.79e308],
    ['ReleasedAt', '"/Date(1420589956172)/"', '/Date(1420589956172)/'],
    ['ReleasedAt', '"\\/Date(1420589956172)\\/"', '/Date(1420589956172)/'],
    ['ReleasedAt', '"/Date(-6847804800000)/"', '/Date(-6847804800000)/'],
    ['ReleasedAt', '"/Date(253402300799999)/"', '/Date(253402300799999)/'],
    ['ReleasedAt', 'null', null],
    ['Tags', '["b","a","b"]', ['b', 'a', 'b']],
    ['Tags', '[]', []],
    ['Maker', '{"Name":"M"}', { Name: 'M', Country: null }],
    ['Maker', 'null', null],
  ] as const) {
    it(`takes ${written} for ${property}`, async () => {
      const { status, json, text } = await create(`"${property}":${written}`);
      assert.equal(status, 201, text);
      assert.deepEqual(json.d?.results[property], kept);
    });
  }

  for (const [property, written] of [
    ['Name', '{"a":1}'],
    ['Name', '["a"]'],
    ['InStock', '1'],
    ['InStock', '"yes"'],
    ['InStock', '"TRUE"'],
    ['Price', '"abc"'],
    ['Price', '12.0'],
    ['Price', '12.5'],
    ['Price', '2147483648'],
    ['Price', '1e3'],
    ['Price', 'true'],
    ['Price', '""'],
    ['Ratio', '123456.1'],
    ['Ratio', '1.123456'],
    ['Ratio', '1e2'],
    ['Weight', '"heavy"'],
    ['Weight', '1e309'],
    ['Weight', '1e-320'],
    ['Weight', 'false'],
    ['ReleasedAt', '""'],
    ['ReleasedAt', '"2015-01-07"'],
    ['ReleasedAt', '1420589956172'],
    ['ReleasedAt', '"/Date(253402300800000)/"'],
    ['ReleasedAt', '"/Date(-6847804800001)/"'],
    ['Tags', '"a"'],
    ['Tags', '[{"a":1}]'],
    ['Maker', '"M"'],
    ['Maker', '[{"Name":"M"}]'],
  ] as const) {
    it(`refuses ${written} for ${property}`, async () => {
      const { status, json } = await create(`"${property}":${written}`);
      assert.equal(status, 400);
      assert.deepEqual(json, {
        code: 'PR400-OD-0006',
        message: { lang: 'en', value: `request body format error. field [${property}]` },
      });
      assert.equal(client.unit.control.count(SET), 0);
    });
  }

  it('takes the moment of the request for SYSUTCDATETIME()', async () => {
    const before = Date.now();
    const { json } = await create('"ReleasedAt":"SYSUTCDATETIME()"');
    const [, moment] = /^\/Date\((\d+)\)\/$/.exec(String(json.d?.results.ReleasedAt)) ?? [];
    assert.ok(Number(moment) >= before && Number(moment) <= Date.now());
  });

  it('takes 51,200 bytes of text and no more', async () => {
    assert.equal((await create(`"Name":"${'あ'.repeat(17_066)}xx"`)).status, 201);
    assert.equal((await create(`"Name":"${'あ'.repeat(17_066)}xxx"`)).json.code, 'PR400-OD-0006');
  });

  it('knows the parts of complex values', async () => {
    assert.equal((await create('"Maker":{"Name":"M","City":"x"}')).json.code, 'PR400-OD-0006');
    const { json } = await create('"Maker":{"Country":"JP"}');
    assert.deepEqual(json, {
      code: 'PR400-OD-0009',
      message: { lang: 'en', value: '[Name] is required.' },
    });
  });

  it('asks for required values, and fills in defaults', async () => {
    const missing = await client.call('POST', SET, { body: { Code: 'c' } });
    assert.equal(missing.status, 400);
    assert.equal(missing.json.message?.value, '[Name] is required.');
    const isNull = await client.call('POST', SET, { body: { Code: 'c', Name: null } });
    assert.equal(isNull.json.code, 'PR400-OD-0009');
    const { json } = await client.call('POST', SET, { body: { Code: 'c', Name: 'n', InStock: null } });
    assert.equal(json.d?.results.InStock, true);
    assert.equal(json.d.results.Price, null);
    assert.equal(json.d.results.Tags, null);
  });

  for (const name of ['__published', '__updated', '__metadata']) {
    it(`refuses ${name} in a body`, async () => {
      const { status, json } = await create(`"${name}":"/Date(0)/"`);
      assert.equal(status, 400);
      assert.deepEqual(json, {
        code: 'PR400-OD-0007',
        message: { lang: 'en', value: `[${name} is management information name. Cannot request.]` },
      });
    });
  }

  for (const [what, body] of [
    ['no JSON', 'Code=c'],
    ['half of JSON', '{"Code":"c"'],
    ['a list', '[{"Code":"c","Name":"n"}]'],
    ['nothing', ''],
    ['a raw line feed in a text', '{"Code":"c\n","Name":"n"}'],
  ] as const) {
    it(`refuses ${what} for a body`, async () => {
      const { status, json } = await client.call('POST', SET, { body });
      assert.equal(status, 400);
      assert.equal(json.code, 'PR400-OD-0001');
      assert.equal(json.message?.value, 'JSON parse error.');
    });
  }

  it('can refuse numbers and Booleans in quotes', async () => {
    client.unit.control.setHooks({ refusesQuoted: true });
    assert.equal((await create('"Price":"12"')).status, 400);
    assert.equal((await create('"InStock":"true"')).status, 400);
    assert.equal((await create('"Price":12')).status, 201);
  });

  describe('the key', () => {
    it('is made where none is given', async () => {
      for (const body of [
        { Code: 'c', Name: 'n' },
        { __id: null, Code: 'c', Name: 'n' },
      ]) {
        const { json } = await client.call('POST', SET, { body });
        assert.match(String(json.d?.results.__id), /^[0-9a-f]{32}$/);
      }
    });

    it('has 1 to 400 characters of any kind but line ends', async () => {
      for (const id of ['x'.repeat(400), "it's", 'a/b?c d', '日本', '(1)']) {
        assert.equal((await create(`"__id":${JSON.stringify(id)}`)).status, 201, id);
      }
      for (const id of ['', 'x'.repeat(401), 'a\nb', 7]) {
        const { json } = await create(`"__id":${JSON.stringify(id)}`);
        assert.equal(json.message?.value, 'request body format error. field [__id]');
      }
    });

    it('exists once in a type, and may exist in another', async () => {
      assert.equal((await create('"__id":"s-001"')).status, 201);
      const { status, json } = await create('"__id":"s-001"');
      assert.equal(status, 409);
      assert.deepEqual(json, {
        code: 'PR409-OD-0003',
        message: { lang: 'en', value: 'The entity already exists.' },
      });
    });

    it('stands form-encoded in addresses of answers', async () => {
      const { headers, json } = await create('"__id":"it\'s a/b"');
      const uri = `${client.cellUrl}${SET}('it%27%27s+a%2Fb')`;
      assert.equal(headers.location, uri);
      assert.equal((json.d?.results.__metadata as Record<string, unknown>).uri, uri);
    });
  });

  describe('dynamic properties', () => {
    const NOTE = '__/notes/Note';

    it('take their type from the first value, for ever', async () => {
      assert.equal((await create('"Pages":3,"Done":true,"By":"me","Nothing":null', NOTE)).status, 201);
      for (const [members, field] of [
        ['"Pages":"three"', 'Pages'],
        ['"Done":"maybe"', 'Done'],
      ] as const) {
        const { json } = await create(members, NOTE);
        assert.equal(json.message?.value, `request body format error. field [${field}]`);
      }
      assert.equal((await create('"Pages":4.5,"Done":null,"By":12,"Nothing":"x"', NOTE)).status, 201);
    });

    for (const members of [
      '"List":["a"]',
      '"Object":{"a":1}',
      '"_Under":"x"',
      `"${'x'.repeat(129)}":1`,
      '"a b":1',
    ]) {
      it(`can't be ${members.slice(0, 20)}`, async () => {
        assert.equal((await create(members, NOTE)).json.code, 'PR400-OD-0006');
      });
    }

    it('are as many as 400 properties of a type', async () => {
      const some = (from: number, to: number) =>
        Array.from({ length: to - from }, (_, index) => `"p${from + index}":1`).join(',');
      assert.equal((await create(some(0, 399), NOTE)).status, 201);
      const { status, json } = await create(some(399, 400), NOTE);
      assert.equal(status, 400);
      assert.equal(json.code, 'PR400-OD-0032');
    });

    it('make a request wait that meets another with the same name', async () => {
      client.unit.control.setHooks({ doubleRegistrations: 1 });
      const { status, json } = await create('"Pages":3', NOTE);
      assert.equal(status, 503);
      assert.deepEqual(json, {
        code: 'PR503-SV-0001',
        message: { lang: 'en', value: 'Too many concurrent requests.' },
      });
      assert.equal((await create('"Pages":3', NOTE)).status, 201);
    });
  });
});
