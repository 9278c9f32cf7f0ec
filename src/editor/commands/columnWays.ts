import * as vscode from 'vscode';
import type { ImportPlan } from '../../core/mapping/plan';
import type { TargetField } from '../../core/mapping/schema';
import type { Choice } from '../multiStep';
import { columnName, listed } from './columnNames';
import { canCreate, createdProperties } from './createProperty';
import type { MatchedPlan } from './matchedPlan';
import type { PlannedFile, PlannedImport } from './plannedImport';

/** Ways out of columns and fields that don't fit together. */
export type Way = 'goOn' | 'remembered' | 'choose' | 'create' | 'profile';

/** Columns without a field that could create one, as text until the person says otherwise. */
export function withCreated({ info }: PlannedFile, { schema }: PlannedImport, plan: ImportPlan): ImportPlan {
  return info.header.reduce((made, name, column) => {
    if (made.columns[column] !== null || !canCreate(schema, made, name)) return made;
    return { ...made, columns: made.columns.with(column, { creates: name, type: 'text' }) };
  }, plan);
}

/** What is offered when columns and fields don't fit together, with all that does not fit. */
export function ways(
  file: PlannedFile,
  planned: PlannedImport,
  matched: MatchedPlan,
  again: boolean,
  profiles: boolean,
): Choice<Way>[] {
  const left = matched.match.unmatched.length + matched.notWritable.length;
  const goOn: Choice<Way> = {
    label:
      left === 0
        ? vscode.l10n.t('Go on as it is')
        : vscode.l10n.t('Go on without these columns ({n})', { n: left }),
    detail: detailOf(file.info.header, matched),
    value: 'goOn',
  };
  const remembered: Choice<Way> = {
    label: vscode.l10n.t('Use the fields chosen last time'),
    value: 'remembered',
  };
  const choose: Choice<Way> = {
    label: vscode.l10n.t('Choose fields for the columns…'),
    detail: vscode.l10n.t('Fields without a column can be filled with a fixed value there.'),
    value: 'choose',
  };
  const profile: Choice<Way> = { label: vscode.l10n.t('Use Profile…'), value: 'profile' };
  const creating = createdProperties(withCreated(file, planned, matched.plan));
  const create: Choice<Way> = {
    label: vscode.l10n.t('Create properties for these columns… ({n})', { n: creating.length }),
    detail: vscode.l10n.t(
      'The first row with a value creates a property. Its type can never be changed afterwards.',
    ),
    value: 'create',
  };
  return [
    ...(again ? [remembered] : []),
    goOn,
    choose,
    ...(creating.length === 0 ? [] : [create]),
    ...(profiles ? [profile] : []),
  ];
}

function detailOf(header: readonly string[], { match, notWritable, missingNow }: MatchedPlan): string {
  const names = (columns: readonly number[]): string =>
    listed(columns.map((column) => columnName(header, column)));
  const named = new Set([...match.options, ...match.ambiguous].map(({ column }) => column));
  const nameless = match.unmatched.filter((column) => !named.has(column));
  // One line is shown: what keeps every record out comes first.
  return [
    missingNow.length === 0 ? '' : missingText(missingNow),
    nameless.length === 0
      ? ''
      : vscode.l10n.t('Columns without a field: {columns}', { columns: names(nameless) }),
    match.options.length === 0
      ? ''
      : vscode.l10n.t('Columns for options that are none: {columns}', {
          columns: listed(
            match.options.map(({ column, nearest }) =>
              nearest === null
                ? columnName(header, column)
                : vscode.l10n.t('{column} (meant: {option}?)', {
                    column: columnName(header, column),
                    option: nearest,
                  }),
            ),
          ),
        }),
    match.ambiguous.length === 0
      ? ''
      : vscode.l10n.t('Columns with the name of several fields: {columns}', {
          columns: names(match.ambiguous.map(({ column }) => column)),
        }),
    notWritable.length === 0
      ? ''
      : vscode.l10n.t('Fields that can’t be imported: {columns}', { columns: names(notWritable) }),
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

export function missingText(missing: readonly TargetField[]): string {
  return vscode.l10n.t('Required fields without a column: {fields}', {
    fields: listed(missing.map(({ label }) => label)),
  });
}
