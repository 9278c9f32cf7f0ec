import * as vscode from 'vscode';
import type { CommandDeps } from './deps';

/** Opens a fresh copy of the sample file, with good and bad rows, ready to be imported into the sandbox. */
export async function openSample(deps: CommandDeps): Promise<void> {
  const copy = vscode.Uri.joinPath(deps.scratchFolder, 'customers.csv');
  await vscode.workspace.fs.createDirectory(deps.scratchFolder);
  await vscode.workspace.fs.copy(deps.sampleFile, copy, { overwrite: true });
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(copy), { preview: false });
}
