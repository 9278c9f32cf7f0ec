import { getApp, getApps, getFields, getLayout, getSettings } from './apps';
import { bulkRequest } from './bulkRequest';
import type { Handler } from './context';
import { getRecord, getRecords } from './readRecords';
import { deleteRecords, postRecord, postRecords, putRecord, putRecords } from './writeRecords';

/** Writes that may also be parts of a bulk request, by method and name. */
const WRITES: ReadonlyMap<string, Handler> = new Map([
  ['POST record', postRecord],
  ['PUT record', putRecord],
  ['POST records', postRecords],
  ['PUT records', putRecords],
  ['DELETE records', deleteRecords],
]);

/** Everything the sandbox answers, by method and name (`GET app/form/fields`). */
export const HANDLERS: ReadonlyMap<string, Handler> = new Map([
  ...WRITES,
  ['POST bulkRequest', bulkRequest(WRITES)],
  ['GET record', getRecord],
  ['GET records', getRecords],
  ['GET app', getApp],
  ['GET apps', getApps],
  ['GET app/form/fields', getFields],
  ['GET app/form/layout', getLayout],
  ['GET app/settings', getSettings],
]);
