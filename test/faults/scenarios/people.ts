import { setTimeout as delay } from 'node:timers/promises';
import { CASES, idsIn } from '../cases';
import { examine } from '../checker';
import { disturbWrites, slowWrites } from '../disturb';
import { random } from '../random';
import type { RunResult, Scenario } from '../scenario';
import { conclude, jobOf, rowsForRequests, smallJob } from './common';
import { EDITED, editAll, wordsOf } from './edits';

/** What other people do meanwhile, and afterwards. */

const LATENCY_MS = 40;

/** Somebody else edits records while they are being changed: no edit is overwritten. */
export const edits: Scenario = {
  name: 'edited meanwhile',
  cases: CASES.filter(({ name }) => name === 'app-update'),
  runs: (_, __, quick) => (quick ? 1 : 100),
  run: async (kind, seed, stage, quick) => {
    const job = await smallJob(kind, quick ? 3 : 12, stage);
    await slowWrites(kind, stage.sandbox, 2 * LATENCY_MS);
    const before = (await stage.sandbox.writes(kind.container)).length;
    const chance = random(seed);
    const edited = job.rows.filter(() => chance() < 0.1).slice(0, 90);
    const over = new AbortController();
    const life = job.liveToEnd(() => ({})).finally(() => over.abort());
    // From its first request on, all revisions have been read.
    while (!over.signal.aborted && (await stage.sandbox.writes(kind.container)).length === before)
      await delay(5);
    await editAll(stage, edited);
    await life;
    const account = await job.account();
    const finding = examine({
      kind,
      rows: job.rows,
      records: await job.records(),
      account,
      edits: new Map(edited.map(({ id }) => [id, new Map([[EDITED, wordsOf(id)]])])),
    });
    await job.remove();
    return { ...finding, figures: { edits: edited.length } };
  },
};

/** So often a person looks and answers. */
const MOST_ANSWERS = 10;

/**
 * A person who looks at the endpoint answers for uncertain rows. What goes once more loses its answer as well, so that
 * the person is asked anew; each answer is obeyed once.
 */
export const decisions: Scenario = {
  name: 'decisions',
  cases: CASES.filter(({ guarantee }) => guarantee === 'none'),
  runs: (_, __, quick) => (quick ? 1 : 50),
  run: async (kind, seed, stage, quick) => {
    const job = await jobOf(kind, seed, rowsForRequests(kind, quick ? 3 : 8), stage);
    await disturbWrites(kind, stage.sandbox, seed, [
      { kind: 'dropAfterCommit', nth: 1 },
      { kind: 'dropBeforeCommit', nth: 2 },
    ]);
    await job.liveToEnd(() => ({}));
    await disturbWrites(kind, stage.sandbox, seed, [{ kind: 'dropAfterCommit', nth: 1 }]);
    const chance = random(seed);
    let decided = 0;
    for (let most = MOST_ANSWERS; most > 0; most--) {
      const { uncertain } = await job.account();
      if (uncertain.size === 0) break;
      const there = new Set((await job.records()).flatMap((record) => [...idsIn(JSON.stringify(record))]));
      const isThere = [...uncertain].some((id) => there.has(id));
      const rows = job.rows.filter(({ id }) => uncertain.has(id) && there.has(id) === isThere);
      // Rows are named as a person sees them: by their line in the file, behind the header.
      const lines = rows.map(({ n }) => n + 1).join(',');
      const killAfterMs = chance() < 0.3 ? { killAfterMs: 300 + chance() * 700 } : {};
      const answer = isThere ? 'there' : 'again';
      await job.command(['decide', job.id ?? '', '--answer', answer, '--rows', lines], killAfterMs);
      await job.liveToEnd(() => ({}));
      decided += rows.length;
    }
    return withoutUncertain(await conclude(job, { figures: { decided } }));
  },
};

function withoutUncertain(result: RunResult): RunResult {
  const { unknown, problems } = result;
  return unknown === 0
    ? result
    : { ...result, problems: [...problems, `${unknown} rows are still uncertain`] };
}
