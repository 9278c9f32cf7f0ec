import type { IncomingHttpHeaders } from 'node:http';
import { equal } from '../secrets';
import type { Account, Cell } from './cellModel';
import type { Ace, Acl, BoxPrivilege, CellPrivilege } from './dav';
import { PersoniumError } from './errors';
import { hashPassword, MAIN_BOX } from './pjson';
import type { Grant, Tokens } from './tokens';
import { unknownTokenCode } from './tokens';
import type { UnitHooks } from './unitHooks';

/** Who a request comes from. */
export type Caller =
  | { readonly kind: 'master' }
  /** Of the unit: names of the roles in the main box of the cell that issued the token. */
  | { readonly kind: 'unitUser'; readonly url: string; readonly roles: ReadonlySet<string> }
  | {
      readonly kind: 'account';
      readonly name: string;
      readonly roles: ReadonlySet<string>;
      readonly scope: readonly string[];
      readonly isBasic: boolean;
    }
  | { readonly kind: 'passwordChange' }
  | { readonly kind: 'nobody' }
  /** The sign-in was wrong, which counts only where it is needed. */
  | { readonly kind: 'wrong'; readonly refusal: PersoniumError };

/** What telling who asks depends on. */
export interface SignInContext {
  readonly tokens: Tokens;
  readonly masterToken: string;
  readonly unitUrl: string;
  /** The cells that may issue tokens of unit users. */
  readonly issuers: ReadonlySet<string>;
  readonly cells: ReadonlyMap<string, Cell>;
  readonly cellUrl: (name: string) => string;
  /** Whether sign-ins of accounts are withdrawn. */
  readonly isRevoked: () => boolean;
  readonly now: number;
}

/** Who asks. `cell`: the cell that is asked for; undefined at the unit itself. */
export function callerOf(
  headers: IncomingHttpHeaders,
  url: URL,
  cell: Cell | undefined,
  context: SignInContext,
): Caller {
  const { authorization } = headers;
  if (authorization === undefined) {
    return byCookie(headers, url, cell, context);
  }
  if (authorization.startsWith('Basic ')) {
    return byBasic(authorization.slice('Basic '.length), cell, context);
  }
  if (!authorization.startsWith('Bearer ')) {
    return wrong('PR401-AU-0003');
  }
  const unitUser = headers['x-personium-unit-user'];
  return byToken(authorization.slice('Bearer '.length), cell, context, unitUser);
}

function byToken(
  token: string,
  cell: Cell | undefined,
  context: SignInContext,
  unitUser?: string | string[],
): Caller {
  const { masterToken, tokens, now } = context;
  if (masterToken !== '' && equal(token, masterToken)) {
    return typeof unitUser === 'string'
      ? { kind: 'unitUser', url: unitUser, roles: new Set() }
      : { kind: 'master' };
  }
  const found = tokens.find(token, now);
  if (found.kind === 'unknown') {
    return wrong(unknownTokenCode(token));
  }
  const { grant } = found;
  if (grant.kind === 'refresh') {
    return wrong('PR401-AU-0007');
  }
  if (grant.kind !== 'transCell' && grant.cell !== cell?.name) {
    return wrong('PR401-AU-0006');
  }
  if (found.kind === 'expired') {
    return wrong('PR401-AU-0002');
  }
  return byGrant(grant, cell, context);
}

function byGrant(grant: Grant, cell: Cell | undefined, context: SignInContext): Caller {
  switch (grant.kind) {
    case 'passwordChange':
      return { kind: 'passwordChange' };
    case 'transCell':
      return byTransCell(grant, cell, context);
    case 'visitor':
      return {
        kind: 'account',
        name: grant.account,
        roles: new Set(),
        scope: grant.scope,
        isBasic: false,
      };
    default: {
      // Roles are looked up in the cell for every request.
      const account = cell?.accounts.get(grant.account);
      if (account === undefined || context.isRevoked()) {
        return wrong('PR401-AU-0001');
      }
      const { name, roles } = account;
      return { kind: 'account', name, roles, scope: grant.scope, isBasic: false };
    }
  }
}

function byTransCell(grant: Grant, cell: Cell | undefined, context: SignInContext): Caller {
  const { unitUrl, issuers, cells, cellUrl } = context;
  const issuer = cells.get(grant.cell);
  const name = `${cellUrl(grant.cell)}#${grant.account}`;
  if (grant.target === unitUrl && issuer !== undefined && issuers.has(grant.cell)) {
    const account = issuer.accounts.get(grant.account);
    const prefix = `${MAIN_BOX}/`;
    const roles = [...(account?.roles ?? [])].filter((role) => role.startsWith(prefix));
    return { kind: 'unitUser', url: name, roles: new Set(roles.map((role) => role.slice(prefix.length))) };
  }
  if (cell !== undefined && grant.target === cellUrl(cell.name)) {
    return { kind: 'account', name, roles: new Set(), scope: grant.scope, isBasic: false };
  }
  return wrong('PR401-AU-0006');
}

function byCookie(
  headers: IncomingHttpHeaders,
  url: URL,
  cell: Cell | undefined,
  context: SignInContext,
): Caller {
  const [, cookie] = /(?:^|;\s*)p_cookie=([^;]+)/.exec(headers.cookie ?? '') ?? [];
  const peer = url.searchParams.get('p_cookie_peer');
  if (cookie === undefined || peer === null) {
    return { kind: 'nobody' };
  }
  const [token = '', digest = ''] = decodeURIComponent(cookie).split('.');
  return equal(digest, hashPassword(peer)) ? byToken(token, cell, context) : wrong('PR401-AU-0009');
}

function byBasic(text: string, cell: Cell | undefined, { isRevoked }: SignInContext): Caller {
  const decoded = Buffer.from(text, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  if (colon === -1) {
    return wrong('PR401-AU-0004');
  }
  const account = cell?.accounts.get(decoded.slice(0, colon));
  if (account === undefined || isRevoked() || !passes(account, decoded.slice(colon + 1))) {
    return wrong('PR401-AU-0010');
  }
  return { kind: 'account', name: account.name, roles: account.roles, scope: ['root'], isBasic: true };
}

export function passes({ hashedCredential, status }: Account, password: string): boolean {
  return status !== 'deactivated' && equal(hashedCredential, hashPassword(password));
}

function wrong(code: ConstructorParameters<typeof PersoniumError>[0]): Extract<Caller, { kind: 'wrong' }> {
  return { kind: 'wrong', refusal: new PersoniumError(code) };
}

/** The privileges that hold another one. */
const ABOVE: Readonly<Record<string, string>> = {
  read: 'all',
  write: 'all',
  exec: 'all',
  'alter-schema': 'all',
  'read-acl': 'all',
  'write-acl': 'all',
  'read-properties': 'read',
  'write-properties': 'write',
  bind: 'write',
  unbind: 'write',
  auth: 'root',
  box: 'root',
  social: 'root',
  message: 'root',
  event: 'root',
  log: 'root',
  acl: 'root',
  rule: 'root',
  propfind: 'root',
  'auth-read': 'auth',
  'box-read': 'box',
  'social-read': 'social',
  'message-read': 'message',
  'event-read': 'event',
  'log-read': 'log',
  'acl-read': 'acl',
  'rule-read': 'rule',
  all: 'root',
};

function holds({ privileges }: Ace, wanted: string): boolean {
  for (let one: string | undefined = wanted; one !== undefined; one = ABOVE[one]) {
    if ((privileges as readonly string[]).includes(one)) {
      return true;
    }
  }
  return false;
}

function isGranted(acl: Acl, roles: ReadonlySet<string>, privilege: string): boolean {
  return acl.some((ace) => (ace.principal === '*' || roles.has(ace.principal)) && holds(ace, privilege));
}

const NO_ROLES: ReadonlySet<string> = new Set();

/** The refusal of a caller who lacks a privilege on a cell; null when it is there. */
export function cellRefusal(
  caller: Caller,
  cell: Cell,
  privilege: CellPrivilege,
  hooks: UnitHooks,
): PersoniumError | null {
  if (isGranted(cell.acl, NO_ROLES, privilege)) {
    return null;
  }
  switch (caller.kind) {
    case 'master':
      return null;
    case 'unitUser':
      return unitUserRefusal(caller, cell, privilege.endsWith('-read') || privilege === 'propfind');
    case 'nobody':
      return new PersoniumError('PR401-AU-0001');
    case 'wrong':
      return caller.refusal;
    case 'passwordChange':
      return new PersoniumError('PR403-AU-0002');
    case 'account':
      if (caller.isBasic) {
        return new PersoniumError('PR401-AU-0001');
      }
      if (!isGranted(cell.acl, caller.roles, privilege) || isDenied(privilege, hooks)) {
        return new PersoniumError('PR403-AU-0002');
      }
      return scopeRefusal(caller.scope, privilege);
  }
}

/** The refusal of a caller who lacks a privilege on what lies below a box, given the ACLs on the way from the cell. */
export function nodeRefusal(
  caller: Caller,
  { cell, acls, isBasicAllowed }: NodeAccess,
  privilege: BoxPrivilege,
  hooks: UnitHooks,
): PersoniumError | null {
  if (acls.some((acl) => isGranted(acl, NO_ROLES, privilege))) {
    return null;
  }
  switch (caller.kind) {
    case 'master':
      return null;
    case 'unitUser':
      return unitUserRefusal(caller, cell, privilege.startsWith('read'));
    case 'nobody':
      return new PersoniumError('PR401-AU-0001');
    case 'wrong':
      return caller.refusal;
    case 'passwordChange':
      return new PersoniumError('PR401-AU-0012');
    case 'account':
      if (caller.isBasic && !isBasicAllowed) {
        return new PersoniumError('PR401-AU-0001');
      }
      if (!acls.some((acl) => isGranted(acl, caller.roles, privilege)) || isDenied(privilege, hooks)) {
        return new PersoniumError('PR403-AU-0002');
      }
      return scopeRefusal(caller.scope, privilege);
  }
}

export interface NodeAccess {
  readonly cell: Cell;
  /** Of the cell, the box, and all on the way; the node's own is the last. */
  readonly acls: readonly Acl[];
  readonly isBasicAllowed: boolean;
}

/** The refusal of a whole `$batch`: for accounts only what the collection itself grants counts. */
export function batchRefusal(caller: Caller, access: NodeAccess, hooks: UnitHooks): PersoniumError | null {
  switch (caller.kind) {
    case 'master':
      return null;
    case 'unitUser':
      return unitUserRefusal(caller, access.cell, true);
    default: {
      const own = hooks.inheritedRightsOnly ? [] : access.acls.slice(-1);
      const refusals = (['read', 'write'] as const).map((privilege) =>
        nodeRefusal(caller, { ...access, acls: own }, privilege, hooks),
      );
      const [read = null, write = null] = refusals;
      return read === null || write === null ? null : read;
    }
  }
}

function unitUserRefusal(
  { url, roles }: Extract<Caller, { kind: 'unitUser' }>,
  cell: Cell,
  isRead: boolean,
): PersoniumError | null {
  const isHis = roles.has('UnitAdmin') || cell.owner === url;
  if (!isHis) {
    return new PersoniumError('PR403-AU-0003');
  }
  const mayContents = roles.has('CellContentsAdmin') || (isRead && roles.has('CellContentsReader'));
  return mayContents ? null : new PersoniumError('PR403-AU-0002');
}

function scopeRefusal(scope: readonly string[], privilege: string): PersoniumError | null {
  return isGranted([{ principal: '*', privileges: scope as Ace['privileges'] }], NO_ROLES, privilege)
    ? null
    : new PersoniumError('PR403-AU-0007', privilege);
}

function isDenied(privilege: string, { denied }: UnitHooks): boolean {
  for (let one: string | undefined = privilege; one !== undefined; one = ABOVE[one]) {
    if (denied.includes(one)) {
      return true;
    }
  }
  return false;
}
