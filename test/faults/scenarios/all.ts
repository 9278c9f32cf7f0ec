import type { Scenario } from '../scenario';
import { killsAtBoundaries, killsAtRandom } from './kills';
import { allTogether, lostAnswers } from './network';

/** In the order of the table. */
export const SCENARIOS: readonly Scenario[] = [killsAtBoundaries, killsAtRandom, lostAnswers, allTogether];
