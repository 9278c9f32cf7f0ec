import type { Stage } from './stage';

/** Adds the sandbox as a connection, through the steps that a person goes through. */
export async function addConnection({ workbench, words, sandbox }: Stage): Promise<void> {
  const { baseUrl, username, password } = sandbox.access;
  await workbench.command(words.command('addConnection'));
  await workbench.answer(baseUrl);
  await workbench.pick(words.text('User name and password'));
  await workbench.answer(username);
  await workbench.answer(password);
  await workbench.page.waitForFunction(
    `document.querySelector('.quick-input-widget input')?.type !== 'password'`,
  );
  await workbench.answer('Sandbox');
  await workbench.toast(words.pattern('{name} is connected. Its apps are in the Connections view.'));
}

/** Right-clicks a file in the Explorer and imports it into an app; resolves with what the confirmation said. */
export async function importByRightClick(
  stage: Stage,
  file: string,
  app: string,
  beforeConfirming?: () => Promise<void>,
): Promise<string> {
  const { workbench, words } = stage;
  await workbench.command('View: Show Explorer');
  await workbench.explorerMenuChoose(file, words.manifest('command.importFile.title'));
  await workbench.pick(app);
  await workbench.page.locator('.monaco-dialog-box').waitFor();
  await beforeConfirming?.();
  return workbench.dialog(words.text('Import'));
}
