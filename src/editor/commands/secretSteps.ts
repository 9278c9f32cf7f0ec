import * as vscode from 'vscode';
import type { KintoneSignIn } from '../../core/endpoints/kintone/signIn';
import type { StepResult, StepUi } from '../multiStep';
import { storedText } from './entranceSteps';
import { certificateOf, entranceOf, listParts, type ConnectionDraft } from './connectionDraft';

/** The service takes up to nine tokens in a request. */
const MOST_TOKENS = 9;

/** Tries a whole sign-in. Throws `ExpectedError`, whose sentence is shown where the secret was entered. */
export type Attempt = (secret: KintoneSignIn) => Promise<void>;

/** Asks until the endpoint took the password, or the person leaves. */
export async function askPassword(ui: StepUi, draft: ConnectionDraft, attempt: Attempt): Promise<StepResult> {
  if (draft.signIn !== 'password') return 'skipped';
  await ui.input({
    prompt: vscode.l10n.t('Password of {user}', { user: draft.username }),
    password: true,
    validate: (text) => (text === '' ? vscode.l10n.t('Enter the password.') : undefined),
    attempt: (password) =>
      keep(draft, attempt, {
        kind: 'password',
        username: draft.username,
        password,
        ...entranceOf(draft),
      }),
  });
  return 'asked';
}

/** Tokens may be pasted as a list, or entered one by one: a comma at the end asks for another. */
export async function askTokens(ui: StepUi, draft: ConnectionDraft, attempt: Attempt): Promise<StepResult> {
  if (draft.signIn !== 'apiToken') return 'skipped';
  let entered: readonly string[] = [];
  while (draft.secret?.kind !== 'apiTokens') {
    const before = entered;
    const text = await ui.input({
      prompt:
        before.length === 0
          ? vscode.l10n.t(
              'API token (several, for lookups into other apps: paste them as a list, or end with a comma to enter another one)',
            )
          : vscode.l10n.t('API token {n} (end with a comma to enter another one)', { n: before.length + 1 }),
      password: true,
      validate: (typed) => {
        const count = before.length + listParts(typed).length;
        if (count === before.length) return vscode.l10n.t('Enter an API token.');
        return count > MOST_TOKENS
          ? vscode.l10n.t('Up to {n} tokens can be used at once.', { n: MOST_TOKENS })
          : undefined;
      },
      attempt: async (typed) => {
        if (wantsAnother(typed)) return;
        const tokens = [...new Set([...before, ...listParts(typed)])];
        await keep(draft, attempt, { kind: 'apiTokens', tokens, ...entranceOf(draft) });
      },
    });
    entered = [...before, ...listParts(text)];
  }
  return 'asked';
}

function wantsAnother(text: string): boolean {
  return /[,、]\s*$/.test(text);
}

export async function askAccessToken(ui: StepUi, draft: ConnectionDraft): Promise<StepResult> {
  if (draft.signIn !== 'oauth') return 'skipped';
  const token = await ui.input({
    prompt: vscode.l10n.t('OAuth access token'),
    password: true,
    validate: (text) => (text.trim() === '' ? vscode.l10n.t('Enter the access token.') : undefined),
  });
  draft.oauth = { ...draft.oauth, accessToken: token.trim() };
  return 'asked';
}

/** Without a refresh token the sign-in is whole, and tried here. */
export async function askRefreshToken(
  ui: StepUi,
  draft: ConnectionDraft,
  attempt: Attempt,
): Promise<StepResult> {
  if (draft.signIn !== 'oauth') return 'skipped';
  const token = await ui.input({
    prompt: vscode.l10n.t(
      'OAuth refresh token, with which the access token is renewed every hour (leave empty for none)',
    ),
    password: true,
    attempt: async (text) => {
      if (text.trim() !== '') return;
      const { accessToken } = draft.oauth;
      await keep(draft, attempt, { kind: 'oauth', accessToken, ...certificateOf(draft) });
    },
  });
  draft.oauth = { ...draft.oauth, refreshToken: token.trim() };
  return 'asked';
}

export async function askClientId(ui: StepUi, draft: ConnectionDraft): Promise<StepResult> {
  if (draft.signIn !== 'oauth' || draft.oauth.refreshToken === '') return 'skipped';
  const clientId = await ui.input({
    prompt: vscode.l10n.t('Client ID of the OAuth client'),
    value: draft.oauth.clientId,
    validate: (text) => (text.trim() === '' ? vscode.l10n.t('Enter the client ID.') : undefined),
  });
  draft.oauth = { ...draft.oauth, clientId: clientId.trim() };
  return 'asked';
}

export async function askClientSecret(
  ui: StepUi,
  draft: ConnectionDraft,
  attempt: Attempt,
): Promise<StepResult> {
  if (draft.signIn !== 'oauth' || draft.oauth.refreshToken === '') return 'skipped';
  const stored = draft.stored.clientSecret;
  await ui.input({
    prompt: vscode.l10n.t('Client secret of the OAuth client'),
    password: true,
    placeholder: stored === '' ? '' : storedText(),
    validate: (text) => (text.trim() + stored === '' ? vscode.l10n.t('Enter the client secret.') : undefined),
    attempt: (text) =>
      keep(draft, attempt, {
        kind: 'oauth',
        ...draft.oauth,
        clientSecret: text.trim() === '' ? stored : text.trim(),
        ...certificateOf(draft),
      }),
  });
  return 'asked';
}

async function keep(draft: ConnectionDraft, attempt: Attempt, secret: KintoneSignIn): Promise<void> {
  await attempt(secret);
  draft.secret = secret;
}
