import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { acquire, jobKey } from './ownership';
import { isOfOtherHost } from './host';
import { definitionPath, isJobId, journalPath, readDefinition, syncFolder } from './jobFolder';
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
    const { time, isJob } = await submissionOf(folder);
    if (time === null || time + days * DAY_MS >= now) continue;
    if ((isJob && (await hasLooseEnds(folder))) || !(await removeJob(folder))) continue;
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
    await syncFolder(folder).catch(ignoreGone);
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    return true;
  } finally {
    await ownership.release();
  }
}

function ignoreGone(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
}

/** Folders that never became a job, or of which only a part could be removed, count from the time they were changed. */
async function submissionOf(
  folder: string,
): Promise<{ readonly time: number | null; readonly isJob: boolean }> {
  try {
    return { time: (await readDefinition(folder)).submittedAt, isJob: true };
  } catch (error) {
    const made = await stat(folder).catch(() => null);
    const isJob = !(error instanceof Error && 'code' in error && error.code === 'ENOENT');
    return { time: made?.isDirectory() ? made.mtimeMs : null, isJob };
  }
}

/**
 * The time by which ages are told. It is never later than what the clock said at first and what has passed since by one
 * that nobody sets: a clock that is set forward makes no job old, and one that is set back makes none older.
 */
export class AgeClock {
  readonly #wall: () => number;
  readonly #monotonic: () => number;
  readonly #ahead: number;

  constructor(wall: () => number = Date.now, monotonic: () => number = () => performance.now()) {
    this.#wall = wall;
    this.#monotonic = monotonic;
    this.#ahead = wall() - monotonic();
  }

  now(): number {
    return Math.min(this.#wall(), this.#ahead + this.#monotonic());
  }
}
