import assert from 'node:assert/strict';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { ControlWatch, leaveDecision, leaveRequest, readDecisions } from '../../../src/core/jobs/control';
import { controlPath } from '../../../src/core/jobs/jobFolder';
import { makeJob, withFolder } from './support';

/** So rarely that a test would end before. */
const NEVER = 1_000_000;

describe('the owner of a job', function () {
  this.timeout(60_000);

  it('hears a request as soon as its file is there, without waiting for the next look', () =>
    withWatch(NEVER, async (watch, folder) => {
      await leaveRequest(folder, 'stop');
      assert.equal(await heard(watch), 'stop');
      assert.equal(await watch.orAsked(new Promise(() => undefined)), null);
      await leaveRequest(folder, 'cancel');
      while (watch.asked !== 'cancel') await turn();
    }));

  it('hears of a file that comes while the folder is being read', () =>
    withWatch(NEVER, async (watch, folder) => {
      const others = Array.from({ length: 200 }, (_, i) =>
        writeFile(path.join(controlPath(folder), `decide.${i}-0.json`), '{}'),
      );
      await Promise.all([...others, leaveRequest(folder, 'stop')]);
      assert.equal(await heard(watch), 'stop');
    }));

  it('hears by looking where the folder can’t be watched', () =>
    withFolder(async (jobs) => {
      const folder = await makeJob(jobs, []);
      await rm(controlPath(folder), { recursive: true });
      const watch = new ControlWatch(folder, 5);
      try {
        await leaveRequest(folder, 'stop');
        assert.equal(await heard(watch), 'stop');
      } finally {
        watch.close();
      }
    }));

  it('hears that the folder is gone, and takes nothing back that was asked', () =>
    withWatch(5, async (watch, folder) => {
      await rename(folder, `${folder}-gone`);
      assert.equal(await heard(watch), 'lost');
      await mkdir(controlPath(folder), { recursive: true });
      await leaveRequest(folder, 'stop');
      assert.equal(await watch.look(), 'lost');
    }));
});

describe('answers left in a job folder', () => {
  it('that can’t be read stay where they are, and are told by their names', () =>
    withFolder(async (jobs) => {
      const folder = await makeJob(jobs, []);
      await writeFile(
        path.join(controlPath(folder), 'decide.1-ab.json'),
        '{"answer":"perhaps","rows":"all"}',
      );
      await leaveDecision(folder, { answer: 'leave', rows: 'all' }, 2);
      const { names, decisions, damaged } = await readDecisions(folder);
      assert.deepEqual([names.length, decisions.length, damaged], [1, 1, ['decide.1-ab.json']]);
    }));

  it('are read in the order in which they were left, whatever the clock says meanwhile', () =>
    withFolder(async (jobs) => {
      const folder = await makeJob(jobs, []);
      const now = 1_700_000_000_000;
      const day = 24 * 60 * 60 * 1000;
      await leaveDecision(folder, { answer: 'there', rows: [[1, 1]] }, now + day);
      await leaveDecision(folder, { answer: 'again', rows: [[1, 2]] }, now);
      await leaveDecision(folder, { answer: 'leave', rows: 'all' }, now - day);
      const { decisions } = await readDecisions(folder);
      assert.deepEqual(
        decisions.map(({ answer }) => answer),
        ['there', 'again', 'leave'],
      );
    }));
});

async function withWatch(
  intervalMs: number,
  use: (watch: ControlWatch, folder: string) => Promise<void>,
): Promise<void> {
  await withFolder(async (jobs) => {
    const folder = await makeJob(jobs, []);
    const watch = new ControlWatch(folder, intervalMs);
    try {
      await use(watch, folder);
    } finally {
      watch.close();
    }
  });
}

async function heard(watch: ControlWatch): Promise<ControlWatch['asked']> {
  const start = performance.now();
  while (watch.asked === null && performance.now() - start < 15_000) await turn();
  return watch.asked;
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
