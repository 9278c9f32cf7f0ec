import * as vscode from 'vscode';
import type { ConnectionArgument } from '../../contributions';
import type { Connection } from '../connections/connection';
import { withoutIcons } from '../plainText';
import { Cancelled, Refusal } from '../refusal';
import { showText } from '../show';
import { addConnection, renewSignIn } from './addConnection';
import type { CommandDeps } from './deps';

/** Adds a connection and says what can be done with it. */
export async function addConnectionCommand(deps: CommandDeps): Promise<void> {
  const connection = await addConnection(deps);
  if (connection === undefined) return;
  const { name } = connection;
  void showText(
    connection.kind === 'personium'
      ? vscode.l10n.t('{name} is connected. Its boxes and entity sets are in the Connections view.', { name })
      : vscode.l10n.t('{name} is connected. Its apps are in the Connections view.', { name }),
  );
}

/** Asks for the secret of a connection again. */
export async function signIn(deps: CommandDeps, argument?: ConnectionArgument): Promise<void> {
  const connection = await connectionOf(deps, argument);
  await renewSignIn(deps, connection);
  void showText(vscode.l10n.t('Signed in to {name}.', { name: connection.name }));
}

/** Forgets a connection and its secret, after asking. */
export async function removeConnection(deps: CommandDeps, argument?: ConnectionArgument): Promise<void> {
  const connection = await connectionOf(deps, argument);
  const remove = vscode.l10n.t('Remove');
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t('Remove the connection {name}?', { name: connection.name }),
    {
      modal: true,
      detail: vscode.l10n.t(
        'Its sign-in is deleted from this computer. Imports that are waiting or in progress can’t go on without it.',
      ),
    },
    remove,
  );
  if (chosen !== remove) throw new Cancelled();
  await deps.connections.remove(connection.id);
}

/** The connection meant by a command: its argument, the only one there is, or the person's choice. */
async function connectionOf(
  deps: CommandDeps,
  argument: ConnectionArgument | undefined,
): Promise<Connection> {
  const id = typeof argument === 'object' ? argument.connectionId : argument;
  const kept = deps.connections.all().filter((connection) => !deps.connections.isSession(connection.id));
  if (id !== undefined) {
    if (deps.connections.isSession(id)) {
      throw new Refusal(vscode.l10n.t('The sandbox signs in by itself. Stop it to remove its connections.'), {
        severity: 'info',
      });
    }
    const found = kept.find((connection) => connection.id === id);
    if (found === undefined) throw new Refusal(vscode.l10n.t('This connection was removed.'));
    return found;
  }
  const [only, ...more] = kept;
  if (only === undefined) {
    throw new Refusal(vscode.l10n.t('There is no connection yet. Add one with Add Connection….'), {
      severity: 'info',
    });
  }
  if (more.length === 0) return only;
  const chosen = await vscode.window.showQuickPick(
    kept.map((connection) => ({
      label: withoutIcons(connection.name),
      description: connection.baseUrl,
      connection,
    })),
    { placeHolder: vscode.l10n.t('Choose a connection') },
  );
  if (chosen === undefined) throw new Cancelled();
  return chosen.connection;
}
