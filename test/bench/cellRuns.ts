import { spawn } from 'node:child_process';
import { createWriteStream, existsSync } from 'node:fs';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { SandboxProcess } from '../e2e/stage/sandbox';
import { ROOT } from '../support/program';
import { peakOf } from './cliRun';

export const PRODUCTS = 'sales/stock/Product';

export interface CellRun {
  /** Null when it was killed. */
  readonly exitCode: number | null;
  readonly seconds: number;
  /** Peak of the process as the system counts it. */
  readonly rssMb: number;
}

/** Writes products that an entity set accepts without exception; the same for the same number. */
export async function makeProducts(folder: string, rows: number): Promise<string> {
  const file = path.join(folder, `products-${rows}.csv`);
  if (existsSync(file)) return file;
  const out = createWriteStream(file);
  out.write('Code,Name,Price,Weight,InStock,ReleasedAt\n');
  for (let n = 1; n <= rows; n++) {
    const day = `2025-${String((n % 12) + 1).padStart(2, '0')}-${String((n % 28) + 1).padStart(2, '0')}`;
    const line = `${codeOf(n)},製品 ${n},${n % 100_000},${n / 8},${n % 3 > 0},${day}T09:00:00.${String(n % 1000).padStart(3, '0')}Z\n`;
    if (!out.write(line)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'close');
  return file;
}

export function codeOf(n: number): string {
  return `P-${String(n).padStart(8, '0')}`;
}

/** Imports a file into the entity set with `dist/cli.js`, as a person types it. */
export function importIntoCell(
  sandbox: SandboxProcess,
  file: string,
  jobs: string,
  killAt?: number,
): Promise<CellRun> {
  const args = ['import', file, '--cell-url', sandbox.cell.cellUrl, '--entity-set', PRODUCTS];
  return runCli(sandbox, [...args, '--jobs', jobs], killAt);
}

/** Takes the one job of a folder up again. */
export async function resumeIntoCell(
  sandbox: SandboxProcess,
  jobs: string,
  killAt?: number,
): Promise<CellRun> {
  const [jobId = ''] = await readdir(jobs);
  return runCli(sandbox, ['resume', jobId, '--jobs', jobs], killAt);
}

/** `killAt`: SIGKILL as soon as so many rows are imported. */
async function runCli(sandbox: SandboxProcess, args: readonly string[], killAt = Infinity): Promise<CellRun> {
  const { username, password } = sandbox.cell;
  const start = Date.now();
  const child = spawn(process.execPath, [path.join(ROOT, 'dist/cli.js'), ...args, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PERSONIUM_USERNAME: username, PERSONIUM_PASSWORD: password },
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
