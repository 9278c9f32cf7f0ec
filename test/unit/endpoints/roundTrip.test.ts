import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Endpoint, LiveRecord } from '../../../src/core/endpoints/endpoint';
import { createUndiciTransport } from '../../../src/core/endpoints/undiciTransport';
import { openTable } from '../../../src/core/files/openTable';
import { quoteCell } from '../../../src/core/files/writeCsv';
import { changesOf } from '../../../src/core/mapping/changes';
import type { Changes } from '../../../src/core/mapping/changes';
import { createMapper } from '../../../src/core/mapping/createMapper';
import { layoutOf } from '../../../src/core/mapping/layout';
import type { RecordLayout } from '../../../src/core/mapping/layout';
import { checkColumns, matchColumns } from '../../../src/core/mapping/matchColumns';
import type { ColumnPlan, ColumnUse } from '../../../src/core/mapping/plan';
import { isRecord } from '../../../src/core/mapping/record';
import type { ImportRecord } from '../../../src/core/mapping/record';
import type { TargetField, TargetSchema } from '../../../src/core/mapping/schema';
import { startSandbox } from '../../../src/sandbox/server';
import type { Sandbox } from '../../../src/sandbox/server';
import { Client, customer } from '../sandbox/client';
import { CUSTOMERS, Random, sampleOf } from './randomValues';
import type { Sample } from './randomValues';
import { administratorsEndpoint } from './support';

type Plain = Readonly<Record<string, unknown>>;
type PlainRow = Record<string, unknown>;

/** A file as rows of cells, its header first. */
type Cells = string[][];

/** A file as it was read, and what it would change. */
interface Reading {
  readonly schema: TargetSchema;
  readonly layout: RecordLayout;
  readonly columns: ColumnPlan;
  readonly found: readonly {
    readonly record: ImportRecord;
    readonly live: LiveRecord;
    readonly changes: Changes | null;
  }[];
}

const FILES = { 'メモ.txt': 'memo', 'b 2.bin': 'bb', "it's 100%.csv": 'a,b' };
const RECORDS = 30;

for (const [id, key] of [
  ['6', '注文番号'],
  ['7', 'key'],
] as const) {
  for (const form of ['command line', 'kintone'] as const) {
    for (const seed of seeds()) {
      describe(`records of app ${id} that go out in the form of ${form} and come back, seed ${seed}`, function () {
        this.timeout(30_000);
        const transport = createUndiciTransport();
        let sandbox: Sandbox;
        let client: Client;
        let endpoint: Endpoint;
        let folder = '';
        const random = new Random(seed);

        before(async () => {
          sandbox = await startSandbox({ samples: false });
          client = new Client(sandbox.kintone);
          endpoint = administratorsEndpoint(sandbox, transport);
          folder = await mkdtemp(join(tmpdir(), 'round-trip-'));
          for (const [name, content] of Object.entries(FILES)) await writeFile(join(folder, name), content);
          for (const code of CUSTOMERS) {
            await client.call('POST', 'record', { app: 1, record: customer(code) });
          }
          await addRecords();
        });
        after(async () => {
          await transport.close();
          await sandbox.close();
          await rm(folder, { recursive: true });
        });

        it('changes nothing when nothing was edited', async () => {
          const { found } = await read(await exported());
          assert.equal(found.length, RECORDS);
          for (const { record, changes } of found) {
            assert.equal(changes, null, `${record.key}: ${JSON.stringify(changes)}`);
          }
        });

        it('changes the edited fields of the edited records and nothing else', async () => {
          const cells = await exported();
          const { columns, schema } = await read(cells);
          const before = new Map(sandbox.control.records(id).map((one) => [cellOf(one.$id), one]));
          const edited = edit(cells, columns, schema, before);
          const reading = await read(cells);
          for (const { live, changes } of reading.found) {
            assert.equal(changes?.problems, undefined, JSON.stringify(changes?.problems));
            const codes = reading.layout.fields.flatMap(({ field }, at) =>
              changes?.values[at] === undefined ? [] : [field.code],
            );
            const wanted = edited.get(live.id);
            const differing = Object.keys(wanted ?? {}).filter(
              (code) => !sameJson(wanted?.[code], before.get(live.id)?.[code]),
            );
            assert.deepEqual(codes.sort(), differing.sort(), JSON.stringify([live.id, wanted, changes]));
          }
          await send(reading);
          for (const after of sandbox.control.records(id)) {
            const { $id, $revision, ...rest } = after;
            const old = before.get(cellOf($id)) ?? {};
            const wanted = { ...old, ...edited.get(cellOf($id)) };
            const changed = Object.keys(wanted).some((code) => !sameJson(wanted[code], old[code]));
            assert.equal(Number($revision), Number(old.$revision) + (changed ? 1 : 0));
            for (const [code, value] of Object.entries(rest)) {
              assert.deepEqual(comparable(value), comparable(wanted[code]), `${cellOf($id)} ${code}`);
            }
          }
        });

        async function addRecords(): Promise<void> {
          const { fields } = await endpoint.describe(id);
          const records: unknown[] = [];
          for (let count = 0; count < RECORDS; count++) {
            const record: Record<string, unknown> = {};
            for (const field of fields) {
              const value = await wireOf(field);
              if (value !== undefined) record[field.code] = { value };
            }
            records.push(record);
          }
          const { status, body } = await client.call('POST', 'records', { app: id, records });
          assert.equal(status, 200, JSON.stringify(body));
        }

        async function wireOf(field: TargetField): Promise<unknown> {
          if (field.kind === 'readOnly' || field.kind === 'recordNumber' || field.onlyWhenAdding === true) {
            return undefined;
          }
          if (field.kind === 'table') {
            const rows: unknown[] = [];
            for (let count = random.below(6); count > 0; count--) {
              const value: Record<string, unknown> = {};
              for (const inner of field.fields ?? []) {
                const one = await wireOf(inner);
                if (one !== undefined) value[inner.code] = { value: one };
              }
              rows.push({ value });
            }
            return rows;
          }
          const inTable = field.code.startsWith('row_');
          // Tables with attachments can't be changed by a file that has no columns for them.
          const files = inTable && form === 'kintone' ? [] : Object.keys(FILES);
          const { wire } = sampleOf(random, field, files);
          return field.kind === 'files' ? upload(wire as readonly string[]) : wire;
        }

        async function upload(names: readonly string[]): Promise<object[]> {
          const keys: object[] = [];
          for (const name of names) {
            const data = new FormData();
            data.append('file', new Blob([FILES[name as keyof typeof FILES]]), name);
            keys.push({ fileKey: (await client.send('POST', 'file', data)).body.fileKey });
          }
          return keys;
        }

        async function exported(): Promise<Cells> {
          if (form === 'command line')
            return commandLineForm(await endpoint.describe(id), sandbox, id, random);
          const text = sandbox.control.exportText(id, { timeZone: 'Asia/Tokyo' });
          return cellsOf(text);
        }

        async function cellsOf(text: string): Promise<Cells> {
          const path = join(folder, 'exported.csv');
          await writeFile(path, text);
          const table = await openTable(path);
          const cells: Cells = [[...table.info.header]];
          for await (const rows of table.rows()) cells.push(...rows.map((row) => [...row.cells]));
          return cells;
        }

        async function read(cells: Cells): Promise<Reading> {
          const path = join(folder, 'edited.csv');
          await writeFile(
            path,
            cells.map((row) => row.map((cell) => quoteCell(cell, ',')).join(',')).join('\r\n'),
          );
          const table = await openTable(path, { encoding: 'utf-8' });
          assert.deepEqual(table.info.header, cells[0]);
          const schema = await endpoint.describe(id);
          const purpose = { mode: 'update', key } as const;
          const match = matchColumns(table.info.header, schema, purpose);
          assert.equal(checkColumns(match, table.info.header), null);
          assert.deepEqual(match.unmatched, []);
          const layout = layoutOf(schema, { ...purpose, columns: match.columns });
          const mapper = createMapper(schema, layout, { timeZone: 'Asia/Tokyo', attachmentsFolder: folder });
          const mapped = [];
          for await (const rows of table.rows()) mapped.push(...mapper.map(rows));
          mapped.push(...mapper.end());
          const records = mapped.map((one) => {
            assert.ok(isRecord(one), JSON.stringify(one));
            return one;
          });
          const values = records.map((record) => record.key ?? '');
          const live = await endpoint.find({ schema, key, values, layout });
          const found = records.map((record) => {
            const one = live.find((candidate) => candidate.key === record.key);
            assert.ok(one !== undefined, `not found: ${JSON.stringify(record.key)}`);
            return { record, live: one, changes: changesOf(layout, record, one) };
          });
          return { schema, layout, columns: match.columns, found };
        }

        /** Edits some cells; the fields that were edited, as they are to be then, by record. */
        function edit(
          cells: Cells,
          columns: ColumnPlan,
          schema: TargetSchema,
          before: ReadonlyMap<string, Plain>,
        ): Map<string, Record<string, unknown>> {
          const edited = new Map<string, Record<string, unknown>>();
          const start = columns.findIndex(
            (use) => typeof use === 'object' && use !== null && 'startsRecord' in use,
          );
          const keyColumn = columns.indexOf(key);
          const idOf = new Map([...before.values()].map((one) => [one[key], cellOf(one.$id)]));
          let lines: string[][] = [];
          let rowIn = 0;
          for (const [at, line] of cells.slice(1).entries()) {
            rowIn = line[start] === '*' ? 0 : rowIn + 1;
            if (rowIn === 0) {
              const next = cells.findIndex((other, index) => index > at + 1 && other[start] === '*');
              lines = cells.slice(at + 1, next < 0 ? undefined : next);
            }
            const recordId = idOf.get(lines[0]?.[keyColumn] ?? '') ?? '';
            const old = before.get(recordId);
            assert.ok(old !== undefined);
            if (!random.chance(40)) continue;
            for (const [column, use] of columns.entries()) {
              if (use === null || !random.chance(6)) continue;
              const wanted = edited.get(recordId) ?? {};
              editCell(lines, column, use, schema, { old, wanted, rowIn });
              if (Object.keys(wanted).length > 0) edited.set(recordId, wanted);
            }
          }
          return edited;
        }

        function editCell(
          lines: readonly string[][],
          column: number,
          use: ColumnUse,
          schema: TargetSchema,
          { old, wanted, rowIn }: { old: Plain; wanted: Record<string, unknown>; rowIn: number },
        ): void {
          const target = placeOf(use, schema);
          if (target === null || target.field.code === key || target.field.onlyWhenAdding === true) return;
          if (target.field.lookup !== undefined) return;
          const { field, table, option } = target;
          if (table === null && rowIn > 0) return;
          const holder = table === null ? wanted : rowOf(old, wanted, table, rowIn);
          if (holder === undefined) return;
          const current = table === null ? (wanted[field.code] ?? old[field.code]) : holder[field.code];
          const sample =
            option === undefined
              ? sampleOf(random, field, Object.keys(FILES))
              : toggled(field, current, option);
          if (field.required && sample.cell === '' && option === undefined) return;
          if (field.required && Array.isArray(sample.plain) && sample.plain.length === 0) return;
          // What is outside of tables stands in every line of a record, or in the first one only.
          for (const [at, line] of lines.entries()) {
            if (at === rowIn || (table === null && line[column] !== '')) line[column] = sample.cell;
          }
          holder[field.code] = kept(field, sample);
        }

        async function send({ schema, layout, found }: Reading): Promise<void> {
          const writer = endpoint.writer(schema, layout);
          const batch: ImportRecord[] = [];
          for (const { record, live, changes } of found) {
            if (changes === null) continue;
            const values = await Promise.all(changes.values.map(async (value) => uploadedValue(value)));
            batch.push({ ...record, values, update: { id: live.id, revision: live.revision } });
          }
          const answer = await writer.send(batch);
          assert.equal(answer.kind, 'committed', JSON.stringify(answer));

          async function uploadedValue(
            value: ImportRecord['values'][number],
          ): Promise<ImportRecord['values'][number]> {
            if (typeof value !== 'object') return value;
            if ('rows' in value) {
              const rows = [];
              for (const row of value.rows) {
                rows.push({ ...row, values: await Promise.all(row.values.map(uploadedValue)) });
              }
              return { rows };
            }
            if (!('files' in value)) return value;
            const files = [];
            for (const file of value.files) {
              const uploaded = await writer.upload(file);
              assert.ok(uploaded.kind === 'uploaded');
              files.push({ ...file, fileKey: uploaded.fileKey });
            }
            return { files };
          }
        }
      });
    }
  }
}

function seeds(): number[] {
  const given = process.env.ROUND_TRIP_SEEDS;
  return given === undefined ? [1, 2] : Array.from({ length: Number(given) }, (_, at) => at + 1);
}

/** Codes as headings, `*`, the rows' ids and the paths of files, as the official command line exports. */
function commandLineForm(schema: TargetSchema, sandbox: Sandbox, id: string, random: Random): Cells {
  const header = ['*'];
  for (const field of schema.fields) {
    if (field.kind === 'readOnly' && field.readOnlyBecause === 'notAValue') continue;
    header.push(field.code, ...(field.fields ?? []).map(({ code }) => code));
  }
  const cells: Cells = [header];
  for (const record of sandbox.control.records(id)) {
    const tables = schema.fields.filter(({ kind }) => kind === 'table');
    const height = Math.max(1, ...tables.map(({ code }) => (record[code] as unknown as PlainRow[]).length));
    for (let at = 0; at < height; at++) {
      const repeat = at === 0 || random.chance(50);
      const line = [at === 0 ? '*' : ''];
      for (const field of schema.fields) {
        if (field.kind === 'readOnly' && field.readOnlyBecause === 'notAValue') continue;
        if (field.kind === 'table') {
          const row = (record[field.code] as unknown as PlainRow[])[at];
          line.push(cellOf(row?.id), ...(field.fields ?? []).map(({ code }) => cellOf(row?.[code])));
        } else if (field.kind === 'recordNumber') {
          line.push(cellOf(record.$id));
        } else {
          line.push(repeat ? cellOf(record[field.code]) : '');
        }
      }
      cells.push(line);
    }
  }
  return cells;
}

function cellOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(cellOf).join('\n');
  if (typeof value === 'object' && value !== null && 'name' in value) return String(value.name);
  return typeof value === 'string' ? value : '';
}

interface Place {
  readonly field: TargetField;
  readonly table: TargetField | null;
  readonly option?: string;
}

function placeOf(use: ColumnUse, schema: TargetSchema): Place | null {
  const find = (fields: readonly TargetField[] | undefined, code: string): TargetField => {
    const field = fields?.find((one) => one.code === code);
    assert.ok(field !== undefined);
    return field;
  };
  if (typeof use === 'string') return { field: find(schema.fields, use), table: null };
  if ('startsRecord' in use || 'rowIdsOf' in use || 'creates' in use || 'feeds' in use) return null;
  const option = use.option === undefined ? {} : { option: use.option };
  if (!('table' in use)) return { field: find(schema.fields, use.field), table: null, ...option };
  const table = find(schema.fields, use.table);
  return { field: find(table.fields, use.field), table, ...option };
}

/** The row that is edited, its table copied from what was there; undefined below the last row. */
function rowOf(
  old: Plain,
  wanted: Record<string, unknown>,
  table: TargetField,
  rowIn: number,
): PlainRow | undefined {
  const rows = old[table.code] as readonly PlainRow[];
  if (rowIn >= rows.length) return undefined;
  wanted[table.code] ??= structuredClone(rows);
  return (wanted[table.code] as PlainRow[])[rowIn];
}

function toggled(field: TargetField, current: unknown, option: string): Sample {
  const chosen = (field.options ?? []).filter(
    (one) => (Array.isArray(current) && current.includes(one)) !== (one === option),
  );
  return { wire: chosen, plain: chosen, cell: chosen.includes(option) ? '1' : '' };
}

function kept(field: TargetField, sample: Sample): unknown {
  if (field.kind === 'files') return (sample.plain as readonly string[]).map((name) => ({ name }));
  return sample.plain;
}

function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(comparable(a)) === JSON.stringify(comparable(b));
}

/** Without what a new row or another upload gives, and without blank rows; numbers and line ends in one form. */
function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable).filter((one) => !isBlankRow(one));
  if (typeof value === 'string') {
    return /^-?\d+\.\d*0$/.test(value) ? value.replace(/\.?0+$/, '') : value.replaceAll(/\r\n?/g, '\n');
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== 'id' && name !== 'size' && name !== 'contentType')
      .map(([name, one]) => [name, comparable(one)]),
  );
}

function isBlankRow(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((one) => String(one ?? '').trim() === '')
  );
}
