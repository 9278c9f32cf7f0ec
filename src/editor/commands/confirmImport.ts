import * as vscode from 'vscode';
import { Cancelled } from '../refusal';
import { details, question } from './confirmTexts';
import type { PlannedImport } from './plannedImport';

/**
 * The one confirmation before anything is written: where to, what becomes of how many rows, how the file is read, what
 * it costs, what is promised. Resolves with true for "Import", false for "Change…". Throws `Cancelled`.
 */
export async function confirmImport(plan: PlannedImport): Promise<boolean> {
  const go = vscode.l10n.t('Import');
  const change = vscode.l10n.t('Change…');
  const chosen = await vscode.window.showInformationMessage(
    question(plan),
    { modal: true, detail: details(plan) },
    go,
    change,
  );
  if (chosen === undefined) throw new Cancelled();
  return chosen === go;
}
