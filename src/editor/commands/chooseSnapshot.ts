import { basename } from 'node:path';
import * as vscode from 'vscode';
import { SNAPSHOT_ENDINGS, type ResourceArgument } from '../../contributions';
import type { SnapshotReport } from '../../core/engine/importService';
import type { PersoniumConnection } from '../connections/connection';
import type { StepUi } from '../multiStep';
import { withProgress } from '../progress';
import { Cancelled, Refusal } from '../refusal';
import { formatDate, formatNumber } from '../text';
import { openCell } from './cellSteps';
import type { CommandDeps } from './deps';

/** The snapshot that is to replace a cell. */
export type ChosenSnapshot =
  | {
      readonly origin: 'file';
      readonly path: string;
      readonly uri: vscode.Uri;
      readonly report: SnapshotReport;
    }
  | { readonly origin: 'stored'; readonly snapshot: string };

/** The file a command was called for, or the person's choice. Throws `Refusal` for one that is not on this computer. */
export async function snapshotFile(resource: ResourceArgument | undefined): Promise<vscode.Uri> {
  const given = resource === undefined ? undefined : vscode.Uri.parse(resource.toString(), true);
  const [uri] = given === undefined ? ((await pickFile()) ?? []) : [given];
  if (uri === undefined) throw new Cancelled();
  if (uri.scheme === 'file') return uri;
  throw new Refusal(
    vscode.l10n.t(
      '{name} is not a file on this computer. Save a copy of it in a folder, then import the copy.',
      {
        name: basename(uri.path),
      },
    ),
  );
}

function pickFile(): Thenable<vscode.Uri[] | undefined> {
  return vscode.window.showOpenDialog({
    openLabel: vscode.l10n.t('Import'),
    filters: { [vscode.l10n.t('Cell snapshots')]: [...SNAPSHOT_ENDINGS] },
  });
}

/** The name of one of the snapshots that a cell lists. Throws `Refusal` where there is none. */
export async function storedSnapshot(
  ui: StepUi,
  deps: CommandDeps,
  connection: PersoniumConnection,
): Promise<string> {
  const { cell } = await openCell(deps, connection);
  const stored = await withProgress(
    vscode.l10n.t('Reading the snapshots of {cell}…', { cell: connection.name }),
    (signal) => cell.list(signal),
  );
  if (stored.length === 0) {
    throw new Refusal(
      vscode.l10n.t('There is no snapshot in {cell}. Export the cell, or import a snapshot file.', {
        cell: connection.name,
      }),
      { severity: 'info' },
    );
  }
  return ui.pick<string>({
    placeholder: vscode.l10n.t('Choose the snapshot to import'),
    choices: stored.map(({ name, size, modifiedAt }) => ({
      label: name,
      description: vscode.l10n.t('{bytes} bytes', { bytes: formatNumber(size) }),
      ...(modifiedAt === null ? {} : { detail: formatDate(modifiedAt) }),
      value: name,
    })),
  });
}
