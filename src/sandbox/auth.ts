import type { IncomingHttpHeaders } from 'node:http';
import { ApiError } from './apiError';
import { ADMINISTRATOR } from './directory';
import type { OAuthTokens, Scope } from './oauth';
import type { App } from './records/app';
import { equal } from './secrets';
import { TEXTS } from './texts';

export type Right = 'view' | 'add' | 'edit' | 'delete' | 'manage';

/** What may be done with records; `manage` is the right to the app itself. */
export const RECORD_RIGHTS: readonly Right[] = ['view', 'add', 'edit', 'delete'];

export const ALL_RIGHTS: readonly Right[] = [...RECORD_RIGHTS, 'manage'];

export interface User {
  readonly name: string;
  readonly password: string;
  /** What the user may do in every app that is not hidden. */
  readonly rights: readonly Right[];
  /** Signs in with a second factor, which the API does not take. */
  readonly twoFactor?: boolean;
  /** Has given a wrong password too often. */
  readonly lockedOut?: boolean;
}

export interface ApiToken {
  readonly token: string;
  readonly appId: string;
  readonly rights: readonly Right[];
  /** Made, and not yet put to work by updating the app: counts as wrong. */
  readonly undeployed?: boolean;
}

export interface NameAndPassword {
  readonly username: string;
  readonly password: string;
}

/** Behaviour that sources tell differently, or that a tenant may choose. */
export interface SignInSettings {
  /** Asked for in front of everything else. */
  readonly basicAuthentication?: NameAndPassword;
  /** Status of `GAIA_IA02`. Default 520. */
  readonly wrongTokenStatus?: 400 | 520;
  /** Status of `CB_TW02`. Default 401. */
  readonly twoFactorStatus?: 401 | 403;
}

/** Who a request comes from. */
export interface Caller {
  readonly kind: 'user' | 'tokens';
  /** Recorded as creator and modifier. */
  readonly userCode: string;
  /** What an OAuth token is restricted to; undefined for other sign-ins. */
  readonly scopes?: ReadonlySet<Scope>;
  may(app: App, right: Right): boolean;
}

const MOST_TOKENS = 9;

/** The sign-ins the sandbox knows. */
export class SignIns {
  readonly #users = new Map<string, User>();
  readonly #tokens = new Map<string, ApiToken>();
  readonly #withdrawn = new Set<string>();
  #revoked = false;

  constructor(
    readonly oauth: OAuthTokens,
    private readonly settings: SignInSettings = {},
  ) {}

  addUser(user: User): void {
    this.#users.set(user.name, user);
  }

  addToken(token: ApiToken): void {
    this.#tokens.set(token.token, token);
  }

  /** Withdraws every sign-in, as when an administrator changes passwords and tokens while an import runs. */
  revokeAll(): void {
    this.#revoked = true;
  }

  /** Takes rights in an app from everybody. */
  withdraw(appId: string, rights: readonly Right[]): void {
    for (const right of rights) {
      this.#withdrawn.add(`${appId} ${right}`);
    }
  }

  /** Gives back what was revoked or withdrawn. */
  giveBack(): void {
    this.#revoked = false;
    this.#withdrawn.clear();
    this.oauth.giveBack();
  }

  /** Whether the request gets past the Basic authentication of the tenant, if it asks for one. */
  passesBasic(authorization: string | undefined): boolean {
    const { basicAuthentication: wanted } = this.settings;
    if (wanted === undefined) {
      return true;
    }
    const [, sent = ''] = /^Basic (.+)$/i.exec(authorization ?? '') ?? [];
    return equal(Buffer.from(sent, 'base64').toString('utf8'), `${wanted.username}:${wanted.password}`);
  }

  /** Throws the service's refusal when the sign-in is missing or wrong. A password wins over tokens. */
  identify(headers: IncomingHttpHeaders): Caller {
    const password = headers['x-cybozu-authorization'];
    if (typeof password === 'string' && password !== '') {
      return this.#byPassword(password);
    }
    // Node joins a repeated header with commas, which is the other way to send several tokens.
    const tokens = [headers['x-cybozu-api-token'] ?? []].flat().join(',');
    if (tokens.trim() !== '') {
      return this.#byTokens(tokens.split(',').map((token) => token.trim()));
    }
    const [, bearer] = /^Bearer (.+)$/i.exec(headers.authorization ?? '') ?? [];
    if (bearer !== undefined) {
      return this.#byBearer(bearer);
    }
    throw new ApiError(401, 'CB_AU01', TEXTS.notSignedIn);
  }

  #byPassword(header: string): Caller {
    const text = Buffer.from(header, 'base64').toString('utf8');
    const colon = text.indexOf(':');
    const user = this.#users.get(text.slice(0, Math.max(colon, 0)));
    if (this.#revoked || user === undefined || !equal(user.password, text.slice(colon + 1))) {
      throw new ApiError(401, 'CB_WA01', TEXTS.wrongPassword);
    }
    if (user.lockedOut === true) {
      // No source names a code of its own for this.
      throw new ApiError(401, 'CB_WA01', TEXTS.lockedOut);
    }
    if (user.twoFactor === true) {
      throw new ApiError(this.settings.twoFactorStatus ?? 401, 'CB_TW02', TEXTS.twoFactor);
    }
    return this.#asUser(user);
  }

  #byBearer(token: string): Caller {
    const grant = this.oauth.find(token);
    const user = grant === undefined ? undefined : this.#users.get(grant.userName);
    if (this.#revoked || grant === undefined || user === undefined) {
      throw new ApiError(401, 'CB_OA01', TEXTS.protectedResource);
    }
    return { ...this.#asUser(user), scopes: grant.scopes };
  }

  #asUser(user: User): Caller {
    return {
      kind: 'user',
      userCode: user.name,
      may: (app, right) =>
        app.definition.hidden !== true && user.rights.includes(right) && !this.#isWithdrawn(app, right),
    };
  }

  #byTokens(sent: readonly string[]): Caller {
    if (sent.length > MOST_TOKENS) {
      throw new ApiError(400, 'CB_VA01', TEXTS.tooManyTokens);
    }
    const tokens = sent.map((token) => {
      const known = this.#tokens.get(token);
      if (this.#revoked || known === undefined || known.undeployed === true) {
        // Seen as 400 and as 520; a client must go by the code.
        throw new ApiError(this.settings.wrongTokenStatus ?? 520, 'GAIA_IA02', TEXTS.wrongToken);
      }
      return known;
    });
    const byApp = new Map(tokens.map((token) => [token.appId, token]));
    if (byApp.size < tokens.length) {
      throw new ApiError(400, 'GAIA_DA03', TEXTS.twoTokensOfOneApp);
    }
    return {
      kind: 'tokens',
      userCode: ADMINISTRATOR.code,
      may: (app, right) =>
        byApp.get(app.id)?.rights.includes(right) === true && !this.#isWithdrawn(app, right),
    };
  }

  #isWithdrawn(app: App, right: Right): boolean {
    return this.#withdrawn.has(`${app.id} ${right}`);
  }
}

/** Throws the refusal for a caller who has none of these rights in the app. */
export function requireAnyRight(caller: Caller, app: App, ...rights: readonly Right[]): void {
  if (rights.some((right) => caller.may(app, right))) {
    return;
  }
  throw caller.kind === 'tokens'
    ? new ApiError(403, 'GAIA_NO01', TEXTS.tokenMayNot)
    : new ApiError(403, 'CB_NO02', TEXTS.noRight);
}
