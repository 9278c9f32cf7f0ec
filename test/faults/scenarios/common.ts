import { setTimeout as delay } from 'node:timers/promises';
import type { Case } from '../cases';
import { markOf, rowsOf } from '../cases';
import { examine } from '../checker';
import { slowWrites } from '../disturb';
import { Job } from '../job';
import type { ProbeOrder } from '../probe/order';
import type { RunResult, Stage } from '../scenario';

/** Rows that go in one request of each way of importing at the most. */
const ROWS_PER_REQUEST: Readonly<Record<string, number>> = { kintone: 2000, personium: 500 };

/** Rows that need so many requests. */
export function rowsForRequests({ system, guarantee }: Case, requests: number): number {
  const most = guarantee === 'readBack' || guarantee === 'none' ? 100 : (ROWS_PER_REQUEST[system] ?? 100);
  return most * (requests - 1) + Math.ceil(most / 2);
}

/** A job of so many rows, nothing sent yet. */
export function jobOf(
  kind: Case,
  seed: number,
  rows: number,
  { sandbox, engine, below }: Stage,
  more: readonly string[] = [],
): Promise<Job> {
  return Job.prepare(kind, rowsOf(markOf(seed), rows), { sandbox, engine, below, more });
}

/** Compares what the job says with what is there, and takes its files away. `lateMs`: requests may be kept so late. */
export async function conclude(
  job: Job,
  {
    lateMs = 0,
    figures,
  }: { readonly lateMs?: number; readonly figures?: Readonly<Record<string, number>> } = {},
): Promise<RunResult> {
  await delay(lateMs);
  const { kind, rows } = job;
  const account = await job.account();
  const finding = examine({ kind, rows, records: await job.records(), account });
  await job.remove();
  const failed = account.summary.status === 'failed' ? { failed: 1 } : {};
  return { ...finding, figures: { ...failed, ...figures } };
}

/** A job that was killed while it was sending: with requests behind it, and some before it. */
export async function interruptedJob(
  kind: Case,
  seed: number,
  stage: Stage,
  requests = 3,
  order: ProbeOrder = {},
): Promise<Job> {
  const job = await jobOf(kind, seed, rowsForRequests(kind, requests), stage);
  await slowWrites(kind, stage.sandbox, 15);
  // Whatever was passed before: the second request that writes rows is under way.
  await job.live({ order: { ...order, killAtName: { name: 'under way POST', nth: 2 } } });
  await stage.sandbox.ask(kind.system, 'POST', 'faults', { faults: [] });
  return job;
}
