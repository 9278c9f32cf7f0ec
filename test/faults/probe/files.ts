import * as real from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { durable, failureOf, passes } from './probe';

/** Stands in for `node:fs/promises` where jobs are kept: every change of a file is a boundary and may fail. */

export * from 'node:fs/promises';

const CHANGES = ['write', 'writeFile', 'datasync', 'sync', 'truncate'] as const;

type Change = (...args: unknown[]) => Promise<unknown>;

export async function open(...args: Parameters<typeof real.open>): Promise<FileHandle> {
  const handle = await real.open(...args);
  const [file, flags = 'r'] = args;
  // Reading alone changes nothing; folders are opened for reading and then synced.
  const changes = flags === 'r' ? (['sync', 'datasync'] as const) : CHANGES;
  const own = handle as unknown as Record<string, Change>;
  for (const name of changes) {
    const change = own[name]?.bind(handle);
    if (change === undefined) continue;
    own[name] = async (...given) => {
      const result = await disturbed(`${name} ${nameOf(file)}`, change, given);
      const isSync = name === 'sync' || name === 'datasync';
      if (isSync && nameOf(file) === 'journal.log') durable((await handle.stat()).size);
      return result;
    };
  }
  return handle;
}

export function rename(...args: Parameters<typeof real.rename>): Promise<void> {
  return disturbed(`rename ${nameOf(args[1])}`, real.rename as Change, args) as Promise<void>;
}

async function disturbed(name: string, change: Change, args: readonly unknown[]): Promise<unknown> {
  passes(`before ${name}`);
  const failure = failureOf();
  if (failure !== undefined) {
    if (failure.half === true) await writeHalf(name, change, args);
    throw Object.assign(new Error(`${failure.code}: ${name}`), { code: failure.code });
  }
  const result = await change(...args);
  passes(`after ${name}`);
  return result;
}

async function writeHalf(name: string, change: Change, args: readonly unknown[]): Promise<void> {
  const [bytes, start, length, position] = args as [Buffer, number?, number?, number?];
  if (!name.startsWith('write ') || length === undefined) return;
  await change(bytes, start, Math.floor(length / 2), position);
}

function nameOf(file: unknown): string {
  return typeof file === 'string' ? path.basename(file) : 'file';
}
