import { setTimeout as delay } from 'node:timers/promises';
import type { Case } from '../cases';
import { markOf, rowsOf } from '../cases';
import { examine } from '../checker';
import type { Account } from '../checker';
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

/** Of a job where nothing else is wanted. */
const REQUESTS = 3;

/** Rows of the parts that small requests have. */
const PART = 10;

/** Parts of such a request, where it is more than one. */
const PARTS: Readonly<Record<string, number>> = {
  'app-add': 4,
  'app-update': 4,
  'app-upsert': 3,
  'app-ledger': 3,
  'cell-add': 3,
};

/** A job of so many small requests, nothing sent yet; its processes start quickly. `part`: rows of a part. */
export function smallJob(kind: Case, requests: number, stage: Stage, part = PART): Promise<Job> {
  const most = part * (PARTS[kind.name] ?? 1);
  return Job.copied(kind, most * (requests - 1) + Math.ceil(most / 2), stage, { part });
}

/** A job with requests as large as they come, nothing sent yet; its processes start quickly. */
export function largeJob(kind: Case, rows: number, stage: Stage): Promise<Job> {
  return Job.copied(kind, rows, stage, {});
}

/** Compares what the job says with what is there, and takes its files away. `lateMs`: requests may be kept so late. */
export async function conclude(
  job: Job,
  {
    lateMs = 0,
    figures,
    again,
    duplicates = false,
  }: {
    readonly duplicates?: boolean;
    readonly lateMs?: number;
    readonly figures?: Readonly<Record<string, number>>;
    /** What another import says that took the rows that were not imported. */
    readonly again?: Account;
  } = {},
): Promise<RunResult> {
  await delay(lateMs);
  const { kind, rows } = job;
  const said = await job.account();
  const account = again ? together(said, again) : said;
  const finding = examine({ kind, rows, records: await job.records(), account, duplicates });
  await job.remove();
  const failed = account.summary.status === 'failed' ? { failed: 1 } : {};
  return { ...finding, figures: { ...failed, ...figures } };
}

/** An import and another one of its rows that were not imported, seen as one. */
function together({ summary, uncertain }: Account, again: Account): Account {
  const { total, unknown } = summary;
  const rest = again.summary;
  return {
    summary: {
      ...rest,
      total: total ?? rest.total,
      imported: summary.imported + rest.imported,
      updated: summary.updated + rest.updated,
      unchanged: summary.unchanged + rest.unchanged,
      unimported: rest.unimported,
      unknown: unknown + rest.unknown,
      twins: (summary.twins ?? 0) + (rest.twins ?? 0),
    },
    unimported: again.unimported,
    uncertain: new Set([...uncertain, ...again.uncertain]),
  };
}

/** A job that was killed while it was sending: with requests behind it, and some before it. */
export async function interruptedJob(
  kind: Case,
  stage: Stage,
  requests = REQUESTS,
  order: ProbeOrder = {},
): Promise<Job> {
  const job = await smallJob(kind, requests, stage);
  await slowWrites(kind, stage.sandbox, 15);
  // Whatever was passed before: the second request that writes rows is under way.
  await job.live({ order: { ...order, killAtName: { name: 'under way P', nth: 2 } } });
  await stage.sandbox.ask(kind.system, 'POST', 'faults', { faults: [] });
  return job;
}
