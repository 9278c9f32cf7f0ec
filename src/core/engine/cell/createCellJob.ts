import { mkdir, rm, stat } from 'node:fs/promises';
import type { CellDefinition, JobTarget, SnapshotSource } from '../../jobs/job';
import { thisHost } from '../../jobs/host';
import { controlPath, freezeInput, writeDefinition } from '../../jobs/jobFolder';
import { notWritable } from '../../jobs/notWritable';
import { ExpectedError } from '../../message';
import type { Message } from '../../message';
import { ENGINE_VERSION } from '../version';
import { isSnapshotName, snapshotNameOf } from './snapshotName';

/** Which snapshot a person wants imported, and into which cell. */
export interface SubmitCellRequest {
  readonly source: CellJobSource;
  /** The cell itself: an empty `id`, and the cell's name as `name`. */
  readonly target: JobTarget;
  /**
   * Under which name the cell is exported before, and to which new file of this machine the export goes; nothing is
   * exported when absent.
   */
  readonly exportFirst?: { readonly name: string; readonly path: string };
  /** Language of the reasons: `en` or `ja`. */
  readonly language: string;
  /** Failed import that this one brings the cell back from. */
  readonly parentJobId?: string;
}

export type CellJobSource =
  | {
      readonly origin: 'file';
      readonly path: string;
      /** File name as shown. */
      readonly name: string;
      readonly uri: string;
      /** Name in the cell; made from the file's when absent. */
      readonly snapshot?: string;
    }
  /** In the cell already. */
  | { readonly origin: 'stored'; readonly snapshot: string }
  /** An import that somebody else has started; only watched. Its begin by the server's clock. */
  | { readonly origin: 'foreign'; readonly snapshot: string; readonly startedAt: number };

export interface NewCellJob {
  readonly folder: string;
  readonly id: string;
  readonly submittedAt: number;
  readonly request: SubmitCellRequest;
}

/**
 * Makes the folder of a cell's import: copies the snapshot, writes `job.json`. The job exists when this resolves, and
 * survives a power cut. What the snapshot holds is checked when the job runs. Leaves nothing behind when it throws.
 */
export async function createCellJob({ folder, id, submittedAt, request }: NewCellJob): Promise<void> {
  const { target, exportFirst, language, parentJobId } = request;
  try {
    if (target.system !== 'personium') throw new ExpectedError({ code: 'job.cell.noCell' });
    await mkdir(controlPath(folder), { recursive: true });
    const source = await sourceOf(folder, request.source);
    if (exportFirst) await assertExportable(exportFirst, source.snapshot);
    const definition: CellDefinition = {
      version: 1,
      kind: 'cellImport',
      id,
      submittedAt,
      target,
      source,
      ...(exportFirst ? { exportFirst } : {}),
      language,
      host: thisHost(),
      ...(parentJobId === undefined ? {} : { parentJobId }),
      engineVersion: ENGINE_VERSION,
    };
    await writeDefinition(folder, definition);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw notWritable(error);
  }
}

async function sourceOf(folder: string, source: CellJobSource): Promise<SnapshotSource> {
  switch (source.origin) {
    case 'file': {
      const { path, name, uri, snapshot = snapshotNameOf(name) } = source;
      assertName(snapshot);
      const frozen = await freezeInput(folder, path).catch((error: unknown) => {
        throw unreadable(name, error);
      });
      return { origin: 'file', name, uri, ...frozen, snapshot };
    }
    case 'stored':
      assertName(source.snapshot);
      return { ...source, name: `${source.snapshot}.zip` };
    case 'foreign':
      return { ...source, name: `${source.snapshot}.zip` };
  }
}

async function assertExportable(
  { name, path }: { readonly name: string; readonly path: string },
  snapshot: string,
): Promise<void> {
  assertName(name);
  if (name === snapshot) throw refused('job.cell.sameName', name);
  const there = await stat(path).catch(() => null);
  if (there !== null) throw new ExpectedError({ code: 'cell.downloadExists' });
}

function assertName(name: string): void {
  if (!isSnapshotName(name)) throw refused('job.cell.snapshotName', name.slice(0, 200));
}

function refused(code: string, name: string): ExpectedError {
  return new ExpectedError({ code, args: { name } } satisfies Message);
}

function unreadable(name: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : null;
  return code === null
    ? error
    : new ExpectedError({ code: 'job.fileMissing', args: { name, code } }, { cause: error });
}
