import * as vscode from 'vscode';
import { COMMANDS, type ResourceArgument } from '../../contributions';
import { ExpectedError } from '../../core/message';
import { jobTarget } from '../connections/connection';
import { messageLanguage } from '../connections/connections';
import { isBack } from '../multiStep';
import { Cancelled, Refusal } from '../refusal';
import { showText } from '../show';
import { show as render } from '../text';
import { confirmImport } from './confirmImport';
import type { CommandDeps } from './deps';
import type { PlannedImport } from './plannedImport';
import { timeZoneOf } from './plannedImport';
import { changeImport, planImport, type PlanOptions } from './planImport';
import { finalPlan } from './planKeys';
import { ledgerAppOf } from './promises';
import { sourceFiles } from './sourceFiles';

/** Imports files: asks where to and how, confirms once with counts, and submits one job a file. */
export async function importFile(
  deps: CommandDeps,
  resource?: ResourceArgument,
  selected?: readonly ResourceArgument[],
): Promise<void> {
  await importFiles(deps, resource, selected, {});
}

/** The same, with a profile of the workspace that says what the columns become. */
export async function importWithProfile(
  deps: CommandDeps,
  resource?: ResourceArgument,
  selected?: readonly ResourceArgument[],
): Promise<void> {
  await importFiles(deps, resource, selected, { columns: 'profile' });
}

async function importFiles(
  deps: CommandDeps,
  resource: ResourceArgument | undefined,
  selected: readonly ResourceArgument[] | undefined,
  options: PlanOptions,
): Promise<void> {
  const sources = await sourceFiles(resource, selected, deps.scratchFolder);
  if ('unimported' in sources) {
    await vscode.commands.executeCommand(COMMANDS.importTheseRowsAgain, sources.unimported);
    return;
  }
  const title = vscode.l10n.t('Import File');
  try {
    let plan = await planImport(deps, title, sources.files, options);
    while (!(await confirmImport(plan))) plan = await changed(deps, title, plan);
    await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Copying the files to be imported…') },
      () => submitAll(deps, plan),
    );
  } finally {
    await Promise.all(sources.files.map((file) => file.discard()));
  }
}

/** The changed import; the same one when the change was given up or can't be made, which is said. */
async function changed(deps: CommandDeps, title: string, plan: PlannedImport): Promise<PlannedImport> {
  try {
    return await changeImport(deps, title, plan);
  } catch (error) {
    if (error instanceof ExpectedError) void showText(render(error.detail), { severity: 'error' });
    else if (error instanceof Refusal)
      void showText(error.message, { severity: error.severity, buttons: error.buttons });
    else if (!(error instanceof Cancelled) && !isBack(error)) throw error;
    return plan;
  }
}

/** One job a file, in the order they were chosen; each is durable before the next is made. */
async function submitAll(deps: CommandDeps, planned: PlannedImport): Promise<void> {
  const { connection, schema } = planned;
  const ledgerApp = ledgerAppOf(planned);
  for (const file of planned.files) {
    const timeZone = timeZoneOf(file);
    await deps.service.submit({
      path: file.source.path,
      name: file.source.name,
      uri: file.source.uri.toString(),
      read: file.read,
      target: jobTarget(connection, schema),
      plan: finalPlan(schema, file.plan),
      language: messageLanguage(),
      ...(timeZone === undefined ? {} : { timeZone }),
      ...(ledgerApp === undefined ? {} : { ledgerApp }),
    });
    await deps.memory.remember(file.info.header, {
      connectionId: connection.id,
      targetId: schema.id,
      plan: file.plan,
    });
  }
}
