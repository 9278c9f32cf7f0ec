import type { EndpointPlace } from '../../core/endpoints/createEndpoint';
import type { TargetSummary } from '../../core/endpoints/endpoint';
import type { JobTarget } from '../../core/jobs/job';

/** One entry of the setting `importedFiles.connections`. Never holds a secret. */
export type Connection = KintoneConnection | PersoniumConnection;

interface CommonConnection {
  readonly id: string;
  readonly name: string;
  readonly username?: string;
}

export interface KintoneConnection extends CommonConnection {
  readonly kind: 'kintone';
  /** Origin (and path, if any) of the domain, without a slash at the end. */
  readonly baseUrl: string;
  readonly guestSpaceId?: string;
  readonly signIn: KintoneWay;
  /** What has to be passed before the sign-in; nothing when absent. */
  readonly entrance?: readonly EntranceKind[];
  /** Apps the tokens belong to: a token can't list the apps of its domain. */
  readonly apps?: readonly ConnectionApp[];
}

export interface PersoniumConnection extends CommonConnection {
  readonly kind: 'personium';
  /** The cell as it calls itself, without the slash at the end. */
  readonly baseUrl: string;
  readonly cellName: string;
  readonly signIn: PersoniumWay;
  /** Cell the unit user's account is in; for that way alone, without a slash at the end. */
  readonly issuer?: string;
  /** `Name: value` lines that go with each request as `X-Override`; never one that signs in. */
  readonly overrides?: readonly string[];
  readonly entrance?: readonly Extract<EntranceKind, 'certificate'>[];
}

export const KINTONE_WAYS = ['password', 'apiToken', 'oauth'] as const;
export type KintoneWay = (typeof KINTONE_WAYS)[number];

export const PERSONIUM_WAYS = ['account', 'unitUser', 'bearer', 'cookie'] as const;
export type PersoniumWay = (typeof PERSONIUM_WAYS)[number];

export const ENTRANCE_KINDS = ['basic', 'certificate'] as const;
export type EntranceKind = (typeof ENTRANCE_KINDS)[number];

export interface ConnectionApp {
  readonly id: string;
  readonly name: string;
}

/** Where the endpoint of a connection is. */
export function placeOf(connection: Connection): EndpointPlace {
  const { baseUrl } = connection;
  if (connection.kind === 'personium') return { system: 'personium', baseUrl };
  return {
    system: 'kintone',
    baseUrl,
    ...(connection.guestSpaceId === undefined ? {} : { guestSpaceId: connection.guestSpaceId }),
    // OAuth may not send many requests as one.
    ...(connection.signIn === 'oauth' ? { bulk: false } : {}),
  };
}

/** What a job keeps of its target; no secret. */
export function jobTarget(connection: Connection, { id, name, url }: TargetSummary): JobTarget {
  return {
    ...placeOf(connection),
    connectionId: connection.id,
    connectionName: connection.name,
    id,
    name,
    url,
  };
}

/** The target of a job that replaces the whole cell. */
export function cellTarget(connection: PersoniumConnection): JobTarget {
  return jobTarget(connection, { id: '', name: connection.cellName, url: `${connection.baseUrl}/` });
}

/** Address of an app's list of records. */
export function appUrl({ baseUrl, guestSpaceId }: KintoneConnection, appId: string): string {
  const space = guestSpaceId === undefined ? '' : `guest/${guestSpaceId}/`;
  return `${baseUrl}/k/${space}${appId}/`;
}
