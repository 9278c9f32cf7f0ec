import * as vscode from 'vscode';
import type { PersoniumEntry, PersoniumSignIn } from '../../core/endpoints/personium/signIn';
import type { StepResult, StepUi } from '../multiStep';
import type { CellDraft } from './cellDraft';
import { cellUrlFault, readCellUrl, withoutSlash } from './cellAddress';
import { certificateOf } from './connectionDraft';

/** Tries a whole sign-in. Throws `ExpectedError`, whose sentence is shown where the secret was entered. */
export type CellAttempt = (secret: PersoniumSignIn) => Promise<void>;

/** Cell in which the unit user's account is. */
export async function askIssuer(ui: StepUi, draft: CellDraft): Promise<StepResult> {
  if (draft.signIn !== 'unitUser') return 'skipped';
  const text = await ui.input({
    prompt: vscode.l10n.t('URL of the cell the unit user’s account is in'),
    placeholder: 'https://unit.example/unitadmin/',
    value: draft.issuer === '' ? '' : `${draft.issuer}/`,
    validate: cellUrlFault,
  });
  const address = readCellUrl(text);
  if (!('fault' in address)) draft.issuer = withoutSlash(address.candidates[0] ?? '');
  return 'asked';
}

export async function askAccount(ui: StepUi, draft: CellDraft): Promise<StepResult> {
  if (draft.signIn !== 'account' && draft.signIn !== 'unitUser') return 'skipped';
  const username = await ui.input({
    prompt: vscode.l10n.t('Account name'),
    value: draft.username,
    validate: (text) => (text.trim() === '' ? vscode.l10n.t('Enter an account name.') : undefined),
  });
  draft.username = username.trim();
  return 'asked';
}

/** Asks until the cell took the password, or the person leaves. */
export async function askAccountPassword(
  ui: StepUi,
  draft: CellDraft,
  attempt: CellAttempt,
): Promise<StepResult> {
  const { signIn, username, issuer } = draft;
  if (signIn !== 'account' && signIn !== 'unitUser') return 'skipped';
  await ui.input({
    prompt: vscode.l10n.t('Password of {user}', { user: username }),
    password: true,
    validate: (text) => (text === '' ? vscode.l10n.t('Enter the password.') : undefined),
    attempt: (password) =>
      keep(
        draft,
        attempt,
        signIn === 'account'
          ? { kind: 'account', username, password }
          : { kind: 'unitUser', issuer, username, password },
      ),
  });
  return 'asked';
}

export async function askBearer(ui: StepUi, draft: CellDraft, attempt: CellAttempt): Promise<StepResult> {
  if (draft.signIn !== 'bearer') return 'skipped';
  await ui.input({
    prompt: vscode.l10n.t('Access token, or master token of the unit'),
    password: true,
    validate: (text) => tokenFault(withoutScheme(text)),
    attempt: (text) => keep(draft, attempt, { kind: 'bearer', token: withoutScheme(text) }),
  });
  return 'asked';
}

export async function askCookie(ui: StepUi, draft: CellDraft): Promise<StepResult> {
  if (draft.signIn !== 'cookie') return 'skipped';
  const cookie = await ui.input({
    prompt: vscode.l10n.t('Value of the cookie p_cookie'),
    password: true,
    validate: tokenFault,
  });
  draft.cookie = cookie.trim();
  return 'asked';
}

export async function askPeer(ui: StepUi, draft: CellDraft, attempt: CellAttempt): Promise<StepResult> {
  if (draft.signIn !== 'cookie') return 'skipped';
  const { cookie } = draft;
  await ui.input({
    prompt: vscode.l10n.t('p_cookie_peer that was given with the cookie'),
    password: true,
    validate: tokenFault,
    attempt: (text) => keep(draft, attempt, { kind: 'cookie', cookie, peer: text.trim() }),
  });
  return 'asked';
}

/** A token is often copied with what stands before it in a header. */
function withoutScheme(text: string): string {
  return text.trim().replace(/^Bearer +/i, '');
}

/** What goes into a header can hold neither blanks nor anything beyond ASCII. */
function tokenFault(text: string): string | undefined {
  if (text.trim() === '') return vscode.l10n.t('Enter the value.');
  return /^[\x21-\x7e]+$/.test(text.trim())
    ? undefined
    : vscode.l10n.t('The value holds characters that can’t be sent. Copy it again, without blanks.');
}

async function keep(draft: CellDraft, attempt: CellAttempt, entry: PersoniumEntry): Promise<void> {
  const { overrides } = draft;
  const secret = { ...entry, ...(overrides.length === 0 ? {} : { overrides }), ...certificateOf(draft) };
  await attempt(secret);
  draft.secret = secret;
}
