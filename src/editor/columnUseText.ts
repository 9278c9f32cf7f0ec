import * as vscode from 'vscode';
import type { ColumnUse, CreatedType } from '../core/mapping/plan';
import type { TargetField, TargetSchema } from '../core/mapping/schema';

/** What a column becomes, in words; codes stand in for names where the schema is not known or lacks them. */
export function columnUseText(use: ColumnUse | null, schema?: TargetSchema): string {
  if (use === null) return vscode.l10n.t('not imported');
  const fields = schema?.fields;
  if (typeof use === 'string')
    return fieldText(
      fields?.find(({ code }) => code === use),
      use,
    );
  if ('startsRecord' in use) return vscode.l10n.t('starts a record');
  if ('rowIdsOf' in use) {
    return vscode.l10n.t('ids of the rows of {table}', { table: labelOf(fields, use.rowIdsOf) });
  }
  if ('creates' in use) {
    return vscode.l10n.t('new property {name} ({type})', {
      name: use.creates,
      type: createdTypeText(use.type),
    });
  }
  if ('feeds' in use) return use.feeds.map((code) => columnUseText(code, schema)).join(' + ');
  if ('table' in use) {
    const inner = fields?.find(({ code }) => code === use.table)?.fields;
    const name = labelOf(inner, use.field);
    return `${labelOf(fields, use.table)} › ${use.option === undefined ? name : `${name}[${use.option}]`}`;
  }
  return `${labelOf(fields, use.field)}[${use.option}]`;
}

/** What a new property holds. */
export function createdTypeText(type: CreatedType): string {
  switch (type) {
    case 'text':
      return vscode.l10n.t('text');
    case 'number':
      return vscode.l10n.t('number');
    case 'boolean':
      return vscode.l10n.t('true or false');
  }
}

/** A field's name with its code where they differ. */
export function fieldText(field: TargetField | undefined, code: string): string {
  return field === undefined || field.label === field.code ? code : `${field.label} (${code})`;
}

function labelOf(fields: readonly TargetField[] | undefined, code: string): string {
  return fields?.find((field) => field.code === code)?.label ?? code;
}
