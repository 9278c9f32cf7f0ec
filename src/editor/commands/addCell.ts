import * as vscode from 'vscode';
import type { CellAddress } from '../../core/endpoints/personium/address';
import type { PersoniumSignIn } from '../../core/endpoints/personium/signIn';
import { ExpectedError } from '../../core/message';
import type { Step, StepResult, StepUi } from '../multiStep';
import { withProgress } from '../progress';
import { cellUrlFault, readCellUrl, withoutSlash } from './cellAddress';
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
    validate: cellUrlFault,
    attempt: async (text) => {
      const address = readCellUrl(text);
      if (!('fault' in address)) await learn(deps, draft, address);
    },
  });
  return 'asked';
}

/** Lets the cell say what it is called and where it is. What only a sign-in opens is asked for later. */
async function learn(deps: CommandDeps, draft: CellDraft, address: CellAddress): Promise<void> {
  const typed = address.candidates.map(withoutSlash);
  draft.baseUrl = typed[0] ?? '';
  draft.cellName = '';
  draft.canonical = undefined;
  try {
    const { name, url } = await deps.connections.aboutCell(address);
    draft.cellName = name;
    const own = ownUrl(url);
    // What was typed may lead further into the cell.
    if (own !== undefined && typed.includes(own)) draft.baseUrl = own;
    else draft.canonical = own;
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    const { code, args, verbatim } = error.detail;
    if (code === 'personium.cellElsewhere') {
      draft.canonical = ownUrl(String(args?.address));
      return;
    }
    if (CAN_WAIT.test(code) || draft.doubted === draft.baseUrl) return;
    // What stands in front of the cell may need more than this question has, such as a client certificate.
    draft.doubted = draft.baseUrl;
    const words = [verbatim, vscode.l10n.t('Press Enter again to go on all the same.')];
    const told = { ...error.detail, verbatim: words.filter((text) => text !== undefined).join(' ') };
    throw new ExpectedError(told, { cause: error });
  }
}

function ownUrl(url: string): string | undefined {
  const told = readCellUrl(url);
  const [first] = 'fault' in told ? [] : told.candidates;
  return first === undefined ? undefined : withoutSlash(first);
}

/** Refusals for want of a sign-in or of a client certificate. */
const CAN_WAIT = /^certificate\.|^personium\.(?:PR40[13]-|needs)/;

/** One question that changes nothing. Throws `ExpectedError`. */
async function tryIt(deps: CommandDeps, draft: CellDraft, secret: PersoniumSignIn): Promise<void> {
  await withProgress(vscode.l10n.t('Trying the sign-in…'), async (signal) => {
    const { cell } = await deps.connections.tryCell(cellConnectionOf(draft), secret, signal);
    draft.cellName = cell.name;
  });
}
