import { ApiError, invalidParameter } from '../apiError';
import { requireAnyRight } from '../auth';
import type { Json } from '../apps/properties';
import { formLayout, formProperties } from '../apps/properties';
import { userEntry } from '../directory';
import { optionalList, optionalText } from '../parameters';
import type { App } from '../records/app';
import type { Language } from '../texts';
import { TEXTS } from '../texts';
import type { ApiCall, ApiReply } from './context';
import { targetApp } from './context';

const MOST_APPS = 100;

/** `GET app`. */
export function getApp(call: ApiCall): ApiReply {
  const app = targetApp(call, 'id');
  requireAnyRight(call.caller, app, 'view');
  return appSummary(app);
}

/** `GET apps`: only with a password; apps of a guest space only through its path. */
export function getApps(call: ApiCall): ApiReply {
  if (call.caller.kind === 'tokens') {
    throw new ApiError(403, 'GAIA_NO01', TEXTS.tokenMayNot);
  }
  const { parameters } = call;
  const ids = optionalList(parameters, 'ids')?.map(String);
  const codes = optionalList(parameters, 'codes');
  const spaces = optionalList(parameters, 'spaceIds')?.map(String);
  const name = optionalText(parameters, 'name')?.toLowerCase() ?? '';
  const limit = count(parameters.limit, 'limit', MOST_APPS);
  const offset = count(parameters.offset, 'offset', 0);
  if (limit > MOST_APPS) {
    throw invalidParameter('limit', TEXTS.atMost(String(MOST_APPS)));
  }
  const found = [...call.apps.values()].filter(
    (app) =>
      app.definition.guestSpaceId === call.guestSpaceId &&
      call.caller.may(app, 'view') &&
      (ids === undefined || ids.length === 0 || ids.includes(app.id)) &&
      // No app of the sandbox has an app code.
      (codes === undefined || codes.length === 0) &&
      (spaces === undefined || spaces.length === 0 || spaces.includes(app.definition.guestSpaceId ?? '')) &&
      app.definition.name.toLowerCase().includes(name),
  );
  return { apps: found.slice(offset, offset + limit).map(appSummary) };
}

/** `GET app/form/fields`. */
export function getFields(call: ApiCall): ApiReply {
  const app = targetApp(call);
  requireAnyRight(call.caller, app, 'view', 'add');
  return { properties: formProperties(app.definition, labelLanguage(call)), revision: '2' };
}

/** `GET app/form/layout`. */
export function getLayout(call: ApiCall): ApiReply {
  const app = targetApp(call);
  requireAnyRight(call.caller, app, 'view', 'add');
  return { layout: formLayout(app.definition), revision: '2' };
}

/** `GET app/settings`. */
export function getSettings(call: ApiCall): ApiReply {
  const app = targetApp(call);
  requireAnyRight(call.caller, app, 'view', 'add');
  const { name, description, numberPrecision } = app.definition;
  return {
    name,
    description,
    icon: { type: 'PRESET', key: 'APP72' },
    theme: 'WHITE',
    titleField: { selectionMode: 'AUTO' },
    enableThumbnails: true,
    enableBulkDeletion: false,
    enableComments: true,
    enableDuplicateRecord: true,
    enableInlineRecordEditing: true,
    numberPrecision: {
      digits: String(numberPrecision.digits),
      decimalPlaces: String(numberPrecision.decimalPlaces),
      roundingMode: 'HALF_EVEN',
    },
    firstMonthOfFiscalYear: '4',
    revision: '2',
  };
}

/** `default` is what the administrator typed, which is Japanese here; `user` goes by the reader. */
function labelLanguage(call: ApiCall): Language {
  const asked = optionalText(call.parameters, 'lang') ?? 'default';
  switch (asked) {
    case 'default':
    case 'ja':
      return 'ja';
    case 'en':
    case 'zh':
      return 'en';
    case 'user':
      return call.language;
    default:
      throw invalidParameter('lang', {
        ja: 'Enum値のいずれかでなければなりません。',
        en: 'must be one of the enum value',
      });
  }
}

function appSummary(app: App): Record<string, Json> {
  const { definition, createdAt } = app;
  const creator = { ...userEntry('admin') };
  return {
    appId: app.id,
    code: '',
    name: definition.name,
    description: definition.description,
    createdAt,
    creator,
    modifiedAt: createdAt,
    modifier: creator,
    spaceId: definition.guestSpaceId ?? null,
    threadId: definition.guestSpaceId ?? null,
  };
}

function count(value: unknown, name: string, otherwise: number): number {
  if (value === undefined || value === null || value === '') {
    return otherwise;
  }
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0) {
    throw invalidParameter(name, TEXTS.notAnInteger);
  }
  return number;
}
