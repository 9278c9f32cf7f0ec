import assert from 'node:assert/strict';
import type { ImportPlan } from '../../../src/core/mapping/plan';
import type { TargetSchema } from '../../../src/core/mapping/schema';
import {
  finalPlan,
  inMode,
  leftOut,
  modesInOrder,
  possibleIds,
  possibleKeys,
  stillFits,
  takesDateTimes,
  takesFiles,
  withIds,
  withPresentFields,
} from '../../../src/editor/commands/planKeys';
import { field, schemaOf } from '../mapping/support';

const schema = schemaOf([
  field({ code: 'number', kind: 'recordNumber' }),
  field({ code: 'code', kind: 'text', unique: true }),
  field({ code: 'size', kind: 'number', unique: true }),
  field({ code: 'day', kind: 'date', unique: true }),
  field({ code: 'name', kind: 'text' }),
  field({ code: 'maker', kind: 'user', onlyWhenAdding: true }),
  field({ code: 'made', kind: 'datetime', onlyWhenAdding: true }),
  field({ code: 'sum', kind: 'readOnly' }),
  field({
    code: 'items',
    kind: 'table',
    fields: [
      field({ code: 'photo', kind: 'files' }),
      field({ code: 'tags', kind: 'choices', options: ['A'] }),
    ],
  }),
]);
const plan: ImportPlan = { columns: ['name', 'size', 'code', 'number', null], mode: 'add' };
const keys = possibleKeys(schema, plan);

describe('keys of a plan', () => {
  it('are the record number first, then text and numbers without duplicates, where a column feeds them', () => {
    assert.deepEqual(
      keys.map(({ field: { code }, column }) => [code, column]),
      [
        ['number', 3],
        ['code', 2],
        ['size', 1],
      ],
    );
    assert.deepEqual(possibleKeys(schema, { columns: ['name', 'day'], mode: 'add' }), []);
  });

  it('decide which mode is offered first: the last choice, else updates for rows that carry their number', () => {
    const without = keys.slice(1);
    assert.deepEqual(modesInOrder(schema, without, undefined), ['add', 'update', 'addOrUpdate']);
    assert.deepEqual(modesInOrder(schema, without, 'addOrUpdate'), ['addOrUpdate', 'add', 'update']);
    assert.deepEqual(modesInOrder(schema, keys, undefined), ['update', 'addOrUpdate', 'add']);
  });

  it('stay with the mode while a column feeds them, and go with new records', () => {
    const updating = inMode({ ...plan, key: 'code', blankKeys: 'skip' }, 'addOrUpdate', keys);
    assert.deepEqual([updating.key, updating.blankKeys], ['code', 'skip']);
    assert.equal(inMode(updating, 'update', keys).blankKeys, undefined);
    assert.deepEqual(inMode(updating, 'add', keys), plan);
    assert.equal(inMode(updating, 'update', keys.slice(2)).key, 'size');
    assert.equal(inMode(plan, 'update', keys).key, undefined, 'with several the person chooses');
  });
});

describe('the plan of a job', () => {
  it('has a record number as its key alone', () => {
    assert.deepEqual(finalPlan(schema, plan).columns, ['name', 'size', 'code', null, null]);
    const byNumber: ImportPlan = { ...plan, mode: 'update', key: 'number' };
    assert.equal(finalPlan(schema, byNumber), byNumber);
  });

  it('leaves out of an update what only new records can have, and can name it', () => {
    const given: ImportPlan = {
      columns: ['code', 'name', 'maker'],
      constants: { made: '2026-01-01 00:00' },
      mode: 'update',
      key: 'code',
    };
    assert.deepEqual(finalPlan(schema, given), {
      columns: ['code', 'name', null],
      mode: 'update',
      key: 'code',
    });
    assert.deepEqual(
      leftOut(schema, given).map(({ code }) => code),
      ['maker', 'made'],
    );
    assert.deepEqual(leftOut(schema, { ...given, mode: 'addOrUpdate' }), []);
  });

  it('takes files and times wherever a column feeds them, in tables too', () => {
    const table: ImportPlan = { columns: [{ table: 'items', field: 'photo' }], mode: 'add' };
    assert.deepEqual([takesFiles(schema, table), takesFiles(schema, plan)], [true, false]);
    assert.equal(takesDateTimes(schema, { columns: ['made'], mode: 'add' }), true);
    assert.equal(takesDateTimes(schema, { columns: [null], constants: { made: 'x' }, mode: 'add' }), true);
    assert.equal(takesDateTimes(schema, table), false);
  });
});

describe('columns whose cells could be ids', () => {
  const given = { ...field({ kind: 'text', code: '__id', unique: true }), hasDefault: true };
  const set = schemaOf([
    given,
    field({ kind: 'multilineText', code: 'Code' }),
    field({ kind: 'boolean', code: 'Sold' }),
  ]);
  const adding: ImportPlan = { columns: ['Code', 'Sold', null], mode: 'add' };

  it('are texts and numbers, as long as no column gives the ids', () => {
    assert.deepEqual(possibleIds(set, adding), [0]);
    assert.deepEqual(possibleIds(set, { ...adding, columns: ['Code', 'Sold', '__id'] }), []);
    assert.deepEqual(possibleIds(schemaOf([field({ kind: 'multilineText', code: 'Code' })]), adding), []);
  });

  it('give the key, too, where records are changed', () => {
    const columns = [{ feeds: ['Code', '__id'] }, 'Sold', null];
    assert.deepEqual(withIds(set, adding, 0), { columns, mode: 'add' });
    const replacing = withIds(set, { ...adding, mode: 'replace' }, 0);
    assert.deepEqual(replacing, { columns, mode: 'replace', key: '__id' });
    assert.deepEqual(
      possibleKeys(set, replacing).map(({ column }) => column),
      [0],
    );
  });
});

describe('a remembered plan', () => {
  const header = ['a', 'b'];
  const fits = (given: Partial<ImportPlan>): boolean =>
    stillFits({ columns: ['code', null], mode: 'add', ...given }, header, schema);

  it('fits while the app has its fields and options and can find records by its key', () => {
    assert.ok(fits({}));
    assert.ok(fits({ columns: [{ table: 'items', field: 'tags', option: 'A' }, { startsRecord: true }] }));
    assert.ok(fits({ mode: 'update', key: 'code' }));
    assert.ok(fits({ constants: { name: 'x' } }));
  });

  it('fits with properties it creates, by now or still, while they have the type it knows', () => {
    const closed = schemaOf([field({ code: 'Title', kind: 'multilineText' })]);
    const open: TargetSchema = { ...closed, createsProperties: true };
    const creating = (name: string, type: 'text' | 'number'): ImportPlan => ({
      columns: [{ creates: name, type }, 'Title'],
      mode: 'add',
    });
    const here = { ...open, fields: [...open.fields, field({ code: 'Size', kind: 'multilineText' })] };
    assert.ok(stillFits(creating('Size', 'text'), header, open));
    assert.ok(stillFits(creating('Size', 'text'), header, here));
    assert.equal(stillFits(creating('Size', 'number'), header, here), false);
    assert.equal(stillFits(creating('Size', 'text'), header, closed), false);
    assert.deepEqual(withPresentFields(creating('Size', 'text'), here).columns, ['Size', 'Title']);
    assert.deepEqual(withPresentFields(creating('Size', 'text'), open), creating('Size', 'text'));
  });

  it('does not fit another header, or an app that has changed', () => {
    assert.equal(fits({ columns: ['code'] }), false);
    assert.equal(fits({ columns: [null, null] }), false);
    assert.equal(fits({ columns: ['gone', null] }), false);
    assert.equal(fits({ columns: ['sum', null] }), false);
    assert.equal(fits({ columns: [{ table: 'items', field: 'tags', option: 'Z' }, null] }), false);
    assert.equal(fits({ columns: [{ rowIdsOf: 'name' }, null] }), false);
    assert.equal(fits({ mode: 'update', key: 'size' }), false);
    assert.equal(fits({ constants: { sum: 'x' } }), false);
  });
});
