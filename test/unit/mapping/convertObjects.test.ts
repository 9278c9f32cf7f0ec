import assert from 'node:assert/strict';
import { renderMessage } from '../../../src/core/catalogue';
import { Refusal } from '../../../src/core/mapping/refusal';
import { converterFor } from '../../../src/core/mapping/converters';
import type { TargetField } from '../../../src/core/mapping/schema';
import { translator } from '../../../src/core/translate';
import { check, refuses } from './converting';
import { field, mapOne, problemsOf, schemaOf } from './support';

const text = (code: string, parts: Partial<TargetField> = {}): TargetField =>
  field({ kind: 'multilineText', code, label: code, nativeType: 'Edm.String', maxBytes: 51_200, ...parts });

const listOf = (item: TargetField, parts: Partial<TargetField> = {}): TargetField =>
  field({ kind: 'list', code: 'Tags', label: 'Tags', nativeType: item.nativeType, item, ...parts });

const PLACE = field({
  kind: 'object',
  code: 'Place',
  label: 'Place',
  fields: [field({ kind: 'number', code: 'Floor', label: 'Floor', numberForm: 'int32' }), text('Street')],
});
const MAKER = field({
  kind: 'object',
  code: 'Maker',
  label: 'Maker',
  fields: [
    text('Name', { required: true }),
    text('Country'),
    field({ kind: 'number', code: 'Staff', label: 'Staff', numberForm: 'int32' }),
    field({ kind: 'boolean', code: 'Open', label: 'Open' }),
    field({ kind: 'datetime', code: 'Since', label: 'Since', precision: 'millisecond' }),
    listOf(text('Brands'), { code: 'Brands', label: 'Brands' }),
    PLACE,
  ],
});

/** The first sentence about a cell. */
function sentence(one: TargetField, cell: string, language = 'en'): string {
  const value = converterFor(one, schemaOf([one]), {})(cell);
  assert.ok(value instanceof Refusal, cell);
  const [message] = value.messages;
  assert.ok(message !== undefined);
  return language === 'en' ? renderMessage(message) : renderMessage(message, translator(language));
}

describe('cells of lists', () => {
  it('are arrays of JSON, or have an item a line, and keep the order', () => {
    check(
      [
        ['["b","a","b"]', ['b', 'a', 'b']],
        [' [ "x" ] ', ['x']],
        ['[]', []],
        ['b\na\r\nb', ['b', 'a', 'b']],
        ['one', ['one']],
        ['a,b', ['a,b']],
        ['\n a \n\n', [' a ']],
        ['["a\\nb",""]', ['a\nb', '']],
        ['', ''],
        ['  ', ''],
      ],
      listOf(text('item')),
    );
  });

  it('convert each item by its own kind', () => {
    const int32 = field({ kind: 'number', numberForm: 'int32' });
    check(
      [
        ['[1, "2", 3.0]', ['1', '2', '3']],
        ['1\n１２\n3.0', ['1', '12', '3']],
      ],
      listOf(int32),
    );
    check(
      [
        ['はい\nno', ['true', 'false']],
        ['[true,"no"]', ['true', 'false']],
      ],
      listOf(field({ kind: 'boolean' })),
    );
    check(
      [['["2026-11-22T03:04:05Z"]', ['2026-11-22T03:04:05.000Z']]],
      listOf(field({ kind: 'datetime', precision: 'millisecond' })),
    );
    check([['[{"Street":"s","Floor":2}]\n', ['{"Floor":2,"Street":"s"}']]], listOf(PLACE));
  });

  it('are refused with the item that is wrong', () => {
    const numbers = listOf(field({ kind: 'number', numberForm: 'int32' }));
    assert.equal(
      sentence(numbers, '1\n2.5'),
      'Tags, item 2 takes whole numbers, and this cell has 2.5. Round it here so that nothing is lost unseen.',
    );
    assert.match(sentence(numbers, '1\nx', 'ja'), /Tags（2番目）に登録できる数値ではありません/);
    refuses([['[1,null]', 'value.wrongType', { value: 'null' }]], numbers);
    refuses([['[1,[2]]', 'value.wrongType', { value: '[2]' }]], numbers);
    refuses([['["a",1]', 'value.wrongType', { value: '1' }]], listOf(text('item')));
    refuses(
      [
        ['[draft]', 'value.notAList', { value: '[draft]' }],
        ['["draft"', 'value.notAList', { value: '["draft"' }],
      ],
      listOf(text('item')),
    );
    check([['', '!value.required']], listOf(text('item'), { required: true }));
  });

  it('name at most 20 wrong items', () => {
    const value = converterFor(listOf(field({ kind: 'boolean' })), schemaOf([]), {})('x\n'.repeat(5_000));
    assert.ok(value instanceof Refusal);
    assert.equal(value.messages.length, 20);
  });
});

describe('cells of objects', () => {
  it('are JSON, sent with the parts in declared order and without blanks or empty parts', () => {
    check(
      [
        ['{"Name":"n"}', '{"Name":"n"}'],
        ['{ "Country": null, "Staff": 12.0, "Name": "n" }', '{"Name":"n","Staff":12}'],
        [
          '{"Place":{"Street":"s","Floor":"3"},"Brands":["b","a"],"Open":"yes","Name":"","Since":"2026-11-22T03:04:05Z"}',
          '{"Name":"","Open":true,"Since":"2026-11-22T03:04:05.000Z","Brands":["b","a"],"Place":{"Floor":3,"Street":"s"}}',
        ],
        ['', ''],
      ],
      MAKER,
    );
    check(
      [
        ['{}', ''],
        ['{"Floor":null}', ''],
      ],
      PLACE,
    );
    check([['{}', '!value.required']], { ...PLACE, required: true });
  });

  it('are refused for what is not JSON, unknown, of another type, or not there', () => {
    refuses(
      [
        ['ACME', 'value.notAnObject', { example: '{"Name":"…","Country":"…"}' }],
        ['[1]', 'value.notAnObject', {}],
        ['{"Name":"n","Town":"t"}', 'value.unknownPart', { part: 'Town' }],
        ['{"Name":12}', 'value.wrongType', { field: 'Maker.Name', value: '12' }],
        ['{"Name":"n","Staff":true}', 'value.wrongType', { field: 'Maker.Staff', value: 'true' }],
        ['{"Name":"n","Staff":"many"}', 'value.notANumber', { field: 'Maker.Staff' }],
        ['{"Name":"n","Staff":2.5}', 'value.notWhole', { field: 'Maker.Staff' }],
        ['{"Name":"n","Open":1}', 'value.wrongType', {}],
        ['{"Name":"n","Brands":"b"}', 'value.wrongType', { field: 'Maker.Brands' }],
        ['{"Name":"n","Place":[]}', 'value.wrongType', { field: 'Maker.Place' }],
        ['{"Name":"n","Place":{"Floor":1.5}}', 'value.notWhole', { field: 'Maker.Place.Floor' }],
        ['{"Name":"n","__proto__":{}}', 'value.unknownPart', { part: '__proto__' }],
        ['{"Country":"c"}', 'value.partMissing', { part: 'Name' }],
        ['{"Name":null}', 'value.partMissing', { part: 'Name' }],
      ],
      MAKER,
    );
    assert.equal(
      sentence(MAKER, '{"Name":"n","Brands":["a",2]}'),
      'Maker.Brands, item 2 takes a text in quotation marks, and this cell has 2 for it. Correct it.',
    );
  });
});

describe('columns of parts of an object', () => {
  const schema = schemaOf([MAKER]);
  const plan = {
    columns: [
      { table: 'Maker', field: 'Staff' },
      { table: 'Maker', field: 'Name' },
      { table: 'Maker', field: 'Brands' },
    ],
  } as const;

  it('make one object, without the parts of empty cells', () => {
    const valueOf = (...cells: string[]): unknown => {
      const mapped = mapOne(schema, plan, cells);
      return 'values' in mapped ? mapped.values : problemsOf(mapped).map(({ message }) => message.code);
    };
    assert.deepEqual(valueOf('12.0', 'n', 'b\na'), ['{"Name":"n","Staff":12,"Brands":["b","a"]}']);
    assert.deepEqual(valueOf('', 'n', ''), ['{"Name":"n"}']);
    assert.deepEqual(valueOf('', ' ', ''), ['']);
  });

  it('tell problems at their own columns, by the names of the parts', () => {
    const problems = problemsOf(mapOne(schema, plan, ['x', '', '']));
    assert.deepEqual(
      problems.map(({ column, field: code, message }) => [column, code, message.code, message.args?.field]),
      [
        [0, 'Maker', 'value.notANumber', 'Maker.Staff'],
        [1, 'Maker', 'value.required', 'Maker.Name'],
      ],
    );
    const required = schemaOf([{ ...MAKER, required: true }]);
    assert.deepEqual(
      problemsOf(mapOne(required, plan, ['', '', ''])).map(({ column, message }) => [column, message.code]),
      [[0, 'value.required']],
    );
  });
});
