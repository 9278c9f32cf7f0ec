import { rename, rm } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { ConnectionArgument } from '../../contributions';
import type { Endpoint } from '../../core/endpoints/endpoint';
import { exportCell } from '../../core/engine/cell/exportCell';
import { exportNameOf } from '../../core/engine/cell/snapshotName';
import { withProgress } from '../progress';
import { Cancelled } from '../refusal';
import { showText, type ShowButton } from '../show';
import { formatNumber } from '../text';
import { askCell } from './cellSteps';
import type { CommandDeps } from './deps';
import { exportFile } from './exportFirst';

/** Exports a cell and downloads the snapshot, with progress. Leaving it leaves the export to the server. */
export async function exportCellSnapshot(deps: CommandDeps, argument?: ConnectionArgument): Promise<void> {
  const connection = await askCell(deps, vscode.l10n.t('Export Cell Snapshot'), argument);
  const endpoint = await deps.connections.endpoint(connection);
  const name = exportNameOf(connection.cellName, Date.now());
  const file = await exportFile(name);
  if (file === undefined) throw new Cancelled();
  const title = vscode.l10n.t('Exporting {cell}', { cell: connection.name });
  const size = await withProgress(title, (signal, tell) =>
    exportTo(file, endpoint, name, signal, (percent) =>
      tell(vscode.l10n.t('{percent}%', { percent: formatNumber(Math.floor(percent)) })),
    ),
  );
  const text = vscode.l10n.t('{cell} was exported to {file} ({bytes} bytes).', {
    cell: connection.name,
    file: file.fsPath,
    bytes: formatNumber(size),
  });
  void showText(text, { buttons: showButtons(file) });
}

/** A file that is there is replaced, as the person has agreed to, once the new one is whole. Answers its bytes. */
async function exportTo(
  file: vscode.Uri,
  endpoint: Endpoint,
  name: string,
  signal: AbortSignal,
  onPercent: (percent: number) => void,
): Promise<number> {
  const path = `${file.fsPath}.download`;
  await rm(path, { force: true });
  const { size } = await exportCell(endpoint, { name, path, onPercent, signal });
  await rename(path, file.fsPath);
  return size;
}

/** The Explorer shows files of the workspace alone, and the system's own viewer those of this computer. */
function showButtons(file: vscode.Uri): ShowButton[] {
  const inWorkspace = vscode.workspace.getWorkspaceFolder(file) !== undefined;
  if (!inWorkspace && vscode.env.remoteName !== undefined) return [];
  return [
    {
      title: inWorkspace ? vscode.l10n.t('Show in Explorer') : vscode.l10n.t('Show in Folder'),
      run: () => vscode.commands.executeCommand(inWorkspace ? 'revealInExplorer' : 'revealFileInOS', file),
    },
  ];
}
