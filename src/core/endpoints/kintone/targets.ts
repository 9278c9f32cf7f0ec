import { ExpectedError } from '../../message';
import type { TargetSchema } from '../../mapping/schema';
import type { TargetSummary } from '../endpoint';
import { kintoneMessage } from './codes';
import { readFields } from './fields';
import { appUrl } from './paths';
import type { KintonePlace } from './paths';
import { isPassing, KintoneRefusal } from './reader';
import type { Read } from './reader';
import { isObject } from '../readJson';

/** Requests that `describeApp` makes. */
export const DESCRIBE_REQUESTS = 5;

const APPS_PER_PAGE = 100;
/** More pages than any Kintone has: a server that never ends its list is cut off. */
const MAX_PAGES = 1000;

/**
 * All apps that the user may see. API tokens can't list apps: that throws `ExpectedError` with the code
 * `kintone.appsNeedPassword`, and the app's number has to be asked for.
 */
export async function listApps(
  place: KintonePlace,
  read: Read,
  signal?: AbortSignal,
): Promise<TargetSummary[]> {
  const apps: TargetSummary[] = [];
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const query = { limit: String(APPS_PER_PAGE), offset: String(page * APPS_PER_PAGE) };
    const { apps: found } = await read('apps', query, signal).catch((error: unknown) => {
      if (error instanceof KintoneRefusal && error.kintoneCode === 'GAIA_NO01') {
        throw new ExpectedError(kintoneMessage('kintone.appsNeedPassword'), { cause: error });
      }
      throw error;
    });
    if (!Array.isArray(found)) {
      throw new ExpectedError(kintoneMessage('kintone.unexpectedAnswer', { status: 200 }));
    }
    for (const app of found as readonly unknown[]) {
      if (isObject(app) && (typeof app.appId === 'string' || typeof app.appId === 'number')) {
        const id = String(app.appId);
        apps.push({ id, name: textOr(app.name, id), url: appUrl(place, id) });
      }
    }
    if (found.length < APPS_PER_PAGE) {
      break;
    }
  }
  return apps;
}

/** Name, fields, number settings and rights of one app as they are now. */
export async function describeApp(
  place: KintonePlace,
  read: Read,
  appId: string,
  signal?: AbortSignal,
): Promise<TargetSchema> {
  const [form, localized, app, settings, rights] = await Promise.all([
    read('app/form/fields', { app: appId }, signal).catch((error: unknown) => {
      throw inGuestSpace(place, error);
    }),
    // An import can do without the rest, which a token with few rights can't read.
    withoutRight(read('app/form/fields', { app: appId, lang: 'user' }, signal)),
    withoutRight(read('app', { id: appId }, signal)),
    withoutRight(read('app/settings', { app: appId }, signal)),
    // Nobody but those who may manage the app can read who may do what in it.
    withoutRight(read('app/acl', { app: appId }, signal)),
  ]);
  const fields = readFields(form.properties, localized?.properties, { mayManage: rights !== null });
  if (fields === null) {
    throw new ExpectedError(kintoneMessage('kintone.noFields'));
  }
  const precision = readPrecision(settings?.numberPrecision);
  const appCode = textOr(app?.code, '');
  return {
    id: appId,
    name: textOr(app?.name, appId),
    url: appUrl(place, appId),
    fields,
    ...(precision === null ? {} : { numberPrecision: precision }),
    ...(appCode === '' ? {} : { recordNumberPrefix: `${appCode}-` }),
  };
}

/** Kintone gives the same answer for an app without rights and for one that is not in the guest space. */
function inGuestSpace({ guestSpaceId }: KintonePlace, error: unknown): unknown {
  if (guestSpaceId === undefined || !(error instanceof KintoneRefusal) || error.kintoneCode !== 'CB_NO02') {
    return error;
  }
  const message = kintoneMessage('kintone.notInGuestSpace', { space: guestSpaceId }, error.refusal.words);
  return new KintoneRefusal(error.refusal, error.status, message, { cause: error });
}

type Content = Awaited<ReturnType<Read>>;

async function withoutRight(reading: Promise<Content>): Promise<Content | null> {
  try {
    return await reading;
  } catch (error) {
    // A server that is merely busy says nothing about rights.
    if (error instanceof KintoneRefusal && !isPassing(error)) {
      return null;
    }
    throw error;
  }
}

/** `digits` counts both sides of the decimal point. */
function readPrecision(value: unknown): NonNullable<TargetSchema['numberPrecision']> | null {
  const digits = isObject(value) ? wholeNumber(value.digits) : null;
  const decimalPlaces = isObject(value) ? wholeNumber(value.decimalPlaces) : null;
  return digits === null || decimalPlaces === null || digits < decimalPlaces
    ? null
    : { integerDigits: digits - decimalPlaces, decimalPlaces };
}

function wholeNumber(value: unknown): number | null {
  return (typeof value === 'string' || typeof value === 'number') && /^\d{1,3}$/.test(String(value))
    ? Number(value)
    : null;
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value : otherwise;
}
