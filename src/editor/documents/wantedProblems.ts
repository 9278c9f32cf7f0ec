import { isRowsJob } from '../../core/jobs/job';
import type { ImportJob, RowsJob } from '../../core/jobs/job';

/**
 * Whose problems each document shows: those of the last import that ended, until the same document is imported again
 * or its unimported rows are. A canceled import changes nothing, so it does not count.
 */
export function wantedProblems(jobs: readonly ImportJob[]): Map<string, string> {
  const counted = jobs.filter(isRowsJob).filter((job) => job.status !== 'canceled');
  const corrected = new Set(counted.map((job) => job.definition.parentJobId));
  const seen = new Set<string>();
  const wanted = new Map<string, string>();
  for (const job of [...counted].sort((a, b) => b.definition.submittedAt - a.definition.submittedAt)) {
    const { uri } = job.definition.source;
    if (seen.has(uri)) continue;
    seen.add(uri);
    const ended = job.status === 'completed' || job.status === 'failed';
    if (ended && job.counts.invalid + job.counts.rejected > 0 && !corrected.has(job.id))
      wanted.set(uri, job.id);
  }
  return wanted;
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
