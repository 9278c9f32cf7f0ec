import assert from 'node:assert/strict';
import { appendFile, readdir } from 'node:fs/promises';
import { openJobLog } from '../../../src/core/engine/openJobLog';
import { ControlWatch, leaveRequest } from '../../../src/core/jobs/control';
import { journalPath } from '../../../src/core/jobs/jobFolder';
import { JournalReader } from '../../../src/core/jobs/journal';
import { ExpectedError } from '../../../src/core/message';
import { withFaults } from '../jobs/failingDisk';
import { makeJob, withFolder } from '../jobs/support';
import { TestClock } from './support';

/** A record that was torn has to be kept aside before anything is written. */
const TORN = 'J1 0123';

describe('a journal that can’t be opened for writing', () => {
  it('blocks its job, and goes on by itself as soon as there is room', () =>
    withTorn(async (folder, control) => {
      const clock = new TestClock();
      const told: (string | null)[] = [];
      const warnings: string[] = [];
      let isFull = true;
      clock.onSleep = () => (isFull = clock.sleeps.length < 7);
      await withFaults(
        () => (isFull ? 'fails' : null),
        async () => {
          const { journal, log } = await openJobLog(folder, 'job', clock, {
            control,
            onBlocked: (code) => told.push(code),
            log: (_, text) => warnings.push(text),
          });
          await log.appendDurable({ type: 'OPEN', engine: '0' });
          await journal.close();
        },
        'ENOSPC',
      );
      assert.deepEqual(
        clock.sleeps,
        [1, 2, 4, 8, 16, 30, 30].map((seconds) => seconds * 1000),
      );
      assert.deepEqual(told, [...clock.sleeps.map(() => 'ENOSPC'), null]);
      assert.match(warnings[0] ?? '', /^job: .*ENOSPC/);
      const reader = new JournalReader(journalPath(folder));
      await reader.read();
      assert.deepEqual([reader.state.epoch, reader.tail], [2, 0]);
      assert.equal((await readdir(folder)).filter((name) => name.startsWith('journal.torn-')).length, 1);
    }));

  it('is left as it is when something is asked meanwhile, with what to do', () =>
    withTorn(async (folder, control) => {
      const clock = new TestClock();
      const before = new JournalReader(journalPath(folder));
      await before.read();
      await leaveRequest(folder, 'cancel');
      await withFaults(
        () => 'fails',
        () =>
          assert.rejects(
            openJobLog(folder, 'job', clock, { control, log: () => undefined }),
            (error) =>
              error instanceof ExpectedError &&
              error.detail.code === 'job.folderNotWritable' &&
              error.detail.args?.code === 'ENOSPC',
          ),
        'ENOSPC',
      );
      assert.equal(clock.sleeps.length, 3, 'tried again, but not for long');
      const after = new JournalReader(journalPath(folder));
      await after.read();
      assert.deepEqual([after.state, after.tail], [before.state, before.tail]);
    }));
});

async function withTorn(use: (folder: string, control: ControlWatch) => Promise<void>): Promise<void> {
  await withFolder(async (jobs) => {
    const folder = await makeJob(jobs, [{ type: 'OPEN', engine: '0' }]);
    await appendFile(journalPath(folder), TORN);
    const control = new ControlWatch(folder, 1_000_000);
    try {
      await use(folder, control);
    } finally {
      control.close();
    }
  });
}
