import * as vscode from 'vscode';
import { checkColumns, matchColumns, type ColumnMatch } from '../../core/mapping/matchColumns';
import type { ImportPlan } from '../../core/mapping/plan';
import { ExpectedError, type Message } from '../../core/message';
import { isBack, type Choice, type StepResult, type StepUi } from '../multiStep';
import { Cancelled } from '../refusal';
import { show as render } from '../text';
import { chooseFields } from './chooseFields';
import { columnName, listed } from './columnNames';
import type { CommandDeps } from './deps';
import { stillFits } from './planKeys';
import { setPlan, twinOf, type PlannedFile, type PlannedImport } from './plannedImport';
import { profileStep } from './profileSteps';
import { hasProfiles } from './profileFiles';

/** How the columns of a file get their fields. */
export type ColumnWay =
  /** Asked for only where they are not plain. */
  | 'ifNeeded'
  /** One by one, whatever fits. */
  | 'byHand'
  /** From a profile of the workspace. */
  | 'profile';

/**
 * What the columns of a file become. With `ifNeeded` nothing is asked when every column has its field and every
 * required field its column. Throws `ExpectedError` when the header can't be imported at all.
 */
export async function columnStep(
  ui: StepUi,
  deps: CommandDeps,
  planned: PlannedImport,
  file: PlannedFile,
  way: ColumnWay = 'ifNeeded',
): Promise<StepResult> {
  const twin = twinOf(planned, file);
  if (twin !== undefined) {
    takeOver(file, twin);
    return 'skipped';
  }
  const remembered = rememberedPlan(deps, planned, file);
  switch (way) {
    case 'byHand':
      await chooseFields(ui, planned, file);
      return 'asked';
    case 'profile':
      if ((await profileStep(ui, planned, file)) === 'toLookOver') await chooseFields(ui, planned, file);
      return 'asked';
    case 'ifNeeded':
      return askIfNeeded(ui, planned, file, remembered);
  }
}

/** What was decided the last time for this header and app, where it still fits. */
export function rememberedPlan(
  deps: CommandDeps,
  { connection, schema }: PlannedImport,
  { info }: PlannedFile,
): ImportPlan | undefined {
  const plan = deps.memory.plan(info.header, connection.id, schema.id);
  return plan !== undefined && stillFits(plan, info.header, schema) ? plan : undefined;
}

function takeOver(file: PlannedFile, twin: PlannedFile): void {
  setPlan(file, twin.plan);
  if (twin.timeZone === undefined) delete file.timeZone;
  else file.timeZone = twin.timeZone;
  if (twin.profile === undefined) delete file.profile;
  else file.profile = twin.profile;
}

async function askIfNeeded(
  ui: StepUi,
  planned: PlannedImport,
  file: PlannedFile,
  remembered: ImportPlan | undefined,
): Promise<StepResult> {
  const { header } = file.info;
  delete file.profile;
  delete file.timeZone;
  const match = matchColumns(header, planned.schema);
  const refused = checkColumns(match, header);
  if (refused !== null) {
    await chooseAfterRefusal(ui, planned, file, match, refused, remembered);
    return 'asked';
  }
  if (match.unmatched.length + match.notWritable.length + match.missingRequired.length === 0) {
    setPlan(file, { columns: match.columns, mode: 'add' });
    return 'skipped';
  }
  await askAboutRest(ui, planned, file, match, remembered);
  return 'asked';
}

/** The person may still name the fields where no header does; nothing helps a header that names a field twice. */
async function chooseAfterRefusal(
  ui: StepUi,
  planned: PlannedImport,
  file: PlannedFile,
  match: ColumnMatch,
  refused: Message,
  remembered: ImportPlan | undefined,
): Promise<void> {
  const nothingMatches = match.duplicates.length === 0 && match.unmatched.length > 0;
  if (!nothingMatches) throw new ExpectedError(refused);
  if (remembered === undefined) {
    const choose = vscode.l10n.t('Choose Fields…');
    const chosen = await vscode.window.showWarningMessage(render(refused), { modal: true }, choose);
    if (chosen !== choose) throw new Cancelled();
  }
  setPlan(file, { columns: match.columns, mode: 'add', ...columnsOf(remembered) });
  await chooseFields(ui, planned, file, match.missingRequired);
}

type Way = 'goOn' | 'remembered' | 'choose' | 'profile';

async function askAboutRest(
  ui: StepUi,
  planned: PlannedImport,
  file: PlannedFile,
  match: ColumnMatch,
  remembered: ImportPlan | undefined,
): Promise<void> {
  const matched: ImportPlan = { columns: match.columns, mode: 'add' };
  const before: ImportPlan = { ...matched, ...columnsOf(remembered) };
  const profiles = await hasProfiles(file.source.uri);
  for (;;) {
    const way = await ui.pick<Way>({
      placeholder: vscode.l10n.t('{file}: some columns and fields don’t fit together', {
        file: file.source.name,
      }),
      choices: ways(file, match, remembered !== undefined, profiles),
      active: (value) => value === (remembered === undefined ? 'goOn' : 'remembered'),
    });
    try {
      switch (way) {
        case 'goOn':
          setPlan(file, matched);
          return;
        case 'remembered':
          setPlan(file, before);
          return;
        case 'choose':
          setPlan(file, before);
          await chooseFields(ui.nested(), planned, file, match.missingRequired);
          return;
        case 'profile':
          if ((await profileStep(ui.nested(), planned, file)) === 'toLookOver')
            await chooseFields(ui.nested(), planned, file, match.missingRequired);
          return;
      }
    } catch (error) {
      if (!isBack(error)) throw error;
    }
  }
}

/** Columns and fixed values of a plan. Its mode is asked for by itself, with the last choice first. */
function columnsOf(plan: ImportPlan | undefined): Partial<Pick<ImportPlan, 'columns' | 'constants'>> {
  if (plan === undefined) return {};
  const { columns, constants } = plan;
  return { columns, ...(constants === undefined ? {} : { constants }) };
}

function ways(file: PlannedFile, match: ColumnMatch, again: boolean, profiles: boolean): Choice<Way>[] {
  const left = match.unmatched.length + match.notWritable.length;
  const goOn: Choice<Way> = {
    label:
      left === 0
        ? vscode.l10n.t('Go on as it is')
        : vscode.l10n.t('Go on without these columns ({n})', { n: left }),
    detail: detailOf(file.info.header, match),
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
  return [...(again ? [remembered] : []), goOn, choose, ...(profiles ? [profile] : [])];
}

function detailOf(header: readonly string[], match: ColumnMatch): string {
  const names = (columns: readonly number[]): string =>
    listed(columns.map((column) => columnName(header, column)));
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
          fields: listed(match.missingRequired.map((field) => field.label)),
        }),
  ]
    .filter((part) => part !== '')
    .join(' · ');
}
