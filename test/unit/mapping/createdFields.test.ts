import assert from 'node:assert/strict';
import { isPropertyName } from '../../../src/core/mapping/createdFields';
import { layoutOf } from '../../../src/core/mapping/layout';
import { checkColumns, matchColumns } from '../../../src/core/mapping/matchColumns';
import type { ColumnPlan, CreatedType } from '../../../src/core/mapping/plan';
import { isRecord } from '../../../src/core/mapping/record';
import type { TargetField, TargetSchema } from '../../../src/core/mapping/schema';
import { ExpectedError } from '../../../src/core/message';
import { field, mapOne, problemsOf, schemaOf } from './support';

const text = (code: string, parts: Partial<TargetField> = {}): TargetField =>
  field({ kind: 'multilineText', code, label: code, nativeType: 'Edm.String', ...parts });
const MAKER = field({
  kind: 'object',
  code: 'Maker',
  label: 'Maker',
  fields: [text('Name', { required: true }), text('Country'), text('Town')],
});

const noteOf = (...fields: TargetField[]): TargetSchema => ({
  ...schemaOf([text('Title'), ...fields]),
  name: 'Note',
  createsProperties: true,
});
const NOTE = noteOf();

const creates = (name: string, type: CreatedType): ColumnPlan[number] => ({ creates: name, type });

function refused(schema: TargetSchema, columns: ColumnPlan, mode: 'add' | 'update' = 'add'): string {
  let code = '';
  assert.throws(
    () => layoutOf(schema, { columns, mode }),
    (error) => {
      code = error instanceof ExpectedError ? error.detail.code : String(error);
      return true;
    },
  );
  return code;
}

describe('columns that create properties', () => {
  it('become fields of the type that was chosen', () => {
    const { fields } = layoutOf(NOTE, {
      columns: ['Title', creates('A', 'text'), creates('B-1', 'number'), creates('C_2', 'boolean')],
      mode: 'add',
    });
    assert.deepEqual(
      fields.map(({ field: one, columns }) => [one.code, one.kind, one.nativeType, one.created, columns]),
      [
        ['Title', 'multilineText', 'Edm.String', undefined, [0]],
        ['A', 'multilineText', 'Edm.String', true, [1]],
        ['B-1', 'number', 'Edm.Double', true, [2]],
        ['C_2', 'boolean', 'Edm.Boolean', true, [3]],
      ],
    );
  });

  it('convert by that type, and send nothing for an empty cell, which would create a text', () => {
    const columns = [creates('A', 'text'), creates('B', 'number'), creates('C', 'boolean')];
    const full = mapOne(NOTE, { columns }, ['a\nb', '1.50e1', 'yes']);
    assert.deepEqual(isRecord(full) && full.values, ['a\nb', '15', 'true']);
    const blank = mapOne(NOTE, { columns }, ['', ' ', '']);
    assert.deepEqual(isRecord(blank) && blank.values, [undefined, undefined, undefined]);
    assert.deepEqual(
      problemsOf(mapOne(NOTE, { columns }, ['x'.repeat(51_201), 'x', 'x'])).map(
        ({ message }) => message.code,
      ),
      ['value.tooManyBytes', 'value.notANumber', 'value.notABoolean'],
    );
  });

  it('go on with the property when it is there by now, but only with the same type', () => {
    const amount = field({
      kind: 'number',
      code: 'B',
      label: 'B',
      nativeType: 'Edm.Double',
      numberForm: 'double',
    });
    const { fields } = layoutOf(noteOf(amount), { columns: [creates('B', 'number')], mode: 'add' });
    assert.deepEqual(fields, [{ field: amount, columns: [0] }]);
    assert.equal(refused(noteOf(amount), [creates('B', 'text')]), 'columns.otherCreatedType');
    const whole = { ...amount, numberForm: 'int32' as const };
    assert.equal(refused(noteOf(whole), [creates('B', 'number')]), 'columns.otherCreatedType');
    assert.equal(refused(NOTE, [creates('Title', 'number')]), 'columns.otherCreatedType');
  });

  it('are refused where nothing can be created, under names that no property may have, and twice', () => {
    assert.equal(refused(schemaOf([text('Title')]), [creates('A', 'text')]), 'columns.cantCreate');
    for (const name of ['', '_a', '-a', '__id', '商品', 'a b', 'a.b', 'a'.repeat(129)]) {
      assert.equal(isPropertyName(name), false, name);
      assert.equal(refused(NOTE, [creates(name, 'text')]), 'columns.badPropertyName');
    }
    assert.ok(['a', '1', 'A-_9', 'a'.repeat(128)].every(isPropertyName));
    assert.equal(refused(NOTE, [creates('A', 'text'), creates('A', 'text')]), 'columns.sameField');
    assert.equal(refused(NOTE, ['Title', creates('Title', 'text')]), 'columns.sameField');
  });

  it('are refused when the type would have more than 400 properties, parts of others included', () => {
    const many = (count: number): TargetField[] =>
      Array.from({ length: count }, (_, i) => text(`p${String(i)}`));
    const kept = [
      field({ kind: 'text', code: '__id', unique: true }),
      field({ kind: 'readOnly', code: '__updated' }),
    ];
    const columns = [creates('A', 'text'), creates('B', 'text')];
    assert.equal(layoutOf(noteOf(...kept, ...many(397)), { columns, mode: 'add' }).fields.length, 2);
    assert.equal(refused(noteOf(...many(398)), columns), 'columns.tooManyCreated');
    assert.equal(refused(noteOf(MAKER, ...many(394)), columns), 'columns.tooManyCreated');
    assert.equal(layoutOf(noteOf(MAKER, ...many(393)), { columns, mode: 'add' }).fields.length, 2);
  });
});

describe('columns that could create properties', () => {
  it('are told and stay out: none does it by itself', () => {
    const header = ['Title', 'Amount', '商品名', ' Memo', 'Twice', 'Twice', '', '__import_row', 'a.b'];
    const match = matchColumns(header, NOTE);
    assert.deepEqual(match.columns, ['Title', null, null, null, null, null, null, null, null]);
    assert.deepEqual(match.creatable, [1]);
    assert.ok(match.unmatched.includes(1));
  });

  it('are none where values create nothing, or nothing more', () => {
    assert.deepEqual(matchColumns(['Amount'], schemaOf([text('Title')])).creatable, []);
    const many = Array.from({ length: 399 }, (_, i) => text(`p${String(i)}`));
    assert.deepEqual(matchColumns(['Amount'], noteOf(...many)).creatable, []);
  });
});

describe('columns of parts of objects', () => {
  const schema = schemaOf([text('Name', { label: '品名' }), { ...MAKER, label: 'メーカー', required: true }]);

  it('are matched by the names of both, and by nothing less', () => {
    const { columns, unmatched, missingRequired, tableWithoutMarker } = matchColumns(
      ['Maker.Name', 'メーカー.Country', 'Maker.Ｔｏｗｎ', 'Name', 'Country'],
      schema,
    );
    assert.deepEqual(columns, [
      { table: 'Maker', field: 'Name' },
      { table: 'Maker', field: 'Country' },
      { table: 'Maker', field: 'Town' },
      'Name',
      null,
    ]);
    assert.deepEqual([unmatched, missingRequired, tableWithoutMarker], [[4], [], false]);
  });

  it('feed one field together', () => {
    const { fields } = layoutOf(schema, {
      columns: [{ table: 'Maker', field: 'Country' }, 'Name', { table: 'Maker', field: 'Name' }],
      mode: 'add',
    });
    assert.deepEqual(
      fields.map(({ field: one, columns, parts }) => [one.code, columns, parts?.map(({ code }) => code)]),
      [
        ['Maker', [0, 2], ['Country', 'Name']],
        ['Name', [1], undefined],
      ],
    );
  });

  it('are refused without a part that the object needs, twice, and beside the whole object', () => {
    const country = { table: 'Maker', field: 'Country' };
    const name = { table: 'Maker', field: 'Name' };
    assert.equal(refused(schema, [country]), 'columns.partsMissing');
    assert.deepEqual(
      matchColumns(['Maker.Country', 'Name'], schema).missingRequired.map(({ code }) => code),
      ['Name'],
    );
    assert.equal(refused(schema, [name, name]), 'columns.sameField');
    assert.equal(refused(schema, [name, 'Maker']), 'columns.sameField');
    assert.equal(refused(schema, ['Maker', name]), 'columns.sameField');
    assert.equal(refused(schema, [{ table: 'Maker', field: 'Street' }]), 'columns.unknownPart');
    const header = ['Maker', 'Maker.Name'];
    assert.equal(checkColumns(matchColumns(header, schema), header)?.code, 'columns.duplicates');
  });

  it('may lack a part where records are merged: those have it', () => {
    const keyed = schemaOf([field({ kind: 'text', code: 'id', unique: true }), MAKER]);
    const columns = ['id', { table: 'Maker', field: 'Country' }];
    assert.equal(layoutOf(keyed, { columns, mode: 'update', key: 'id' }).fields.length, 2);
    const mapped = mapOne(keyed, { columns, mode: 'update', key: 'id' }, ['a', 'c']);
    assert.deepEqual(isRecord(mapped) && mapped.values, ['a', '{"Country":"c"}']);
  });
});
