import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../support/program';
import type { Cost } from './tasks';

/** Runs one task of `tasks.ts` in a process of its own. */
export async function runTask(task: readonly [string, ...string[]]): Promise<Cost> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    path.join(ROOT, 'out/bench/tasks.cjs'),
    ...task,
  ]);
  return JSON.parse(stdout) as Cost;
}
