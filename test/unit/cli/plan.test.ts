import assert from 'node:assert/strict';
import { planImport, readPlanOptions } from '../../../src/core/cliPlan';
import type { PlannedFile, PlanValues } from '../../../src/core/cliPlan';
import { CliUsage } from '../../../src/core/cliUsage';
import type { TargetSchema } from '../../../src/core/mapping/schema';
import { field, schemaOf } from '../mapping/support';

const PRODUCT: TargetSchema = {
  ...schemaOf([
    field({
      code: '__id',
      label: '__id',
      kind: 'text',
      nativeType: 'Edm.String',
      unique: true,
      hasDefault: true,
    }),
    field({ code: 'Name', label: 'Name', kind: 'multilineText', nativeType: 'Edm.String' }),
    field({
      code: 'Maker',
      label: 'Maker',
      kind: 'object',
      fields: [field({ code: 'Name', label: 'Name', kind: 'multilineText' })],
    }),
  ]),
  name: 'Product',
  modes: ['add', 'replace', 'update', 'addOrReplace'],
  createsProperties: true,
};

const planned = (values: PlanValues, header: readonly string[], schema = PRODUCT): Promise<PlannedFile> =>
  planImport(readPlanOptions(values), header, schema, '/nowhere');

function usage(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof CliUsage, String(error));
    return error.message;
  }
  return '';
}

describe('the plan of the command line', () => {
  it('has the modes in which records are replaced, with the only key there is', async () => {
    for (const [mode, expected] of [
      ['replace', 'replace'],
      ['add-or-replace', 'addOrReplace'],
    ] as const) {
      const { plan } = await planned({ mode }, ['__id', 'Name']);
      assert.deepEqual(plan, { columns: ['__id', 'Name'], mode: expected, key: '__id' });
    }
    const { plan } = await planned({ mode: 'add-or-replace', 'blank-keys': 'skip' }, ['__id', 'Name']);
    assert.equal(plan.blankKeys, 'skip');
  });

  it('names the modes of the target when it takes others', async () => {
    await assert.rejects(planned({ mode: 'add-or-update' }, ['__id', 'Name']), {
      name: 'CliUsage',
      message: 'Product takes --mode add, update, replace or add-or-replace.',
    });
    const app = schemaOf(PRODUCT.fields);
    await assert.rejects(
      planned({ mode: 'replace' }, ['__id', 'Name'], app),
      /App takes --mode add, update or add-or-update\./,
    );
  });

  it('takes blank keys and keys only where they mean something', () => {
    assert.match(
      usage(() => readPlanOptions({ mode: 'replace', 'blank-keys': 'add' })),
      /^--blank-keys needs/,
    );
    assert.match(
      usage(() => readPlanOptions({ key: '__id' })),
      /^--key needs another --mode than add/,
    );
    assert.match(
      usage(() => readPlanOptions({ mode: 'merge' })),
      /^--mode takes add, update, add-or-update, replace/,
    );
  });

  it('creates properties from columns, under their own names or others', async () => {
    const { plan, notes } = await planned({ create: ['Amount=number', '備考=Memo:text', 'a=b=OK:boolean'] }, [
      'Name',
      'Amount',
      '備考',
      'a=b',
    ]);
    assert.deepEqual(plan.columns, [
      'Name',
      { creates: 'Amount', type: 'number' },
      { creates: 'Memo', type: 'text' },
      { creates: 'OK', type: 'boolean' },
    ]);
    assert.deepEqual(notes, []);
  });

  it('creates nothing that was not asked for', async () => {
    const { plan, notes } = await planned({}, ['Name', 'Amount']);
    assert.deepEqual(plan.columns, ['Name', null]);
    assert.deepEqual(notes, [{ code: 'cli.columnsLeftOut', args: { names: 'Amount' } }]);
  });

  it('says how a property is created', () => {
    const create = (text: string): string => usage(() => readPlanOptions({ create: [text] }));
    assert.match(
      create('Amount'),
      /^--create takes HEADING=text, HEADING=number or HEADING=boolean, and Amount/,
    );
    assert.match(create('Amount=date'), /^--create takes/);
    assert.match(create('備考=text'), /^A property can’t be called 備考\. Write 備考=NAME:text/);
    assert.match(
      usage(() => readPlanOptions({ profile: 'x', create: ['a=text'] })),
      /^--profile decides/,
    );
  });

  it('takes a part of an object from a column', async () => {
    const { plan } = await planned({ column: ['社名=Maker.Name'] }, ['Name', '社名']);
    assert.deepEqual(plan.columns, ['Name', { table: 'Maker', field: 'Name' }]);
  });
});
