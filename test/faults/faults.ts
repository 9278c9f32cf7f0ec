/**
 * Nothing lost, nothing doubled: runs the real command line against the sandbox in a process of its own, disturbs both,
 * and compares row by row what the product says with what the endpoint has.
 *
 * `npm run faults -- [--quick] [--seed N] [--runs N] [--only NAME[/CASE],…] [--mutants] [--json FILE]`
 *
 * Exit code 1 when a promise is broken; the command line that shows it again is printed.
 */
import { appendFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { buildPlain, buildProbed, buildSandbox } from './build';
import { proveMutants } from './mutants';
import { Stages } from './stages';
import { prove } from './prove';
import type { Proof } from './prove';
import type { Case } from './cases';
import type { Scenario } from './scenario';
import { SCENARIOS } from './scenarios/all';
import { lineOf, TITLE } from './table';

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    seed: { type: 'string' },
    runs: { type: 'string' },
    only: { type: 'string' },
    mutants: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});

async function main(): Promise<void> {
  const start = Date.now();
  if (flags.json !== undefined) writeFileSync(flags.json, '');
  const [program, plain] = [await buildSandbox(), await buildPlain()];
  const stages = await Stages.open({ program, plain, engine: await buildProbed('probed') });
  try {
    const broken = flags.mutants ? await proveMutants(stages, note) : await proveAll(stages);
    console.log(`\n${broken} broken promises in ${seconds(start)} s`);
    if (broken > 0) process.exitCode = 1;
  } finally {
    await stages.close();
  }
}

async function proveAll(stages: Stages): Promise<number> {
  console.log(TITLE);
  let broken = 0;
  for (const [place, scenario] of SCENARIOS.entries()) {
    for (const kind of wantedOf(scenario, place)) {
      const proof = await prove(scenario, kind, stages, {
        quick: flags.quick,
        ...(flags.seed === undefined ? {} : { seed: Number(flags.seed) }),
        ...(flags.runs === undefined ? {} : { runs: Number(flags.runs) }),
      });
      console.log(lineOf(proof));
      note(proof);
      for (const { seed, problems } of proof.broken.slice(0, 3)) {
        for (const problem of problems) console.log(`    ${problem}`);
        console.log(
          `    again: npm run faults -- --only ${scenario.name}/${kind.name} --seed ${seed} --runs 1`,
        );
      }
      broken += proof.broken.length;
    }
  }
  return broken;
}

/** In how many scenarios a quick proof takes the turn of a way of importing. */
const QUICK_TURNS = 3;

/** The ways of importing that are wanted; of a quick proof without names each has its turn in some of the scenarios. */
function wantedOf({ name, cases }: Scenario, place: number): readonly Case[] {
  const { only, quick } = flags;
  if (only !== undefined) {
    const names = only.split(',');
    return cases.filter((kind) =>
      [name, kind.name, `${name}/${kind.name}`].some((one) => names.includes(one)),
    );
  }
  if (!quick || cases.length < QUICK_TURNS) return cases;
  return cases.filter((_, index) => (index + place) % QUICK_TURNS === 0);
}

function note({ broken, ...proof }: Proof): void {
  if (flags.json === undefined) return;
  const line = { ...proof, broken: broken.length, seeds: broken.map(({ seed }) => seed) };
  appendFileSync(flags.json, `${JSON.stringify(line)}\n`);
}

function seconds(start: number): string {
  return ((Date.now() - start) / 1000).toFixed(1);
}
