import { performance } from 'node:perf_hooks';
import { exitCodeOf, print, say, sentenceOf, summaryOf, tell } from './cliOutput';
import type { ImportService } from './engine/importService';
import { besideCellResult } from './jobs/describeCell';
import { isCellImport } from './jobs/job';
import type { ImportJob } from './jobs/job';
import { isTerminal } from './jobs/stages';
import { ExpectedError } from './message';

export interface Following {
  readonly json: boolean;
  /** Requests that so many rows need, as soon as they are counted; said once. */
  readonly requests?: { of(rows: number): number; sentence(requests: number): string };
}

interface Watching extends Following {
  /** What Ctrl+C does; it ends the process when absent. */
  readonly onInterrupt?: () => void;
  /** Milliseconds for which nobody may own the job before it counts as left. */
  readonly patienceMs: number;
}

const LOOK_MS = 250;
/** A window that is loaded again takes its imports up within that time. */
const PATIENCE_MS = 10_000;

/**
 * Tells how a job of this process goes until it has ended or is left, then how it stands; Ctrl+C stops it, a second one
 * gives up waiting. The exit status.
 */
export async function followToEnd(
  service: ImportService,
  jobId: string,
  following: Following,
): Promise<number> {
  let interrupts = 0;
  const onInterrupt = () => {
    if (++interrupts > 1) process.exit(130);
    service.stop(jobId).catch((error: unknown) => tell(sayError(error)));
  };
  const job = await follow(service, jobId, { ...following, onInterrupt, patienceMs: 0 });
  await service.whenEnded(jobId);
  const trouble = service.trouble(jobId);
  if (trouble !== null) tell(say(trouble));
  return conclude(job, following);
}

/** The same for a job that anybody runs; Ctrl+C ends the watching alone. */
export async function watchToEnd(
  service: ImportService,
  jobId: string,
  following: Following,
): Promise<number> {
  return conclude(await follow(service, jobId, { ...following, patienceMs: PATIENCE_MS }), following);
}

function conclude(job: ImportJob, { json }: Following): number {
  const { definition, failures, notes = [], cell } = job;
  const ofCell = isCellImport(definition);
  if (!json && ofCell) for (const message of besideCellResult({ ...job, definition })) tell(say(message));
  const more = { failures: failures.map(({ code }) => code), notes: notes.map(({ code }) => code), cell };
  print(json ? { event: 'summary', ...summaryOf(job), ...(ofCell ? more : {}) } : null, sentenceOf(job));
  if (!json && job.phase.kind === 'needsDecision')
    tell(say({ code: 'cli.decide', args: { command: `imported-files decide ${job.id}` } }));
  return exitCodeOf(job);
}

function follow(
  service: ImportService,
  jobId: string,
  { json, requests: wanted, onInterrupt, patienceMs }: Watching,
): Promise<ImportJob> {
  const { store } = service;
  return new Promise((resolve, reject) => {
    let told = '';
    let requests: number | undefined;
    let leftSince: number | null = null;
    const news = store.onDidChange((change) => {
      if (change.jobId === jobId) look();
    });
    const following = store.follow(LOOK_MS);
    const look = () => {
      const job = store.get(jobId);
      if (!job) {
        finish(() => reject(new ExpectedError({ code: 'job.notFound' })));
        return;
      }
      const { status, phase, counts } = job;
      const sentence = sentenceOf(job);
      if (counts.total !== null && requests === undefined && wanted) {
        requests = wanted.of(counts.total);
        if (!json) for (const note of job.notes ?? []) tell(say(note));
        if (!json) tell(wanted.sentence(requests));
      }
      if (sentence !== told)
        print(json ? { event: 'job', jobId, status, phase, counts, requests } : null, sentence, true);
      told = sentence;
      leftSince = isLeft(job) && !service.runsHere(jobId) ? (leftSince ?? performance.now()) : null;
      const given = phase.kind === 'interrupted' ? patienceMs : 0;
      const left = leftSince !== null && performance.now() - leftSince >= given;
      if (left || isTerminalStatus(job)) finish(() => resolve(job));
    };
    // That nobody owns the job any more need not change what is shown of it.
    const looking = setInterval(look, LOOK_MS);
    const finish = (end: () => void) => {
      news.dispose();
      following.dispose();
      clearInterval(looking);
      if (onInterrupt) process.off('SIGINT', onInterrupt);
      end();
    };
    if (onInterrupt) process.on('SIGINT', onInterrupt);
    look();
  });
}

function isTerminalStatus({ status }: ImportJob): boolean {
  return status !== 'waiting' && status !== 'inProgress' && isTerminal(status);
}

/** Nobody works on it: it waits for a person, or for somebody who takes it up. */
function isLeft({ phase }: ImportJob): boolean {
  return phase.kind === 'interrupted' || phase.kind === 'needsDecision';
}

function sayError(error: unknown): string {
  return error instanceof ExpectedError ? say(error.detail) : String(error);
}
