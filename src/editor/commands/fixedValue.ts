import * as vscode from 'vscode';
import { converterFor } from '../../core/mapping/converters';
import type { ImportPlan } from '../../core/mapping/plan';
import { Refusal as CellRefusal, type Converter } from '../../core/mapping/refusal';
import type { TargetField, TargetSchema } from '../../core/mapping/schema';
import { isBack, type StepUi } from '../multiStep';
import { show as render } from '../text';
import { fieldsToFix } from './fieldUses';

/** Asks for a field that no column feeds and for the text that every record gets in it. */
export async function fillFixedValue(
  ui: StepUi,
  schema: TargetSchema,
  plan: ImportPlan,
  timeZone: string | undefined,
): Promise<ImportPlan> {
  const fields = fieldsToFix(schema, plan);
  for (;;) {
    const field = await ui.pick<TargetField>({
      placeholder: vscode.l10n.t('Choose the field to fill with the same value in every record'),
      choices: fields.map((one) => ({
        label: one.label,
        description: one.code === one.label ? '' : one.code,
        ...(one.required ? { detail: vscode.l10n.t('Required') } : {}),
        value: one,
      })),
    });
    try {
      return withConstant(plan, field.code, await askValue(ui.nested(), schema, field, '', timeZone));
    } catch (error) {
      if (!isBack(error)) throw error;
    }
  }
}

/** Another text for a field that has a fixed one, or none. */
export async function changeFixedValue(
  ui: StepUi,
  schema: TargetSchema,
  plan: ImportPlan,
  code: string,
  timeZone: string | undefined,
): Promise<ImportPlan> {
  const field = schema.fields.find((one) => one.code === code);
  const now = plan.constants?.[code] ?? '';
  const way = await ui.pick<'change' | 'remove'>({
    placeholder: vscode.l10n.t('{field} is filled with “{value}”', {
      field: field?.label ?? code,
      value: now.replace(/\s+/g, ' '),
    }),
    choices: [
      ...(field === undefined
        ? []
        : [{ label: vscode.l10n.t('Change the value…'), icon: 'edit', value: 'change' as const }]),
      { label: vscode.l10n.t('Don’t fill this field'), icon: 'trash', value: 'remove' },
    ],
  });
  if (way === 'remove' || field === undefined) return withConstant(plan, code, undefined);
  return withConstant(plan, code, await askValue(ui.nested(), schema, field, now, timeZone));
}

function withConstant(plan: ImportPlan, code: string, text: string | undefined): ImportPlan {
  const { constants = {}, ...rest } = plan;
  const others = Object.entries(constants).filter(([other]) => other !== code);
  const all = text === undefined ? others : [...others, [code, text] as const];
  return all.length === 0 ? rest : { ...rest, constants: Object.fromEntries(all) };
}

/** One option of a choice is picked, everything else typed; what the field would not take is said at once. */
async function askValue(
  ui: StepUi,
  schema: TargetSchema,
  field: TargetField,
  now: string,
  timeZone: string | undefined,
): Promise<string> {
  if (field.kind === 'choice' && field.options !== undefined && field.options.length > 0) {
    return ui.pick<string>({
      placeholder: vscode.l10n.t('Choose the value of {field} in every record', { field: field.label }),
      choices: field.options.map((option) => ({ label: option, value: option })),
      active: (option) => option === now,
    });
  }
  const convert = converterFor(field, schema, timeZone === undefined ? {} : { timeZone });
  return ui.input({
    prompt: vscode.l10n.t('Value of {field} in every record', { field: field.label }),
    value: now,
    validate: (text) => faultOf(text, convert),
  });
}

function faultOf(text: string, convert: Converter): string | undefined {
  if (text === '') return vscode.l10n.t('Type the value, as it would stand in a cell of the file.');
  const value = convert(text);
  return value instanceof CellRefusal
    ? value.messages.map((message) => render(message)).join(' ')
    : undefined;
}
