import * as vscode from 'vscode';
import { SETTINGS, SETTINGS_SECTION, type ConnectionArgument } from '../../contributions';
import { ExpectedError } from '../../core/message';
import type { KintoneConnection } from '../connections/connection';
import { withProgress } from '../progress';
import { readSettings } from '../settings';
import { show as render } from '../text';
import type { CommandDeps } from './deps';
import { ledgerGuide } from './ledgerGuide';
import { checkLedger } from './promises';

/** Opens a guide by which an administrator makes a ledger app, with what is still missing in the one that is set. */
export async function describeLedgerApp(deps: CommandDeps, argument?: ConnectionArgument): Promise<void> {
  const { ledgerApp } = readSettings();
  const found = ledgerApp === undefined ? [] : await checkAll(deps, ledgerApp, argument);
  await deps.reports.showText(
    `${vscode.l10n.t('Ledger app')}.txt`,
    [ledgerGuide(), ...found].join('\n\n') + '\n',
  );
}

/** One paragraph for each Kintone domain that was signed in to. */
async function checkAll(
  deps: CommandDeps,
  app: string,
  argument: ConnectionArgument | undefined,
): Promise<string[]> {
  const wanted = typeof argument === 'object' ? argument.connectionId : argument;
  const signedIn = new Set(deps.connections.list().flatMap((one) => (one.signedIn ? [one.id] : [])));
  const connections = deps.connections
    .all()
    .filter((one) => one.kind === 'kintone')
    .filter(({ id }) => signedIn.has(id) && (wanted === undefined || id === wanted));
  const setting = `${SETTINGS_SECTION}.${SETTINGS.ledgerApp}`;
  return withProgress(vscode.l10n.t('Looking at app {app}…', { app }), async (signal) => {
    const paragraphs: string[] = [];
    for (const connection of connections) {
      const lines = await checked(deps, connection, app, signal);
      const title = vscode.l10n.t('App {app} of the setting {setting}, in {name} ({address})', {
        app,
        setting,
        name: connection.name,
        address: connection.baseUrl,
      });
      paragraphs.push([title, ...lines.map((line) => `  ${line}`)].join('\n'));
    }
    return paragraphs;
  });
}

async function checked(
  deps: CommandDeps,
  connection: KintoneConnection,
  app: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  try {
    const { problems } = await checkLedger(await deps.connections.endpoint(connection), app, signal);
    return problems.length === 0 ? [vscode.l10n.t('It can be used.')] : problems;
  } catch (error) {
    if (error instanceof ExpectedError) return [render(error.detail)];
    throw error;
  }
}
