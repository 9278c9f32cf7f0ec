import { ExpectedError } from '../../message';
import { requireSecure } from '../exchange';
import type { Transport } from '../transport';
import { kintoneMessage } from './codes';

export type KintoneSignIn =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  | { readonly kind: 'apiTokens'; readonly tokens: readonly string[] };

const MAX_TOKENS = 9;

/**
 * Adds the sign-in to every request, and lets it go nowhere but to this Kintone: a request to another address, or
 * over plain http to another machine, is a bug of ours and throws. Throws `ExpectedError` for unusable tokens.
 */
export function withSignIn(transport: Transport, baseUrl: string, signIn: KintoneSignIn): Transport {
  const base = requireSecure(baseUrl);
  const prefix = `${base.pathname.replace(/\/+$/, '')}/`;
  const [name, value] = signInHeader(signIn);
  return {
    request: async (request) => {
      const url = requireSecure(request.url);
      if (
        url.origin !== base.origin ||
        !url.pathname.startsWith(prefix) ||
        url.username !== '' ||
        url.password !== ''
      ) {
        throw new Error('A signed-in request was about to leave its Kintone');
      }
      const headers = Object.fromEntries(
        Object.entries(request.headers).filter(([header]) => !SIGN_IN_HEADERS.has(header.toLowerCase())),
      );
      return transport.request({ ...request, url: url.href, headers: { ...headers, [name]: value } });
    },
  };
}

/** Only one kind is sent: how Kintone ranks several is not documented. */
const SIGN_IN_HEADERS: ReadonlySet<string> = new Set([
  'x-cybozu-authorization',
  'x-cybozu-api-token',
  'authorization',
  'cookie',
]);

function signInHeader(signIn: KintoneSignIn): [name: string, value: string] {
  switch (signIn.kind) {
    case 'password': {
      const plain = `${signIn.username}:${signIn.password}`;
      return ['x-cybozu-authorization', Buffer.from(plain, 'utf8').toString('base64')];
    }
    case 'apiTokens': {
      const tokens = signIn.tokens.map((token) => token.trim()).filter((token) => token !== '');
      if (tokens.length === 0) {
        throw new ExpectedError(kintoneMessage('kintone.noToken'));
      }
      if (tokens.length > MAX_TOKENS) {
        const args = { max: MAX_TOKENS, count: tokens.length };
        throw new ExpectedError(kintoneMessage('kintone.tooManyTokens', args));
      }
      if (tokens.some((token) => !/^[\x21-\x7e]+$/.test(token))) {
        throw new ExpectedError(kintoneMessage('kintone.unusableToken'));
      }
      return ['x-cybozu-api-token', tokens.join(',')];
    }
  }
}
