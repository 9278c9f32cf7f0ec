import assert from 'node:assert/strict';
import { asNew, changesOf } from '../../../src/core/mapping/changes';
import type { LayoutField } from '../../../src/core/mapping/layout';
import { layoutOf } from '../../../src/core/mapping/layout';
import { matchColumns } from '../../../src/core/mapping/matchColumns';
import type { ImportMode, ImportPlan } from '../../../src/core/mapping/plan';
import { isRecord } from '../../../src/core/mapping/record';
import type { ImportRecord, RecordValue } from '../../../src/core/mapping/record';
import { sameValue } from '../../../src/core/mapping/sameValue';
import type { TargetField, TargetSchema } from '../../../src/core/mapping/schema';
import { ExpectedError } from '../../../src/core/message';
import { field, mapOne, problemsOf, schemaOf } from './support';

const text = (code: string, parts: Partial<TargetField> = {}): TargetField =>
  field({ kind: 'multilineText', code, label: code, nativeType: 'Edm.String', ...parts });

const ID = field({
  kind: 'text',
  code: '__id',
  label: '__id',
  nativeType: 'Edm.String',
  unique: true,
  hasDefault: true,
  maxLength: 400,
});
const NAME = text('Name', { required: true });
const PRICE = field({
  kind: 'number',
  code: 'Price',
  label: 'Price',
  nativeType: 'Edm.Int32',
  numberForm: 'int32',
});
const MAKER = field({
  kind: 'object',
  code: 'Maker',
  label: 'Maker',
  nativeType: 'UserData.Maker',
  fields: [text('Name', { required: true }), text('Country')],
});
const PRODUCT: TargetSchema = {
  ...schemaOf([ID, NAME, PRICE, MAKER]),
  name: 'Product',
  modes: ['add', 'replace', 'update', 'addOrReplace'],
};

const planOf = (mode: ImportMode, columns: ImportPlan['columns']): ImportPlan => ({
  columns,
  mode,
  ...(mode === 'add' ? {} : { key: '__id' }),
});

/** Code of the refusal. */
function refused(schema: TargetSchema, plan: ImportPlan): string {
  let code = '';
  assert.throws(
    () => layoutOf(schema, plan),
    (error) => {
      code = error instanceof ExpectedError ? error.detail.code : String(error);
      return true;
    },
  );
  return code;
}

describe('the modes of a target', () => {
  it('are all that a plan may have', () => {
    const columns = ['__id', 'Name'];
    assert.equal(refused(PRODUCT, planOf('addOrUpdate', columns)), 'columns.modeNotPossible');
    for (const mode of PRODUCT.modes ?? []) {
      assert.equal(layoutOf(PRODUCT, planOf(mode, columns)).mode, mode);
    }
    const app = schemaOf([ID, NAME]);
    for (const mode of ['add', 'update', 'addOrUpdate'] as const) layoutOf(app, planOf(mode, columns));
    for (const mode of ['replace', 'addOrReplace'] as const) {
      assert.equal(refused(app, planOf(mode, columns)), 'columns.modeNotPossible');
    }
  });

  it('take the id alone as their key where there is no other', () => {
    const plan = { ...planOf('replace', ['__id', 'Name']), key: 'Name' };
    assert.equal(refused(PRODUCT, plan), 'columns.notAKeyHere');
    assert.equal(refused(PRODUCT, planOf('replace', ['Name'])), 'columns.keyWithoutColumn');
  });

  it('take as their key a column that is a property, too', () => {
    const feeds = { feeds: ['Name', '__id'] };
    for (const mode of ['update', 'replace', 'addOrReplace'] as const) {
      const record = mapOne(PRODUCT, planOf(mode, [feeds, 'Price']), ['lamp', '12']);
      assert.ok(isRecord(record));
      assert.deepEqual([record.key, record.values], ['lamp', ['lamp', 'lamp', '12']]);
    }
    assert.equal(refused(PRODUCT, planOf('add', [feeds, 'Name'])), 'columns.sameField');
    assert.equal(refused(PRODUCT, planOf('add', [{ feeds: ['Name', 'Nowhere'] }])), 'columns.unknownField');
  });

  it('never make a record of its key alone in the place of another', () => {
    for (const mode of ['update', 'replace', 'addOrReplace'] as const) {
      assert.equal(refused(PRODUCT, planOf(mode, ['__id', null])), 'columns.onlyTheKey');
    }
  });
});

describe('required fields', () => {
  const problemsIn = (mode: ImportMode): unknown[] =>
    problemsOf(mapOne(PRODUCT, planOf(mode, ['__id', 'Price']), ['a', '1'])).map(({ column, message }) => [
      column,
      message.code,
    ]);

  it('may not be without a column where whole records are written', () => {
    for (const mode of ['add', 'replace', 'addOrReplace'] as const) {
      assert.deepEqual(problemsIn(mode), [[null, 'value.requiredWithoutColumn']], mode);
      assert.deepEqual(
        matchColumns(['__id', 'Price'], PRODUCT, { mode }).missingRequired.map(({ code }) => code),
        ['Name'],
      );
    }
    assert.deepEqual(problemsIn('update'), []);
    assert.deepEqual(matchColumns(['__id', 'Price'], PRODUCT, { mode: 'update' }).missingRequired, []);
  });
});

describe('rows without a key', () => {
  it('are problems where no records are added', () => {
    const codes = (mode: ImportMode): unknown[] =>
      problemsOf(mapOne(PRODUCT, planOf(mode, ['__id', 'Name']), [' ', 'n'])).map(
        ({ message }) => message.code,
      );
    assert.deepEqual(codes('replace'), ['key.blank']);
    assert.deepEqual(codes('update'), ['key.blank']);
    const added = mapOne(PRODUCT, planOf('addOrReplace', ['__id', 'Name']), [' ', 'n']);
    assert.ok(isRecord(added));
    assert.deepEqual([added.key, added.values], ['', ['', 'n']]);
  });
});

describe('records that take the place of others', () => {
  const layout = layoutOf(PRODUCT, planOf('addOrReplace', ['__id', 'Name', 'Price', 'Maker']));
  const record: ImportRecord = { row: 1, lastRow: 1, values: ['a', 'n', '12', '{"Name":"m"}'], key: 'a' };
  const live = ['a', 'n', '12.0', '{ "Country": null, "Name": "m" }'];

  it('are left alone when every value is the same and nothing else would be lost', () => {
    assert.equal(changesOf(layout, record, { values: live }), null);
  });

  it('are sent whole when a value differs, also the values that are the same', () => {
    const others: RecordValue[][] = [
      ['a', 'other', '12', '{"Name":"m"}'],
      ['a', 'n', '', '{"Name":"m"}'],
      ['a', 'n', '12', '{"Name":"m","Country":"c"}'],
      ['a', 'n', '12', ''],
    ];
    for (const values of others) {
      assert.deepEqual(changesOf(layout, record, { values }), { values: record.values });
    }
  });

  it('are sent when the live record holds something that no column feeds', () => {
    assert.deepEqual(changesOf(layout, record, { values: live, holdsMore: true }), { values: record.values });
    const merged = { ...layout, mode: 'update' as const };
    assert.equal(changesOf(merged, record, { values: live, holdsMore: true }), null, 'a merge loses nothing');
  });

  it('are new when nothing is there', () => {
    assert.deepEqual(asNew(PRODUCT, layout, record), { values: record.values });
  });
});

describe('a blank cell of a property with a default', () => {
  const stock = field({
    kind: 'boolean',
    code: 'InStock',
    nativeType: 'Edm.Boolean',
    hasDefault: true,
    defaultValue: 'true',
  });
  const rate = field({
    kind: 'number',
    code: 'Rate',
    nativeType: 'Edm.Double',
    numberForm: 'double',
    hasDefault: true,
    defaultValue: '1.50',
  });
  const made = field({
    kind: 'datetime',
    precision: 'millisecond',
    code: 'Made',
    nativeType: 'Edm.DateTime',
    hasDefault: true,
  });
  const boxed = field({
    kind: 'object',
    code: 'Box',
    nativeType: 'UserData.Box',
    fields: [stock, text('Color')],
  });
  /** Whether anything is sent. */
  const changes = (mode: ImportMode, one: TargetField, value: string, live: string): boolean => {
    const layout = { fields: [{ field: one, columns: [0] }], key: null, startColumn: null, mode };
    const record = { row: 1, lastRow: 1, values: [value] };
    return changesOf(layout, record, { values: [live] }) !== null;
  };

  for (const mode of ['replace', 'update'] as const) {
    it(`changes nothing that would be filled in again: ${mode}`, () => {
      assert.equal(changes(mode, stock, '', 'true'), false);
      assert.equal(changes(mode, rate, '', '1.5'), false);
      assert.equal(changes(mode, made, '', '2026-01-02T03:04:05.006Z'), false, 'nobody knows the default');
      assert.equal(changes(mode, boxed, '{"Color":"red"}', '{"InStock":true,"Color":"red"}'), false);
    });

    it(`changes all else: ${mode}`, () => {
      assert.equal(changes(mode, stock, '', 'false'), true);
      assert.equal(changes(mode, stock, 'true', ''), true);
      assert.equal(changes(mode, rate, '', '1.6'), true);
      assert.equal(changes(mode, made, '2026-01-02T03:04:05.007Z', '2026-01-02T03:04:05.006Z'), true);
      assert.equal(changes(mode, boxed, '{"Color":"red"}', '{"InStock":false,"Color":"red"}'), true);
      assert.equal(changes(mode, boxed, '{"Color":"red","InStock":true}', '{"Color":"red"}'), true);
      assert.equal(changes(mode, boxed, '', '{"InStock":true}'), true, 'the whole object goes');
    });
  }

  it('clears where the endpoint keeps what is empty', () => {
    const choice = field({ kind: 'choice', hasDefault: true });
    assert.equal(changes('update', choice, '', 'a'), true);
  });
});

describe('values of entities that would not change', () => {
  const list = field({ kind: 'list', item: field({ kind: 'number', numberForm: 'double' }) });
  const double = field({ kind: 'number', numberForm: 'double' });
  const single = field({ kind: 'number', numberForm: 'single' });
  const moment = field({ kind: 'datetime', precision: 'millisecond' });
  const cases: readonly [string, TargetField, RecordValue, RecordValue, RecordValue][] = [
    ['doubles are compared by value', double, '0.1', '0.1000000000000000055', '0.10000000000000002'],
    ['singles are compared by value', single, '0.1', '0.10000000149011612', '0.10001'],
    [
      'moments are compared to the millisecond',
      moment,
      '2026-01-02T03:04:05.006Z',
      '2026-01-02T12:04:05.006+09:00',
      '2026-01-02T03:04:05.007Z',
    ],
    ['lists are compared in order', list, ['1', '2', '1'], ['1.0', '2', '1'], ['1', '1', '2']],
    ['lists keep what is twice', list, ['1', '1'], ['1', '1'], ['1']],
    ['no list is not one without items', list, '', '', []],
    [
      'objects are compared part by part',
      MAKER,
      '{"Name":"n","Country":"c"}',
      '{"Country": "c", "Name": "n"}',
      '{"Name":"n"}',
    ],
    [
      'an empty part is not an empty text',
      MAKER,
      '{"Name":"n"}',
      '{"Name":"n","Country":null}',
      '{"Name":"n","Country":""}',
    ],
    ['line ends of texts are kept', text('t'), 'a\r\nb', 'a\r\nb', 'a\nb'],
    ['booleans', field({ kind: 'boolean' }), 'true', 'true', 'false'],
  ];
  for (const [name, one, value, same, other] of cases) {
    it(`are told: ${name}`, () => {
      assert.equal(sameValue(one, value, same), true);
      assert.equal(sameValue(one, value, other), false);
    });
  }
});

describe('objects that are merged', () => {
  /** What is sent for an object, null when nothing is. */
  const sent = (one: LayoutField, value: string, before: string): RecordValue | null => {
    const layout = { fields: [one], key: null, startColumn: null, mode: 'update' as const };
    const changes = changesOf(layout, { row: 1, lastRow: 1, values: [value] }, { values: [before] });
    return changes === null ? null : changes.values[0];
  };
  const whole: LayoutField = { field: MAKER, columns: [0] };

  it('name the parts that are gone, because endpoints keep those that are not named', () => {
    assert.equal(sent(whole, '{"Name":"n"}', '{"Name":"n","Country":"c"}'), '{"Name":"n","Country":null}');
    assert.equal(sent(whole, '{"Name":"m"}', '{"Name":"n"}'), '{"Name":"m"}');
    assert.equal(sent(whole, '{"Name":"n"}', '{"Name":"n"}'), null);
    assert.equal(sent(whole, '{"Name":"n"}', ''), '{"Name":"n"}');
    assert.equal(sent(whole, '', '{"Name":"n"}'), '');
    assert.equal(sent(whole, '', ''), null);
  });

  it('name parts of parts that are gone', () => {
    const outer = field({ kind: 'object', code: 'Outer', label: 'Outer', fields: [text('Id'), MAKER] });
    const one: LayoutField = { field: outer, columns: [0] };
    assert.equal(
      sent(one, '{"Maker":{"Name":"m"}}', '{"Id":"i","Maker":{"Name":"n","Country":"c"}}'),
      '{"Id":null,"Maker":{"Name":"m","Country":null}}',
    );
  });

  it('keep the parts that no column stands for', () => {
    const country = MAKER.fields?.[1];
    assert.ok(country !== undefined);
    const part: LayoutField = { field: MAKER, columns: [0], parts: [country] };
    const live = '{"Name":"n","Country":"c"}';
    assert.equal(sent(part, '{"Country":"d"}', live), '{"Country":"d"}');
    assert.equal(sent(part, '{"Country":"c"}', live), null);
    assert.equal(sent(part, '', live), '{"Country":null}');
    assert.equal(sent(part, '', '{"Name":"n"}'), null);
    assert.equal(sent(part, '', '{"Country":"c"}'), '');
  });
});
