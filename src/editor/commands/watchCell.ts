import * as vscode from 'vscode';
import { COMMANDS, type ConnectionArgument } from '../../contributions';
import { isCellImport } from '../../core/jobs/job';
import type { ImportJob } from '../../core/jobs/job';
import { cellTarget } from '../connections/connection';
import { messageLanguage } from '../connections/connections';
import { Refusal } from '../refusal';
import { isLive } from '../views/jobFacts';
import { askCell, askState, openCell } from './cellSteps';
import type { CommandDeps } from './deps';

/** Takes an import that somebody else has started into the list, and follows it to its end. */
export async function watchCellImport(deps: CommandDeps, argument?: ConnectionArgument): Promise<void> {
  const connection = await askCell(deps, vscode.l10n.t('Follow Cell Import'), argument);
  const { baseUrl, name: cell } = connection;
  const state = await askState(await openCell(deps, connection));
  if (state.kind !== 'running') {
    throw new Refusal(vscode.l10n.t('No import of {cell} is running now.', { cell }), {
      severity: 'info',
    });
  }
  await deps.service.store.refresh();
  const known = deps.service.store.jobs().find((job) => isRunOf(baseUrl, job));
  if (known !== undefined) {
    throw new Refusal(
      vscode.l10n.t('The import of {cell} is in the list already, as {file}.', {
        cell,
        file: known.definition.source.name,
      }),
      {
        severity: 'info',
        buttons: [
          {
            title: vscode.l10n.t('Show Imported Files'),
            run: () => vscode.commands.executeCommand(COMMANDS.showImportedFiles),
          },
        ],
      },
    );
  }
  await deps.service.watchForeign({
    target: cellTarget(connection),
    language: messageLanguage(),
    snapshot: state.name,
    startedAt: state.startedAt,
  });
}

/** Whether a job stands for the run of a cell, even if it has not yet seen it. */
function isRunOf(baseUrl: string, job: ImportJob): boolean {
  const { definition } = job;
  if (!isCellImport(definition) || definition.target.baseUrl !== baseUrl || !isLive(job)) return false;
  return !job.canCancel || definition.source.origin === 'foreign';
}
