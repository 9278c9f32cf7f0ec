import { translator } from '../../src/core/translate';
import type { PanelStrings } from '../../src/shared/panelMessages';

/** The panel's texts without an editor: the same English and the bundle's Japanese. */
export function panelStringsIn(language: 'en' | 'ja'): PanelStrings {
  const translate = translator(language);
  const t = (english: string): string => translate(english, {});
  return {
    title: t('Imported Files'),
    note: translate('Imports leave this list {days} days after they were submitted.', { days: 3 }),
    importFile: t('Import File…'),
    tableLabel: t('Imported files, newest first'),
    columns: {
      submitted: t('Submitted'),
      completed: t('Completed/Time of completion').replace('/Time of completion', ''),
      app: t('Destination'),
      file: t('File'),
      status: t('Status'),
      message: t('Message'),
      action: t('Action'),
    },
    actions: {
      cancel: t('Cancel'),
      stop: t('Stop importing'),
      resume: t('Resume'),
      recover: t('Recover the cell…'),
      decide: t('Decide…'),
      showUncertain: t('Show uncertain rows'),
      removeTwins: t('Remove the second records…'),
      undo: t('Undo…'),
      showUnimported: t('Show unimported rows'),
      showKept: t('Show kept records'),
      showReport: t('Show details'),
    },
    actionHelp: {
      undo: t(
        'Deletes the records that this import added, and puts back those that it changed. Asks first, and says how many.',
      ),
    },
    actionLabel: t('{action}: {file}'),
    openApp: t('{app}: open in the browser'),
    progressLabel: t('Progress of {file}'),
    showMore: t('Show {count} more'),
    shownOf: t('{shown} of {total} imports are shown.'),
    emptyTitle: t('Nothing has been imported yet'),
    emptyText: t(
      'A CSV or Excel file becomes records of a Kintone app or entities of a Personium cell, and every row that was not imported comes back with its reason.',
    ),
    emptySteps: [
      t('In the Explorer, choose Import File… from the context menu of a CSV, TSV, TXT or XLSX file.'),
      t(
        'Choose the connection and the app or entity set. Columns are matched by field code, then by field name.',
      ),
      t('Watch the import here. Cancel it while it waits, stop it while it runs.'),
      t('Correct the unimported rows and import just those again.'),
    ],
    announceAdded: t('{file} is waiting to be imported.'),
    announceStarted: t('The import of {file} has started.'),
    announceAsking: t('{file} needs your decision. {message}'),
    announceProgress: t('{file}: {percent} percent done.'),
    announceEnded: t('{file}: {status}. {message}'),
  };
}
