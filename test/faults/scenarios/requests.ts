import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CASES } from '../cases';
import type { Case } from '../cases';
import { slowWrites } from '../disturb';
import { random } from '../random';
import type { RunResult, Scenario, Stage } from '../scenario';
import { conclude, interruptedJob, smallJob } from './common';

/** Stops and cancels left in the folder of a job at random times, as another window leaves them. */

const LATENCY_MS = 40;
/** A stop is acknowledged within this time. */
const ACKNOWLEDGED_MS = 100;
/** Even on a busy machine it is heard in this time. */
const UNHEARD_MS = 400;

export const stops: Scenario = asked('stop', 'stop at random');
export const cancels: Scenario = asked('cancel', 'cancel at random');

function asked(request: 'stop' | 'cancel', name: string): Scenario {
  return {
    name,
    cases: CASES,
    runs: (_, __, quick) => (quick ? 1 : Math.ceil(500 / CASES.length)),
    run: (kind, seed, stage, quick) => run(request, kind, seed, stage, quick ? 3 : 12),
  };
}

async function run(
  request: 'stop' | 'cancel',
  kind: Case,
  seed: number,
  stage: Stage,
  requests: number,
): Promise<RunResult> {
  const job = await smallJob(kind, requests, stage);
  await slowWrites(kind, stage.sandbox, LATENCY_MS);
  const chance = random(seed);
  const hasBegun = () => existsSync(path.join(job.folder, 'journal.log'));
  const over = new AbortController();
  const life = job.live().finally(() => over.abort());
  while (!hasBegun() && !over.signal.aborted) await delay(2);
  await delay(chance() * (request === 'stop' ? requests * LATENCY_MS : LATENCY_MS));
  const askedAt = leave(job.folder, request);
  await life;
  const heard = acknowledgement(job.folder);
  const result = await conclude(job);
  if (heard === null) {
    // It had ended before, or nobody listened.
    const sent = await answeredAfter(kind, stage, askedAt + UNHEARD_MS);
    const unheard = sent > 1 ? [`${sent} requests were answered long after a ${request}`] : [];
    return { ...result, problems: [...result.problems, ...unheard] };
  }
  const ms = Math.max(0, heard.at - askedAt);
  const after = await answeredAfter(kind, stage, heard.at);
  const problems = [...result.problems];
  if (after > 1) problems.push(`${after} requests were answered after the ${request}`);
  if (heard.canceled && result.unimported < result.rows && after > 0)
    problems.push('rows went out of a canceled import');
  const late = ms > ACKNOWLEDGED_MS ? { late: 1 } : {};
  return { ...result, problems, figures: { ...result.figures, acknowledged: 1, 'most ms': ms, ...late } };
}

function leave(folder: string, request: string): number {
  const control = path.join(folder, 'control');
  const part = path.join(control, 'part.faults');
  writeFileSync(part, '');
  renameSync(part, path.join(control, `${request}.faults`));
  return Date.now();
}

/** When the journal says that it was heard: for the time alone. Null when the job had ended before. */
function acknowledgement(folder: string): { readonly at: number; readonly canceled: boolean } | null {
  const file = path.join(folder, 'journal.log');
  if (!existsSync(file)) return null;
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const json = /^J1 \S+ \d+ (.*)$/.exec(line)?.[1];
    if (json === undefined) continue;
    const record = JSON.parse(json) as { type: string; at: number; status?: string };
    const canceled = record.type === 'DONE' && record.status === 'canceled';
    if (record.type === 'STOP' || canceled) return { at: record.at, canceled };
  }
  return null;
}

/** Requests that wrote rows and were answered later. One of them was under way. */
async function answeredAfter(kind: Case, { sandbox }: Stage, at: number): Promise<number> {
  const log = JSON.parse(await sandbox.ask(kind.system, 'GET', 'log')) as {
    readonly requests: readonly { readonly time: string; readonly app: string }[];
  };
  const { container } = kind;
  return log.requests.filter(
    ({ time, app }) => Date.parse(time) > at && (app === container || container.startsWith(app)),
  ).length;
}

/** Several processes take one interrupted job up at the same moment: one goes on with it. */
export const races: Scenario = {
  name: 'owner races',
  cases: CASES,
  runs: (_, __, quick) => (quick ? 1 : Math.ceil(500 / CASES.length)),
  run: async (kind, seed, stage, quick) => {
    const job = await interruptedJob(kind, stage, quick ? 3 : 8);
    const chance = random(seed);
    const processes = 2 + Math.floor(chance() * (seed % 5 === 0 ? 7 : 3));
    await Promise.all(
      Array.from({ length: processes }, async () => {
        await delay(chance() * 50);
        await job.live();
      }),
    );
    await job.liveToEnd(() => ({}));
    return conclude(job, { figures: { processes } });
  },
};

/** An owner that sleeps is not overtaken: another process is refused, and the owner ends its work. */
export const sleepers: Scenario = {
  name: 'sleeping owner',
  cases: CASES,
  runs: (_, __, quick) => (quick ? 1 : 10),
  run: async (kind, seed, stage, quick) => {
    const job = await smallJob(kind, quick ? 3 : 12, stage);
    await slowWrites(kind, stage.sandbox, LATENCY_MS);
    const chance = random(seed);
    let wake: () => void = () => undefined;
    let sleep: () => void = () => undefined;
    const life = job.live({
      onStart: (owner) => {
        sleep = () => owner.kill('SIGSTOP');
        wake = () => owner.kill('SIGCONT');
      },
    });
    while (!existsSync(path.join(job.folder, 'journal.log'))) await delay(2);
    await delay(chance() * (quick ? 3 : 12) * LATENCY_MS);
    sleep();
    const other = await job.command(['resume', job.id ?? '', '--json']);
    wake();
    await life;
    await job.liveToEnd(() => ({}));
    const result = await conclude(job);
    if (other.exitCode === 3) return result;
    return { ...result, problems: [...result.problems, `a sleeping owner was overtaken: ${other.errors}`] };
  },
};
