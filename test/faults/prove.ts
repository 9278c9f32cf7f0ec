import type { Case } from './cases';
import type { RunResult, Scenario, Stage } from './scenario';
import type { Stages } from './stages';

export interface ProveOptions {
  readonly quick: boolean;
  readonly seed?: number;
  readonly runs?: number;
  /** Ends at the first run that breaks a promise. */
  readonly untilBroken?: boolean;
  /** No run begins after this moment, in milliseconds since 1970. */
  readonly until?: number;
  /** Told after every run: of how many, where that is known. */
  readonly onProgress?: (done: string) => void;
}

/** What a scenario came to for one way of importing. */
export interface Proof {
  readonly scenario: string;
  readonly kind: string;
  readonly guarantee: string;
  readonly seed: number;
  readonly runs: number;
  readonly rows: number;
  readonly lost: number;
  readonly doubled: number;
  readonly twins: number;
  readonly unknown: number;
  readonly wrong: number;
  readonly unimported: number;
  readonly seconds: number;
  /** What was wanted has been run. */
  readonly complete: boolean;
  /** The largest of all runs where the name says so, the sum otherwise. */
  readonly figures: Readonly<Record<string, number>>;
  readonly broken: readonly { readonly seed: number; readonly problems: readonly string[] }[];
}

/** Runs a scenario for one way of importing, as often as wanted, over all stages. */
export async function prove(
  scenario: Scenario,
  kind: Case,
  stages: Stages,
  options: ProveOptions,
): Promise<Proof> {
  const { quick, untilBroken = false, until = Infinity, onProgress } = options;
  const seed = firstSeed(scenario, options);
  const start = Date.now();
  const [first] = stages.all;
  if (!first) throw new Error('there is no stage');
  const goal = quick || options.runs !== undefined ? undefined : scenario.goal?.(kind);
  const runs = goal
    ? Infinity
    : (options.runs ?? (await ready(first, () => scenario.runs(kind, first, quick))));
  const results: RunResult[] = [];
  const broken: { seed: number; problems: readonly string[] }[] = [];
  const reached = () => (goal === undefined ? 0 : reachedOf(results, goal.figure));
  const isWanted = () => next < runs && (goal === undefined || reached() < goal.count);
  let next = 0;
  const work = async (stage: Stage) => {
    while (isWanted() && Date.now() < until && broken.length < (untilBroken ? 1 : MOST_BROKEN)) {
      const own = seed + next++;
      try {
        await restart(stage);
        const result = await scenario.run(kind, own, stage, quick);
        results.push(result);
        const problems = [...result.problems, ...brokenPromises(kind, result)];
        if (problems.length > 0) broken.push({ seed: own, problems });
      } catch (error) {
        broken.push({ seed: own, problems: [error instanceof Error ? (error.stack ?? '') : String(error)] });
      }
      onProgress?.(
        goal ? `${reached()} of ${goal.count} ${goal.figure}` : `${results.length} of ${runs} runs`,
      );
    }
  };
  await Promise.all(stages.all.map(work));
  const sum = (of: (result: RunResult) => number) => results.reduce((total, one) => total + of(one), 0);
  return {
    scenario: scenario.name,
    kind: kind.name,
    guarantee: kind.guarantee,
    seed,
    runs: results.length,
    rows: sum(({ rows }) => rows),
    lost: sum(({ lost }) => lost),
    doubled: sum(({ doubled }) => doubled),
    twins: sum(({ twins }) => twins),
    unknown: sum(({ unknown }) => unknown),
    wrong: sum(({ wrong }) => wrong),
    unimported: sum(({ unimported }) => unimported),
    seconds: (Date.now() - start) / 1000,
    complete: !isWanted(),
    figures: figuresOf(results),
    broken: broken.sort((a, b) => a.seed - b.seed),
  };
}

function firstSeed({ firstPlace }: Scenario, { seed, runs }: ProveOptions): number {
  if (firstPlace !== undefined && runs === undefined) return firstPlace;
  return seed ?? firstPlace ?? 1;
}

/** Enough of them to see what is wrong. */
const MOST_BROKEN = 10;

function reachedOf(results: readonly RunResult[], figure: string): number {
  return results.reduce(
    (sum, { rows, figures }) => sum + (figure === 'rows' ? rows : (figures?.[figure] ?? 0)),
    0,
  );
}

async function ready<T>(stage: Stage, use: () => T | Promise<T>): Promise<T> {
  await restart(stage);
  return use();
}

/** As freshly started: only what each run brings is there. */
async function restart({ sandbox }: Stage): Promise<void> {
  for (const system of ['kintone', 'personium'] as const) {
    await sandbox.ask(system, 'POST', 'reset');
    await sandbox.ask(system, 'POST', 'faults', { latencyMs: 0, recordLatencyMs: 0 });
  }
}

/** Rows may be uncertain only where nothing can tell. */
function brokenPromises({ guarantee }: Case, { unknown }: RunResult): string[] {
  const mayBeUncertain = guarantee === 'readBack' || guarantee === 'none';
  return unknown > 0 && !mayBeUncertain ? [`${unknown} rows are uncertain`] : [];
}

function figuresOf(results: readonly RunResult[]): Record<string, number> {
  const figures: Record<string, number> = {};
  for (const { figures: own = {} } of results) {
    for (const [name, value] of Object.entries(own)) {
      const before = figures[name] ?? 0;
      figures[name] = name.startsWith('most ') ? Math.max(before, value) : before + value;
    }
  }
  return figures;
}
