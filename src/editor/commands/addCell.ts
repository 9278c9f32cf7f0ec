import * as vscode from 'vscode';
import type { Endpoint } from '../../core/endpoints/endpoint';
import type { PersoniumSignIn } from '../../core/endpoints/personium/signIn';
import { ExpectedError } from '../../core/message';
import type { Step, StepResult, StepUi } from '../multiStep';
import { withProgress } from '../progress';
import { readCellUrl } from './cellAddress';
import { cellConnectionOf, type CellDraft } from './cellDraft';
import { askAccount, askAccountPassword, askBearer, askCookie, askIssuer, askPeer } from './cellSecretSteps';
import { askCanonical, askCellWay } from './cellWaySteps';
import type { CommandDeps } from './deps';
import { askCertificate, askPassphrase } from './entranceSteps';

/** Where the cell is, by the person and by the cell itself. */
export function cellAddressSteps(deps: CommandDeps, draft: CellDraft): readonly Step[] {
  return [(ui) => askCellUrl(ui, deps, draft), (ui) => askCanonical(ui, draft)];
}

/** All that any way of signing in to a cell asks for; the questions of the other ways are skipped. */
export function cellSignInSteps(deps: CommandDeps, draft: CellDraft): readonly Step[] {
  const attempt = (secret: PersoniumSignIn): Promise<void> => tryIt(deps, draft, secret);
  return [
    (ui) => askCellWay(ui, draft),
    (ui) => askCertificate(ui, draft),
    (ui) => askPassphrase(ui, draft),
    (ui) => askIssuer(ui, draft),
    (ui) => askAccount(ui, draft),
    (ui) => askAccountPassword(ui, draft, attempt),
    (ui) => askBearer(ui, draft, attempt),
    (ui) => askCookie(ui, draft),
    (ui) => askPeer(ui, draft, attempt),
  ];
}

async function askCellUrl(ui: StepUi, deps: CommandDeps, draft: CellDraft): Promise<StepResult> {
  await ui.input({
    prompt: vscode.l10n.t('URL of the cell'),
    placeholder: 'https://unit.example/cell/',
    value: draft.baseUrl === '' ? '' : `${draft.baseUrl}/`,
    validate: (text) => {
      const address = readCellUrl(text);
      return 'baseUrl' in address ? undefined : address.fault;
    },
    attempt: async (text) => {
      const address = readCellUrl(text);
      if (!('baseUrl' in address)) return;
      draft.baseUrl = address.baseUrl;
      await learn(deps, draft);
    },
  });
  return 'asked';
}

/** Lets the cell say what it is called and where it is. What only a sign-in opens is asked for later. */
async function learn(deps: CommandDeps, draft: CellDraft): Promise<void> {
  draft.cellName = '';
  draft.canonical = undefined;
  try {
    const about = await deps.connections.aboutCell(draft.baseUrl);
    if (about === undefined) return;
    draft.cellName = about.name;
    const address = readCellUrl(about.url);
    if ('baseUrl' in address) draft.canonical = address.baseUrl;
  } catch (error) {
    if (!(error instanceof ExpectedError) || !CAN_WAIT.test(error.detail.code)) throw error;
  }
}

/** Refusals for want of a sign-in or of a client certificate. */
const CAN_WAIT = /^certificate\.|^personium\.(?:PR40[13]-|needs)/;

/** Reads what the sign-in may see; nothing is changed. Throws `ExpectedError`. */
async function tryIt(deps: CommandDeps, draft: CellDraft, secret: PersoniumSignIn): Promise<void> {
  await withProgress(vscode.l10n.t('Trying the sign-in…'), async (signal) => {
    const endpoint = await deps.connections.endpointWith(cellConnectionOf(draft), secret);
    if (draft.cellName === '') draft.cellName = await nameOf(endpoint, signal);
    await tryReading(endpoint, signal);
  });
}

async function nameOf({ cell }: Endpoint, signal: AbortSignal): Promise<string> {
  try {
    return (await cell?.about(signal))?.name ?? '';
  } catch (error) {
    // What keeps the cell from answering is told by the reading that follows.
    if (error instanceof ExpectedError) return '';
    throw error;
  }
}

/** A cell whose last import has failed shows nothing but that: to see it is enough, as it can be mended. */
async function tryReading(endpoint: Endpoint, signal: AbortSignal): Promise<void> {
  try {
    await endpoint.listTargets(signal);
  } catch (error) {
    if (!(error instanceof ExpectedError) || error.detail.code !== 'personium.PR409-CM-0001') throw error;
    const state = await endpoint.cell?.importState(signal);
    if (state?.kind === 'notKnown') throw new ExpectedError(state.message, { cause: error });
  }
}
