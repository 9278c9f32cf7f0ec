import assert from 'node:assert/strict';
import { recordCanceled } from '../../../src/core/engine/abandonedJob';
import { Journal } from '../../../src/core/jobs/journal';
import type { JobEvent } from '../../../src/core/jobs/records';
import { readNotImported } from '../../../src/core/jobs/notImported';
import { FULL_LIFE, makeJob, withFolder } from '../jobs/support';

const PLANNED: readonly JobEvent[] = [
  { type: 'OPEN', engine: '0' },
  { type: 'INVALID', rows: [{ row: 2, problems: [] }] },
  { type: 'UNCHANGED', rows: [[4, 4]] },
  { type: 'PLAN', total: 6, invalid: 1, unchanged: 1 },
];

describe('a job that nobody works on any more', () => {
  it('is canceled after its plan as long as nothing was sent, and its rows are not lost', () =>
    withFolder(async (jobs) => {
      const folder = await makeJob(jobs, PLANNED);
      assert.equal(await recordCanceled(folder), true);
      const journal = await Journal.open(folder);
      await journal.close();
      const { stage, counts } = journal.state;
      assert.deepEqual([stage, counts.unprocessed, counts.invalid, counts.unchanged], ['canceled', 4, 1, 1]);
      const { unprocessed } = await readNotImported(folder);
      assert.deepEqual(unprocessed, [
        {
          ranges: [
            [1, 1],
            [3, 3],
            [5, 6],
          ],
          reason: { code: 'job.canceled' },
        },
      ]);
    }));

  it('is canceled before its plan, too', () =>
    withFolder(async (jobs) => {
      assert.equal(await recordCanceled(await makeJob(jobs, [])), true);
      assert.equal(await recordCanceled(await makeJob(jobs, PLANNED.slice(0, 2))), true);
    }));

  it('is not canceled once a request was announced, stopped, or ended', () =>
    withFolder(async (jobs) => {
      const sent: JobEvent[] = [...PLANNED, { type: 'INTENT', batch: 1, rows: [[1, 1]] }];
      assert.equal(await recordCanceled(await makeJob(jobs, sent)), false);
      assert.equal(await recordCanceled(await makeJob(jobs, [...PLANNED, { type: 'STOP' }])), false);
      assert.equal(await recordCanceled(await makeJob(jobs, FULL_LIFE)), false);
    }));
});
