import { access, open, readdir } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { definitionPath, isJobId, journalPath } from './jobFolder';

/** Longer than most last records, which name rows by ranges. */
const TAIL = 4096;

/**
 * Whether a folder of jobs holds one that has not ended, as far as the ends of the journals tell. Cheap: no journal is
 * read as a whole, and the first such job ends the search. A doubt counts as a job that has not ended.
 */
export async function hasOpenJob(jobsFolder: string): Promise<boolean> {
  const names = await readdir(jobsFolder).catch(() => []);
  // A job that runs is one of the newest.
  for (const id of names.filter(isJobId).sort().reverse()) {
    if (!(await hasEnded(path.join(jobsFolder, id)))) return true;
  }
  return false;
}

/** A folder that never became a job, or of which only a part could be removed, has ended as well. */
async function hasEnded(folder: string): Promise<boolean> {
  try {
    if (!(await isThere(definitionPath(folder)))) return true;
    const journal = await openOrNull(journalPath(folder));
    if (journal === null) return false;
    try {
      return endsWithDone(await lastLine(journal));
    } finally {
      await journal.close();
    }
  } catch {
    return false;
  }
}

async function openOrNull(file: string): Promise<FileHandle | null> {
  try {
    return await open(file, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

async function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    (error: unknown) => !(error instanceof Error && 'code' in error && error.code === 'ENOENT'),
  );
}

/** The last line that has its line feed; what stands behind it makes it none. */
async function lastLine(file: FileHandle): Promise<string> {
  const { size } = await file.stat();
  for (let length = Math.min(TAIL, size); length > 0; length = Math.min(length * 8, size)) {
    const bytes = Buffer.alloc(length);
    await file.read(bytes, 0, length, size - length);
    if (bytes.at(-1) !== 10) return '';
    const before = bytes.lastIndexOf(10, -2);
    if (before >= 0 || length === size) return bytes.toString('utf8', before + 1, length - 1);
  }
  return '';
}

/** Whether a line of a journal ends its job. */
function endsWithDone(line: string): boolean {
  const record: unknown = JSON.parse(line.slice(line.indexOf('{')));
  return typeof record === 'object' && record !== null && 'type' in record && record.type === 'DONE';
}
