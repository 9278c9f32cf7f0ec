import { spawn } from 'node:child_process';
import path from 'node:path';

/** The repository's folder. */
export const ROOT = path.resolve(__dirname, '../..');

export interface ProgramOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Asked every second: how long (ms) the program may still take, once there is a limit. */
  readonly graceMs?: () => number | null;
}

/**
 * Runs a Node script with this process's Node, its output streamed to ours.
 *
 * @returns its exit code; 1 when it was ended by a signal, or by us because its time was up
 */
export function runNode(args: readonly string[], options: ProgramOptions = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    let end = Number.POSITIVE_INFINITY;
    const timer = setInterval(() => {
      const grace = options.graceMs?.() ?? null;
      if (grace !== null) end = Math.min(end, Date.now() + grace);
      if (Date.now() > end) child.kill('SIGKILL');
    }, 1000);
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(timer);
      resolve(code ?? 1);
    });
  });
}
