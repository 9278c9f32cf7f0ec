import { basename } from 'node:path';
import * as vscode from 'vscode';
import {
  COMMANDS,
  SNAPSHOT_ENDINGS,
  type ConnectionArgument,
  type ResourceArgument,
} from '../../contributions';
import type { CellImportState } from '../../core/endpoints/cellSnapshots';
import type { SnapshotReport } from '../../core/engine/importService';
import { ExpectedError } from '../../core/message';
import { cellTarget, type PersoniumConnection } from '../connections/connection';
import { messageLanguage } from '../connections/connections';
import { runSteps, type Step, type StepUi } from '../multiStep';
import { withProgress } from '../progress';
import { Cancelled, Refusal } from '../refusal';
import { formatDate, formatNumber } from '../text';
import { contentsText } from './cellContents';
import { askState, cellStep, connectionOf, openCell } from './cellSteps';
import type { CommandDeps } from './deps';
import { exportFirstStep, type ExportFirst } from './exportFirst';
import { askLeftSnapshot } from './leftSnapshots';

/** The snapshot that is to replace a cell. */
export type ChosenSnapshot =
  | {
      readonly origin: 'file';
      readonly path: string;
      readonly uri: vscode.Uri;
      readonly report: SnapshotReport;
    }
  | { readonly origin: 'stored'; readonly snapshot: string };

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
      await confirm(cell(), snapshot, kept, failed || recovers);
      await nameStep(ui, cell());
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

async function snapshotFile(resource: ResourceArgument | undefined): Promise<vscode.Uri> {
  const given = resource === undefined ? undefined : vscode.Uri.parse(resource.toString(), true);
  const [uri] = given === undefined ? ((await pickFile()) ?? []) : [given];
  if (uri === undefined) throw new Cancelled();
  if (uri.scheme === 'file') return uri;
  throw new Refusal(
    vscode.l10n.t(
      '{name} is not a file on this computer. Save a copy of it in a folder, then import the copy.',
      {
        name: basename(uri.path),
      },
    ),
  );
}

function pickFile(): Thenable<vscode.Uri[] | undefined> {
  return vscode.window.showOpenDialog({
    openLabel: vscode.l10n.t('Import'),
    filters: { [vscode.l10n.t('Cell snapshots')]: [...SNAPSHOT_ENDINGS] },
  });
}

async function storedSnapshot(
  ui: StepUi,
  deps: CommandDeps,
  connection: PersoniumConnection,
): Promise<string> {
  const { cell } = await openCell(deps, connection);
  const stored = await withProgress(
    vscode.l10n.t('Reading the snapshots of {cell}…', { cell: connection.name }),
    (signal) => cell.list(signal),
  );
  if (stored.length === 0) {
    throw new Refusal(
      vscode.l10n.t('There is no snapshot in {cell}. Export the cell, or import a snapshot file.', {
        cell: connection.name,
      }),
      { severity: 'info' },
    );
  }
  return ui.pick<string>({
    placeholder: vscode.l10n.t('Choose the snapshot to import'),
    choices: stored.map(({ name, size, modifiedAt }) => ({
      label: name,
      description: vscode.l10n.t('{bytes} bytes', { bytes: formatNumber(size) }),
      ...(modifiedAt === null ? {} : { detail: formatDate(modifiedAt) }),
      value: name,
    })),
  });
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

/** Everything that will happen, before the name is asked for. */
async function confirm(
  connection: PersoniumConnection,
  snapshot: ChosenSnapshot,
  kept: ExportFirst | null,
  failed: boolean,
): Promise<void> {
  const go = vscode.l10n.t('Go On…');
  const name = snapshot.origin === 'file' ? basename(snapshot.uri.path) : snapshot.snapshot;
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('Replace everything in the cell {cell} by {snapshot}?', {
      cell: connection.cellName,
      snapshot: name,
    }),
    { modal: true, detail: details(connection, snapshot, kept, failed).join('\n') },
    go,
  );
  if (answer !== go) throw new Cancelled();
}

function details(
  connection: PersoniumConnection,
  snapshot: ChosenSnapshot,
  kept: ExportFirst | null,
  failed: boolean,
): string[] {
  return [
    vscode.l10n.t(
      'All boxes, files, accounts, roles and data of the cell are deleted first, then the snapshot is put in their place.',
    ),
    ...(snapshot.origin === 'file' ? reportTexts(snapshot.report) : []),
    snapshot.origin === 'stored'
      ? vscode.l10n.t('The snapshot lies in the cell; it is not checked on this computer.')
      : '',
    kept === null
      ? failed
        ? vscode.l10n.t('A cell whose import has failed can’t be exported.')
        : vscode.l10n.t('The cell as it is now is not exported first: nothing of it can be brought back.')
      : vscode.l10n.t('The cell as it is now is exported first and kept in {file}.', { file: kept.path }),
    connection.signIn === 'account'
      ? vscode.l10n.t(
          'You are signed in by an account of this cell. It is deleted too, so how far the import is can’t be asked until the account is back. A unit user or the master token can ask all the time.',
        )
      : '',
    vscode.l10n.t('Until the server has begun it can be canceled. After that nobody can cancel or stop it.'),
    vscode.l10n.t('Connection: {name} ({address})', {
      name: connection.name,
      address: `${connection.baseUrl}/`,
    }),
  ].filter((line) => line !== '');
}

function reportTexts({ contents, unitUrl, createdAt }: SnapshotReport): string[] {
  return [
    vscode.l10n.t('In the snapshot: {contents}', { contents: contentsText(contents) }),
    vscode.l10n.t('It was taken from {unit} on {date}.', {
      unit: unitUrl ?? vscode.l10n.t('an unknown unit'),
      date: createdAt === null ? vscode.l10n.t('an unknown day') : formatDate(createdAt),
    }),
  ];
}

async function nameStep(ui: StepUi, { cellName }: PersoniumConnection): Promise<void> {
  await ui.input({
    prompt: vscode.l10n.t('Type the name of the cell, {cell}, to replace everything in it', {
      cell: cellName,
    }),
    placeholder: cellName,
    validate: (text) =>
      text === cellName
        ? undefined
        : vscode.l10n.t('This is not the name of the cell: {cell}', { cell: cellName }),
  });
}
