import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { readCell, withAccess } from './cliAccess';
import type { AccessValues } from './cliAccess';
import { followToEnd } from './cliFollow';
import { grouped, language, print, say, tell } from './cliOutput';
import { withService } from './cliService';
import { CliUsage } from './cliUsage';
import { createEndpoint } from './endpoints/createEndpoint';
import type { EndpointPlace } from './endpoints/createEndpoint';
import type { Endpoint } from './endpoints/endpoint';
import type { Transport } from './endpoints/transport';
import { exportCell } from './engine/cell/exportCell';
import { exportNameOf, isSnapshotName } from './engine/cell/snapshotName';
import type { ImportService, SubmitCellRequest } from './engine/importService';
import type { JobTarget } from './jobs/job';
import { ExpectedError } from './message';

export const CELL_HELP = `Cells of Personium
  imported-files import-cell SNAPSHOT.zip --cell-url URL --confirm CELL (--export-to FILE | --no-export) [sign-in]
                                     replaces the whole cell by a snapshot; the cell is exported to FILE first
  imported-files import-cell --stored NAME --cell-url URL --confirm CELL (--export-to FILE | --no-export)
                                     the same with a snapshot that is in the cell already
  imported-files export-cell --cell-url URL --to FILE [sign-in]
                                     exports the cell and downloads the snapshot`;

export const CELL_OPTIONS = {
  stored: { type: 'string' },
  confirm: { type: 'string' },
  'export-to': { type: 'string' },
  'no-export': { type: 'boolean' },
  to: { type: 'string' },
} as const;

export interface CellValues extends AccessValues {
  readonly stored?: string | undefined;
  readonly confirm?: string | undefined;
  readonly 'export-to'?: string | undefined;
  readonly 'no-export'?: boolean | undefined;
  readonly to?: string | undefined;
  readonly json?: boolean | undefined;
}

interface Entered {
  readonly endpoint: Endpoint;
  readonly transport: Transport;
  readonly target: JobTarget;
}

/** Replaces a cell. Throws `CliUsage` unless its name was typed and an export was wished or waived. */
export async function importCell(
  jobsFolder: string,
  file: string | undefined,
  values: CellValues,
): Promise<number> {
  const { stored, confirm, 'export-to': exportTo, 'no-export': noExport, json = false } = values;
  if ((file === undefined) === (stored === undefined)) {
    throw new CliUsage('import-cell needs either SNAPSHOT.zip or --stored NAME.');
  }
  if (stored !== undefined && !isSnapshotName(stored)) {
    throw new CliUsage('--stored takes the name of a snapshot in the cell, without .zip.');
  }
  if ((exportTo === undefined) === (noExport !== true)) {
    throw new CliUsage(
      'The import deletes all that is in the cell: give either --export-to FILE or --no-export.',
    );
  }
  return withCell(values, async ({ target, transport }) => {
    if (confirm !== target.name) {
      throw new CliUsage(
        `The import deletes all that is in the cell: confirm it with --confirm ${target.name}.`,
      );
    }
    return withService(jobsFolder, transport, async (service) => {
      if (file !== undefined) await tellContents(service, path.resolve(file), json);
      const jobId = await service.submitCell({
        source: sourceOf(file, stored),
        target,
        language,
        ...(exportTo === undefined
          ? {}
          : { exportFirst: { name: exportNameOf(target.name, Date.now()), path: path.resolve(exportTo) } }),
      });
      return followToEnd(service, jobId, { json });
    });
  });
}

/** Exports a cell to a new file. */
export async function exportToFile(values: CellValues): Promise<number> {
  const { to, json = false } = values;
  if (to === undefined) throw new CliUsage('export-cell needs --to FILE.');
  const file = path.resolve(to);
  return withCell(values, async ({ endpoint, target }) => {
    let told = -1;
    const { name, size } = await exportCell(endpoint, {
      name: exportNameOf(target.name, Date.now()),
      path: file,
      onPercent: (percent) => {
        const whole = Math.floor(percent);
        if (whole === told) return;
        told = whole;
        print(json ? { event: 'progress', percent: whole } : null, `${whole}%`, true);
      },
    });
    const args = { name, file, ...grouped({ size }) };
    print(
      json ? { event: 'summary', name, path: file, size } : null,
      say({ code: 'cli.cellExported', args }),
    );
    return 0;
  });
}

function sourceOf(file: string | undefined, stored: string | undefined): SubmitCellRequest['source'] {
  if (file === undefined) return { origin: 'stored', snapshot: stored ?? '' };
  const full = path.resolve(file);
  return { origin: 'file', path: full, name: path.basename(full), uri: pathToFileURL(full).href };
}

async function tellContents(service: ImportService, file: string, json: boolean): Promise<void> {
  const { contents, ...report } = await service.checkSnapshot(file);
  if (json) print({ event: 'snapshot', ...report, contents }, '');
  else tell(say({ code: 'cli.snapshotHolds', args: grouped(contents) }));
}

async function withCell(values: CellValues, use: (entered: Entered) => Promise<number>): Promise<number> {
  return withAccess(await readCell(values), async (place: EndpointPlace, transport) => {
    const endpoint = createEndpoint(place, { transport, language });
    if (!endpoint.cell) throw new ExpectedError({ code: 'job.cell.noCell' });
    const { name, url } = await endpoint.cell.about();
    const connection = { connectionId: 'cli', connectionName: new URL(url).host };
    return use({ endpoint, transport, target: { ...connection, ...place, id: '', name, url } });
  });
}
