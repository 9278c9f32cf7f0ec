import assert from 'node:assert/strict';
import type { Answer, Endpoint, RecordResult } from '../../../../src/core/endpoints/endpoint';
import { createPersoniumEndpoint } from '../../../../src/core/endpoints/personium/personiumEndpoint';
import { withPersoniumSignIn } from '../../../../src/core/endpoints/personium/signIn';
import type { PersoniumSignIn } from '../../../../src/core/endpoints/personium/signIn';
import { createUndiciTransport } from '../../../../src/core/endpoints/undiciTransport';
import { changesOf } from '../../../../src/core/mapping/changes';
import { layoutOf as mapperLayoutOf } from '../../../../src/core/mapping/layout';
import type { RecordLayout } from '../../../../src/core/mapping/layout';
import type { ImportMode } from '../../../../src/core/mapping/plan';
import { isRecord } from '../../../../src/core/mapping/record';
import type { ImportRecord, RecordValue } from '../../../../src/core/mapping/record';
import type { TargetField, TargetSchema } from '../../../../src/core/mapping/schema';
import { ExpectedError } from '../../../../src/core/message';
import { startPersonium } from '../../../../src/sandbox/personium/unit';
import type { PersoniumUnit } from '../../../../src/sandbox/personium/unit';
import { field, mapOne } from '../../mapping/support';
import { layoutOf, record } from './support';

const PRODUCT = 'sales/stock/Product';
const NOTE = '__/notes/Note';
const JOB = { id: 'job-7' };

describe('entity sets of the sandbox’s cell', () => {
  let unit: PersoniumUnit;
  const transport = createUndiciTransport();

  before(async () => {
    unit = await startPersonium({ seed: 'entity sets' });
  });

  beforeEach(() => unit.control.reset());

  after(async () => {
    await transport.close();
    await unit.close();
  });

  function endpointOf(signIn?: PersoniumSignIn): Endpoint {
    const { cellUrl, username, password } = unit.access;
    const entry = signIn ?? { kind: 'account', username, password };
    return createPersoniumEndpoint({
      baseUrl: cellUrl.replace(/\/$/, ''),
      transport: withPersoniumSignIn(transport, cellUrl, entry),
      requestKey: JOB.id,
    });
  }

  function as(name: 'clerk' | 'reader'): Endpoint {
    return endpointOf({ kind: 'account', ...unit.access.otherUsers[name] });
  }

  /** Describes the set anew, as every import does. */
  async function sending(
    codes: readonly (string | TargetField)[],
    records: readonly ImportRecord[],
    { mode = 'add', set = PRODUCT, endpoint = endpointOf() }: Sending = {},
  ): Promise<Sent> {
    const schema = await endpoint.describe(set);
    const layout = layoutOf(codes, mode, schema);
    const writer = endpoint.writer(schema, layout, JOB);
    const answer = await writer.send(records);
    const settle = async (): Promise<readonly RecordResult[]> => (await writer.settle?.(records)) ?? [];
    const found = (ids: readonly string[]) => endpoint.find({ schema, key: '__id', values: ids, layout });
    return { endpoint, schema, layout, answer, settle, found };
  }

  interface Sending {
    readonly mode?: ImportMode;
    readonly set?: string;
    readonly endpoint?: Endpoint;
  }

  interface Sent {
    readonly endpoint: Endpoint;
    readonly schema: TargetSchema;
    readonly layout: RecordLayout;
    readonly answer: Answer;
    readonly settle: () => Promise<readonly RecordResult[]>;
    readonly found: (ids: readonly string[]) => ReturnType<Endpoint['find']>;
  }

  const products = () => unit.control.entities(PRODUCT);
  const ids = () => products().map(({ __id }) => __id);

  describe('are listed as far as the sign-in may read, and a folder of files is none of them:', () => {
    const stock = ['sales/stock/Product', 'sales/stock/Supplier'];
    const cases: readonly (readonly [string, readonly string[], () => Endpoint])[] = [
      ['all for the administrator', ['__/notes/Note', ...stock], () => endpointOf()],
      [
        'all for the unit',
        ['__/notes/Note', ...stock],
        () => endpointOf({ kind: 'bearer', token: unit.access.masterToken }),
      ],
      ['those of a box for who may write in it', stock, () => as('clerk')],
      ['those of a box for who may read in it', stock, () => as('reader')],
    ];
    for (const [whose, expected, endpoint] of cases) {
      it(whose, async () => {
        const targets = await endpoint().listTargets();
        assert.deepEqual(
          targets.map(({ id }) => id),
          expected,
        );
        for (const { id, name, within } of targets) {
          assert.equal([...(within ?? []), name].join('/'), id);
        }
      });
    }
  });

  it('are described with all that decides about values', async () => {
    const { fields, modes, createsProperties, url } = await endpointOf().describe(PRODUCT);
    assert.deepEqual(
      fields.map(({ code, kind, required, hasDefault }) => [code, kind, required, hasDefault]),
      [
        ['__id', 'text', false, true],
        ['__published', 'readOnly', false, true],
        ['__updated', 'readOnly', false, true],
        ['Code', 'multilineText', true, false],
        ['Name', 'multilineText', true, false],
        ['Price', 'number', false, false],
        ['Weight', 'number', false, false],
        ['Ratio', 'number', false, false],
        ['InStock', 'boolean', false, true],
        ['ReleasedAt', 'datetime', false, false],
        ['Tags', 'list', false, false],
        ['Maker', 'object', false, false],
      ],
    );
    assert.deepEqual(modes, ['add', 'replace', 'update', 'addOrReplace']);
    assert.equal(createsProperties, true);
    assert.equal(url, `${unit.access.cellUrl}${PRODUCT}`);
  });

  const ALL = ['__id', 'Code', 'Name', 'Price', 'Weight', 'Ratio', 'InStock', 'ReleasedAt', 'Tags', 'Maker'];
  const FULL: readonly RecordValue[] = [
    'a1',
    'C-1',
    'Tea "green"\n茶 𠮷',
    '-12',
    '0.0000125',
    '12.5',
    'false',
    '2026-11-22T03:04:05.678Z',
    ['b', 'a', 'b'],
    '{"Name":"Kato","Country":"JP"}',
  ];
  const BLANK = ['a2', 'C-2', 'B', '', '', '', '', '', '', ''];

  it('give values of every type back as they were sent, and fill in defaults alone', async () => {
    const { answer, found } = await sending(ALL, [record(1, FULL), record(2, BLANK)]);
    assert.ok(answer.kind === 'committed', JSON.stringify(answer));
    const live = await found(['a1', 'a2', 'a3']);
    assert.deepEqual(
      live.map(({ key, values }) => [key, values]),
      [
        ['a1', FULL],
        ['a2', BLANK.map((value, at) => (ALL[at] === 'InStock' ? 'true' : value))],
      ],
    );
    assert.deepEqual(
      live.map(({ revision }) => revision),
      answer.revisions,
    );
  });

  it('hold what cells of a file say, so that the same file changes nothing a second time', async () => {
    const endpoint = endpointOf();
    const schema = await endpoint.describe(PRODUCT);
    const cells = [
      [
        'a1',
        'C-1',
        'Tea, "green"\n茶',
        '1,200',
        '0.25',
        '1.5',
        'はい',
        '2026-11-22 12:04:05.678',
        'b\na',
        'Kato',
      ],
      ['a2', 'C-2', ' B ', '', '1e-7', '', 'no', '', '', ''],
    ];
    for (const mode of ['addOrReplace', 'update'] as const) {
      const maker = schema.fields.find(({ code }) => code === 'Maker');
      assert.ok(maker !== undefined);
      const plan = { columns: ALL, mode, key: '__id' } as const;
      const layout = mapperLayoutOf(schema, plan);
      const rowsOfFile = cells.map((row) =>
        row.map((cell, at) =>
          ALL[at] === 'Maker' && cell !== '' ? `{"Country": "JP", "Name": "${cell}"}` : cell,
        ),
      );
      const mapped = rowsOfFile.map((row) => {
        const one = mapOne(schema, plan, row);
        assert.ok(isRecord(one), JSON.stringify(one));
        return one;
      });
      const writer = endpoint.writer(schema, layout, JOB);
      if (mode === 'addOrReplace') {
        const answer = await writer.send(mapped);
        assert.equal(answer.kind, 'committed', JSON.stringify(answer));
      }
      const live = await endpoint.find({ schema, key: '__id', values: ['a1', 'a2'], layout });
      assert.deepEqual(
        live.map((one, at) => changesOf(layout, mapped[at] ?? assert.fail(), one)),
        [null, null],
        mode,
      );
      const settled = await writer.settle?.(mapped);
      assert.deepEqual(
        settled?.map(({ kind }) => kind),
        ['committed', 'committed'],
      );
    }
  });

  it('take all kinds of __id: new, looked up, replaced, merged', async () => {
    const odd = [
      "it's",
      'a/b',
      'a?b=c&d',
      'a b',
      'a%20b',
      'a+b',
      'a#b',
      'a\\b',
      "('a')",
      '商品・1',
      '..',
      '$x',
    ];
    const codes = ['__id', 'Code', 'Name'];
    const added = await sending(
      codes,
      odd.map((id, at) => record(at + 1, [id, 'C', 'new'])),
    );
    assert.equal(added.answer.kind, 'committed', JSON.stringify(added.answer));
    assert.deepEqual(ids(), odd);
    for (const mode of ['replace', 'update'] as const) {
      const live = new Map((await added.found(odd)).map((one) => [one.id, one.revision]));
      assert.deepEqual([...live.keys()].sort(), [...odd].sort());
      const changed = await sending(
        codes,
        odd.map((id, at) => record(at + 1, [id, 'C', mode], live.get(id) ?? '')),
        { mode },
      );
      assert.equal(changed.answer.kind, 'committed', JSON.stringify(changed.answer));
      assert.deepEqual(
        products().map(({ __id, Name }) => [__id, Name]),
        odd.map((id) => [id, mode]),
      );
    }
  });

  it('refuse bad rows one by one, at their fields, and keep the others', async () => {
    const { answer } = await sending(
      ['__id', 'Code', 'Name', 'Price', 'Ratio', 'Maker'],
      [
        record(1, ['a1', 'C', 'N', '5', '', '']),
        record(2, ['a2', 'C', 'N', '5.5', '', '']),
        record(3, ['a3', 'C', '', '5', '', '']),
        record(4, ['a4', 'C', 'N', '', '123456.5', '']),
        record(5, ['a5', 'C', 'N', '', '', '{"Country":"JP"}']),
        record(6, ['a1', 'C', 'N', '', '', '']),
        record(7, ['x'.repeat(401), 'C', 'N', '', '', '']),
        record(8, ['a8', 'C', 'N', '', '', '']),
      ],
    );
    assert.ok(answer.kind === 'perRecord', JSON.stringify(answer));
    assert.deepEqual(
      answer.results.map((result) =>
        result.kind === 'rejected' ? [result.code, result.reasons[0]?.field, result.exists] : result.kind,
      ),
      [
        'committed',
        ['PR400-OD-0006', 'Price', undefined],
        ['PR400-OD-0009', 'Name', undefined],
        ['PR400-OD-0006', 'Ratio', undefined],
        ['PR400-OD-0009', 'Maker', undefined],
        ['PR409-OD-0003', undefined, true],
        ['PR400-OD-0006', '__id', undefined],
        'committed',
      ],
    );
    assert.deepEqual(ids(), ['a1', 'a8']);
  });

  it('are replaced whole and merged in part, never over somebody else’s change', async () => {
    const { found } = await sending(ALL, [record(1, FULL)]);
    const [before] = await found(['a1']);
    assert.ok(before !== undefined);
    const merged = await sending(
      ['__id', 'Price', 'Tags', 'Maker'],
      [record(1, ['a1', '7', '', undefined], before.revision)],
      { mode: 'update' },
    );
    assert.ok(merged.answer.kind === 'committed', JSON.stringify(merged.answer));
    const expected = FULL.map((value, at) => ({ Price: '7', Tags: '' })[ALL[at] ?? ''] ?? value);
    assert.deepEqual((await found(['a1']))[0]?.values, expected);

    for (const mode of ['update', 'replace'] as const) {
      const stale = await sending(['__id', 'Code', 'Name'], [record(1, ['a1', 'C', 'x'], before.revision)], {
        mode,
      });
      assert.ok(stale.answer.kind === 'perRecord');
      const [result] = stale.answer.results;
      assert.ok(result?.kind === 'rejected');
      assert.deepEqual([result.code, result.exists], ['PR412-OD-0002', true]);
    }

    const [revision] = merged.answer.revisions;
    const replaced = await sending(['__id', 'Code', 'Name'], [record(1, ['a1', 'C-9', 'R'], revision)], {
      mode: 'replace',
    });
    assert.ok(replaced.answer.kind === 'committed', JSON.stringify(replaced.answer));
    const blank = ALL.map((code) => ({ __id: 'a1', Code: 'C-9', Name: 'R', InStock: 'true' })[code] ?? '');
    assert.deepEqual((await found(['a1']))[0]?.values, blank);
    const [rest] = await replaced.found(['a1']);
    assert.equal(rest?.holdsMore, undefined);
  });

  it('keep the parts of an object that no column stands for, and are found merged', async () => {
    const { found } = await sending(
      ['__id', 'Code', 'Name', 'Maker'],
      [record(1, ['a1', 'C', 'N', '{"Name":"M","Country":"JP"}']), record(2, ['a2', 'C', 'N', ''])],
    );
    const before = await found(['a1', 'a2']);
    const { answer, settle } = await sending(
      ['__id', 'Maker'],
      ['{"Country":null}', '{"Country":"DE"}'].map((maker, at) =>
        record(at + 1, [`a${at + 1}`, maker], before[at]?.revision ?? ''),
      ),
      { mode: 'update' },
    );
    assert.equal(answer.kind, 'committed', JSON.stringify(answer));
    assert.deepEqual(
      (await found(['a1', 'a2'])).map(({ values }) => values[3]),
      ['{"Name":"M"}', '{"Country":"DE"}'],
    );
    assert.deepEqual(
      (await settle()).map(({ kind }) => kind),
      ['committed', 'committed'],
    );
  });

  it('get new properties by the first value, with the type that was chosen, and never by a blank', async () => {
    const created = (code: string, kind: 'multilineText' | 'number' | 'boolean'): TargetField =>
      field({ kind, code, label: code, created: true });
    const columns = [
      '__id',
      'Title',
      created('Stars', 'number'),
      created('Done', 'boolean'),
      created('Zip', 'multilineText'),
    ];
    const options = { set: NOTE, endpoint: endpointOf({ kind: 'bearer', token: unit.access.masterToken }) };
    const { answer } = await sending(columns, [record(1, ['n1', 'T', '', '', ''])], options);
    assert.equal(answer.kind, 'committed');
    const codes = async (): Promise<unknown[]> =>
      (await options.endpoint.describe(NOTE)).fields
        .slice(3)
        .map(({ code, nativeType }) => [code, nativeType]);
    assert.deepEqual(await codes(), [['Title', 'Edm.String']]);
    const more = await sending(columns, [record(2, ['n2', 'T', '4.5', 'true', '0123'])], options);
    assert.equal(more.answer.kind, 'committed');
    assert.deepEqual(await codes(), [
      ['Title', 'Edm.String'],
      ['Stars', 'Edm.Double'],
      ['Done', 'Edm.Boolean'],
      ['Zip', 'Edm.String'],
    ]);
    assert.deepEqual(
      (await more.settle()).map(({ kind }) => kind),
      ['committed'],
    );
  });

  it('whose right is inherited take rows one by one', async () => {
    const { answer } = await sending(['Title'], [record(1, ['A']), record(2, ['B'])], { set: NOTE });
    assert.ok(answer.kind === 'committed', JSON.stringify(answer));
    assert.deepEqual(answer.ids, ['job-7-1', 'job-7-2']);
    assert.equal(unit.control.count(NOTE), 2);
  });

  it('that may only be read say which right is missing', async () => {
    const { answer } = await sending(['Code', 'Name'], [record(1, ['C', 'N'])], { endpoint: as('reader') });
    assert.ok(answer.kind === 'impossible', JSON.stringify(answer));
    assert.equal(answer.message.code, 'personium.needsRight');
    assert.equal(unit.control.count(PRODUCT), 0);
    await assert.rejects(as('clerk').describe(NOTE), (error: unknown) => {
      assert.ok(error instanceof ExpectedError);
      assert.equal(error.detail.code, 'personium.needsRight');
      return true;
    });
  });

  const rows = (count: number): ImportRecord[] =>
    Array.from({ length: count }, (_, at) => record(at + 1, [`C-${at + 1}`, `N-${at + 1}`]));

  it('that are locked, or whose batch takes too long, take the rest later and nothing twice', async () => {
    for (const hooks of [{ batchLock: { from: 2, batches: 1 } }, { batchTimeout: { from: 2, batches: 1 } }]) {
      unit.control.reset();
      unit.control.setHooks(hooks);
      const endpoint = endpointOf();
      const schema = await endpoint.describe(PRODUCT);
      const writer = endpoint.writer(schema, layoutOf(['Code', 'Name'], 'add', schema), JOB);
      const records = rows(5);
      const first = await writer.send(records);
      assert.ok(first.kind === 'perRecord', JSON.stringify(first));
      const again = records.filter((_, at) => first.results[at]?.kind === 'again');
      assert.ok(again.length > 0);
      assert.equal((await writer.send(again)).kind, 'committed');
      assert.equal(unit.control.count(PRODUCT), 5);
      assert.equal(new Set(ids()).size, 5);
    }
  });

  it('that lost a row in their data store leave it open, and looking tells', async () => {
    unit.control.setHooks({ bulkFailure: { at: 1, batches: 1 } });
    const { answer, settle } = await sending(['Code', 'Name'], rows(3));
    assert.ok(answer.kind === 'perRecord');
    assert.deepEqual(
      answer.results.map(({ kind }) => kind),
      ['committed', 'unknown', 'committed'],
    );
    assert.deepEqual(
      (await settle()).map(({ kind }) => kind),
      ['committed', 'again', 'committed'],
    );
  });

  it('whose answer was lost are looked at: what is there was imported, what is not may go again', async () => {
    unit.control.setFaults({ dropAfterCommit: [{ path: '/$batch', times: 1 }] });
    const kept = await sending(['Code', 'Name'], rows(3));
    assert.equal(kept.answer.kind, 'ambiguous', JSON.stringify(kept.answer));
    assert.deepEqual(
      (await kept.settle()).map(({ kind }) => kind),
      ['committed', 'committed', 'committed'],
    );
    unit.control.reset();
    unit.control.setFaults({ dropBeforeCommit: [{ path: '/$batch', times: 1 }] });
    const lost = await sending(['Code', 'Name'], rows(3));
    assert.equal(lost.answer.kind, 'ambiguous', JSON.stringify(lost.answer));
    assert.deepEqual(
      (await lost.settle()).map(({ kind }) => kind),
      ['again', 'again', 'again'],
    );
  });

  it('take 500 rows in one request', async () => {
    const { answer } = await sending(['Code', 'Name'], rows(500));
    assert.equal(answer.kind, 'committed');
    assert.equal(unit.control.count(PRODUCT), 500);
    const { requests } = unit.control.log();
    assert.equal(requests.length, 1);
  });
});
