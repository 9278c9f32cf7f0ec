import * as vscode from 'vscode';
import { checkColumns } from '../../core/mapping/matchColumns';
import { addsRecords } from '../../core/mapping/plan';
import type { ImportPlan } from '../../core/mapping/plan';
import { ExpectedError, type Message } from '../../core/message';
import { isBack, type StepResult, type StepUi } from '../multiStep';
import { Cancelled } from '../refusal';
import { show as render } from '../text';
import { backOrTold } from './backOrTold';
import { chooseFields } from './chooseFields';
import { missingText, ways, withCreated, type Way } from './columnWays';
import { stillMissing } from './fieldUses';
import { matchedPlan, type MatchedPlan } from './matchedPlan';
import type { CommandDeps } from './deps';
import { stillFits, withPresentFields } from './planKeys';
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
  if (plan === undefined || !stillFits(plan, info.header, schema)) return undefined;
  return withPresentFields(plan, schema);
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
  const { plan: given, profile } = file;
  delete file.profile;
  delete file.timeZone;
  const found = matchedPlan(header, planned.schema);
  // What was answered after this question stays answered when Back led here.
  const matched: MatchedPlan = ui.again
    ? { ...found, plan: { ...withoutConstants(given), columns: found.plan.columns } }
    : found;
  const fits = ui.again && stillFits({ ...given, mode: 'add' }, header, planned.schema);
  const chosen = fits ? { plan: given, profile } : undefined;
  const refused = checkColumns(matched.match, header);
  if (refused !== null) {
    await chooseAfterRefusal(ui, planned, file, matched, refused, chosen?.plan ?? remembered);
    return 'asked';
  }
  if (matched.match.unmatched.length + matched.notWritable.length + matched.missingNow.length === 0) {
    setPlan(file, matched.plan);
    return 'skipped';
  }
  await askAboutRest(ui, planned, file, matched, remembered, chosen);
  return 'asked';
}

/** The person may still name the fields where no header does; nothing helps a header that names a field twice. */
async function chooseAfterRefusal(
  ui: StepUi,
  planned: PlannedImport,
  file: PlannedFile,
  { match, plan }: MatchedPlan,
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
  setPlan(file, { ...plan, ...columnsOf(remembered) });
  await chooseFields(ui, planned, file, match.missingRequired);
}

/** What was decided at this question before Back led to it again. */
interface Chosen {
  readonly plan: ImportPlan;
  readonly profile: string | undefined;
}

async function askAboutRest(
  ui: StepUi,
  planned: PlannedImport,
  file: PlannedFile,
  matched: MatchedPlan,
  remembered: ImportPlan | undefined,
  chosen: Chosen | undefined,
): Promise<void> {
  const { missingNow, plan } = matched;
  const before: ImportPlan = { ...plan, ...columnsOf(remembered) };
  let draft: ImportPlan = chosen === undefined ? before : { ...plan, ...columnsOf(chosen.plan) };
  let active = chosen === undefined ? undefined : wayTo(chosen, plan, remembered);
  active ??= remembered === undefined ? 'goOn' : 'remembered';
  const profiles = await hasProfiles(file.source.uri);
  for (;;) {
    const way = await ui.pick<Way>({
      placeholder: vscode.l10n.t('{file}: some columns and fields don’t fit together', {
        file: file.source.name,
      }),
      choices: ways(file, planned, matched, remembered !== undefined, profiles),
      active: (value) => value === active,
    });
    active = way;
    try {
      switch (way) {
        case 'goOn':
          setPlan(file, plan);
          return;
        case 'remembered':
          setPlan(file, before);
          return;
        case 'choose':
          setPlan(file, draft);
          await chooseFields(ui.nested(), planned, file, missingNow);
          return;
        case 'create':
          setPlan(file, withCreated(file, planned, draft));
          await chooseFields(ui.nested(), planned, file, missingNow);
          return;
        case 'profile':
          if ((await profileStep(ui.nested(), planned, file)) === 'toLookOver')
            await chooseFields(ui.nested(), planned, file, missingNow);
          return;
      }
    } catch (error) {
      backOrTold(error);
      draft = file.plan;
    }
  }
}

/** By which line of the question the plan that Back comes from was made. */
function wayTo({ plan, profile }: Chosen, matched: ImportPlan, remembered: ImportPlan | undefined): Way {
  if (profile !== undefined) return 'profile';
  const made = JSON.stringify(columnsOf(plan));
  if (made === JSON.stringify(columnsOf(matched))) return 'goOn';
  return made === JSON.stringify(columnsOf(remembered)) ? 'remembered' : 'choose';
}

function withoutConstants({ columns, mode, key, blankKeys, attachmentsFolder }: ImportPlan): ImportPlan {
  return {
    columns,
    mode,
    ...(key === undefined ? {} : { key }),
    ...(blankKeys === undefined ? {} : { blankKeys }),
    ...(attachmentsFolder === undefined ? {} : { attachmentsFolder }),
  };
}

/** Columns and fixed values of a plan. Its mode is asked for by itself, with the last choice first. */
function columnsOf(plan: ImportPlan | undefined): Partial<Pick<ImportPlan, 'columns' | 'constants'>> {
  if (plan === undefined) return {};
  const { columns, constants } = plan;
  return { columns, ...(constants === undefined ? {} : { constants }) };
}

/**
 * Required fields without a column, asked about once it is certain that the rows make new records; where no column
 * could find records, it was asked with the columns.
 */
export async function requiredStep(
  ui: StepUi,
  planned: PlannedImport,
  file: PlannedFile,
): Promise<StepResult> {
  const { plan, info, profile } = file;
  if (!addsRecords(plan.mode) || profile !== undefined || twinOf(planned, file) !== undefined)
    return 'skipped';
  const { match, missingNow } = matchedPlan(info.header, planned.schema);
  const missing = missingNow.length > 0 ? [] : stillMissing(match.missingRequired, plan);
  if (missing.length === 0) return 'skipped';
  let draft = plan;
  for (;;) {
    const way = await ui.pick<'choose' | 'goOn'>({
      placeholder: vscode.l10n.t('{file}: new records need more fields', { file: file.source.name }),
      choices: [
        {
          label: vscode.l10n.t('Choose fields for the columns…'),
          detail: `${missingText(missing)} · ${vscode.l10n.t('Fields without a column can be filled with a fixed value there.')}`,
          value: 'choose',
        },
        { label: vscode.l10n.t('Go on as it is'), value: 'goOn' },
      ],
    });
    if (way === 'goOn') {
      setPlan(file, plan);
      return 'asked';
    }
    try {
      setPlan(file, draft);
      await chooseFields(ui.nested(), planned, file, missing);
      return 'asked';
    } catch (error) {
      if (!isBack(error)) throw error;
      draft = file.plan;
    }
  }
}
