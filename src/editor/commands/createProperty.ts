import * as vscode from 'vscode';
import { CREATED_TYPES, type ColumnUse, type CreatedType, type ImportPlan } from '../../core/mapping/plan';
import { isPropertyName, propertiesLeft } from '../../core/mapping/createdFields';
import type { TargetSchema } from '../../core/mapping/schema';
import { createdTypeText } from '../columnUseText';
import type { StepUi } from '../multiStep';

/** Whether a heading could be the name of a property that its column creates. */
export function canCreate(schema: TargetSchema, plan: ImportPlan, name: string): boolean {
  return propertiesLeft(schema) > 0 && isPropertyName(name) && !isTaken(schema, plan, name);
}

/** Asks for the name and the type of the property that a column creates: neither can be changed afterwards. */
export async function askForProperty(
  ui: StepUi,
  schema: TargetSchema,
  plan: ImportPlan,
  column: number,
  heading: string,
): Promise<ColumnUse> {
  const others = { ...plan, columns: plan.columns.map((use, other) => (other === column ? null : use)) };
  const name = await ui.input({
    prompt: vscode.l10n.t('Name of the new property: letters, digits, - and _'),
    value: isPropertyName(heading) ? heading : '',
    validate: (text) => {
      if (!isPropertyName(text)) {
        return vscode.l10n.t(
          'Use 1 to 128 letters, digits, hyphens and underscores, a letter or digit first.',
        );
      }
      return isTaken(schema, others, text)
        ? vscode.l10n.t('The entity set or another column has this property already.')
        : undefined;
    },
  });
  const type = await ui.pick<CreatedType>({
    placeholder: vscode.l10n.t('What does {name} hold? The type can never be changed afterwards.', { name }),
    choices: CREATED_TYPES.map((value) => ({ label: createdTypeText(value), value })),
  });
  return { creates: name, type };
}

/** Names and types of the properties that a plan creates. */
export function createdProperties(plan: ImportPlan): string[] {
  return plan.columns.flatMap((use) =>
    typeof use === 'object' && use !== null && 'creates' in use
      ? [`${use.creates} (${createdTypeText(use.type)})`]
      : [],
  );
}

function isTaken(schema: TargetSchema, plan: ImportPlan, name: string): boolean {
  return (
    schema.fields.some(({ code }) => code === name) ||
    plan.columns.some(
      (use) => typeof use === 'object' && use !== null && 'creates' in use && use.creates === name,
    )
  );
}
