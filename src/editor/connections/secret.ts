import type { OAuthSignIn } from '../../core/endpoints/kintone/oauth';
import type { KintoneSignIn } from '../../core/endpoints/kintone/signIn';
import type { ClientCertificate } from '../../core/endpoints/trust';
import type { Connection } from './connection';

/** What SecretStorage is to hold for a connection. It counts only for the address it was given for. */
export function storedSecret(connection: Connection, signIn: KintoneSignIn): string {
  const { certificate, ...rest } = signIn;
  return JSON.stringify({
    baseUrl: connection.baseUrl,
    signIn: {
      ...rest,
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
export function parseSecret(text: string | undefined, connection: Connection): KintoneSignIn | undefined {
  const value = text === undefined ? undefined : parseJson(text);
  if (!isObject(value) || value.baseUrl !== connection.baseUrl || !isObject(value.signIn)) return undefined;
  const { signIn } = value;
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

function readOAuth(signIn: Readonly<Record<string, unknown>>): OAuthSignIn | undefined {
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

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string');
}
