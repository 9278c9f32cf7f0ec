import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { readAccessTo, withAccess } from './cliAccess';
import type { AccessValues } from './cliAccess';
import { followToEnd, watchToEnd } from './cliFollow';
import { exitCodeOf, print, say, sentenceOf, summaryOf, tell } from './cliOutput';
import { withService } from './cliService';
import { CliUsage } from './cliUsage';
import type { Transport } from './endpoints/transport';
import type { ImportService } from './engine/importService';
import { openTable } from './files/openTable';
import { isRowsImport } from './jobs/job';
import type { ImportJob } from './jobs/job';
import { inputPath, readAgain } from './jobs/jobFolder';
import { ANSWERS } from './jobs/records';
import { toRanges } from './jobs/runs';
import type { RowRange } from './jobs/runs';
import { ExpectedError } from './message';

export const CONTROL_OPTIONS = {
  all: { type: 'boolean' },
  'take-over': { type: 'boolean' },
  answer: { type: 'string' },
  rows: { type: 'string' },
} as const;

export interface ControlValues extends AccessValues {
  readonly all?: boolean | undefined;
  readonly 'take-over'?: boolean | undefined;
  readonly answer?: string | undefined;
  readonly rows?: string | undefined;
  readonly json?: boolean | undefined;
}

/** Takes an import up that was interrupted, wherever it was begun; or all of them, one after the other. */
export async function resume(
  jobsFolder: string,
  jobId: string | undefined,
  values: ControlValues,
): Promise<number> {
  if ((jobId === undefined) !== (values.all === true)) throw new CliUsage('resume needs a JOB or --all.');
  if (jobId === undefined) return resumeAll(jobsFolder, values);
  return resumeOne(jobsFolder, await findJob(jobsFolder, jobId), values);
}

function resumeOne(jobsFolder: string, job: ImportJob, values: ControlValues): Promise<number> {
  return withAccessTo(job, values, (transport) =>
    withService(jobsFolder, transport, async (service) => {
      await service.resume(job.id, values['take-over'] === true ? { fromOtherHost: true } : {});
      return followToEnd(service, job.id, { json: values.json === true });
    }),
  );
}

/** What keeps one of them from going on is said, and the next one has its turn. */
async function resumeAll(jobsFolder: string, values: ControlValues): Promise<number> {
  const jobs = await withService(jobsFolder, null, (service) => Promise.resolve(service.interrupted()));
  const json = values.json === true;
  if (jobs.length === 0 && !json) tell(say({ code: 'cli.nothingInterrupted' }));
  const end = new AbortController();
  const interrupt = () => end.abort();
  process.on('SIGINT', interrupt);
  let worst = 0;
  try {
    // Oldest first, as they were submitted.
    for (const job of [...jobs].reverse()) {
      if (end.signal.aborted) break;
      if (!json) tell(`${job.id}\t${job.definition.target.name}\t${job.definition.source.name}`);
      worst = Math.max(worst, await resumeOne(jobsFolder, job, values).catch(sayWhy));
    }
  } finally {
    process.off('SIGINT', interrupt);
  }
  return worst;
}

function sayWhy(error: unknown): number {
  if (error instanceof CliUsage) tell(error.message);
  else if (error instanceof ExpectedError) tell(say(error.detail));
  else throw error;
  return 3;
}

/** Asks for the end of an import, whoever runs it; it may take until the answer to a request has come. */
export function ask(
  jobsFolder: string,
  jobId: string,
  request: 'stop' | 'cancel',
  json: boolean,
): Promise<number> {
  return withService(jobsFolder, null, async (service) => {
    await (request === 'stop' ? service.stop(jobId) : service.cancel(jobId));
    await service.store.refresh();
    const job = jobOf(service, jobId);
    print(json ? { event: 'job', ...summaryOf(job), phase: job.phase } : null, sentenceOf(job));
    return 0;
  });
}

/** Answers for uncertain rows, and goes on with the import where a sign-in is given. */
export async function decide(jobsFolder: string, jobId: string, values: ControlValues): Promise<number> {
  const answer = ANSWERS.find((known) => known === values.answer);
  if (answer === undefined) throw new CliUsage(`decide needs --answer ${ANSWERS.join('|')}.`);
  const job = await findJob(jobsFolder, jobId);
  const rows = values.rows === undefined ? 'all' : await rowsAt(job, readLines(values.rows));
  const json = values.json === true;
  const use = (transport: Transport | null) =>
    withService(jobsFolder, transport, async (service) => {
      const kept = await service.decide(jobId, { answer, rows });
      if (kept === null) return followToEnd(service, jobId, { json });
      await service.store.refresh();
      const now = jobOf(service, jobId);
      print(json ? { event: 'kept', jobId, code: kept.code } : null, say(kept));
      return exitCodeOf(now);
    });
  try {
    return await withAccessTo(job, values, use);
  } catch (error) {
    // Without a sign-in the answer can still be kept.
    if (error instanceof NoAccess) return use(null);
    throw error;
  }
}

/** Tells how an import goes, whoever runs it, until it has ended or a person has to do something. */
export function watch(jobsFolder: string, jobId: string, json: boolean): Promise<number> {
  return withService(jobsFolder, null, (service) => watchToEnd(service, jobId, { json }));
}

/** The document's own bytes, for a file or a pipe. */
export function uncertain(jobsFolder: string, jobId: string): Promise<number> {
  return withService(jobsFolder, null, async (service) => {
    const { path: file } = await service.uncertainFile(jobId);
    await pipeline(createReadStream(file), process.stdout, { end: false });
    return 0;
  });
}

/** No usable sign-in was given. */
class NoAccess extends CliUsage {}

async function withAccessTo<T>(
  job: ImportJob,
  values: AccessValues,
  use: (transport: Transport) => Promise<T>,
): Promise<T> {
  const access = await readAccessTo(job.definition.target, values).catch((error: unknown) => {
    throw error instanceof CliUsage ? new NoAccess(error.message) : error;
  });
  return withAccess(access, (_, transport) => use(transport));
}

function findJob(jobsFolder: string, jobId: string): Promise<ImportJob> {
  return withService(jobsFolder, null, (service) => Promise.resolve(jobOf(service, jobId)));
}

function jobOf({ store }: ImportService, jobId: string): ImportJob {
  const job = store.get(jobId);
  if (!job) throw new ExpectedError({ code: 'job.notFound' });
  return job;
}

/** `1-5,9` as ranges. */
function readLines(text: string): RowRange[] {
  return text.split(',').map((part) => {
    const [, from, to = from] = /^\s*(\d{1,9})(?:-(\d{1,9}))?\s*$/.exec(part) ?? [];
    const range = [Number(from), Number(to)] as const;
    if (from === undefined || range[0] < 1 || range[0] > range[1])
      throw new CliUsage('--rows takes numbers and ranges, such as 1-5,9.');
    return range;
  });
}

/** Rows whose places in the imported file are the numbers that the documents show. */
async function rowsAt({ folder, definition }: ImportJob, lines: readonly RowRange[]): Promise<RowRange[]> {
  if (!isRowsImport(definition)) throw new ExpectedError({ code: 'job.canNotDecide' });
  const table = await openTable(inputPath(folder), readAgain(definition.source.info));
  const ordinals: number[] = [];
  for await (const rows of table.rows()) {
    for (const { line, ordinal } of rows)
      if (lines.some(([from, to]) => line >= from && line <= to)) ordinals.push(ordinal);
  }
  return toRanges(ordinals);
}
