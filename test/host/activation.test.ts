import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { COMMANDS } from '../../src/contributions';
import { extension } from './support/editor';

describe('activation', () => {
  it('waits until the extension is used', () => {
    assert.equal(extension().isActive, false);
  });

  it('comes with the first command, and loads nothing heavy', async () => {
    await vscode.commands.executeCommand(COMMANDS.refresh);
    assert.equal(extension().isActive, true);
    const dist = vscode.Uri.joinPath(extension().extensionUri, 'dist').fsPath;
    const loaded = Object.keys(require.cache).filter((file) => file.startsWith(dist));
    assert.deepEqual(
      loaded.map((file) => file.slice(dist.length + 1)),
      ['extension.js'],
    );
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
