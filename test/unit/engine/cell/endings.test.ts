import assert from 'node:assert/strict';
import type { CellImportState } from '../../../../src/core/endpoints/cellSnapshots';
import {
  CellClock,
  ScriptedCell,
  SNAPSHOT_CONTENTS,
  cellAfter,
  cellWith,
  codes,
  exists,
  failed,
  notKnown,
  ready,
  running,
  withJobs,
} from './support';

const HOUR = 3_600_000;
const BEGIN = 1_000_000;
const stored = { source: { origin: 'stored', snapshot: 'snap' } } as const;
const unreachable = notKnown('network.refused');

function storedIn(cell: ScriptedCell): ScriptedCell {
  cell.stored = [{ name: 'snap', size: 1, modifiedAt: null }];
  return cell;
}

describe('the end of a cell’s import while the server could not be reached', () => {
  it('is not believed when anything differs, less or more', () =>
    withJobs(async (run) => {
      for (const entities of [2, 4]) {
        const cell = cellWith(running(50), unreachable, ready);
        cell.counts = () => ({ ...SNAPSHOT_CONTENTS, entities });
        const { job } = await run(cell);
        assert.equal(codes(job.failures)[0], 'job.cell.cutOff');
      }
    }));

  it('is not believed when not everything can be counted', () =>
    withJobs(async (run) => {
      const { entities, ...others } = SNAPSHOT_CONTENTS;
      assert.equal(entities, 3);
      const cell = cellWith(running(50), unreachable, ready);
      cell.counts = () => others;
      const { job } = await run(cell);
      assert.deepEqual(codes(job.failures), ['job.cell.endUnseen', 'job.cell.noteNotCompared']);
      assert.equal(job.canRecover, true);
    }));

  it('is remembered when the sign-in has to be renewed after the restart', () =>
    withJobs(async (run) => {
      const cell = cellWith(running(50), unreachable, notKnown(), ready);
      cell.counts = () => ({});
      assert.equal((await run(cell)).job.status, 'failed');
    }));

  it('is forgotten when the run is shown again', () =>
    withJobs(async (run) => {
      const cell = cellWith(running(50), unreachable, running(60), ready);
      cell.counts = () => ({});
      assert.equal((await run(cell)).job.status, 'completed');
    }));

  it('of a snapshot in the cell is known by a copy of it', () =>
    withJobs(async (run) => {
      const cell = storedIn(cellWith(running(50), unreachable, ready));
      const ran = await run(cell, stored);
      assert.deepEqual([ran.job.status, ran.job.notes], ['completed', undefined]);
      assert.equal(await exists(`${ran.folder}/stored.zip`), false);
      const cut = storedIn(cellWith(running(50), unreachable, ready));
      cut.counts = () => ({ ...SNAPSHOT_CONTENTS, entities: 1 });
      assert.equal(codes((await run(cut, stored)).job.failures)[0], 'job.cell.cutOff');
      const unread = storedIn(cellWith(running(50), unreachable, ready));
      unread.exportedZip = 'no zip';
      assert.equal(codes((await run(unread, stored)).job.failures)[0], 'job.cell.endUnseen');
    }));

  it('is not believed where the sign-in is not taken any more', () =>
    withJobs(async (run) => {
      const cell = cellWith(running(10), unreachable, notKnown());
      cell.lockAnswer = () => 'free';
      assert.deepEqual(codes((await run(cell)).job.failures), ['job.cell.endUnseen']);
    }));

  it('is believed without a sign-in only when the cell has taken writes for half a minute', () =>
    withJobs(async (run) => {
      const clock = new CellClock();
      const cell = cellWith(running(10), notKnown());
      cell.lockAnswer = () => 'free';
      const { job } = await run(cell, { clock });
      assert.deepEqual(codes(job.notes), ['job.cell.noteSignInGone']);
      assert.ok(clock.time - BEGIN >= 30_000);
    }));

  it('is not believed of somebody else’s import either', () =>
    withJobs(async (run) => {
      const cell = new ScriptedCell();
      let looks = 0;
      cell.states = () => [running(10, 7_000, 'theirs'), unreachable][looks++] ?? ready;
      const source = { origin: 'foreign', snapshot: 'theirs', startedAt: 7_000 } as const;
      assert.equal(codes((await run(cell, { source })).job.failures)[0], 'job.cell.endUnseen');
      assert.equal(cell.count('download theirs'), 1);
    }));
});

describe('following a cell’s import', () => {
  it('goes on for hours where only the lock tells that it runs', () =>
    withJobs(async (run) => {
      const clock = new CellClock();
      const runsUntil = BEGIN + 5 * HOUR;
      const cell = cellWith(running(10));
      const first = cell.states;
      let shown = 0;
      cell.states = (): CellImportState => {
        if (cell.count('startImport') === 0 || shown++ === 0) return first();
        return clock.time < runsUntil ? notKnown() : ready;
      };
      cell.lockAnswer = () => (clock.time < runsUntil ? 'importing' : 'free');
      const { job } = await run(cell, { clock });
      assert.equal(job.status, 'completed');
      assert.ok(clock.time >= runsUntil);
    }));

  it('ends without an answer where a lock has outlived the run', () =>
    withJobs(async (run) => {
      for (const start of ['accepted', 'lost'] as const) {
        const clock = new CellClock();
        const cell = cellWith(running(40), ready);
        cell.lockAnswer = () => 'importing';
        if (start === 'lost') cell.start = () => ({ kind: 'lost', message: { code: 'cell.startLost' } });
        const { job } = await run(cell, { clock });
        assert.deepEqual(codes(job.failures), ['job.cell.neverSeen']);
        assert.ok(clock.time - BEGIN >= 12 * HOUR && clock.time - BEGIN < 13 * HOUR);
      }
    }));

  it('takes ten minutes without any trace for the end of an order without an answer, and tells of that limit', () =>
    withJobs(async (run) => {
      const clock = new CellClock();
      const lockedUntil = BEGIN + HOUR;
      const cell = cellWith(ready);
      cell.counts = () => ({});
      cell.lockAnswer = () => (clock.time < lockedUntil ? 'importing' : 'free');
      cell.start = () => ({ kind: 'lost', message: { code: 'cell.startLost' } });
      const { job } = await run(cell, { clock });
      assert.deepEqual(codes(job.failures), ['job.cell.lostStart']);
      assert.ok(clock.time - lockedUntil >= 9 * 60_000 && clock.time - lockedUntil < 12 * 60_000);
      const silent = cellWith(ready);
      silent.counts = () => ({});
      silent.start = cell.start;
      const { events } = await run(silent);
      const told = events.flatMap((event) =>
        event.type === 'RUN' && event.notKnown ? [event.notKnown] : [],
      );
      assert.deepEqual(told[0], { code: 'job.cell.notShownLost', args: { minutes: 10 } });
    }));

  it('takes a failure after the run was shown for its own, whatever is told of it', () =>
    withJobs(async (run) => {
      const old = failed(4_000, 80);
      const cell = cellAfter(old, old, running(70), old);
      const { job } = await run(cell, stored);
      assert.deepEqual(codes(job.failures).slice(0, 2), ['job.cell.failedUnknown', 'job.cell.incompleteAt']);
    }));

  it('does not take the contents for the end while the run shows itself', () =>
    withJobs(async (run) => {
      const { job } = await run(cellWith(ready, ready, running(5), failed()));
      assert.equal(codes(job.failures)[0], 'cell.importFailed');
    }));

  it('does not take a run for its own that was known before the order', () =>
    withJobs(async (run) => {
      const { job } = await run(cellAfter(failed(4_000), running(5, 4_000)), stored);
      assert.deepEqual(codes(job.failures), ['job.cell.overtaken']);
    }));

  it('can’t tell how it ended when a later import of the same snapshot has failed since', () =>
    withJobs(async (run) => {
      const { job } = await run(cellWith(running(70), failed(9_000)));
      assert.deepEqual(codes(job.failures), ['job.cell.overtaken']);
    }));
});
