import { replyWithoutFields, withoutFields } from '../removedFields';
import { getAppRights, getDeployment, getFieldRights, getRecordRights, preview } from './acl';
import { getApp, getApps, getFields, getSettings } from './apps';
import { bulkRequest } from './bulkRequest';
import type { DownloadHandler, Handler, UploadHandler } from './context';
import { createCursor, deleteCursor, readCursor } from './cursors';
import { evaluateRights } from './evaluateRights';
import { downloadFile, uploadFile } from './files';
import { getLayout } from './layout';
import { refuseProcess } from './processManagement';
import { getRecord, getRecords } from './readRecords';
import { deleteRecords, postRecord, postRecords, putRecord, putRecords } from './writeRecords';

/** Writes that may also be parts of a bulk request, by method and name. */
const WRITES = withRemovedFields([
  ['POST record', postRecord],
  ['PUT record', putRecord],
  ['POST records', postRecords],
  ['PUT records', putRecords],
  ['DELETE records', deleteRecords],
  ['PUT record/status', refuseProcess],
  ['PUT records/status', refuseProcess],
  ['PUT record/assignees', refuseProcess],
]);

/** Everything the sandbox answers in JSON, by method and name (`GET app/form/fields`). */
export const HANDLERS: ReadonlyMap<string, Handler> = new Map([
  ...WRITES,
  ...withRemovedFields([
    ['GET record', getRecord],
    ['GET records', getRecords],
    ['POST records/cursor', createCursor],
    ['GET app/form/fields', getFields],
    ['GET app/form/layout', getLayout],
    ['GET preview/app/form/fields', preview(getFields)],
    ['GET preview/app/form/layout', preview(getLayout)],
  ]),
  ['POST bulkRequest', bulkRequest(WRITES)],
  ['GET records/cursor', readCursor],
  ['DELETE records/cursor', deleteCursor],
  ['GET records/acl/evaluate', evaluateRights],
  ['GET app', getApp],
  ['GET apps', getApps],
  ['GET app/settings', getSettings],
  ['GET app/acl', getAppRights],
  ['GET record/acl', getRecordRights],
  ['GET field/acl', getFieldRights],
  ['GET preview/app/settings', preview(getSettings)],
  ['GET preview/app/acl', getAppRights],
  ['GET preview/record/acl', getRecordRights],
  ['GET preview/field/acl', getFieldRights],
  ['GET preview/app/deploy', getDeployment],
]);

/** Calls whose body is a form with a file. */
export const UPLOADS: ReadonlyMap<string, UploadHandler> = new Map([['POST file', uploadFile]]);

/** Calls that are answered with the bytes of a file. */
export const DOWNLOADS: ReadonlyMap<string, DownloadHandler> = new Map([['GET file', downloadFile]]);

/** The same handlers, blind to fields that were taken out of their app. */
function withRemovedFields(
  handlers: readonly (readonly [name: string, handler: Handler])[],
): ReadonlyMap<string, Handler> {
  return new Map(
    handlers.map(([name, handler]) => [
      name,
      (call) => {
        const removed = call.removedFields.of(call.parameters);
        if (removed === undefined) {
          return handler(call);
        }
        const parameters = withoutFields(call.parameters, removed);
        return replyWithoutFields(handler({ ...call, parameters }), removed);
      },
    ]),
  );
}
