import assert from 'node:assert/strict';
import { createEntityWriter } from '../../../../src/core/endpoints/personium/entityBody';
import { liveValues, plainNumber } from '../../../../src/core/endpoints/personium/liveValue';
import { sameMeaning } from '../../../../src/core/endpoints/personium/sameMeaning';
import { field } from '../../mapping/support';
import { fieldOf } from '../support';
import { layoutOf, PRODUCT, record } from './support';

const ALL = ['__id', 'Name', 'Price', 'Weight', 'Ratio', 'InStock', 'ReleasedAt', 'Tags', 'Maker'] as const;
const LAYOUT = layoutOf(ALL);
const FULL = [
  'a1',
  'Tea "green"\n茶',
  '-12',
  '0.25',
  '1.50',
  'false',
  '2026-11-22T03:04:05.678Z',
  ['x', 'y', 'x'],
  '{"Name":"Kato","Year":1999,"Since":"1999-01-02T00:00:00.000Z"}',
];
const FULL_JSON = {
  Name: 'Tea "green"\n茶',
  Price: -12,
  Weight: 0.25,
  Ratio: 1.5,
  InStock: false,
  ReleasedAt: '/Date(1795316645678)/',
  Tags: ['x', 'y', 'x'],
  Maker: { Name: 'Kato', Year: 1999, Since: '/Date(915235200000)/' },
};
const BLANK = ['', '', '', '', '', '', '', '', ''];

describe('the JSON of an entity', () => {
  it('has each value in the form of its type, on one line', () => {
    const text = createEntityWriter(LAYOUT).added(record(1, FULL), 'a1');
    assert.deepEqual(JSON.parse(text), { __id: 'a1', ...FULL_JSON });
    assert.ok(!text.includes('\n'));
    assert.ok(text.includes('"Ratio":1.50'), 'digits stay as they are');
  });

  it('names its __id only when it is new: a replaced or merged one is known by its address', () => {
    const writer = createEntityWriter(LAYOUT);
    assert.deepEqual(JSON.parse(writer.replaced(record(1, FULL, 'W/"1-1"'))), FULL_JSON);
    assert.deepEqual(JSON.parse(writer.merged(record(1, FULL, 'W/"1-1"'))), FULL_JSON);
    assert.deepEqual(JSON.parse(writer.added(record(1, FULL), null)), FULL_JSON);
  });

  it('leaves blank values of new and replaced entities to their defaults, and clears them in a merge', () => {
    const writer = createEntityWriter(LAYOUT);
    assert.equal(writer.added(record(1, BLANK), 'j-1'), '{"__id":"j-1"}');
    assert.equal(writer.replaced(record(1, BLANK)), '{}');
    assert.deepEqual(
      JSON.parse(writer.merged(record(1, BLANK))),
      Object.fromEntries(ALL.slice(1).map((code) => [code, null])),
    );
    assert.equal(writer.merged(record(1, ['a1', undefined, '5'])), '{"Price":5}');
  });

  it('has a list without items as a value of its own, which a blank cell is not', () => {
    const writer = createEntityWriter(layoutOf(['Name', 'Tags']));
    const emptied = record(1, ['n', []]);
    assert.equal(writer.added(emptied, null), '{"Name":"n","Tags":[]}');
    assert.equal(writer.replaced(emptied), '{"Name":"n","Tags":[]}');
    assert.equal(writer.merged(emptied), '{"Name":"n","Tags":[]}');
    assert.equal(writer.merged(record(1, ['n', ''])), '{"Name":"n","Tags":null}');
    assert.equal(writer.merged(record(1, ['n', undefined])), '{"Name":"n"}');
  });

  it('has numbers inside of objects without exponent, and times in lists of objects in their form', () => {
    const part = field({
      kind: 'object',
      code: 'Part',
      label: 'Part',
      fields: [
        field({ kind: 'number', code: 'Mass', label: 'Mass', numberForm: 'single' }),
        field({ kind: 'list', code: 'Days', label: 'Days', item: field({ kind: 'datetime' }) }),
      ],
    });
    const parts = field({ kind: 'list', code: 'Parts', label: 'Parts', item: part });
    const writer = createEntityWriter(layoutOf([part, parts]));
    const text = '{"Mass":1.5e21,"Days":["1970-01-01T00:00:01.000Z"]}';
    const written = '{"Mass":1500000000000000000000,"Days":["/Date(1000)/"]}';
    assert.equal(
      writer.added(record(1, [text, [text, '{"Mass":null}']]), null),
      `{"Part":${written},"Parts":[${written},{"Mass":null}]}`,
    );
  });

  it('never creates a property by a blank value', () => {
    const color = field({ kind: 'number', code: 'Color', label: 'Color', created: true });
    const writer = createEntityWriter(layoutOf(['Name', color]));
    assert.equal(writer.merged(record(1, ['n', ''])), '{"Name":"n"}');
    assert.equal(writer.merged(record(1, ['n', '7'])), '{"Name":"n","Color":7}');
  });

  it('hands what does not have its form over as text, for the cell to refuse', () => {
    const writer = createEntityWriter(layoutOf(['Price', 'InStock', 'ReleasedAt', 'Maker']));
    assert.deepEqual(JSON.parse(writer.added(record(1, ['1e', 'ja', 'soon', '{"a']), null)), {
      Price: '1e',
      InStock: 'ja',
      ReleasedAt: 'soon',
      Maker: '{"a',
    });
  });
});

describe('the values of an entity that was read', () => {
  it('come back in the form in which they were given', () => {
    const values = liveValues({ __id: 'a1', ...FULL_JSON }, LAYOUT);
    assert.deepEqual(
      values,
      FULL.map((value, at) => (at === 4 ? '1.5' : value)),
    );
  });

  it('are blank where the entity holds nothing', () => {
    assert.deepEqual(liveValues({ Name: null, Tags: null, Maker: { Name: null } }, LAYOUT), BLANK);
  });

  it('have numbers without an exponent', () => {
    const cases = [
      [1e21, `1${'0'.repeat(21)}`],
      [-1.25e-7, '-0.000000125'],
      [1.5e300, `15${'0'.repeat(299)}`],
      [0.1, '0.1'],
      [-0.5, '-0.5'],
      [1234567.125, '1234567.125'],
      [1.2345e22, '12345000000000000000000'],
    ] as const;
    for (const [number, text] of cases) assert.equal(plainNumber(number), text);
  });
});

describe('what was sent and what is there', () => {
  const same = (code: string, sent: string | string[], live: string | string[]): boolean =>
    sameMeaning(fieldOf(PRODUCT.fields, code), sent, live);

  it('are the same when they mean the same', () => {
    assert.ok(same('Weight', '0.10', '0.1'));
    assert.ok(same('Ratio', '1.1', '1.100000023841858'));
    assert.ok(same('ReleasedAt', '2026-11-22T03:04:05.678Z', '2026-11-22T03:04:05.678Z'));
    assert.ok(same('Tags', ['b', 'a'], ['b', 'a']));
    assert.ok(same('Maker', '{"Name":"K","Year":1}', '{"Name":"K","Year":1}'));
    assert.ok(same('Name', '', ''));
  });

  it('differ by any value, the order of lists and the parts of objects', () => {
    assert.ok(!same('Weight', '0.1', '0.2'));
    assert.ok(!same('Name', 'a', 'a '));
    assert.ok(!same('Tags', ['b', 'a'], ['a', 'b']));
    assert.ok(!same('Maker', '{"Name":"K","Year":1}', '{"Name":"K"}'));
    assert.ok(!same('Maker', '{"Name":"K"}', '{"Name":"K","Year":1}'));
    assert.ok(!same('Maker', '{"Name":"K"}', ''));
    assert.ok(!same('Maker', '', '{"Name":"K"}'));
    assert.ok(!same('Name', 'a', ''));
    assert.ok(!same('Price', '0', ''));
    assert.ok(!same('Tags', ['a'], ['a', 'b']));
    assert.ok(!same('Tags', ['a'], ''));
  });

  it('are the same when a list without items has become none, and differ when an item is an empty text', () => {
    assert.ok(same('Tags', [], ''));
    assert.ok(same('Tags', [''], ['']));
    assert.ok(!same('Tags', [''], []));
  });

  it('are the same in a merge when the parts that were named are as they were sent', () => {
    const merged = (sent: string, live: string): boolean =>
      sameMeaning(fieldOf(PRODUCT.fields, 'Maker'), sent, live, true);
    assert.ok(merged('{"Year":1}', '{"Name":"K","Year":1}'));
    assert.ok(merged('{"Year":null}', '{"Name":"K"}'));
    assert.ok(merged('{"Year":null}', ''));
    assert.ok(
      merged('{"Since":"1970-01-01T00:00:00.000Z"}', '{"Name":"K","Since":"1970-01-01T00:00:00.000Z"}'),
    );
    assert.ok(!merged('{"Year":null}', '{"Name":"K","Year":1}'));
    assert.ok(!merged('{"Year":2}', '{"Name":"K","Year":1}'));
    assert.ok(!merged('{"Year":2}', ''));
  });

  it('are the same where a part that was not sent has its default', () => {
    const boxed = field({
      kind: 'object',
      fields: [
        field({ kind: 'boolean', code: 'Full', hasDefault: true, defaultValue: 'true' }),
        field({ kind: 'number', code: 'Size' }),
      ],
    });
    assert.ok(sameMeaning(boxed, '{"Size":1}', '{"Full":true,"Size":1}'));
    assert.ok(!sameMeaning(boxed, '{"Full":true}', '{"Full":true,"Size":1}'));
  });
});
