import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { open, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { SandboxProcess } from '../e2e/stage/sandbox';
import { ROOT } from '../support/program';

export interface CliRun {
  readonly exitCode: number;
  readonly seconds: number;
  /** Peak of the process as the system counts it. */
  readonly rssMb: number;
  /** Rows per second of the last and of the middle tenth of the requests. */
  readonly lastTenth: number;
  readonly middleTenth: number;
}

/** Imports a file into the customers app with `dist/cli.js`, as a person types it. */
export async function importByCli(sandbox: SandboxProcess, file: string, jobs: string): Promise<CliRun> {
  const { baseUrl } = sandbox.access;
  const app = sandbox.app('1');
  const start = Date.now();
  const child = spawn(
    process.execPath,
    [
      path.join(ROOT, 'dist/cli.js'),
      'import',
      file,
      '--base-url',
      baseUrl,
      '--app',
      app.id,
      '--jobs',
      jobs,
      '--json',
    ],
    { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, KINTONE_API_TOKEN: app.apiToken } },
  );
  let rssMb = 0;
  const watching = setInterval(() => (rssMb = Math.max(rssMb, peakOf(child.pid))), 100);
  const [exitCode] = (await once(child, 'exit')) as [number];
  clearInterval(watching);
  const seconds = (Date.now() - start) / 1000;
  const writes = (await sandbox.writes(app.id)).map(({ time, records }) => ({
    at: Date.parse(time),
    records,
  }));
  return { exitCode, seconds, rssMb, lastTenth: paceOf(writes, 0.9), middleTenth: paceOf(writes, 0.45) };
}

/** Rows per second of the tenth of the requests that begins at a share of all. */
function paceOf(writes: readonly { at: number; records: number }[], from: number): number {
  const tenth = writes.slice(Math.floor(writes.length * from), Math.ceil(writes.length * (from + 0.1)));
  const [first] = tenth;
  const last = tenth.at(-1);
  if (!first || !last || last.at === first.at) return Number.NaN;
  return (tenth.slice(1).reduce((sum, { records }) => sum + records, 0) / (last.at - first.at)) * 1000;
}

/** The kernel's peak of a process so far, in MB. */
export function peakOf(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid ?? 0}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0; // ended in between, or a system without /proc
  }
}

/** How long it takes to write the journals in a folder again, with a sync at each INTENT as the engine does it. */
export async function journalSeconds(jobs: string): Promise<number> {
  let seconds = 0;
  for (const job of await readdir(jobs)) {
    const lines = (await readFile(path.join(jobs, job, 'journal.log'), 'utf8')).split(/(?<=\n)/);
    const copy = await open(path.join(jobs, job, 'journal.copy'), 'w');
    const start = performance.now();
    for (const line of lines) {
      await copy.write(line);
      if (line.includes('INTENT')) await copy.datasync();
    }
    seconds += (performance.now() - start) / 1000;
    await copy.close();
  }
  return seconds;
}
