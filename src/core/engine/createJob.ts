import { rm } from 'node:fs/promises';
import { openTable } from '../files/openTable';
import type { JobDefinition } from '../jobs/job';
import { thisHost } from '../jobs/host';
import { freezeInput, inputPath, readAgain, writeDefinition } from '../jobs/jobFolder';
import { notWritable } from '../jobs/notWritable';
import { ExpectedError } from '../message';
import type { SubmitRequest } from './workerMessages';
import { ENGINE_VERSION } from './version';

export interface NewJob {
  readonly folder: string;
  readonly id: string;
  readonly submittedAt: number;
  readonly request: SubmitRequest;
}

/**
 * Makes a job folder: copies the input, reads the copy's header, writes `job.json`. The job exists when this resolves,
 * and survives a power cut. Leaves nothing behind when it throws.
 */
export async function createJob({ folder, id, submittedAt, request }: NewJob): Promise<void> {
  try {
    // What is detected is detected once, from the file under its own name.
    const read = readAgain((await openTable(request.path, request.read)).info);
    const frozen = await freezeInput(folder, request.path).catch((error: unknown) => {
      throw unreadable(request.name, error);
    });
    const { info } = await openTable(inputPath(folder), read);
    if (info.header.length !== request.plan.columns.length)
      throw new ExpectedError({ code: 'job.columnsChanged' });
    const definition: JobDefinition = {
      version: 1,
      id,
      submittedAt,
      target: request.target,
      source: { name: request.name, uri: request.uri, ...frozen, read, info },
      plan: request.plan,
      language: request.language,
      timeZone: request.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
      host: thisHost(),
      ...(request.limits === undefined ? {} : { limits: request.limits }),
      ...(request.ledgerApp === undefined ? {} : { ledgerApp: request.ledgerApp }),
      ...(request.parentJobId === undefined ? {} : { parentJobId: request.parentJobId }),
      engineVersion: ENGINE_VERSION,
    };
    await writeDefinition(folder, definition);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw notWritable(error);
  }
}

function unreadable(name: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : null;
  // Reading never fills a disk; what may be either is said of the file.
  return code === null || code === 'ENOSPC' || code === 'EDQUOT' || code === 'EROFS'
    ? error
    : new ExpectedError({ code: 'job.fileMissing', args: { name, code } }, { cause: error });
}
