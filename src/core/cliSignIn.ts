import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { CliUsage } from './cliUsage';
import type { NetworkOptions } from './endpoints/agent';
import type { BasicSignIn, KintoneSignIn } from './endpoints/kintone/signIn';
import { normalizeCellUrl } from './endpoints/personium/address';
import type { PersoniumEntry, PersoniumSignIn } from './endpoints/personium/signIn';
import { createProxyFor, proxyFromEnvironment } from './endpoints/proxy';
import { certificateFault } from './endpoints/trust';
import type { ClientCertificate } from './endpoints/trust';
import { ExpectedError } from './message';

/** Other users of a computer can see the arguments of its programs: secrets come from the environment or stdin. */
export const SIGN_IN_HELP = `Sign-in to Kintone, one of
  --api-token TOKEN                  may be given several times. Other users of this computer can see
                                     arguments: better set KINTONE_API_TOKEN (several with commas).
  --username NAME                    with the password in KINTONE_PASSWORD, or with --password-stdin as a
                                     line of the standard input; or KINTONE_USERNAME and KINTONE_PASSWORD
  IMPORTED_FILES_OAUTH_TOKEN         an OAuth access token; renewed where IMPORTED_FILES_OAUTH_REFRESH_TOKEN,
                                     IMPORTED_FILES_OAUTH_CLIENT_ID and IMPORTED_FILES_OAUTH_CLIENT_SECRET
                                     are set as well
and where the domain asks for it
  --basic-auth-username NAME         or KINTONE_BASIC_AUTH_USERNAME; with KINTONE_BASIC_AUTH_PASSWORD
  --pfx-file FILE                    client certificate; its password in IMPORTED_FILES_PFX_PASSWORD, or with
                                     --pfx-password-stdin as the (next) line of the standard input

Sign-in to a Personium cell, one of
  --username NAME                    with the password in PERSONIUM_PASSWORD, or with --password-stdin; or
                                     PERSONIUM_USERNAME and PERSONIUM_PASSWORD
  --unit-user-cell URL               the same for an account of another cell, as a user of the unit;
                                     PERSONIUM_UNIT_USER_CELL otherwise
  --token-file FILE                  an access token or the unit's master token; PERSONIUM_TOKEN otherwise
  PERSONIUM_COOKIE                   the value of p_cookie, with PERSONIUM_COOKIE_PEER
and where they are needed
  --override "NAME: VALUE"           sent as X-Override; may be given several times
  --pfx-file FILE                    client certificate, as above

Network
  --proxy URL                        HTTPS_PROXY, ALL_PROXY, HTTP_PROXY and NO_PROXY are honoured as well; a
                                     proxy's user name and password stand in the variable
  --ca-file FILE                     authorities (PEM) to trust as well; so does NODE_EXTRA_CA_CERTS`;

export const SIGN_IN_OPTIONS = {
  'api-token': { type: 'string', multiple: true },
  username: { type: 'string' },
  'password-stdin': { type: 'boolean' },
  'basic-auth-username': { type: 'string' },
  'pfx-file': { type: 'string' },
  'pfx-password-stdin': { type: 'boolean' },
  'unit-user-cell': { type: 'string' },
  'token-file': { type: 'string' },
  override: { type: 'string', multiple: true },
  proxy: { type: 'string' },
  'ca-file': { type: 'string' },
} as const;

export interface SignInValues {
  readonly 'api-token'?: string[] | undefined;
  readonly username?: string | undefined;
  readonly 'password-stdin'?: boolean | undefined;
  readonly 'basic-auth-username'?: string | undefined;
  readonly 'pfx-file'?: string | undefined;
  readonly 'pfx-password-stdin'?: boolean | undefined;
  readonly 'unit-user-cell'?: string | undefined;
  readonly 'token-file'?: string | undefined;
  readonly override?: string[] | undefined;
  readonly proxy?: string | undefined;
  readonly 'ca-file'?: string | undefined;
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The sign-in of the arguments, else of the environment: OAuth, else a user, else tokens. Throws `CliUsage` for what is
 * missing or does not go together, `ExpectedError` for a client certificate that can't be used.
 */
export async function readSignIn(
  values: SignInValues,
  env: Env,
  stdin: NodeJS.ReadableStream,
): Promise<KintoneSignIn> {
  const { password, lines } = await readStdin(values, stdin);
  const signIn = chooseSignIn(values, env, password);
  const certificate = readCertificate(values, env, lines);
  const basic = readBasic(values, env);
  if (signIn.kind === 'oauth') {
    if (basic !== undefined) throw new CliUsage('OAuth can’t go together with Basic authentication.');
    return certificate === undefined ? signIn : { ...signIn, certificate };
  }
  return {
    ...signIn,
    ...(basic === undefined ? {} : { basic }),
    ...(certificate === undefined ? {} : { certificate }),
  };
}

/**
 * The sign-in to a cell of the arguments, else of the environment: a token, else an account (of another cell, for a user
 * of the unit), else a cookie. Throws `CliUsage` for what is missing or does not go together, `ExpectedError` for an
 * address or a client certificate that can't be used.
 */
export async function readCellSignIn(
  values: SignInValues,
  env: Env,
  stdin: NodeJS.ReadableStream,
): Promise<PersoniumSignIn> {
  if ((values['api-token'] ?? []).length > 0) throw new CliUsage('--api-token is for Kintone.');
  const { password, lines } = await readStdin(values, stdin);
  const entry = chooseEntry(values, env, password);
  const certificate = readCertificate(values, env, lines);
  const overrides = values.override ?? [];
  return {
    ...entry,
    ...(overrides.length === 0 ? {} : { overrides }),
    ...(certificate === undefined ? {} : { certificate }),
  };
}

function chooseEntry(values: SignInValues, env: Env, password: string | undefined): PersoniumEntry {
  const { username, 'token-file': tokenFile, 'unit-user-cell': unitUserCell } = values;
  if (tokenFile !== undefined) {
    if (username !== undefined) throw new CliUsage('Give either --token-file or --username, not both.');
    return { kind: 'bearer', token: readFile(tokenFile, '--token-file').toString('utf8').trim() };
  }
  const token = env.PERSONIUM_TOKEN ?? '';
  if (username === undefined && token !== '') return { kind: 'bearer', token };
  const name = username ?? env.PERSONIUM_USERNAME ?? '';
  if (name !== '') {
    const account = accountOf(name, password ?? env.PERSONIUM_PASSWORD);
    const issuer = unitUserCell ?? env.PERSONIUM_UNIT_USER_CELL ?? '';
    return issuer === ''
      ? { kind: 'account', ...account }
      : { kind: 'unitUser', issuer: cellOf(issuer), ...account };
  }
  const { PERSONIUM_COOKIE: cookie = '', PERSONIUM_COOKIE_PEER: peer = '' } = env;
  if (cookie === '') {
    throw new CliUsage('Sign in with --username, PERSONIUM_TOKEN or another way of --help.');
  }
  if (peer === '') throw new CliUsage('PERSONIUM_COOKIE needs PERSONIUM_COOKIE_PEER.');
  return { kind: 'cookie', cookie, peer };
}

function accountOf(username: string, password: string | undefined): { username: string; password: string } {
  if (password === undefined || password === '') {
    throw new CliUsage('An account needs PERSONIUM_PASSWORD or --password-stdin.');
  }
  return { username, password };
}

/** The password goes to this cell: its address has to be whole. */
function cellOf(url: string): string {
  const address = normalizeCellUrl(url);
  if ('code' in address) throw new ExpectedError(address);
  return address.candidates[0] ?? url;
}

/** The first line of the standard input where it is a password, and the others. */
async function readStdin(
  values: SignInValues,
  stdin: NodeJS.ReadableStream,
): Promise<{ readonly password: string | undefined; readonly lines: readonly string[] }> {
  const asked = values['password-stdin'] === true;
  if (!asked && values['pfx-password-stdin'] !== true) return { password: undefined, lines: [] };
  const lines = (await text(stdin)).split(/\r?\n/);
  return asked ? { password: lines[0] ?? '', lines: lines.slice(1) } : { password: undefined, lines };
}

function chooseSignIn(values: SignInValues, env: Env, password: string | undefined): KintoneSignIn {
  const given = listOf(values['api-token'] ?? []);
  if (values.username !== undefined) {
    if (given.length > 0) throw new CliUsage('Give either --api-token or --username, not both.');
    return passwordOf(values.username, password ?? env.KINTONE_PASSWORD);
  }
  if (given.length > 0) return { kind: 'apiTokens', tokens: given };
  const accessToken = env.IMPORTED_FILES_OAUTH_TOKEN ?? '';
  if (accessToken !== '') return { kind: 'oauth', accessToken, ...renewalOf(env) };
  const username = env.KINTONE_USERNAME ?? '';
  if (username !== '') return passwordOf(username, password ?? env.KINTONE_PASSWORD);
  const tokens = listOf([env.KINTONE_API_TOKEN ?? '']);
  if (tokens.length === 0)
    throw new CliUsage('Sign in with --username, KINTONE_API_TOKEN or another way of --help.');
  return { kind: 'apiTokens', tokens };
}

function passwordOf(username: string, password: string | undefined): KintoneSignIn {
  if (password === undefined || password === '') {
    throw new CliUsage('A user name needs KINTONE_PASSWORD or --password-stdin.');
  }
  return { kind: 'password', username, password };
}

function renewalOf(env: Env): { refreshToken?: string; clientId?: string; clientSecret?: string } {
  const {
    IMPORTED_FILES_OAUTH_REFRESH_TOKEN: refreshToken = '',
    IMPORTED_FILES_OAUTH_CLIENT_ID: clientId = '',
    IMPORTED_FILES_OAUTH_CLIENT_SECRET: clientSecret = '',
  } = env;
  if (refreshToken === '') return {};
  if (clientId === '' || clientSecret === '') {
    throw new CliUsage(
      'A refresh token needs IMPORTED_FILES_OAUTH_CLIENT_ID and IMPORTED_FILES_OAUTH_CLIENT_SECRET.',
    );
  }
  return { refreshToken, clientId, clientSecret };
}

function readBasic(values: SignInValues, env: Env): BasicSignIn | undefined {
  const username = values['basic-auth-username'] ?? env.KINTONE_BASIC_AUTH_USERNAME ?? '';
  if (username === '') return undefined;
  const password = env.KINTONE_BASIC_AUTH_PASSWORD ?? '';
  if (password === '') throw new CliUsage('Basic authentication needs KINTONE_BASIC_AUTH_PASSWORD.');
  return { username, password };
}

function readCertificate(
  values: SignInValues,
  env: Env,
  lines: readonly string[],
): ClientCertificate | undefined {
  const file = values['pfx-file'];
  if (file === undefined) return undefined;
  const fromStdin = values['pfx-password-stdin'] === true ? (lines[0] ?? '') : undefined;
  const passphrase = fromStdin ?? env.IMPORTED_FILES_PFX_PASSWORD ?? '';
  const certificate = { pfx: readFile(file, '--pfx-file'), passphrase };
  const fault = certificateFault(certificate);
  if (fault !== null) throw new ExpectedError(fault);
  return certificate;
}

/** How the network is reached. Throws `CliUsage`. */
export function readNetwork(
  values: SignInValues,
  env: Env,
): Pick<NetworkOptions, 'proxyFor' | 'authorities'> {
  const { proxy, 'ca-file': caFile } = values;
  if (proxy !== undefined && /^(?:[a-z][a-z0-9+.-]*:\/\/)?[^/@]*@/i.test(proxy)) {
    throw new CliUsage('Other users can see arguments: put a proxy with a user name into HTTPS_PROXY.');
  }
  const noProxy = [env.no_proxy ?? env.NO_PROXY ?? ''];
  return {
    proxyFor: proxy === undefined ? proxyFromEnvironment(env) : createProxyFor({ proxy, noProxy }),
    ...(caFile === undefined ? {} : { authorities: [readAuthorities(caFile)] }),
  };
}

function readAuthorities(file: string): string {
  const pem = readFile(file, '--ca-file').toString('utf8');
  if (!pem.includes('-----BEGIN CERTIFICATE-----')) {
    throw new CliUsage('--ca-file takes certificates in PEM form (-----BEGIN CERTIFICATE-----).');
  }
  return pem;
}

function readFile(file: string, option: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    throw new CliUsage(`${option}: ${file} can’t be read.`);
  }
}

function listOf(texts: readonly string[]): string[] {
  return texts.flatMap((each) => each.split(/[,\s]+/)).filter((each) => each !== '');
}
