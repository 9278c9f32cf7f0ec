import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { exportNameOf } from '../../core/engine/cell/snapshotName';
import type { PersoniumConnection } from '../connections/connection';
import { isBack, type StepUi } from '../multiStep';
import { Refusal } from '../refusal';
import { showText } from '../show';

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
    const name = exportNameOf(connection.cellName, Date.now());
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
    if (file === undefined) continue;
    // The job writes the file later, and what is there may be the only way back from an earlier import.
    if (!(await isThere(file))) return { name, path: file.fsPath };
    void showText(
      vscode.l10n.t('{file} is there already and is kept. Choose another name for the export.', {
        file: file.fsPath,
      }),
      { severity: 'warning' },
    );
  }
}

/**
 * Where an export is to be kept on this computer: always the person's answer. Undefined when the question is left.
 * Throws `Refusal` for a place that is not on this computer.
 */
export async function exportFile(name: string): Promise<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file')?.uri;
  const file = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Keep the cell as it is now in this file'),
    defaultUri: vscode.Uri.joinPath(folder ?? vscode.Uri.file(homedir()), `${name}.zip`),
    filters: { [vscode.l10n.t('Cell snapshots')]: ['zip'] },
  });
  if (file === undefined || file.scheme === 'file') return file;
  throw new Refusal(vscode.l10n.t('An export can be kept on the disk of this computer only.'));
}

async function isThere({ fsPath }: vscode.Uri): Promise<boolean> {
  return access(fsPath).then(
    () => true,
    () => false,
  );
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
