import { basename } from 'node:path';
import * as vscode from 'vscode';
import { COMMANDS, type ConnectionArgument, type ResourceArgument } from '../../contributions';
import type { CellImportState } from '../../core/endpoints/cellSnapshots';
import { ExpectedError } from '../../core/message';
import { cellTarget, type PersoniumConnection } from '../connections/connection';
import { messageLanguage } from '../connections/connections';
import { runSteps, type Step, type StepUi } from '../multiStep';
import { withProgress } from '../progress';
import { Cancelled, Refusal } from '../refusal';
import { formatNumber } from '../text';
import { askState, cellStep, connectionOf, openCell, typeCellName } from './cellSteps';
import { snapshotFile, storedSnapshot, type ChosenSnapshot } from './chooseSnapshot';
import { confirmReplacement } from './confirmReplacement';
import type { CommandDeps } from './deps';
import { exportFirstStep, type ExportFirst } from './exportFirst';
import { askLeftSnapshot } from './leftSnapshots';

/** Imports a snapshot file of this computer into a cell: checked here first, then asked about, then submitted. */
export async function importCellSnapshot(
  deps: CommandDeps,
  place?: ResourceArgument | ConnectionArgument,
): Promise<void> {
  const resource = typeof place === 'object' && 'scheme' in place ? place : undefined;
  const connection = resource === undefined ? connectionOf(deps, place as ConnectionArgument) : undefined;
  const uri = await snapshotFile(resource);
  const name = basename(uri.path);
  const report = await withProgress(vscode.l10n.t('Checking {name}', { name }), (signal, tell) =>
    deps.service.checkSnapshot(
      uri.fsPath,
      (lines) => tell(vscode.l10n.t('{lines} lines', { lines: formatNumber(lines) })),
      signal,
    ),
  );
  const snapshot: ChosenSnapshot = { origin: 'file', path: uri.fsPath, uri, report };
  await importInto(deps, () => Promise.resolve({ snapshot, asked: false }), { connection });
}

/** Imports a snapshot that lies in the cell already. */
export async function importStoredSnapshot(deps: CommandDeps, argument?: ConnectionArgument): Promise<void> {
  const choose: ChooseSnapshot = async (ui, connection, failed) => {
    const snapshot = failed
      ? await askLeftSnapshot(ui, deps, connection)
      : await storedSnapshot(ui, deps, connection);
    return { snapshot: { origin: 'stored', snapshot }, asked: true };
  };
  await importInto(deps, choose, { connection: connectionOf(deps, argument) });
}

/** Says which snapshot is meant, and whether the person was asked. A `failed` cell does not list what lies in it. */
export type ChooseSnapshot = (
  ui: StepUi,
  connection: PersoniumConnection,
  failed: boolean,
) => Promise<{ readonly snapshot: ChosenSnapshot; readonly asked: boolean }>;

interface ImportOptions {
  readonly connection?: PersoniumConnection | undefined;
  readonly parentJobId?: string;
  /** A failed cell is brought back: its state need not be readable, and a question comes before these. */
  readonly recovers?: boolean;
}

/**
 * Asks which cell, which snapshot, what is kept of the cell as it is, and for the cell's name; then submits the job.
 * With a failed cell there is nothing to keep: it answers nothing but the import. Throws `Cancelled`, and where it
 * `recovers` a cell what tells `isBack`.
 */
export async function importInto(
  deps: CommandDeps,
  choose: ChooseSnapshot,
  { connection: given, parentJobId, recovers = false }: ImportOptions = {},
): Promise<void> {
  let connection = given;
  let failed = false;
  let snapshot: ChosenSnapshot | undefined;
  let kept: ExportFirst | null = null;
  const cell = (): PersoniumConnection => {
    if (connection === undefined) throw new Cancelled();
    return connection;
  };
  const steps: readonly Step[] = [
    (ui) =>
      given === undefined
        ? cellStep(ui, deps, connection?.id, (chosen) => (connection = chosen))
        : Promise.resolve('skipped'),
    async (ui) => {
      const state = await idleState(deps, cell());
      if (state.kind === 'notKnown' && !recovers) throw new ExpectedError(state.message);
      failed = isFailed(state);
      const chosen = await choose(ui, cell(), failed);
      ({ snapshot } = chosen);
      if (failed && snapshot.origin === 'file') throw uploadImpossible(cell());
      return chosen.asked ? 'asked' : 'skipped';
    },
    async (ui) => {
      kept = null;
      // What can't be read can't be exported either.
      if (failed || recovers) return 'skipped';
      kept = await exportFirstStep(ui, cell());
      return 'asked';
    },
    async (ui) => {
      if (snapshot === undefined) throw new Cancelled();
      await confirmReplacement(cell(), snapshot, kept, failed || recovers);
      const { cellName } = cell();
      await typeCellName(
        ui,
        cellName,
        vscode.l10n.t('Type the name of the cell, {cell}, to replace everything in it', { cell: cellName }),
      );
      return 'asked';
    },
  ];
  await runSteps(vscode.l10n.t('Import Cell Snapshot'), steps, { before: recovers });
  if (snapshot !== undefined) await submit(deps, cell(), snapshot, kept, parentJobId);
}

async function submit(
  deps: CommandDeps,
  connection: PersoniumConnection,
  snapshot: ChosenSnapshot,
  exportFirst: ExportFirst | null,
  parentJobId: string | undefined,
): Promise<void> {
  const common = {
    target: cellTarget(connection),
    language: messageLanguage(),
    ...(exportFirst === null ? {} : { exportFirst }),
    ...(parentJobId === undefined ? {} : { parentJobId }),
  };
  switch (snapshot.origin) {
    case 'file': {
      const { path, uri } = snapshot;
      await deps.service.submitCell({
        ...common,
        source: { origin: 'file', path, name: basename(uri.path), uri: uri.toString() },
      });
      break;
    }
    case 'stored':
      await deps.service.submitCell({ ...common, source: snapshot });
  }
}

/** The state of a cell in which no import runs. Throws a `Refusal` with the way to follow the one that does. */
async function idleState(deps: CommandDeps, connection: PersoniumConnection): Promise<CellImportState> {
  const state = await askState(await openCell(deps, connection));
  if (state.kind !== 'running') return state;
  throw new Refusal(
    vscode.l10n.t(
      '{cell} is being imported already: {snapshot}, {percent}%. Wait for its end, or follow it.',
      {
        cell: connection.name,
        snapshot: state.name,
        percent: formatNumber(Math.min(100, state.percent)),
      },
    ),
    {
      buttons: [
        {
          title: vscode.l10n.t('Follow Cell Import'),
          run: () => vscode.commands.executeCommand(COMMANDS.watchCellImport, connection.id),
        },
      ],
    },
  );
}

function isFailed({ kind }: CellImportState): boolean {
  return kind === 'failed' || kind === 'failedWithoutDetails';
}

function uploadImpossible(connection: PersoniumConnection): Refusal {
  return new Refusal(
    vscode.l10n.t(
      'The last import of {cell} failed, and until it is brought back it takes no upload. Recover the cell first.',
      { cell: connection.name },
    ),
    {
      buttons: [
        {
          title: vscode.l10n.t('Recover Cell…'),
          run: () => vscode.commands.executeCommand(COMMANDS.recoverCell, connection.id),
        },
      ],
    },
  );
}
