import { ApiError, invalidParameter } from '../apiError';
import { requireAnyRight } from '../auth';
import type { Json } from '../apps/properties';
import { readId, requiredList } from '../parameters';
import type { App } from '../records/app';
import { RECORD_TEXTS } from '../records/recordTexts';
import { Access } from '../records/rights';
import { TEXTS } from '../texts';
import type { ApiCall, ApiReply } from './context';
import { targetApp } from './context';

/** `GET records/acl/evaluate`: what the caller may do with these records and their fields. Not with a token. */
export function evaluateRights(call: ApiCall): ApiReply {
  const app = targetApp(call);
  const { caller, limits } = call;
  if (caller.kind === 'tokens') {
    throw new ApiError(403, 'GAIA_NO01', TEXTS.tokenMayNot);
  }
  requireAnyRight(caller, app, 'view', 'add');
  const ids = requiredList(call.parameters, 'ids').map((id, index) => readId(id, `ids[${index}]`));
  if (ids.length > limits.recordsPerRequest) {
    throw invalidParameter('ids', RECORD_TEXTS.tooManyRightsAsked);
  }
  const access = new Access(app, caller);
  const rights = ids.map((id): Json => {
    const record = app.records.get(id);
    if (record === undefined) {
      throw new ApiError(404, 'GAIA_RE01', TEXTS.recordMissing(String(id)));
    }
    const { viewable, editable, deletable } = access.record(record);
    return {
      id: String(id),
      record: {
        viewable: viewable && caller.may(app, 'view'),
        editable: editable && caller.may(app, 'edit'),
        deletable: deletable && caller.may(app, 'delete'),
      },
      fields: fieldRights(app, access),
    };
  });
  return { rights };
}

/** Fields an update can write, those of tables beside the others. */
function fieldRights(app: App, access: Access): Json {
  const rights = app.stored.flatMap(({ code, inner }) => {
    const accessibility = access.field(code);
    const right = { viewable: accessibility !== 'NONE', editable: accessibility === 'WRITE' };
    const codes = inner === undefined ? [code] : [code, ...inner.stored.map((field) => field.code)];
    return codes.map((one) => [one, right] as const);
  });
  return Object.fromEntries(rights);
}
