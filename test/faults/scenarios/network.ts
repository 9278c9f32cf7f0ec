import type { SandboxProcess } from '../../e2e/stage/sandbox';
import type { FaultRule } from '../../../src/sandbox/faults';
import { CASES } from '../cases';
import type { Case } from '../cases';
import type { Scenario } from '../scenario';
import { conclude, jobOf } from './common';

/** So late a request may be kept whose connection has gone; shorter than an import waits before it believes. */
const LATE_MS = 60;

/** Where rows go: of these requests the faults speak. */
const WRITES: Readonly<Record<Case['system'], readonly FaultMatchOfWrites[]>> = {
  kintone: [
    { path: '/bulkRequest.json', method: 'POST' },
    { path: '/records.json', method: 'POST' },
    { path: '/records.json', method: 'PUT' },
  ],
  personium: [{ path: '/sales/stock/', method: 'POST' }],
};

interface FaultMatchOfWrites {
  readonly path: string;
  readonly method: string;
}

type Disturbed = FaultRule extends infer R
  ? R extends FaultRule
    ? Omit<R, 'path' | 'method'>
    : never
  : never;

/** Lets these faults meet the requests that write rows. */
export async function disturbWrites(
  { system }: Case,
  sandbox: SandboxProcess,
  seed: number,
  rules: readonly Disturbed[],
): Promise<void> {
  const faults = rules.flatMap((rule) => WRITES[system].map((match) => ({ ...rule, ...match })));
  await sandbox.ask(system, 'POST', 'faults', { randomSeed: seed, faults });
}

/** Every fifth answer is lost after its request was kept. */
export const lostAnswers: Scenario = {
  name: 'lost answers',
  cases: CASES,
  runs: (_, __, quick) => (quick ? 1 : 50),
  run: async (kind, seed, stage) => {
    const job = await jobOf(kind, seed, 1500, stage);
    await disturbWrites(kind, stage.sandbox, seed, [{ kind: 'dropAfterCommit', probability: 0.2 }]);
    await job.liveToEnd(() => ({}));
    return conclude(job);
  },
};

const ALL_ROWS = 3000;

/** Lost requests, lost answers, late and double deliveries, and kills, all at once. */
export const allTogether: Scenario = {
  name: 'all together',
  cases: CASES,
  runs: (_, __, quick) => (quick ? 1 : 100),
  run: async (kind, seed, stage) => {
    const job = await jobOf(kind, seed, ALL_ROWS, stage);
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
