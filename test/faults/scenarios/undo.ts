import { readdirSync } from 'node:fs';
import { CASES, idsIn } from '../cases';
import type { Row } from '../cases';
import type { Job } from '../job';
import { random } from '../random';
import type { Scenario } from '../scenario';
import { jobOf } from './common';
import { EDITED, editAll, wordsOf } from './edits';

const ROWS = 300;
const NOTHING = { lost: 0, doubled: 0, unknown: 0, unimported: 0 };

/** An import is taken back by processes that are killed, while others have edited some of its records. */
export const undoing: Scenario = {
  name: 'undo with edits',
  cases: CASES.filter(({ name }) => name === 'app-add' || name === 'app-update'),
  runs: (_, __, quick) => (quick ? 1 : 250),
  run: async (kind, seed, stage) => {
    const job = await jobOf(kind, seed, ROWS, stage);
    await job.liveToEnd(() => ({}));
    const chance = random(seed);
    const edited = job.rows.filter(() => chance() < 0.05).slice(0, 90);
    await editAll(stage, edited);
    const killAfterMs = seed % 2 === 0 ? { killAfterMs: 300 + chance() * 500 } : {};
    const id = job.id ?? '';
    await job.command(['undo', id, '--json'], killAfterMs);
    await takeUp(job, id);
    const problems = await leftBehind(job, edited);
    await job.remove();
    return {
      ...NOTHING,
      rows: ROWS,
      wrong: problems.length,
      problems: problems.slice(0, 5),
      figures: { edits: edited.length },
    };
  },
};

/** Until the undo has ended; one that was killed before it was there is begun again. */
async function takeUp(job: Job, id: string): Promise<void> {
  for (let times = 0; times < 20; times++) {
    const undo = readdirSync(job.jobsFolder).find((name) => name !== id && /^\d/.test(name));
    const args = undo === undefined ? ['undo', id, '--json'] : ['show', undo, '--json'];
    const { lines } = await job.command(args);
    const { status } = JSON.parse(lines.at(-1) ?? '{}') as { status?: string };
    if (undo !== undefined && status !== 'waiting' && status !== 'inProgress') return;
    if (undo !== undefined) await job.command(['resume', undo, '--json']);
  }
  throw new Error('the undo has not ended after 20 processes');
}

/** What is not as it was before the import, apart from what somebody else has edited since; that stays as it is. */
async function leftBehind(job: Job, edited: readonly Row[]): Promise<string[]> {
  const { kind, rows } = job;
  const problems: string[] = [];
  const theirs = new Set(edited.map(({ id }) => id));
  const found = new Map(
    (await job.records()).map((record) => [[...idsIn(JSON.stringify(record))][0], record]),
  );
  for (const row of rows) {
    const record = found.get(row.id);
    if (theirs.has(row.id)) {
      if (record?.[EDITED] !== wordsOf(row.id)) problems.push(`an edit of ${row.id} is gone`);
      continue;
    }
    const was = kind.before?.cells(row);
    const is = record && kind.valuesOf(record);
    if (JSON.stringify(was) !== JSON.stringify(is)) {
      problems.push(`${row.id} is not as before: ${JSON.stringify(is)}`);
    }
  }
  return problems;
}
