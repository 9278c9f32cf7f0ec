import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import type { ReadOptions, TableInfo } from '../files/row';
import { ExpectedError } from '../message';
import { isDefinition } from './definitionGuards';
import type { JobDefinition } from './job';

export function definitionPath(folder: string): string {
  return path.join(folder, 'job.json');
}
/** The frozen copy of the file: what is imported is what was submitted. */
export function inputPath(folder: string): string {
  return path.join(folder, 'input.bin');
}
export function journalPath(folder: string): string {
  return path.join(folder, 'journal.log');
}
export function controlPath(folder: string): string {
  return path.join(folder, 'control');
}
/** Where a torn end of the journal is kept. */
export function tornPath(folder: string, now: number): string {
  return path.join(folder, `journal.torn-${now}`);
}

const JOB_ID = /^\d{8}-\d{6}-[0-9a-f]{8}$/;

/** A folder name that sorts by time: `20251122-053312-9f86d081` (UTC). */
export function newJobId(now: number): string {
  const digits = new Date(now).toISOString().replaceAll(/\D/g, '');
  return `${digits.slice(0, 8)}-${digits.slice(8, 14)}-${randomBytes(4).toString('hex')}`;
}

export function isJobId(name: string): boolean {
  return JOB_ID.test(name);
}

/** Folder of a job; throws on an id that could lead anywhere else. */
export function jobFolder(jobsFolder: string, id: string): string {
  if (!isJobId(id)) throw new ExpectedError({ code: 'job.notFound' });
  return path.join(jobsFolder, id);
}

/** Makes the folder with the frozen copy of the input, durable. `job.json` comes last: without it there is no job. */
export async function freezeInput(folder: string, source: string): Promise<{ size: number; sha256: string }> {
  await mkdir(controlPath(folder), { recursive: true });
  const hash = createHash('sha256');
  const from = await open(source, 'r');
  try {
    const to = await open(inputPath(folder), 'w');
    try {
      let size = 0;
      const buffer = Buffer.allocUnsafe(1 << 18);
      for (;;) {
        const { bytesRead } = await from.read(buffer, 0, buffer.length, null);
        if (bytesRead === 0) break;
        const bytes = buffer.subarray(0, bytesRead);
        hash.update(bytes);
        await to.writeFile(bytes);
        size += bytesRead;
      }
      await to.datasync();
      return { size, sha256: hash.digest('hex') };
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}

/** Writes `job.json`, durable when it resolves. From then on the job exists. */
export async function writeDefinition(folder: string, definition: JobDefinition): Promise<void> {
  const part = `${definitionPath(folder)}.part`;
  const file = await open(part, 'w');
  try {
    await file.writeFile(JSON.stringify(definition, null, 2));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(part, definitionPath(folder));
  await syncFolder(folder);
  await syncFolder(path.dirname(folder));
}

/** Reads `job.json`. Throws `ExpectedError` (`job.definitionDamaged`) when it is not one of ours; system errors as they come. */
export async function readDefinition(folder: string): Promise<JobDefinition> {
  const text = await readFile(definitionPath(folder), 'utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ExpectedError({ code: 'job.definitionDamaged' }, { cause: error });
  }
  if (!isDefinition(value)) throw new ExpectedError({ code: 'job.definitionDamaged' });
  return value;
}

/** How to read the frozen input again: nothing that was decided at submission is detected anew. */
export function readAgain(info: TableInfo): ReadOptions {
  return info.format === 'csv'
    ? { encoding: info.encoding, delimiter: info.delimiter }
    : { sheet: info.sheet };
}

/** Makes the names in a folder durable. Windows can't open a folder for syncing; there the rename alone has to do. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
