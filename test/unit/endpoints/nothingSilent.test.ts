import assert from 'node:assert/strict';
import type { Endpoint } from '../../../src/core/endpoints/endpoint';
import { createUndiciTransport } from '../../../src/core/endpoints/undiciTransport';
import { createMapper } from '../../../src/core/mapping/createMapper';
import { layoutOf } from '../../../src/core/mapping/layout';
import type { RecordLayout } from '../../../src/core/mapping/layout';
import { isRecord } from '../../../src/core/mapping/record';
import type { ImportRecord } from '../../../src/core/mapping/record';
import { meaningOf } from '../../../src/core/mapping/sameValue';
import type { TargetField, TargetSchema } from '../../../src/core/mapping/schema';
import { EVERYTHING } from '../../../src/sandbox/apps/everything';
import { startSandbox } from '../../../src/sandbox/server';
import type { Sandbox } from '../../../src/sandbox/server';
import { rowOf } from '../mapping/support';
import { administratorsEndpoint } from './support';

/** The app with every type of field, with numbers that hold little. */
const NARROW = {
  ...EVERYTHING,
  id: '91',
  numberPrecision: { digits: 5, decimalPlaces: 1, roundingMode: 'UP' },
} as const;

/** What people, programs and mischief put into cells. */
const CELLS: readonly string[] = [
  ...['0', '-0', '+1', '1.5', '1.25', '1.00005', '0.00001', '.5', '5.', '1e3', '1E-7', '1e400', '-1e-400'],
  ...[
    '1e999999999999',
    '9'.repeat(40),
    `0.${'9'.repeat(40)}`,
    '999999999999.99995',
    '1234567890123',
    '12345',
  ],
  ...[
    '1,000',
    '1,5',
    '1.000,5',
    '１２３',
    '￥1,000',
    '12abc',
    '0x10',
    'NaN',
    'Infinity',
    '1 2',
    '٣',
    '½',
    '5²',
    '--1',
  ],
  ...[
    '2026-02-29',
    '2024-02-29',
    '2026-1-2',
    '2026/1/2',
    '2026-01',
    '2026',
    '20260102',
    '0999-12-31',
    '10000-01-01',
  ],
  ...[
    '令和元年5月1日',
    '平成31年4月30日',
    '平成31年5月1日',
    '昭和64年1月7日',
    '明治5年12月2日',
    'R8.1.2',
    '45000',
  ],
  ...[
    '2026-01-02 03:04',
    '2026-01-02T03:04:59Z',
    '2026-01-02T03:04:05+09:00',
    '2026-01-02 24:00',
    '2026-03-08 02:30',
  ],
  ...[
    '9999-12-31 23:59',
    '1000-01-01 00:00',
    '1821-01-02 03:04',
    '9:30',
    '23:59:59',
    '24:00',
    '午後3時半',
    '0.5',
  ],
  ...[
    'A',
    'a',
    'Ａ',
    ' A',
    'A ',
    'A ,B',
    '[角]',
    '赤',
    '赤\n青',
    '赤,青',
    '赤、緑',
    '松',
    'X',
    'X\nX',
    '1',
    'p',
    'q\n',
  ],
  ...[
    'sato',
    'SATO',
    'sato\nsato',
    'nobody',
    'dev',
    'everyone',
    'C-1',
    'https://example.com/',
    'a@b',
    '03-0000-0000',
  ],
  ...[
    'javascript:alert(1)',
    ' https://example.com/ ',
    'x'.repeat(65),
    '😀'.repeat(33),
    '😀'.repeat(10),
    'が',
    'か\u3099',
  ],
  ...[
    ' ',
    '\u3000',
    '\u00a0',
    '\t',
    'a\tb',
    'a\nb',
    'a\r\nb',
    '<script>',
    '"',
    '\\',
    '__proto__',
    'null',
    '\ufeffx',
    '\u2028',
  ],
];

const CODES = ['', 'sato', 'SATO', 'sato\nsato', 'nobody', 'dev', 'everyone', '__proto__', ' ', '1', 'C-1'];

describe('odd cells of every field', function () {
  this.timeout(60_000);
  const transport = createUndiciTransport();
  let sandbox: Sandbox;
  let endpoint: Endpoint;

  before(async () => {
    sandbox = await startSandbox({ moreApps: [NARROW], samples: false });
    endpoint = administratorsEndpoint(sandbox, transport);
  });
  after(async () => {
    await transport.close();
    await sandbox.close();
  });

  for (const [app, least, tried] of [
    ['7', 500, isCell],
    ['91', 20, ({ kind }: TargetField) => kind === 'number'],
  ] as const) {
    it(`are refused or kept with their meaning, in app ${app}`, async () => {
      const schema = await endpoint.describe(app);
      let kept = 0;
      for (const field of schema.fields) {
        for (const inner of field.fields ?? [field]) {
          if (!tried(inner) || inner.code === 'key') continue;
          kept += await tryCells(schema, field, inner);
        }
      }
      assert.ok(kept > least, `only ${kept} were kept at all`);
    });
  }

  function isCell({ kind, onlyWhenAdding }: TargetField): boolean {
    return kind !== 'readOnly' && kind !== 'recordNumber' && kind !== 'files' && onlyWhenAdding !== true;
  }

  /** How many of the cells the service kept. */
  async function tryCells(schema: TargetSchema, field: TargetField, inner: TargetField): Promise<number> {
    const inTable = field !== inner;
    const text = inTable ? { table: field.code, field: inner.code } : field.code;
    // A row of the details has to have its text.
    const rowText = field.code === 'details' && inner.code !== 'row_text';
    const columns = ['key', text, ...(rowText ? [{ table: 'details', field: 'row_text' }] : [])];
    const layout = layoutOf(schema, { columns, mode: 'add' });
    const mapper = createMapper(schema, layout, { timeZone: 'America/New_York' });
    // Those refused without a word about the row have to be tried apart.
    const named = !['users', 'organizations', 'groups'].includes(inner.kind) && inner.lookup === undefined;
    const cells = named ? CELLS : CODES;
    const rows = cells.map((cell, at) => rowOf([`${inner.code}-${at}`, cell, 'x'], undefined, at + 1));
    const records = [...mapper.map(rows), ...mapper.end()].filter(isRecord);
    sandbox.control.reset();
    const sent = await sendAll(schema, layout, records);
    const stored = new Map(sandbox.control.records(schema.id).map((one) => [one.key, one]));
    for (const { row, values } of sent) {
      const record = stored.get(`${inner.code}-${row - 1}`);
      assert.ok(record !== undefined);
      const place = layout.fields.findIndex((one) => one.field === field);
      const value = values[place];
      const cell = JSON.stringify(cells[row - 1]);
      if (!inTable) {
        if (value === undefined) continue;
        assert.equal(meaning(inner, record[field.code]), meaningOf(inner, value), `${field.code} ${cell}`);
      } else if (typeof value === 'object' && 'rows' in value) {
        const [first] = record[field.code] as unknown as Record<string, unknown>[];
        const at = layout.fields[place]?.inner?.findIndex((one) => one.field === inner) ?? -1;
        const one = value.rows[0]?.values[at];
        if (one === undefined) continue;
        assert.equal(meaning(inner, first?.[inner.code]), meaningOf(inner, one), `${inner.code} ${cell}`);
      }
    }
    return sent.length;
  }

  function meaning(field: TargetField, value: unknown): string {
    return meaningOf(
      field,
      Array.isArray(value) ? (value as string[]) : typeof value === 'string' ? value : '',
    );
  }

  /** Those that the service takes; what it refuses has been told. */
  async function sendAll(
    schema: TargetSchema,
    layout: RecordLayout,
    records: readonly ImportRecord[],
  ): Promise<readonly ImportRecord[]> {
    if (records.length === 0) return [];
    const answer = await endpoint.writer(schema, layout).send(records.slice(0, 2000));
    if (answer.kind === 'committed') return records;
    assert.ok(answer.kind === 'rejected', JSON.stringify(answer));
    const bad = new Set(answer.rows.map(({ index }) => index));
    if (bad.size > 0)
      return sendAll(
        schema,
        layout,
        records.filter((_, index) => !bad.has(index)),
      );
    if (records.length === 1) return [];
    const half = Math.ceil(records.length / 2);
    return [
      ...(await sendAll(schema, layout, records.slice(0, half))),
      ...(await sendAll(schema, layout, records.slice(half))),
    ];
  }
});
