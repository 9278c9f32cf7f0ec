import * as vscode from 'vscode';
import type { CheckReport } from '../../core/engine/importService';
import type { ReadOptions, TableInfo } from '../../core/files/row';
import type { ColumnPlan } from '../../core/mapping/plan';
import type { TargetSchema } from '../../core/mapping/schema';
import type { Connection } from '../connections/connection';
import type { Choice, StepResult, StepUi } from '../multiStep';
import { withProgress } from '../progress';
import { formatNumber } from '../text';
import { chooseFields, columnsFor } from './chooseColumns';
import type { CommandDeps } from './deps';
import type { SourceFile } from './sourceFiles';

/** One file on its way to a job; filled in step by step. */
export interface PlannedFile {
  readonly source: SourceFile;
  /** What was detected or chosen; the job reads the file in the same way. */
  read: ReadOptions;
  info: TableInfo;
  columns: ColumnPlan;
  report?: CheckReport;
}

export interface PlannedImport {
  readonly files: PlannedFile[];
  connection: Connection;
  schema: TargetSchema;
}

/** Opens a file and finds out how it is to be read. Throws `ExpectedError` for a file that can't be. */
export async function planFile(deps: CommandDeps, source: SourceFile): Promise<PlannedFile> {
  const info = await inspect(deps, source, source.read);
  return { source, read: readOf(info), info, columns: [] };
}

/** Reads the file's head again in another way. */
export async function readAgain(deps: CommandDeps, file: PlannedFile, read: ReadOptions): Promise<void> {
  file.info = await inspect(deps, file.source, read);
  file.read = readOf(file.info);
  file.columns = [];
  delete file.report;
}

function inspect(deps: CommandDeps, source: SourceFile, read: ReadOptions): Promise<TableInfo> {
  return withProgress(vscode.l10n.t('Reading {name}…', { name: source.name }), (signal) =>
    deps.service.inspect(source.path, read, signal),
  );
}

/** What was detected, written out, so that the job can't detect anything else. */
function readOf(info: TableInfo): ReadOptions {
  switch (info.format) {
    case 'csv':
      return { encoding: info.encoding, delimiter: info.delimiter };
    case 'xlsx':
      return { sheet: info.sheet };
  }
}

/** Which worksheet; not asked when the workbook shows one alone. */
export async function sheetStep(ui: StepUi, deps: CommandDeps, file: PlannedFile): Promise<StepResult> {
  const { info } = file;
  if (info.format !== 'xlsx' || info.sheets.filter((sheet) => !sheet.hidden).length < 2) return 'skipped';
  await changeSheet(ui, deps, file, info);
  return 'asked';
}

export async function changeSheet(
  ui: StepUi,
  deps: CommandDeps,
  file: PlannedFile,
  info: Extract<TableInfo, { format: 'xlsx' }>,
): Promise<void> {
  const sheet = await ui.pick<string>({
    placeholder: vscode.l10n.t('Choose the worksheet of {name}', { name: file.source.name }),
    choices: info.sheets.map(({ name, hidden }): Choice<string> => ({
      label: name,
      description: hidden ? vscode.l10n.t('hidden') : '',
      value: name,
    })),
    active: (name) => name === info.sheet,
  });
  if (sheet !== info.sheet) await readAgain(deps, file, { sheet });
}

/** The fields of the file's columns, asked for only where they are not plain. */
export async function columnStep(
  ui: StepUi,
  deps: CommandDeps,
  plan: PlannedImport,
  file: PlannedFile,
  options: { readonly always?: boolean } = {},
): Promise<StepResult> {
  const { header } = file.info;
  const question = {
    fileName: file.source.name,
    header,
    schema: plan.schema,
    remembered: deps.memory.columns(header, plan.connection.id, plan.schema.id),
  };
  const { columns, asked } =
    options.always === true
      ? { columns: await chooseFields(ui, question, file.columns), asked: true }
      : await columnsFor(ui, question);
  file.columns = columns;
  delete file.report;
  return asked ? 'asked' : 'skipped';
}

/** Checks every row of the files that were not checked yet, without sending anything. */
export async function checkFiles(deps: CommandDeps, plan: PlannedImport): Promise<void> {
  for (const file of plan.files) {
    if (file.report !== undefined) continue;
    const { source, read, columns } = file;
    const title = vscode.l10n.t('Checking {name}', { name: source.name });
    file.report = await withProgress(title, (signal, report) =>
      deps.service.check(
        { path: source.path, read, schema: plan.schema, plan: { columns, mode: 'add' } },
        (rows) => report(vscode.l10n.t('{rows} rows', { rows: formatNumber(rows) })),
        signal,
      ),
    );
  }
}
