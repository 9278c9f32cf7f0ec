import * as vscode from 'vscode';
import type { ChosenGuarantee } from '../../core/engine/guarantee';
import type { CheckReport, CheckRequest } from '../../core/engine/importService';
import type { ReadOptions, TableInfo } from '../../core/files/row';
import type { ImportPlan } from '../../core/mapping/plan';
import type { TargetSchema } from '../../core/mapping/schema';
import { jobTarget, type Connection } from '../connections/connection';
import { messageLanguage } from '../connections/connections';
import type { Choice, StepResult, StepUi } from '../multiStep';
import { withProgress } from '../progress';
import { readTimeZone } from '../settings';
import { formatNumber } from '../text';
import type { CommandDeps } from './deps';
import { finalPlan } from './planKeys';
import { ledgerAppOf, type Ledger } from './promises';
import type { SourceFile } from './sourceFiles';

/** One file on its way to a job; filled in step by step. */
export interface PlannedFile {
  readonly source: SourceFile;
  /** What was detected or chosen; the job reads the file in the same way. */
  read: ReadOptions;
  info: TableInfo;
  /** Without columns until they are known. A column of record numbers stands in it whatever the mode is. */
  plan: ImportPlan;
  /** From a profile; else the setting's. */
  timeZone?: string;
  /** Name of the profile that answered the questions. */
  profile?: string;
  /** Name of a profile to be written when all questions are answered. */
  saveAs?: string;
  report?: CheckReport;
  /** As they were asked about. */
  rowsWithoutKey?: number;
  /** What is promised of its rows. */
  promised?: ChosenGuarantee;
  /** Whether the report knows the live records. */
  lookedUp?: boolean;
}

export interface PlannedImport {
  readonly files: readonly PlannedFile[];
  connection: Connection;
  schema: TargetSchema;
  /** Number of the app that is to keep track of requests; null: none; absent: as set. */
  ledgerApp?: string | null;
  /** What was found out about that app. */
  ledger?: Ledger;
}

const NOTHING_PLANNED: ImportPlan = { columns: [], mode: 'add' };

/** Opens a file and finds out how it is to be read. Throws `ExpectedError` for a file that can't be. */
export async function planFile(deps: CommandDeps, source: SourceFile): Promise<PlannedFile> {
  const info = await inspect(deps, source, source.read);
  return { source, read: readOf(info), info, plan: NOTHING_PLANNED };
}

/** A copy that may be changed without the original, which a change that was given up leaves as it was. */
export function draftOf(plan: PlannedImport): PlannedImport {
  return { ...plan, files: plan.files.map((file) => ({ ...file })) };
}

/** An earlier file of the same import with the same header: what was decided for it holds for this one too. */
export function twinOf(plan: PlannedImport, file: PlannedFile): PlannedFile | undefined {
  const header = JSON.stringify(file.info.header);
  const before = plan.files.slice(0, plan.files.indexOf(file));
  return before.find((other) => JSON.stringify(other.info.header) === header);
}

/** Reads the file's head again in another way. */
export async function readAgain(deps: CommandDeps, file: PlannedFile, read: ReadOptions): Promise<void> {
  file.info = await inspect(deps, file.source, read);
  file.read = readOf(file.info);
  setPlan(file, NOTHING_PLANNED);
  delete file.profile;
  delete file.timeZone;
}

/** Another plan: what was found with the one before no longer counts. */
export function setPlan(file: PlannedFile, plan: ImportPlan): void {
  file.plan = plan;
  delete file.report;
  delete file.promised;
  delete file.lookedUp;
  delete file.rowsWithoutKey;
}

/** Zone of times without one. */
export function timeZoneOf(file: PlannedFile): string | undefined {
  return file.timeZone ?? readTimeZone();
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

/** Rows whose records are looked up before the confirmation; more would keep the person waiting for little. */
const MOST_LOOKED_UP = 20_000;

/**
 * Checks every row of the files that were not checked yet, without sending anything. The live records are read where
 * the import would change some, for what it would change; `thoroughly` also for what new rows must not repeat.
 */
export async function checkFiles(
  deps: CommandDeps,
  planned: PlannedImport,
  { thoroughly = false }: { readonly thoroughly?: boolean } = {},
): Promise<void> {
  for (const file of planned.files) {
    if (file.report !== undefined) continue;
    const request = checkRequest(planned, file);
    const report = await check(deps, file, request);
    const valid = report.total - report.invalid;
    const look = thoroughly || (request.plan.mode !== 'add' && valid <= MOST_LOOKED_UP);
    if (!look || valid === 0) {
      file.report = report;
      file.lookedUp = false;
      continue;
    }
    const target = jobTarget(planned.connection, planned.schema);
    file.report = await check(deps, file, { ...request, target, language: messageLanguage() });
    file.lookedUp = true;
  }
}

function checkRequest(planned: PlannedImport, file: PlannedFile): CheckRequest {
  const { schema, connection } = planned;
  const timeZone = timeZoneOf(file);
  const ledgerApp = ledgerAppOf(planned);
  return {
    path: file.source.path,
    read: file.read,
    schema,
    plan: finalPlan(schema, file.plan),
    system: connection.kind,
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(ledgerApp === undefined ? {} : { ledgerApp }),
  };
}

function check(deps: CommandDeps, file: PlannedFile, request: CheckRequest): Promise<CheckReport> {
  const title =
    request.target === undefined
      ? vscode.l10n.t('Checking {name}', { name: file.source.name })
      : vscode.l10n.t('Comparing {name} with the destination', { name: file.source.name });
  return withProgress(title, (signal, report) =>
    deps.service.check(
      request,
      (rows) => report(vscode.l10n.t('{rows} rows', { rows: formatNumber(rows) })),
      signal,
    ),
  );
}
