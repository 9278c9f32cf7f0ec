import { CASES, shareOf } from '../cases';
import type { Case } from '../cases';
import { disturbWrites, writesOf } from '../disturb';
import type { Disturbed } from '../disturb';
import type { RunResult, Scenario, Stage } from '../scenario';
import { Job } from '../job';
import { conclude, largeJob, rowsForRequests, smallJob } from './common';

/** So late a request may be kept whose connection has gone; shorter than an import waits before it believes. */
const LATE_MS = 60;

/** Every fifth answer is lost after its request was kept. */
export const lostAnswers: Scenario = {
  name: 'lost answers',
  cases: CASES,
  runs: (_, __, quick) => (quick ? 1 : 50),
  run: (kind, seed, stage, quick) =>
    underFaults(kind, seed, stage, () => largeJob(kind, manyRows(kind, quick), stage), [
      { kind: 'dropAfterCommit', probability: 0.2 },
    ]),
};

/** Where nobody may look, nobody can see what the network delivers twice: nothing is promised of it. */
const DUPLICATES: readonly Disturbed[] = [
  { kind: 'duplicate', probability: 0.015 },
  { kind: 'duplicate', answer: 'second', probability: 0.015 },
];

/** Lost requests, lost answers, late and double deliveries, and kills, all at once. */
export const allTogether: Scenario = {
  name: 'all together',
  cases: CASES,
  runs: (_, __, quick) => (quick ? 1 : 10),
  goal: (kind) => ({ figure: 'rows', count: shareOf(kind, 300_000) }),
  run: async (kind, seed, stage, quick) => {
    const job = await smallJob(kind, quick ? 3 : 60, stage, quick ? 10 : 100);
    await disturbWrites(kind, stage.sandbox, seed, [
      { kind: 'dropBeforeCommit', probability: 0.03 },
      { kind: 'dropAfterCommit', probability: 0.05 },
      { kind: 'lateCommit', ms: LATE_MS, probability: 0.04 },
      ...(kind.guarantee === 'none' ? [] : DUPLICATES),
    ]);
    const share = 0.04 / requestsPerBatch(kind);
    await job.liveToEnd((index) => ({ order: { killShare: { share, seed: seed * 1000 + index } } }));
    const { all, journal } = job.spent;
    const figures = { kills: job.kills, 'import s': all / 1000, 'of it journal s': journal / 1000 };
    return conclude(job, { lateMs: 2 * LATE_MS, figures, duplicates: true });
  },
};

/** Entities are changed one by one: what is one request elsewhere are many small ones. */
function requestsPerBatch({ system, guarantee }: Case): number {
  return system === 'personium' && guarantee === 'revision' ? 50 : 1;
}

/** Many requests are kept only after their connection has gone. */
export const lateCommits: Scenario = {
  name: 'late commits',
  cases: CASES,
  runs: (_, __, quick) => (quick ? 1 : 50),
  run: (kind, seed, stage, quick) =>
    underFaults(kind, seed, stage, () => smallJob(kind, quick ? 3 : 20, stage), [
      { kind: 'lateCommit', ms: LATE_MS, probability: 0.3 },
    ]),
};

/** The answer to the second request ends after as many bytes as the seed says. */
export const cutAnswers: Scenario = {
  name: 'answer cut at every byte',
  cases: CASES,
  firstPlace: 0,
  runs: (kind, __, quick) => (quick ? 1 : hasShortAnswers(kind) ? 250 : 60),
  run: (kind, seed, stage, quick) =>
    underFaults(kind, seed, stage, () => smallJob(kind, 3, stage), [
      { kind: 'cut', bytes: quick ? 23 : seed, nth: 1 },
    ]),
};

/** All of their bytes are looked at, of longer ones the first. */
function hasShortAnswers({ guarantee }: Case): boolean {
  return guarantee === 'readBack' || guarantee === 'none';
}

/** A proxy's page in place of the answer, in turns with and without the rows being kept. */
export const pages: Scenario = {
  name: 'HTML with 200',
  cases: CASES,
  runs: (_, __, quick) => (quick ? 1 : 20),
  run: (kind, seed, stage) =>
    underFaults(kind, seed, stage, () => smallJob(kind, 3, stage), [
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
  name: 'throttling and locks',
  cases: CASES,
  runs: (_, __, quick) => (quick ? 1 : 50),
  run: async (kind, seed, stage, quick) => {
    const result = await underFaults(
      kind,
      seed,
      stage,
      () => smallJob(kind, quick ? 3 : 20, stage),
      STORMS[kind.system],
    );
    const { unimported } = result;
    if (unimported === 0) return result;
    return { ...result, problems: [...result.problems, `${unimported} rows were refused for a wait`] };
  },
};

/** Signed out in the middle; the job fails, and what it names as not imported is imported again after signing in. */
export const signedOut: Scenario = {
  name: 'sign-in revoked',
  cases: CASES,
  runs: (_, __, quick) => (quick ? 1 : 20),
  run: async (kind, seed, stage, quick) => {
    const job = await smallJob(kind, quick ? 3 : 6, stage);
    const writes = writesOf(kind);
    await stage.sandbox.ask(kind.system, 'POST', 'faults', {
      faults: writes.map((match) => ({ ...match, kind: 'revoke', nth: 1 + (seed % 2) })),
    });
    await job.liveToEnd(() => ({}));
    await stage.sandbox.ask(kind.system, 'POST', 'faults', { faults: [] });
    await stage.sandbox.ask(kind.system, 'POST', 'giveBack');
    if (kind.disturbance) await stage.sandbox.ask(kind.system, 'POST', 'disturb', kind.disturbance);
    const { unimported, summary } = await job.account();
    const rest = summary.total === null ? job.rows : job.rows.filter(({ id }) => unimported.has(id));
    if (rest.length === 0) return conclude(job);
    const again = await Job.prepare(kind, rest, { ...stage, again: true });
    await again.liveToEnd(() => ({}));
    const leftover = await again.account();
    await again.remove();
    return conclude(job, { again: leftover, figures: { 'imported again': rest.length } });
  },
};

/** Connections are closed by the other end at the moment when a request is written to them. */
export const keptAlive: Scenario = {
  name: 'connection closed at the write',
  cases: CASES,
  runs: (_, __, quick) => (quick ? 1 : 20),
  run: async (kind, seed, stage, quick) => {
    const result = await underFaults(kind, seed, stage, () => smallJob(kind, quick ? 3 : 20, stage), [
      { kind: 'closeKeptAlive', probability: 0.3 },
    ]);
    const { unimported } = result;
    if (unimported === 0) return result;
    return { ...result, problems: [...result.problems, `${unimported} rows were given up`] };
  },
};

/** Enough requests for faults to meet some of them. */
function manyRows(kind: Case, quick: boolean): number {
  return quick ? rowsForRequests(kind, 2) : Math.max(3000, rowsForRequests(kind, 6));
}

async function underFaults(
  kind: Case,
  seed: number,
  stage: Stage,
  make: () => Promise<Job>,
  faults: readonly Disturbed[],
): Promise<RunResult> {
  const job = await make();
  await disturbWrites(kind, stage.sandbox, seed, faults);
  await job.liveToEnd(() => ({}));
  return conclude(job, { lateMs: faults.some(({ kind: name }) => name === 'lateCommit') ? 2 * LATE_MS : 0 });
}
