import { ApiError } from '../apiError';
import type { Caller } from '../auth';
import type { Json } from '../apps/properties';
import type { Parameters } from '../parameters';
import type { Limits } from '../limits';
import { requiredId } from '../parameters';
import type { App } from '../records/app';
import type { UndoLog } from '../records/recordStore';
import type { RemovedFields } from '../removedFields';
import type { SpokenLanguage } from '../texts';
import { TEXTS } from '../texts';

/** One call of the API, signed in and read. */
export interface ApiCall {
  readonly apps: ReadonlyMap<string, App>;
  readonly caller: Caller;
  /** Guest space named by the path; undefined for the ordinary path. */
  readonly guestSpaceId: string | undefined;
  readonly parameters: Parameters;
  readonly limits: Limits;
  /** Fields taken out of forms while they were in use. */
  readonly removedFields: RemovedFields;
  readonly language: SpokenLanguage;
  /** Steps that take the writes of this call back. */
  readonly undo: UndoLog;
}

export type ApiReply = Readonly<Record<string, Json>>;
export type Handler = (call: ApiCall) => ApiReply;

/** A body that is not JSON, as it came. */
export interface RawBody {
  /** The header, with its parameters (`multipart/form-data; boundary=…`). */
  readonly contentType: string;
  readonly bytes: Buffer;
}

/** An answer that is not JSON. */
export interface RawReply {
  readonly contentType: string;
  readonly bytes: Buffer;
}

/** Takes a call whose parameters came as JSON or in the query string, and answers with the bytes of a file. */
export type DownloadHandler = (call: ApiCall) => RawReply;

/** Takes a call whose body is a form with a file. */
export type UploadHandler = (call: ApiCall, body: RawBody) => ApiReply;

/** The app a parameter names, refused when it is not there or not reached by the path of its space. */
export function targetApp(call: ApiCall, parameter = 'app'): App {
  const id = String(requiredId(call.parameters, parameter));
  const app = call.apps.get(id);
  if (app === undefined) {
    throw new ApiError(404, 'GAIA_AP01', TEXTS.appMissing(id));
  }
  const space = app.definition.guestSpaceId;
  if (space !== undefined && call.guestSpaceId === undefined) {
    throw new ApiError(400, 'GAIA_IL23', TEXTS.wrongGuestPath);
  }
  if (space !== call.guestSpaceId) {
    throw new ApiError(403, 'CB_NO02', TEXTS.noRight);
  }
  return app;
}
