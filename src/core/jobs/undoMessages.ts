import type { MessageTable } from '../message';

/** What is said about undoing imports. */
export const UNDO_MESSAGES = {
  'job.phase.undoChecking': 'Preparing to undo',
  'job.phase.undoing': 'Undoing',
  'job.phase.undone': 'Undone',
  'job.phase.undoneButKept': 'Undone, with records kept',
  'job.phase.undoUncertain': 'With uncertain records',

  'job.result.undoQueued': 'The undo is queued and will start shortly.',
  'job.result.undoQueuedBehind': 'The undo is queued. Jobs for the same place that come first: {ahead}.',
  'job.result.undoChecking': 'Preparing to undo {rows} records. Nothing has been changed yet.',
  'job.result.undoing': '{undone} of {total} records undone',
  'job.result.undoThrottled':
    '{undone} of {total} records undone; the server asked to wait before the next request',
  'job.result.undoSettling':
    '{undone} of {total} records undone; finding out what became of the records for which no answer came',
  'job.result.undoStopping': '{undone} of {total} records undone; waiting for the answer to the last request',
  'job.result.undoInterruptedBefore':
    'The window or command that ran this undo has closed. Nothing was changed.',
  'job.result.undoInterrupted':
    '{undone} of {total} records undone; the window or command that ran this undo has closed',
  'job.result.undoCanceled': 'The undo was canceled. Nothing was changed.',
  'job.result.undone': 'The import was undone: {tally}',
  'job.result.undoStopped': 'The undo was stopped: {tally}',
  'job.result.undoFailed': '{reason} Until then: {tally}',
  'job.undo.and': '{first}, {more}',
  'job.undo.removed': '{count} records deleted',
  'job.undo.putBack': '{count} put back',
  'job.undo.gone': '{count} undone by somebody else already',
  'job.undo.kept': '{count} kept',
  'job.undo.failed': '{count} failed',
  'job.undo.notReached': '{count} not undone',
  'job.undo.uncertain': '{count} uncertain: no answer came for them',
  'job.undo.none': 'nothing undone',

  'undo.notEnded': 'This import has not ended, so it can’t be undone yet. Stop it first.',
  'undo.onlyRows': 'Only imports of rows can be undone.',
  'undo.nothing': 'This import has made and changed nothing, so there is nothing to undo.',
  'undo.noneCanBe':
    'Nothing that this import has made can be undone: which records its rows became is not known. Look for them at the destination.',
  'undo.already': 'This import was undone already.',
  'undo.underWay':
    'This import is being undone already, here or in another window. If that undo was interrupted, go on with it instead.',
  'undo.damaged':
    'The journal of this import or of an earlier undo is damaged at record {record}, so it can’t be told what to undo. Look for the records at the destination.',
  'undo.listChanged':
    'The list of records in the job folder has changed since it was made. Undo the import again.',
  'undo.replacedLost':
    'Changed records were replaced as a whole. Properties that the file had no column for can’t be brought back.',
  'undo.allRefused':
    'Deleting or putting back {count} records in a row was refused without naming a cause, so the undo was ended. Look at one of them at the destination.',
  'undo.answersLost':
    'No usable answer came for {count} requests in a row, so the undo was ended. Check the connection, then undo the import again.',
  'undo.stopped': 'Not undone: the undo was stopped.',
  'undo.notReached': 'Not undone: the undo failed before it came to this record.',
  'undo.uncertain': 'No answer came for this record. Look at the destination whether it was undone.',

  'undo.cannot.noId': 'Which record this row became is not known. Look for it at the destination.',
  'undo.cannot.saidThere':
    'That this row is there was said by a person; which record it is, is not known. Look for it at the destination.',
  'undo.cannot.uncertain': 'Whether this row became a record is not known. Look for it at the destination.',
  'undo.cannot.attachments':
    'The import has replaced attachments of this record, and these can’t be brought back. Put the record back at the destination.',
  'undo.cannot.noBefore': 'What this record held before is not known. Put it back at the destination.',
  'undo.editedSince': 'Record {id} was edited after the import, so it is kept as it is.',
  'undo.goneSince': 'Record {id} was changed by the import and deleted afterwards, so it can’t be put back.',
  'undo.attachments':
    'Attachments of the field “{field}” were replaced and can’t be brought back, so the record is kept as it is.',
  'undo.tableRow':
    'Rows of the table “{field}” that the import has taken away held more than is known, so the record is kept as it is.',
  'undo.fieldGone': 'A field that the import has changed is gone, so the record is kept as it is.',

  'undo.column.row': 'Row (header not counted)',
  'undo.column.record': 'Record',
  'undo.column.reason': 'Reason',

  'cli.undo.willRemove': 'Records to be deleted: {count}',
  'cli.undo.willPutBack': 'Records to be put back: {count}',
  'cli.undo.before': 'Records undone before: {count}',
  'cli.undo.cannot': 'Records that can’t be undone: {count}. {reason}',
} as const satisfies MessageTable;
