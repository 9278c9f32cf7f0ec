import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { acquire, jobKey } from './ownership';
import { definitionPath, isJobId, readDefinition } from './jobFolder';

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Removes the jobs whose time of submission is more than `days` ago and that have ended or lost their owner. A job that
 * somebody works on stays. Zero or fewer days keep everything. Answers the ids of what was removed.
 */
export async function removeExpired(jobsFolder: string, days: number, now: number): Promise<string[]> {
  if (!(days > 0)) return [];
  const removed: string[] = [];
  const names = await readdir(jobsFolder).catch(() => []);
  for (const id of names.filter(isJobId)) {
    const folder = path.join(jobsFolder, id);
    const submittedAt = await submissionTime(folder);
    if (submittedAt !== null && submittedAt + days * DAY_MS < now && (await removeJob(folder)))
      removed.push(id);
  }
  return removed;
}

/** Removes a job's folder unless somebody works on the job; answers whether it is gone. */
export async function removeJob(folder: string): Promise<boolean> {
  const ownership = await acquire(jobKey(folder));
  if (!ownership) return false;
  try {
    // Without it there is no job: one whose files are half gone must not look as if nothing had been sent.
    await rm(definitionPath(folder), { force: true, maxRetries: 3 });
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    return true;
  } finally {
    await ownership.release();
  }
}

/** Folders that never became a job count from the time they were made. */
async function submissionTime(folder: string): Promise<number | null> {
  try {
    return (await readDefinition(folder)).submittedAt;
  } catch {
    const made = await stat(folder).catch(() => null);
    return made?.isDirectory() ? made.mtimeMs : null;
  }
}
