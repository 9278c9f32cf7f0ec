import assert from 'node:assert/strict';
import type { CellImportState } from '../../../src/core/endpoints/cellSnapshots';
import type { ImportJob } from '../../../src/core/jobs/job';
import { ExpectedError } from '../../../src/core/message';
import { CellWatch, type CellStatus } from '../../../src/editor/connections/cellWatch';

const CELL = { connectionId: 'c', baseUrl: 'https://unit.example/shop' };
const READY: CellImportState = { kind: 'ready' };
const RUNNING: CellImportState = { kind: 'running', name: 'snap', startedAt: 1, percent: 6 };
const LOST: CellImportState = { kind: 'notKnown', message: { code: 'cell.signInNotTaken' } };

interface Timer {
  readonly run: () => void;
  readonly ms: number;
}

/** A watch over one cell whose answers, jobs and time are the test's. */
function watching() {
  const timers = new Set<Timer>();
  const asked: { readonly signal: AbortSignal; answer(state: CellImportState | Error): Promise<void> }[] = [];
  const seen: (CellStatus | undefined)[] = [];
  const world = { jobs: [] as ImportJob[], quiet: false };
  const watch: CellWatch = new CellWatch({
    read: (_id, signal) =>
      new Promise((resolve, reject) => {
        asked.push({
          signal,
          answer: async (state) => {
            if (state instanceof Error) reject(state);
            else resolve(state);
            await new Promise((done) => setImmediate(done));
          },
        });
      }),
    isQuiet: () => world.quiet,
    jobs: () => world.jobs,
    onChange: () => {
      seen.push(watch.status('c'));
    },
    timers: {
      set: (run, ms) => {
        const timer = { run, ms };
        timers.add(timer);
        return timer;
      },
      clear: (timer) => void timers.delete(timer as Timer),
    },
    random: () => 0.5,
  });
  const waits = (): number[] => [...timers].map(({ ms }) => ms);
  const tick = (): void => {
    for (const timer of [...timers]) {
      timers.delete(timer);
      timer.run();
    }
  };
  const answer = async (state: CellImportState | Error): Promise<void> => {
    await asked.at(-1)?.answer(state);
  };
  return { watch, world, asked, seen, waits, tick, answer };
}

function cellJob(status: ImportJob['status'], phase: string, baseUrl = CELL.baseUrl): ImportJob {
  const definition = { kind: 'cellImport', target: { baseUrl }, source: { name: 'snap.zip' } };
  return { id: 'j', status, phase: { kind: phase }, definition } as unknown as ImportJob;
}

describe('the import status of a cell', () => {
  it('is asked only while somebody can see it, one question at a time', async () => {
    const { watch, asked, waits, tick, answer } = watching();
    watch.setCells([CELL]);
    assert.equal(asked.length, 0);
    watch.setPace('focused');
    assert.equal(asked.length, 1);
    assert.deepEqual(waits(), []);
    await answer(READY);
    assert.deepEqual(waits(), [20_000]);
    tick();
    watch.setPace('hidden');
    assert.equal(asked.at(-1)?.signal.aborted, true);
    await answer(RUNNING);
    assert.equal(watch.status('c'), undefined);
    assert.deepEqual(waits(), []);
    assert.equal(asked.length, 2);
    watch.setPace('focused');
    assert.equal(asked.length, 3);
  });

  it('is not shown while the cell is ready, and followed closely while an import runs', async () => {
    const { watch, seen, waits, tick, answer } = watching();
    watch.setCells([CELL]);
    watch.setPace('focused');
    await answer(READY);
    assert.deepEqual(seen, []);
    tick();
    await answer(RUNNING);
    assert.deepEqual(watch.status('c'), RUNNING);
    assert.deepEqual(waits(), [2_000]);
    tick();
    await answer(RUNNING);
    assert.equal(seen.length, 1);
    watch.setPace('unfocused');
    await answer({ ...RUNNING, percent: 11 });
    assert.deepEqual(waits(), [10_000]);
    assert.equal(seen.length, 2);
    tick();
    await answer(READY);
    assert.equal(watch.status('c'), undefined);
    assert.equal(seen.length, 3);
  });

  it('is asked ever more rarely while nothing can be learned, with jitter, and at once when told to', async () => {
    const { watch, waits, tick, answer } = watching();
    watch.setCells([CELL]);
    watch.setPace('focused');
    const pauses: number[] = [];
    for (let n = 0; n < 8; n += 1) {
      await answer(n % 2 === 0 ? LOST : new ExpectedError({ code: 'network.unreachable' }));
      pauses.push(...waits());
      tick();
    }
    assert.deepEqual(pauses, [5_000, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000]);
    watch.askNow();
    await answer(LOST);
    assert.deepEqual(waits(), [5_000]);
  });

  it('keeps what was seen of a run when nothing can be learned for the moment', async () => {
    const { watch, tick, answer } = watching();
    watch.setCells([CELL]);
    watch.setPace('focused');
    await answer(RUNNING);
    tick();
    await answer(LOST);
    assert.deepEqual(watch.status('c'), { ...LOST, last: RUNNING });
    tick();
    await answer(new Error('a bug'));
    assert.deepEqual(watch.status('c'), { kind: 'notKnown', message: null, last: RUNNING });
  });

  it('is not shown to accounts that may never ask, unless a run was seen before', async () => {
    const { watch, tick, answer } = watching();
    const forbidden: CellImportState = {
      kind: 'notKnown',
      message: { code: 'cell.signInNotTaken', verbatim: 'Necessary privilege is lacking. (PR403-AU-0002)' },
    };
    watch.setCells([CELL]);
    watch.setPace('focused');
    await answer(forbidden);
    assert.equal(watch.status('c'), undefined);
    tick();
    await answer(RUNNING);
    tick();
    await answer(forbidden);
    assert.equal(watch.status('c')?.kind, 'notKnown');
  });

  it('comes from the job, and nothing is asked, while an import of this machine runs there', async () => {
    const { watch, world, asked, waits, answer } = watching();
    watch.setCells([CELL]);
    watch.setPace('focused');
    const first = asked[0];
    world.jobs = [cellJob('inProgress', 'starting')];
    watch.jobsChanged();
    assert.equal(first?.signal.aborted, true);
    await answer(READY);
    assert.equal(watch.status('c')?.kind, 'job');
    assert.deepEqual(waits(), []);
    watch.setPace('unfocused');
    watch.askNow();
    assert.equal(asked.length, 1);

    world.jobs = [cellJob('failed', 'failed')];
    watch.jobsChanged();
    assert.equal(asked.length, 2);
    await answer(READY);
    assert.equal(watch.status('c'), undefined);
  });

  it('does not take a job that is interrupted or of another cell for a run', () => {
    const { watch, world, asked } = watching();
    world.jobs = [
      cellJob('inProgress', 'interrupted'),
      cellJob('inProgress', 'importing', 'https://unit.example/other'),
    ];
    watch.setCells([CELL]);
    watch.setPace('focused');
    watch.jobsChanged();
    assert.equal(asked.length, 1);
    assert.equal(watch.status('c'), undefined);
  });

  it('leaves a cell alone as long as it must be quiet there', async () => {
    const { watch, world, asked, waits, tick, answer } = watching();
    world.quiet = true;
    watch.setCells([CELL]);
    watch.setPace('focused');
    tick();
    assert.equal(asked.length, 0);
    assert.deepEqual(waits(), [2_000]);
    world.quiet = false;
    tick();
    assert.equal(asked.length, 1);
    world.quiet = true;
    watch.jobsChanged();
    assert.equal(asked[0]?.signal.aborted, true);
    await answer(RUNNING);
    assert.equal(watch.status('c'), undefined);
  });

  it('is forgotten with the cell', async () => {
    const { watch, asked, waits, answer } = watching();
    watch.setCells([CELL]);
    watch.setPace('focused');
    await answer(RUNNING);
    watch.setCells([]);
    assert.equal(watch.status('c'), undefined);
    assert.deepEqual(waits(), []);
    watch.setCells([{ ...CELL, baseUrl: 'https://unit.example/other' }]);
    watch.dispose();
    assert.equal(asked.at(-1)?.signal.aborted, true);
  });
});
