import type { Scenario } from '../scenario';
import { changedInput, flippedBits, fullDisk, tornJournals } from './disk';
import { killsAtBoundaries, killsAtRandom } from './kills';
import {
  allTogether,
  cutAnswers,
  keptAlive,
  lateCommits,
  lostAnswers,
  pages,
  signedOut,
  storms,
} from './network';
import { decisions, edits } from './people';
import { undoing } from './undo';
import { cancels, races, sleepers, stops } from './requests';

/** In the order of the table. */
export const SCENARIOS: readonly Scenario[] = [
  killsAtBoundaries,
  killsAtRandom,
  allTogether,
  lostAnswers,
  lateCommits,
  cutAnswers,
  pages,
  storms,
  keptAlive,
  signedOut,
  tornJournals,
  flippedBits,
  fullDisk,
  races,
  sleepers,
  stops,
  cancels,
  changedInput,
  edits,
  decisions,
  undoing,
];
