import type { TargetSummary } from '../../core/endpoints/endpoint';
import type { JobTarget } from '../../core/jobs/job';

/** One entry of the setting `importedFiles.connections`. Never holds a secret. */
export interface Connection {
  readonly id: string;
  readonly name: string;
  /** Origin (and path, if any) of the endpoint, without a slash at the end. */
  readonly baseUrl: string;
  readonly guestSpaceId?: string;
  readonly kind: 'kintone';
  readonly signIn: SignInWay;
  readonly username?: string;
  /** What has to be passed before the sign-in; nothing when absent. */
  readonly entrance?: readonly EntranceKind[];
  /** Apps the tokens belong to: a token can't list the apps of its domain. */
  readonly apps?: readonly ConnectionApp[];
}

export const SIGN_IN_WAYS = ['password', 'apiToken', 'oauth'] as const;
export type SignInWay = (typeof SIGN_IN_WAYS)[number];

export const ENTRANCE_KINDS = ['basic', 'certificate'] as const;
export type EntranceKind = (typeof ENTRANCE_KINDS)[number];

export interface ConnectionApp {
  readonly id: string;
  readonly name: string;
}

/** The connections of a settings value, or what is wrong with it (in English: setting names and positions). */
export function parseConnections(value: unknown): { connections: Connection[]; faults: string[] } {
  if (value === undefined || value === null) return { connections: [], faults: [] };
  if (!Array.isArray(value)) return { connections: [], faults: ['[]'] };
  const connections: Connection[] = [];
  const faults: string[] = [];
  value.forEach((entry: unknown, index) => {
    const fault = faultOf(entry);
    if (fault !== null) faults.push(`[${String(index)}]${fault === '' ? '' : `.${fault}`}`);
    else if (isConnection(entry)) {
      if (connections.some((other) => other.id === entry.id)) faults.push(`[${String(index)}].id`);
      else connections.push(entry);
    }
  });
  return { connections, faults };
}

/** Whether a value of the settings is a usable connection. */
export function isConnection(value: unknown): value is Connection {
  return faultOf(value) === null;
}

/** Name of the member that can't be used, `''` for the entry as a whole, null when all is well. */
function faultOf(value: unknown): string | null {
  if (!isObject(value)) return '';
  if (!isText(value.id, 100) || !/^[\w.-]+$/.test(value.id)) return 'id';
  if (!isText(value.name, 200)) return 'name';
  if (!isText(value.baseUrl, 2000) || !isAddress(value.baseUrl)) return 'baseUrl';
  if (value.kind !== 'kintone') return 'kind';
  if (!isOneOf(SIGN_IN_WAYS, value.signIn)) return 'signIn';
  if (value.guestSpaceId !== undefined && !isNumber(value.guestSpaceId)) return 'guestSpaceId';
  if (value.username !== undefined && !isText(value.username, 500)) return 'username';
  if (value.entrance !== undefined && !isEntrance(value.entrance)) return 'entrance';
  if (value.apps !== undefined && !isApps(value.apps)) return 'apps';
  return null;
}

function isEntrance(value: unknown): value is EntranceKind[] {
  return Array.isArray(value) && value.every((one: unknown) => isOneOf(ENTRANCE_KINDS, one));
}

function isOneOf<T>(list: readonly T[], value: unknown): value is T {
  return (list as readonly unknown[]).includes(value);
}

/** https, or http to this machine; no credentials, query or fragment inside. */
function isAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
}

/** Whether a host name is this machine. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function isApps(value: unknown): value is ConnectionApp[] {
  return (
    Array.isArray(value) &&
    value.every((app: unknown) => isObject(app) && isNumber(app.id) && typeof app.name === 'string')
  );
}

/** What a job keeps of its target; no secret. */
export function jobTarget(connection: Connection, target: TargetSummary): JobTarget {
  return {
    system: 'kintone',
    connectionId: connection.id,
    connectionName: connection.name,
    baseUrl: connection.baseUrl,
    ...(connection.guestSpaceId === undefined ? {} : { guestSpaceId: connection.guestSpaceId }),
    // OAuth may not send many requests as one.
    ...(connection.signIn === 'oauth' ? { bulk: false } : {}),
    id: target.id,
    name: target.name,
    url: target.url,
  };
}

/** Address of an app's list of records. */
export function appUrl(connection: Connection, appId: string): string {
  const space = connection.guestSpaceId === undefined ? '' : `guest/${connection.guestSpaceId}/`;
  return `${connection.baseUrl}/k/${space}${appId}/`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown, longest: number): value is string {
  return typeof value === 'string' && value !== '' && value.length <= longest;
}

function isNumber(value: unknown): value is string {
  return typeof value === 'string' && /^\d{1,15}$/.test(value);
}
