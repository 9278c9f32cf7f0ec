import type { ImportJob } from '../../core/jobs/job';
import { needsDecision } from './jobFacts';

/** Notices which imports begin to wait for a decision while it watches. */
export class QuestionWatcher {
  readonly #asking = new Set<string>();

  /** Whether this look at the import is the first that finds it waiting, or waiting again. */
  hasJustAsked(job: ImportJob): boolean {
    if (!needsDecision(job)) {
      this.#asking.delete(job.id);
      return false;
    }
    if (this.#asking.has(job.id)) return false;
    this.#asking.add(job.id);
    return true;
  }

  forget(jobId: string): void {
    this.#asking.delete(jobId);
  }
}
