import { ExpectedError } from '../../message';
import { TransportError } from '../transport';
import type { HttpRequest, HttpResponse } from '../transport';
import type { ClientCertificate } from '../trust';
import { readError } from './reply';
import { isObject, readJson } from '../readJson';

/**
 * An access token of an OAuth client of the domain; it holds for an hour. With a refresh token and the client's id and
 * secret it is renewed. Basic authentication can't go together with it: both want the same header.
 * https://cybozu.dev/ja/common/docs/oauth-client/add-client/
 */
export interface OAuthSignIn {
  readonly kind: 'oauth';
  readonly accessToken: string;
  readonly refreshToken?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  /** Milliseconds since 1970 until which the access token holds, where that is known. */
  readonly expiresAt?: number;
  readonly certificate?: ClientCertificate;
}

type Send = (request: HttpRequest, headers: Readonly<Record<string, string>>) => Promise<HttpResponse>;

interface Options {
  readonly onRenewed?: (signIn: OAuthSignIn) => Promise<void>;
  readonly now?: () => number;
}

/** A token about to end may have ended when the request arrives. */
const MARGIN_MS = 30_000;
const USUAL_LIFE_MS = 3_600_000;
const RENEWAL_TIMEOUT_MS = 60_000;

/** Sends requests with an access token, and renews it once when it has ended, for all requests that wait for it. */
export class OAuthAccess {
  readonly #endpoint: string;
  readonly #send: Send;
  readonly #options: Options;
  #signIn: OAuthSignIn;
  #renewing: Promise<void> | undefined;
  /** The refresh token was refused: asking again would not help. */
  #ended = false;

  /** Throws `ExpectedError` for values that can't stand in a header. */
  constructor(endpoint: string, signIn: OAuthSignIn, send: Send, options: Options) {
    const { accessToken, refreshToken = 'a', clientId = 'a', clientSecret = 'a' } = signIn;
    if (![accessToken, refreshToken, clientId, clientSecret].every((text) => /^[\x21-\x7e]+$/.test(text))) {
      throw new ExpectedError({ code: 'signIn.oauthUnusable' });
    }
    this.#endpoint = endpoint;
    this.#signIn = signIn;
    this.#send = send;
    this.#options = options;
  }

  async request(request: HttpRequest): Promise<HttpResponse> {
    // A token that can't be renewed is tried to the last: clocks differ.
    if ((this.#signIn.expiresAt ?? Infinity) - MARGIN_MS < this.#now() && isRenewable(this.#signIn)) {
      await this.#renew(this.#signIn.accessToken);
    }
    const { accessToken } = this.#signIn;
    const response = await this.#sendWith(accessToken, request);
    if (response.status !== 401) {
      return refuseScope(response);
    }
    // Refused before anything was done: the same request may go again.
    await this.#renew(accessToken);
    const again = await this.#sendWith(this.#signIn.accessToken, request);
    if (again.status === 401) {
      throw new TransportError('ERR_OAUTH_EXPIRED', 'none');
    }
    return refuseScope(again);
  }

  #sendWith(token: string, request: HttpRequest): Promise<HttpResponse> {
    return this.#send(request, { authorization: `Bearer ${token}` });
  }

  /** Makes sure that there is a newer token than `used`. Throws `TransportError` with `none`. */
  async #renew(used: string): Promise<void> {
    if (this.#signIn.accessToken !== used) {
      return;
    }
    const { refreshToken, clientId, clientSecret } = this.#signIn;
    if (refreshToken === undefined || clientId === undefined || clientSecret === undefined) {
      throw new TransportError('ERR_OAUTH_EXPIRED', 'none');
    }
    if (this.#ended) {
      throw new TransportError('ERR_OAUTH_NOT_RENEWED', 'none');
    }
    this.#renewing ??= this.#askForToken(refreshToken, `${clientId}:${clientSecret}`).finally(
      () => (this.#renewing = undefined),
    );
    await this.#renewing;
  }

  async #askForToken(refreshToken: string, client: string): Promise<void> {
    const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken });
    const request: HttpRequest = {
      method: 'POST',
      url: this.#endpoint,
      headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
      body: new Uint8Array(Buffer.from(form.toString(), 'utf8')),
      timeoutMs: RENEWAL_TIMEOUT_MS,
    };
    const authorization = `Basic ${Buffer.from(client, 'utf8').toString('base64')}`;
    const response = await this.#send(request, { authorization }).catch((error: unknown) => {
      // Whatever became of the renewal, the person's own request has not been carried out.
      if (!(error instanceof TransportError)) {
        throw error;
      }
      const code = refusedClient(error.code);
      this.#ended = code === 'ERR_OAUTH_NOT_RENEWED';
      throw new TransportError(code, 'none', { cause: error });
    });
    const renewed = readToken(response, this.#signIn, this.#now());
    if (renewed === null) {
      const { status } = response;
      const passing = status === 429 || status >= 500;
      this.#ended = !passing;
      throw new TransportError(passing ? 'ERR_OAUTH_BUSY' : 'ERR_OAUTH_NOT_RENEWED', 'none');
    }
    this.#signIn = renewed;
    await this.#options.onRenewed?.(renewed);
  }

  #now(): number {
    return (this.#options.now ?? Date.now)();
  }
}

function isRenewable({ refreshToken, clientId, clientSecret }: OAuthSignIn): boolean {
  return refreshToken !== undefined && clientId !== undefined && clientSecret !== undefined;
}

/** The token endpoint itself asks for Basic authentication, of the client: there it means a wrong client. */
function refusedClient(code: string): string {
  return code === 'ERR_BASIC_WITH_OAUTH' ? 'ERR_OAUTH_NOT_RENEWED' : code;
}

/** The refresh token stays the same unless the answer has another. */
function readToken(response: HttpResponse, before: OAuthSignIn, now: number): OAuthSignIn | null {
  const json = response.status === 200 ? readJson(response) : undefined;
  if (!isObject(json) || typeof json.access_token !== 'string' || !/^[\x21-\x7e]+$/.test(json.access_token)) {
    return null;
  }
  const { access_token: accessToken, refresh_token: refreshToken } = json;
  const seconds = Number(json.expires_in);
  return {
    ...before,
    accessToken,
    ...(typeof refreshToken === 'string' && refreshToken !== '' ? { refreshToken } : {}),
    expiresAt: now + (seconds > 0 ? seconds * 1000 : USUAL_LIFE_MS),
  };
}

/** `CB_OA01` with 403 says that the token holds and lacks a scope. */
function refuseScope(response: HttpResponse): HttpResponse {
  if (response.status === 403 && readError(response)?.code === 'CB_OA01') {
    throw new TransportError('ERR_OAUTH_SCOPE', 'none');
  }
  return response;
}
