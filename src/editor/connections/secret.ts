import type { OAuthSignIn } from '../../core/endpoints/kintone/oauth';
import type { KintoneSignIn } from '../../core/endpoints/kintone/signIn';
import type { PersoniumEntry, PersoniumSignIn } from '../../core/endpoints/personium/signIn';
import type { ClientCertificate } from '../../core/endpoints/trust';
import type { Connection, KintoneConnection, PersoniumConnection } from './connection';

/** Whatever signs in to a connection of either system. */
export type SignIn = KintoneSignIn | PersoniumSignIn;

/** Whether a sign-in is for a cell. */
export function isForCell(signIn: SignIn): signIn is PersoniumSignIn {
  switch (signIn.kind) {
    case 'account':
    case 'unitUser':
    case 'bearer':
    case 'cookie':
      return true;
    case 'password':
    case 'apiTokens':
    case 'oauth':
      return false;
  }
}

/** What SecretStorage is to hold for a connection. It counts only for the address it was given for. */
export function storedSecret(connection: Connection, signIn: SignIn): string {
  const { certificate, ...rest } = signIn;
  return JSON.stringify({
    baseUrl: connection.baseUrl,
    signIn: {
      ...rest,
      // Kept with the connection, not here.
      overrides: undefined,
      ...(certificate === undefined
        ? {}
        : {
            certificate: {
              pfx: Buffer.from(certificate.pfx).toString('base64'),
              passphrase: certificate.passphrase,
            },
          }),
    },
  });
}

/**
 * A secret as it was stored, or undefined when it can't be read, was given for another address or user, or lacks what
 * the connection needs to get in.
 */
export function parseSecret(text: string | undefined, connection: Connection): SignIn | undefined {
  const value = text === undefined ? undefined : parseJson(text);
  if (!isObject(value) || value.baseUrl !== connection.baseUrl || !isObject(value.signIn)) return undefined;
  return connection.kind === 'kintone'
    ? readKintone(value.signIn, connection)
    : readPersonium(value.signIn, connection);
}

function readKintone(signIn: Stored, connection: KintoneConnection): KintoneSignIn | undefined {
  const { entrance = [] } = connection;
  const certificate = readCertificate(signIn.certificate);
  const basic = readBasic(signIn.basic);
  if (entrance.includes('certificate') && certificate === undefined) return undefined;
  if (entrance.includes('basic') && basic === undefined) return undefined;
  const withCertificate = certificate === undefined ? {} : { certificate };
  const more = { ...withCertificate, ...(basic === undefined ? {} : { basic }) };
  switch (connection.signIn) {
    case 'password': {
      const { kind, username, password } = signIn;
      if (kind !== 'password' || typeof username !== 'string' || typeof password !== 'string')
        return undefined;
      return username === connection.username ? { kind, username, password, ...more } : undefined;
    }
    case 'apiToken': {
      const { kind, tokens } = signIn;
      return kind === 'apiTokens' && isTexts(tokens) ? { kind, tokens, ...more } : undefined;
    }
    case 'oauth': {
      const oauth = readOAuth(signIn);
      return oauth === undefined ? undefined : { ...oauth, ...withCertificate };
    }
  }
}

/** The lines for `X-Override` are no secret: those of the connection count. */
function readPersonium(signIn: Stored, connection: PersoniumConnection): PersoniumSignIn | undefined {
  const { overrides, entrance = [] } = connection;
  const entry = readEntry(signIn, connection);
  const certificate = readCertificate(signIn.certificate);
  if (entry === undefined || (entrance.includes('certificate') && certificate === undefined))
    return undefined;
  return {
    ...entry,
    ...(overrides === undefined || overrides.length === 0 ? {} : { overrides }),
    ...(certificate === undefined ? {} : { certificate }),
  };
}

function readEntry(signIn: Stored, connection: PersoniumConnection): PersoniumEntry | undefined {
  const { kind, issuer, username, password, token, cookie, peer } = signIn;
  if (kind !== connection.signIn) return undefined;
  switch (connection.signIn) {
    case 'account':
      return typeof password === 'string' && isText(username) && username === connection.username
        ? { kind: 'account', username, password }
        : undefined;
    case 'unitUser':
      // The password goes to the issuer's cell: it counts for no other.
      return typeof password === 'string' &&
        isText(username) &&
        username === connection.username &&
        isText(issuer) &&
        issuer === connection.issuer
        ? { kind: 'unitUser', issuer, username, password }
        : undefined;
    case 'bearer':
      return isText(token) ? { kind: 'bearer', token } : undefined;
    case 'cookie':
      return isText(cookie) && isText(peer) ? { kind: 'cookie', cookie, peer } : undefined;
  }
}

function readOAuth(signIn: Stored): OAuthSignIn | undefined {
  const { kind, accessToken, refreshToken, clientId, clientSecret, expiresAt } = signIn;
  if (kind !== 'oauth' || typeof accessToken !== 'string') return undefined;
  return {
    kind,
    accessToken,
    ...(typeof refreshToken === 'string' ? { refreshToken } : {}),
    ...(typeof clientId === 'string' ? { clientId } : {}),
    ...(typeof clientSecret === 'string' ? { clientSecret } : {}),
    ...(typeof expiresAt === 'number' ? { expiresAt } : {}),
  };
}

function readCertificate(value: unknown): ClientCertificate | undefined {
  if (!isObject(value) || typeof value.pfx !== 'string' || typeof value.passphrase !== 'string')
    return undefined;
  return { pfx: new Uint8Array(Buffer.from(value.pfx, 'base64')), passphrase: value.passphrase };
}

function readBasic(value: unknown): { username: string; password: string } | undefined {
  if (!isObject(value) || typeof value.username !== 'string' || typeof value.password !== 'string') {
    return undefined;
  }
  return { username: value.username, password: value.password };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

type Stored = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Stored {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string');
}
