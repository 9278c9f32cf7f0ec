import * as vscode from 'vscode';
import { checkColumns, matchColumns, type ColumnMatch } from '../../core/mapping/matchColumns';
import type { ColumnPlan } from '../../core/mapping/plan';
import type { TargetField, TargetSchema } from '../../core/mapping/schema';
import { ExpectedError } from '../../core/message';
import type { Choice, StepUi } from '../multiStep';
import { Cancelled } from '../refusal';
import { show as render } from '../text';

/** What the columns of one file are to become. */
export interface ColumnQuestion {
  readonly fileName: string;
  readonly header: readonly string[];
  readonly schema: TargetSchema;
  /** What was chosen the last time for this header and app. */
  readonly remembered?: ColumnPlan | undefined;
}

/**
 * The field of each column. Asks nothing when every column has its field and every required field its column.
 * Throws `ExpectedError` when the header can't be imported at all.
 */
export async function columnsFor(
  ui: StepUi,
  question: ColumnQuestion,
): Promise<{ columns: ColumnPlan; asked: boolean }> {
  const match = matchColumns(question.header, question.schema);
  const refused = checkColumns(match, question.header);
  if (refused !== null)
    return { columns: await chooseAfterRefusal(ui, question, match, refused), asked: true };
  if (match.unmatched.length + match.notWritable.length + match.missingRequired.length === 0) {
    return { columns: match.columns, asked: false };
  }
  return { columns: await askAboutRest(ui, question, match), asked: true };
}

/** The person may still name the fields where no header does; nothing helps a header that names a field twice. */
async function chooseAfterRefusal(
  ui: StepUi,
  question: ColumnQuestion,
  match: ColumnMatch,
  refused: Parameters<typeof render>[0],
): Promise<ColumnPlan> {
  const nothingMatches = match.duplicates.length === 0 && match.unmatched.length > 0;
  if (!nothingMatches) throw new ExpectedError(refused);
  const remembered = usable(question);
  if (remembered === undefined) {
    const choose = vscode.l10n.t('Choose Fields…');
    const chosen = await vscode.window.showWarningMessage(render(refused), { modal: true }, choose);
    if (chosen !== choose) throw new Cancelled();
  }
  return chooseFields(ui.nested(), question, remembered ?? match.columns);
}

type Way = 'goOn' | 'remembered' | 'choose';

async function askAboutRest(ui: StepUi, question: ColumnQuestion, match: ColumnMatch): Promise<ColumnPlan> {
  const remembered = usable(question);
  for (;;) {
    const way = await ui.pick<Way>({
      placeholder: vscode.l10n.t('{file}: some columns and fields don’t fit together', {
        file: question.fileName,
      }),
      choices: ways(question, match, remembered),
      active: (value) => value === (remembered === undefined ? 'goOn' : 'remembered'),
    });
    switch (way) {
      case 'goOn':
        return match.columns;
      case 'remembered':
        return remembered ?? match.columns;
      case 'choose':
        try {
          return await chooseFields(ui.nested(), question, remembered ?? match.columns);
        } catch (error) {
          if (!ui.isBack(error)) throw error;
        }
    }
  }
}

function ways(
  question: ColumnQuestion,
  match: ColumnMatch,
  remembered: ColumnPlan | undefined,
): Choice<Way>[] {
  const left = [...match.unmatched, ...match.notWritable];
  const goOn: Choice<Way> = {
    label:
      left.length === 0
        ? vscode.l10n.t('Go on as it is')
        : vscode.l10n.t('Go on without these columns ({n})', { n: left.length }),
    detail: detailOf(question, match),
    value: 'goOn',
  };
  const again: Choice<Way> = {
    label: vscode.l10n.t('Use the fields chosen last time'),
    value: 'remembered',
  };
  const choose: Choice<Way> = {
    label: vscode.l10n.t('Choose fields for the columns…'),
    value: 'choose',
  };
  return remembered === undefined ? [goOn, choose] : [again, goOn, choose];
}

function detailOf(question: ColumnQuestion, match: ColumnMatch): string {
  const names = (columns: readonly number[]): string =>
    shorten(columns.map((column) => nameOf(question.header, column)));
  return [
    match.unmatched.length === 0
      ? ''
      : vscode.l10n.t('Columns without a field: {columns}', { columns: names(match.unmatched) }),
    match.notWritable.length === 0
      ? ''
      : vscode.l10n.t('Fields that can’t be imported: {columns}', { columns: names(match.notWritable) }),
    match.missingRequired.length === 0
      ? ''
      : vscode.l10n.t('Required fields without a column: {fields}', {
          fields: shorten(match.missingRequired.map((field) => field.label)),
        }),
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

function shorten(names: readonly string[]): string {
  const shown = names.slice(0, 8).map((name) => (name.length > 40 ? `${name.slice(0, 39)}…` : name));
  return shown.join(', ') + (names.length > shown.length ? ' …' : '');
}

/** The list of columns with their fields; a column leads to the list of fields, the first line ends it. */
export async function chooseFields(
  ui: StepUi,
  question: ColumnQuestion,
  start: ColumnPlan,
): Promise<ColumnPlan> {
  const plan = [...start];
  for (;;) {
    const column = await ui.pick<number>({
      placeholder: vscode.l10n.t('Choose a column to change its field'),
      choices: columnChoices(question, plan),
    });
    if (column === DONE) return plan;
    try {
      plan[column] = await chooseField(ui, question, plan, column);
    } catch (error) {
      if (!ui.isBack(error)) throw error;
    }
  }
}

const DONE = -1;

function columnChoices(question: ColumnQuestion, plan: ColumnPlan): Choice<number>[] {
  const fields = new Map(question.schema.fields.map((field) => [field.code, field]));
  const imported = plan.filter((code) => code !== null).length;
  const columns = question.header.map((_, column) => {
    const code = plan[column] ?? null;
    const field = typeof code === 'string' ? fields.get(code) : undefined;
    return {
      label: nameOf(question.header, column),
      description: field === undefined ? vscode.l10n.t('not imported') : `→ ${fieldText(field)}`,
      value: column,
    };
  });
  const done = {
    label: `$(check) ${vscode.l10n.t('Use these fields (columns: {n})', { n: imported })}`,
    value: DONE,
  };
  return imported === 0 ? columns : [done, ...columns];
}

async function chooseField(
  ui: StepUi,
  question: ColumnQuestion,
  plan: ColumnPlan,
  column: number,
): Promise<string | null> {
  const taken = new Set(plan.filter((_, other) => other !== column));
  const free = question.schema.fields.filter((field) => field.kind !== 'readOnly' && !taken.has(field.code));
  return ui.pick<string | null>({
    placeholder: vscode.l10n.t('Choose the field for the column {column}', {
      column: nameOf(question.header, column),
    }),
    choices: [
      { label: vscode.l10n.t('(not imported)'), value: null },
      ...free.map((field) => ({
        label: field.label,
        description: field.code === field.label ? '' : field.code,
        ...(field.required ? { detail: vscode.l10n.t('Required') } : {}),
        value: field.code,
      })),
    ],
    active: (code) => code === (plan[column] ?? null),
  });
}

/** The remembered plan, if the app still has its fields and can take them. */
function usable(question: ColumnQuestion): ColumnPlan | undefined {
  const { remembered, header, schema } = question;
  if (remembered?.length !== header.length) return undefined;
  const writable = new Set(
    schema.fields.filter((field) => field.kind !== 'readOnly').map((field) => field.code),
  );
  const codes = remembered.filter((code) => code !== null);
  return codes.length > 0 && codes.every((use) => typeof use !== 'string' || writable.has(use))
    ? remembered
    : undefined;
}

function nameOf(header: readonly string[], column: number): string {
  const name = (header[column] ?? '').replace(/\s+/g, ' ').trim();
  return name === '' ? vscode.l10n.t('Column {n}', { n: column + 1 }) : name;
}

function fieldText(field: TargetField): string {
  return field.label === field.code ? field.label : `${field.label} (${field.code})`;
}
