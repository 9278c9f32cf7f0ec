import * as vscode from 'vscode';
import type { TargetSummary } from '../../core/endpoints/endpoint';
import { ExpectedError } from '../../core/message';
import type { TargetSchema } from '../../core/mapping/schema';
import { appUrl, type Connection } from '../connections/connection';
import type { Choice, StepResult, StepUi } from '../multiStep';
import { Cancelled } from '../refusal';
import { withProgress } from '../progress';
import { addConnection } from './addConnection';
import type { CommandDeps } from './deps';
import { startSandbox } from './sandbox';

/** A connection, or the wish to make one. */
type ConnectionChoice = { readonly connection: Connection } | 'add' | 'sandbox';

/**
 * Which connection to import into. With one connection there is nothing to ask, unless the person wants `always` to
 * be asked; one can be added or the sandbox started on the spot. The chosen connection is handed to `keep`.
 */
export async function connectionStep(
  ui: StepUi,
  deps: CommandDeps,
  last: string | undefined,
  keep: (connection: Connection) => void,
  options: { readonly always?: boolean } = {},
): Promise<StepResult> {
  const known = deps.connections.all();
  const only = known.length === 1 && options.always !== true && !ui.again ? known[0] : undefined;
  if (only !== undefined) {
    keep(only);
    return 'skipped';
  }
  const chosen = await ui.pick<ConnectionChoice>({
    placeholder:
      known.length === 0
        ? vscode.l10n.t('There is no connection yet. Where are the rows to go?')
        : vscode.l10n.t('Choose the connection to import into'),
    choices: connectionChoices(known, deps.sandbox.running),
    active: (value) => typeof value === 'object' && value.connection.id === last,
  });
  keep(await madeConnection(chosen, deps));
  return 'asked';
}

function connectionChoices(known: readonly Connection[], sandboxRuns: boolean): Choice<ConnectionChoice>[] {
  const add: Choice<ConnectionChoice> = {
    label: vscode.l10n.t('Add Connection…'),
    icon: 'add',
    detail: vscode.l10n.t('Sign in to a Kintone domain'),
    value: 'add',
  };
  const sandbox: Choice<ConnectionChoice> = {
    label: vscode.l10n.t('Start Sandbox'),
    icon: 'beaker',
    detail: vscode.l10n.t('Apps on this computer to try imports with; nothing leaves it'),
    value: 'sandbox',
  };
  return [
    ...known.map((connection) => ({
      label: connection.name,
      description: connection.baseUrl,
      value: { connection },
    })),
    add,
    ...(sandboxRuns ? [] : [sandbox]),
  ];
}

async function madeConnection(chosen: ConnectionChoice, deps: CommandDeps): Promise<Connection> {
  switch (chosen) {
    case 'add': {
      const added = await addConnection(deps);
      if (added === undefined) throw new Cancelled();
      return added;
    }
    case 'sandbox':
      return startSandbox(deps);
    default:
      return chosen.connection;
  }
}

/**
 * Which app to import into: one of the list, or a number that is typed. An endpoint that does not tell its apps
 * still takes a number.
 */
export async function targetStep(
  ui: StepUi,
  deps: CommandDeps,
  connection: Connection,
  last: string | undefined,
  keep: (schema: TargetSchema) => void,
): Promise<StepResult> {
  const chosen = await ui.pick<TargetSummary>({
    placeholder: vscode.l10n.t('Choose the app to import into, or type its number'),
    choices: targetChoices(deps, connection),
    active: (target) => target.id === last,
    typed: (text) => {
      if (!/^\d{1,15}$/.test(text)) return undefined;
      const target = { id: text, name: '', url: appUrl(connection, text) };
      return { label: vscode.l10n.t('App number {id}', { id: text }), value: target };
    },
  });
  keep(await describeTarget(deps, connection, chosen.id));
  return 'asked';
}

/** The app's live schema. Throws `ExpectedError`. */
export async function describeTarget(
  deps: CommandDeps,
  connection: Connection,
  targetId: string,
): Promise<TargetSchema> {
  return withProgress(vscode.l10n.t('Reading the fields of the app…'), async (signal) => {
    const endpoint = await deps.connections.endpoint(connection);
    return endpoint.describe(targetId, signal);
  });
}

async function targetChoices(deps: CommandDeps, connection: Connection): Promise<Choice<TargetSummary>[]> {
  try {
    const targets = await deps.connections.targets(connection.id);
    return targets.map((target) => ({
      label: target.name === '' ? vscode.l10n.t('(No permission)') : target.name,
      description: vscode.l10n.t('App {id}', { id: target.id }),
      value: target,
    }));
  } catch (error) {
    if (!(error instanceof ExpectedError) || error.detail.code.startsWith('connection.')) throw error;
    // The number of an app can still be typed.
    deps.log.warn(`list of apps: ${error.detail.code}`);
    return [];
  }
}
