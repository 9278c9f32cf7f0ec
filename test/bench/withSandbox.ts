import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SandboxProcess } from '../e2e/stage/sandbox';

/** Works against a sandbox in a process of its own, with an empty folder for the jobs. */
export async function withSandbox(
  work: (sandbox: SandboxProcess, jobs: string) => Promise<void>,
): Promise<void> {
  const sandbox = await SandboxProcess.start();
  const jobs = mkdtempSync(path.join(tmpdir(), 'bench-'));
  try {
    await work(sandbox, jobs);
  } finally {
    await sandbox.stop();
    rmSync(jobs, { recursive: true, force: true });
  }
}
