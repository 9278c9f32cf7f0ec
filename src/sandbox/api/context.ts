import { ApiError } from '../apiError';
import type { Caller } from '../auth';
import type { Json } from '../apps/properties';
import type { Parameters } from '../parameters';
import { requiredId } from '../parameters';
import type { App } from '../records/app';
import type { UndoLog } from '../records/recordStore';
import type { Language } from '../texts';
import { TEXTS } from '../texts';

/** One call of the API, signed in and read. */
export interface ApiCall {
  readonly apps: ReadonlyMap<string, App>;
  readonly caller: Caller;
  /** Guest space named by the path; undefined for the ordinary path. */
  readonly guestSpaceId: string | undefined;
  readonly parameters: Parameters;
  readonly language: Language;
  /** Steps that take the writes of this call back. */
  readonly undo: UndoLog;
}

export type ApiReply = Readonly<Record<string, Json>>;
export type Handler = (call: ApiCall) => ApiReply;

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
