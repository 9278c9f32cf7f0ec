import { isRowsJob } from '../../core/jobs/job';
import type { ImportJob, RowsJob } from '../../core/jobs/job';
import { hasUncertainRows } from '../views/jobFacts';
import { uncertainKey } from './uncertainKey';

/** What one document shows of a job. */
export interface WantedProblems {
  readonly jobId: string;
  /** Problems of its unimported rows. */
  readonly unimported: boolean;
  /** Rows that are uncertain, for good or until a person has answered. */
  readonly uncertain: boolean;
  /** Changes when there is something else to show. */
  readonly key: string;
}

/**
 * Whose problems each document shows: those of the last import of it. Its uncertain rows from when a person is asked
 * about them, what else was wrong once it has ended, until its unimported rows are imported again. A canceled import
 * changes nothing, so it does not count.
 */
export function wantedProblems(jobs: readonly ImportJob[]): Map<string, WantedProblems> {
  const counted = jobs.filter(isRowsJob).filter((job) => job.status !== 'canceled');
  const corrected = new Set(counted.map((job) => job.definition.parentJobId));
  const seen = new Set<string>();
  const wanted = new Map<string, WantedProblems>();
  for (const job of [...counted].sort((a, b) => b.definition.submittedAt - a.definition.submittedAt)) {
    const { uri } = job.definition.source;
    if (seen.has(uri)) continue;
    seen.add(uri);
    const ended = job.status === 'completed' || job.status === 'failed';
    const unimported = ended && job.counts.invalid + job.counts.rejected > 0 && !corrected.has(job.id);
    const uncertain = hasUncertainRows(job);
    if (!unimported && !uncertain) continue;
    const key = uncertain ? `${String(unimported)} ${uncertainKey(job)}` : job.id;
    wanted.set(uri, { jobId: job.id, unimported, uncertain, key });
  }
  return wanted;
}

/** What the document of a job's unimported rows shows itself. */
export function ownProblems(jobId: string): WantedProblems {
  return { jobId, unimported: true, uncertain: false, key: jobId };
}

/** Whether a document was imported after a moment, so that what was found in it before no longer counts. */
export function importedSince(jobs: readonly ImportJob[], uri: string, timeMs: number): boolean {
  return jobs
    .filter(isRowsJob)
    .some(
      ({ definition, status }) =>
        definition.source.uri === uri && definition.submittedAt >= timeMs && status !== 'canceled',
    );
}

/** The job that imported these unimported rows again, newest first; canceled ones sent nothing. */
export function importedAgainBy(jobs: readonly ImportJob[], jobId: string): RowsJob | undefined {
  return jobs
    .filter(isRowsJob)
    .filter((job) => job.definition.parentJobId === jobId && job.status !== 'canceled')
    .sort((a, b) => b.definition.submittedAt - a.definition.submittedAt)[0];
}
