import { buildProbed } from './build';
import type { Replacement } from './build';
import { CASES } from './cases';
import { prove } from './prove';
import type { Proof } from './prove';
import { SCENARIOS } from './scenarios/all';
import type { Stages } from './stages';

/** An engine that is broken on purpose, and where that has to be seen. */
interface Mutant {
  readonly name: string;
  readonly replacements: readonly Replacement[];
  readonly scenario: string;
  readonly kind: string;
  /** Seeds that are tried at the most, from the first one on. */
  readonly seed?: number;
  readonly runs: number;
}

const SENDER = 'engine/sender.ts';
const SETTLING = 'engine/settling.ts';
const AMBIGUOUS = "case 'ambiguous':\n        return this.#lose(batch, records, answer.message, true);";

const MUTANTS: readonly Mutant[] = [
  {
    name: 'the request leaves before its INTENT',
    replacements: [
      {
        file: SENDER,
        from: 'await this.#decisions.announce(batch, records, lookBack?.highWater);',
        to: `this.early = this.#parts.writer.send(records);
             await this.early.catch(() => null);
             await this.#decisions.announce(batch, records, lookBack?.highWater);`,
      },
      {
        file: SENDER,
        from: 'await writer.send(records, undefined, () => control.asked === null)',
        to: 'await this.early',
      },
    ],
    scenario: 'kill at every boundary',
    kind: 'app-none',
    seed: 10,
    runs: 30,
  },
  {
    name: 'no INTENT before the answer',
    replacements: [
      {
        file: 'jobs/journal.ts',
        from: 'const line = encodeLine(record);',
        to: `const own = encodeLine(record);
             if (event.type === 'INTENT') { this.held = own; this.state = state; return; }
             const line = Buffer.concat([this.held ?? Buffer.alloc(0), own]);
             this.held = null;`,
      },
    ],
    scenario: 'kill at every boundary',
    kind: 'app-none',
    seed: 10,
    runs: 30,
  },
  {
    name: 'INTENT is not made durable',
    replacements: [
      {
        file: 'engine/decisions.ts',
        from: "await this.#log.appendDurable({\n      type: 'INTENT'",
        to: "await this.#log.append({\n      type: 'INTENT'",
      },
    ],
    scenario: 'journal torn at every byte',
    kind: 'app-none',
    seed: 0,
    runs: 30,
  },
  {
    name: 'a request without an answer is simply sent again',
    replacements: [
      {
        file: SENDER,
        from: AMBIGUOUS,
        to: `case 'ambiguous':
        await this.#decisions.all(batch, records, PENDING, { kind: 'notCommitted', reason: 'network', message: answer.message });
        this.#queue.putBack(records);
        this.#waiting.refused(answer.message);
        return;`,
      },
    ],
    scenario: 'lost answers',
    kind: 'app-none',
    runs: 8,
  },
  {
    name: 'nothing is found out about lost answers',
    replacements: [
      { file: SETTLING, from: "return guarantee !== 'none' && (", to: 'return guarantee === null && (' },
    ],
    scenario: 'lost answers',
    kind: 'app-add',
    runs: 8,
  },
  {
    name: 'a lost answer is taken for a good one',
    replacements: [
      {
        file: SENDER,
        from: AMBIGUOUS,
        to: `case 'ambiguous':
        return this.#commit(batch, records, records.map(() => '1'), records.map(() => '1'));`,
      },
    ],
    scenario: 'HTML with 200',
    kind: 'app-none',
    runs: 8,
  },
  {
    name: 'a lost answer is taken for a refusal',
    replacements: [
      {
        file: SENDER,
        from: AMBIGUOUS,
        to: `case 'ambiguous':
        return this.#decisions.rejected(batch, records, {
          code: '', message: answer.message, rows: records.flatMap((record) => opaqueRecord(record, answer.message).rows),
        });`,
      },
    ],
    scenario: 'lost answers',
    kind: 'app-none',
    runs: 8,
  },
  {
    name: 'uncertain rows are among the rows not imported',
    replacements: [
      {
        file: 'jobs/notImported.ts',
        from: '    unprocessed: [\n',
        to: "    unprocessed: [\n      { ranges: verdicts.rangesOf(UNKNOWN), reason: { code: 'job.notSent' } },\n",
      },
    ],
    scenario: 'lost answers',
    kind: 'app-none',
    runs: 8,
  },
  {
    name: 'the ledger is changed whatever its revision is',
    replacements: [
      {
        file: 'endpoints/kintone/ledger.ts',
        from: 'records: [{ id, revision, record }]',
        to: 'records: [{ id, record }]',
      },
    ],
    scenario: 'late commits',
    kind: 'app-ledger',
    runs: 12,
  },
  {
    name: 'late requests are not waited for',
    replacements: [
      {
        file: SETTLING,
        from: 'waitForLateOnes(): Promise<void> {\n    return this.#waitOut(this.#parts.settleMs);',
        to: 'waitForLateOnes(): Promise<void> {\n    return Promise.resolve();',
      },
    ],
    scenario: 'late commits',
    kind: 'app-readback',
    runs: 12,
  },
  {
    name: 'a job may have several owners',
    replacements: [
      {
        file: 'jobs/ownership.ts',
        from: 'return server && ownershipOf(server);',
        to: 'return server ? ownershipOf(server) : { release: () => Promise.resolve() };',
      },
      // The journal's own look at who else writes it is a second line of defence.
      { file: 'jobs/journal.ts', from: 'await this.#assertOurs();', to: '' },
    ],
    scenario: 'owner races',
    kind: 'app-none',
    runs: 30,
  },
  {
    name: 'a stop is not heard',
    replacements: [
      {
        file: 'jobs/control.ts',
        from: 'this.#hear(await readRequests(this.#folder));',
        to: "this.#hear((await readRequests(this.#folder)) === 'lost' ? 'lost' : null);",
      },
    ],
    scenario: 'stop at random',
    kind: 'app-readback',
    runs: 12,
  },
  {
    name: 'an answer for uncertain rows is carried out again',
    replacements: [
      {
        file: 'engine/deciding.ts',
        from: 'await dropDecisions(folder, names);',
        to: 'void dropDecisions; void names;',
      },
    ],
    scenario: 'decisions',
    kind: 'app-none',
    runs: 6,
  },
  {
    name: 'changes name no revision',
    replacements: [
      {
        file: 'endpoints/kintone/requestBody.ts',
        from: '"revision":${JSON.stringify(revision)},',
        to: '',
      },
    ],
    scenario: 'edited meanwhile',
    kind: 'app-update',
    runs: 6,
  },
  {
    name: 'rows of a lost request that are there are called duplicates',
    replacements: [
      {
        file: SENDER,
        from: 'if (answer.exists === true && (await this.#metItself(batch, records, answer.message))) return;',
        to: '',
      },
    ],
    scenario: 'late commits',
    kind: 'app-add',
    runs: 12,
  },
];

function endOf(first: Proof['broken'][number] | undefined, isKilled: boolean): string {
  if (first === undefined) return ' SURVIVED';
  const why = `seed ${first.seed}: ${first.problems[0] ?? ''}`.replaceAll('\n', ' ');
  return isKilled ? ` killed by ${why}` : ` the engine as it is fails as well, ${why}`;
}

/** Proves that each of them is found out, or those with these names; how many are not. */
export async function proveMutants(
  stages: Stages,
  note: (proof: Proof) => void,
  only?: readonly string[],
): Promise<number> {
  const strange = only?.find((one) => MUTANTS.every(({ name }) => name !== one));
  if (strange !== undefined) throw new Error(`no mutant has the name ${strange}`);
  let survived = 0;
  console.log(`${'mutant'.padEnd(62)} ${'scenario'.padEnd(36)} runs  seconds`);
  for (const [index, mutant] of MUTANTS.entries()) {
    if (only?.includes(mutant.name) === false) continue;
    const engine = await buildProbed(`mutant-${index + 1}`, { replacements: mutant.replacements });
    const scenario = SCENARIOS.find(({ name }) => name === mutant.scenario);
    const kind = CASES.find(({ name }) => name === mutant.kind);
    if (!scenario || !kind) throw new Error(`${mutant.scenario}/${mutant.kind} is no scenario`);
    const { seed, runs } = mutant;
    const options = { quick: false, runs, untilBroken: true, ...(seed === undefined ? {} : { seed }) };
    const proof = await prove(scenario, kind, stages.with(engine), options);
    note({ ...proof, scenario: `mutant: ${mutant.name}` });
    const [first] = proof.broken;
    // The same run of the engine as it is: what it is found out by must be its own fault.
    const control =
      first && (await prove(scenario, kind, stages, { quick: false, seed: first.seed, runs: 1 }));
    const isKilled = control?.broken.length === 0;
    if (!isKilled) survived++;
    console.log(
      [
        mutant.name.padEnd(62),
        `${mutant.scenario}/${mutant.kind}`.padEnd(36),
        String(proof.runs).padStart(4),
        proof.seconds.toFixed(1).padStart(8),
        endOf(first, isKilled).slice(0, 140),
      ].join(' '),
    );
  }
  return survived;
}
