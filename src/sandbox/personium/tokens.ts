import { randomBytes } from 'node:crypto';

/** What a token stands for. */
export interface Grant {
  readonly kind: 'access' | 'visitor' | 'passwordChange' | 'refresh' | 'transCell';
  /** Name of the cell that issued it. */
  readonly cell: string;
  readonly account: string;
  readonly scope: readonly string[];
  /** Milliseconds since the epoch. */
  readonly endsAt: number;
  /** The client it was issued to. */
  readonly client?: string;
  /** URL that a token for elsewhere is addressed to, with a slash at the end. */
  readonly target?: string;
}

const PREFIXES = { access: 'AR~', visitor: 'AV~', passwordChange: 'AP~', refresh: 'RR~', transCell: '' };

/** Bytes behind a token of its own cell, and of one that is an assertion, which is far longer. */
const SHORT = 60;
const LONG = 1800;

export type Found =
  | { readonly kind: 'valid'; readonly grant: Grant }
  | { readonly kind: 'expired'; readonly grant: Grant }
  | { readonly kind: 'unknown' };

/** The tokens a unit has issued. They tell nothing to those who hold them. */
export class Tokens {
  readonly #grants = new Map<string, Grant>();
  readonly #expired = new Set<Grant>();

  issue(grant: Grant): string {
    const bytes = grant.kind === 'transCell' ? LONG : SHORT;
    const token = PREFIXES[grant.kind] + randomBytes(bytes).toString('base64url');
    this.#grants.set(token, grant);
    return token;
  }

  find(token: string, now: number): Found {
    const grant = this.#grants.get(token);
    if (grant === undefined) {
      return { kind: 'unknown' };
    }
    return grant.endsAt <= now || this.#expired.has(grant)
      ? { kind: 'expired', grant }
      : { kind: 'valid', grant };
  }

  /** A refresh token that was used is good for nothing any more. */
  remove(token: string): void {
    this.#grants.delete(token);
  }

  /** Ends all access tokens; those that refresh stay. */
  expireAccess(): void {
    for (const grant of this.#grants.values()) {
      if (grant.kind !== 'refresh') {
        this.#expired.add(grant);
      }
    }
  }

  /** As after a start with a new secret: none can be read any more. */
  forget(): void {
    this.#grants.clear();
    this.#expired.clear();
  }
}

/** How a token that is not known is refused: by its looks. */
export function unknownTokenCode(token: string): 'PR401-AU-0006' | 'PR401-AU-0007' | 'PR401-AU-0008' {
  if (/^R[RV]~/.test(token)) {
    return 'PR401-AU-0007';
  }
  return /^[\w-]{200,}$/.test(token) ? 'PR401-AU-0008' : 'PR401-AU-0006';
}
