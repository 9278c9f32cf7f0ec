import type { ImportJob } from '../../core/jobs/job';
import { isLive, isTrouble, needsDecision } from './jobFacts';

/** What the badge and the status bar count. */
export interface Attention {
  /** Waiting or in progress, with a living owner. */
  readonly running: number;
  /** Failed or interrupted, and not seen since. */
  readonly failed: number;
  /** Standing still until a person has said what becomes of uncertain rows; they count until that is done. */
  readonly asking: number;
  /** The one to name when there is room for one name: in progress before waiting, the oldest first. */
  readonly first: ImportJob | undefined;
}

/** @param seen keys of the troubles that have been in front of the person, as `troubleKeys` gives them */
export function attentionOf(jobs: readonly ImportJob[], seen: ReadonlySet<string>): Attention {
  const running = jobs.filter(isLive);
  return {
    running: running.length,
    asking: jobs.filter(needsDecision).length,
    failed: troubleKeys(jobs).filter((key) => !seen.has(key)).length,
    first: running.findLast((job) => job.status === 'inProgress') ?? running.at(-1),
  };
}

/** One key for each trouble there is. An import that is interrupted, resumed and then fails has two. */
export function troubleKeys(jobs: readonly ImportJob[]): string[] {
  return jobs.filter(isTrouble).map((job) => `${job.id} ${job.phase.kind}`);
}
