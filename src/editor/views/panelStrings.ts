import * as vscode from 'vscode';
import type { PanelStrings } from '../../shared/panelMessages';

/** Every text of the panel outside its rows. The panel has no dictionary, so all of it is sent along. */
export function panelStrings(retentionDays: number): PanelStrings {
  return {
    title: vscode.l10n.t('Imported Files'),
    note: retentionNote(retentionDays),
    importFile: vscode.l10n.t('Import File…'),
    tableLabel: vscode.l10n.t('Imported files, newest first'),
    columns: {
      submitted: vscode.l10n.t('Submitted'),
      completed: completedHeading(),
      app: vscode.l10n.t('Destination'),
      file: vscode.l10n.t('File'),
      status: vscode.l10n.t('Status'),
      message: vscode.l10n.t('Message'),
      action: vscode.l10n.t('Action'),
    },
    actions: {
      cancel: vscode.l10n.t('Cancel'),
      stop: vscode.l10n.t('Stop importing'),
      resume: vscode.l10n.t('Resume'),
      recover: vscode.l10n.t('Recover the cell…'),
      decide: vscode.l10n.t('Decide…'),
      showUncertain: vscode.l10n.t('Show uncertain rows'),
      removeTwins: vscode.l10n.t('Remove the second records…'),
      undo: vscode.l10n.t('Undo…'),
      showUnimported: vscode.l10n.t('Show unimported rows'),
      showKept: vscode.l10n.t('Show kept records'),
      showReport: vscode.l10n.t('Show details'),
    },
    actionHelp: {
      undo: vscode.l10n.t(
        'Deletes the records that this import added, and puts back those that it changed. Asks first, and says how many.',
      ),
    },
    actionLabel: vscode.l10n.t('{action}: {file}'),
    openApp: vscode.l10n.t('{app}: open in the browser'),
    progressLabel: vscode.l10n.t('Progress of {file}'),
    showMore: vscode.l10n.t('Show {count} more'),
    shownOf: vscode.l10n.t('{shown} of {total} imports are shown.'),
    emptyTitle: vscode.l10n.t('Nothing has been imported yet'),
    emptyText: vscode.l10n.t(
      'A CSV or Excel file becomes records of a Kintone app or entities of a Personium cell, and every row that was not imported comes back with its reason.',
    ),
    emptySteps: [
      vscode.l10n.t(
        'In the Explorer, choose Import File… from the context menu of a CSV, TSV, TXT or XLSX file.',
      ),
      vscode.l10n.t(
        'Choose the connection and the app or entity set. Columns are matched by field code, then by field name.',
      ),
      vscode.l10n.t('Watch the import here. Cancel it while it waits, stop it while it runs.'),
      vscode.l10n.t('Correct the unimported rows and import just those again.'),
    ],
    announceAdded: vscode.l10n.t('{file} is waiting to be imported.'),
    announceStarted: vscode.l10n.t('The import of {file} has started.'),
    announceAsking: vscode.l10n.t('{file} needs your decision. {message}'),
    announceProgress: vscode.l10n.t('{file}: {percent} percent done.'),
    announceEnded: vscode.l10n.t('{file}: {status}. {message}'),
  };
}

function retentionNote(days: number): string {
  if (days === 0) return vscode.l10n.t('Imports stay in this list until you remove them.');
  return days === 1
    ? vscode.l10n.t('Imports leave this list one day after they were submitted.')
    : vscode.l10n.t('Imports leave this list {days} days after they were submitted.', { days });
}

/**
 * The heading of the time of completion. It needs a comment of its own: other languages have another word for
 * this than for the status of the same name.
 */
export function completedHeading(): string {
  return vscode.l10n.t({ message: 'Completed', comment: 'Time of completion' });
}
