import type { SandboxProcess } from '../e2e/stage/sandbox';
import { importByCli, undoByCli, type CliRun } from './cliRun';
import { note } from './figures';
import { makeCsv } from './makeInputs';
import { withSandbox } from './withSandbox';

const EMPLOYEES = '従業員数';

/** Changes of records that are there, each written down as it was before, and taking these back. */
export async function measureChanges(folder: string, scale: number): Promise<void> {
  const rows = 100_000 / scale;
  const added = await makeCsv(folder, rows);
  const changed = await makeCsv(folder, rows, { changed: true });
  await withSandbox(async (sandbox, jobs) => {
    await importByCli(sandbox, added.file, jobs);
    const before = await employees(sandbox);
    const update = ['--mode', 'update', '--key', '顧客コード'];
    noteRun('changes by a key', rows, await importByCli(sandbox, changed.file, jobs, update));
    const after = await employees(sandbox);
    note(
      'rows that changed nothing',
      [...after].filter(([code, n]) => n === before.get(code)).length,
      'rows',
    );
    noteRun('taking the changes back', rows, await undoByCli(sandbox, jobs));
    const back = await employees(sandbox);
    const different = [...before].filter(([code, n]) => n !== back.get(code)).length;
    note('records that are not as they were', different, 'records', '0', (x) => x === 0);
  });
}

async function employees(sandbox: SandboxProcess): Promise<ReadonlyMap<unknown, unknown>> {
  return new Map((await sandbox.records('1')).map((record) => [record['顧客コード'], record[EMPLOYEES]]));
}

function noteRun(what: string, rows: number, { exitCode, seconds, rssMb }: CliRun): void {
  note(`${what}, exit code`, exitCode ?? -1, '', '0', (x) => x === 0);
  note(`${what}, rows per second`, rows / seconds, 'rows/s');
  note(`${what}, peak memory of the CLI`, rssMb, 'MB', '< 200', (x) => x < 200);
}
