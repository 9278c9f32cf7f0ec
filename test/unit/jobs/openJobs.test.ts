import assert from 'node:assert/strict';
import { appendFile, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { definitionPath, journalPath } from '../../../src/core/jobs/jobFolder';
import { encodeLine } from '../../../src/core/jobs/journalLine';
import { hasOpenJob } from '../../../src/core/jobs/openJobs';
import type { JobEvent } from '../../../src/core/jobs/records';
import { makeJob, withFolder } from './support';

const OPEN: JobEvent = { type: 'OPEN', engine: '0' };
const CANCELED: JobEvent = { type: 'DONE', status: 'canceled', failures: [], unprocessed: [] };

describe('a folder of jobs', () => {
  it('that is not there holds no open job', () =>
    withFolder(async (jobs) => assert.equal(await hasOpenJob(path.join(jobs, 'none')), false)));

  it('holds one while a job of it has not ended, whatever came before or after', () =>
    withFolder(async (jobs) => {
      await makeJob(jobs, [OPEN, CANCELED]);
      assert.equal(await hasOpenJob(jobs), false);
      await makeJob(jobs, [OPEN], { submittedAt: 500 });
      await makeJob(jobs, [OPEN, CANCELED], { submittedAt: 2_000 });
      assert.equal(await hasOpenJob(jobs), true);
    }));

  it('holds one when a job has not begun', () =>
    withFolder(async (jobs) => {
      const folder = await makeJob(jobs, []);
      await rm(journalPath(folder), { force: true });
      assert.equal(await hasOpenJob(jobs), true);
    }));

  it('holds none when a folder never became a job, or is something else', () =>
    withFolder(async (jobs) => {
      const folder = await makeJob(jobs, []);
      await rm(journalPath(folder), { force: true });
      await rm(definitionPath(folder));
      await mkdir(path.join(jobs, 'notes'));
      assert.equal(await hasOpenJob(jobs), false);
    }));

  it('holds none of which only a part could be removed', () =>
    withFolder(async (jobs) => {
      const folder = await makeJob(jobs, [OPEN]);
      await rm(definitionPath(folder));
      assert.equal(await hasOpenJob(jobs), false);
    }));

  it('is told by the last record, however long that is', () =>
    withFolder(async (jobs) => {
      const reason = { code: 'job.stopped' };
      const ranges = Array.from({ length: 20_000 }, (_, n): [number, number] => [2 * n, 2 * n]);
      const invalid = { failures: [], unprocessed: [{ rows: ranges, reason }] };
      const folder = await makeJob(jobs, [OPEN]);
      await appendFile(
        journalPath(folder),
        encodeLine({ n: 2, epoch: 1, at: 5_000, type: 'DONE', status: 'canceled', ...invalid }),
      );
      assert.equal(await hasOpenJob(jobs), false);
    }));

  it('may hold one where the end of a journal is torn or damaged', () =>
    withFolder(async (jobs) => {
      const folder = await makeJob(jobs, [OPEN, CANCELED]);
      await appendFile(journalPath(folder), 'J1 0');
      assert.equal(await hasOpenJob(jobs), true);
      await appendFile(journalPath(folder), '\n');
      assert.equal(await hasOpenJob(jobs), true);
    }));
});
