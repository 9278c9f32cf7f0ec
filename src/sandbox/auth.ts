import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { ApiError } from './apiError';
import { ADMINISTRATOR } from './directory';
import type { App } from './records/app';
import { TEXTS } from './texts';

export type Right = 'view' | 'add' | 'edit' | 'delete';

export const ALL_RIGHTS: readonly Right[] = ['view', 'add', 'edit', 'delete'];

export interface User {
  readonly name: string;
  readonly password: string;
  /** What the user may do in every app that is not hidden. */
  readonly rights: readonly Right[];
}

export interface ApiToken {
  readonly token: string;
  readonly appId: string;
  readonly rights: readonly Right[];
}

/** Who a request comes from. */
export interface Caller {
  readonly kind: 'user' | 'tokens';
  /** Recorded as creator and modifier. */
  readonly userCode: string;
  may(app: App, right: Right): boolean;
}

const MOST_TOKENS = 9;

/** The sign-ins the sandbox knows. */
export class SignIns {
  readonly #users = new Map<string, User>();
  readonly #tokens = new Map<string, ApiToken>();

  addUser(user: User): void {
    this.#users.set(user.name, user);
  }

  addToken(token: ApiToken): void {
    this.#tokens.set(token.token, token);
  }

  /** Withdraws every sign-in, as when an administrator changes passwords and tokens while an import runs. */
  revokeAll(): void {
    this.#users.clear();
    this.#tokens.clear();
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
    throw new ApiError(401, 'CB_AU01', TEXTS.notSignedIn);
  }

  #byPassword(header: string): Caller {
    const text = Buffer.from(header, 'base64').toString('utf8');
    const colon = text.indexOf(':');
    const user = this.#users.get(text.slice(0, Math.max(colon, 0)));
    if (user === undefined || !equal(user.password, text.slice(colon + 1))) {
      throw new ApiError(401, 'CB_WA01', TEXTS.wrongPassword);
    }
    return {
      kind: 'user',
      userCode: user.name,
      may: (app, right) => app.definition.hidden !== true && user.rights.includes(right),
    };
  }

  #byTokens(sent: readonly string[]): Caller {
    if (sent.length > MOST_TOKENS) {
      throw new ApiError(400, 'CB_VA01', TEXTS.tooManyTokens);
    }
    const tokens = sent.map((token) => {
      const known = this.#tokens.get(token);
      if (known === undefined) {
        // Seen as 400 too; a client must go by the code.
        throw new ApiError(520, 'GAIA_IA02', TEXTS.wrongToken);
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
      may: (app, right) => byApp.get(app.id)?.rights.includes(right) === true,
    };
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

/** Compares secrets in a time that tells nothing about them. */
export function equal(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
