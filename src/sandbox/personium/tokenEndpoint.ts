import { randomUUID } from 'node:crypto';
import { passes } from './access';
import type { Account } from './cellModel';
import { PersoniumError } from './errors';
import type { UnitLimits } from './limits';
import { hashPassword } from './pjson';
import type { CellRequest, PersoniumReply } from './request';
import { jsonReply } from './request';
import type { Grant, Tokens } from './tokens';
import type { UnitHooks } from './unitHooks';

/** What a cell remembers of an account's sign-ins. */
interface SignInHistory {
  failedAt: number;
  failedCount: number;
  lastAuthenticated: number | null;
}

export interface TokenSetting {
  readonly tokens: Tokens;
  readonly limits: UnitLimits;
  readonly hooks: UnitHooks;
  readonly isRevoked: () => boolean;
}

const SAML = 'urn:ietf:params:oauth:grant-type:saml2-bearer';
const DEFAULT_SCOPE = ['root'];
const KNOWN_SCOPES: ReadonlySet<string> = new Set([
  'root',
  'openid',
  'auth',
  'auth-read',
  'box',
  'box-read',
  'message',
  'message-read',
  'event',
  'event-read',
  'log',
  'log-read',
  'social',
  'social-read',
  'acl',
  'acl-read',
  'rule',
  'rule-read',
  'propfind',
]);

/** Answers `{CellURL}__token`: OAuth in its answers and its refusals. */
export class TokenEndpoint {
  /** By account, which a cell that is imported anew makes anew. */
  #history = new Map<string, SignInHistory>();

  constructor(private readonly setting: () => TokenSetting) {}

  answer(request: CellRequest): PersoniumReply {
    if (request.method !== 'POST') {
      return jsonReply(405, new PersoniumError('PR405-MC-0001').body);
    }
    try {
      return this.#grant(request, new URLSearchParams(request.body.toString('utf8')));
    } catch (error) {
      if (error instanceof PersoniumError) {
        return refusal(error, request.cellUrl);
      }
      throw error;
    }
  }

  /** As if nobody had ever signed in. */
  forget(): void {
    this.#history = new Map();
  }

  #grant(request: CellRequest, form: URLSearchParams): PersoniumReply {
    const type = required(form, 'grant_type');
    const lifetimes = this.#lifetimes(form);
    switch (type) {
      case 'password':
        return this.#byPassword(request, form, lifetimes);
      case 'refresh_token':
        return this.#byRefreshToken(request, form, lifetimes);
      case SAML:
        return this.#byAssertion(request, form, lifetimes);
      case 'authorization_code':
        required(form, 'code');
        throw new PersoniumError('PR401-AN-0021');
      default:
        throw new PersoniumError('PR400-AN-0001', type);
    }
  }

  #byPassword(request: CellRequest, form: URLSearchParams, lifetimes: Lifetimes): PersoniumReply {
    const username = required(form, 'username');
    const password = required(form, 'password');
    const target = targetOf(form);
    const { account, last, failedCount } = this.#signIn(request, username, password);
    if (account.status === 'passwordChangeRequired') {
      return this.#passwordChange(request, account, last, failedCount);
    }
    const scope = scopeOf(form);
    const grant: Common = { cell: request.cell.name, account: account.name, scope };
    const cookie = form.get('p_cookie') === 'true' && target === undefined;
    const issued = this.#issue(request, grant, { ...lifetimes, target, client: undefined });
    const body = { ...issued.body, last_authenticated: last, failed_count: failedCount };
    return cookie ? withCookie(request, body, issued) : jsonReply(200, body, issued.headers);
  }

  /** Every try within the interval after a failed one fails, and counts. */
  #signIn(
    { cell, now }: CellRequest,
    username: string,
    password: string,
  ): { readonly account: Account; readonly last: number | null; readonly failedCount: number } {
    const key = `${cell.id}\n${username}`;
    const history = this.#history.get(key) ?? {
      failedAt: -Infinity,
      failedCount: 0,
      lastAuthenticated: null,
    };
    this.#history.set(key, history);
    const { isRevoked, limits } = this.setting();
    const account = cell.accounts.get(username);
    const isTooSoon = now - history.failedAt < limits.signInIntervalMs;
    if (account === undefined || isRevoked() || isTooSoon || !passes(account, password)) {
      history.failedAt = now;
      history.failedCount++;
      throw new PersoniumError('PR400-AN-0017');
    }
    const { lastAuthenticated: last, failedCount } = history;
    history.failedAt = -Infinity;
    history.failedCount = 0;
    history.lastAuthenticated = now;
    return { account, last, failedCount };
  }

  #passwordChange(
    { cell, cellUrl, now }: CellRequest,
    account: Account,
    last: number | null,
    failedCount: number,
  ): PersoniumReply {
    const { tokens, limits } = this.setting();
    const token = tokens.issue({
      kind: 'passwordChange',
      cell: cell.name,
      account: account.name,
      scope: [],
      endsAt: now + limits.tokenSeconds * 1000,
    });
    const error = new PersoniumError('PR401-AN-0023');
    const more = { url: `${cellUrl}__mypassword`, last_authenticated: last, failed_count: failedCount };
    return jsonReply(401, { ...errorBody(error), access_token: token, ...more }, challenge(cellUrl));
  }

  #byRefreshToken(request: CellRequest, form: URLSearchParams, lifetimes: Lifetimes): PersoniumReply {
    const token = required(form, 'refresh_token');
    const target = targetOf(form);
    const { tokens, isRevoked } = this.setting();
    const found = tokens.find(token, request.now);
    if (found.kind === 'unknown') {
      throw new PersoniumError(/^A[RVPU]~/.test(token) ? 'PR400-AN-0013' : 'PR400-AN-0009');
    }
    const { grant } = found;
    if (grant.cell !== request.cell.name) {
      throw new PersoniumError('PR400-AN-0009');
    }
    if (grant.kind !== 'refresh') {
      throw new PersoniumError('PR400-AN-0013');
    }
    if (found.kind === 'expired' || isRevoked() || !request.cell.accounts.has(grant.account)) {
      throw new PersoniumError('PR400-AN-0010');
    }
    const client = form.get('client_id') ?? undefined;
    if (grant.client !== undefined && client === undefined) {
      throw new PersoniumError('PR401-AN-0021');
    }
    if (grant.client !== client && grant.client !== undefined) {
      throw new PersoniumError('PR401-AN-0020');
    }
    tokens.remove(token);
    const { cell, account, scope } = grant;
    const issued = this.#issue(request, { cell, account, scope }, { ...lifetimes, target, client });
    return jsonReply(200, issued.body, issued.headers);
  }

  #byAssertion(request: CellRequest, form: URLSearchParams, lifetimes: Lifetimes): PersoniumReply {
    const found = this.setting().tokens.find(required(form, 'assertion'), request.now);
    if (found.kind === 'unknown' || found.grant.kind !== 'transCell') {
      throw new PersoniumError('PR400-AN-0009');
    }
    if (found.kind === 'expired') {
      throw new PersoniumError('PR400-AN-0010');
    }
    if (found.grant.target !== request.cellUrl) {
      throw new PersoniumError('PR400-AN-0012', found.grant.target ?? '');
    }
    const grant: Common = { cell: request.cell.name, account: found.grant.account, scope: scopeOf(form) };
    const issued = this.#issue(
      request,
      grant,
      { ...lifetimes, target: undefined, client: undefined },
      'visitor',
    );
    return jsonReply(200, issued.body, issued.headers);
  }

  #issue(
    request: CellRequest,
    common: Common,
    { seconds, refreshSeconds, target, client }: Issue,
    kind: 'access' | 'visitor' = 'access',
  ): Issued {
    const { tokens, hooks } = this.setting();
    const { now } = request;
    const endsAt = now + (hooks.tokenMs ?? seconds * 1000);
    const grant: Grant =
      target === undefined ? { ...common, kind, endsAt } : { ...common, kind: 'transCell', target, endsAt };
    const refresh: Grant = {
      ...common,
      kind: 'refresh',
      endsAt: now + refreshSeconds * 1000,
      ...(client === undefined ? {} : { client }),
    };
    const body = {
      access_token: tokens.issue(grant),
      refresh_token: tokens.issue(refresh),
      token_type: 'Bearer',
      expires_in: seconds,
      refresh_token_expires_in: refreshSeconds,
      scope: common.scope.join(' '),
      ...(target === undefined ? {} : { p_target: target }),
    };
    return { body, headers: target === undefined ? {} : { Location: `${target}__token` } };
  }

  #lifetimes(form: URLSearchParams): Lifetimes {
    const { tokenSeconds, refreshTokenSeconds } = this.setting().limits;
    return {
      seconds: secondsOf(form, 'expires_in', tokenSeconds),
      refreshSeconds: secondsOf(form, 'refresh_token_expires_in', refreshTokenSeconds),
    };
  }
}

type Common = Pick<Grant, 'cell' | 'account' | 'scope'>;

interface Lifetimes {
  readonly seconds: number;
  readonly refreshSeconds: number;
}

interface Issue extends Lifetimes {
  readonly target: string | undefined;
  readonly client: string | undefined;
}

interface Issued {
  readonly body: Readonly<Record<string, unknown>> & { readonly access_token: string };
  readonly headers: Readonly<Record<string, string>>;
}

function required(form: URLSearchParams, name: string): string {
  const value = form.get(name);
  if (value === null || value === '') {
    throw new PersoniumError('PR400-AN-0016', name);
  }
  return value;
}

function secondsOf(form: URLSearchParams, name: string, most: number): number {
  const text = form.get(name);
  if (text === null) {
    return most;
  }
  const seconds = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (seconds < 1 || seconds > most) {
    throw new PersoniumError('PR400-AN-0016', name);
  }
  return seconds;
}

function targetOf(form: URLSearchParams): string | undefined {
  const target = form.get('p_target');
  if (target === null || target === '') {
    return undefined;
  }
  if (!URL.canParse(target) || !/^(https?|personium-localunit):/.test(target)) {
    throw new PersoniumError('PR400-AN-0002');
  }
  return target.endsWith('/') ? target : `${target}/`;
}

function scopeOf(form: URLSearchParams): readonly string[] {
  const asked = form.get('scope');
  return asked === null || asked.trim() === ''
    ? DEFAULT_SCOPE
    : asked.split(/\s+/).filter((scope) => KNOWN_SCOPES.has(scope));
}

function withCookie({ cellUrl }: CellRequest, body: Issued['body'], { headers }: Issued): PersoniumReply {
  const peer = randomUUID();
  const { pathname, hostname, protocol } = new URL(cellUrl);
  const value = encodeURIComponent(`${body.access_token}.${hashPassword(peer)}`);
  const secure = protocol === 'https:' ? '; Secure' : '';
  const cookie = `p_cookie=${value}; Path=${pathname}; Domain=${hostname}${secure}`;
  return jsonReply(200, { ...body, p_cookie_peer: peer }, { ...headers, 'Set-Cookie': cookie });
}

const ERRORS: Readonly<Record<string, string>> = {
  'PR400-AN-0001': 'unsupported_grant_type',
  'PR400-AN-0002': 'invalid_request',
  'PR400-AN-0016': 'invalid_request',
  'PR401-AN-0020': 'invalid_client',
  'PR401-AN-0021': 'invalid_client',
};

function errorBody({ code, message }: PersoniumError): Readonly<Record<string, string>> {
  return { error: ERRORS[code] ?? 'invalid_grant', error_description: `[${code}] - ${message}` };
}

function refusal(error: PersoniumError, cellUrl: string): PersoniumReply {
  return jsonReply(error.status, errorBody(error), error.status === 401 ? challenge(cellUrl) : {});
}

function challenge(cellUrl: string): Readonly<Record<string, string>> {
  return { 'WWW-Authenticate': `Basic realm="${cellUrl}"` };
}
