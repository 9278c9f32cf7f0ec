import { ApiError } from '../apiError';
import { requireAnyRight } from '../auth';
import { TEXTS } from '../texts';
import type { ApiCall, ApiReply } from './context';
import { targetApp } from './context';

/** `PUT record/status`, `records/status` and `record/assignees`: no app of the sandbox has process management. */
export function refuseProcess(call: ApiCall): ApiReply {
  requireAnyRight(call.caller, targetApp(call), 'edit');
  throw new ApiError(400, 'GAIA_ST02', TEXTS.processManagementOff);
}
