import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { COMMANDS, REPORT_SCHEME } from '../../../src/contributions';
import { answering } from './answers';

export const EXTENSION_ID = 'imported-files.imported-files';

export function extension(): vscode.Extension<unknown> {
  const found = vscode.extensions.getExtension(EXTENSION_ID);
  assert.ok(found, 'the extension is installed');
  return found;
}

/** Waits until a reading has the wanted form; looks again whenever the event loop is free. */
export async function until<T>(read: () => T | undefined | Promise<T | undefined>, what: string): Promise<T> {
  const end = Date.now() + 30_000;
  for (;;) {
    const value = await read();
    if (value !== undefined) return value;
    if (Date.now() > end) throw new Error(`${what} did not come about`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The report of the newest import of a file, once it has a status. */
export async function reportOf(file: string, status: string): Promise<string> {
  let last = '';
  const found = until(async () => {
    await answering({ pick: (labels) => labels.find((label) => label === file) }, () =>
      Promise.resolve(vscode.commands.executeCommand(COMMANDS.showJobReport)),
    );
    const document = vscode.window.activeTextEditor?.document;
    const text = document?.uri.scheme === REPORT_SCHEME ? document.getText() : '';
    last = text;
    return text.includes(file) && text.includes(`Status: ${status}`) ? text : undefined;
  }, `${file}: ${status}`);
  return found.catch((error: unknown) => {
    throw new Error(`the last report was: ${last}`, { cause: error });
  });
}

/** A file of the workspace with this text. */
export async function workspaceFile(name: string, text: string | Uint8Array): Promise<vscode.Uri> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  assert.ok(folder, 'a folder is open');
  const uri = vscode.Uri.joinPath(folder, name);
  await vscode.workspace.fs.writeFile(uri, typeof text === 'string' ? Buffer.from(text, 'utf8') : text);
  return uri;
}
