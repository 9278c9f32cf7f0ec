import type { ImportJob } from '../../core/jobs/job';
import { hasCellNotes, hasTwins, hasUnimportedRows, isEnded } from './jobFacts';

/** How loudly the end of imports is told. Being stopped or canceled is what the person wanted, not an error. */
export type Tone = 'information' | 'warning' | 'error';

/** How to tell that these imports have ended. */
export function toneOf(jobs: readonly ImportJob[]): Tone {
  if (jobs.some((job) => job.status === 'failed')) {
    return 'error';
  }
  const needsALook = jobs.some(
    (job) =>
      job.counts.unknown > 0 ||
      hasTwins(job) ||
      hasCellNotes(job) ||
      (hasUnimportedRows(job) && job.phase.kind !== 'stopped'),
  );
  return needsALook ? 'warning' : 'information';
}

/** Notices which imports end while it watches; one that had ended before it was first seen is no news. */
export class EndWatcher {
  readonly #running = new Set<string>();

  /** Whether this look at the import is the first that finds it ended after it was seen running. */
  hasJustEnded(job: ImportJob): boolean {
    if (!isEnded(job)) {
      this.#running.add(job.id);
      return false;
    }
    return this.#running.delete(job.id);
  }

  forget(jobId: string): void {
    this.#running.delete(jobId);
  }
}
