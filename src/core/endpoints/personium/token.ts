import { TransportError } from '../transport';
import type { HttpRequest, HttpResponse, Transport } from '../transport';
import { isObject, readJson } from '../readJson';
import { kindOf, readPersoniumError } from './codes';

/** Whose token it is, and what it is for. */
export interface TokenOwner {
  /** Cell the account is in, with a slash at the end. */
  readonly cellUrl: string;
  readonly username: string;
  readonly password: string;
  /** Unit that the token is to be made for; for the cell itself when absent. May throw `TransportError`. */
  readonly target?: () => Promise<string>;
  /** Headers of each request for a token. */
  readonly headers?: HttpRequest['headers'];
}

export interface TokenClock {
  readonly now?: () => number;
  readonly sleep?: (ms: number) => Promise<void>;
}

interface Token {
  readonly access: string;
  readonly refresh: string | undefined;
  /** Milliseconds of our clock until which it is used without asking for another. */
  readonly goodUntil: number;
}

/** A token about to end may have ended when the request arrives. */
const MARGIN_MS = 30_000;
const USUAL_LIFE_SECONDS = 3600;
const TOKEN_TIMEOUT_MS = 60_000;
/** After a refused password the cell refuses every other try for a second, the right password too. */
const AFTER_REFUSAL_MS = 1100;
/** Refused again and again, it is asked less and less: some units lock an account. */
const LONGEST_HOLD_MS = 60_000;
const PASSWORD_REFUSED = 'PR400-AN-0017';

/**
 * Access tokens of an account, kept in memory alone: fetched by the password when first needed, renewed before they end,
 * once for all who wait. Fails with `TransportError` and `none`: the request that needed the token has not been sent.
 */
export class TokenAccess {
  readonly #transport: Transport;
  readonly #owner: TokenOwner;
  readonly #now: () => number;
  readonly #sleep: (ms: number) => Promise<void>;
  #token: Token | undefined;
  #fetching: Promise<Token> | undefined;
  /** Whether the password has been taken once, so that a refusal of it may stem from somebody else's try. */
  #taken = false;
  #refusals = 0;
  #refused: { readonly failure: TransportError; readonly notBefore: number } | undefined;

  constructor(transport: Transport, owner: TokenOwner, { now = Date.now, sleep = wait }: TokenClock) {
    this.#transport = transport;
    this.#owner = owner;
    this.#now = now;
    this.#sleep = sleep;
  }

  /** A token that should hold. */
  async get(): Promise<string> {
    const token = this.#token;
    return token !== undefined && this.#now() < token.goodUntil ? token.access : this.#fetch();
  }

  /** Another token than `used`, which the cell did not take. */
  async renew(used: string): Promise<string> {
    const token = this.#token;
    return token !== undefined && token.access !== used ? token.access : this.#fetch();
  }

  async #fetch(): Promise<string> {
    this.#fetching ??= this.#ask().finally(() => (this.#fetching = undefined));
    this.#token = await this.#fetching;
    return this.#token.access;
  }

  async #ask(): Promise<Token> {
    const target = await this.#owner.target?.();
    const refresh = this.#token?.refresh;
    if (refresh !== undefined) {
      const answer = await this.#post({ grant_type: 'refresh_token', refresh_token: refresh }, target);
      const token = readToken(answer, this.#now());
      if (token !== null) {
        return token;
      }
      const failure = tokenFailure(answer);
      if (!isRefusal(failure)) {
        throw failure;
      }
      // Ended or not known any more: the password is there.
      this.#token = undefined;
    }
    return this.#byPassword(target);
  }

  async #byPassword(target: string | undefined): Promise<Token> {
    await this.#holdBack();
    try {
      return await this.#tryPassword(target);
    } catch (error) {
      if (!this.#taken || this.#refused?.failure !== error) {
        throw error;
      }
      // Perhaps somebody else has just mistyped the password of this account.
      this.#taken = false;
      await this.#sleep(AFTER_REFUSAL_MS);
      return this.#tryPassword(target);
    }
  }

  async #tryPassword(target: string | undefined): Promise<Token> {
    const { username, password } = this.#owner;
    const answer = await this.#post({ grant_type: 'password', username, password }, target);
    const token = readToken(answer, this.#now());
    if (token === null) {
      const failure = tokenFailure(answer);
      if (readPersoniumError(answer)?.code === PASSWORD_REFUSED) {
        const hold = Math.min(AFTER_REFUSAL_MS * 2 ** this.#refusals, LONGEST_HOLD_MS);
        this.#refusals += 1;
        this.#refused = { failure, notBefore: this.#now() + hold };
      }
      throw failure;
    }
    this.#taken = true;
    this.#refusals = 0;
    this.#refused = undefined;
    return token;
  }

  /** Waits a little, or fails as the last try did, when that has been refused just now. */
  async #holdBack(): Promise<void> {
    const left = (this.#refused?.notBefore ?? -Infinity) - this.#now();
    if (this.#refused === undefined || left <= 0) {
      return;
    }
    if (left > AFTER_REFUSAL_MS) {
      throw this.#refused.failure;
    }
    await this.#sleep(left);
  }

  async #post(fields: Readonly<Record<string, string>>, target: string | undefined): Promise<HttpResponse> {
    const form = new URLSearchParams({ ...fields, ...(target === undefined ? {} : { p_target: target }) });
    try {
      return await this.#transport.request({
        method: 'POST',
        url: `${this.#owner.cellUrl}__token`,
        headers: {
          ...this.#owner.headers,
          accept: 'application/json',
          'content-type': 'application/x-www-form-urlencoded',
        },
        body: new TextEncoder().encode(form.toString()),
        timeoutMs: TOKEN_TIMEOUT_MS,
      });
    } catch (error) {
      if (!(error instanceof TransportError)) {
        throw error;
      }
      // Whatever became of this, the request that needs the token has not been sent.
      throw new TransportError(error.code, 'none', { cause: error });
    }
  }
}

/** Whether another grant may be tried: the cell itself has refused this one. */
function isRefusal({ code }: TransportError): boolean {
  const own = personiumCodeOf(code);
  return own !== null && kindOf(own) !== 'wait' && kindOf(own) !== 'server';
}

/** Null for anything but a token that can stand in a header. */
function readToken(response: HttpResponse, now: number): Token | null {
  const json = response.status === 200 ? readJson(response) : undefined;
  if (!isObject(json)) {
    return null;
  }
  const { access_token: access, refresh_token: refresh, expires_in: seconds } = json;
  if (typeof access !== 'string' || !isSendable(access)) {
    return null;
  }
  const told = Number(seconds ?? USUAL_LIFE_SECONDS);
  const life = (told > 0 ? told : USUAL_LIFE_SECONDS) * 1000;
  return {
    access,
    refresh: typeof refresh === 'string' && refresh !== '' ? refresh : undefined,
    // Of a short life the last part is left unused.
    goodUntil: now + life - Math.min(MARGIN_MS, life / 5),
  };
}

/** Whether a token can stand in a header. */
export function isSendable(token: string): boolean {
  return /^[\x21-\x7e]+$/.test(token);
}

/** The unit's code goes on as a part of ours, as transports tell no more. */
function tokenFailure(response: HttpResponse): TransportError {
  const { status } = response;
  const code = readPersoniumError(response)?.code;
  if (code !== undefined) {
    return new TransportError(`ERR_TOKEN_${code.replaceAll('-', '_')}`, 'none');
  }
  const passing = status === 408 || status === 429 || status >= 500;
  return new TransportError(passing ? 'ERR_TOKEN_BUSY' : 'ERR_TOKEN_NOT_GIVEN', 'none');
}

/** The unit's code in a failure to get a token; null for any other failure. */
export function personiumCodeOf(transportCode: string): string | null {
  const [, status, family, number] = /^ERR_TOKEN_(PR\d{3})_(\w{2})_(\d{4})$/.exec(transportCode) ?? [];
  return status === undefined || family === undefined || number === undefined
    ? null
    : `${status}-${family}-${number}`;
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
