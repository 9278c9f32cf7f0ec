import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { acquireFile, isFileHeld } from '../../../src/core/jobs/socketFiles';
import { makeJob, withFolder } from './support';

const RACERS = 5;
const ROUNDS = 15;

describe('races of processes', function () {
  this.timeout(60_000);

  it('for a job are won by exactly one of them, every time', () =>
    withFolder(async (jobs) => {
      const folder = await makeJob(jobs, []);
      await withRacers([folder], async (racers) => {
        for (let round = 0; round < ROUNDS; round++) {
          const owns = await Promise.all(racers.map((racer) => tell(racer, 'take')));
          assert.equal(owns.filter(Boolean).length, 1, `round ${round}`);
          await Promise.all(racers.map((racer) => tell(racer, 'release')));
        }
      });
    }));

  it('by socket files are won by one at the most, and what a killed owner leaves behind is free', () =>
    withFolder(async (folder) => {
      await withRacers([folder, 'key'], async (racers) => {
        let won = 0;
        for (let round = 0; round < ROUNDS; round++) {
          const owns = await Promise.all(racers.map((racer) => tell(racer, 'take')));
          const winners = owns.filter(Boolean).length;
          assert.ok(winners <= 1, `round ${round}: ${winners} owners`);
          won += winners;
          await Promise.all(racers.map((racer) => tell(racer, 'release')));
        }
        assert.ok(won > ROUNDS / 2, `${won} of ${ROUNDS} rounds were won`);
        const [owner, ...others] = racers;
        assert.ok(owner && (await tell(owner, 'take')));
        owner.kill('SIGKILL');
        await once(owner, 'exit');
        assert.equal((await readdir(folder)).length, 1, 'a dead socket');
        const owns = await Promise.all(others.map((racer) => tell(racer, 'take')));
        assert.ok(owns.filter(Boolean).length <= 1);
      });
      assert.equal(await isFileHeld(folder, 'key'), false);
    }));

  it('do not overtake an owner that is paused, however often others look', () =>
    withFolder(async (folder) => {
      await withRacers([folder, 'key'], async ([owner]) => {
        assert.ok(owner && (await tell(owner, 'take')));
        owner.kill('SIGSTOP');
        const [file = ''] = await readdir(folder);
        // More than its queue holds.
        for (let i = 0; i < 600; i++) await settled(connect(path.join(folder, file)));
        assert.equal(await isFileHeld(folder, 'key'), true);
        assert.equal(await acquireFile(folder, 'key'), null);
        owner.kill('SIGCONT');
        await tell(owner, 'release');
        const own = await acquireFile(folder, 'key');
        assert.ok(own);
        own.close();
      });
    }));
});

async function withRacers(
  args: readonly string[],
  use: (racers: readonly ChildProcess[]) => Promise<void>,
): Promise<void> {
  const file = path.join(__dirname, 'racingProcess.ts');
  const racers = Array.from({ length: RACERS }, () => fork(file, args, { execArgv: ['--import', 'tsx'] }));
  try {
    await Promise.all(racers.map((racer) => once(racer, 'message')));
    await use(racers);
  } finally {
    await Promise.all(
      racers.map(async (racer) => {
        if (racer.exitCode !== null || racer.signalCode !== null) return;
        const gone = once(racer, 'exit');
        racer.kill('SIGKILL');
        await gone;
      }),
    );
  }
}

async function tell(racer: ChildProcess, order: 'take' | 'release'): Promise<boolean> {
  const said = once(racer, 'message') as Promise<[{ owns: boolean }]>;
  racer.send(order);
  return (await said)[0].owns;
}

async function settled(socket: ReturnType<typeof connect>): Promise<void> {
  await new Promise<void>((resolve) => {
    socket.once('connect', resolve);
    socket.once('error', () => resolve());
  });
  socket.destroy();
}
