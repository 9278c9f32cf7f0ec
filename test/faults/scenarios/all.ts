import type { Scenario } from '../scenario';
import { killsAtBoundaries, killsAtRandom } from './kills';
import { allTogether, cutAnswers, lostAnswers, pages, signedOut, storms } from './network';

/** In the order of the table. */
export const SCENARIOS: readonly Scenario[] = [
  killsAtBoundaries,
  killsAtRandom,
  lostAnswers,
  allTogether,
  cutAnswers,
  pages,
  storms,
  signedOut,
];
