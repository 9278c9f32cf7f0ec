import { CASES } from '../cases';
import type { Case } from '../cases';
import { disturbWrites, writesOf } from '../disturb';
import type { Disturbed } from '../disturb';
import type { RunResult, Scenario, Stage } from '../scenario';
import { conclude, jobOf, rowsForRequests } from './common';

/** So late a request may be kept whose connection has gone; shorter than an import waits before it believes. */
const LATE_MS = 60;

/** Every fifth answer is lost after its request was kept. */
export const lostAnswers: Scenario = {
  name: 'lost answers',
  cases: CASES,
  runs: (_, __, quick) => (quick ? 1 : 50),
  run: (kind, seed, stage, quick) =>
    underFaults(kind, seed, stage, manyRows(kind, quick), [{ kind: 'dropAfterCommit', probability: 0.2 }]),
};

/** Lost requests, lost answers, late and double deliveries, and kills, all at once. */
export const allTogether: Scenario = {
  name: 'all together',
  cases: CASES,
  runs: (_, __, quick) => (quick ? 1 : 110),
  run: async (kind, seed, stage, quick) => {
    const job = await jobOf(kind, seed, manyRows(kind, quick), stage);
    await disturbWrites(kind, stage.sandbox, seed, [
      { kind: 'dropBeforeCommit', probability: 0.03 },
      { kind: 'dropAfterCommit', probability: 0.05 },
      { kind: 'lateCommit', ms: LATE_MS, probability: 0.04 },
      { kind: 'duplicate', probability: 0.015 },
      { kind: 'duplicate', answer: 'second', probability: 0.015 },
    ]);
    await job.liveToEnd((index) => ({ order: { killShare: { share: 0.04, seed: seed * 1000 + index } } }));
    return conclude(job, { lateMs: 2 * LATE_MS, figures: { kills: job.kills } });
  },
};

/** Many requests are kept only after their connection has gone. */
export const lateCommits: Scenario = {
  name: 'late commits',
  cases: CASES,
  runs: (_, __, quick) => (quick ? 1 : 50),
  run: (kind, seed, stage, quick) =>
    underFaults(kind, seed, stage, manyRows(kind, quick), [
      { kind: 'lateCommit', ms: LATE_MS, probability: 0.3 },
    ]),
};

/** The answer to the second request ends after as many bytes as the seed says. */
export const cutAnswers: Scenario = {
  name: 'answer cut at every byte',
  cases: CASES,
  seed: 0,
  runs: (_, __, quick) => (quick ? 1 : 400),
  run: (kind, seed, stage, quick) =>
    underFaults(kind, seed, stage, FEW, [{ kind: 'cut', bytes: quick ? 23 : seed, nth: 1 }]),
};

/** A proxy's page in place of the answer, in turns with and without the rows being kept. */
export const pages: Scenario = {
  name: 'HTML with 200',
  cases: CASES,
  runs: (_, __, quick) => (quick ? 1 : 20),
  run: (kind, seed, stage) =>
    underFaults(kind, seed, stage, FEW, [
      {
        kind: 'fail',
        status: 200,
        html: true,
        committed: seed % 2 === 1,
        nth: 1 + (Math.floor(seed / 2) % 3),
      },
    ]),
};

const STORMS: Readonly<Record<Case['system'], readonly Disturbed[]>> = {
  kintone: [
    { kind: 'fail', status: 429, code: 'GAIA_TO04', probability: 0.2 },
    { kind: 'fail', status: 429, retryAfterSeconds: 1, probability: 0.1 },
    { kind: 'fail', status: 503, code: 'CB_SS01', probability: 0.1 },
    { kind: 'fail', status: 520, code: 'GAIA_DA02', probability: 0.1 },
  ],
  personium: [
    { kind: 'fail', status: 429, probability: 0.2 },
    { kind: 'fail', status: 429, retryAfterSeconds: 1, probability: 0.1 },
    { kind: 'fail', status: 503, code: 'PR503-SV-0001', probability: 0.1 },
    { kind: 'fail', status: 503, probability: 0.1 },
  ],
};

/** Half of the requests are refused for now: no row may be lost for that. */
export const storms: Scenario = {
  name: '429, 503 and locks',
  cases: CASES,
  runs: (_, __, quick) => (quick ? 1 : 50),
  run: async (kind, seed, stage, quick) => {
    const result = await underFaults(kind, seed, stage, manyRows(kind, quick), STORMS[kind.system]);
    const { unimported } = result;
    if (unimported === 0) return result;
    return { ...result, problems: [...result.problems, `${unimported} rows were refused for a wait`] };
  },
};

/** Signed out in the middle; the job fails, and its rows that were not imported are imported again. */
export const signedOut: Scenario = {
  name: 'sign-in revoked',
  cases: CASES,
  runs: (_, __, quick) => (quick ? 1 : 20),
  run: async (kind, seed, stage, quick) => {
    const job = await jobOf(kind, seed, rowsForRequests(kind, quick ? 2 : 4), stage);
    const writes = writesOf(kind);
    await stage.sandbox.ask(kind.system, 'POST', 'faults', {
      faults: writes.map((match) => ({ ...match, kind: 'revoke', nth: 1 + (seed % 2) })),
    });
    await job.liveToEnd(() => ({}));
    await stage.sandbox.ask(kind.system, 'POST', 'giveBack');
    return conclude(job);
  },
};

/** Enough requests for faults to meet some of them. */
function manyRows(kind: Case, quick: boolean): number {
  return quick ? rowsForRequests(kind, 2) : Math.max(3000, rowsForRequests(kind, 6));
}

/** Rows of a job that only has to meet a fault. */
const FEW = 30;

async function underFaults(
  kind: Case,
  seed: number,
  stage: Stage,
  rows: number,
  faults: readonly Disturbed[],
): Promise<RunResult> {
  const job = await jobOf(kind, seed, rows, stage);
  await disturbWrites(kind, stage.sandbox, seed, faults);
  await job.liveToEnd(() => ({}));
  return conclude(job, { lateMs: faults.some(({ kind: name }) => name === 'lateCommit') ? 2 * LATE_MS : 0 });
}
