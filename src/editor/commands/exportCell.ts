import * as vscode from 'vscode';
import type { ConnectionArgument } from '../../contributions';
import { exportCell } from '../../core/engine/cell/exportCell';
import type { PersoniumConnection } from '../connections/connection';
import { runSteps } from '../multiStep';
import { Cancelled } from '../refusal';
import { showText } from '../show';
import { formatNumber } from '../text';
import { cellStep, connectionOf, openCell } from './cellSteps';
import type { CommandDeps } from './deps';
import { exportFile, exportName } from './exportFirst';

/** Exports a cell and downloads the snapshot, with progress. Leaving it leaves the export to the server. */
export async function exportCellSnapshot(deps: CommandDeps, argument?: ConnectionArgument): Promise<void> {
  let connection: PersoniumConnection | undefined = connectionOf(deps, argument);
  if (connection === undefined) {
    await runSteps(vscode.l10n.t('Export Cell Snapshot'), [
      (ui) => cellStep(ui, deps, undefined, (chosen) => (connection = chosen)),
    ]);
  }
  if (connection === undefined) throw new Cancelled();
  const { cell } = await openCell(deps, connection);
  const name = exportName(connection.cellName, new Date());
  const file = await exportFile(name);
  if (file === undefined) throw new Cancelled();
  const size = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Exporting {cell}', { cell: connection.name }),
      cancellable: true,
    },
    async (progress, token) => {
      const abort = new AbortController();
      token.onCancellationRequested(() => abort.abort(new Cancelled()));
      return exportCell(
        cell,
        { name, path: file.fsPath },
        {
          signal: abort.signal,
          onProgress: ({ step, percent }) => {
            const text =
              percent === null ? '' : vscode.l10n.t('{percent}%', { percent: formatNumber(percent) });
            progress.report({
              message:
                step === 'downloading' ? vscode.l10n.t('downloading {percent}', { percent: text }) : text,
            });
          },
        },
      );
    },
  );
  void showText(
    vscode.l10n.t('{cell} was exported to {file} ({bytes} bytes).', {
      cell: connection.name,
      file: file.fsPath,
      bytes: formatNumber(size),
    }),
    {
      buttons: [
        {
          title: vscode.l10n.t('Show in Explorer'),
          run: () => vscode.commands.executeCommand('revealInExplorer', file),
        },
      ],
    },
  );
}
