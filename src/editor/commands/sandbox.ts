import * as vscode from 'vscode';
import { COMMANDS } from '../../contributions';
import type { Connection } from '../connections/connection';
import { Refusal } from '../refusal';
import { showText } from '../show';
import type { CommandDeps } from './deps';

/** Starts the sandbox, with progress where it takes long; resolves with its connection. */
export async function startSandbox(deps: CommandDeps): Promise<Connection> {
  const options = { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Starting the sandbox…') };
  return vscode.window.withProgress(options, () => deps.sandbox.start());
}

export async function startSandboxCommand(deps: CommandDeps): Promise<void> {
  await startSandbox(deps);
  void showText(vscode.l10n.t('The sandbox is running. Its apps and its cell are in the Connections view.'), {
    buttons: [
      {
        title: vscode.l10n.t('Import File…'),
        run: () => vscode.commands.executeCommand(COMMANDS.importFile),
      },
    ],
  });
}

/** Ends the sandbox. What was imported into it is gone with it. */
export async function stopSandbox(deps: CommandDeps): Promise<void> {
  if (!deps.sandbox.running) {
    throw new Refusal(vscode.l10n.t('The sandbox is not running.'), { severity: 'info' });
  }
  await deps.sandbox.stop();
}
