import { rm, stat } from 'node:fs/promises';
import { ExpectedError } from '../../message';
import { ask, StepLog, wait } from './cellContext';
import type { CellContext } from './cellContext';
import { checkSnapshot } from './checkSnapshot';
import { takeExport } from './takeExport';
import type { ExportParts } from './takeExport';

/** Of the way, the export is one half and the download the other. */
const HALF = 50;

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
  const parts: ExportParts = {
    cell: context.cell,
    clock: context.clock,
    budget: context.budget,
    ask: (question) => ask(context, question),
    wait: (ms) => wait(context, ms),
  };
  const exported = await takeExport(parts, name, before?.step === 'exporting', (percent) =>
    steps.tell((HALF * percent) / 100),
  );
  steps.tell(HALF);
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

async function sizeOf(path: string): Promise<number | null> {
  return (await stat(path).catch(() => null))?.size ?? null;
}
