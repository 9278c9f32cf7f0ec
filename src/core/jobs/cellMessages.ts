import type { MessageTable } from '../message';

/** What is said about snapshots of cells, and about jobs that import them. */
export const CELL_MESSAGES = {
  'snapshot.empty': 'The file is empty (0 bytes). Choose a cell snapshot (.zip).',
  'snapshot.notZip':
    'The file is no zip archive. Choose a cell snapshot, as the unit writes it when a cell is exported.',
  'snapshot.truncated': 'The snapshot is cut off: its end is missing. Copy or download it again.',
  'snapshot.damaged': 'The snapshot is damaged: {part} in it can’t be read. Copy or download it again.',
  'snapshot.encrypted':
    'The archive is protected by a password, which units do not read. Choose the snapshot as the unit wrote it.',
  'snapshot.suspiciousCompression':
    'The archive is compressed so strongly (in {part}) that it may be meant to do harm, and was not read.',
  'snapshot.tooManyParts': 'The archive has {count} entries; at most {limit} are read.',
  'snapshot.badPath':
    'The archive names a file that leads out of its folder: {part}. No unit writes such a snapshot.',
  'snapshot.isBar':
    'This is a box archive (.bar), which installs a box; it can’t be imported as a cell. Choose a cell snapshot (.zip).',
  'snapshot.isNoSnapshot':
    'The archive is no cell snapshot: {part} is missing. Choose a .zip that a unit wrote when a cell was exported.',
  'snapshot.missing': 'The snapshot is not complete: {part} is missing. Export the cell again.',
  'snapshot.manifest':
    'The manifest of the snapshot (00_manifest.json) can’t be read. Export the cell again.',
  'snapshot.oldVersion':
    'The snapshot is of version 1, from a unit older than 1.7.12; units take version 2 alone. Update that unit and export the cell again.',
  'snapshot.otherVersion':
    'The snapshot is of version {version}; units take version 2 alone. Export the cell again from a unit of a matching version.',
  'snapshot.cellJson':
    'The description of the cell in the snapshot ({part}) can’t be read. Export the cell again.',
  'snapshot.badLine':
    'Line {line} of {part} in the snapshot is no document. The import would fail there with the cell half imported. Export the cell again.',
  'snapshot.lineTooLong': 'Line {line} of {part} in the snapshot is longer than {megabytes} MB.',
  'snapshot.changed': 'The file was changed while it was being read. Try again.',

  'job.phase.cellChecking': 'Checking the snapshot',
  'job.phase.exporting': 'Exporting the cell first',
  'job.phase.uploading': 'Uploading',
  'job.phase.starting': 'Starting',
  'job.phase.importing': 'Importing',
  'job.phase.verifying': 'Comparing the contents',
  'job.phase.exportingPercent': 'Exporting the cell first, {percent}%',
  'job.phase.uploadingPercent': 'Uploading, {percent}%',
  'job.phase.importingPercent': 'Importing, {percent}%',
  'job.phase.importingNotKnown': 'Importing, not known how far',
  'job.phase.cellImported': 'Cell imported',
  'job.phase.cellImportedWithNotes': 'Cell imported, with notes',

  'job.elapsed.seconds': '{seconds} s',
  'job.elapsed.minutes': '{minutes} min {seconds} s',
  'job.elapsed.hours': '{hours} h {minutes} min',

  'job.result.queuedBehindInCell':
    'The import is queued. Imports into the same cell that come first: {ahead}.',
  'job.result.cellChecking': 'The snapshot is being checked: {rows} lines so far. Nothing has been sent yet.',
  'job.result.exporting': 'The cell is exported as it is, before anything is changed ({elapsed})',
  'job.result.exportingPercent':
    'The cell is exported as it is, before anything is changed: {percent}% ({elapsed})',
  'job.result.uploading': 'The snapshot {name} is uploaded; the cell is not changed yet ({elapsed})',
  'job.result.uploadingPercent':
    'The snapshot {name} is uploaded; the cell is not changed yet: {percent}% ({elapsed})',
  'job.result.starting': 'The server is asked to import {name} ({elapsed})',
  'job.result.startingWaits':
    'The server does not begin yet and is asked again; the cell is not changed yet ({elapsed}). {reason}',
  'job.result.importing': 'The server imports {name} ({elapsed})',
  'job.result.importingPercent': 'The server imports {name}: {percent}% ({elapsed})',
  'job.result.importingUnchanged':
    'The server imports {name}: {percent}%, unchanged for {unchanged} ({elapsed} in all). Large steps and long halts are usual.',
  'job.result.importingNotKnown':
    'The server imports {name}; how far it is can’t be read for the moment ({elapsed}). {reason}',
  'job.result.importingNotKnownSince':
    'The server imports {name}; it was at {percent}%, how far it is now can’t be read for the moment ({elapsed}). {reason}',
  'job.result.verifying': 'The import has ended. The contents of the cell are compared with the snapshot.',
  'job.result.cellImported': 'The cell {cell} was imported from {name}.',
  'job.result.cellImportedWithNotes': 'The cell {cell} was imported from {name}. {note}',
  'job.result.cellFailed': '{reason} {state}',
  'job.result.cellCanceled': 'The import was canceled. The cell was not changed.',
  'job.result.cellUnfollowed': 'The import is not followed any more. The server goes on with it.',
  'job.result.cellInterruptedBefore':
    'The window or command that ran this import has closed. The cell was not changed.',
  'job.result.cellInterrupted':
    'The window or command that followed this import has closed. The server goes on with it: resume to see how it ends.',

  'job.cellRuns':
    'The server imports the snapshot itself, and offers no way to cancel or stop that. Wait for its end.',
  'job.cell.untouched': 'The cell was not changed.',
  'job.cell.incompleteAt': 'The import had come to {percent}%, and the cell is incomplete.',
  'job.cell.incomplete': 'The cell is incomplete.',
  'job.cell.recoverExported':
    'To bring the cell back as it was, import the snapshot {name}, which was exported before and is in the cell; a copy is at {path}.',
  'job.cell.recoverStored':
    'To bring the cell back, import a snapshot that is in it already; it takes no upload now.',
  'job.cell.recoverAnew': 'Or delete the cell and create it again, for which rights of the unit are needed.',

  'job.cell.noCell': 'Only a cell of Personium can be imported from a snapshot.',
  'job.cell.snapshotName':
    'A snapshot’s name has 1 to 192 letters, digits, hyphens and underscores (A–Z, a–z, 0–9, - and _). Choose another name than {name}.',
  'job.cell.sameName':
    'The export has the name of the snapshot that is to be imported. Choose another name than {name}.',
  'job.cell.notStored': 'The snapshot {name} is not in the cell any more. Choose another one.',
  'job.cell.failedBefore':
    'The last import of this cell has failed, and until it is recovered it takes neither uploads nor exports. Import a snapshot that is in the cell already, or delete the cell and create it again.',
  'job.cell.foreignRuns':
    'Somebody else is importing the snapshot {name} into this cell. Wait for its end before importing another one.',
  'job.cell.busyTooLong':
    'The server has not begun the import for {minutes} minutes because the cell was in use. Try again when it is not.',
  'job.cell.exportLost':
    'The export of the cell could not be followed to its end. Try again under another name than {name}.',
  'job.cell.exportCut':
    'The export that was downloaded is not whole, so the import was not begun. Try again.',
  'job.cell.overtaken':
    'Another import ({name}) has begun in the cell, so how this one ended can’t be told. The cell will hold what that one brings.',
  'job.cell.failedUnknown': 'The import failed, and the server tells nothing more.',
  'job.cell.lostStart':
    'No answer came to the request that starts the import, and no run of it was seen for {minutes} minutes. It was sent once and is not sent again. Look at the cell’s status and contents in Connections: if it is as it was, import the snapshot again.',
  'job.cell.neverSeen':
    'The server accepted the import, but no run of it was seen for {minutes} minutes. It may still begin. Look at the cell’s status and contents in Connections before importing again.',
  'job.cell.lostSight':
    'Nothing could be read of the import for {minutes} minutes, so how it ended can’t be told. Sign in with rights on the cell, and look at its status and contents in Connections. The last reason was: {reason}',
  'job.cell.cutOff':
    'The server reports no failure, but the cell holds other numbers than the snapshot: {counts}. The import seems to have been cut off, for one by a restart of the server.',
  'job.cell.endUnseen':
    'The server could not be reached in mid-import, and shows neither a run nor a failure since. It shows the same after a restart that has cut the import off, so how it ended can’t be told. Compare the contents of the cell with the snapshot.',
  'job.cell.notSent': 'The import was canceled before the order to start left.',
  'job.cell.lostWithProcess':
    'The window or command that sent the order to import closed before its answer came.',
  'job.cell.notShown':
    'The server does not show the run yet; others may come first there. It is looked for during {hours} hours.',
  'job.cell.notShownLost':
    'No answer came to the order to import, and the server shows no run. It is looked for during {minutes} minutes.',
  'job.cell.oldFailure':
    'The server still shows the failure of an earlier import. The new one is looked for during {hours} hours.',

  'job.cell.noteDiffers': 'The cell holds other numbers than the snapshot: {counts}.',
  'job.cell.noteNotCompared':
    'Not compared, as this sign-in may not read them or the snapshot was not read here: {kinds}.',
  'job.cell.noteNotVerified': 'The contents of the cell could not be compared with the snapshot. {reason}',
  'job.cell.noteSignInGone':
    'The import has ended and the cell has not failed, but this sign-in may not read it any more: the snapshot brought other accounts or roles. Change the sign-in of the connection.',
  'job.cell.noteUploadLeft': 'The snapshot {name} was uploaded and could not be removed from the cell again.',
  'job.cell.count': '{kind} {found} of {expected}',
  'job.cell.two': '{first}, {rest}',
  'job.cell.kind.boxes': 'boxes',
  'job.cell.kind.accounts': 'accounts',
  'job.cell.kind.roles': 'roles',
  'job.cell.kind.relations': 'relations',
  'job.cell.kind.externalCells': 'external cells',
  'job.cell.kind.entityTypes': 'entity types',
  'job.cell.kind.entities': 'entities',

  'cli.cellExported':
    'The cell was exported: {size} bytes in {file}. The snapshot is in the cell as {name}, too.',
  'cli.snapshotHolds':
    'The snapshot holds: boxes {boxes}, accounts {accounts}, roles {roles}, relations {relations}, external cells {externalCells}, entity types {entityTypes}, entities {entities}.',
} as const satisfies MessageTable;
