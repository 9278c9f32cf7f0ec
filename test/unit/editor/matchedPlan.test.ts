import assert from 'node:assert/strict';
import { matchedPlan } from '../../../src/editor/commands/matchedPlan';
import { field, schemaOf } from '../mapping/support';

const schema = schemaOf([
  field({ code: 'number', kind: 'recordNumber' }),
  field({ code: 'code', kind: 'text', unique: true }),
  field({ code: 'name', kind: 'text', required: true }),
  field({ code: 'size', kind: 'number' }),
  field({ code: 'sum', kind: 'readOnly' }),
]);

describe('a header before the mode is chosen', () => {
  it('keeps the column of record numbers, and tells what can’t be written in any mode', () => {
    const { plan, notWritable } = matchedPlan(['number', 'name', 'sum'], schema);
    assert.deepEqual(plan.columns, ['number', 'name', null]);
    assert.deepEqual(notWritable, [2]);
  });

  it('misses required fields only when its rows can be nothing but new records', () => {
    const missing = (header: readonly string[]): string[] =>
      matchedPlan(header, schema).missingNow.map(({ code }) => code);
    assert.deepEqual(missing(['size']), ['name']);
    assert.deepEqual(missing(['size', 'code']), []);
    assert.deepEqual(missing(['size', 'number']), []);
  });
});
