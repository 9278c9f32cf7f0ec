import * as vscode from 'vscode';
import { COMMANDS } from '../../contributions';
import type { Choice, StepUi } from '../multiStep';
import { withProgress } from '../progress';
import { Refusal } from '../refusal';
import { readSettings } from '../settings';
import { listed } from './columnNames';
import type { CommandDeps } from './deps';
import type { PlannedImport } from './plannedImport';
import { checkLedger, fillable, type Ledger } from './promises';

/** A field that shows it, to be filled by a column, or the app that notes it; null: no app. */
type Proof = 'field' | { readonly app: string | null };

/**
 * What is to show which rows have arrived, so that none can come to be twice or uncertain: an app that notes it, which is
 * taken, or a field without duplicates, whose column is for the caller to ask for. Neither is an answer. Throws
 * `Refusal` for an app that can't.
 */
export async function promiseStep(
  ui: StepUi,
  deps: CommandDeps,
  planned: PlannedImport,
): Promise<'field' | 'app'> {
  const { connection, schema, ledger } = planned;
  const ofSetting = readSettings().ledgerApp;
  const apps = await withProgress(vscode.l10n.t('Asking for the apps…'), () =>
    deps.connections.targets(connection.id),
  );
  const offered = apps
    .filter(({ id }) => id !== schema.id)
    .map(({ id, name }): Choice<Proof> => {
      const number = vscode.l10n.t('App {id}', { id });
      return {
        label: name,
        description: id === ofSetting ? `${number} · ${vscode.l10n.t('as set')}` : number,
        icon: 'book',
        value: { app: id },
      };
    });
  const fields = fillable(planned);
  const fill: Choice<Proof> = {
    label: vscode.l10n.t('Fill {fields} from a column…', {
      fields: listed(fields.map(({ label }) => label)),
    }),
    icon: 'key',
    detail: vscode.l10n.t('This prohibits duplicate values, and shows by itself which rows have arrived.'),
    value: 'field',
  };
  const none: Choice<Proof> = {
    label: vscode.l10n.t('No ledger app'),
    icon: 'circle-slash',
    detail: vscode.l10n.t('The newest records are compared with the rows, as far as they can be.'),
    value: { app: null },
  };
  const proof = await ui.pick<Proof>({
    placeholder: vscode.l10n.t('What is to show which rows have arrived, if the connection breaks?'),
    choices: [...(fields.length === 0 ? [] : [fill]), none, ...offered],
    active: (value) => value !== 'field' && value.app === (ledger?.app ?? null),
  });
  if (proof === 'field') return 'field';
  const { app } = proof;
  if (app === null) {
    take(planned, undefined);
    return 'app';
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
  take(planned, checked);
  return 'app';
}

function take(planned: PlannedImport, ledger: Ledger | undefined): void {
  // How many requests are needed depends on it.
  if (ledger?.app !== planned.ledger?.app) for (const file of planned.files) delete file.report;
  planned.ledgerApp = ledger?.app ?? null;
  if (ledger === undefined) delete planned.ledger;
  else planned.ledger = ledger;
}
