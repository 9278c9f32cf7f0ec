import path from 'node:path';
import * as vscode from 'vscode';
import { certificateAddress, isCertificateAddress } from '../../core/endpoints/kintone/address';
import { ExpectedError } from '../../core/message';
import type { EntranceKind } from '../connections/connection';
import { entranceText } from '../connections/wayText';
import type { StepResult, StepUi } from '../multiStep';
import { Refusal } from '../refusal';
import { showText } from '../show';
import { asksFor, type CertificateDraft, type ConnectionDraft } from './connectionDraft';

/** A PFX file holds a key and a few certificates: some kilobytes. */
const MAX_PFX_BYTES = 1024 * 1024;

/** At the vendor's address for client certificates one is always asked for. */
export function foreseeCertificate(draft: ConnectionDraft): void {
  if (isCertificateAddress(draft.baseUrl) && !draft.entrance.includes('certificate')) {
    draft.entrance = [...draft.entrance, 'certificate'];
  }
}

/** Which of Basic authentication and a client certificate come first; asked when the person says that there is more. */
export async function askEntrance(ui: StepUi, draft: ConnectionDraft): Promise<void> {
  const choices: readonly { readonly label: string; readonly value: readonly EntranceKind[] }[] = [
    { label: vscode.l10n.t('Nothing'), value: [] },
    { label: entranceText('basic'), value: ['basic'] },
    { label: entranceText('certificate'), value: ['certificate'] },
    {
      label: vscode.l10n.t('Basic authentication and a client certificate'),
      value: ['basic', 'certificate'],
    },
  ];
  draft.entrance = await ui.pick<readonly EntranceKind[]>({
    placeholder: vscode.l10n.t('What does this Kintone ask for before the sign-in?'),
    choices,
    active: (value) => value.join() === draft.entrance.join(),
  });
  const other = certificateAddress(draft.baseUrl);
  if (other === null || !draft.entrance.includes('certificate')) return;
  draft.baseUrl = await ui.pick<string>({
    placeholder: vscode.l10n.t('Client certificates are asked for at another address'),
    choices: [
      { label: vscode.l10n.t('Use {address}', { address: other }), value: other },
      { label: vscode.l10n.t('Keep {address}', { address: draft.baseUrl }), value: draft.baseUrl },
    ],
  });
}

export async function askBasicUser(ui: StepUi, draft: ConnectionDraft): Promise<StepResult> {
  if (!asksFor(draft, 'basic')) return 'skipped';
  const username = await ui.input({
    prompt: vscode.l10n.t('User name of the Basic authentication'),
    value: draft.basic.username,
    validate: (text) => (text.trim() === '' ? vscode.l10n.t('Enter a user name.') : undefined),
  });
  draft.basic = { ...draft.basic, username: username.trim() };
  return 'asked';
}

export async function askBasicPassword(ui: StepUi, draft: ConnectionDraft): Promise<StepResult> {
  if (!asksFor(draft, 'basic')) return 'skipped';
  const stored = draft.stored.basicPassword;
  const password = await ui.input({
    prompt: vscode.l10n.t('Password of the Basic authentication'),
    password: true,
    placeholder: stored === '' ? '' : storedText(),
    validate: (text) => (text + stored === '' ? vscode.l10n.t('Enter the password.') : undefined),
  });
  draft.basic = { ...draft.basic, password: password === '' ? stored : password };
  return 'asked';
}

/** Says in an empty box that a secret need not be entered again. */
export function storedText(): string {
  return vscode.l10n.t('Leave empty to use the stored one');
}

/** The file is read at once: later it may be gone, and it is kept with the other secrets. */
export async function askCertificate(ui: StepUi, draft: CertificateDraft): Promise<StepResult> {
  if (!asksFor(draft, 'certificate')) return 'skipped';
  for (;;) {
    const known = draft.stored.certificate;
    const way = await ui.pick<'stored' | 'file'>({
      placeholder: vscode.l10n.t('Choose the client certificate'),
      choices: [
        ...(known === undefined
          ? []
          : [{ label: vscode.l10n.t('Use the stored certificate'), value: 'stored' as const }]),
        {
          label: vscode.l10n.t('Choose PFX File…'),
          description: draft.certificate?.fileName ?? '',
          detail: [
            vscode.l10n.t('The file is kept in this computer’s secret storage, with its password.'),
            vscode.l10n.t(
              'With a client certificate, proxies come from the setting http.proxy or the environment; PAC scripts and the system’s own proxy settings are not used.',
            ),
          ].join(' '),
          value: 'file',
        },
      ],
    });
    if (way === 'stored') {
      draft.certificate = known;
      return 'asked';
    }
    const chosen = await vscode.window.showOpenDialog({
      canSelectMany: false,
      filters: { [vscode.l10n.t('Client certificate (PFX)')]: ['pfx', 'p12'] },
    });
    const file = chosen?.[0];
    // The dialog was left: back to the question.
    if (file === undefined) continue;
    try {
      draft.certificate = await readPfx(file);
      return 'asked';
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      void showText(error.message, { severity: 'warning' });
    }
  }
}

async function readPfx(file: vscode.Uri): Promise<NonNullable<CertificateDraft['certificate']>> {
  const name = path.posix.basename(file.path);
  try {
    const { size } = await vscode.workspace.fs.stat(file);
    if (size > MAX_PFX_BYTES) {
      throw new Refusal(vscode.l10n.t('The file {name} is too large for a client certificate.', { name }));
    }
    const pfx = await vscode.workspace.fs.readFile(file);
    return { pfx, passphrase: '', fileName: name };
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(vscode.l10n.t('The file {name} can’t be read.', { name }));
  }
}

/** Opens the certificate at once, so that a wrong password is told here. */
export async function askPassphrase(ui: StepUi, draft: CertificateDraft): Promise<StepResult> {
  const { certificate } = draft;
  if (!asksFor(draft, 'certificate') || certificate?.fileName === undefined) return 'skipped';
  await ui.input({
    prompt: vscode.l10n.t('Password of the client certificate {name}', { name: certificate.fileName }),
    password: true,
    attempt: async (passphrase) => {
      const { certificateFault } = await import('../../core/endpoints/trust');
      const fault = certificateFault({ pfx: certificate.pfx, passphrase });
      if (fault !== null) throw new ExpectedError(fault);
      draft.certificate = { ...certificate, passphrase };
    },
  });
  return 'asked';
}
