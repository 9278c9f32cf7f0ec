import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { leaveRequest, readRequests } from '../../../src/core/jobs/control';
import type { JobChange } from '../../../src/core/jobs/job';
import { JobStore } from '../../../src/core/jobs/jobStore';
import { acquire, isHeld, jobKey, targetKey } from '../../../src/core/jobs/ownership';
import type { JobEvent } from '../../../src/core/jobs/records';
import { FULL_LIFE, makeJob, withFolder } from './support';

describe('jobs of several processes', () => {
  it('are owned by one process at a time, until it is killed', () =>
    withFolder(async (jobs) => {
      const folder = await makeJob(jobs, []);
      assert.equal(await isHeld(jobKey(folder)), false);
      const { owner, owns } = await startOwner(folder);
      try {
        assert.equal(owns, true);
        assert.equal(await isHeld(jobKey(folder)), true);
        assert.equal(await acquire(jobKey(folder)), null);
        owner.kill('SIGSTOP');
        assert.equal(await isHeld(jobKey(folder)), true, 'a paused process keeps what it owns');
        owner.kill('SIGKILL');
        await once(owner, 'exit');
        assert.equal(await isHeld(jobKey(folder)), false);
        const own = await acquire(jobKey(folder));
        assert.ok(own);
        await own.release();
        assert.equal(await isHeld(jobKey(folder)), false);
      } finally {
        owner.kill('SIGKILL');
      }
    })).timeout(60_000);

  it('are followed record by record from another process, and shown as interrupted when it dies', () =>
    withFolder(async (jobs) => {
      const folder = await makeJob(jobs, []);
      const id = path.basename(folder);
      const { owner } = await startOwner(folder);
      try {
        const store = new JobStore(jobs);
        const changes: JobChange['kind'][] = [];
        store.onDidChange(({ kind }) => changes.push(kind));
        await store.refresh();
        assert.deepEqual(store.get(id)?.phase, { kind: 'queued', ahead: 0 });
        for (const event of FULL_LIFE.slice(0, 5)) await tell(owner, event);
        await store.refresh();
        assert.equal(store.get(id)?.phase.kind, 'sending');
        assert.equal(store.get(id)?.counts.inFlight, 3);
        assert.equal(store.get(id)?.canStop, true);
        await store.refresh();
        assert.deepEqual(changes, ['added', 'changed'], 'nothing is told when nothing has changed');
        owner.kill('SIGKILL');
        await once(owner, 'exit');
        await store.refresh();
        assert.equal(store.get(id)?.phase.kind, 'interrupted');
        assert.equal(store.get(id)?.status, 'inProgress');
        assert.deepEqual(changes, ['added', 'changed', 'changed']);
        store.dispose();
      } finally {
        owner.kill('SIGKILL');
      }
    })).timeout(60_000);
});

describe('ownership within a process', () => {
  it('is had once, and is free again after its release', async () => {
    const key = targetKey({ system: 'kintone', baseUrl: `http://localhost/${process.pid}`, id: '1' });
    const first = await acquire(key);
    assert.ok(first);
    assert.equal(await acquire(key), null);
    await first.release();
    await first.release();
    const second = await acquire(key);
    assert.ok(second);
    await second.release();
  });

  it('tells targets apart by system, address, guest space and number', () => {
    const target = { system: 'kintone', baseUrl: 'a', id: '1' } as const;
    const keys = [
      target,
      { ...target, id: '2' },
      { ...target, guestSpaceId: '1' },
      { ...target, baseUrl: 'b' },
    ];
    assert.equal(new Set(keys.map(targetKey)).size, 4);
  });

  it('gives a whole cell one turn, whichever of its entity sets is meant', () => {
    const set = { system: 'personium', baseUrl: 'https://unit/cell', id: 'box/stock/Product' } as const;
    assert.equal(targetKey(set), targetKey({ ...set, id: '' }));
    assert.notEqual(targetKey(set), targetKey({ ...set, baseUrl: 'https://unit/other' }));
    assert.notEqual(targetKey(set), targetKey({ ...set, system: 'kintone' }));
  });
});

describe('requests left in a job folder', () => {
  it('are found by the owner, cancel before stop', () =>
    withFolder(async (jobs) => {
      const folder = await makeJob(jobs, []);
      assert.equal(await readRequests(folder), null);
      await leaveRequest(folder, 'stop');
      await leaveRequest(folder, 'stop');
      assert.equal(await readRequests(folder), 'stop');
      await leaveRequest(folder, 'cancel');
      assert.equal(await readRequests(folder), 'cancel');
      assert.equal(await readRequests(`${folder}-gone`), 'lost');
    }));
});

async function startOwner(folder: string): Promise<{ owner: ChildProcess; owns: boolean }> {
  const owner = fork(path.join(__dirname, 'ownerProcess.ts'), [folder], { execArgv: ['--import', 'tsx'] });
  const [{ owns }] = (await once(owner, 'message')) as [{ owns: boolean }];
  return { owner, owns };
}

async function tell(owner: ChildProcess, event: JobEvent): Promise<void> {
  owner.send(event);
  await once(owner, 'message');
}
