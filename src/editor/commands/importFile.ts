import * as vscode from 'vscode';
import { COMMANDS, type ResourceArgument } from '../../contributions';
import { jobTarget } from '../connections/connection';
import { messageLanguage } from '../connections/connections';
import { confirmImport } from './confirmImport';
import type { CommandDeps } from './deps';
import type { PlannedImport } from './plannedImport';
import { changeImport, planImport } from './planImport';
import { sourceFiles } from './sourceFiles';

/** Imports files: asks where to, confirms once with counts, and submits one job a file. */
export async function importFile(
  deps: CommandDeps,
  resource?: ResourceArgument,
  selected?: readonly ResourceArgument[],
): Promise<void> {
  const sources = await sourceFiles(resource, selected, deps.scratchFolder);
  if ('unimported' in sources) {
    await vscode.commands.executeCommand(COMMANDS.importTheseRowsAgain, sources.unimported);
    return;
  }
  const title = vscode.l10n.t('Import File');
  try {
    const plan = await planImport(deps, title, sources.files);
    while (!(await confirmImport(plan))) await changeImport(deps, title, plan);
    await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Copying the files to be imported…') },
      () => submitAll(deps, plan),
    );
  } finally {
    await Promise.all(sources.files.map((file) => file.discard()));
  }
}

/** One job a file, in the order they were chosen; each is durable before the next is made. */
async function submitAll(deps: CommandDeps, plan: PlannedImport): Promise<void> {
  const { connection, schema } = plan;
  for (const file of plan.files) {
    await deps.service.submit({
      path: file.source.path,
      name: file.source.name,
      uri: file.source.uri.toString(),
      read: file.read,
      target: jobTarget(connection, schema),
      plan: { columns: file.columns, mode: 'add' },
      language: messageLanguage(),
    });
    await deps.memory.remember(file.info.header, {
      connectionId: connection.id,
      targetId: schema.id,
      columns: file.columns,
    });
  }
}
