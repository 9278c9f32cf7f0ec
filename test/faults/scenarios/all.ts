import type { Scenario } from '../scenario';
import { changedInput, flippedBits, fullDisk, tornJournals } from './disk';
import { killsAtBoundaries, killsAtRandom } from './kills';
import { allTogether, cutAnswers, lostAnswers, pages, signedOut, storms } from './network';
import { cancels, races, sleepers, stops } from './requests';

/** In the order of the table. */
export const SCENARIOS: readonly Scenario[] = [
  killsAtBoundaries,
  killsAtRandom,
  allTogether,
  lostAnswers,
  cutAnswers,
  pages,
  storms,
  signedOut,
  tornJournals,
  flippedBits,
  fullDisk,
  races,
  sleepers,
  stops,
  cancels,
  changedInput,
];
