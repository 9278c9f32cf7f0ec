import type { Transport } from '../transport';
import type { ClientCertificate } from '../trust';

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

/** Adds the sign-in to every request, and lets it go nowhere but to this cell (and its unit, where the sign-in is the unit's). */
export function withPersoniumSignIn(
  _transport: Transport,
  _cellUrl: string,
  _signIn: PersoniumSignIn,
  _options: PersoniumSignInOptions = {},
): Transport {
  throw new Error('not built yet');
}
