import { uploadLeft } from '../../jobs/cellProgress';
import { inputPath } from '../../jobs/jobFolder';
import { ExpectedError } from '../../message';
import type { Message } from '../../message';
import { ask, StepLog } from './cellContext';
import type { CellContext } from './cellContext';
import { otherSnapshotName } from './snapshotName';

/**
 * Sees to it that the snapshot is in the cell, and answers its name there. A snapshot of another size that has the name
 * already is somebody's copy: it stays, and ours gets another name. Throws `ExpectedError`, or `Withdrawn`.
 */
export async function provideSnapshot(context: CellContext, isFailedCell: boolean): Promise<string> {
  const { cell, definition, folder, log } = context;
  const { source } = definition;
  if (source.origin !== 'file') {
    // A cell that has failed lists nothing; the order itself is refused where the snapshot is gone.
    if (!isFailedCell) {
      const stored = await ask(context, (signal) => cell.list(signal));
      if (!stored.some(({ name }) => name === source.snapshot)) {
        throw new ExpectedError({ code: 'job.cell.notStored', args: { name: source.snapshot } });
      }
    }
    return source.snapshot;
  }
  const stored = await ask(context, (signal) => cell.list(signal));
  const same = stored.find(({ name }) => name === source.snapshot);
  const ours = log.state.cell?.uploaded ?? null;
  const other = otherSnapshotName(source.snapshot, definition.id.slice(-8));
  const name = ours ?? (same && same.size !== source.size ? other : source.snapshot);
  const isNew = !stored.some((one) => one.name === name);
  const steps = await StepLog.begin(context, 'uploading', 0, isNew ? name : undefined);
  const file = { path: inputPath(folder), size: source.size };
  const progress = (bytes: number) => steps.tell((100 * bytes) / Math.max(1, source.size));
  await ask(context, (signal) => cell.upload(name, file, progress, signal));
  steps.tell(100);
  await steps.written();
  return name;
}

/** Takes away what this job has put into the cell, as nothing was imported; what stays is told. */
export async function removeUpload({ cell, log, say }: CellContext): Promise<readonly Message[]> {
  const name = log.state.cell?.uploaded ?? null;
  if (name === null) return [];
  try {
    await cell.remove(name);
    return [];
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    say('warn', `the uploaded snapshot stays in the cell: ${error.detail.code}`);
    return uploadLeft(log.state.cell);
  }
}
