import * as vscode from 'vscode';
import { SETTINGS, SETTINGS_SECTION } from '../../contributions';
import { LEDGER_FIELDS } from '../../core/endpoints/kintone/ledgerApp';

/** How an administrator makes a ledger app, step by step. */
export function ledgerGuide(): string {
  return [
    vscode.l10n.t('Ledger app'),
    [
      vscode.l10n.t('A ledger app is a Kintone app in which each import keeps one record.'),
      vscode.l10n.t(
        'Each request of the import changes that record and adds its rows in one transaction: both are kept, or neither.',
      ),
      vscode.l10n.t(
        'When the answer to a request is lost, the record says for certain whether its rows are there.',
      ),
      vscode.l10n.t(
        'No row is added twice, none is left uncertain, and nothing has to be waited for, also where no field prohibits duplicate values.',
      ),
    ].join('\n'),
    [
      numbered(
        1,
        vscode.l10n.t('Make a new app in the same domain, for example with the name Import ledger.'),
      ),
      numbered(2, vscode.l10n.t('Add these fields. What counts is the field code; the name is yours.')),
      ...LEDGER_FIELDS.map((field) => `   - ${fieldText(field)}`),
      numbered(3, vscode.l10n.t('Add no other required field.')),
      numbered(
        4,
        vscode.l10n.t(
          'Let everybody who imports view, add and edit records in it. Nobody needs to delete any.',
        ),
      ),
      numbered(
        5,
        vscode.l10n.t(
          'Where imports sign in with API tokens: make a token of this app that may view, add and edit records, and add it to the connection with Sign In….',
        ),
      ),
      numbered(
        6,
        vscode.l10n.t('Activate the app, and enter its number in the setting {setting}.', {
          setting: `${SETTINGS_SECTION}.${SETTINGS.ledgerApp}`,
        }),
      ),
    ].join('\n'),
    vscode.l10n.t(
      'Records of imports that have ended may be deleted. While an import runs or is interrupted, its record has to stay.',
    ),
  ].join('\n\n');
}

function numbered(step: number, text: string): string {
  return `${String(step)}. ${text}`;
}

function fieldText({ code, nativeType, required, unique }: (typeof LEDGER_FIELDS)[number]): string {
  const type =
    nativeType === 'NUMBER' ? vscode.l10n.t('Number field') : vscode.l10n.t('Text field of one line');
  return [
    code,
    type,
    required ? vscode.l10n.t('required') : '',
    unique ? vscode.l10n.t('no duplicate values') : '',
  ]
    .filter((part) => part !== '')
    .join(' · ');
}
