import type { MessageTable } from '../message';

/** What is said about jobs as a whole. */
export const JOB_MESSAGES = {
  'job.status.waiting': 'Waiting',
  'job.status.inProgress': 'In progress',
  'job.status.failed': 'Failed',
  'job.status.completed': 'Completed',
  'job.status.canceled': 'Canceled',

  'job.phase.queued': 'Queued',
  'job.phase.queuedBehind': 'Queued, {ahead} ahead',
  'job.phase.checking': 'Checking rows',
  'job.phase.sending': 'Sending',
  'job.phase.sendingSeveral': 'Sending, {requests} requests at once',
  'job.phase.throttled': 'Throttled until {time}: {cause}',
  'job.phase.settling': 'Looking up lost answers',
  'job.phase.settlingUntil': 'Waiting until {time} for requests that may still be on their way',
  'job.phase.needsDecision': 'Needs your decision',
  'job.phase.stopping': 'Stopping',
  'job.phase.diskFull': 'Blocked: the disk is full',
  'job.phase.blocked': 'Blocked: its folder can’t be written ({code})',
  'job.phase.interrupted': 'Interrupted',
  'job.phase.all': 'All rows imported',
  'job.phase.withUnimported': 'With unimported rows',
  'job.phase.stopped': 'Stopped',
  'job.phase.withUncertain': 'With uncertain rows',
  'job.phase.failed': 'Failed',
  'job.phase.canceled': 'Canceled',

  'job.result.queued': 'The import is queued and will start shortly.',
  'job.result.queuedBehind': 'The import is queued. Imports into the same place that come first: {ahead}.',
  'job.result.checking': '{rows} rows checked. Nothing has been sent yet.',
  'job.result.checkingAgain':
    '{imported} of {total} rows imported; {rows} rows checked once more before the others are sent',
  'job.result.sending': '{imported} of {total} rows imported',
  'job.result.throttled': '{imported} of {total} rows imported; the next request goes at {time}: {cause}',
  'job.result.settling':
    '{imported} of {total} rows imported; finding out what became of the rows for which no answer came',
  'job.result.settlingUntil':
    '{imported} of {total} rows imported; waiting until {time} for requests that may still be on their way',
  'job.result.needsDecision':
    '{imported} of {total} rows imported. Uncertain rows: {rows}. No answer came for them: say whether they are there already, or are to be sent again.',
  'job.result.stopping': '{imported} of {total} rows imported; waiting for the answer to the last request',
  'job.result.diskFull':
    'The disk with the folder of this import is full. Nothing more is sent until there is room; then it goes on by itself.',
  'job.result.blocked':
    'The folder of this import can’t be written ({code}). Nothing more is sent until it can; then it goes on by itself.',
  'job.result.interruptedBefore': 'The window or command that ran this import has closed. Nothing was sent.',
  'job.result.interrupted':
    '{imported} of {total} rows imported; the window or command that ran this import has closed',
  'job.result.all': '{imported} rows imported',
  'job.result.withUnimported': '{imported} rows imported, {unimported} not imported',
  'job.result.stopped': 'Stopped: {imported} rows imported, {unimported} not imported',
  'job.result.withUncertain':
    '{imported} rows imported, {unimported} not imported, {unknown} uncertain: no answer came for them. Look for them at the destination before importing them again.',
  'job.result.onlyUncertain':
    '{imported} rows imported, {unknown} uncertain: no answer came for them. Look for them at the destination before importing them again.',
  'job.result.tally.withUnimported': '{tally}, {unimported} not imported',
  'job.result.tally.stopped': 'Stopped: {tally}, {unimported} not imported',
  'job.result.tally.withUncertain':
    '{tally}, {unimported} not imported, {unknown} uncertain: no answer came for them. Look for them at the destination before importing them again.',
  'job.result.tally.onlyUncertain':
    '{tally}, {unknown} uncertain: no answer came for them. Look for them at the destination before importing them again.',
  'job.throttled.limit': 'the domain is at its limit of requests at once',
  'job.throttled.locked': 'another program has locked the destination',
  'job.throttled.unavailable': 'the server is not available at the moment',
  'job.throttled.lost': 'no answer came to a request',
  'job.throttled.network': 'the server can’t be reached',
  'job.throttled.asked': 'the server asks to slow down',
  'job.tally.added.changed': '{added} rows added, {changed} changed',
  'job.tally.added.unchanged': '{added} rows added, {unchanged} already as in the file',
  'job.tally.added.changed.unchanged':
    '{added} rows added, {changed} changed, {unchanged} already as in the file',
  'job.tally.changed': '{changed} rows changed',
  'job.tally.changed.unchanged': '{changed} rows changed, {unchanged} already as in the file',
  'job.tally.unchanged': '{unchanged} rows already as in the file',
  'job.result.canceled': 'The import was canceled. Nothing was sent.',
  'job.result.failed': 'The import failed.',

  'job.stopped': 'Not sent: the import was stopped.',
  'job.notSent': 'Not sent: the import failed before it came to this row.',
  'job.notYetSent': 'Not sent: the import has not come to this row.',
  'job.canceled': 'Not sent: the import was canceled.',

  'row.another': 'Not sent: another row of this record has a problem.',
  'row.exists': 'Record {id} already has this value, and the field allows no duplicates.',
  'row.keyAgain': 'The same key is in line {line}, too. Keep one of these rows.',
  'row.keySkipped': 'Left out because the row has no key.',
  'row.keyNotFound': 'No record has this key. Correct the key, or import the row as a new record.',
  'row.changedMeanwhile':
    'Record {id} was changed by somebody else after it was read. Check it at the destination, then import the row again.',
  'row.goneMeanwhile':
    'Record {id} is no longer found by this key: it was deleted or changed after it was read. Look for it at the destination, then import the row again.',
  'row.uncertain': 'It is not known whether this row was kept.',
  'row.uncertain.candidates': 'It is not known whether this row was kept. It may have become record {ids}.',
  'row.uncertain.change': 'It is not known whether this row has changed record {ids}.',
  'row.uncertain.why': '{uncertain} {why}',
  'job.blankKey':
    'The row at line {line} has no key. Enter a key, or choose to add or to skip rows without one.',
  'job.notLookedFor':
    'Whether values of fields without duplicates are there already was not checked: this sign-in may not view its records. Such rows are refused when they are sent.',
  'job.serverBusy': 'Many requests of other people and apps are under way on this domain.',

  'guarantee.uniqueKey':
    'Each row is imported exactly once. If the connection breaks, a field that prohibits duplicate values shows which rows have arrived.',
  'guarantee.uniqueKey.short': 'Exactly once, by a field without duplicates',
  'guarantee.revision':
    'Each row is imported exactly once, and nobody’s later edit is overwritten. If the connection breaks, the revision numbers of the records show which changes have arrived.',
  'guarantee.revision.short': 'Exactly once, by revision numbers',
  'guarantee.ledger':
    'Each row is imported exactly once. If the connection breaks, the ledger app shows which rows have arrived.',
  'guarantee.ledger.short': 'Exactly once, by the ledger app',
  'guarantee.readBack':
    'If the connection breaks, the newest records are compared with the rows, and only rows that have not arrived are sent again. Where that can’t be told for certain, you are asked.',
  'guarantee.readBack.short': 'Compared with the newest records, else you are asked',
  'guarantee.none':
    'If the connection breaks, nobody can tell whether the last rows have arrived. They are not sent again: you are asked.',
  'guarantee.none.short': 'Never sent again by itself, you are asked',
  'guarantee.because.rowsWithoutKey':
    'Rows with no value in any field that prohibits duplicate values: {rows}. With a value in each, or with a ledger app that notes which rows have arrived, every row would be imported exactly once.',
  'guarantee.because.noKey':
    'No column fills a field that prohibits duplicate values. With such a field, or with a ledger app that notes which rows have arrived, every row would be imported exactly once.',
  'guarantee.because.mayNotRead': 'This sign-in may not view the records of the app.',

  'job.twins':
    'Records that came to be twice: {count}. A request reached the server twice, or was kept after its rows were sent again. Undo them to remove the second ones.',

  'cli.columnsLeftOut': 'Columns that are not imported: {names}',
  'cli.requests': 'Requests needed when all goes well: {requests}. Kintone takes {limit} a day for one app.',
  'cli.requestsOnly': 'Requests needed when all goes well: {requests}.',
  'cli.tooManyRequests':
    'Requests needed when all goes well: {requests}. That is more than the {limit} that Kintone takes a day for one app: import the file in parts on several days.',
  'cli.nothingInterrupted': 'No import is waiting to go on.',
  'cli.decide':
    'Look for the uncertain rows at the destination, then answer: {command} --answer there, again or leave',
  'cli.checked':
    '{total} rows checked: {added} would be added, {updated} changed, {unchanged} are already as in the file, {invalid} have problems',

  'job.noRows': 'The file has a header and no rows. Add rows below the header, then import it again.',
  'job.inputChanged':
    'The copy of the file in the job folder has changed since it was submitted. Import the file again.',
  'job.columnsChanged':
    'The columns of the file have changed since they were chosen. Start the import again to choose the columns.',
  'job.fileMissing':
    'The file {name} can’t be read ({code}). Check that it is still there and may be opened.',
  'job.folderNotWritable':
    'The folder of imports can’t be written ({code}). Make room on its disk, or allow writing to it, then try again.',
  'job.waitTooLong': 'The server asked to wait {minutes} minutes. Import the rest of the rows after that.',
  'job.refusedTooLong':
    'The server has taken no request for {minutes} minutes. Import the rest of the rows when it is available again.',
  'job.waitedTooLong':
    'The server has made this import wait for {minutes} minutes in all. Import the rest of the rows when it is less busy.',
  'job.answerUnheard': 'The import was interrupted before the answer to its request came.',
  'job.canNotResume': 'This import has ended, so there is nothing to go on with.',
  'job.runsElsewhere': 'This import is running already, here or in another window.',
  'job.otherHost':
    'This import was last worked on by the computer {host}, where it may still be running. Go on with it there. If it has ended there, it can be taken over here.',
  'job.canNotDecide': 'No row of this import waits for an answer.',
  'job.rowsNotAsked':
    'None of these rows waits for an answer. The uncertain rows are in a document of their own.',
  'job.answerKept':
    'The answer is kept. Sign in, then go on with this import: the answer is carried out then.',
  'job.answerForOwner': 'The answer is kept. The window or command that runs this import carries it out.',
  'job.answerForHost':
    'The answer is kept. Go on with this import on the computer {host}, which has worked on it last: the answer is carried out then.',
  'job.answersLost':
    'No usable answer came for {count} requests in a row, so sending was ended. Check the connection, then import the rest of the rows.',
  'job.answersLostUncertain':
    'No usable answer came for {count} requests in a row, so sending was ended. Check the connection, then look for the uncertain rows at the destination.',
  'job.allRefused':
    '{count} rows in a row were refused without naming a cause, so sending was ended. Correct the file, then import the rest of the rows.',
  'job.journalDamaged':
    'The journal of this import is damaged at record {record}. Rows without a result are uncertain: look for them at the destination before importing them again.',
  'job.definitionDamaged':
    'The description of this import (job.json) is damaged. Remove the import from the list.',
  'job.notFound': 'This import is not in the list any more.',
  'job.running': 'This import is still running. Stop it first, then remove it.',
  'job.canNotCancel': 'This import can’t be canceled any more. Stop it instead.',
  'job.canNotStop':
    'This import is not running, so there is nothing to stop. To end it, go on with it, then stop it.',
  'job.unexpected': 'Something unexpected happened ({detail}). The log has the details.',
  'job.workerLost': 'The process that reads the file has ended before its work was done. Try again.',
} as const satisfies MessageTable;
