import { isLoopback } from '../../core/endpoints/exchange';
import { isOverride } from '../../core/endpoints/personium/signIn';
import {
  ENTRANCE_KINDS,
  KINTONE_WAYS,
  PERSONIUM_WAYS,
  type Connection,
  type ConnectionApp,
  type EntranceKind,
} from './connection';

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
  if (!isAddress(value.baseUrl)) return 'baseUrl';
  if (value.username !== undefined && !isText(value.username, 500)) return 'username';
  switch (value.kind) {
    case 'kintone':
      return kintoneFault(value);
    case 'personium':
      return personiumFault(value);
    default:
      return 'kind';
  }
}

function kintoneFault(value: Readonly<Record<string, unknown>>): string | null {
  if (!isOneOf(KINTONE_WAYS, value.signIn)) return 'signIn';
  if (value.guestSpaceId !== undefined && !isNumber(value.guestSpaceId)) return 'guestSpaceId';
  if (value.entrance !== undefined && !isEntrance(value.entrance, ENTRANCE_KINDS)) return 'entrance';
  if (value.apps !== undefined && !isApps(value.apps)) return 'apps';
  return null;
}

function personiumFault(value: Readonly<Record<string, unknown>>): string | null {
  // A slash at the end would make another address of the same cell, for which the stored sign-in does not count.
  if (String(value.baseUrl).endsWith('/')) return 'baseUrl';
  if (!isText(value.cellName, 128)) return 'cellName';
  if (!isOneOf(PERSONIUM_WAYS, value.signIn)) return 'signIn';
  const named = value.signIn === 'account' || value.signIn === 'unitUser';
  if (named && value.username === undefined) return 'username';
  if (value.signIn === 'unitUser' ? !isAddress(value.issuer) : value.issuer !== undefined) return 'issuer';
  if (value.overrides !== undefined && !isOverrides(value.overrides)) return 'overrides';
  if (value.entrance !== undefined && !isEntrance(value.entrance, ['certificate'])) return 'entrance';
  return null;
}

function isOverrides(value: unknown): boolean {
  return Array.isArray(value) && value.every((line: unknown) => typeof line === 'string' && isOverride(line));
}

function isEntrance(value: unknown, known: readonly EntranceKind[]): value is EntranceKind[] {
  return Array.isArray(value) && value.every((one: unknown) => isOneOf(known, one));
}

function isOneOf<T>(list: readonly T[], value: unknown): value is T {
  return (list as readonly unknown[]).includes(value);
}

/** https, or http to this machine; no credentials, query or fragment inside. */
function isAddress(text: unknown): text is string {
  if (!isText(text, 2000) || !URL.canParse(text)) return false;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
}

function isApps(value: unknown): value is ConnectionApp[] {
  return (
    Array.isArray(value) &&
    value.every((app: unknown) => isObject(app) && isNumber(app.id) && typeof app.name === 'string')
  );
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
