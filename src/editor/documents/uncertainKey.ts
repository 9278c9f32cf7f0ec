import type { ImportJob } from '../../core/jobs/job';

/** Tells states of a job apart that differ in their uncertain rows. */
export function uncertainKey({ id, status, phase, canDecide, counts }: ImportJob): string {
  const asked = phase.kind === 'needsDecision' ? phase.rows : 0;
  return JSON.stringify([id, status, canDecide === true, asked, counts]);
}
