/**
 * Speed and memory, as ratios measured side by side in one run: `npm run bench`, `-- --json FILE` to keep the figures,
 * `-- --quick` with a tenth of the rows, `-- --only NAME` for one of them.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import type { SandboxProcess } from '../e2e/stage/sandbox';
import { ROOT } from '../support/program';
import { PRODUCTS, codeOf, importIntoCell, makeProducts, resumeIntoCell } from './cellRuns';
import { importByCli, journalSeconds } from './cliRun';
import { customersSchema } from './customersSchema';
import { figures, note } from './figures';
import { makeCsv } from './makeInputs';
import { makeWorkbook } from './makeWorkbook';
import { measureChanges } from './measureChanges';
import { compareImporters, tableOf } from './measureImporters';
import { runTask } from './runTask';
import type { Cost } from './tasks';
import { withSandbox } from './withSandbox';

const { values: flags } = parseArgs({
  options: { json: { type: 'string' }, quick: { type: 'boolean', default: false }, only: { type: 'string' } },
});

const SCALE = flags.quick ? 10 : 1;
const REPEATS = flags.quick ? 1 : 3;
const inputs = path.join(ROOT, 'out/bench');

const SECTIONS: Readonly<Record<string, () => Promise<void>>> = {
  csv: measureCsv,
  workbook: measureWorkbook,
  badRows: measureBadRows,
  latency: measureLatency,
  importers: measureImporters,
  million: measureMillion,
  changes: () => measureChanges(inputs, SCALE),
  cell: measureCell,
  cellKilled: measureCellKilled,
};

async function main(): Promise<void> {
  if (flags.only !== undefined && !(flags.only in SECTIONS)) {
    throw new Error(`no figures "${flags.only}"; there are ${Object.keys(SECTIONS).join(', ')}`);
  }
  mkdirSync(inputs, { recursive: true });
  await build({
    absWorkingDir: ROOT,
    entryPoints: ['test/bench/tasks.ts'],
    outfile: 'out/bench/tasks.cjs',
    bundle: true,
    platform: 'node',
    packages: 'external',
    logLevel: 'error',
  });
  for (const [name, measure] of Object.entries(SECTIONS)) {
    if (flags.only === undefined || flags.only === name) await measure();
  }
  if (flags.json !== undefined) writeFileSync(flags.json, `${JSON.stringify(figures, null, 2)}\n`);
  const missed = figures.filter(({ met }) => met === false).length;
  console.log(`\n${figures.length} figures, ${missed} goals missed`);
}

async function measureCsv(): Promise<void> {
  const utf8 = await makeCsv(inputs, 400_000 / SCALE);
  const sjis = await makeCsv(inputs, 400_000 / SCALE, { encoding: 'shift_jis' });
  const schema = await customersSchema(inputs);
  const [plain, read, japanese, pipeline] = await sideBySide([
    ['csv-parse', utf8.file],
    ['read', utf8.file],
    ['read', sjis.file],
    ['pipeline', utf8.file, schema],
  ]);
  same(plain, read);
  same(read, japanese);
  note(
    'CSV with exact places, CPU against csv-parse alone',
    read.cpuSeconds / plain.cpuSeconds,
    '×',
    '≤ 1.5',
    (x) => x <= 1.5,
  );
  note(
    'parse + map + check + serialise, CPU against parse',
    pipeline.cpuSeconds / read.cpuSeconds,
    '×',
    '≤ 1.6',
    (x) => x <= 1.6,
  );
  note(
    'Shift_JIS with true places, CPU against UTF-8',
    japanese.cpuSeconds / read.cpuSeconds,
    '×',
    '≤ 1.3',
    (x) => x <= 1.3,
  );
  note('CSV reader, rows per second', read.rows / read.seconds, 'rows/s');
  note('CSV reader, peak memory', read.rssMb, 'MB');
}

async function measureWorkbook(): Promise<void> {
  const file = await makeWorkbook(inputs, 100_000 / SCALE, 20);
  const [ours, theirs] = await sideBySide([
    ['read', file],
    ['exceljs-stream', file],
  ]);
  note(
    'worksheet reader, speed against exceljs’ stream reader',
    theirs.cpuSeconds / ours.cpuSeconds,
    '×',
    '≥ 2',
    (x) => x >= 2,
  );
  note(
    'worksheet reader, memory against exceljs’ stream reader',
    ours.rssMb / theirs.rssMb,
    '×',
    '≤ 0.5',
    (x) => x <= 0.5,
  );
  note('worksheet reader, first row', ours.firstRowSeconds, 's', '< 1', (x) => x < 1);
  note('worksheet reader, peak memory', ours.rssMb, 'MB', '≤ 150', (x) => x <= 150);
}

async function measureBadRows(): Promise<void> {
  const { file, rows } = await makeCsv(inputs, 10_000, { badEvery: 100 });
  await withSandbox(async (sandbox, jobs) => {
    const run = await importByCli(sandbox, file, jobs);
    const kept = (await sandbox.records('1')).length;
    note('good rows in, of 10,000 with 100 bad ones', kept, 'rows', '9,900', (x) => x === rows - 100);
    note('requests for them', (await sandbox.writes('1')).length, 'requests');
    note('exit code', run.exitCode ?? -1, '', '2', (x) => x === 2);
  });
}

async function measureLatency(): Promise<void> {
  const one = await sendingAt500Ms(40_000 / SCALE, 1);
  note('time with a request at a server of 500 ms a request', one.share * 100, '%', '≥ 90', (x) => x >= 90);
  if (flags.quick) return; // too few requests for four at once
  const four = await sendingAt500Ms(160_000, 4);
  note('four requests at once, speed against one', four.pace / one.pace, '×', '≥ 3.5', (x) => x >= 3.5);
}

/** Requests per second, and the share of the time in which one is with the server, all lanes taken together. */
async function sendingAt500Ms(rows: number, lanes: number): Promise<{ pace: number; share: number }> {
  const { file } = await makeCsv(inputs, rows);
  let writes: readonly { readonly at: number; readonly ms: number }[] = [];
  await withSandbox(async (sandbox, jobs) => {
    await sandbox.slowDown({ perRequest: 500, perRecord: 0 });
    await importByCli(sandbox, file, jobs, ['--lanes', String(lanes)]);
    // Without the first ones, in which the lanes are opened.
    writes = (await sandbox.writes('1'))
      .slice(lanes - 1)
      .map(({ time, ms }) => ({ at: Date.parse(time), ms }));
  });
  const [first, ...others] = writes;
  const span = Math.max(...writes.map(({ at }) => at)) - (first?.at ?? 0);
  const there = others.reduce((sum, { ms }) => sum + ms, 0);
  return { pace: (others.length / span) * 1000, share: there / lanes / span };
}

/** The official command line and ours, on the same files and the same machine. */
async function measureImporters(): Promise<void> {
  const comparisons = await compareImporters(inputs, SCALE, flags.quick ? 1 : 5);
  console.log(tableOf(comparisons));
  for (const { what, official, ours } of comparisons) {
    note(`${what}, time against the official CLI’s`, ours.seconds / official.seconds, '×');
    note(`${what}, peak memory against the official CLI’s`, ours.rssMb / official.rssMb, '×');
    note(`${what}, records stored by the official CLI`, official.stored, 'records');
    note(`${what}, records stored by ours`, ours.stored, 'records');
  }
}

async function measureMillion(): Promise<void> {
  const { file, rows, bytes } = await makeCsv(inputs, 1_000_000 / SCALE);
  await withSandbox(async (sandbox, jobs) => {
    const run = await importByCli(sandbox, file, jobs);
    const records = await sandbox.records('1');
    const codes = new Set(records.map((record) => record['顧客コード']));
    note('rows × 10 columns by the CLI', rows, 'rows');
    note('size of the file', bytes / 1e6, 'MB');
    note('rows per second, check and journal included', rows / run.seconds, 'rows/s');
    note('peak memory of the CLI', run.rssMb, 'MB', '< 200', (x) => x < 200);
    note('rows lost', rows - codes.size, 'rows', '0', (x) => x === 0);
    note('rows doubled', records.length - codes.size, 'rows', '0', (x) => x === 0);
    note(
      'speed of the last tenth against the middle',
      run.lastTenth / run.middleTenth,
      '×',
      '≥ 0.9',
      (x) => x >= 0.9,
    );
    const journal = await journalSeconds(jobs);
    note('journal, share of the time', (journal / run.seconds) * 100, '%', '≤ 5', (x) => x <= 5);
  });
}

const CELL_ROWS = 100_000 / SCALE;

/** Rows into an entity set of a Personium cell by `$batch`. */
async function measureCell(): Promise<void> {
  const file = await makeProducts(inputs, CELL_ROWS);
  await withSandbox(async (sandbox, jobs) => {
    const run = await importIntoCell(sandbox, file, jobs);
    note('rows into an entity set by the CLI', CELL_ROWS, 'rows');
    note('rows per second into an entity set', CELL_ROWS / run.seconds, 'rows/s');
    note('peak memory of the CLI', run.rssMb, 'MB', '< 200', (x) => x < 200);
    await noteEntities(sandbox);
  });
}

/** The same, killed five times on the way and taken up each time. */
async function measureCellKilled(): Promise<void> {
  const file = await makeProducts(inputs, CELL_ROWS);
  await withSandbox(async (sandbox, jobs) => {
    const kills = 5;
    let killed = 0;
    for (let k = 1; k <= kills; k++) {
      const at = (CELL_ROWS * k) / (kills + 1);
      const run = await (k === 1
        ? importIntoCell(sandbox, file, jobs, at)
        : resumeIntoCell(sandbox, jobs, at));
      if (run.exitCode === null) killed++;
    }
    const last = await resumeIntoCell(sandbox, jobs);
    note('times the import was killed and taken up', killed, 'kills', String(kills), (x) => x === kills);
    note('exit code of the last run', last.exitCode ?? -1, '', '0', (x) => x === 0);
    note('peak memory of the CLI when it takes an import up', last.rssMb, 'MB', '< 200', (x) => x < 200);
    await noteEntities(sandbox);
  });
}

/** Seen from the cell's side: by what identifies each row, not by the ids that we gave. */
async function noteEntities(sandbox: SandboxProcess): Promise<void> {
  const entities = await sandbox.entities(PRODUCTS);
  const codes = new Set(entities.map(({ Code }) => Code));
  let lost = 0;
  for (let n = 1; n <= CELL_ROWS; n++) if (!codes.has(codeOf(n))) lost++;
  note('rows lost', lost, 'rows', '0', (x) => x === 0);
  note('rows doubled', entities.length - codes.size, 'rows', '0', (x) => x === 0);
}

/** Each task several times, in turns, so that a busy moment of the machine meets all of them; medians by CPU time. */
async function sideBySide<const T extends readonly [string, ...string[]][]>(
  tasks: T,
): Promise<{ [K in keyof T]: Cost }> {
  const costs: Cost[][] = tasks.map(() => []);
  for (let i = 0; i < REPEATS; i++) {
    for (const [k, task] of tasks.entries()) costs[k]?.push(await runTask(task));
  }
  return costs.map(
    (runs) => runs.sort((a, b) => a.cpuSeconds - b.cpuSeconds)[Math.floor(runs.length / 2)],
  ) as {
    [K in keyof T]: Cost;
  };
}

function same(a: Cost, b: Cost): void {
  if (a.rows !== b.rows || a.checksum !== b.checksum) throw new Error('two readers do not agree');
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
