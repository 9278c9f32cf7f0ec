import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { SnapshotReport } from '../../core/engine/importService';
import type { PersoniumConnection } from '../connections/connection';
import { Cancelled } from '../refusal';
import { formatDate } from '../text';
import { contentsText } from './cellContents';
import type { ChosenSnapshot } from './chooseSnapshot';
import type { ExportFirst } from './exportFirst';

/** Says everything that will happen to a cell, and asks whether it may. Throws `Cancelled`. */
export async function confirmReplacement(
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
