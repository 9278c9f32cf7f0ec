import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { CASES } from '../cases';
import type { Case } from '../cases';
import { random } from '../random';
import type { Scenario, Stage } from '../scenario';
import type { Job } from '../job';
import { slowWrites } from '../disturb';
import { conclude, jobOf, rowsForRequests } from './common';

/** Long enough for a boundary while a request is under way. */
const LATENCY_MS = 15;

/** The process is killed at the boundary whose number is the seed; another takes the job up. */
export const killsAtBoundaries: Scenario = {
  name: 'kill at every boundary',
  cases: CASES,
  runs: async (kind, stage, quick) => (quick ? 3 : (await boundariesOf(kind, stage)).length),
  run: async (kind, seed, stage, quick) => {
    const job = await slowJob(kind, seed, stage, quick);
    // A quick proof looks at a few of them, spread over those of its requests.
    const killAt = quick ? 36 + ((seed * 7) % 24) : seed;
    await job.liveToEnd((index) => (index === 0 ? { order: { killAt } } : {}));
    return conclude(job, { figures: { kills: job.kills } });
  },
};

/** Killed at random times, four times or until it has ended before. */
export const killsAtRandom: Scenario = {
  name: 'kill at random',
  cases: CASES,
  runs: (_, __, quick) => (quick ? 1 : 300),
  run: async (kind, seed, stage, quick) => {
    const chance = random(seed);
    const job = await slowJob(kind, seed, stage, quick);
    await job.liveToEnd((index) => (index < KILLS ? { killAfterMs: 150 + chance() * 900 } : {}));
    return conclude(job, { figures: { kills: job.kills } });
  },
};

const KILLS = 4;

async function slowJob(kind: Case, seed: number, stage: Stage, quick = false): Promise<Job> {
  const job = await jobOf(kind, seed, rowsForRequests(kind, quick ? 2 : 5), stage);
  await slowWrites(kind, stage.sandbox, LATENCY_MS);
  return job;
}

/** What a job of five requests passes, in its order. */
async function boundariesOf(kind: Case, stage: Stage): Promise<string[]> {
  const job = await slowJob(kind, 0, stage);
  const trace = path.join(stage.below, 'trace');
  await rm(trace, { force: true });
  await job.liveToEnd(() => ({ order: { trace } }));
  await job.remove();
  return readFileSync(trace, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}
