import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SandboxProcess } from '../e2e/stage/sandbox';
import { ROOT } from '../support/program';

export interface Importing {
  readonly exitCode: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Peak of the process, as the system counts it. */
  readonly rssMb: number;
  /** Requests of any kind that reached the app. */
  readonly requests: number;
  /** Records that the app has afterwards. */
  readonly stored: number;
}

export type Importer = 'official' | 'ours';

const CUSTOMERS = '1';

/** Imports a file into an empty customers app with one of the two command lines, in a process of its own. */
export async function importWith(importer: Importer, file: string, latencyMs: number): Promise<Importing> {
  const sandbox = await SandboxProcess.start();
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-'));
  try {
    await sandbox.slowDown({ perRequest: latencyMs, perRecord: 0 });
    const usage = path.join(folder, 'usage.json');
    const { baseUrl, username, password } = sandbox.access;
    const args = ARGS[importer](file, folder, baseUrl);
    const start = performance.now();
    const child = spawn(process.execPath, ['--require', path.join(__dirname, 'usage.cjs'), ...args], {
      stdio: 'ignore',
      env: {
        ...process.env,
        IMPORTED_FILES_USAGE: usage,
        KINTONE_USERNAME: username,
        KINTONE_PASSWORD: password,
      },
    });
    const [exitCode] = (await once(child, 'exit')) as [number];
    const seconds = (performance.now() - start) / 1000;
    const used = JSON.parse(readFileSync(usage, 'utf8')) as { cpuSeconds: number; rssMb: number };
    const requests = await sandbox.calls(CUSTOMERS);
    return { exitCode, seconds, ...used, requests, stored: await sandbox.count(CUSTOMERS) };
  } finally {
    await sandbox.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const ARGS: Readonly<Record<Importer, (file: string, folder: string, baseUrl: string) => string[]>> = {
  official: (file, _folder, baseUrl) => [
    path.join(ROOT, 'node_modules/@kintone/cli/cli.js'),
    'record',
    'import',
    ...['--base-url', baseUrl, '--app', CUSTOMERS, '--file-path', file],
  ],
  ours: (file, folder, baseUrl) => [
    path.join(ROOT, 'dist/cli.js'),
    'import',
    file,
    ...['--base-url', baseUrl, '--app', CUSTOMERS, '--jobs', path.join(folder, 'jobs')],
  ],
};
