/**
 * Nothing lost, nothing doubled: runs the real command line against the sandbox in a process of its own, disturbs both,
 * and compares row by row what the product says with what the endpoint has.
 *
 * `npm run faults -- [--quick] [--seed N] [--runs N] [--only NAME[/CASE],…] [--minutes N] [--mutants] [--json FILE]`
 *
 * Without `--runs` each scenario runs as often as its goal wants; after `--minutes` no run begins, and the table says what is
 * missing. With `--mutants`, `--only` takes names of mutants.
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
    minutes: { type: 'string' },
  },
});

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});

async function main(): Promise<void> {
  const start = Date.now();
  const only = flags.only?.split(',');
  if (flags.json !== undefined) writeFileSync(flags.json, '');
  const [program, plain] = [await buildSandbox(), await buildPlain()];
  const stages = await Stages.open({ program, plain, engine: await buildProbed('probed') });
  try {
    const broken = flags.mutants ? await proveMutants(stages, note, only) : await proveAll(stages, only);
    console.log(`\n${broken} broken promises in ${seconds(start)} s`);
    if (broken > 0) process.exitCode = 1;
  } finally {
    await stages.close();
  }
}

async function proveAll(stages: Stages, only?: readonly string[]): Promise<number> {
  console.log(`${TITLE}  (seeds from ${flags.seed ?? 'those of the scenarios: 0 or 1'} up)`);
  const until = flags.minutes === undefined ? Infinity : Date.now() + Number(flags.minutes) * 60_000;
  const wanted = SCENARIOS.flatMap((scenario, place) =>
    wantedOf(scenario, place, only).map((kind) => ({ scenario, kind })),
  );
  if (wanted.length === 0) throw new Error(`no scenario or case has the name ${only?.join(', ') ?? ''}`);
  let broken = 0;
  const work = async (places: Stages) => {
    for (let one = wanted.shift(); one !== undefined; one = wanted.shift()) {
      const { scenario, kind } = one;
      const proof = await prove(scenario, kind, places, {
        quick: flags.quick,
        until,
        onProgress: progressOf(`${scenario.name}/${kind.name}`),
        ...(flags.seed === undefined ? {} : { seed: Number(flags.seed) }),
        ...(flags.runs === undefined ? {} : { runs: Number(flags.runs) }),
      });
      tell(proof);
      broken += proof.broken.length;
    }
  };
  // Few runs each: the proofs share the places. Many runs: the runs do.
  await Promise.all((flags.quick ? stages.each() : [stages]).map(work));
  return broken;
}

function tell(proof: Proof): void {
  clearLine();
  console.log(lineOf(proof));
  note(proof);
  for (const { seed, problems } of proof.broken.slice(0, 3)) {
    for (const problem of problems) console.log(`    ${problem}`);
    const { scenario, kind } = proof;
    console.log(`    again: npm run faults -- --only "${scenario}/${kind}" --seed ${seed} --runs 1`);
  }
}

/** A way of importing has its turn in every so-manieth scenario of a quick proof. */
const QUICK_TURNS = 4;

/** The ways of importing that are wanted; of a quick proof without names each has its turn in some of the scenarios. */
function wantedOf({ name, cases }: Scenario, place: number, only?: readonly string[]): readonly Case[] {
  const { quick } = flags;
  if (only !== undefined) {
    return cases.filter((kind) =>
      [name, kind.name, `${name}/${kind.name}`].some((one) => only.includes(one)),
    );
  }
  if (!quick || cases.length < QUICK_TURNS) return cases;
  return cases.filter((_, index) => (index + place) % QUICK_TURNS === 0);
}

/** Told at most so often. */
const PROGRESS_MS = process.stderr.isTTY ? 500 : 30_000;

function progressOf(name: string): (done: string) => void {
  let told = Date.now();
  return (done) => {
    if (Date.now() < told + PROGRESS_MS) return;
    told = Date.now();
    process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${name}: ${done}` : `  ${name}: ${done}\n`);
  };
}

function clearLine(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
}

function note({ broken, ...proof }: Proof): void {
  if (flags.json === undefined) return;
  const line = { ...proof, broken: broken.length, seeds: broken.map(({ seed }) => seed) };
  appendFileSync(flags.json, `${JSON.stringify(line)}\n`);
}

function seconds(start: number): string {
  return ((Date.now() - start) / 1000).toFixed(1);
}
