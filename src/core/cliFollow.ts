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

/**
 * Tells how the job goes until it has ended or is left, then how it stands; Ctrl+C stops it, a second one gives up
 * waiting. The exit status.
 */
export async function followToEnd(
  service: ImportService,
  jobId: string,
  following: Following,
): Promise<number> {
  const { json } = following;
  const job = await follow(service, jobId, following);
  await service.whenEnded(jobId);
  const trouble = service.trouble(jobId);
  if (trouble !== null) tell(say(trouble));
  const { definition, failures, notes = [], cell } = job;
  const ofCell = isCellImport(definition);
  if (!json && ofCell) for (const message of besideCellResult({ ...job, definition })) tell(say(message));
  const more = { failures: failures.map(({ code }) => code), notes: notes.map(({ code }) => code), cell };
  print(json ? { event: 'summary', ...summaryOf(job), ...(ofCell ? more : {}) } : null, sentenceOf(job));
  return exitCodeOf(job);
}

function follow(
  service: ImportService,
  jobId: string,
  { json, requests: wanted }: Following,
): Promise<ImportJob> {
  const { store } = service;
  return new Promise((resolve, reject) => {
    let told = '';
    let requests: number | undefined;
    const news = store.onDidChange((change) => {
      if (change.jobId === jobId) look();
    });
    const following = store.follow(250);
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
      if (isEnd(job)) finish(() => resolve(job));
    };
    let interrupts = 0;
    const interrupt = () => {
      if (++interrupts > 1) process.exit(130);
      service.stop(jobId).catch((error: unknown) => tell(String(error)));
    };
    const finish = (end: () => void) => {
      news.dispose();
      following.dispose();
      process.off('SIGINT', interrupt);
      end();
    };
    process.on('SIGINT', interrupt);
    look();
  });
}

function isEnd({ status, phase }: ImportJob): boolean {
  return status !== 'waiting' && status !== 'inProgress' ? isTerminal(status) : phase.kind === 'interrupted';
}
