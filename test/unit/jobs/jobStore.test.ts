import assert from 'node:assert/strict';
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { leaveDecision } from '../../../src/core/jobs/control';
import type { JobChange } from '../../../src/core/jobs/job';
import { definitionPath, journalPath, newJobId, readDefinition } from '../../../src/core/jobs/jobFolder';
import { JobStore } from '../../../src/core/jobs/jobStore';
import { readNotImported } from '../../../src/core/jobs/notImported';
import type { JobEvent } from '../../../src/core/jobs/records';
import { acquire, jobKey } from '../../../src/core/jobs/ownership';
import { AgeClock, removeExpired } from '../../../src/core/jobs/retention';
import { FULL_LIFE, definitionOf, makeJob, withFolder, write } from './support';

const DAY = 24 * 60 * 60 * 1000;
const alive = { isLive: () => Promise.resolve(true) };

describe('the job store', () => {
  it('shows all jobs, newest first, with their places in the queue of their app', () =>
    withFolder(async (jobs) => {
      const other = { ...definitionOf('x').target, id: '2' };
      const running = await makeJob(jobs, FULL_LIFE.slice(0, 5), { submittedAt: 1000 });
      const done = await makeJob(jobs, FULL_LIFE, { submittedAt: 2000 });
      const second = await makeJob(jobs, [], { submittedAt: 3000 });
      const elsewhere = await makeJob(jobs, [], { submittedAt: 4000, target: other });
      const third = await makeJob(jobs, [], { submittedAt: 5000 });
      const store = new JobStore(jobs, alive);
      await store.refresh();
      assert.deepEqual(
        store.jobs().map(({ folder, phase }) => [folder, phase.kind === 'queued' ? phase.ahead : phase.kind]),
        [
          [third, 2],
          [elsewhere, 0],
          [second, 1],
          [done, 'withUncertain'],
          [running, 'sending'],
        ],
      );
      assert.equal(store.get(path.basename(done))?.completedAt, 5000);
    }));

  it('passes over folders that are being made, are damaged, or are none of ours', () =>
    withFolder(async (jobs) => {
      const good = await makeJob(jobs, []);
      const half = await makeJob(jobs, []);
      await rm(definitionPath(half));
      const cut = await makeJob(jobs, []);
      await writeFile(definitionPath(cut), (await readFile(definitionPath(cut), 'utf8')).slice(0, 100));
      const copy = path.join(jobs, newJobId(9));
      await mkdir(copy);
      await writeFile(definitionPath(copy), await readFile(definitionPath(good)));
      await mkdir(path.join(jobs, 'notes'));
      await writeFile(path.join(jobs, 'README'), '');
      const store = new JobStore(jobs, alive);
      await store.refresh();
      assert.deepEqual(
        store.jobs().map(({ folder }) => folder),
        [good],
      );
      const nowhere = new JobStore(path.join(jobs, 'nowhere'));
      await nowhere.refresh();
      assert.deepEqual(nowhere.jobs(), []);
    }));

  it('shows a job whose journal can’t be written as blocked, until it can or the job has lost its owner', () =>
    withFolder(async (jobs) => {
      let live = true;
      const store = new JobStore(jobs, { isLive: () => Promise.resolve(live) });
      const folder = await makeJob(jobs, FULL_LIFE.slice(0, 5));
      const jobId = path.basename(folder);
      await store.refresh();
      let changes = 0;
      store.onDidChange(() => changes++);
      for (const code of ['ENOSPC', 'ENOSPC']) store.setBlocked(jobId, code);
      assert.deepEqual(store.get(jobId)?.phase, { kind: 'blocked', code: 'ENOSPC' });
      assert.deepEqual([store.get(jobId)?.status, store.get(jobId)?.canStop], ['inProgress', true]);
      assert.equal(changes, 1);
      store.setBlocked(jobId, null);
      assert.equal(store.get(jobId)?.phase.kind, 'sending');
      store.setBlocked(jobId, 'ENOSPC');
      live = false;
      await store.refresh();
      assert.equal(store.get(jobId)?.phase.kind, 'interrupted');
      store.setBlocked('20250101-000000-00000000', 'ENOSPC');
    }));

  it('shows a job that waits for a person as one that goes on only once there is an answer', () =>
    withFolder(async (jobs) => {
      const asked: JobEvent = { type: 'ASK', rows: [[5, 5]], candidates: [] };
      const folder = await makeJob(jobs, [...FULL_LIFE.slice(0, -1), asked]);
      const store = new JobStore(jobs, { isLive: () => Promise.resolve(false) });
      const may = async () => {
        await store.refresh();
        const { canDecide, canResume } = store.jobs()[0] ?? {};
        return [canDecide, canResume];
      };
      assert.deepEqual(await may(), [true, undefined]);
      await leaveDecision(folder, { answer: 'leave', rows: [[5, 5]] });
      assert.deepEqual(await may(), [true, true]);
    }));

  it('tells what was added, changed and removed, once each', () =>
    withFolder(async (jobs) => {
      const store = new JobStore(jobs, alive);
      const changes: JobChange[] = [];
      const listening = store.onDidChange((change) => changes.push(change));
      const folder = await makeJob(jobs, []);
      const jobId = path.basename(folder);
      await Promise.all([store.refresh(), store.refresh(), store.refresh()]);
      await write(folder, FULL_LIFE.slice(0, 1));
      await store.refresh();
      await rm(folder, { recursive: true });
      await store.refresh();
      assert.deepEqual(
        changes,
        (['added', 'changed', 'removed'] as const).map((kind) => ({ jobId, kind })),
      );
      listening.dispose();
      await makeJob(jobs, []);
      await store.refresh();
      assert.equal(changes.length, 3);
    }));

  it('keeps what it knows while the folder can’t be listed', () =>
    withFolder(async (parent) => {
      const folder = path.join(parent, 'jobs');
      await mkdir(folder);
      await makeJob(folder, FULL_LIFE);
      await makeJob(folder, []);
      const store = new JobStore(folder, alive);
      await store.refresh();
      assert.equal(store.jobs().length, 2);
      await rename(folder, `${folder}-away`);
      await writeFile(folder, '');
      await store.refresh();
      assert.equal(store.jobs().length, 2);
      await rm(folder);
      await store.refresh();
      assert.equal(store.jobs().length, 0);
    }));

  it('shows a job with a damaged journal as failed, with what can be told', () =>
    withFolder(async (jobs) => {
      const folder = await makeJob(jobs, FULL_LIFE);
      const bytes = await readFile(journalPath(folder));
      const at = bytes.indexOf('"batch":3');
      bytes[at] = 0x20;
      await writeFile(journalPath(folder), bytes);
      const store = new JobStore(jobs, alive);
      await store.refresh();
      const job = store.get(path.basename(folder));
      assert.equal(job?.status, 'failed');
      assert.deepEqual(job.failures, [{ code: 'job.journalDamaged', args: { record: 11 } }]);
      assert.deepEqual([job.counts.imported, job.counts.unknown], [2, 1]);
    }));

  it('shows a job without an owner as interrupted, and as ended when it has ended', () =>
    withFolder(async (jobs) => {
      const open = await makeJob(jobs, FULL_LIFE.slice(0, 4));
      const done = await makeJob(jobs, FULL_LIFE);
      const store = new JobStore(jobs);
      await store.refresh();
      assert.equal(store.get(path.basename(open))?.phase.kind, 'interrupted');
      assert.equal(store.get(path.basename(done))?.phase.kind, 'withUncertain');
    }));
});

describe('job.json', () => {
  it('is read back as it was written', () =>
    withFolder(async (jobs) => {
      const folder = await makeJob(jobs, []);
      assert.deepEqual(await readDefinition(folder), definitionOf(path.basename(folder)));
    }));
});

describe('the rows that were not imported', () => {
  it('are told one by one, uncertain ones apart', () =>
    withFolder(async (jobs) => {
      const result = await readNotImported(await makeJob(jobs, FULL_LIFE));
      assert.deepEqual(
        [...result.rows].map(([row, { verdict, problems }]) => [row, verdict, problems[0]?.message.code]),
        [
          [2, 'invalid', 'value.required'],
          [3, 'rejected', 'kintone.refusedValue'],
        ],
      );
      assert.deepEqual(result.unknown, [[5, 5]]);
      assert.deepEqual(result.unprocessed, []);
    }));

  it('of a job that has not ended: in flight is uncertain, the rest not yet sent', () =>
    withFolder(async (jobs) => {
      const result = await readNotImported(await makeJob(jobs, FULL_LIFE.slice(0, 9)));
      assert.deepEqual(result.unknown, [
        [1, 1],
        [4, 4],
      ]);
      assert.deepEqual(result.unprocessed, [{ ranges: [[5, 5]], reason: { code: 'job.notYetSent' } }]);
    }));
});

describe('retention', () => {
  it('removes what is older than its days, but nothing that somebody works on', () =>
    withFolder(async (jobs) => {
      const now = 10 * DAY;
      const old = await makeJob(jobs, FULL_LIFE, { submittedAt: now - 3 * DAY - 1 });
      const orphan = await makeJob(jobs, FULL_LIFE.slice(0, 4), { submittedAt: now - 4 * DAY });
      const worked = await makeJob(jobs, FULL_LIFE.slice(0, 4), { submittedAt: now - 4 * DAY });
      const begun = await makeJob(jobs, FULL_LIFE.slice(0, 5), { submittedAt: now - 400 * DAY });
      const elsewhere = [{ type: 'OPEN', engine: '0', host: 'elsewhere' }] as const;
      await makeJob(jobs, elsewhere, { submittedAt: now - 4 * DAY });
      await makeJob(jobs, FULL_LIFE, { submittedAt: now - 3 * DAY });
      const owner = await acquire(jobKey(worked));
      assert.deepEqual(await removeExpired(jobs, 0, now), []);
      const removed = await removeExpired(jobs, 3, now);
      assert.deepEqual(removed.sort(), [old, orphan].map((folder) => path.basename(folder)).sort());
      assert.ok((await readdir(jobs)).includes(path.basename(begun)), 'rows of it may be uncertain');
      assert.equal((await readdir(jobs)).length, 4);
      await owner?.release();
    })).timeout(60_000);

  it('takes away what is left of a job that could not be removed as a whole, whatever its journal says', () =>
    withFolder(async (jobs) => {
      const half = await makeJob(jobs, FULL_LIFE.slice(0, 5));
      await rm(definitionPath(half));
      const { mtimeMs } = await stat(half);
      assert.deepEqual(await removeExpired(jobs, 3, mtimeMs + 2 * DAY), []);
      assert.deepEqual(await removeExpired(jobs, 3, mtimeMs + 4 * DAY), [path.basename(half)]);
      const damaged = await makeJob(jobs, FULL_LIFE.slice(0, 5));
      await writeFile(definitionPath(damaged), '{');
      assert.deepEqual(await removeExpired(jobs, 3, Date.now() + 4 * DAY), [], 'rows of it may be uncertain');
    }));

  it('removes a job whose journal is damaged, as it has failed, and leaves it to nobody', () =>
    withFolder(async (jobs) => {
      const folder = await makeJob(jobs, FULL_LIFE.slice(0, 5));
      await writeFile(journalPath(folder), 'J1 00000000 2 {}\n');
      assert.deepEqual(await removeExpired(jobs, 3, 10 * DAY), [path.basename(folder)]);
      const owner = await acquire(jobKey(folder));
      assert.notEqual(owner, null, 'its name is free again');
      await owner?.release();
    }));

  it('finds no job older because the clock was set forward or back', () => {
    let wall = 100 * DAY;
    let passed = 5_000;
    const ages = new AgeClock(
      () => wall,
      () => passed,
    );
    assert.equal(ages.now(), wall);
    wall += DAY;
    passed += 1_000;
    assert.equal(ages.now(), 100 * DAY + 1_000, 'set forward');
    wall -= 2 * DAY;
    assert.equal(ages.now(), 99 * DAY, 'set back');
    wall = 102 * DAY;
    passed += 2 * DAY;
    assert.equal(ages.now(), 102 * DAY, 'days that pass count');
  });
});
