import * as vscode from 'vscode';
import { propertiesLeft } from '../../core/mapping/createdFields';
import type { ColumnUse, ImportPlan } from '../../core/mapping/plan';
import type { TargetField, TargetSchema } from '../../core/mapping/schema';
import { columnUseText } from '../columnUseText';
import { heading, isBack, type Choice, type Heading, type StepUi } from '../multiStep';
import { backOrTold } from './backOrTold';
import { columnName, listed, shortened } from './columnNames';
import {
  fieldsToFix,
  importedColumns,
  offeredUses,
  sameUse,
  stillMissing,
  type OfferedUse,
} from './fieldUses';
import { askForProperty } from './createProperty';
import { changeFixedValue, fillFixedValue } from './fixedValue';
import { possibleIds, withIds } from './planKeys';
import { setPlan, timeZoneOf, type PlannedFile, type PlannedImport } from './plannedImport';
import { askProfileName, profileStep } from './profileSteps';
import { hasProfiles, profilesFolder } from './profileFiles';

/** What a line of the list stands for. */
type Action =
  | { readonly kind: 'done' }
  | { readonly kind: 'column'; readonly column: number }
  | { readonly kind: 'fixed'; readonly code: string }
  | { readonly kind: 'fix' }
  | { readonly kind: 'useProfile' }
  | { readonly kind: 'saveProfile' };

/**
 * The list of columns with what they become, and the fixed values. Each line leads to its own question and back; the
 * first line ends it. The file's plan changes only then, or when Back leads out, so that nothing chosen is lost.
 */
export async function chooseFields(
  ui: StepUi,
  planned: PlannedImport,
  file: PlannedFile,
  missing: readonly TargetField[] = [],
): Promise<void> {
  const { schema } = planned;
  const profiles = await hasProfiles(file.source.uri);
  let plan = file.plan;
  let active: Action | undefined;
  for (;;) {
    let action: Action;
    try {
      action = await ui.pick<Action>({
        placeholder: vscode.l10n.t('{file}: choose a column to change its field', { file: file.source.name }),
        choices: lines(file, schema, plan, missing, profiles),
        active: (value) => active !== undefined && JSON.stringify(value) === JSON.stringify(active),
      });
    } catch (error) {
      if (isBack(error) && plan !== file.plan) setPlan(file, plan);
      throw error;
    }
    active = action;
    try {
      switch (action.kind) {
        case 'done':
          if (plan !== file.plan) delete file.profile;
          setPlan(file, plan);
          return;
        case 'column':
          plan = await chooseUse(ui.nested(), file, schema, plan, action.column);
          break;
        case 'fix':
          plan = await fillFixedValue(ui.nested(), schema, plan, timeZoneOf(file));
          break;
        case 'fixed':
          plan = await changeFixedValue(ui.nested(), schema, plan, action.code, timeZoneOf(file));
          break;
        case 'saveProfile':
          file.saveAs = await askProfileName(ui.nested(), file);
          break;
        case 'useProfile':
          if ((await profileStep(ui.nested(), planned, file)) === 'used') return;
          plan = file.plan;
          break;
      }
    } catch (error) {
      backOrTold(error);
    }
  }
}

function lines(
  file: PlannedFile,
  schema: TargetSchema,
  plan: ImportPlan,
  missing: readonly TargetField[],
  profiles: boolean,
): (Choice<Action> | Heading)[] {
  const { header } = file.info;
  const imported = importedColumns(plan.columns);
  const lacking = stillMissing(missing, plan);
  const done: Choice<Action> = {
    label: vscode.l10n.t('Use these fields (columns: {n})', { n: imported }),
    icon: 'check',
    ...(lacking.length === 0
      ? {}
      : {
          detail: vscode.l10n.t('Required fields without a column: {fields}', {
            fields: listed(lacking.map(({ label }) => label)),
          }),
        }),
    value: { kind: 'done' },
  };
  const columns = header.map((_, column): Choice<Action> => {
    const use = plan.columns[column] ?? null;
    const text = columnUseText(use, schema);
    return {
      label: shortened(columnName(header, column)),
      description: use === null ? text : `→ ${text}`,
      value: { kind: 'column', column },
    };
  });
  return [
    ...(imported === 0 ? [] : [done]),
    heading(vscode.l10n.t('Columns')),
    ...columns,
    ...section(vscode.l10n.t('Fixed values'), fixedLines(schema, plan)),
    ...section(vscode.l10n.t('Profiles'), profileLines(file, imported, profiles)),
  ];
}

function fixedLines(schema: TargetSchema, plan: ImportPlan): Choice<Action>[] {
  const fixed = Object.entries(plan.constants ?? {}).map(([code, text]): Choice<Action> => ({
    label: schema.fields.find((field) => field.code === code)?.label ?? code,
    description: `= ${text.replace(/\s+/g, ' ')}`,
    value: { kind: 'fixed', code },
  }));
  const fill: Choice<Action> = {
    label: vscode.l10n.t('Fill a field with a fixed value…'),
    icon: 'add',
    value: { kind: 'fix' },
  };
  return fieldsToFix(schema, plan).length === 0 ? fixed : [...fixed, fill];
}

function profileLines(file: PlannedFile, imported: number, profiles: boolean): Choice<Action>[] {
  if (profilesFolder(file.source.uri) === undefined) return [];
  const save: Choice<Action> = {
    label: vscode.l10n.t('Save as Profile…'),
    icon: 'save',
    ...(file.saveAs === undefined
      ? {}
      : { description: vscode.l10n.t('{name}, once the steps are done', { name: file.saveAs }) }),
    value: { kind: 'saveProfile' },
  };
  const use: Choice<Action> = {
    label: vscode.l10n.t('Use Profile…'),
    icon: 'bookmark',
    value: { kind: 'useProfile' },
  };
  return [...(profiles ? [use] : []), ...(imported === 0 ? [] : [save])];
}

/** The wish for a property that does not exist yet; no field code can be mistaken for it. */
const CREATE = Symbol('create');

async function chooseUse(
  ui: StepUi,
  file: PlannedFile,
  schema: TargetSchema,
  plan: ImportPlan,
  column: number,
): Promise<ImportPlan> {
  const now = plan.columns[column] ?? null;
  const { fields, options, parts, tables } = offeredUses(schema, plan, column);
  const line = (offered: OfferedUse): Choice<ColumnUse | typeof CREATE | null> => useChoice(schema, offered);
  const create: Choice<typeof CREATE> = {
    label: vscode.l10n.t('Create a property…'),
    icon: 'add',
    detail: vscode.l10n.t('The first row with a value creates it. Its type can never be changed afterwards.'),
    value: CREATE,
  };
  const chosen = await ui.pick<ColumnUse | typeof CREATE | null>({
    placeholder: vscode.l10n.t('Choose the field for the column {column}', {
      column: columnName(file.info.header, column),
    }),
    choices: [
      { label: vscode.l10n.t('(not imported)'), value: null },
      ...section(vscode.l10n.t('Fields'), fields.map(line)),
      ...section(vscode.l10n.t('The field and the id of the record'), idChoice(schema, plan, column)),
      ...section(vscode.l10n.t('One option of a field: 1 chooses it'), options.map(line)),
      ...section(vscode.l10n.t('Parts of an object'), parts.map(line)),
      ...section(vscode.l10n.t('Tables'), tables.map(line)),
      ...(propertiesLeft(schema) > 0 ? [create] : []),
    ],
    active: (value) => value !== CREATE && sameUse(value, now),
  });
  const heading = file.info.header[column] ?? '';
  const use = chosen === CREATE ? await askForProperty(ui.nested(), schema, plan, column, heading) : chosen;
  const columns = file.info.header.map((_, other) =>
    other === column ? use : (plan.columns[other] ?? null),
  );
  return { ...plan, columns };
}

/** What the column is, and the id with it: only where a field was chosen that could be one. */
function idChoice(schema: TargetSchema, plan: ImportPlan, column: number): Choice<ColumnUse>[] {
  if (!possibleIds(schema, plan).includes(column)) return [];
  const use = withIds(schema, plan, column).columns[column] ?? null;
  return use === null ? [] : [{ label: columnUseText(use, schema), value: use }];
}

function useChoice(schema: TargetSchema, { use, field }: OfferedUse): Choice<ColumnUse> {
  const whole = typeof use === 'string' && field !== undefined;
  return {
    label: whole ? field.label : columnUseText(use, schema),
    description: whole && field.code !== field.label ? field.code : '',
    ...detailOf(use, field),
    value: use,
  };
}

function detailOf(use: ColumnUse, field: TargetField | undefined): { detail?: string } {
  if (field?.kind === 'recordNumber') {
    return { detail: vscode.l10n.t('Finds the record to update; never written') };
  }
  if (typeof use === 'object' && 'startsRecord' in use) {
    return {
      detail: vscode.l10n.t(
        'Any text begins a record; rows without it add rows to the tables of the one above',
      ),
    };
  }
  return field?.required === true && field.kind !== 'table' ? { detail: vscode.l10n.t('Required') } : {};
}

function section<T>(title: string, choices: readonly Choice<T>[]): (Choice<T> | Heading)[] {
  return choices.length === 0 ? [] : [heading(title), ...choices];
}
