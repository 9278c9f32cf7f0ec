import * as vscode from 'vscode';
import type { CommandArguments } from '../../contributions';
import type { ImportJob } from '../../core/jobs/job';
import type { PersoniumConnection } from '../connections/connection';
import { runSteps, type StepUi } from '../multiStep';
import { withProgress } from '../progress';
import { Cancelled, Refusal } from '../refusal';
import { showText } from '../show';
import { askCell, askState, connectionOf, openCell, typeCellName } from './cellSteps';
import type { CommandDeps } from './deps';
import { importInto, type ChooseSnapshot } from './importCell';
import { jobOf } from './jobCommands';
import { askSnapshotName, leftChoices, type LeftSnapshot } from './leftSnapshots';

/** A way to bring a cell back whose import has failed. */
type Way = LeftSnapshot | { readonly kind: 'recreate' };

/**
 * Brings back a cell whose import has failed. It takes nothing but a snapshot that lies in it already, or its own
 * deletion; which snapshots lie in it can't be asked any more, so those that imports of the list have left are offered.
 */
export async function recoverCell(
  deps: CommandDeps,
  argument?: CommandArguments['recoverCell'][0],
): Promise<void> {
  const { connection, job } = await whichCell(deps, argument);
  await refuseWhole(deps, connection);
  let way: Way | undefined;
  // An entry of the Connections view may name the way already.
  const given = typeof argument === 'object' && 'way' in argument && argument.way === 'recreate';
  await runSteps(vscode.l10n.t('Recover Cell'), [
    async (ui) => {
      if (given) {
        way = { kind: 'recreate' };
        return 'skipped';
      }
      way = await ui.pick<Way>({
        placeholder: vscode.l10n.t('{cell}: how is it to be brought back?', { cell: connection.cellName }),
        choices: [
          ...leftChoices(deps, connection),
          {
            label: vscode.l10n.t('Delete the cell and create it again…'),
            icon: 'trash',
            detail: vscode.l10n.t(
              'Its snapshots are deleted too. It takes the right of a unit administrator.',
            ),
            value: { kind: 'recreate' },
          },
        ],
      });
      return 'asked';
    },
    async (ui) => {
      if (way === undefined) throw new Cancelled();
      if (way.kind === 'recreate') await recreate(ui, deps, connection);
      else await importLeft(deps, way, connection, job);
      return 'asked';
    },
  ]);
}

/** Back from its first question leads to the ways again. */
async function importLeft(
  deps: CommandDeps,
  left: LeftSnapshot,
  connection: PersoniumConnection,
  job: ImportJob | undefined,
): Promise<void> {
  const choose: ChooseSnapshot =
    left.kind === 'snapshot'
      ? () => Promise.resolve({ snapshot: { origin: 'stored', snapshot: left.name }, asked: false })
      : async (ui) => ({ snapshot: { origin: 'stored', snapshot: await askSnapshotName(ui) }, asked: true });
  await importInto(deps, choose, {
    connection,
    recovers: true,
    ...(job === undefined ? {} : { parentJobId: job.id }),
  });
}

async function whichCell(
  deps: CommandDeps,
  argument: CommandArguments['recoverCell'][0],
): Promise<{ connection: PersoniumConnection; job?: ImportJob }> {
  const given = connectionOf(
    deps,
    typeof argument === 'object' && 'jobId' in argument ? undefined : argument,
  );
  if (given !== undefined) return { connection: given };
  const failed = deps.service.store.jobs().filter(({ canRecover }) => canRecover === true);
  if (argument === undefined && failed.length === 0) {
    return { connection: await askCell(deps, vscode.l10n.t('Recover Cell'), undefined) };
  }
  const job = await jobOf(deps, argument as Parameters<typeof jobOf>[1], {
    fits: ({ canRecover }) => canRecover === true,
    none: vscode.l10n.t('No import of a cell in the list has failed.'),
    unfit: (file) => vscode.l10n.t('The import of {file} left no failed cell behind.', { file }),
  });
  const { connectionId, connectionName } = job.definition.target;
  const connection = connectionOf(deps, connectionId);
  if (connection === undefined) {
    throw new Refusal(
      vscode.l10n.t('The connection {name} is gone. Add it again, then recover the cell.', {
        name: connectionName,
      }),
    );
  }
  return { connection, job };
}

/** A cell that works needs no recovery, and one that is being imported has to be waited for. */
async function refuseWhole(deps: CommandDeps, connection: PersoniumConnection): Promise<void> {
  const state = await askState(await openCell(deps, connection));
  if (state.kind === 'ready') {
    throw new Refusal(vscode.l10n.t('{cell} works: no import of it has failed.', { cell: connection.name }), {
      severity: 'info',
    });
  }
  if (state.kind === 'running') {
    throw new Refusal(
      vscode.l10n.t('{cell} is being imported. Wait for its end.', { cell: connection.name }),
      { severity: 'info' },
    );
  }
}

async function recreate(ui: StepUi, deps: CommandDeps, connection: PersoniumConnection): Promise<void> {
  const { cellName } = connection;
  await typeCellName(
    ui,
    cellName,
    vscode.l10n.t('Type the name of the cell, {cell}, to delete it with everything in it', {
      cell: cellName,
    }),
  );
  const { cell } = await openCell(deps, connection);
  await withProgress(vscode.l10n.t('Creating {cell} again…', { cell: connection.name }), (signal) =>
    cell.recreate(signal),
  );
  void showText(
    vscode.l10n.t('{cell} is empty now. Import a snapshot into it, or create its boxes and accounts again.', {
      cell: connection.name,
    }),
  );
}
