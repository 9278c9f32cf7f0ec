import * as vscode from 'vscode';
import type { ConnectionArgument } from '../../contributions';
import { cellTarget, type PersoniumConnection } from '../connections/connection';
import { messageLanguage } from '../connections/connections';
import { runSteps } from '../multiStep';
import { Cancelled, Refusal } from '../refusal';
import { askState, cellStep, connectionOf, openCell } from './cellSteps';
import type { CommandDeps } from './deps';

/** Takes an import that somebody else has started into the list, and follows it to its end. */
export async function watchCellImport(deps: CommandDeps, argument?: ConnectionArgument): Promise<void> {
  let connection: PersoniumConnection | undefined = connectionOf(deps, argument);
  if (connection === undefined) {
    await runSteps(vscode.l10n.t('Follow Cell Import'), [
      (ui) => cellStep(ui, deps, undefined, (chosen) => (connection = chosen)),
    ]);
  }
  if (connection === undefined) throw new Cancelled();
  const state = await askState(await openCell(deps, connection));
  if (state.kind !== 'running') {
    throw new Refusal(vscode.l10n.t('No import of {cell} is running now.', { cell: connection.name }), {
      severity: 'info',
    });
  }
  await deps.service.watchForeign({
    target: cellTarget(connection),
    language: messageLanguage(),
    snapshot: state.name,
    startedAt: state.startedAt,
  });
}
