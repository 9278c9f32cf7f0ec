import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { CASES, shareOf } from '../cases';
import type { Case } from '../cases';
import { slowWrites } from '../disturb';
import type { Job, Life } from '../job';
import { random } from '../random';
import type { Scenario, Stage } from '../scenario';
import { conclude, smallJob } from './common';

/** Long enough for a boundary while a request is under way. */
const LATENCY_MS = 10;

/** The process is killed at the boundary whose number is the seed; another takes the job up. */
export const killsAtBoundaries: Scenario = {
  name: 'kill at every boundary',
  cases: CASES,
  firstPlace: 1,
  runs: async (kind, stage, quick) => (quick ? 3 : (await boundariesOf(kind, stage)).length),
  run: async (kind, seed, stage, quick) => {
    const job = await slowJob(kind, quick ? 3 : 5, stage);
    // A quick proof looks at a few of them, spread over those of its requests.
    const killAt = quick ? 8 + ((seed * 7) % 24) : seed;
    await job.liveToEnd((index) => (index === 0 ? { order: { killAt } } : {}));
    return conclude(job, { figures: { kills: job.kills } });
  },
};

/** Killed again and again until it has ended: at boundaries by chance, and at any time in between. */
export const killsAtRandom: Scenario = {
  name: 'kill at random',
  cases: CASES,
  runs: (_, __, quick) => (quick ? 1 : 200),
  goal: (kind) => ({ figure: 'kills', count: shareOf(kind, 1000) }),
  run: async (kind, seed, stage, quick) => {
    const chance = random(seed);
    const job = await slowJob(kind, quick ? 3 : 24, stage);
    const most = quick ? 3 : 40;
    await job.liveToEnd((index) => (index < most ? lifeByChance(chance) : {}));
    return conclude(job, { figures: { kills: job.kills } });
  },
};

function lifeByChance(chance: () => number): Life {
  return chance() < 0.5
    ? { order: { killAt: 1 + Math.floor(chance() * 40) } }
    : { killAfterMs: chance() * 150 };
}

async function slowJob(kind: Case, requests: number, stage: Stage): Promise<Job> {
  const job = await smallJob(kind, requests, stage);
  await slowWrites(kind, stage.sandbox, LATENCY_MS);
  return job;
}

/** What a job of five requests passes, in its order. */
async function boundariesOf(kind: Case, stage: Stage): Promise<string[]> {
  const job = await slowJob(kind, 5, stage);
  const trace = path.join(stage.below, 'trace');
  await rm(trace, { force: true });
  await job.liveToEnd(() => ({ order: { trace } }));
  await job.remove();
  return readFileSync(trace, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}
