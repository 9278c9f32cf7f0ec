import { ExpectedError } from '../../message';
import { requireSecure } from '../exchange';
import { TransportError } from '../transport';
import type { HttpRequest, HttpResponse, Transport } from '../transport';
import type { ClientCertificate } from '../trust';
import { identityByUrl, learnCell } from './address';
import { readPersoniumError } from './codes';
import { TokenAccess, isSendable } from './token';
import type { TokenOwner } from './token';

/** How a cell is entered. Tokens are opaque, whatever they look like. */
export type PersoniumSignIn = PersoniumEntry & {
  /** `Name: value` lines for `X-Override`, each a header of its own; never one that signs in. */
  readonly overrides?: readonly string[];
  /** For the transport; the sign-in itself does nothing with it. */
  readonly certificate?: ClientCertificate;
};

export type PersoniumEntry =
  /** An account of the cell. */
  | { readonly kind: 'account'; readonly username: string; readonly password: string }
  /** An account of another cell that the unit trusts; its token is made for the unit. */
  | {
      readonly kind: 'unitUser';
      /** URL of the cell the account is in. */
      readonly issuer: string;
      readonly username: string;
      readonly password: string;
    }
  /** A token that somebody has handed out: the unit's master token, or any other. */
  | { readonly kind: 'bearer'; readonly token: string }
  /** What a browser has after signing in with `p_cookie`: the cookie's value and its peer. */
  | { readonly kind: 'cookie'; readonly cookie: string; readonly peer: string };

export interface PersoniumSignInOptions {
  readonly now?: () => number;
  /** Resolves after so many milliseconds; after a refused password the next try has to wait. */
  readonly sleep?: (ms: number) => Promise<void>;
}

type Headers = HttpRequest['headers'];

/**
 * Adds the sign-in to every request, and lets it go nowhere but to this cell (and its unit, where the sign-in may be the
 * unit's): a request to another address is a bug of ours and throws. Redirects are handed on as they are. Throws
 * `ExpectedError` for what can't be sent; a token that can't be got becomes a `TransportError` that says `none`.
 */
export function withPersoniumSignIn(
  transport: Transport,
  cellUrl: string,
  signIn: PersoniumSignIn,
  options: PersoniumSignInOptions = {},
): Transport {
  const cell = withSlash(requireSecure(cellUrl));
  const overrides = overrideHeaders(signIn.overrides ?? []);
  const reach = reachOf(cell, signIn);
  const send = (request: HttpRequest, headers: Headers, query = ''): Promise<HttpResponse> => {
    const url = requireSecure(request.url);
    if (!reach.some((isWithin) => isWithin(url))) {
      throw new Error('A signed-in request was about to leave its cell');
    }
    if (query !== '') {
      url.search = `${url.search === '' ? '?' : `${url.search}&`}${query}`;
    }
    const others = Object.entries(request.headers).filter(
      ([name]) => !SIGN_IN_HEADERS.has(name.toLowerCase()),
    );
    return transport.request({
      ...request,
      url: url.href,
      headers: { ...Object.fromEntries(others), ...overrides, ...headers },
    });
  };
  switch (signIn.kind) {
    case 'bearer': {
      const authorization = bearer(usable(signIn.token.trim().replace(/^Bearer +/i, '')));
      return { request: (request) => Promise.resolve().then(() => send(request, { authorization })) };
    }
    case 'cookie': {
      const cookie = usable(signIn.cookie.trim().replace(/^p_cookie=/, ''));
      const peer = `p_cookie_peer=${encodeURIComponent(usable(signIn.peer.trim()))}`;
      const headers = { cookie: `p_cookie=${cookie}` };
      return { request: (request) => Promise.resolve().then(() => send(request, headers, peer)) };
    }
    case 'account':
    case 'unitUser':
      return signedByToken(
        send,
        new TokenAccess(transport, ownerOf(signIn, cell, transport, overrides), options),
      );
  }
}

type Send = (request: HttpRequest, headers: Headers) => Promise<HttpResponse>;

function signedByToken(send: Send, access: TokenAccess): Transport {
  return {
    request: async (request) => {
      const used = await unlessAborted(access.get(), request.signal);
      const response = await send(request, { authorization: bearer(used) });
      if (response.status !== 401 || !ENDED.has(readPersoniumError(response)?.code ?? '')) {
        return response;
      }
      // Refused before anything was done: the same request may go again, once.
      const renewed = await unlessAborted(access.renew(used), request.signal);
      return send(request, { authorization: bearer(renewed) });
    },
  };
}

/** An access token has ended, or a restarted unit can't read or verify it. Any other refusal stays one. */
const ENDED: ReadonlySet<string> = new Set(['PR401-AU-0002', 'PR401-AU-0006', 'PR401-AU-0008']);

function ownerOf(
  signIn: Extract<PersoniumEntry, { readonly kind: 'account' | 'unitUser' }>,
  cell: string,
  transport: Transport,
  headers: Headers,
): TokenOwner {
  const { username, password } = signIn;
  if (signIn.kind === 'account') {
    return { cellUrl: cell, username, password, headers };
  }
  let unit: Promise<string> | undefined;
  return {
    cellUrl: withSlash(requireSecure(signIn.issuer)),
    username,
    password,
    target: () => {
      unit ??= unitOf(cell, transport).catch((error: unknown) => {
        unit = undefined;
        throw error;
      });
      return unit;
    },
  };
}

/**
 * The unit a cell belongs to, by the cell itself. It has to be the one in which the address of the cell lies: a token for
 * a unit opens all of it, so a cell must not be able to ask for one of a foreign unit.
 */
async function unitOf(cell: string, transport: Transport): Promise<string> {
  try {
    const { unitUrl } = await learnCell(transport, { candidates: [cell] });
    if (unitUrl === identityByUrl(cell).unitUrl) {
      return unitUrl;
    }
  } catch (error) {
    if (error instanceof ExpectedError && error.cause instanceof TransportError) {
      throw new TransportError(error.cause.code, 'none', { cause: error });
    }
    throw error instanceof ExpectedError
      ? new TransportError('ERR_TOKEN_UNIT', 'none', { cause: error })
      : error;
  }
  throw new TransportError('ERR_TOKEN_OTHER_UNIT', 'none');
}

/** These sign in, or say where a request goes; the sign-in alone decides them. */
const SIGN_IN_HEADERS: ReadonlySet<string> = new Set([
  'authorization',
  'proxy-authorization',
  'cookie',
  'host',
  'x-override',
]);

const NEVER_OVERRIDDEN: ReadonlySet<string> = new Set([
  ...SIGN_IN_HEADERS,
  // By this one the unit would take the request for one to another place.
  'x-forwarded-path',
  'content-length',
  'transfer-encoding',
]);

/** Whether a line such as `X-Personium-Priority: high` may go with requests as `X-Override`. */
export function isOverride(line: string): boolean {
  const [, name = '', value = ''] =
    /^([\w!#$%&'*+.^`|~-]{1,100})[ \t]*:([\x20-\x7e\t]{1,1000})$/.exec(line) ?? [];
  return name !== '' && value.trim() !== '' && !NEVER_OVERRIDDEN.has(name.toLowerCase());
}

function overrideHeaders(lines: readonly string[]): Headers {
  const trimmed = lines.map((line) => line.trim());
  if (!trimmed.every(isOverride)) {
    throw new ExpectedError({ code: 'signIn.override' });
  }
  return trimmed.length === 0 ? {} : { 'x-override': trimmed };
}

type IsWithin = (url: URL) => boolean;

/** Where requests may go: into the cell, and with what may be the unit's, to the unit and its lists of cells. */
function reachOf(cell: string, signIn: PersoniumEntry): readonly IsWithin[] {
  const unitUrl = identityByUrl(cell).unitUrl;
  const mayBeOfUnit = signIn.kind === 'unitUser' || signIn.kind === 'bearer';
  return mayBeOfUnit
    ? [below(cell), below(`${unitUrl}__ctl/`), (url) => isPlain(url) && url.href === unitUrl]
    : [below(cell)];
}

function below(prefix: string): IsWithin {
  const { origin, pathname } = new URL(prefix);
  return (url) => isPlain(url) && url.origin === origin && url.pathname.startsWith(pathname);
}

function isPlain({ username, password }: URL): boolean {
  return username === '' && password === '';
}

function withSlash(url: URL): string {
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}/`;
}

function usable(token: string): string {
  if (!isSendable(token)) {
    throw new ExpectedError({ code: 'signIn.tokenUnusable' });
  }
  return token;
}

function bearer(token: string): string {
  return `Bearer ${token}`;
}

/** The token is for all who wait; one of them may give up. */
async function unlessAborted(token: Promise<string>, signal: AbortSignal | undefined): Promise<string> {
  if (signal === undefined) {
    return token;
  }
  let give: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    give = () => reject(new TransportError('ABORT_ERR', 'none'));
  });
  signal.addEventListener('abort', give);
  try {
    if (signal.aborted) {
      give();
    }
    return await Promise.race([token, aborted]);
  } finally {
    signal.removeEventListener('abort', give);
    // Nobody may be left to hear of it.
    token.catch(() => undefined);
  }
}
