import * as vscode from 'vscode';
import type { ConnectionArgument } from '../../contributions';
import type { CellImportState, CellSnapshots } from '../../core/endpoints/cellSnapshots';
import type { PersoniumConnection } from '../connections/connection';
import { runSteps, type StepResult, type StepUi } from '../multiStep';
import { withProgress } from '../progress';
import { Cancelled, Refusal } from '../refusal';
import { addConnection } from './addConnection';
import type { CommandDeps } from './deps';

/** A cell that a command works on, reached with the stored sign-in. */
export interface ChosenCell {
  readonly connection: PersoniumConnection;
  readonly cell: CellSnapshots;
}

/** Connections that are cells. */
function cellConnections(deps: CommandDeps): PersoniumConnection[] {
  return deps.connections.all().filter((connection) => connection.kind === 'personium');
}

/** The cell a command was called for, if it was called for one. */
export function connectionOf(
  deps: CommandDeps,
  argument: ConnectionArgument | undefined,
): PersoniumConnection | undefined {
  const id = typeof argument === 'string' ? argument : argument?.connectionId;
  return cellConnections(deps).find((connection) => connection.id === id);
}

/** Which cell is meant: the only one, or the person's choice; one can be added on the spot. */
export async function cellStep(
  ui: StepUi,
  deps: CommandDeps,
  last: string | undefined,
  keep: (connection: PersoniumConnection) => void,
): Promise<StepResult> {
  const known = cellConnections(deps);
  const [only, ...more] = known;
  if (only !== undefined && more.length === 0 && !ui.again) {
    keep(only);
    return 'skipped';
  }
  const chosen = await ui.pick<PersoniumConnection | null>({
    placeholder:
      known.length === 0
        ? vscode.l10n.t('There is no connection to a Personium cell yet.')
        : vscode.l10n.t('Choose the cell'),
    choices: [
      ...known.map((connection) => ({
        label: connection.name,
        description: `${connection.baseUrl}/`,
        value: connection,
      })),
      { label: vscode.l10n.t('Add Connection…'), icon: 'add', value: null },
    ],
    active: (connection) => connection?.id === last,
  });
  const connection = chosen ?? (await addConnection(deps, { system: 'personium' }));
  if (connection === undefined) throw new Cancelled();
  if (connection.kind !== 'personium') throw notACell(connection.name);
  keep(connection);
  return 'asked';
}

/** The cell a command is for: the one it was called for, the only one, or the person's choice. Throws `Cancelled`. */
export async function askCell(
  deps: CommandDeps,
  title: string,
  argument: ConnectionArgument | undefined,
): Promise<PersoniumConnection> {
  let connection = connectionOf(deps, argument);
  if (connection === undefined) {
    await runSteps(title, [(ui) => cellStep(ui, deps, undefined, (chosen) => (connection = chosen))]);
  }
  if (connection === undefined) throw new Cancelled();
  return connection;
}

/** Has the name of a cell typed, before what it holds is lost. */
export async function typeCellName(ui: StepUi, cellName: string, prompt: string): Promise<void> {
  await ui.input({
    prompt,
    placeholder: cellName,
    validate: (text) =>
      text === cellName
        ? undefined
        : vscode.l10n.t('This is not the name of the cell: {cell}', { cell: cellName }),
  });
}

/** Opens a cell with its stored sign-in. Throws `ExpectedError`. */
export async function openCell(deps: CommandDeps, connection: PersoniumConnection): Promise<ChosenCell> {
  const { cell } = await deps.connections.endpoint(connection);
  if (cell === undefined) throw notACell(connection.name);
  return { connection, cell };
}

/** What the cell says of its last import, with a word while it is asked. */
export function askState({ cell, connection }: ChosenCell): Promise<CellImportState> {
  return withProgress(vscode.l10n.t('Asking {cell} for its status…', { cell: connection.name }), (signal) =>
    cell.importState(signal),
  );
}

function notACell(name: string): Refusal {
  return new Refusal(vscode.l10n.t('{name} is not a Personium cell.', { name }), { severity: 'info' });
}
