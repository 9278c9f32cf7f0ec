import { rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { syncFolder } from '../../jobs/jobFolder';
import { ExpectedError } from '../../message';
import { ask, StepLog, wait } from './cellContext';
import type { CellContext } from './cellContext';
import { checkSnapshot } from './checkSnapshot';
import { otherSnapshotName } from './snapshotName';
import { takeExport } from './takeExport';
import type { ExportParts } from './takeExport';

/** Of the way, the export is one half and the download the other. */
const HALF = 50;
/** An export that is older when the job is taken up again may lack what was written to the cell since. */
const FRESH_MS = 10 * 60_000;

/**
 * Takes an export of the cell as it is, and brings it to a file of this machine: the way back, should the import fail.
 * Only a copy that is whole, checked as any snapshot is, lets the import begin. No file is ever replaced: one that has
 * come to the place since the job was submitted stays, and the export goes beside it. Throws `ExpectedError`, or
 * `Withdrawn`.
 */
export async function exportFirst(context: CellContext): Promise<void> {
  const { definition, log } = context;
  if (!definition.exportFirst || (await hasFreshExport(context))) return;
  const { name, path: wished } = definition.exportFirst;
  const { epoch } = log.state;
  const steps = await StepLog.begin(context, 'exporting', null);
  const parts: ExportParts = {
    cell: context.cell,
    clock: context.clock,
    budget: context.budget,
    ask: (question) => ask(context, question),
    wait: (ms) => wait(context, ms),
  };
  // What an earlier process has asked for shows the cell as it was then.
  const wanted = epoch === 1 ? name : otherSnapshotName(name, `r${epoch}`);
  const exported = await takeExport(parts, wanted, (percent) => steps.tell((HALF * percent) / 100));
  steps.tell(HALF);
  const file = await download(context, exported.name, wished, (bytes) =>
    steps.tell(HALF + (HALF * bytes) / Math.max(1, exported.size)),
  );
  await steps.written();
  await log.appendDurable({ type: 'EXPORTED', name: exported.name, ...file });
}

async function hasFreshExport({ log, clock }: CellContext): Promise<boolean> {
  const { exported = null, exportedAt = 0 } = log.state.cell ?? {};
  if (exported === null) return false;
  const age = clock.now() - exportedAt;
  return age >= 0 && age <= FRESH_MS && (await sizeOf(exported.path)) === exported.size;
}

/** The file has its name only when it was checked, and the name is durable. */
async function download(
  context: CellContext,
  name: string,
  wished: string,
  progress: (bytes: number) => void,
): Promise<{ readonly path: string; readonly size: number }> {
  const unchecked = `${wished}.unchecked`;
  try {
    await rm(unchecked, { force: true });
    await ask(context, (signal) => context.cell.download(name, unchecked, progress, signal));
    const { size } = await checkSnapshot(unchecked).catch((cause: unknown) => {
      throw cause instanceof ExpectedError
        ? new ExpectedError({ code: 'job.cell.exportCut' }, { cause })
        : cause;
    });
    const free = await freePath(wished);
    await rename(unchecked, free);
    // Not every network drive can do this; the file itself is durable already.
    await syncFolder(path.dirname(free)).catch(() => undefined);
    return { path: free, size };
  } catch (error) {
    await rm(unchecked, { force: true }).catch(() => undefined);
    throw asExpected(error);
  }
}

function asExpected(error: unknown): unknown {
  return error instanceof Error && 'syscall' in error && 'code' in error
    ? new ExpectedError(
        { code: 'cell.downloadNotWritten', args: { code: String(error.code) } },
        { cause: error },
      )
    : error;
}

async function freePath(wished: string): Promise<string> {
  const { dir, name, ext } = path.parse(wished);
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? wished : path.join(dir, `${name}-${number}${ext}`);
    if ((await sizeOf(candidate)) === null) return candidate;
  }
}

async function sizeOf(file: string): Promise<number | null> {
  return (await stat(file).catch(() => null))?.size ?? null;
}
