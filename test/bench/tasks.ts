/** One measured task a process: `node tasks.js TASK FILE` prints what it cost as JSON. */
import { createReadStream, readFileSync } from 'node:fs';
import { parse } from 'csv-parse';
import { createKintoneEndpoint } from '../../src/core/endpoints/kintone/kintoneEndpoint';
import type { Transport } from '../../src/core/endpoints/transport';
import { openTable } from '../../src/core/files/openTable';
import { createMapper } from '../../src/core/mapping/createMapper';
import { matchColumns } from '../../src/core/mapping/matchColumns';
import { layoutOf } from '../../src/core/mapping/layout';
import { isRecord } from '../../src/core/mapping/record';
import type { ImportRecord } from '../../src/core/mapping/record';
import type { TargetSchema } from '../../src/core/mapping/schema';

export interface Cost {
  readonly rows: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Peak of the whole process. */
  readonly rssMb: number;
  readonly firstRowSeconds: number;
  /** Rolling sum over all cells, to compare readers. */
  readonly checksum: number;
}

const [task = '', file = '', schemaFile = ''] = process.argv.slice(2);
let rows = 0;
let checksum = 0;
let firstRowAt = 0;
const start = process.hrtime.bigint();

const TASKS: Readonly<Record<string, () => Promise<void>>> = {
  'csv-parse': async () => {
    const stream = createReadStream(file).pipe(parse({ relax_column_count: true }));
    stream.on('data', skipFirst());
    await new Promise((resolve, reject) => stream.on('end', resolve).on('error', reject));
  },
  read: async () => {
    for await (const batch of (await openTable(file)).rows()) for (const row of batch) count(row.cells);
  },
  pipeline: async () => {
    const table = await openTable(file);
    const schema = JSON.parse(readFileSync(schemaFile, 'utf8')) as TargetSchema;
    const { columns } = matchColumns(table.info.header, schema);
    const layout = layoutOf(schema, { columns, mode: 'add' });
    const mapper = createMapper(schema, layout);
    const endpoint = createKintoneEndpoint({
      baseUrl: 'https://example.cybozu.com',
      transport: sink,
      language: 'en',
    });
    const writer = endpoint.writer(schema, layout);
    let records: ImportRecord[] = [];
    for await (const batch of table.rows()) {
      for (const row of batch) count(row.cells);
      for (const record of mapper.map(batch)) {
        if (isRecord(record)) records.push(record);
        if (records.length < 2000) continue;
        await writer.send(records);
        records = [];
      }
    }
    if (records.length > 0) await writer.send(records);
  },
  'exceljs-stream': async () => {
    const { default: exceljs } = await import('exceljs');
    const reader = new exceljs.stream.xlsx.WorkbookReader(file, {
      styles: 'cache',
      sharedStrings: 'cache',
      worksheets: 'emit',
    });
    const take = skipFirst();
    for await (const sheet of reader) {
      for await (const row of sheet) take((row.values as unknown[]).slice(1).map((value) => textOf(value)));
    }
  },
};

/** Takes every request and keeps nothing: what is measured is all that comes before the network. */
const sink: Transport = {
  request: () =>
    Promise.resolve({ status: 200, headers: {}, body: new TextEncoder().encode('{"results":[]}') }),
};

function count(cells: readonly string[]): void {
  if (rows++ === 0) firstRowAt = secondsSince();
  for (const cell of cells) checksum = (checksum + cell.length) % 4_294_967_291;
}

/** Counts all records but the header. */
function skipFirst(): (cells: readonly string[]) => void {
  let first = true;
  return (cells) => {
    if (!first) count(cells);
    first = false;
  };
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : '';
}

function secondsSince(): number {
  return Number(process.hrtime.bigint() - start) / 1e9;
}

async function main(): Promise<void> {
  const run = TASKS[task];
  if (!run) throw new Error(`no task ${task}`);
  await run();
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const cost: Cost = {
    rows,
    seconds: secondsSince(),
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    rssMb: maxRSS / 1024,
    firstRowSeconds: firstRowAt,
    checksum,
  };
  console.log(JSON.stringify(cost));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
