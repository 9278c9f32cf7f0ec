import assert from 'node:assert/strict';
import { eventually } from './eventually';
import { JobsView } from './jobsView';
import type { ShownJob } from './jobsView';
import type { Stage } from './stage';

/** Adds the sandbox as a connection, through the steps that a person goes through. */
export async function addConnection(stage: Stage): Promise<void> {
  const { workbench, words, sandbox } = stage;
  const { baseUrl, username, password } = sandbox.access;
  await workbench.command(words.command('addConnection'));
  await workbench.pick(words.text('Kintone'));
  await answer(stage, 'Address of the Kintone domain, or of an app or guest space in it', baseUrl);
  await workbench.pick(words.text('User name and password'));
  await answer(stage, 'Login name', username);
  await answer(stage, 'Password of {user}', password);
  await answer(stage, 'Name of the connection, as you want to see it', 'Sandbox');
  await workbench.toast(words.pattern('{name} is connected. Its apps are in the Connections view.'));
}

/** Adds the sandbox's cell as a connection, signed in by an account of the cell. */
export async function addCell(stage: Stage, name: string): Promise<void> {
  const { workbench, words, sandbox } = stage;
  const { cellUrl, username, password } = sandbox.cell;
  await workbench.command(words.command('addConnection'));
  await workbench.pick(words.text('Personium cell'));
  await answer(stage, 'URL of the cell', cellUrl);
  await workbench.pick(words.text('Account of the cell'));
  await answer(stage, 'Account name', username);
  await answer(stage, 'Password of {user}', password);
  await answer(stage, 'Name of the connection, as you want to see it', name);
  await workbench.toast(
    words.pattern('{name} is connected. Its boxes and entity sets are in the Connections view.'),
  );
}

/** Adds the same cell, signed in by the unit's master token, which no import of the cell deletes. */
export async function addCellByToken(stage: Stage, name: string): Promise<void> {
  const { workbench, words, sandbox } = stage;
  await workbench.command(words.command('addConnection'));
  await workbench.pick(words.text('Personium cell'));
  await answer(stage, 'URL of the cell', sandbox.cell.cellUrl);
  await workbench.pick(words.text('Access token'));
  await answer(stage, 'Access token, or master token of the unit', sandbox.cell.masterToken);
  await answer(stage, 'Name of the connection, as you want to see it', name);
  await workbench.toast(
    words.pattern('{name} is connected. Its boxes and entity sets are in the Connections view.'),
  );
}

/** Answers an input box once it asks for this, as the box before it may still be there. */
export async function answer({ workbench, words }: Stage, prompt: string, text: string): Promise<void> {
  await workbench.page
    .locator('.quick-input-widget:visible .quick-input-message', { hasText: words.pattern(prompt) })
    .waitFor();
  await workbench.answer(text);
}

/**
 * Presses the line above the unimported rows, and resolves when their import has completed. The editor draws that line
 * anew when the text below it has changed, and a click that falls into that moment is lost: then it is pressed again.
 */
export async function importRowsAgain(stage: Stage, document: string): Promise<ShownJob> {
  const { workbench, words } = stage;
  const line = words.text('$(cloud-upload) Import These Rows Again').replace(/\$\([^)]*\) /, '');
  const view = new JobsView(stage);
  await view.open();
  const isListed = async () => assert.equal((await view.read())[0]?.file, document);
  await workbench.codeLens(line);
  await eventually(isListed, 10).catch(async () => {
    await workbench.codeLens(line);
    await eventually(isListed);
  });
  return view.waitFor(0, 'Completed');
}

/**
 * Right-clicks a file in the Explorer and goes through the steps by picking these; resolves with what the confirmation
 * said.
 */
export async function importByRightClick(
  stage: Stage,
  file: string,
  picks: readonly string[],
  beforeConfirming?: () => Promise<void>,
): Promise<string> {
  const { workbench, words } = stage;
  await workbench.command('View: Show Explorer');
  await workbench.explorerMenuChoose(file, words.manifest('command.importFile.title'));
  for (const pick of picks) await workbench.pick(pick);
  await workbench.page.locator('.monaco-dialog-box').waitFor();
  await beforeConfirming?.();
  return workbench.dialog(words.text('Import'));
}
