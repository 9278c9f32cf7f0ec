import { rm, stat } from 'node:fs/promises';
import type { ExportState } from '../../endpoints/cellSnapshots';
import { ExpectedError } from '../../message';
import { backOffMs } from '../backOff';
import { ask, StepLog, wait } from './cellContext';
import type { CellContext } from './cellContext';
import { checkSnapshot } from './checkSnapshot';
import { otherSnapshotName } from './snapshotName';
import { pollMs } from './pollInterval';

/** An export that is nowhere to be seen for so long has not begun, or is lost. */
const ABSENT_MS = 10 * 60_000;
/** Of the way, the export is one half and the download the other. */
const HALF = 50;
const OTHER_NAMES = 3;

/**
 * Takes an export of the cell as it is, and brings it to a file of this machine: the way back, should the import fail.
 * Only a copy that is whole, checked as any snapshot is, lets the import begin. Throws `ExpectedError`, or `Withdrawn`.
 */
export async function exportFirst(context: CellContext): Promise<void> {
  const { definition, log } = context;
  if (!definition.exportFirst) return;
  const { name, path } = definition.exportFirst;
  const before = log.state.cell;
  const kept = before?.exported ?? null;
  if (kept !== null && (await sizeOf(kept.path)) === kept.size) return;
  const steps = await StepLog.begin(context, 'exporting', null);
  const exported = await makeExport(context, name, before?.step === 'exporting', steps);
  if ((await sizeOf(path)) !== exported.size || before?.step !== 'exporting') {
    const progress = (bytes: number) => steps.tell(HALF + (HALF * bytes) / Math.max(1, exported.size));
    await ask(context, (signal) => context.cell.download(exported.name, path, progress, signal));
  }
  await steps.written();
  const { size } = await checkSnapshot(path).catch(async (cause: unknown) => {
    await rm(path, { force: true });
    throw cause instanceof ExpectedError
      ? new ExpectedError({ code: 'job.cell.exportCut' }, { cause })
      : cause;
  });
  await log.appendDurable({ type: 'EXPORTED', name: exported.name, path, size });
}

interface MadeExport {
  readonly name: string;
  readonly size: number;
}

/** `resumed`: an export of this name may have been asked for by this job before. */
async function makeExport(
  context: CellContext,
  wanted: string,
  resumed: boolean,
  steps: StepLog,
): Promise<MadeExport> {
  for (let attempt = 1; ; attempt++) {
    const name = attempt === 1 ? wanted : otherSnapshotName(wanted, String(attempt));
    const state = await ask(context, (signal) => context.cell.exportState(name, signal));
    const isOurs = resumed && attempt === 1 && (state.kind === 'running' || state.kind === 'done');
    // What is there already is an older state of the cell, and no way back to this one.
    const isFree = state.kind === 'absent' || (state.kind === 'failed' && resumed);
    if (isOurs || (isFree && (await startExport(context, name)))) {
      return { name, size: await followExport(context, name, steps) };
    }
    if (attempt > OTHER_NAMES)
      throw new ExpectedError({ code: 'job.cell.exportLost', args: { name: wanted } });
  }
}

/** False when the server has taken the name while it was busy: it may leave a folder of the name behind. */
async function startExport(context: CellContext, name: string): Promise<boolean> {
  const { cell, clock, budget } = context;
  const began = clock.monotonic();
  for (let refusals = 0; ; refusals++) {
    const answer = await ask(context, (signal) => cell.startExport(name, signal));
    if (answer.kind !== 'refused') return true;
    if (!answer.retry) {
      if (refusals > 0) return false;
      throw new ExpectedError(answer.message);
    }
    if (clock.monotonic() - began >= budget.refusalsMs) throw new ExpectedError(answer.message);
    await wait(context, backOffMs(refusals, clock.random(), answer.retryAfterMs ?? 0, budget));
  }
}

/** Bytes of the snapshot. */
async function followExport(context: CellContext, name: string, steps: StepLog): Promise<number> {
  const { cell, clock } = context;
  const began = clock.monotonic();
  let seen = began;
  for (;;) {
    const now = clock.monotonic();
    await wait(context, pollMs(now - began, 0, clock.random()));
    const state: ExportState = await ask(context, (signal) => cell.exportState(name, signal));
    switch (state.kind) {
      case 'done':
        steps.tell(HALF);
        await steps.written();
        return state.size;
      case 'failed':
        throw new ExpectedError(state.message);
      case 'running':
        seen = clock.monotonic();
        steps.tell((HALF * Math.min(100, state.percent)) / 100);
        break;
      case 'absent':
        // An export shows nothing before it has begun, and never that it can't be begun.
        if (clock.monotonic() - seen >= ABSENT_MS) {
          throw new ExpectedError({ code: 'job.cell.exportLost', args: { name } });
        }
        break;
    }
  }
}

async function sizeOf(path: string): Promise<number | null> {
  return (await stat(path).catch(() => null))?.size ?? null;
}
