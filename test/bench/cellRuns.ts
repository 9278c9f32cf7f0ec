import { createWriteStream, existsSync } from 'node:fs';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { SandboxProcess } from '../e2e/stage/sandbox';
import { runCli, type CliRun } from './cliRun';

export const PRODUCTS = 'sales/stock/Product';

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
): Promise<CliRun> {
  const args = ['import', file, '--cell-url', sandbox.cell.cellUrl, '--entity-set', PRODUCTS];
  return runCli([...args, '--jobs', jobs], signedIn(sandbox), killAt);
}

/** Takes the one job of a folder up again. */
export async function resumeIntoCell(
  sandbox: SandboxProcess,
  jobs: string,
  killAt?: number,
): Promise<CliRun> {
  const [jobId = ''] = await readdir(jobs);
  return runCli(['resume', jobId, '--jobs', jobs], signedIn(sandbox), killAt);
}

function signedIn({ cell: { username, password } }: SandboxProcess): Record<string, string> {
  return { PERSONIUM_USERNAME: username, PERSONIUM_PASSWORD: password };
}
