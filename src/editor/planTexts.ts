import * as vscode from 'vscode';
import type { BlankKeys, ImportMode, ImportPlan } from '../core/mapping/plan';
import type { TargetSchema } from '../core/mapping/schema';

/** How rows are written, in words: “Update by Customer code”. */
export function planText(plan: ImportPlan, schema?: TargetSchema): string {
  const { mode, key } = plan;
  if (mode === 'add' || key === undefined) return modeText(mode);
  const field = schema?.fields.find(({ code }) => code === key)?.label ?? key;
  switch (mode) {
    case 'update':
      return vscode.l10n.t('Update by {field}', { field });
    case 'addOrUpdate':
      return vscode.l10n.t('Add or update by {field}', { field });
    case 'replace':
      return vscode.l10n.t('Replace by {field}', { field });
    case 'addOrReplace':
      return vscode.l10n.t('Add or replace by {field}', { field });
  }
}

export function modeText(mode: ImportMode): string {
  switch (mode) {
    case 'add':
      return vscode.l10n.t('Add as new records');
    case 'update':
      return vscode.l10n.t('Update records');
    case 'addOrUpdate':
      return vscode.l10n.t('Add or update');
    case 'replace':
      return vscode.l10n.t('Replace records');
    case 'addOrReplace':
      return vscode.l10n.t('Add or replace');
  }
}

/** Whether a column says where a record starts, so that a record may be several rows. */
export function spansRows({ columns }: ImportPlan): boolean {
  return columns.some((use) => typeof use === 'object' && use !== null && 'startsRecord' in use);
}

/** What a mode does to the rows, or to the records where one may be several rows. */
export function modeDetail(mode: ImportMode, severalRows: boolean): string {
  if (severalRows) return modeDetailOfRecords(mode);
  switch (mode) {
    case 'add':
      return vscode.l10n.t('Each row becomes a new record.');
    case 'update':
      return vscode.l10n.t(
        'Each row changes the record with its key, only in the fields that have a column. A row without such a record is not imported.',
      );
    case 'addOrUpdate':
      return vscode.l10n.t(
        'A row whose key is there already changes that record; the others become new records.',
      );
    case 'replace':
      return vscode.l10n.t(
        'Each row replaces the whole record with its key: fields without a column go back to their default value. A row without such a record is not imported.',
      );
    case 'addOrReplace':
      return vscode.l10n.t(
        'A row whose key is there already replaces that whole record: fields without a column go back to their default value. The others become new records.',
      );
  }
}

function modeDetailOfRecords(mode: ImportMode): string {
  switch (mode) {
    case 'add':
      return vscode.l10n.t('Each record of the file, with its rows of tables, becomes a new record.');
    case 'update':
      return vscode.l10n.t(
        'Each record of the file changes the record with its key in the app. One without such a record is not imported.',
      );
    case 'addOrUpdate':
      return vscode.l10n.t(
        'A record of the file whose key is in the app changes that record; the others become new records.',
      );
    // Where records are replaced there are no tables.
    case 'replace':
    case 'addOrReplace':
      return modeDetail(mode, false);
  }
}

export function blankKeysText(blankKeys: BlankKeys): string {
  switch (blankKeys) {
    case 'add':
      return vscode.l10n.t('Make new records of them');
    case 'skip':
      return vscode.l10n.t('Leave them out');
    case 'refuse':
      return vscode.l10n.t('Don’t import');
  }
}
