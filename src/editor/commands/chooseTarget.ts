import * as vscode from 'vscode';
import type { TargetSummary } from '../../core/endpoints/endpoint';
import { entitySetPath, entitySetPlace } from '../../core/endpoints/personium/entityPath';
import { ExpectedError } from '../../core/message';
import type { TargetSchema } from '../../core/mapping/schema';
import type { Connection } from '../connections/connection';
import { heading, type Choice, type Heading, type StepResult, type StepUi } from '../multiStep';
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
    detail: vscode.l10n.t('Sign in to a Kintone domain or a Personium cell'),
    value: 'add',
  };
  const sandbox: Choice<ConnectionChoice> = {
    label: vscode.l10n.t('Start Sandbox'),
    icon: 'beaker',
    detail: vscode.l10n.t('Apps and a cell on this computer to try imports with; nothing leaves it'),
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
 * Which app or entity set to import into: one of the list, or a number or path that is typed. An endpoint that does not
 * tell its targets still takes one.
 */
export async function targetStep(
  ui: StepUi,
  deps: CommandDeps,
  connection: Connection,
  last: string | undefined,
  keep: (schema: TargetSchema) => void,
): Promise<StepResult> {
  const isCell = connection.kind === 'personium';
  const chosen = await ui.pick<string>({
    placeholder: isCell
      ? vscode.l10n.t('Choose the entity set to import into, or type its path (box/collection/EntitySet)')
      : vscode.l10n.t('Choose the app to import into, or type its number'),
    choices: targetChoices(deps, connection),
    active: (id) => id === last,
    typed: (text) => (isCell ? typedEntitySet(text) : typedApp(text)),
  });
  keep(await describeTarget(deps, connection, chosen));
  return 'asked';
}

function typedApp(text: string): Choice<string> | undefined {
  return /^\d{1,15}$/.test(text)
    ? { label: vscode.l10n.t('App number {id}', { id: text }), value: text }
    : undefined;
}

/** The main box may be left out in front: a path of two parts is in it. */
function typedEntitySet(text: string): Choice<string> | undefined {
  const parts = text.split('/').map((part) => part.trim());
  const path = (parts.length === 2 ? ['__', ...parts] : parts).join('/');
  const place = entitySetPlace(path);
  return place === null
    ? undefined
    : { label: vscode.l10n.t('Entity set {path}', { path }), value: entitySetPath(place) };
}

/** The target's live schema. Throws `ExpectedError`. */
export async function describeTarget(
  deps: CommandDeps,
  connection: Connection,
  targetId: string,
): Promise<TargetSchema> {
  const title =
    connection.kind === 'personium'
      ? vscode.l10n.t('Reading the properties of the entity set…')
      : vscode.l10n.t('Reading the fields of the app…');
  return withProgress(title, async (signal) => {
    const endpoint = await deps.connections.endpoint(connection);
    const schema = await endpoint.describe(targetId, signal);
    // Without the right to view an app its name is not told, and its number alone would say little.
    const isUnnamed = connection.kind === 'kintone' && schema.name === schema.id;
    return isUnnamed ? { ...schema, name: vscode.l10n.t('App {id}', { id: schema.id }) } : schema;
  });
}

async function targetChoices(
  deps: CommandDeps,
  connection: Connection,
): Promise<(Choice<string> | Heading)[]> {
  try {
    const targets = await deps.connections.targets(connection.id);
    return connection.kind === 'personium' ? entitySetChoices(targets) : targets.map(appChoice);
  } catch (error) {
    if (!(error instanceof ExpectedError) || !mayBeTyped(connection, error.detail.code)) throw error;
    deps.log.warn(`list of targets: ${error.detail.code}`);
    return [];
  }
}

/** Whether the number of an app or the path of an entity set is of use when the targets can't be listed. */
function mayBeTyped(connection: Connection, code: string): boolean {
  return connection.kind === 'personium'
    ? /^personium\.(?:PR403-|needs)/.test(code)
    : !code.startsWith('connection.');
}

function appChoice({ id, name }: TargetSummary): Choice<string> {
  return {
    label: name === '' ? vscode.l10n.t('(No permission)') : name,
    description: vscode.l10n.t('App {id}', { id }),
    value: id,
  };
}

/** Under the box and collection they stand in, in the order in which they were listed. */
function entitySetChoices(targets: readonly TargetSummary[]): (Choice<string> | Heading)[] {
  const places = new Map<string, Choice<string>[]>();
  for (const { id, name, within = [] } of targets) {
    const place = within.map(partText).join(' › ');
    const choices = places.get(place) ?? [];
    choices.push({ label: name, description: place, value: id });
    places.set(place, choices);
  }
  return [...places].flatMap(([place, choices]) => [heading(place), ...choices]);
}

function partText(name: string, index: number): string {
  return index === 0 && name === '__' ? vscode.l10n.t('Main box') : name;
}
