import assert from 'node:assert/strict';
import type { LiveRecord, RecordResult } from '../../../../src/core/endpoints/endpoint';
import type { RecordLayout } from '../../../../src/core/mapping/layout';
import type { ImportRecord } from '../../../../src/core/mapping/record';
import { ExpectedError } from '../../../../src/core/message';
import { field } from '../../mapping/support';
import { json, layoutOf, PRODUCT, record, withCell } from './support';
import type { Answering, Asked } from './support';

type Entity = Readonly<Record<string, unknown>>;

/** A set that holds these, whatever is asked for. */
function holding(...entities: readonly Entity[]): Answering {
  return (_, response) => json(response, 200, { d: { results: entities } });
}

function entity(id: string, values: Entity, etag = 'W/"1-1"'): Entity {
  return {
    __metadata: { uri: `https://unit.example/${id}`, etag, type: 'UserData.Product' },
    __id: id,
    __published: '/Date(1)/',
    __updated: '/Date(2)/',
    _Supplier: { __deferred: { uri: 'https://unit.example/' } },
    ...values,
  };
}

async function find(
  answer: Answering,
  values: readonly string[],
  layout: RecordLayout | null,
): Promise<{ readonly found: readonly LiveRecord[]; readonly asked: readonly Asked[] }> {
  const { result, asked } = await withCell(answer, (endpoint) =>
    endpoint.find({ schema: PRODUCT, key: '__id', values, layout }),
  );
  return { found: result, asked };
}

function queryOf({ path }: Asked): URLSearchParams {
  assert.doesNotMatch(path, /[ "<>\\^`{|}[\]\u0080-\uffff]/);
  return new URL(path, 'https://unit.example/').searchParams;
}

describe('looking entities up by their __id', () => {
  it('asks for all of them at once, with quotes doubled, everything encoded and as many as are wanted', async () => {
    const { asked } = await find(
      holding(),
      ['a1', "o'2", '商&品', 'a1', '', 'x\ny'],
      layoutOf(['__id', 'Name']),
    );
    assert.equal(asked.length, 1);
    const [only] = asked;
    assert.ok(only !== undefined);
    assert.equal(only.headers.accept, 'application/json');
    assert.ok(only.path.startsWith('sales/stock/Product?'));
    const query = queryOf(only);
    assert.equal(query.get('$filter'), "__id eq 'a1' or __id eq 'o''2' or __id eq '商&品'");
    assert.equal(query.get('$top'), '3');
    assert.equal(query.get('$select'), '__id,Name');
  });

  it('takes several requests when the addresses would get too long for what stands in between', async () => {
    const ids = Array.from({ length: 40 }, (_, index) => `${index}-${'品'.repeat(200)}`);
    const { asked } = await find(holding(), ids, null);
    assert.ok(asked.length > 1);
    for (const one of asked) assert.ok(one.path.length < 17_000, String(one.path.length));
    const asking = asked.flatMap((one) => (queryOf(one).get('$filter') ?? '').split(' or '));
    assert.deepEqual(
      asking,
      ids.map((id) => `__id eq '${id}'`),
    );
  });

  it('asks for nothing when no key can be there, and refuses any other key', async () => {
    assert.deepEqual(await find(holding(), ['', 'a\nb'], null), { found: [], asked: [] });
    await withCell(holding(), async (endpoint) => {
      const search = { schema: PRODUCT, key: 'Name', values: ['x'], layout: null };
      await assert.rejects(endpoint.find(search), ExpectedError);
    });
  });

  it('answers revisions, and values in the form in which the mapper gives them', async () => {
    const layout = layoutOf(['__id', 'Name', 'Price', 'InStock', 'ReleasedAt', 'Tags']);
    const values = {
      Name: null,
      Price: 12,
      InStock: true,
      ReleasedAt: '/Date(1795316645678)/',
      Tags: ['b', 'a'],
    };
    const { found } = await find(holding(entity('a1', values, 'W/"3-9"')), ['a1', 'a2'], layout);
    assert.deepEqual(found, [
      {
        id: 'a1',
        key: 'a1',
        revision: 'W/"3-9"',
        values: ['a1', '', '12', 'true', '2026-11-22T03:04:05.678Z', ['b', 'a']],
      },
    ]);
    const existence = await find(holding(entity('a1', {})), ['a1'], null);
    assert.deepEqual(existence.found, [{ id: 'a1', key: 'a1', revision: 'W/"1-1"', values: [] }]);
    assert.equal(queryOf(existence.asked[0] ?? assert.fail()).get('$select'), '__id');
  });

  it('reads entities whole that are to be replaced, and tells which of them would lose something', async () => {
    const layout = layoutOf(['__id', 'Name'], 'replace');
    const answer = holding(
      entity('a1', { Name: 'A', Price: null, Tags: [], InStock: true }),
      entity('a2', { Name: 'B', color: 'red' }),
      entity('a3', { Name: 'C', InStock: false }),
    );
    const { found, asked } = await find(answer, ['a1', 'a2', 'a3'], layout);
    assert.equal(queryOf(asked[0] ?? assert.fail()).get('$select'), null);
    assert.deepEqual(
      found.map(({ id, holdsMore }) => [id, holdsMore]),
      [
        ['a1', undefined],
        ['a2', true],
        ['a3', true],
      ],
    );
  });

  it('takes a default that is written in another way for the default', async () => {
    const rate = field({
      kind: 'number',
      code: 'Rate',
      label: 'Rate',
      numberForm: 'double',
      hasDefault: true,
      defaultValue: '1.50',
    });
    const schema = { ...PRODUCT, fields: [...PRODUCT.fields, rate] };
    const answer = holding(entity('a1', { Rate: 1.5 }), entity('a2', { Rate: 1.6 }));
    const { result } = await withCell(answer, (endpoint) =>
      endpoint.find({
        schema,
        key: '__id',
        values: ['a1', 'a2'],
        layout: layoutOf(['__id', 'Name'], 'replace'),
      }),
    );
    assert.deepEqual(
      result.map(({ holdsMore }) => holdsMore),
      [undefined, true],
    );
  });

  it('reads entities whole where their names are too long for an address or no names to a query', async () => {
    const select = async (...codes: readonly string[]): Promise<string | null> => {
      const fields = codes.map((code) => field({ kind: 'multilineText', code, label: code }));
      const { asked } = await find(holding(), ['a1'], layoutOf(['__id', ...fields]));
      return queryOf(asked[0] ?? assert.fail()).get('$select');
    };
    assert.equal(await select('unit-price', 'a1', 'order'), '__id,unit-price,a1,order');
    assert.equal(await select('Name', '1st'), null);
    assert.equal(await select('not'), null);
    const many = Array.from({ length: 30 }, (_, at) => `${'x'.repeat(100)}${at}`);
    assert.equal(await select(...many), null);
  });

  it('does not ask for properties that have yet to be created', async () => {
    const color = field({ kind: 'multilineText', code: 'color', label: 'color', created: true });
    const { asked } = await find(holding(), ['a1'], layoutOf(['__id', color, 'Name']));
    assert.equal(queryOf(asked[0] ?? assert.fail()).get('$select'), '__id,Name');
  });

  it('takes nothing for an answer that leaves out what an entity must have', async () => {
    const answers: readonly unknown[] = [
      { d: { results: [{ __id: 'a1' }] } },
      { d: { results: [{ __metadata: { etag: 'W/"1-1"' } }] } },
      { d: {} },
      [],
      'text',
    ];
    for (const answer of answers) {
      await withCell(
        (_, response) => json(response, 200, answer),
        async (endpoint) => {
          const search = { schema: PRODUCT, key: '__id', values: ['a1'], layout: null };
          await assert.rejects(endpoint.find(search), (error: unknown) => {
            assert.ok(error instanceof ExpectedError);
            assert.equal(error.detail.code, 'personium.unexpectedAnswer');
            return true;
          });
        },
      );
    }
  });
});

describe('records whose request was not answered', () => {
  async function settle(
    entities: readonly Entity[],
    layout: RecordLayout,
    records: readonly ImportRecord[],
    job: { id: string } | null = { id: 'job-7' },
  ): Promise<readonly RecordResult[]> {
    const { result, asked } = await withCell(holding(...entities), async (endpoint) => {
      const writer = job === null ? endpoint.writer(PRODUCT, layout) : endpoint.writer(PRODUCT, layout, job);
      assert.ok(writer.settle !== undefined);
      return writer.settle(records);
    });
    for (const one of asked) assert.equal(queryOf(one).get('$select'), null, 'all of an entity counts');
    return result;
  }

  const told = (results: readonly RecordResult[]): unknown[] =>
    results.map((result) => {
      switch (result.kind) {
        case 'committed':
          return [result.kind, result.id, result.revision];
        case 'rejected':
          return [result.kind, result.code, result.exists ?? false];
        default:
          return [result.kind, result.message.code];
      }
    });

  it('were imported when an entity has the __id of their job and row, whatever became of it since', async () => {
    const records = [record(1, ['A', '1']), record(2, ['B', '2'])];
    const results = await settle(
      [entity('job-7-1', { Name: 'changed' })],
      layoutOf(['Name', 'Price']),
      records,
    );
    assert.deepEqual(told(results), [
      ['committed', 'job-7-1', 'W/"1-1"'],
      ['again', 'entity.notKept'],
    ]);
  });

  it('were imported under an __id of the file when the entity holds what was sent; else it is another’s', async () => {
    const layout = layoutOf(['__id', 'Name', 'Price', 'InStock']);
    const records = ['a1', 'a2', 'a3', 'a4'].map((id, at) => record(at + 1, [id, 'N', '1', '']));
    const results = await settle(
      [
        entity('a1', { Name: 'N', Price: 1, InStock: true }),
        entity('a2', { Name: 'other', Price: 1 }),
        entity('a4', { Name: 'N', Price: null }),
      ],
      layout,
      records,
    );
    assert.deepEqual(told(results), [
      ['committed', 'a1', 'W/"1-1"'],
      ['rejected', 'PR409-OD-0003', true],
      ['again', 'entity.notKept'],
      ['rejected', 'PR409-OD-0003', true],
    ]);
  });

  it('are another’s where a blank value would have left nothing, or cleared what is there', async () => {
    const added = await settle([entity('a1', { Name: 'N', Price: 5 })], layoutOf(['__id', 'Name', 'Price']), [
      record(1, ['a1', 'N', '']),
    ]);
    assert.deepEqual(told(added), [['rejected', 'PR409-OD-0003', true]]);
    const merged = await settle(
      [entity('a1', { Price: 5 }, 'W/"2-9"'), entity('a2', { Price: null }, 'W/"2-9"')],
      layoutOf(['__id', 'Price'], 'update'),
      ['a1', 'a2'].map((id, at) => record(at + 1, [id, ''], 'W/"1-1"')),
    );
    assert.deepEqual(told(merged), [
      ['rejected', 'PR412-OD-0002', false],
      ['committed', 'a2', 'W/"2-9"'],
    ]);
  });

  it('were merged when the entity has another revision and the values that were sent', async () => {
    const layout = layoutOf(['__id', 'Name', 'Price'], 'update');
    const sent = ['a1', 'a2', 'a3', 'a4'].map((id, at) => record(at + 1, [id, undefined, '5'], 'W/"1-1"'));
    const results = await settle(
      [
        entity('a1', { Name: 'x', Price: 5 }, 'W/"2-9"'),
        entity('a2', { Name: 'x', Price: 4 }, 'W/"1-1"'),
        entity('a3', { Name: 'x', Price: 7 }, 'W/"2-9"'),
      ],
      layout,
      sent,
    );
    assert.deepEqual(told(results), [
      ['committed', 'a1', 'W/"2-9"'],
      ['again', 'entity.notKept'],
      ['rejected', 'PR412-OD-0002', false],
      ['rejected', 'PR404-OD-0002', false],
    ]);
  });

  it('were merged when the parts of an object that were sent are there, whatever its other parts hold', async () => {
    const layout = layoutOf(['__id', 'Maker'], 'update');
    const sent = ['{"Year":2}', '{"Year":2}', '{"Year":null}'];
    const results = await settle(
      ['a1', 'a2', 'a3'].map((id, at) =>
        entity(id, { Maker: { Name: 'K', Year: [2, 3, null][at], Since: null } }, 'W/"2-9"'),
      ),
      layout,
      sent.map((maker, at) => record(at + 1, [`a${at + 1}`, maker], 'W/"1-1"')),
    );
    assert.deepEqual(told(results), [
      ['committed', 'a1', 'W/"2-9"'],
      ['rejected', 'PR412-OD-0002', false],
      ['committed', 'a3', 'W/"2-9"'],
    ]);
  });

  it('were replaced only when nothing else is left of the entity', async () => {
    const layout = layoutOf(['__id', 'Name'], 'replace');
    const sent = ['a1', 'a2'].map((id, at) => record(at + 1, [id, 'N'], 'W/"1-1"'));
    const results = await settle(
      [
        entity('a1', { Name: 'N', InStock: true }, 'W/"2-9"'),
        entity('a2', { Name: 'N', Price: 3 }, 'W/"2-9"'),
      ],
      layout,
      sent,
    );
    assert.deepEqual(told(results), [
      ['committed', 'a1', 'W/"2-9"'],
      ['rejected', 'PR412-OD-0002', false],
    ]);
  });

  it('are compared in properties, too, that they have created themselves', async () => {
    const color = field({ kind: 'number', code: 'Color', label: 'Color', created: true });
    const layout = layoutOf(['__id', color]);
    const records = [record(1, ['a1', '7']), record(2, ['a2', '7'])];
    const results = await settle([entity('a1', { Color: 7 }), entity('a2', { Color: 8 })], layout, records);
    assert.deepEqual(told(results), [
      ['committed', 'a1', 'W/"1-1"'],
      ['rejected', 'PR409-OD-0003', true],
    ]);
  });

  it('stay uncertain when they were sent without an __id', async () => {
    const results = await settle([], layoutOf(['Name']), [record(1, ['A'])], null);
    assert.deepEqual(told(results), [['unknown', 'entity.noId']]);
  });
});

describe('the requests of an import', () => {
  it('are counted: the schema, what is looked up, and batches or single merges', async () => {
    await withCell(holding(), (endpoint) => {
      const count = (layout: RecordLayout, rows: number): number =>
        endpoint.requestsFor(PRODUCT, layout, layout.mode ?? 'add', rows);
      assert.equal(count(layoutOf(['Name']), 1001), 1 + 3);
      assert.equal(count(layoutOf(['__id', 'Name']), 1001), 1 + 6 + 3);
      assert.equal(count(layoutOf(['__id', 'Name'], 'addOrReplace'), 400), 1 + 2 + 1);
      assert.equal(count(layoutOf(['__id', 'Name'], 'update'), 400), 1 + 2 + 400);
      return Promise.resolve();
    });
  });
});
