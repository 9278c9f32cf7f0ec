import assert from 'node:assert/strict';
import type { ColumnUse, ImportPlan } from '../../../src/core/mapping/plan';
import { fieldsToFix, offeredUses, sameUse, stillMissing } from '../../../src/editor/commands/fieldUses';
import { field, schemaOf } from '../mapping/support';

const name = field({ code: 'name', kind: 'text', required: true });
const schema = schemaOf([
  field({ code: 'number', kind: 'recordNumber' }),
  name,
  field({ code: 'code', kind: 'text', unique: true }),
  field({ code: 'tags', kind: 'choices', options: ['A', 'B'] }),
  field({ code: 'sum', kind: 'readOnly' }),
  field({ code: 'photo', kind: 'files' }),
  field({ code: 'items', kind: 'table', fields: [field({ code: 'item', kind: 'text' })] }),
]);

function offered(plan: Omit<ImportPlan, 'mode'>, column = 0): ColumnUse[] {
  const { fields, options, tables } = offeredUses(schema, { mode: 'add', ...plan }, column);
  return [...fields, ...options, ...tables].map(({ use }) => use);
}

describe('what a column may become', () => {
  it('is a field, one of its options, a part of a table or the start of a record', () => {
    assert.deepEqual(offered({ columns: [null] }), [
      'number',
      'name',
      'code',
      'tags',
      'photo',
      { field: 'tags', option: 'A' },
      { field: 'tags', option: 'B' },
      { table: 'items', field: 'item' },
      { rowIdsOf: 'items' },
      { startsRecord: true },
    ]);
  });

  it('is nothing that another column is used for, but still what it is itself', () => {
    const columns: ColumnUse[] = ['name', { table: 'items', field: 'item' }];
    assert.ok(offered({ columns }, 0).includes('name'));
    assert.ok(!offered({ columns }, 1).includes('name'));
    assert.ok(!offered({ columns }, 0).some((use) => sameUse(use, { table: 'items', field: 'item' })));
  });

  it('is a field as a whole or option by option, never both', () => {
    const byOption = offered({ columns: [null, { field: 'tags', option: 'A' }] });
    assert.ok(!byOption.includes('tags'));
    assert.deepEqual(
      byOption.filter((use) => typeof use === 'object' && 'option' in use),
      [{ field: 'tags', option: 'B' }],
    );
    const whole = offered({ columns: [null, 'tags'] });
    assert.ok(!whole.some((use) => typeof use === 'object' && 'option' in use));
  });

  it('is no field that has a fixed value', () => {
    const uses = offered({ columns: [null], constants: { tags: 'A' } });
    assert.ok(!uses.includes('tags') && !uses.some((use) => typeof use === 'object' && 'option' in use));
  });
});

describe('fixed values', () => {
  it('can fill fields that no column feeds and that may be alike in every record', () => {
    const codes = (plan: Omit<ImportPlan, 'mode'>): string[] =>
      fieldsToFix(schema, { mode: 'add', ...plan }).map(({ code }) => code);
    assert.deepEqual(codes({ columns: [null] }), ['name', 'tags']);
    assert.deepEqual(codes({ columns: [{ field: 'tags', option: 'A' }], constants: { name: 'x' } }), []);
  });

  it('make a required field complete', () => {
    assert.deepEqual(stillMissing([name], { columns: [null], mode: 'add' }), [name]);
    assert.deepEqual(stillMissing([name], { columns: [null], constants: { name: 'x' }, mode: 'add' }), []);
    assert.deepEqual(stillMissing([name], { columns: ['name'], mode: 'add' }), []);
  });
});
