import { equal } from './secrets';

/** What an OAuth token may be used for. */
export type Scope =
  | 'k:app_record:read'
  | 'k:app_record:write'
  | 'k:app_settings:read'
  | 'k:app_settings:write'
  | 'k:file:read'
  | 'k:file:write';

export const SCOPES: readonly Scope[] = [
  'k:app_record:read',
  'k:app_record:write',
  'k:app_settings:read',
  'k:app_settings:write',
  'k:file:read',
  'k:file:write',
];

/** The one client that an administrator of the sandbox has registered. */
export interface OAuthClient {
  readonly id: string;
  readonly secret: string;
}

export interface OAuthSettings {
  /** How long an access token lasts. The service's last an hour. */
  readonly lifetimeSeconds: number;
  /** Whether a refresh gives a new refresh token, and ends the old one. The service keeps the old one. */
  readonly rotatesRefreshToken: boolean;
}

/** What an access token stands for. */
export interface Grant {
  readonly userName: string;
  readonly scopes: ReadonlySet<Scope>;
}

interface AccessToken {
  readonly grant: Grant;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** Counts the tokens, from 1. */
  readonly number: number;
}

/** The body of an answer to a token request that succeeded. */
export interface TokenReply {
  readonly access_token: string;
  readonly refresh_token?: string;
  readonly token_type: 'bearer';
  readonly expires_in: number;
  readonly scope: string;
}

/** A refused token request, in the terms of RFC 6749, section 5.2. */
export class OAuthError extends Error {
  constructor(
    readonly status: 400 | 401,
    readonly code: 'invalid_request' | 'invalid_client' | 'invalid_grant' | 'unsupported_grant_type',
  ) {
    super(code);
    this.name = 'OAuthError';
  }
}

/** Access and refresh tokens of the sandbox. */
export class OAuthTokens {
  readonly #access = new Map<string, AccessToken>();
  readonly #refresh = new Map<string, Grant>();
  #lastNumber = 0;
  #lastExpired = 0;

  constructor(
    private readonly client: OAuthClient,
    private readonly settings: OAuthSettings,
    private readonly newToken: () => string,
  ) {}

  /** Lets an access token be used until it has lasted its time. */
  addAccessToken(token: string, grant: Grant, lifetimeSeconds = this.settings.lifetimeSeconds): void {
    const number = ++this.#lastNumber;
    this.#access.set(token, { grant, number, expiresAt: Date.now() + lifetimeSeconds * 1000 });
  }

  addRefreshToken(token: string, grant: Grant): void {
    this.#refresh.set(token, grant);
  }

  /** Ends every access token there is; refresh tokens stay good. */
  expireAll(): void {
    this.#lastExpired = this.#lastNumber;
  }

  /** Takes `expireAll` back. */
  giveBack(): void {
    this.#lastExpired = 0;
  }

  /** What a good access token stands for; undefined when it is unknown or has lasted its time. */
  find(accessToken: string): Grant | undefined {
    const known = this.#access.get(accessToken);
    const isGood = known !== undefined && known.number > this.#lastExpired && Date.now() < known.expiresAt;
    return isGood ? known.grant : undefined;
  }

  /**
   * Answers a `POST /oauth2/token` with `grant_type=refresh_token`. The client may name itself in the header
   * (`Basic`) or in the form. Throws `OAuthError`.
   */
  refresh(form: URLSearchParams, authorization: string | undefined): TokenReply {
    this.#requireClient(form, authorization);
    const kind = form.get('grant_type');
    if (kind !== 'refresh_token') {
      throw new OAuthError(400, kind === null ? 'invalid_request' : 'unsupported_grant_type');
    }
    const sent = form.get('refresh_token');
    if (sent === null) {
      throw new OAuthError(400, 'invalid_request');
    }
    const grant = this.#refresh.get(sent);
    if (grant === undefined) {
      throw new OAuthError(400, 'invalid_grant');
    }
    const accessToken = this.newToken();
    this.addAccessToken(accessToken, grant);
    return {
      access_token: accessToken,
      ...this.#rotate(sent, grant),
      token_type: 'bearer',
      expires_in: this.settings.lifetimeSeconds,
      scope: [...grant.scopes].join(' '),
    };
  }

  #rotate(old: string, grant: Grant): { readonly refresh_token?: string } {
    if (!this.settings.rotatesRefreshToken) {
      return {};
    }
    const fresh = this.newToken();
    this.#refresh.delete(old);
    this.#refresh.set(fresh, grant);
    return { refresh_token: fresh };
  }

  #requireClient(form: URLSearchParams, authorization: string | undefined): void {
    const [, basic] = /^Basic (.+)$/i.exec(authorization ?? '') ?? [];
    const named = basic === undefined ? undefined : Buffer.from(basic, 'base64').toString('utf8');
    const sent = named ?? `${form.get('client_id') ?? ''}:${form.get('client_secret') ?? ''}`;
    if (!equal(sent, `${this.client.id}:${this.client.secret}`)) {
      throw new OAuthError(401, 'invalid_client');
    }
  }
}
