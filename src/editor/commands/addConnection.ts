import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { normalizeBaseUrl } from '../../core/endpoints/kintone/address';
import type { KintoneSignIn } from '../../core/endpoints/kintone/signIn';
import type { System } from '../../core/jobs/job';
import type { Connection, KintoneWay } from '../connections/connection';
import { isForCell, type SignIn } from '../connections/secret';
import { entranceText } from '../connections/wayText';
import { runSteps, type Step, type StepResult, type StepUi } from '../multiStep';
import { withProgress } from '../progress';
import { show as render } from '../text';
import { cellAddressSteps, cellSignInSteps } from './addCell';
import { cellConnectionOf, cellNameOf, newCellDraft } from './cellDraft';
import { connectionOf, listParts, newDraft, type ConnectionDraft } from './connectionDraft';
import type { CommandDeps } from './deps';
import {
  askBasicPassword,
  askBasicUser,
  askCertificate,
  askEntrance,
  askPassphrase,
  foreseeCertificate,
} from './entranceSteps';
import {
  askAccessToken,
  askClientId,
  askClientSecret,
  askPassword,
  askRefreshToken,
  askTokens,
} from './secretSteps';

/**
 * Asks for a connection step by step, of the `wanted` system where only that one is of use, and keeps it once its sign-in was tried with a call that changes nothing.
 * Throws `Cancelled`; a sign-in that is refused leads back to it with the endpoint's words.
 */
export async function addConnection(
  deps: CommandDeps,
  wanted?: { readonly system: System },
): Promise<Connection | undefined> {
  const id = randomUUID().slice(0, 8);
  const draft = newDraft(`kintone-${id}`);
  const cell = newCellDraft(`personium-${id}`);
  const chosen: { system: System } = { system: wanted?.system ?? 'kintone' };
  const only = (system: System, ...steps: readonly Step[]): Step[] =>
    steps.map((step) => async (ui: StepUi) => (chosen.system === system ? step(ui) : 'skipped'));
  await runSteps(vscode.l10n.t('Add Connection'), [
    async (ui) => (wanted === undefined ? askSystem(ui, chosen) : 'skipped'),
    ...only(
      'kintone',
      (ui) => askAddress(ui, draft),
      (ui) => askKind(ui, draft),
      ...signInSteps(deps, draft),
      (ui) => askName(ui, deps, draft, new URL(draft.baseUrl).hostname),
    ),
    ...only('personium', ...cellAddressSteps(deps, cell), ...cellSignInSteps(deps, cell), (ui) =>
      askName(ui, deps, cell, cellNameOf(cell)),
    ),
  ]);
  switch (chosen.system) {
    case 'kintone':
      return kept(deps, connectionOf(draft), draft.secret);
    case 'personium':
      return kept(deps, cellConnectionOf(cell), cell.secret);
  }
}

async function kept(
  deps: CommandDeps,
  connection: Connection,
  secret: SignIn | undefined,
): Promise<Connection | undefined> {
  if (secret === undefined) return undefined;
  await deps.connections.add(connection, secret);
  return connection;
}

/** Asks for a connection's sign-in again, tries it, and replaces the stored one. */
export async function renewSignIn(deps: CommandDeps, connection: Connection): Promise<void> {
  const title = vscode.l10n.t('Sign in to {name}', { name: connection.name });
  const stored = await deps.connections.stored(connection);
  if (connection.kind === 'personium') {
    const draft = newCellDraft(connection.id, connection, stored?.certificate);
    await runSteps(title, cellSignInSteps(deps, draft));
    if (draft.secret !== undefined) await deps.connections.update(cellConnectionOf(draft), draft.secret);
    return;
  }
  const known = stored === undefined || isForCell(stored) ? undefined : stored;
  const draft = newDraft(connection.id, connection, known);
  await runSteps(title, [(ui) => askKind(ui, draft), ...signInSteps(deps, draft)]);
  if (draft.secret !== undefined) await deps.connections.update(connectionOf(draft), draft.secret);
}

async function askSystem(ui: StepUi, chosen: { system: System }): Promise<StepResult> {
  chosen.system = await ui.pick<System>({
    placeholder: vscode.l10n.t('What do you want to import into?'),
    choices: [
      {
        label: vscode.l10n.t('Kintone'),
        icon: 'table',
        detail: vscode.l10n.t('Rows of files become records of apps'),
        value: 'kintone',
      },
      {
        label: vscode.l10n.t('Personium cell'),
        icon: 'server',
        detail: vscode.l10n.t('Rows of files become entities, and snapshots replace the whole cell'),
        value: 'personium',
      },
    ],
    active: (value) => value === chosen.system,
  });
  return 'asked';
}

/** All that any way of signing in asks for; the questions of the other ways are skipped. */
function signInSteps(deps: CommandDeps, draft: ConnectionDraft): readonly Step[] {
  const attempt = (secret: KintoneSignIn): Promise<void> => tryIt(deps, draft, secret);
  return [
    (ui) => askBasicUser(ui, draft),
    (ui) => askBasicPassword(ui, draft),
    (ui) => askCertificate(ui, draft),
    (ui) => askPassphrase(ui, draft),
    (ui) => askUser(ui, draft),
    (ui) => askApps(ui, draft),
    (ui) => askPassword(ui, draft, attempt),
    (ui) => askTokens(ui, forgetting(draft), attempt),
    (ui) => askAccessToken(ui, draft),
    (ui) => askRefreshToken(ui, draft, attempt),
    (ui) => askClientId(ui, draft),
    (ui) => askClientSecret(ui, draft, attempt),
  ];
}

/** After Back, what was taken before does not count any more. */
function forgetting(draft: ConnectionDraft): ConnectionDraft {
  if (draft.signIn === 'apiToken') draft.secret = undefined;
  return draft;
}

async function askAddress(ui: StepUi, draft: ConnectionDraft): Promise<StepResult> {
  const text = await ui.input({
    prompt: vscode.l10n.t('Address of the Kintone domain, or of an app or guest space in it'),
    placeholder: 'https://example.cybozu.com',
    value: draft.baseUrl,
    validate: (value) => {
      const address = normalizeBaseUrl(value.trim());
      return 'baseUrl' in address ? undefined : render(address);
    },
  });
  const address = normalizeBaseUrl(text.trim());
  if (!('baseUrl' in address)) return 'asked';
  draft.baseUrl = address.baseUrl;
  foreseeCertificate(draft);
  if (address.guestSpaceId === undefined) delete draft.guestSpaceId;
  else draft.guestSpaceId = address.guestSpaceId;
  if (address.appId !== undefined) draft.appIds = [address.appId];
  return 'asked';
}

async function askKind(ui: StepUi, draft: ConnectionDraft): Promise<StepResult> {
  for (;;) {
    const way = await ui.pick<KintoneWay | 'more'>({
      placeholder: vscode.l10n.t('How do you sign in?'),
      choices: [
        {
          label: vscode.l10n.t('User name and password'),
          detail: vscode.l10n.t('Imports with your own rights, into any app you may add records to'),
          value: 'password',
        },
        {
          label: vscode.l10n.t('API token'),
          detail: vscode.l10n.t(
            'Imports into the app the token was made for; it needs the right to add records, and for updates to view and edit them',
          ),
          value: 'apiToken',
        },
        {
          label: vscode.l10n.t('OAuth access token'),
          detail: vscode.l10n.t(
            'Imports with the rights of the user who allowed it; requests go in smaller parts',
          ),
          value: 'oauth',
        },
        {
          label: vscode.l10n.t('Basic authentication or a client certificate too…'),
          description: draft.entrance.map(entranceText).join(' · '),
          detail: vscode.l10n.t('For a Kintone that asks for more than the sign-in itself'),
          value: 'more',
        },
      ],
      active: (value) => value === draft.signIn,
    });
    if (way !== 'more') {
      draft.signIn = way;
      return 'asked';
    }
    await askEntrance(ui, draft);
  }
}

async function askUser(ui: StepUi, draft: ConnectionDraft): Promise<StepResult> {
  if (draft.signIn !== 'password') return 'skipped';
  const username = await ui.input({
    prompt: vscode.l10n.t('Login name'),
    value: draft.username,
    validate: (text) => (text.trim() === '' ? vscode.l10n.t('Enter a login name.') : undefined),
  });
  draft.username = username.trim();
  return 'asked';
}

async function askApps(ui: StepUi, draft: ConnectionDraft): Promise<StepResult> {
  if (draft.signIn !== 'apiToken') return 'skipped';
  const text = await ui.input({
    prompt: vscode.l10n.t('Number of the app the token was made for (several: separated by commas)'),
    placeholder: '12',
    value: draft.appIds.join(', '),
    validate: (value) =>
      /^\d{1,15}$/.test(listParts(value)[0] ?? '') &&
      listParts(value).every((part) => /^\d{1,15}$/.test(part))
        ? undefined
        : vscode.l10n.t('Enter the app’s number: digits, as in the address of the app.'),
  });
  draft.appIds = [...new Set(listParts(text))];
  return 'asked';
}

/** One call that changes nothing: the list of apps, or for tokens, which can't list, each app's fields. */
async function tryIt(deps: CommandDeps, draft: ConnectionDraft, secret: KintoneSignIn): Promise<void> {
  await withProgress(vscode.l10n.t('Trying the sign-in…'), async (signal) => {
    const { trySignIn } = await import('../../core/endpoints/kintone/trySignIn');
    const connection = connectionOf(draft);
    const endpointWith = (tried: KintoneSignIn) => deps.connections.endpointWith(connection, tried);
    draft.apps = await trySignIn(secret, draft.appIds, endpointWith, signal);
  });
}

async function askName(
  ui: StepUi,
  deps: CommandDeps,
  draft: { name: string },
  suggestion: string,
): Promise<StepResult> {
  const names = new Set(deps.connections.all().map((connection) => connection.name));
  const name = await ui.input({
    prompt: vscode.l10n.t('Name of the connection, as you want to see it'),
    value: draft.name === '' ? freeName(suggestion, names) : draft.name,
    validate: (text) => {
      if (text.trim() === '') return vscode.l10n.t('Enter a name.');
      return names.has(text.trim()) ? vscode.l10n.t('Another connection has this name.') : undefined;
    },
  });
  draft.name = name.trim().slice(0, 200);
  return 'asked';
}

function freeName(host: string, taken: ReadonlySet<string>): string {
  let name = host;
  for (let n = 2; taken.has(name); n += 1) name = `${host} (${String(n)})`;
  return name;
}
