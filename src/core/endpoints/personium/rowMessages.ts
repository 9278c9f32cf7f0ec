import type { MessageTable } from '../../message';
import { makeMessage } from '../makeMessage';
import type { MakeMessage } from '../makeMessage';

/** What becomes of rows on their way into an entity set, and what to do about it. */
export const PERSONIUM_ROW_MESSAGES = {
  'entity.keyOnlyId': 'Entities are found by their __id alone, not by {field}. Choose __id as the key.',
  'entity.setGone': 'There is no entity set {name} in the cell. Choose another one.',
  'entity.schemaUnreadable':
    'The schema of the collection {name} can’t be understood. Check the cell URL and whether a proxy or sign-in page stands in between.',
  'entity.refusedValue': 'The cell refused the value of {field}. Correct it in this row.',
  'entity.valueMissing': 'The cell wants a value of {field}. Fill it in in this row.',
  'entity.notSettable': 'The cell does not let {field} be set. Leave out its column.',
  'entity.refusedId': 'The cell refused the __id {id}. Correct it: 1 to 400 characters on one line.',
  'entity.tooLarge': 'This row is larger than the server takes. Shorten its values.',
  'entity.gone':
    'The entity was deleted after it was read. Import the row again in a way that adds, or leave it out.',
  'entity.uncertainStatus':
    'The server’s answer does not tell whether it kept the rows (HTTP status {status}). Look in the cell before importing them again.',
  'entity.uncertainCode':
    'The unit failed with the code {code} without saying whether it kept the rows. Look in the cell before importing them again.',
  'entity.uncertainAnswer':
    'The server’s answer does not tell whether it kept the rows. Look in the cell before importing them again.',
  'entity.uncertainCount':
    'The cell answered for {confirmed} of {sent} rows. Look in the cell before importing them again.',
  'entity.uncertainPairs':
    'The cell’s answers do not belong to the rows in their order. Look in the cell before importing them again.',
  'entity.noId':
    'The row was sent without an __id, so it can’t be looked for. Look in the cell before importing it again.',
  'entity.notKept': 'An earlier request did not keep the row. It is sent again.',
  'entity.notSentYet': 'The row was not sent, because a request before it was not decided.',
} as const satisfies MessageTable;

/** A message of this table. */
export const rowMessage: MakeMessage<keyof typeof PERSONIUM_ROW_MESSAGES> = makeMessage;
