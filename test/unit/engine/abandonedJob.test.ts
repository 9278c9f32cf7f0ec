import assert from 'node:assert/strict';
import { recordCanceled, recordLeft } from '../../../src/core/engine/abandonedJob';
import { leaveDecision } from '../../../src/core/jobs/control';
import { thisHost } from '../../../src/core/jobs/host';
import { Journal } from '../../../src/core/jobs/journal';
import type { JobEvent } from '../../../src/core/jobs/records';
import { readNotImported } from '../../../src/core/jobs/notImported';
import { FULL_LIFE, makeJob, withFolder } from '../jobs/support';
import { journalledJob, request } from './journalledJob';

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

  it('ends where a person is asked with what was answered so far, as a job that was stopped, under an owner of its own', () =>
    withFolder(async (jobs) => {
      const folder = await journalledJob(jobs, 'code\na\nb\nc\n', () => [
        { type: 'OPEN', engine: '0', host: 'elsewhere' },
        { type: 'PLAN', total: 3, invalid: 0, guarantee: 'readBack' },
        ...request(1, [[1, 3]], { kind: 'ambiguous', message: { code: 'network.lost' } }),
        { type: 'ASK', rows: [[1, 3]], candidates: [] },
      ]);
      await leaveDecision(folder, { answer: 'there', rows: [[1, 1]] });
      await leaveDecision(folder, { answer: 'again', rows: [[1, 2]] });
      assert.equal(await recordLeft(folder), true);
      const journal = await Journal.open(folder);
      await journal.close();
      const { stage, counts, stopped, epoch, host } = journal.state;
      assert.deepEqual([stage, stopped, epoch, host], ['completed', true, 2, thisHost()]);
      assert.deepEqual([counts.imported, counts.unprocessed, counts.unknown], [1, 1, 1]);
      const { unprocessed } = await readNotImported(folder);
      assert.deepEqual(unprocessed, [{ ranges: [[2, 2]], reason: { code: 'job.stopped' } }]);
      assert.equal(await recordLeft(folder), false, 'once is enough');
    }));

  it('is not ended where nobody is asked', () =>
    withFolder(async (jobs) => {
      assert.equal(await recordLeft(await makeJob(jobs, PLANNED)), false);
      assert.equal(await recordLeft(await makeJob(jobs, FULL_LIFE.slice(0, 5))), false);
    }));
});
