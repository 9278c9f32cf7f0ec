import { CASES, idsIn } from '../cases';
import type { Row } from '../cases';
import type { Job } from '../job';
import { random } from '../random';
import type { Scenario } from '../scenario';
import { slowWrites } from '../disturb';
import { smallJob } from './common';
import { EDITED, editAll, wordsOf } from './edits';

/** Processes of one undo. */
const MOST = 20;
const NOTHING = { lost: 0, doubled: 0, twins: 0, unknown: 0, unimported: 0 };

/** An import is taken back by processes that are killed, while others have edited some of its records. */
export const undoing: Scenario = {
  name: 'undo with edits',
  cases: CASES.filter(({ name }) => name === 'app-add' || name === 'app-update'),
  runs: (_, __, quick) => (quick ? 1 : 250),
  run: async (kind, seed, stage, quick) => {
    const job = await smallJob(kind, quick ? 3 : 6, stage);
    await job.liveToEnd(() => ({}));
    const chance = random(seed);
    const edited = job.rows.filter(() => chance() < 0.05).slice(0, 90);
    await editAll(stage, edited);
    const undo = await job.beginUndo();
    await slowWrites(kind, stage.sandbox, 15);
    const kills = quick ? 1 : Math.floor(chance() * 4);
    for (let index = 0; index < MOST; index++) {
      const life = index < kills ? { order: { killAt: 1 + Math.floor(chance() * 40) } } : {};
      const { exitCode } = await job.liveOf(undo, life);
      if (exitCode !== null && exitCode !== 3) break;
      if (index === MOST - 1) throw new Error(`the undo has not ended after ${MOST} processes`);
    }
    const problems = await leftBehind(job, edited);
    await job.remove();
    return {
      ...NOTHING,
      rows: job.rows.length,
      wrong: problems.length,
      problems: problems.slice(0, 5),
      figures: { edits: edited.length },
    };
  },
};

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
