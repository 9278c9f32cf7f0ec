import assert from 'node:assert/strict';
import type { Endpoint } from '../../../src/core/endpoints/endpoint';
import { createUndiciTransport } from '../../../src/core/endpoints/undiciTransport';
import { changesOf } from '../../../src/core/mapping/changes';
import { createMapper } from '../../../src/core/mapping/createMapper';
import { layoutOf } from '../../../src/core/mapping/layout';
import type { RecordLayout } from '../../../src/core/mapping/layout';
import { checkColumns, matchColumns } from '../../../src/core/mapping/matchColumns';
import type { ImportPlan } from '../../../src/core/mapping/plan';
import { isRecord } from '../../../src/core/mapping/record';
import type { ImportRecord } from '../../../src/core/mapping/record';
import type { TargetSchema } from '../../../src/core/mapping/schema';
import type { AppDefinition, FieldDefinition } from '../../../src/sandbox/apps/definition';
import { DEFAULT_PRECISION, SYSTEM_FIELDS } from '../../../src/sandbox/apps/definition';
import { startSandbox } from '../../../src/sandbox/server';
import type { Sandbox } from '../../../src/sandbox/server';
import { rowOf } from '../mapping/support';
import { administratorsEndpoint } from './support';

const named = (text: string): FieldDefinition['label'] => ({ ja: text, en: text });

/** Codes and options that mean something to JavaScript, to the paths of errors or to the headings of exports. */
const ODD: AppDefinition = {
  id: '90',
  name: 'Odd names',
  description: '',
  numberPrecision: DEFAULT_PRECISION,
  fields: [
    {
      type: 'SINGLE_LINE_TEXT',
      code: '__proto__',
      label: named('hasOwnProperty'),
      required: true,
      unique: true,
    },
    { type: 'NUMBER', code: 'constructor', label: named('valueOf'), maxValue: '10' },
    { type: 'SINGLE_LINE_TEXT', code: 'toString', label: named('toString'), maxLength: 3 },
    { type: 'NUMBER', code: 'value', label: named('record'), maxValue: '10' },
    {
      type: 'CHECK_BOX',
      code: 'length',
      label: named('a[b]'),
      options: [']', '[', '][', '__proto__', 'toString', 'c]'],
    },
    { type: 'CHECK_BOX', code: 'records', label: named('a'), options: ['b][]', '1'] },
    {
      type: 'SUBTABLE',
      code: 'id',
      label: named('valueOf of table'),
      fields: [
        { type: 'NUMBER', code: 'valueOf', label: named('in table'), maxValue: '10' },
        { type: 'DROP_DOWN', code: 'hasOwnProperty', label: named('choice'), options: ['constructor'] },
      ],
    },
    ...SYSTEM_FIELDS,
  ],
};

describe('an app with odd names', function () {
  this.timeout(60_000);
  const transport = createUndiciTransport();
  let sandbox: Sandbox;
  let endpoint: Endpoint;

  before(async () => {
    sandbox = await startSandbox({ moreApps: [ODD] });
    endpoint = administratorsEndpoint(sandbox, transport);
  });
  after(async () => {
    await transport.close();
    await sandbox.close();
  });
  beforeEach(() => sandbox.control.reset());

  function recordsOf(
    schema: TargetSchema,
    header: readonly string[],
    rows: readonly (readonly string[])[],
    purpose: Pick<ImportPlan, 'mode' | 'key'>,
  ): { layout: RecordLayout; records: ImportRecord[] } {
    const match = matchColumns(header, schema, purpose);
    assert.equal(checkColumns(match, header), null);
    assert.deepEqual(match.unmatched, []);
    const layout = layoutOf(schema, { ...purpose, columns: match.columns });
    const mapper = createMapper(schema, layout);
    const mapped = [...mapper.map(rows.map((cells, at) => rowOf(cells, undefined, at + 1))), ...mapper.end()];
    const records = mapped.map((one) => {
      assert.ok(isRecord(one), JSON.stringify(one));
      return one;
    });
    return { layout, records };
  }

  const HEADER = ['*', '__proto__', 'constructor', 'toString', 'length', 'valueOf', 'hasOwnProperty'];
  const ROWS = [
    ['*', 'toString', '1', 'abc', ']\n][\n__proto__', '2', 'constructor'],
    ['', '', '', '', '', '3', ''],
    ['*', '__proto__', '', '', '', '', ''],
  ];

  it('takes records, tells them by their keys and changes what changes', async () => {
    const schema = await endpoint.describe('90');
    const added = recordsOf(schema, HEADER, ROWS, { mode: 'add' });
    const answer = await endpoint.writer(schema, added.layout).send(added.records);
    assert.equal(answer.kind, 'committed', JSON.stringify(answer));
    const [first] = sandbox.control.records('90');
    assert.deepEqual(new Map(Object.entries(first ?? {})).get('length'), [']', '][', '__proto__']);

    const purpose = { mode: 'update', key: '__proto__' } as const;
    const { layout, records } = recordsOf(schema, HEADER, ROWS, purpose);
    const values = records.map(({ key = '' }) => key);
    const live = await endpoint.find({ schema, key: '__proto__', values, layout });
    assert.deepEqual(live.map(({ key }) => key).sort(), ['__proto__', 'toString']);
    for (const record of records) {
      const found = live.find(({ key }) => key === record.key);
      assert.ok(found !== undefined);
      assert.equal(changesOf(layout, record, found), null);
    }
  });

  it('has columns of options whose brackets are told apart', async () => {
    const schema = await endpoint.describe('90');
    const header = ['a[b][[]', 'a[b][c]]', 'a[b][__proto__]', 'a[1]', 'length[][]'];
    const { columns, unmatched } = matchColumns(header, schema);
    assert.deepEqual(unmatched, []);
    assert.deepEqual(columns, [
      { field: 'length', option: '[' },
      { field: 'length', option: 'c]' },
      { field: 'length', option: '__proto__' },
      { field: 'records', option: '1' },
      { field: 'length', option: '][' },
    ]);
  });

  it('is not guessed at where a heading may be an option of two fields', async () => {
    const schema = await endpoint.describe('90');
    // The option "]" of the field "a[b]", or the option "b][]" of the field "a".
    const { columns, ambiguous } = matchColumns(['a[b][]]'], schema);
    assert.deepEqual(columns, [null]);
    assert.deepEqual(
      ambiguous.map(({ fields }) => fields.map(({ code }) => code)),
      [['records', 'length']],
    );
  });

  it('says which of its fields the service refuses', async () => {
    const schema = await endpoint.describe('90');
    const layout = layoutOf(schema, {
      columns: ['__proto__', 'constructor', 'value', 'toString', { table: 'id', field: 'valueOf' }],
      mode: 'add',
    });
    const record: ImportRecord = {
      row: 1,
      lastRow: 1,
      values: ['k', '11', '12', 'abcd', { rows: [{ row: 1, values: ['13'] }] }],
    };
    const answer = await endpoint.writer(schema, layout).send([{ ...record, values: ['j'] }, record]);
    assert.ok(answer.kind === 'rejected', JSON.stringify(answer));
    assert.deepEqual(
      answer.rows.map(({ index, reasons }) => [
        index,
        reasons.map(({ field, inTable }) => inTable?.field ?? field),
      ]),
      [[1, ['constructor', 'toString', 'value', 'valueOf']]],
    );
  });
});
