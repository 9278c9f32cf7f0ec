import { requireAnyRight } from '../auth';
import type { Json } from '../apps/properties';
import { optionalText } from '../parameters';
import { APP_REVISION } from './apps';
import type { ApiCall, ApiReply, Handler } from './context';
import { targetApp } from './context';

/** `GET app/acl`: the creator may do everything, everybody else all but manage, import and export. */
export function getAppRights(call: ApiCall): ApiReply {
  const app = targetApp(call);
  requireAnyRight(call.caller, app, 'manage');
  const entry = (entity: Json, isCreator: boolean): Json => ({
    entity,
    includeSubs: false,
    appEditable: isCreator,
    recordViewable: true,
    recordAddable: true,
    recordEditable: true,
    recordDeletable: true,
    recordImportable: isCreator,
    recordExportable: isCreator,
  });
  const everybody = { type: 'GROUP', code: 'everyone' };
  return {
    rights: [entry({ type: 'CREATOR', code: null }, true), entry(everybody, false)],
    revision: APP_REVISION,
  };
}

/** `GET record/acl`. */
export function getRecordRights(call: ApiCall): ApiReply {
  const app = targetApp(call);
  requireAnyRight(call.caller, app, 'manage');
  const rights = (app.definition.recordRights ?? []).map(({ filterCond, entities }) => ({
    filterCond,
    entities: entities.map(({ entity, ...may }) => ({ entity: { ...entity }, ...may, includeSubs: false })),
  }));
  return { rights, revision: APP_REVISION };
}

/** `GET field/acl`. */
export function getFieldRights(call: ApiCall): ApiReply {
  const app = targetApp(call);
  requireAnyRight(call.caller, app, 'manage');
  const rights = (app.definition.fieldRights ?? []).map(({ code, entities }) => ({
    code,
    entities: entities.map(({ entity, accessibility }) => ({
      entity: { ...entity },
      accessibility,
      includeSubs: false,
    })),
  }));
  return { rights, revision: APP_REVISION };
}

/** The same of settings that are not yet in use: here they are always those in use. Only who manages the app sees them. */
export function preview(handler: Handler): Handler {
  return (call) => {
    requireAnyRight(call.caller, targetApp(call), 'manage');
    return handler(call);
  };
}

/** `GET preview/app/deploy`: nothing waits to be put in use. */
export function getDeployment(call: ApiCall): ApiReply {
  const asked = call.parameters.apps;
  const ids = Array.isArray(asked) ? asked : [optionalText(call.parameters, 'app') ?? ''];
  return {
    apps: ids.map((id) => {
      const app = targetApp({ ...call, parameters: { app: id } });
      requireAnyRight(call.caller, app, 'manage');
      return { app: app.id, status: 'SUCCESS' };
    }),
  };
}
