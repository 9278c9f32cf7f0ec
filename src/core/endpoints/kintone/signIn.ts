import { ExpectedError } from '../../message';
import { requireSecure } from '../exchange';
import type { HttpRequest, HttpResponse, Transport } from '../transport';
import { TransportError } from '../transport';
import type { ClientCertificate } from '../trust';
import { kintoneMessage } from './codes';
import { OAuthAccess } from './oauth';
import type { OAuthSignIn } from './oauth';
import { readError } from './reply';

export type KintoneSignIn =
  | ({ readonly kind: 'password'; readonly username: string; readonly password: string } & Entrance)
  | ({ readonly kind: 'apiTokens'; readonly tokens: readonly string[] } & Entrance)
  | OAuthSignIn;

/** What a tenant may ask for in front of Kintone's own sign-in. */
interface Entrance {
  readonly basic?: BasicSignIn;
  /** For the transport; the sign-in itself does nothing with it. */
  readonly certificate?: ClientCertificate;
}

export interface BasicSignIn {
  readonly username: string;
  readonly password: string;
}

export interface SignInOptions {
  /** Told of a renewed OAuth token, to be kept for the next time; awaited before the token is used. */
  readonly onRenewed?: (signIn: OAuthSignIn) => Promise<void>;
  readonly now?: () => number;
}

const MAX_TOKENS = 9;

/**
 * Adds the sign-in to every request, and lets it go nowhere but to this Kintone: a request to another address, or
 * over plain http to another machine, is a bug of ours and throws. Throws `ExpectedError` for unusable tokens.
 *
 * An answer in which something in front of Kintone refuses (Basic authentication, a client certificate, an OAuth token
 * that can't be renewed) becomes a `TransportError` that says `none`: Kintone has not seen the request.
 */
export function withSignIn(
  transport: Transport,
  baseUrl: string,
  signIn: KintoneSignIn,
  options: SignInOptions = {},
): Transport {
  const base = requireSecure(baseUrl);
  const prefix = `${base.pathname.replace(/\/+$/, '')}/`;
  const send = async (
    request: HttpRequest,
    headers: Readonly<Record<string, string>>,
  ): Promise<HttpResponse> => {
    const url = requireSecure(request.url);
    if (
      url.origin !== base.origin ||
      !url.pathname.startsWith(prefix) ||
      url.username !== '' ||
      url.password !== ''
    ) {
      throw new Error('A signed-in request was about to leave its Kintone');
    }
    const others = Object.entries(request.headers).filter(
      ([name]) => !SIGN_IN_HEADERS.has(name.toLowerCase()),
    );
    const sent = { ...request, url: url.href, headers: { ...Object.fromEntries(others), ...headers } };
    const response = await transport.request(sent);
    refuseAtEntrance(response, signIn);
    return response;
  };
  if (signIn.kind === 'oauth') {
    const access = new OAuthAccess(`${base.origin}${prefix}oauth2/token`, signIn, send, options);
    return { request: (request) => access.request(request) };
  }
  const headers = { ...signInHeaders(signIn), ...basicHeaders(signIn.basic) };
  return { request: (request) => send(request, headers) };
}

/** Only one kind is sent: how Kintone ranks several is not documented. */
const SIGN_IN_HEADERS: ReadonlySet<string> = new Set([
  'x-cybozu-authorization',
  'x-cybozu-api-token',
  'authorization',
  'proxy-authorization',
  'cookie',
]);

function signInHeaders(signIn: Exclude<KintoneSignIn, OAuthSignIn>): Record<string, string> {
  switch (signIn.kind) {
    case 'password':
      return { 'x-cybozu-authorization': base64(`${signIn.username}:${signIn.password}`) };
    case 'apiTokens': {
      const tokens = signIn.tokens.map((token) => token.trim()).filter((token) => token !== '');
      if (tokens.length === 0) {
        throw new ExpectedError(kintoneMessage('kintone.noToken'));
      }
      if (tokens.length > MAX_TOKENS) {
        const args = { max: MAX_TOKENS, count: tokens.length };
        throw new ExpectedError(kintoneMessage('kintone.tooManyTokens', args));
      }
      if (tokens.some((token) => !/^[\x21-\x2b\x2d-\x7e]+$/.test(token))) {
        throw new ExpectedError(kintoneMessage('kintone.unusableToken'));
      }
      return { 'x-cybozu-api-token': tokens.join(',') };
    }
  }
}

function basicHeaders(basic: BasicSignIn | undefined): Record<string, string> {
  return basic === undefined
    ? {}
    : { authorization: `Basic ${base64(`${basic.username}:${basic.password}`)}` };
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}

/** Kintone's own refusals have its code; those of the entrance have none. */
function refuseAtEntrance(response: HttpResponse, signIn: KintoneSignIn): void {
  const { status, headers } = response;
  if ((status !== 400 && status !== 401) || readError(response) !== null) {
    return;
  }
  if (status === 401 && /^basic\b/i.test(headers['www-authenticate'] ?? '')) {
    throw new TransportError(basicCode(signIn), 'none');
  }
  // The words of nginx, which stands in front of many services that ask for certificates.
  const page = status === 400 ? new TextDecoder().decode(response.body.subarray(0, 4096)) : '';
  if (/No required SSL certificate was sent/i.test(page)) {
    throw new TransportError('ERR_CERTIFICATE_NEEDED', 'none');
  }
  if (/The SSL certificate error/i.test(page)) {
    throw new TransportError('ERR_CERTIFICATE_REFUSED', 'none');
  }
}

function basicCode(signIn: KintoneSignIn): string {
  if (signIn.kind === 'oauth') {
    return 'ERR_BASIC_WITH_OAUTH';
  }
  return signIn.basic === undefined ? 'ERR_BASIC_NEEDED' : 'ERR_BASIC_REFUSED';
}
