import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { acquire, jobKey } from './ownership';
import { isOfOtherHost } from './host';
import { definitionPath, isJobId, journalPath, readDefinition } from './jobFolder';
import { JournalDamaged, JournalReader } from './journal';
import { isTerminal } from './stages';

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Removes the jobs whose time of submission is more than `days` ago and that have ended, or have lost their owner before
 * anything was sent. What was begun and not ended stays: nobody else knows which of its rows are where. Zero or fewer
 * days keep everything. Answers the ids of what was removed.
 */
export async function removeExpired(jobsFolder: string, days: number, now: number): Promise<string[]> {
  if (!(days > 0)) return [];
  const removed: string[] = [];
  const names = await readdir(jobsFolder).catch(() => []);
  for (const id of names.filter(isJobId)) {
    const folder = path.join(jobsFolder, id);
    const submittedAt = await submissionTime(folder);
    if (submittedAt === null || submittedAt + days * DAY_MS >= now) continue;
    if ((await hasLooseEnds(folder)) || !(await removeJob(folder))) continue;
    removed.push(id);
  }
  return removed;
}

/** Something was sent and the job has not ended, or another machine may be at work on it. */
async function hasLooseEnds(folder: string): Promise<boolean> {
  const reader = new JournalReader(journalPath(folder));
  try {
    await reader.read();
  } catch (error) {
    // A damaged journal is that of a job that has failed. One that can't be read for a moment is looked at later.
    return !(error instanceof JournalDamaged);
  }
  const { stage, intents, host } = reader.state;
  return !isTerminal(stage) && (intents > 0 || (host !== null && isOfOtherHost({ host })));
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
