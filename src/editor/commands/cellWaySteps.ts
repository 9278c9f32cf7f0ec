import * as vscode from 'vscode';
import { isOverride } from '../../core/endpoints/personium/signIn';
import type { PersoniumWay } from '../connections/connection';
import { entranceText, signInText } from '../connections/wayText';
import { isBack, type Choice, type StepResult, type StepUi } from '../multiStep';
import { Cancelled } from '../refusal';
import { cellNameOf, type CellDraft } from './cellDraft';

/** Where the cell says that it is, when that is not what was typed: a password goes there only if the person agrees. */
export async function askCanonical(ui: StepUi, draft: CellDraft): Promise<StepResult> {
  const { canonical, baseUrl } = draft;
  if (canonical === undefined || canonical === baseUrl) return 'skipped';
  draft.baseUrl = await ui.pick<string>({
    placeholder: vscode.l10n.t('The cell {name} says that its URL is another one', {
      name: cellNameOf(draft),
    }),
    choices: [
      {
        label: vscode.l10n.t('Use {address}', { address: `${canonical}/` }),
        detail: vscode.l10n.t('You sign in there. Go back to enter another URL.'),
        value: canonical,
      },
    ],
  });
  return 'asked';
}

/** How to sign in; what else the cell needs is asked behind one of the choices. */
export async function askCellWay(ui: StepUi, draft: CellDraft): Promise<StepResult> {
  for (;;) {
    const way = await ui.pick<PersoniumWay | 'more'>({
      placeholder: vscode.l10n.t('How do you sign in to the cell {name} ({address})?', {
        name: cellNameOf(draft),
        address: `${draft.baseUrl}/`,
      }),
      choices: [
        ...WAYS.map((one) => ({ label: signInText(one), detail: wayDetail(one), value: one })),
        moreChoice(draft),
      ],
      active: (value) => value === draft.signIn,
    });
    if (way !== 'more') {
      draft.signIn = way;
      return 'asked';
    }
    await nested(ui, (inner) => askMore(inner, draft));
  }
}

const WAYS: readonly PersoniumWay[] = ['account', 'unitUser', 'bearer', 'cookie'];

function wayDetail(way: PersoniumWay): string {
  switch (way) {
    case 'account':
      return vscode.l10n.t(
        'With the name and password of an account in this cell; importing a whole cell takes a role with the right “root”',
      );
    case 'unitUser':
      return vscode.l10n.t(
        'With an account of an administrators’ cell that the unit trusts; it can still sign in while this cell is being replaced',
      );
    case 'bearer':
      return vscode.l10n.t('With a token you were given, such as the unit’s master token; it is not renewed');
    case 'cookie':
      return vscode.l10n.t(
        'With the cookie p_cookie and the p_cookie_peer that belongs to it; it is not renewed',
      );
  }
}

function moreChoice({ overrides, entrance }: CellDraft): Choice<'more'> {
  const known = [
    ...(overrides.length === 0 ? [] : [overridesText(overrides)]),
    ...entrance.map(entranceText),
  ];
  return {
    label: vscode.l10n.t('X-Override headers or a client certificate too…'),
    description: known.join(' · '),
    detail: vscode.l10n.t('For a unit that asks for more than the sign-in itself'),
    value: 'more',
  };
}

async function askMore(ui: StepUi, draft: CellDraft): Promise<void> {
  for (;;) {
    const withCertificate = draft.entrance.length > 0;
    const chosen = await ui.pick<'overrides' | 'certificate' | 'done'>({
      placeholder: vscode.l10n.t('What does this cell need besides the sign-in?'),
      choices: [
        {
          label: vscode.l10n.t('X-Override headers…'),
          description: overridesText(draft.overrides),
          detail: vscode.l10n.t('Lines that the cell takes in place of other headers of each request'),
          value: 'overrides',
        },
        {
          label: withCertificate ? vscode.l10n.t('No client certificate') : entranceText('certificate'),
          detail: vscode.l10n.t('For a unit that asks for a client certificate before the sign-in'),
          value: 'certificate',
        },
        { label: vscode.l10n.t('Done'), icon: 'check', value: 'done' },
      ],
    });
    switch (chosen) {
      case 'overrides':
        await nested(ui, (inner) => askOverrides(inner, draft));
        break;
      case 'certificate':
        draft.entrance = withCertificate ? [] : ['certificate'];
        break;
      case 'done':
        return;
    }
  }
}

type OverrideChoice = { readonly line: string } | 'add' | 'done';

/** One line at a time; a line that is chosen goes. */
async function askOverrides(ui: StepUi, draft: CellDraft): Promise<void> {
  for (;;) {
    const chosen = await ui.pick<OverrideChoice>({
      placeholder: vscode.l10n.t('Lines that go with each request as X-Override'),
      choices: [
        ...draft.overrides.map((line) => ({
          label: line,
          icon: 'trash',
          detail: vscode.l10n.t('Choose it to remove it'),
          value: { line },
        })),
        { label: vscode.l10n.t('Add a line…'), icon: 'add', value: 'add' },
        { label: vscode.l10n.t('Done'), icon: 'check', value: 'done' },
      ],
    });
    if (chosen === 'done') return;
    if (chosen === 'add') await nested(ui, (inner) => askOverride(inner, draft));
    else draft.overrides = draft.overrides.filter((line) => line !== chosen.line);
  }
}

async function askOverride(ui: StepUi, draft: CellDraft): Promise<void> {
  const line = await ui.input({
    prompt: vscode.l10n.t('Name and value of the header'),
    placeholder: 'X-Forwarded-For: 203.0.113.1',
    validate: (text) =>
      isOverride(text.trim())
        ? undefined
        : vscode.l10n.t(
            'Enter a line such as “Name: value”, in ASCII. Headers that sign in can’t be overridden here.',
          ),
  });
  draft.overrides = [...new Set([...draft.overrides, line.trim()])];
}

function overridesText(lines: readonly string[]): string {
  return lines.length === 0 ? '' : vscode.l10n.t('X-Override: {count}', { count: lines.length });
}

/** Questions within a step: Back leads to where they were opened. */
async function nested(ui: StepUi, ask: (inner: StepUi) => Promise<void>): Promise<void> {
  try {
    await ask(ui.nested());
  } catch (error) {
    if (error instanceof Cancelled || !isBack(error)) throw error;
  }
}
