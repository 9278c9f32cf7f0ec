import { copyFileSync, cpSync, existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Journal } from '../../../src/core/jobs/journal';
import { CASES } from '../cases';
import type { Case } from '../cases';
import { random } from '../random';
import type { ProbeOrder } from '../probe/order';
import type { RunResult, Scenario, Stage } from '../scenario';
import { conclude, interruptedJob, jobOf } from './common';

/** Rows of a job that only has to meet a fault. */
const FEW = 30;

const FAILURES: readonly Omit<NonNullable<ProbeOrder['fail']>, 'at'>[] = [
  { code: 'ENOSPC', times: 1, half: true },
  { code: 'EIO', times: 2 },
];

/** The n-th change of a file in the job folder fails, and perhaps the next one; n by the seed. */
export const fullDisk: Scenario = {
  name: 'disk full or broken at every call',
  cases: CASES,
  firstPlace: 0,
  runs: (_, __, quick) => (quick ? 1 : 40 * FAILURES.length),
  run: async (kind, seed, stage, quick) => {
    const job = await jobOf(kind, seed, FEW, stage);
    const failure = FAILURES[seed % FAILURES.length];
    const at = quick ? 16 : 1 + Math.floor(seed / FAILURES.length);
    await job.liveToEnd((index) =>
      index === 0 && failure !== undefined ? { order: { fail: { at, ...failure } } } : {},
    );
    return conclude(job);
  },
};

/**
 * A power cut leaves any part of what was written after the last record that was made durable: the journal of a job that
 * was killed is cut there, byte by byte.
 */
export const tornJournals: Scenario = {
  name: 'journal torn at every byte',
  cases: CASES,
  firstPlace: 0,
  // Fewer bytes than that are on their way at once.
  runs: (_, __, quick) => (quick ? 1 : 200),
  run: async (kind, seed, stage, quick) => {
    const synced = path.join(stage.below, 'synced');
    rmSync(synced, { force: true });
    const job = await interruptedJob(kind, stage, quick ? 3 : 2, { synced });
    const journal = path.join(job.folder, 'journal.log');
    const bytes = readFileSync(journal);
    const durable = existsSync(synced) ? Number(readFileSync(synced, 'utf8')) : 0;
    // What came after it may be there in part, or be anything: here it is what an answer looks like.
    const more = Buffer.concat([bytes, bytes.subarray(bytes.lastIndexOf(10, -2) + 1)]);
    writeFileSync(journal, more);
    truncateSync(journal, durable + ((quick ? 0 : seed) % Math.max(1, more.length - durable)));
    await job.liveToEnd(() => ({}));
    return conclude(job);
  },
};

/** One bit of the journal of a killed job is another: it must be found, or change nothing. A block of bytes a run. */
export const flippedBits: Scenario = {
  name: 'every bit of a journal flipped',
  cases: CASES,
  firstPlace: 0,
  runs: async (kind, stage, quick) => {
    if (quick) return 1;
    const job = await interruptedJob(kind, stage, 2);
    const { length } = readFileSync(path.join(job.folder, 'journal.log'));
    await job.remove();
    return Math.ceil(length / BLOCK);
  },
  run: async (kind, seed, stage, quick) => {
    const job = await interruptedJob(kind, stage, quick ? 3 : 2);
    const journal = path.join(job.folder, 'journal.log');
    const good = readFileSync(journal);
    const block = quick ? 8 : BLOCK;
    const first = quick ? 150 : seed * BLOCK;
    const silent: Buffer[] = [];
    let bits = 0;
    for (let at = first; at < Math.min(first + block, good.length); at++) {
      for (let bit = 0; bit < 8; bit++) {
        const bad = Buffer.from(good);
        bad[at] = (bad[at] ?? 0) ^ (1 << bit);
        bits++;
        if (!(await isFound(job.folder, bad))) silent.push(bad);
      }
    }
    // What is not found has to change nothing: the job is taken up with one of them. Damage that is found is refused.
    const taken = silent[Math.floor(random(seed)() * silent.length)];
    if (taken !== undefined) writeFileSync(journal, taken);
    await job.liveToEnd(() => ({}));
    return conclude(job, { figures: { bits, 'taken for torn': silent.length } });
  },
};

const BLOCK = 64;

async function isFound(folder: string, journal: Buffer): Promise<boolean> {
  const copy = `${folder}.flipped`;
  cpSync(folder, copy, { recursive: true });
  try {
    writeFileSync(path.join(copy, 'journal.log'), journal);
    await (await Journal.open(copy)).close();
    return false;
  } catch {
    return true;
  } finally {
    rmSync(copy, { recursive: true });
  }
}

/** The file is written anew while it is imported: what was submitted is imported. */
export const changedInput: Scenario = {
  name: 'file changed meanwhile',
  cases: CASES,
  runs: (_, __, quick) => (quick ? 1 : 20),
  run: (kind, _, stage) => changeWhileRunning(kind, stage),
};

async function changeWhileRunning(kind: Case, stage: Stage): Promise<RunResult> {
  const job = await interruptedJob(kind, stage);
  copyFileSync(path.join(job.folder, 'job.json'), job.file);
  await job.liveToEnd(() => ({}));
  return conclude(job);
}
