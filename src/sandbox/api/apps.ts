import { ApiError, invalidParameter } from '../apiError';
import { requireAnyRight } from '../auth';
import type { Json } from '../apps/properties';
import { formProperties } from '../apps/properties';
import { userEntry } from '../directory';
import type { Parameters } from '../parameters';
import { optionalList, optionalText } from '../parameters';
import type { App } from '../records/app';
import type { Language } from '../texts';
import { labelLanguage, TEXTS } from '../texts';
import type { ApiCall, ApiReply } from './context';
import { targetApp } from './context';

const MOST_APPS = 100;
const LONGEST_NAME = 64;

/** Of every app: none of the sandbox is ever changed. */
export const APP_REVISION = '2';

/** `GET app`. */
export function getApp(call: ApiCall): ApiReply {
  const app = targetApp(call, 'id');
  requireAnyRight(call.caller, app, 'view');
  return appSummary(app);
}

/** `GET apps`: only for users; apps of a guest space only through its path. */
export function getApps(call: ApiCall): ApiReply {
  if (call.caller.kind === 'tokens') {
    throw new ApiError(403, 'GAIA_NO01', TEXTS.tokenMayNot);
  }
  const { parameters } = call;
  const ids = wanted(parameters, 'ids');
  const codes = wanted(parameters, 'codes');
  const spaces = wanted(parameters, 'spaceIds');
  const name = optionalText(parameters, 'name')?.toLowerCase() ?? '';
  if (name.length > LONGEST_NAME) {
    throw invalidParameter('name', TEXTS.nameTooLong);
  }
  const limit = count(parameters.limit, 'limit', MOST_APPS);
  const offset = count(parameters.offset, 'offset', 0);
  if (limit < 1) {
    throw invalidParameter('limit', TEXTS.atLeastOne);
  }
  if (limit > MOST_APPS) {
    throw invalidParameter('limit', TEXTS.atMost(String(MOST_APPS)));
  }
  const found = [...call.apps.values()].filter(
    (app) =>
      app.definition.guestSpaceId === call.guestSpaceId &&
      call.caller.may(app, 'view') &&
      ids(app.id) &&
      codes(app.definition.code ?? '') &&
      spaces(app.definition.guestSpaceId ?? '') &&
      app.definition.name.toLowerCase().includes(name),
  );
  return { apps: found.slice(offset, offset + limit).map(appSummary) };
}

/** `GET app/form/fields`. */
export function getFields(call: ApiCall): ApiReply {
  const app = targetApp(call);
  requireAnyRight(call.caller, app, 'view', 'add');
  return { properties: formProperties(app.definition, askedLanguage(call)), revision: APP_REVISION };
}

/** `GET app/settings`. */
export function getSettings(call: ApiCall): ApiReply {
  const app = targetApp(call);
  requireAnyRight(call.caller, app, 'view', 'add');
  // Names of apps are the same in all languages here, but the parameter is checked all the same.
  askedLanguage(call);
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
    revision: APP_REVISION,
  };
}

/** `default` is what the administrator typed, which is Japanese here; `user` goes by the reader. */
function askedLanguage(call: ApiCall): Language {
  const asked = optionalText(call.parameters, 'lang') ?? 'default';
  switch (asked) {
    case 'default':
    case 'ja':
      return 'ja';
    case 'en':
    case 'zh':
      return 'en';
    case 'user':
      return labelLanguage(call.language);
    default:
      throw invalidParameter('lang', TEXTS.notOneOfThem);
  }
}

function appSummary(app: App): Record<string, Json> {
  const { definition, createdAt } = app;
  const creator = { ...userEntry('admin') };
  return {
    appId: app.id,
    code: definition.code ?? '',
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

/** Whether a value is among those a parameter names; everything is when it names none. */
function wanted(parameters: Parameters, name: string): (value: string) => boolean {
  const list = optionalList(parameters, name)?.map(String) ?? [];
  if (list.length > MOST_APPS) {
    throw invalidParameter(name, TEXTS.tooManyValues);
  }
  return (value) => list.length === 0 || list.includes(value);
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
