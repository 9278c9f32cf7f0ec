import type { Stage } from './stage/stage';

/** One thing that is done and checked; what it resolves with is what was seen. */
export interface Step {
  readonly name: string;
  run(stage: Stage): Promise<string[]>;
}
