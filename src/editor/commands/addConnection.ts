import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { normalizeBaseUrl } from '../../core/endpoints/kintone/address';
import type { KintoneSignIn } from '../../core/endpoints/kintone/signIn';
import type { Connection, ConnectionApp } from '../connections/connection';
import { runSteps, type StepResult, type StepUi } from '../multiStep';
import { withProgress } from '../progress';
import { show as render } from '../text';
import type { CommandDeps } from './deps';

/** A connection on its way: what was answered so far. */
interface Draft {
  readonly id: string;
  baseUrl: string;
  guestSpaceId?: string;
  name: string;
  signIn: 'password' | 'apiToken';
  username: string;
  secret: KintoneSignIn | undefined;
  /** Numbers of the apps the tokens belong to, then with their names. */
  appIds: readonly string[];
  apps: readonly ConnectionApp[];
}

/**
 * Asks for a connection step by step and keeps it once its sign-in was tried with a call that changes nothing.
 * Throws `Cancelled`; a sign-in that is refused leads back to it with the endpoint's words.
 */
export async function addConnection(deps: CommandDeps): Promise<Connection | undefined> {
  const draft: Draft = {
    id: `kintone-${randomUUID().slice(0, 8)}`,
    baseUrl: '',
    name: '',
    signIn: 'password',
    username: '',
    secret: undefined,
    appIds: [],
    apps: [],
  };
  await runSteps(vscode.l10n.t('Add Connection'), [
    (ui) => askAddress(ui, draft),
    (ui) => askKind(ui, draft),
    (ui) => askUser(ui, draft),
    (ui) => askApps(ui, draft),
    (ui) => askSecret(ui, draft, (tried) => trySignIn(deps, draft, tried)),
    (ui) => askName(ui, deps, draft),
  ]);
  const connection = connectionOf(draft);
  if (draft.secret === undefined) return undefined;
  await deps.connections.add(connection, draft.secret);
  return connection;
}

/** Asks for a connection's secret again, tries it, and replaces the stored one. */
export async function renewSignIn(deps: CommandDeps, connection: Connection): Promise<void> {
  const draft: Draft = {
    ...connection,
    username: connection.username ?? '',
    secret: undefined,
    appIds: (connection.apps ?? []).map((app) => app.id),
    apps: connection.apps ?? [],
  };
  await runSteps(vscode.l10n.t('Sign in to {name}', { name: connection.name }), [
    (ui) => askUser(ui, draft),
    (ui) => askApps(ui, draft),
    (ui) => askSecret(ui, draft, (tried) => trySignIn(deps, draft, tried)),
  ]);
  if (draft.secret !== undefined) await deps.connections.update(connectionOf(draft), draft.secret);
}

async function askAddress(ui: StepUi, draft: Draft): Promise<StepResult> {
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
  if (address.guestSpaceId === undefined) delete draft.guestSpaceId;
  else draft.guestSpaceId = address.guestSpaceId;
  if (address.appId !== undefined) draft.appIds = [address.appId];
  return 'asked';
}

async function askKind(ui: StepUi, draft: Draft): Promise<StepResult> {
  draft.signIn = await ui.pick<Draft['signIn']>({
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
          'Imports into the app the token was made for; it needs the right to add records',
        ),
        value: 'apiToken',
      },
    ],
    active: (value) => value === draft.signIn,
  });
  return 'asked';
}

async function askUser(ui: StepUi, draft: Draft): Promise<StepResult> {
  if (draft.signIn !== 'password') return 'skipped';
  const username = await ui.input({
    prompt: vscode.l10n.t('Login name'),
    value: draft.username,
    validate: (text) => (text.trim() === '' ? vscode.l10n.t('Enter a login name.') : undefined),
  });
  draft.username = username.trim();
  return 'asked';
}

async function askApps(ui: StepUi, draft: Draft): Promise<StepResult> {
  if (draft.signIn !== 'apiToken') return 'skipped';
  const text = await ui.input({
    prompt: vscode.l10n.t('Number of the app the token was made for (several: separated by commas)'),
    placeholder: '12',
    value: draft.appIds.join(', '),
    validate: (value) =>
      /^\d{1,15}$/.test(parts(value)[0] ?? '') && parts(value).every((part) => /^\d{1,15}$/.test(part))
        ? undefined
        : vscode.l10n.t('Enter the app’s number: digits, as in the address of the app.'),
  });
  draft.appIds = [...new Set(parts(text))];
  return 'asked';
}

/** Asks until the endpoint took the sign-in, or the person leaves. */
async function askSecret(
  ui: StepUi,
  draft: Draft,
  attempt: (secret: KintoneSignIn) => Promise<void>,
): Promise<StepResult> {
  const password = draft.signIn === 'password';
  const text = await ui.input({
    prompt: password
      ? vscode.l10n.t('Password of {user}', { user: draft.username })
      : vscode.l10n.t('API token (several, for lookups into other apps: separated by commas)'),
    password: true,
    validate: (value) => {
      if (password) return value === '' ? vscode.l10n.t('Enter the password.') : undefined;
      const count = parts(value).length;
      if (count === 0) return vscode.l10n.t('Enter an API token.');
      return count > MOST_TOKENS
        ? vscode.l10n.t('Up to {n} tokens can be used at once.', { n: MOST_TOKENS })
        : undefined;
    },
    attempt: async (value) => {
      const secret = secretOf(draft, value);
      await attempt(secret);
      draft.secret = secret;
    },
  });
  return text === '' ? 'skipped' : 'asked';
}

/** The service takes up to nine tokens in a request. */
const MOST_TOKENS = 9;

function secretOf(draft: Draft, text: string): KintoneSignIn {
  return draft.signIn === 'password'
    ? { kind: 'password', username: draft.username, password: text }
    : { kind: 'apiTokens', tokens: parts(text) };
}

/** One call that changes nothing: the list of apps, or for tokens, which can't list, each app's fields. */
async function trySignIn(deps: CommandDeps, draft: Draft, secret: KintoneSignIn): Promise<void> {
  await withProgress(vscode.l10n.t('Trying the sign-in…'), async (signal) => {
    const endpoint = await deps.connections.endpointWith(connectionOf(draft), secret);
    if (draft.signIn === 'password') {
      await endpoint.listTargets(signal);
      return;
    }
    const apps: ConnectionApp[] = [];
    for (const id of draft.appIds) {
      const { name } = await endpoint.describe(id, signal);
      apps.push({ id, name });
    }
    draft.apps = apps;
  });
}

async function askName(ui: StepUi, deps: CommandDeps, draft: Draft): Promise<StepResult> {
  const names = new Set(deps.connections.all().map((connection) => connection.name));
  const name = await ui.input({
    prompt: vscode.l10n.t('Name of the connection, as you want to see it'),
    value: draft.name === '' ? freeName(new URL(draft.baseUrl).hostname, names) : draft.name,
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

function connectionOf(draft: Draft): Connection {
  const { id, baseUrl, guestSpaceId, signIn } = draft;
  return {
    id,
    name: draft.name === '' ? new URL(baseUrl).hostname : draft.name,
    baseUrl,
    ...(guestSpaceId === undefined ? {} : { guestSpaceId }),
    kind: 'kintone',
    signIn,
    ...(signIn === 'password' ? { username: draft.username } : { apps: draft.apps }),
  };
}

function parts(text: string): string[] {
  return text
    .split(/[,、\s]+/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
