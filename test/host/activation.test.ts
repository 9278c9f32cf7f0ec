import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { COMMANDS } from '../../src/contributions';
import { extension, until } from './support/editor';

describe('activation', () => {
  it('comes with the window, and loads next to nothing', async () => {
    await until(() => (extension().isActive ? true : undefined), 'the activation');
    assert.deepEqual(loaded(), ['extension.js']);
  });

  it('loads the extension with the first command, and nothing heavy', async () => {
    await vscode.commands.executeCommand(COMMANDS.refresh);
    assert.deepEqual(loaded(), ['extension.js', 'main.js']);
  });

  it('registers exactly the commands of the manifest', async () => {
    const registered = (await vscode.commands.getCommands(true)).filter(
      (id) =>
        id.startsWith('importedFiles.') &&
        !/\.(focus|open|resetViewLocation|removeView|toggleVisibility)$/.test(id),
    );
    assert.deepEqual(registered.sort(), Object.values(COMMANDS).sort());
  });
});

/** Bundles of the extension that this process has loaded. */
function loaded(): string[] {
  const dist = vscode.Uri.joinPath(extension().extensionUri, 'dist').fsPath;
  const files = Object.keys(require.cache).filter((file) => file.startsWith(dist));
  return files.map((file) => file.slice(dist.length + 1)).sort();
}
