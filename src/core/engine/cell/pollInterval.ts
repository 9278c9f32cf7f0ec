const SHORTEST_MS = 1000;
const LONGEST_MS = 15_000;
const LONGEST_IN_TROUBLE_MS = 30_000;
/** A run is looked at again after a part of the time that it has taken. */
const PART_OF_ELAPSED = 1 / 30;

/**
 * Milliseconds until the next look at a run: one second, more the longer it takes, more after answers that told nothing
 * (`troubles` in a row), and never in step with others.
 */
export function pollMs(elapsedMs: number, troubles: number, random: number): number {
  const usual = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, elapsedMs * PART_OF_ELAPSED));
  const slowed = Math.min(LONGEST_IN_TROUBLE_MS, usual * 2 ** Math.min(troubles, 5));
  return Math.round(slowed * (0.8 + 0.4 * random));
}
