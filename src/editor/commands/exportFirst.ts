import * as vscode from 'vscode';
import type { PersoniumConnection } from '../connections/connection';
import { isBack, type StepUi } from '../multiStep';

/** Where the cell as it was is kept: under this name in the cell, and in this file. */
export interface ExportFirst {
  readonly name: string;
  readonly path: string;
}

/** Whether the cell is exported before it is replaced; doing without it has to be typed in words. */
export async function exportFirstStep(
  ui: StepUi,
  connection: PersoniumConnection,
): Promise<ExportFirst | null> {
  for (;;) {
    const way = await ui.pick<'export' | 'waive'>({
      placeholder: vscode.l10n.t('{cell}: what becomes of the cell as it is now?', {
        cell: connection.cellName,
      }),
      choices: [
        {
          label: vscode.l10n.t('Export it first, and keep the file…'),
          icon: 'desktop-download',
          detail: vscode.l10n.t('With the file the cell can be brought back if the import fails.'),
          value: 'export',
        },
        {
          label: vscode.l10n.t('Import without an export…'),
          icon: 'warning',
          detail: vscode.l10n.t('Nothing of the cell as it is now can be brought back.'),
          value: 'waive',
        },
      ],
    });
    const name = exportName(connection.cellName, new Date());
    try {
      if (way === 'waive') {
        await askForWaiver(ui.nested());
        return null;
      }
    } catch (error) {
      if (!isBack(error)) throw error;
      continue;
    }
    const file = await exportFile(name);
    if (file !== undefined) return { name, path: file.fsPath };
  }
}

/** Where an export is to be kept on this computer; undefined when the person leaves the question. */
export function exportFile(name: string): Thenable<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file')?.uri;
  return vscode.window.showSaveDialog({
    title: vscode.l10n.t('Keep the cell as it is now in this file'),
    defaultUri:
      folder === undefined ? vscode.Uri.file(`${name}.zip`) : vscode.Uri.joinPath(folder, `${name}.zip`),
    filters: { [vscode.l10n.t('Cell snapshots')]: ['zip'] },
  });
}

/** `shop_20261122_033312` (UTC), as a cell itself names its exports. */
export function exportName(cellName: string, now: Date): string {
  const digits = now.toISOString().replaceAll(/\D/g, '');
  return `${cellName}_${digits.slice(0, 8)}_${digits.slice(8, 14)}`;
}

async function askForWaiver(ui: StepUi): Promise<void> {
  const words = vscode.l10n.t('import without an export');
  await ui.input({
    prompt: vscode.l10n.t('Type “{words}” to do without it', { words }),
    placeholder: words,
    validate: (text) =>
      text.trim().toLowerCase() === words.toLowerCase()
        ? undefined
        : vscode.l10n.t('Type “{words}”, or go back and export the cell.', { words }),
  });
}
