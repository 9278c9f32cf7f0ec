import * as vscode from 'vscode';
import { COMMANDS } from '../../contributions';
import type { Choice, StepUi } from '../multiStep';
import { withProgress } from '../progress';
import { Refusal } from '../refusal';
import { readSettings } from '../settings';
import type { CommandDeps } from './deps';
import type { PlannedImport } from './plannedImport';
import { checkLedger } from './promises';

/**
 * Which app keeps track of the requests, so that no row can come to be twice or uncertain; none is an answer. Throws
 * `Refusal` for an app that can't.
 */
export async function ledgerStep(ui: StepUi, deps: CommandDeps, planned: PlannedImport): Promise<void> {
  const { connection, schema, ledger } = planned;
  const ofSetting = readSettings().ledgerApp;
  const apps = await withProgress(vscode.l10n.t('Asking for the apps…'), () =>
    deps.connections.targets(connection.id),
  );
  const offered = apps
    .filter(({ id }) => id !== schema.id)
    .map((app): Choice<string | null> => ({
      label: app.name,
      description: app.id === ofSetting ? `${app.id} · ${vscode.l10n.t('as set')}` : app.id,
      icon: 'book',
      value: app.id,
    }));
  const none: Choice<string | null> = {
    label: vscode.l10n.t('No ledger app'),
    icon: 'circle-slash',
    detail: vscode.l10n.t(
      'What a lost answer has left is found by the rows themselves, as far as it can be.',
    ),
    value: null,
  };
  const app = await ui.pick<string | null>({
    placeholder: vscode.l10n.t('Which ledger app keeps track of the requests?'),
    choices: [none, ...offered],
    active: (value) => value === (ledger?.app ?? null),
  });
  if (app === null) {
    planned.ledgerApp = null;
    delete planned.ledger;
    return;
  }
  const checked = await withProgress(vscode.l10n.t('Looking at app {app}…', { app }), async (signal) =>
    checkLedger(await deps.connections.endpoint(connection), app, signal),
  );
  if (checked.problems.length > 0) {
    throw new Refusal(
      vscode.l10n.t('App {app} can’t be used as the ledger app. {reason}', {
        app,
        reason: checked.problems.join(' '),
      }),
      {
        buttons: [
          {
            title: vscode.l10n.t('Describe Ledger App'),
            run: () => vscode.commands.executeCommand(COMMANDS.describeLedgerApp),
          },
        ],
      },
    );
  }
  planned.ledgerApp = app;
  planned.ledger = checked;
}
