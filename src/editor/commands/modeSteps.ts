import * as vscode from 'vscode';
import { addsRecords, changesRecords, columnOf } from '../../core/mapping/plan';
import type { BlankKeys, ImportMode, ImportPlan } from '../../core/mapping/plan';
import { givenId } from '../../core/mapping/schema';
import { columnUseText } from '../columnUseText';
import type { Choice, StepResult, StepUi } from '../multiStep';
import { withProgress } from '../progress';
import { Refusal } from '../refusal';
import { formatNumber } from '../text';
import { columnName } from './columnNames';
import { rememberedPlan } from './columnStep';
import type { CommandDeps } from './deps';
import { first, inMode, modesInOrder, possibleIds, possibleKeys, withIds } from './planKeys';
import { blankKeysText, modeDetail, modeText, spansRows } from '../planTexts';
import { setPlan, twinOf, type PlannedFile, type PlannedImport } from './plannedImport';

/** How to ask: where a profile or the file before has answered, nothing is asked unless `always`. */
interface Asking {
  readonly always?: boolean;
  /** New records stay new records, and another mode is kept while its key is fed. */
  readonly keep?: boolean;
}

/** Whether rows add or change records; asked only when a column could find the records to change. */
export async function modeStep(
  ui: StepUi,
  deps: CommandDeps,
  planned: PlannedImport,
  file: PlannedFile,
  { always = false, keep = false }: Asking = {},
): Promise<StepResult> {
  const keys = possibleKeys(planned.schema, file.plan);
  const twin = twinOf(planned, file);
  if (twin !== undefined && always) setPlan(file, twin.plan);
  if (isAnswered(planned, file, always)) return 'skipped';
  const before = rememberedPlan(deps, planned, file);
  const mayChoose = always || (before !== undefined && changesRecords(before.mode));
  if (keys.length === 0 && !(mayChoose && possibleIds(planned.schema, file.plan).length > 0)) {
    if (always) throw noKey(file);
    setPlan(file, inMode(file.plan, 'add', keys));
    return 'skipped';
  }
  const { mode: now, key } = file.plan;
  if (keep && !ui.again && (now === 'add' || keys.some(({ field }) => field.code === key))) return 'skipped';
  const last = always || ui.again ? now : before?.mode;
  const mode = await ui.pick<ImportMode>({
    placeholder: vscode.l10n.t('{file}: what are the rows to do?', { file: file.source.name }),
    choices: modesInOrder(planned.schema, keys, last).map((value) => ({
      label: modeText(value),
      detail: modeDetail(value, spansRows(file.plan)),
      value,
    })),
  });
  setPlan(file, inMode(file.plan, mode, keys));
  return 'asked';
}

/** By which column records are found; asked when several could be it. */
export async function keyStep(
  ui: StepUi,
  deps: CommandDeps,
  planned: PlannedImport,
  file: PlannedFile,
  { always = false, keep = false }: Asking = {},
): Promise<StepResult> {
  const { mode } = file.plan;
  if (mode === 'add' || isAnswered(planned, file, always)) return 'skipped';
  if (keep && !ui.again && file.plan.key !== undefined) return 'skipped';
  const keys = possibleKeys(planned.schema, file.plan);
  if (keys.length === 0) return idColumnStep(ui, planned, file, rememberedPlan(deps, planned, file));
  if (keys.length < 2) return 'skipped';
  const codes = keys.map(({ field }) => field.code);
  const last = (always || ui.again ? file.plan.key : undefined) ?? rememberedPlan(deps, planned, file)?.key;
  const key = await ui.pick<string>({
    placeholder: vscode.l10n.t('{file}: by which column are records found?', { file: file.source.name }),
    choices: first(codes, last).flatMap((code): Choice<string>[] => {
      const found = keys.find(({ field }) => field.code === code);
      if (found === undefined) return [];
      const column = columnName(file.info.header, found.column);
      return [
        {
          label: found.field.label,
          description: column === found.field.label ? '' : vscode.l10n.t('column {column}', { column }),
          value: code,
        },
      ];
    }),
  });
  setPlan(file, { ...file.plan, key });
  return 'asked';
}

/** Which column holds the ids of the records, beside what else it is. */
async function idColumnStep(
  ui: StepUi,
  { schema }: PlannedImport,
  file: PlannedFile,
  before: ImportPlan | undefined,
): Promise<StepResult> {
  const { plan, info } = file;
  const id = givenId(schema)?.code ?? '';
  const last = before === undefined ? -1 : columnOf(before.columns, id);
  const column = await ui.pick<number>({
    placeholder: vscode.l10n.t(
      '{file}: by which column are records found? Its cells become their ids, too.',
      {
        file: file.source.name,
      },
    ),
    choices: first(possibleIds(schema, plan), last).map((at) => ({
      label: columnName(info.header, at),
      description: `→ ${columnUseText(plan.columns[at] ?? null, schema)} + ${id}`,
      value: at,
    })),
  });
  setPlan(file, withIds(schema, plan, column));
  return 'asked';
}

/**
 * What happens to rows without a key; asked where rows may add or change when the file has some. Throws `Refusal` with
 * the first such line when they are a reason not to import.
 */
export async function blankKeysStep(
  ui: StepUi,
  deps: CommandDeps,
  planned: PlannedImport,
  file: PlannedFile,
  { always = false }: Asking = {},
): Promise<StepResult> {
  const { mode, key, columns } = file.plan;
  if (!addsRecords(mode) || !changesRecords(mode) || key === undefined) return 'skipped';
  if (!always && !ui.again && file.plan.blankKeys !== undefined) return 'skipped';
  const { name, path } = file.source;
  const title = vscode.l10n.t('Looking for rows of {name} without a key', { name });
  const start = columns.findIndex((use) => typeof use === 'object' && use !== null && 'startsRecord' in use);
  const keyColumns = { column: columnOf(columns, key), ...(start < 0 ? {} : { startColumn: start }) };
  const found = await withProgress(title, (signal, report) =>
    deps.service.scan(
      path,
      file.read,
      keyColumns,
      (rows) => report(vscode.l10n.t('{rows} rows', { rows: formatNumber(rows) })),
      signal,
    ),
  );
  if (found.blankKeys === 0) return 'skipped';
  const required = planned.schema.fields.some((field) => field.code === key && field.required);
  // A new record can't lack a required key: nothing would come of these rows.
  const answers: BlankKeys[] = required ? ['skip', 'refuse'] : ['add', 'skip', 'refuse'];
  const last = file.plan.blankKeys ?? rememberedPlan(deps, planned, file)?.blankKeys;
  const line = formatNumber(found.firstBlankLine ?? 0);
  const chosen = await ui.pick<BlankKeys>({
    placeholder: vscode.l10n.t('{file}: {n} of {rows} rows have no key, the first at line {line}', {
      file: name,
      n: formatNumber(found.blankKeys),
      rows: formatNumber(found.rows),
      line,
    }),
    choices: first(answers, last).map((value) => ({ label: blankKeysText(value), value })),
  });
  if (chosen === 'refuse') {
    throw new Refusal(
      vscode.l10n.t('Nothing was imported. The first row of {name} without a key is at line {line}.', {
        name,
        line,
      }),
      { severity: 'info' },
    );
  }
  setPlan(file, { ...file.plan, blankKeys: chosen });
  file.rowsWithoutKey = found.blankKeys;
  return 'asked';
}

function isAnswered(planned: PlannedImport, file: PlannedFile, always: boolean): boolean {
  if (always) return twinOf(planned, file) !== undefined;
  return file.profile !== undefined || twinOf(planned, file) !== undefined;
}

function noKey(file: PlannedFile): Refusal {
  return new Refusal(
    vscode.l10n.t(
      'No column of {name} can find records. A key is the record number, or a text or number field without duplicates; of an entity set it is __id.',
      { name: file.source.name },
    ),
    { severity: 'info' },
  );
}
