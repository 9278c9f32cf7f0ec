import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { renderMessage } from '../../../../src/core/catalogue';
import type { CellImportState } from '../../../../src/core/endpoints/cellSnapshots';
import { recordCanceled } from '../../../../src/core/engine/abandonedJob';
import { phaseMessage, resultMessage } from '../../../../src/core/jobs/describe';
import type { JobEvent } from '../../../../src/core/jobs/records';
import { ExpectedError } from '../../../../src/core/message';
import {
  CellClock,
  ScriptedCell,
  SNAPSHOT_CONTENTS,
  cellAfter,
  cellWith,
  codes,
  exists,
  failed,
  inTurn,
  notKnown,
  ready,
  runAgain,
  running,
  snapshotParts,
  withJobs,
  writeZip,
} from './support';
import type { Ran } from './support';

const types = (events: readonly JobEvent[]) => events.map(({ type }) => type);
const runs = ({ events }: Ran) => events.flatMap((event) => (event.type === 'RUN' ? [event] : []));

describe('the import of a cell', () => {
  it('is uploaded, started once, followed, and compared', () =>
    withJobs(async (run) => {
      const cell = cellWith(ready, running(0), running(0), running(45), running(100), ready, ready);
      const ran = await run(cell);
      assert.equal(ran.job.status, 'completed');
      assert.deepEqual(ran.job.notes, undefined);
      assert.deepEqual(cell.calls, ['list', 'upload snap', 'startImport snap']);
      const steps = types(ran.events).filter((type, i, all) => type !== all[i - 1]);
      assert.deepEqual(steps, ['OPEN', 'STEP', 'START', 'STARTED', 'RUN', 'STEP', 'DONE']);
      assert.deepEqual(
        runs(ran).map(({ percent, startedAt }) => [percent, startedAt]),
        [
          [null, undefined],
          [0, 5_000],
          [45, 5_000],
          [100, 5_000],
        ],
      );
      assert.equal(renderMessage(phaseMessage(ran.job)), 'Cell imported');
      assert.equal(renderMessage(resultMessage(ran.job)), 'The cell shop was imported from snap.zip.');
    }));

  it('has its order durable in the journal before the order leaves', () =>
    withJobs(async (run) => {
      let journal = '';
      const cell = cellWith(running(1), ready);
      let folder = '';
      cell.start = async () => {
        journal = await readFile(path.join(folder, 'journal.log'), 'utf8');
        return { kind: 'accepted' };
      };
      cell.uploads = () => Promise.resolve();
      const clock = new CellClock();
      const upload = cell.upload.bind(cell);
      cell.upload = async (name, file, progress) => {
        folder = path.dirname(file.path);
        await upload(name, file, progress);
      };
      await run(cell, { clock });
      assert.match(journal.trimEnd().split('\n').at(-1) ?? '', /"type":"START","snapshot":"snap"/);
    }));

  it('does not take the ready before the run for its end', () =>
    withJobs(async (run) => {
      const early = Array.from({ length: 40 }, () => ready);
      const cell = cellWith(ready, ...early, running(3), ready);
      cell.counts = () => ({ ...SNAPSHOT_CONTENTS, entities: 77 });
      const ran = await run(cell);
      assert.equal(ran.state.cell?.startedAt, 5_000, 'it was seen to run');
      assert.equal(ran.job.status, 'completed');
    }));

  it('is not deceived by contents that were the snapshot’s already before', () =>
    withJobs(async (run) => {
      const early = Array.from({ length: 100 }, () => ready);
      const cell = cellWith(ready, ...early, failed());
      cell.counts = () => SNAPSHOT_CONTENTS;
      const ran = await run(cell);
      assert.equal(ran.job.status, 'failed');
      assert.equal(ran.job.failures[0]?.code, 'cell.importFailed');
    }));

  it('finds the end of a run that was too quick to be seen by its contents', () =>
    withJobs(async (run) => {
      const ran = await run(cellWith(ready));
      assert.equal(ran.job.status, 'completed');
      assert.ok(ran.clock.time - 1_000_000 < 10_000);
    }));

  it('finds the end by the lock alone, where nothing may be counted', () =>
    withJobs(async (run) => {
      const cell = cellWith(ready);
      cell.counts = () => ({});
      cell.lockAnswer = inTurn<'importing' | 'free'>('importing', 'importing', 'free');
      const ran = await run(cell);
      assert.equal(ran.job.status, 'completed');
      assert.deepEqual(codes(ran.job.notes), ['job.cell.noteNotCompared']);
      assert.ok(ran.clock.time - 1_000_000 < 10_000);
    }));

  it('believes a cell that lastingly takes writes only after half a minute', () =>
    withJobs(async (run) => {
      const cell = cellWith(ready);
      cell.counts = () => ({});
      cell.lockAnswer = () => 'free';
      const ran = await run(cell);
      assert.equal(ran.job.status, 'completed');
      assert.ok(ran.clock.time - 1_000_000 >= 30_000);
    }));

  it('never ends well without proof', () =>
    withJobs(async (run) => {
      const cell = cellWith(ready);
      cell.counts = () => ({});
      const ran = await run(cell);
      assert.equal(ran.job.status, 'failed');
      assert.deepEqual(codes(ran.job.failures), ['job.cell.neverSeen']);
      assert.equal(ran.job.canRecover, true);
    }));

  it('goes on when ready is said in the middle of the run', () =>
    withJobs(async (run) => {
      const cell = cellWith(running(10), ready, running(30), ready, running(50), failed(5_000, 50));
      const ran = await run(cell);
      assert.equal(ran.job.status, 'failed');
      assert.deepEqual(ran.job.failures[1], { code: 'job.cell.incompleteAt', args: { percent: 50 } });
    }));

  it('shows since when the per cent stands still, and never ends by it', () =>
    withJobs(async (run) => {
      const stuck = Array.from({ length: 60 }, () => running(45));
      let words = '';
      const cell = cellWith(running(20), ...stuck, running(100), running(130), ready);
      const ran = await run(cell, {
        onRecord: (event, _control, clock) => {
          if (event.type === 'RUN' && event.percent === 100) words = String(clock.time);
        },
      });
      assert.equal(ran.job.status, 'completed');
      assert.deepEqual(
        runs(ran).map(({ percent }) => percent),
        [20, 45, 100],
        'over 100 is 100, and nothing is written twice',
      );
      assert.ok(Number(words) - 1_000_000 > 60_000);
      const cellState = ran.events.length > 0 ? ran.state.cell : null;
      assert.notEqual(cellState, null);
      const phase = { kind: 'importing', percent: 45, since: 0, changedAt: 10_000 } as const;
      assert.equal(
        renderMessage(resultMessage({ ...ran.job, phase }, 100_000)),
        'The server imports snap.zip: 45%, unchanged for 1 min 30 s (1 min 40 s in all). Large steps and long halts are usual.',
      );
    }));

  it('is not deceived by the failure that was there before, and ends by the cleared status', () =>
    withJobs(async (run) => {
      const old = failed(4_000, 80, 'older');
      const cell = cellAfter(old, old, old, old, ready);
      cell.counts = () => ({});
      const ran = await run(cell, { source: { origin: 'stored', snapshot: 'snap' } });
      assert.equal(ran.job.status, 'completed');
      assert.ok(runs(ran).some(({ notKnown: why }) => why?.code === 'job.cell.oldFailure'));
      assert.deepEqual(cell.calls, ['startImport snap'], 'a failed cell lists nothing');
    }));

  it('tells a new failure from the old one by its begin', () =>
    withJobs(async (run) => {
      const old = failed(4_000, 80);
      const cell = cellAfter(old, old, old, failed(4_001, 10));
      const ran = await run(cell, { source: { origin: 'stored', snapshot: 'snap' } });
      assert.equal(ran.job.status, 'failed');
      assert.deepEqual(ran.job.failures[1], { code: 'job.cell.incompleteAt', args: { percent: 10 } });
    }));

  it('knows nothing for the moment while the cell takes no sign-in, and goes on', () =>
    withJobs(async (run) => {
      const cell = cellWith(
        running(10),
        notKnown(),
        notKnown(),
        notKnown('personium.PR403-AU-0002'),
        notKnown('personium.PR409-CM-0002'),
        running(90),
        ready,
      );
      const ran = await run(cell);
      assert.equal(ran.job.status, 'completed');
      assert.deepEqual(
        runs(ran).map(({ percent, notKnown: why }) => [percent, why?.code]),
        [
          [10, undefined],
          [10, 'cell.signInNotTaken'],
          [10, 'personium.PR403-AU-0002'],
          [10, 'personium.PR409-CM-0002'],
          [90, undefined],
        ],
      );
    }));

  it('takes a sign-in that fails by itself for the same', () =>
    withJobs(async (run) => {
      const cell = cellWith(running(10), running(90), ready);
      const states = cell.states;
      let asked = 0;
      cell.states = () => {
        if (cell.count('startImport') > 0 && asked++ === 1) {
          throw new ExpectedError({ code: 'cell.tokenNotGiven' });
        }
        return states();
      };
      const ran = await run(cell);
      assert.equal(ran.job.status, 'completed');
      assert.ok(runs(ran).some(({ notKnown: why }) => why?.code === 'cell.tokenNotGiven'));
    }));

  it('says what is known when the sign-in is gone for good', () =>
    withJobs(async (run) => {
      const cell = cellWith(running(10), notKnown());
      cell.lockAnswer = inTurn<'importing' | 'free'>('importing', 'importing', 'free');
      const ran = await run(cell);
      assert.equal(ran.job.status, 'completed');
      assert.deepEqual(codes(ran.job.notes), ['job.cell.noteSignInGone']);
    }));

  it('does not call it completed when nothing tells that the run has ended well', () =>
    withJobs(async (run) => {
      const ran = await run(cellWith(running(10), notKnown()));
      assert.equal(ran.job.status, 'failed');
      assert.deepEqual(codes(ran.job.failures), ['job.cell.lostSight']);
      assert.match(renderMessage(resultMessage(ran.job)), /for 1\d\d minutes, so how it ended can’t be told/);
    }));

  it('takes a failed cell that answers nothing else for failed', () =>
    withJobs(async (run) => {
      const ran = await run(cellWith(running(35), { kind: 'failedWithoutDetails' }));
      assert.deepEqual(codes(ran.job.failures), [
        'job.cell.failedUnknown',
        'job.cell.incompleteAt',
        'job.cell.recoverStored',
        'job.cell.recoverAnew',
      ]);
    }));

  it('follows a run whose order got no answer, and never orders it twice', () =>
    withJobs(async (run) => {
      const cell = cellWith(ready, notKnown('network.reset'), running(5), running(60), ready);
      cell.start = () => ({
        kind: 'lost',
        message: { code: 'cell.startLost', args: { code: 'ECONNRESET' } },
      });
      const ran = await run(cell);
      assert.equal(ran.job.status, 'completed');
      assert.equal(cell.count('startImport'), 1);
    }));

  it('says that it was ordered once when its answer was lost and no run is ever seen', () =>
    withJobs(async (run) => {
      const cell = cellWith(ready);
      cell.counts = () => ({ ...SNAPSHOT_CONTENTS, boxes: 9 });
      cell.lockAnswer = () => 'free';
      cell.start = () => ({
        kind: 'lost',
        message: { code: 'cell.startLost', args: { code: 'ECONNRESET' } },
      });
      const ran = await run(cell);
      assert.equal(ran.job.status, 'failed');
      assert.equal(cell.count('startImport'), 1);
      assert.deepEqual(codes(ran.job.failures), ['job.cell.lostStart']);
      assert.match(renderMessage(resultMessage(ran.job)), /sent once and is not sent again.*Connections/);
    }));

  it('is not ended by the lock of somebody else’s run when its own answer was lost', () =>
    withJobs(async (run) => {
      const cell = cellWith(ready);
      cell.counts = () => ({});
      cell.lockAnswer = inTurn<'importing' | 'free'>('importing', 'importing', 'free');
      cell.start = () => ({
        kind: 'lost',
        message: { code: 'cell.startLost', args: { code: 'ECONNRESET' } },
      });
      const ran = await run(cell);
      assert.deepEqual(codes(ran.job.failures), ['job.cell.lostStart']);
    }));

  it('does not begin while somebody else’s import runs', () =>
    withJobs(async (run) => {
      const cell = new ScriptedCell();
      cell.states = () => running(50, 1, 'theirs');
      const ran = await run(cell);
      assert.deepEqual(codes(ran.job.failures), ['job.cell.foreignRuns', 'job.cell.untouched']);
      assert.deepEqual(cell.calls, []);
    }));

  it('can’t tell how it ended when another import has begun since', () =>
    withJobs(async (run) => {
      const ran = await run(cellWith(running(50), running(0, 9_000, 'theirs')));
      assert.deepEqual(codes(ran.job.failures), ['job.cell.overtaken']);
      const same = await run(cellWith(running(50), running(0, 9_000)));
      assert.deepEqual(codes(same.job.failures), ['job.cell.overtaken']);
    }));

  it('is asked for again while the cell is busy, and not when it is refused for good', () =>
    withJobs(async (run) => {
      const busy = { kind: 'refused', message: { code: 'personium.PR409-MC-0001' }, retry: true } as const;
      const cell = cellWith(running(50), ready);
      cell.states = (() => {
        const states = inTurn(running(50), ready);
        return () => (cell.count('startImport') === 4 ? states() : ready);
      })();
      cell.start = inTurn<{ kind: 'accepted' } | typeof busy>(busy, busy, busy, { kind: 'accepted' });
      const ran = await run(cell);
      assert.equal(ran.job.status, 'completed');
      assert.equal(cell.count('startImport'), 4);
      assert.equal(ran.state.intents, 1, 'a request that was refused was none');

      const never = cellWith(ready);
      never.start = () => ({ ...busy, retry: false, message: { code: 'personium.PR400-MC-0001' } });
      const refused = await run(never);
      assert.deepEqual(codes(refused.job.failures), ['personium.PR400-MC-0001', 'job.cell.untouched']);
      assert.deepEqual(never.calls.at(-1), 'remove snap');
      assert.equal(refused.job.canRecover, undefined);

      const always = cellWith(ready);
      always.start = () => busy;
      const tired = await run(always);
      assert.deepEqual(codes(tired.job.failures), ['job.cell.busyTooLong', 'job.cell.untouched']);
    }));

  it('is canceled while it is uploaded, and takes its file away', () =>
    withJobs(async (run) => {
      const cell = cellWith(ready);
      const ran = await run(cell, {
        onRecord: (event, control) => {
          if (event.type === 'STEP' && event.step === 'uploading') control.poke('cancel');
        },
      });
      assert.equal(ran.job.status, 'canceled');
      assert.equal(cell.count('startImport'), 0);
      assert.deepEqual(cell.calls.at(-1), 'remove snap');
      assert.match(renderMessage(resultMessage(ran.job)), /The cell was not changed/);
    }));

  it('leaves a snapshot of the same name alone that is somebody’s, and takes nothing of it away', () =>
    withJobs(async (run) => {
      const cell = cellWith(running(1, 5_000, 'snap'), ready);
      cell.stored = [{ name: 'snap', size: 7, modifiedAt: 1 }];
      cell.states = () => {
        const name = cell.calls.find((call) => call.startsWith('startImport'))?.split(' ')[1];
        return name === undefined ? ready : states(name);
      };
      const states = ((): ((name: string) => CellImportState) => {
        let asked = 0;
        return (name) => (asked++ < 2 ? running(1, 5_000, name) : ready);
      })();
      const ran = await run(cell);
      assert.equal(ran.job.status, 'completed');
      assert.match(cell.calls[1] ?? '', /^upload snap-[0-9a-f]{8}$/);
      assert.deepEqual(
        cell.stored.map(({ size }) => size === 7),
        [true, false],
      );
    }));

  it('can’t be canceled any more once the order has left', () =>
    withJobs(async (run) => {
      const cell = cellWith(running(1), running(50), ready);
      const ran = await run(cell, {
        onRecord: (event, control) => {
          if (event.type === 'STARTED') control.poke('cancel');
        },
      });
      assert.equal(ran.job.status, 'completed');
      assert.equal(cell.count('startImport'), 1);
    }));

  it('is not ordered when it was canceled while the disk took the record of the order', () =>
    withJobs(async (run) => {
      const cell = cellWith(ready);
      const ran = await run(cell, {
        onRecord: (event, control) => {
          if (event.type === 'START') control.poke('cancel');
        },
      });
      assert.equal(ran.job.status, 'canceled');
      assert.equal(cell.count('startImport'), 0);
      assert.equal(cell.count('remove snap'), 1);
      assert.equal(ran.state.intents, 0);
    }));

  it('refuses a bad snapshot before anything is sent', () =>
    withJobs(async (run) => {
      const cell = new ScriptedCell();
      const parts = snapshotParts();
      parts.set('10_odata/70_userdata.pjson', 'x\n');
      const ran = await run(cell, { parts });
      assert.deepEqual(codes(ran.job.failures), ['snapshot.badLine', 'job.cell.untouched']);
      assert.deepEqual(cell.calls, []);
      assert.match(
        renderMessage(resultMessage(ran.job)),
        /^Line 1 of 10_odata\/70_userdata.pjson.*The cell was not changed\.$/,
      );
    }));

  it('says what differs after the end', () =>
    withJobs(async (run) => {
      const cell = cellWith(running(50), ready);
      const { boxes, accounts, externalCells, entityTypes } = SNAPSHOT_CONTENTS;
      cell.counts = () => ({ boxes, accounts, externalCells, entityTypes, entities: 4, roles: 2 });
      const ran = await run(cell);
      assert.equal(ran.job.status, 'completed');
      assert.deepEqual(
        ran.job.notes?.map((note) => renderMessage(note)),
        [
          'The cell holds other numbers than the snapshot: roles 2 of 1, entities 4 of 3.',
          'Not compared, as this sign-in may not read them or the snapshot was not read here: relations.',
        ],
      );
      assert.equal(renderMessage(phaseMessage(ran.job)), 'Cell imported, with notes');
    }));

  it('waits for what was written to be found before it says that something differs', () =>
    withJobs(async (run) => {
      const cell = cellWith(running(50), ready);
      cell.counts = inTurn({ boxes: 0 }, { ...SNAPSHOT_CONTENTS, entities: 0 }, SNAPSHOT_CONTENTS);
      const ran = await run(cell);
      assert.deepEqual([ran.job.status, ran.job.notes], ['completed', undefined]);
    }));

  it('does not call it completed when a kind is missing, or less is there after the server was away', () =>
    withJobs(async (run) => {
      const cell = cellWith(running(50), ready);
      cell.counts = () => ({ ...SNAPSHOT_CONTENTS, entities: 0 });
      const ran = await run(cell);
      assert.deepEqual(codes(ran.job.failures).slice(0, 2), ['job.cell.cutOff', 'job.cell.recoverStored']);
      const restarted = cellWith(running(50), notKnown('network.refused'), ready);
      restarted.counts = () => ({ ...SNAPSHOT_CONTENTS, entities: 2 });
      const cut = await run(restarted);
      assert.deepEqual(codes(cut.job.failures)[0], 'job.cell.cutOff');
    }));

  it('says why nothing could be compared', () =>
    withJobs(async (run) => {
      const cell = cellWith(running(50), ready);
      cell.counts = () => Promise.reject(new ExpectedError({ code: 'personium.PR401-AU-0001' }));
      const ran = await run(cell);
      assert.equal(ran.job.status, 'completed');
      assert.deepEqual(codes(ran.job.notes), ['job.cell.noteNotVerified']);
    }));
});

describe('the export before the import of a cell', () => {
  const exportTo = (folder: string) => ({ name: 'safe', path: path.join(folder, 'safe.zip') });

  it('is taken, downloaded and checked before anything is uploaded, and is the way back', () =>
    withJobs(async (run, folder) => {
      const cell = cellWith(running(60), failed());
      cell.exports = exported();
      const wished = exportTo(folder);
      const ran = await run(cell, { exportFirst: wished });
      assert.deepEqual(cell.calls.slice(0, 4), ['startExport safe', 'download safe', 'list', 'upload snap']);
      const { size } = await stat(wished.path);
      assert.deepEqual(ran.state.cell?.exported, { ...wished, size });
      assert.deepEqual(codes(ran.job.failures), [
        'cell.importFailed',
        'job.cell.incompleteAt',
        'job.cell.recoverExported',
        'job.cell.recoverAnew',
      ]);
      assert.equal(ran.job.canRecover, true);
      assert.equal(
        renderMessage(resultMessage(ran.job)),
        'The cell ended the import with the code PR409-OD-0003. It exists. The import had come to 60%, and the cell is incomplete.',
      );
      const percents = ran.events.flatMap((event) =>
        event.type === 'STEP' && event.step === 'exporting' ? [event.percent] : [],
      );
      assert.deepEqual(percents, [null, 20, 50]);
    }));

  it('keeps the cell from being emptied when it fails, is lost, or is not whole', () =>
    withJobs(async (run, folder) => {
      const broken = cellWith(ready);
      broken.exports = inTurn<ReturnType<ScriptedCell['exports']>>(
        { kind: 'absent' },
        { kind: 'failed', message: { code: 'cell.exportFailed', args: { code: 'PR500-SV-0000' } } },
      );
      const failedRun = await run(broken, { exportFirst: exportTo(folder) });
      assert.deepEqual(codes(failedRun.job.failures), ['cell.exportFailed', 'job.cell.untouched']);
      const never = cellWith(ready);
      const lost = await run(never, { exportFirst: exportTo(folder) });
      assert.deepEqual(codes(lost.job.failures), ['job.cell.exportLost', 'job.cell.untouched']);
      const cut = cellWith(ready);
      cut.exports = exported();
      cut.exportedZip = 'PK\x03\x04 no more';
      const wished = exportTo(folder);
      const ran = await run(cut, { exportFirst: wished });
      assert.deepEqual(codes(ran.job.failures), ['job.cell.exportCut', 'job.cell.untouched']);
      assert.equal(await exists(wished.path), false);
      for (const cell of [broken, never, cut]) assert.equal(cell.count('startImport'), 0);
    }));

  it('takes another name when the one is taken, or was left behind by a busy server', () =>
    withJobs(async (run, folder) => {
      const taken = cellWith(running(1), ready);
      const states = exported();
      taken.exports = (name) => (name === 'safe' ? { kind: 'done', size: 1 } : states());
      const ran = await run(taken, { exportFirst: exportTo(folder) });
      assert.equal(ran.state.cell?.exported?.name, 'safe-2');
      const left = cellWith(running(1), ready);
      const refusal = { kind: 'refused', message: { code: 'personium.PR409-MC-0001' } } as const;
      let tried = 0;
      const others = exported();
      left.exports = (name) => (name === 'safe' ? { kind: 'absent' } : others());
      left.startsExport = (name) =>
        name === 'safe' ? { ...refusal, retry: tried++ === 0 } : { kind: 'accepted' };
      const second = await run(left, { exportFirst: { name: 'safe', path: path.join(folder, 'b.zip') } });
      assert.equal(second.state.cell?.exported?.name, 'safe-2');
    }));

  it('goes beside a file that has come to its place, and replaces none', () =>
    withJobs(async (run, folder) => {
      const cell = cellWith(running(1), ready);
      cell.exports = exported();
      const wished = exportTo(folder);
      const ran = await run(cell, {
        exportFirst: wished,
        onRecord: (event) => {
          if (event.type === 'STEP' && event.percent === null) writeFileSync(wished.path, 'mine');
        },
      });
      assert.equal(await readFile(wished.path, 'utf8'), 'mine');
      assert.equal(ran.state.cell?.exported?.path, path.join(folder, 'safe-2.zip'));
      assert.equal(await exists(path.join(folder, 'safe-2.zip')), true);
      assert.equal(ran.job.status, 'completed');
    }));

  it('keeps the cell from being emptied when it can’t be written', () =>
    withJobs(async (run, folder) => {
      const cell = cellWith(ready);
      cell.exports = exported();
      const wished = { name: 'safe', path: path.join(folder, 'gone', 'safe.zip') };
      cell.download = async (_name, to) => writeFile(to, '');
      const ran = await run(cell, { exportFirst: wished });
      assert.deepEqual(codes(ran.job.failures), ['cell.downloadNotWritten', 'job.cell.untouched']);
      assert.equal(cell.count('startImport'), 0);
    }));

  it('is impossible, as an upload is, in a cell that has failed', () =>
    withJobs(async (run, folder) => {
      const cell = cellAfter(failed(), ready);
      const ran = await run(cell, {
        exportFirst: exportTo(folder),
        source: { origin: 'stored', snapshot: 's' },
      });
      assert.deepEqual(codes(ran.job.failures), ['job.cell.failedBefore', 'job.cell.untouched']);
      const upload = await run(cellAfter({ kind: 'failedWithoutDetails' }, ready));
      assert.deepEqual(codes(upload.job.failures), ['job.cell.failedBefore', 'job.cell.untouched']);
    }));
});

describe('a cell’s import that was interrupted', () => {
  const asked: readonly JobEvent[] = [
    { type: 'OPEN', engine: '0' },
    { type: 'STEP', step: 'uploading', percent: 0, snapshot: 'snap' },
    { type: 'START', snapshot: 'snap', after: 4_000, failedBefore: true },
  ];

  it('is only followed from the order on', () =>
    withJobs(async (run) => {
      for (const before of [asked, [...asked, { type: 'STARTED', answer: 'accepted' } as const]]) {
        const cell = new ScriptedCell();
        cell.states = inTurn(running(70), ready);
        cell.counts = () => SNAPSHOT_CONTENTS;
        const ran = await run(cell, { before });
        assert.equal(ran.job.status, 'completed');
        assert.deepEqual(cell.calls, []);
        assert.equal(ran.state.cell?.start, before === asked ? 'lost' : 'accepted');
      }
    }));

  it('keeps what it has seen: a run, and that the cell was locked', () =>
    withJobs(async (run) => {
      const accepted: readonly JobEvent[] = [...asked, { type: 'STARTED', answer: 'accepted' }];
      const cell = new ScriptedCell();
      cell.counts = () => SNAPSHOT_CONTENTS;
      const seen = await run(cell, {
        before: [...accepted, { type: 'RUN', percent: 40, startedAt: 5_000 }],
      });
      assert.equal(seen.job.status, 'completed');
      const locked = new ScriptedCell();
      locked.lockAnswer = () => 'free';
      const ended = await run(locked, {
        before: [...accepted, { type: 'RUN', percent: null, locked: true }],
      });
      assert.equal(ended.job.status, 'completed');
      assert.ok(ended.clock.time - 1_000_000 < 30_000);
    }));

  it('begins anew before the order, and does not export or count its own upload twice', () =>
    withJobs(async (run, folder) => {
      const cell = cellWith(running(1), ready);
      cell.exports = exported();
      const wished = { name: 'safe', path: path.join(folder, 'safe.zip') };
      const clock = new CellClock();
      let torn: Ran | null = null;
      await assert.rejects(async () => {
        torn = await run(cell, {
          exportFirst: wished,
          clock,
          onRecord: (event) => {
            if (event.type === 'STEP' && event.percent === 100) throw new Error('the process ends here');
          },
        });
      });
      assert.equal(torn, null);
      const jobFolder = await onlyJob(folder);
      const again = await runAgain(jobFolder, cell, { clock });
      assert.equal(again.job.status, 'completed');
      assert.equal(cell.count('startExport'), 1);
      assert.equal(cell.count('upload'), 2);
      assert.equal(cell.count('startImport'), 1);
    }));

  it('exports the cell once more when it is taken up later, or before the export was whole', () =>
    withJobs(async (run, folder) => {
      const opened: JobEvent = { type: 'OPEN', engine: '0' };
      const kept = path.join(folder, 'kept.zip');
      await writeZip(kept, snapshotParts());
      const { size } = await stat(kept);
      const steps: readonly JobEvent[] = [
        { type: 'STEP', step: 'exporting', percent: null },
        { type: 'EXPORTED', name: 'safe', path: kept, size },
      ];
      // The records of the earlier life are of the time 500,000.
      for (const [before, begin, exports] of [
        [steps, 500_000 + 10 * 60_000, 0],
        [steps, 500_000 + 10 * 60_000 + 1, 1],
        [steps, 499_999, 1],
        [steps.slice(0, 1), 500_000, 1],
      ] as const) {
        const cell = cellWith(running(1), ready);
        cell.exports = (name) =>
          cell.count(`startExport ${name}`) > 0 || name === 'safe'
            ? { kind: 'done', size: 1 }
            : { kind: 'absent' };
        const clock = new CellClock();
        clock.time = begin;
        const wished = { name: 'safe', path: path.join(folder, 'safe.zip') };
        const ran = await run(cell, { exportFirst: wished, before: [opened, ...before], clock });
        assert.equal(ran.job.status, 'completed');
        assert.equal(cell.count('startExport safe-r2'), exports);
        assert.equal(ran.state.cell?.exported?.name, exports === 0 ? 'safe' : 'safe-r2');
        await rm(wished.path, { force: true });
      }
    }));

  it('is left as it is where the sign-in is missing and the server goes on', () =>
    withJobs(async (run) => {
      const cell = new ScriptedCell();
      const refusal = { code: 'kintone.signedOut' };
      const ran = await run(cell, { before: asked, refusal });
      assert.equal(ran.job.status, 'inProgress');
      assert.deepEqual(cell.calls, []);
      assert.equal(ran.job.canCancel, false);
      assert.equal(ran.job.canResume, true);
      assert.equal(await recordCanceled(ran.folder), false);
      const first = await run(new ScriptedCell(), { refusal });
      assert.deepEqual(codes(first.job.failures), ['kintone.signedOut', 'job.cell.untouched']);
    }));

  it('tells of the file that stays where it can’t be taken away without a sign-in', () =>
    withJobs(async (run) => {
      const refusal = { code: 'kintone.signedOut' };
      const before = asked.slice(0, 2);
      const left = [{ code: 'job.cell.noteUploadLeft', args: { name: 'snap' } }];
      const ran = await run(new ScriptedCell(), { before, refusal });
      assert.deepEqual([ran.job.status, ran.job.notes], ['failed', left]);
      const canceled = await run(new ScriptedCell(), {
        before,
        refusal,
        onRecord: (event, control) => {
          if (event.type === 'OPEN') control.poke('cancel');
        },
      });
      assert.deepEqual([canceled.job.status, canceled.job.notes], ['canceled', left]);
    }));

  it('can be canceled before the order by anyone, who is told of the file that stays', () =>
    withJobs(async (run, folder) => {
      await assert.rejects(
        run(cellWith(ready), {
          onRecord: (event) => {
            if (event.type === 'STEP') throw new Error('the process ends here');
          },
        }),
      );
      const job = await onlyJob(folder);
      assert.equal(await recordCanceled(job), true);
      const { job: canceled } = await runAgain(job, new ScriptedCell());
      assert.equal(canceled.status, 'canceled');
      assert.deepEqual(canceled.notes, [{ code: 'job.cell.noteUploadLeft', args: { name: 'snap' } }]);
    }));
});

describe('an import that somebody else has started', () => {
  const foreign = { source: { origin: 'foreign', snapshot: 'theirs', startedAt: 7_000 } } as const;

  it('is watched to its end, and nothing is asked of the server', () =>
    withJobs(async (run) => {
      const cell = new ScriptedCell();
      cell.states = inTurn(running(10, 7_000, 'theirs'), running(60, 7_000, 'theirs'), ready);
      const ran = await run(cell, foreign);
      assert.equal(ran.job.status, 'completed');
      assert.deepEqual(cell.calls, []);
      assert.equal(ran.state.intents, 0);
    }));

  it('fails with its reason and the ways back, and is told from a later one', () =>
    withJobs(async (run) => {
      const cell = new ScriptedCell();
      cell.states = inTurn(running(10, 7_000, 'theirs'), failed(7_000, 20, 'theirs'));
      const ran = await run(cell, foreign);
      assert.equal(ran.job.failures[0]?.code, 'cell.importFailed');
      assert.equal(ran.job.canRecover, true);
      const other = new ScriptedCell();
      other.states = inTurn(running(10, 7_000, 'theirs'), running(10, 8_000, 'other'));
      const overtaken = await run(other, foreign);
      assert.deepEqual(codes(overtaken.job.failures), ['job.cell.overtaken']);
    }));

  it('can’t be canceled by anyone when nobody follows it any more', () =>
    withJobs(async (run) => {
      const before: readonly JobEvent[] = [
        { type: 'OPEN', engine: '0' },
        { type: 'RUN', percent: 10, startedAt: 7_000 },
      ];
      const { job } = await run(new ScriptedCell(), {
        ...foreign,
        before,
        refusal: { code: 'kintone.signedOut' },
      });
      assert.deepEqual([job.status, job.canCancel, job.canResume], ['inProgress', false, true]);
    }));

  it('can’t be canceled while it runs', () =>
    withJobs(async (run) => {
      const cell = new ScriptedCell();
      cell.states = inTurn(running(10, 7_000, 'theirs'), ready);
      const ran = await run(cell, {
        ...foreign,
        onRecord: (event, control) => {
          if (event.type === 'RUN') control.poke('cancel');
        },
      });
      assert.equal(ran.job.status, 'completed');
    }));
});

function exported(): () => ReturnType<ScriptedCell['exports']> {
  return inTurn<ReturnType<ScriptedCell['exports']>>(
    { kind: 'absent' },
    { kind: 'absent' },
    { kind: 'running', percent: 40 },
    { kind: 'done', size: 1 },
  );
}

async function onlyJob(folder: string): Promise<string> {
  const jobs = (await readdir(folder)).find((name) => name.startsWith('jobs-')) ?? '';
  const id = (await readdir(path.join(folder, jobs))).find((name) => /^\d{8}-/.test(name)) ?? '';
  return path.join(folder, jobs, id);
}
