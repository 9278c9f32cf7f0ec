import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { open, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { SandboxProcess } from '../e2e/stage/sandbox';
import { ROOT } from '../support/program';

export interface CliRun {
  /** Null when it was killed. */
  readonly exitCode: number | null;
  readonly seconds: number;
  /** Peak of the process as the system counts it. */
  readonly rssMb: number;
}

export interface AppImport extends CliRun {
  /** Rows per second of the last and of the middle tenth of the requests. */
  readonly lastTenth: number;
  readonly middleTenth: number;
}

/** Runs `dist/cli.js` as a person types it. `killAt`: SIGKILL as soon as so many rows are imported. */
export async function runCli(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  killAt = Infinity,
): Promise<CliRun> {
  const start = Date.now();
  const child = spawn(process.execPath, [path.join(ROOT, 'dist/cli.js'), ...args, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  let rssMb = 0;
  const watching = setInterval(() => (rssMb = Math.max(rssMb, peakOf(child.pid))), 100);
  const closed = once(child, 'close') as Promise<[number | null]>;
  for await (const line of createInterface({ input: child.stdout })) {
    const { counts } = JSON.parse(line) as { counts?: { imported: number } };
    if (counts !== undefined && counts.imported >= killAt) child.kill('SIGKILL');
  }
  const [exitCode] = await closed;
  clearInterval(watching);
  return { exitCode, seconds: (Date.now() - start) / 1000, rssMb };
}

/** Imports a file into the customers app. */
export async function importByCli(
  sandbox: SandboxProcess,
  file: string,
  jobs: string,
  options: readonly string[] = [],
): Promise<AppImport> {
  const app = sandbox.app('1');
  const before = (await sandbox.writes(app.id)).length;
  const target = ['--base-url', sandbox.access.baseUrl, '--app', app.id];
  const run = await runCli(['import', file, ...target, '--jobs', jobs, ...options], {
    KINTONE_API_TOKEN: app.apiToken,
  });
  const writes = (await sandbox.writes(app.id))
    .slice(before)
    .map(({ time, records }) => ({ at: Date.parse(time), records }));
  return { ...run, lastTenth: paceOf(writes, 0.9), middleTenth: paceOf(writes, 0.45) };
}

/** Takes the newest import of a folder back. */
export async function undoByCli(sandbox: SandboxProcess, jobs: string): Promise<CliRun> {
  const newest = (await readdir(jobs)).sort().at(-1) ?? '';
  return runCli(['undo', newest, '--jobs', jobs], { KINTONE_API_TOKEN: sandbox.app('1').apiToken });
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
function peakOf(pid: number | undefined): number {
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
