import type { MessageTable } from '../../message';
import { makeMessage } from '../makeMessage';
import type { MakeMessage } from '../makeMessage';

/** What becomes of snapshots of a cell, of their import and of their export. */
export const CELL_MESSAGES = {
  'cell.startLost':
    'The connection was lost before the cell answered ({code}). It may have begun all the same, which the cell itself shows.',
  'cell.startUnclear':
    'The server’s answer (HTTP status {status}) does not tell whether it has begun, which the cell itself shows.',
  'cell.startRefused':
    'The server did not let the request through (HTTP status {status}); nothing has begun.',
  'cell.importFailed': 'The cell ended the import with the code {code}.',
  'cell.importFailedUnnamed': 'The cell ended the import and does not say why.',
  'cell.exportFailed': 'The cell could not write the snapshot (code {code}).',
  'cell.exportFailedUnnamed': 'The cell could not write the snapshot and does not say why.',
  'cell.signInNotTaken':
    'The cell does not take the sign-in at the moment. An import replaces accounts and roles too, so this can pass when it ends; sign in again if it does not.',
  'cell.tokenNotGiven':
    'The cell gives no token for the sign-in at the moment. An import replaces accounts too, so this can pass when it ends; sign in again if it does not.',
  'cell.beingDeleted':
    'There is no cell at this address at the moment. It may be on the way to being deleted, or the cell URL is not right.',
  'cell.unknownState': 'The cell names a state that is not known here: {state}.',
  'cell.snapshotChanged':
    'The snapshot was changed while it was being uploaded. Choose it again when it is finished.',
  'cell.snapshotUnreadable':
    'The snapshot can’t be read. Check that the file is still there, then try again.',
  'cell.uploadTooLarge':
    'The snapshot is larger than the server in front of the cell takes. Ask whoever runs the unit to allow larger uploads.',
  'cell.downloadIncomplete':
    'The downloaded snapshot has {bytes} bytes in place of {expected}. Download it again.',
  'cell.downloadExists': 'There is a file of this name already. Choose another name.',
  'cell.downloadNotWritten':
    'The snapshot can’t be written to this place ({code}). Check the free space and whether the folder may be changed.',
  'cell.notCreatedAgain':
    'The cell was deleted, but could not be created again. Create the cell {name} by hand.',
} as const satisfies MessageTable;

/** A message of this table. */
export const cellMessage: MakeMessage<keyof typeof CELL_MESSAGES> = makeMessage;
