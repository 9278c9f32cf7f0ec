import type { SandboxProcess } from '../e2e/stage/sandbox';
import type { Case } from './cases';
import type { Finding } from './checker';

/** Where runs happen: a sandbox of its own, and the engine under test. */
export interface Stage {
  readonly sandbox: SandboxProcess;
  /** Folder of the built engine with the probe in. */
  readonly engine: string;
  /** Folder of the engine as it is shipped. */
  readonly plain: string;
  /** Folder for jobs. */
  readonly below: string;
}

/** What one run came to. */
export interface RunResult extends Finding {
  /** Figures beside the rows, by name. */
  readonly figures?: Readonly<Record<string, number>>;
}

export interface Scenario {
  readonly name: string;
  readonly cases: readonly Case[];
  /** Runs for each case of a full and of a quick proof. A function when it has to be counted first. */
  readonly runs: (kind: Case, stage: Stage, quick: boolean) => number | Promise<number>;
  /** One run; the same for the same seed. Seeds of a case count up. */
  readonly run: (kind: Case, seed: number, stage: Stage, quick: boolean) => Promise<RunResult>;
  /** A full proof goes on until a figure of its runs, or their rows, sum up to so many; `runs` is for others. */
  readonly goal?: (kind: Case) => { readonly figure: string; readonly count: number };
  /**
   * Its seeds are places that it goes through one by one, from this one on; another seed is where to begin only together
   * with a number of runs.
   */
  readonly firstPlace?: number;
}
