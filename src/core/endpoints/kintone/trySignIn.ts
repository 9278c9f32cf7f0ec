import { ExpectedError } from '../../message';
import type { Message } from '../../message';
import type { Endpoint } from '../endpoint';
import { TransportError } from '../transport';
import { KintoneRefusal } from './reader';
import type { KintoneSignIn } from './signIn';

export interface TriedApp {
  readonly id: string;
  readonly name: string;
}

/**
 * Tries a sign-in with calls that change nothing: the list of apps, or for tokens, which can't list, the fields of each
 * of their apps; those apps are answered. Throws `ExpectedError` that says what of the sign-in is wrong and where to
 * put it right; of several tokens, which one.
 */
export async function trySignIn(
  signIn: KintoneSignIn,
  appIds: readonly string[],
  endpointWith: (signIn: KintoneSignIn) => Promise<Endpoint>,
  signal?: AbortSignal,
): Promise<readonly TriedApp[]> {
  const endpoint = await endpointWith(signIn);
  if (signIn.kind !== 'apiTokens') {
    await explained(endpoint.listTargets(signal), signIn);
    return [];
  }
  const apps: TriedApp[] = [];
  for (const id of appIds) {
    try {
      const { name } = await explained(endpoint.describe(id, signal), signIn, id);
      apps.push({ id, name });
    } catch (error) {
      throw (await namingTheToken(error, signIn, id, endpointWith, signal)) ?? error;
    }
  }
  return apps;
}

async function explained<T>(call: Promise<T>, signIn: KintoneSignIn, app = ''): Promise<T> {
  try {
    return await call;
  } catch (error) {
    const message = error instanceof ExpectedError ? messageFor(error, signIn, app) : null;
    throw message === null ? error : new ExpectedError(message, { cause: error });
  }
}

/** What a refusal means while a person is signing in; null to leave it as it is. */
function messageFor(error: ExpectedError, signIn: KintoneSignIn, app: string): Message | null {
  if (error instanceof KintoneRefusal) {
    const code = BY_CODE[error.kintoneCode];
    const { words } = error.refusal;
    return code === undefined ? null : { code, args: { app }, ...(words === '' ? {} : { verbatim: words }) };
  }
  const { cause } = error;
  return signIn.certificate !== undefined && cause instanceof TransportError && CUT.has(cause.code)
    ? { code: 'certificate.perhapsRefused', args: { code: cause.code } }
    : null;
}

const BY_CODE: Readonly<Record<string, string>> = {
  CB_AU01: 'signIn.notSignedIn',
  CB_NO02: 'signIn.noRight',
  CB_TW02: 'signIn.twoFactor',
  CB_WA01: 'signIn.passwordWrong',
  GAIA_AP01: 'signIn.appMissing',
  GAIA_DA03: 'signIn.tokenTwice',
  GAIA_IA02: 'signIn.tokenWrong',
  GAIA_NO01: 'signIn.tokenOfOtherApp',
};

/** By TLS 1.3 some servers refuse a certificate by hanging up. */
const CUT: ReadonlySet<string> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

/** Kintone does not say which of several tokens is wrong: each is asked for alone. */
async function namingTheToken(
  error: unknown,
  signIn: KintoneSignIn & { readonly kind: 'apiTokens' },
  appId: string,
  endpointWith: (signIn: KintoneSignIn) => Promise<Endpoint>,
  signal: AbortSignal | undefined,
): Promise<ExpectedError | null> {
  const { tokens } = signIn;
  if (tokens.length < 2 || !(error instanceof ExpectedError) || error.detail.code !== 'signIn.tokenWrong') {
    return null;
  }
  for (const [index, token] of tokens.entries()) {
    try {
      await (await endpointWith({ ...signIn, tokens: [token] })).describe(appId, signal);
    } catch (alone) {
      if (alone instanceof KintoneRefusal && alone.kintoneCode === 'GAIA_IA02') {
        const args = { n: index + 1, count: tokens.length };
        return new ExpectedError({ ...error.detail, code: 'signIn.tokenWrongAt', args }, { cause: alone });
      }
    }
  }
  return null;
}
