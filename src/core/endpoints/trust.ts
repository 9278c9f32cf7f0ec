import { readFileSync } from 'node:fs';
import { createSecureContext, rootCertificates } from 'node:tls';
import * as tls from 'node:tls';
import type { SecureContext } from 'node:tls';
import type { Message } from '../message';
import { failureMessage } from './networkFailure';
import { TransportError } from './transport';

/** What a server that asks for a client certificate is shown: the bytes of a PFX (PKCS #12) file. */
export interface ClientCertificate {
  readonly pfx: Uint8Array;
  readonly passphrase: string;
}

/**
 * The authorities to trust: those of Node, of the computer where this Node can tell (22.15 and newer), and `more`
 * (PEM). Undefined when Node's own choice is all there is.
 */
export function trustedAuthorities(more: readonly string[]): readonly string[] | undefined {
  const { getCACertificates }: MoreOfTls = tls as typeof tls & MoreOfTls;
  if (getCACertificates !== undefined) {
    return [...new Set([...getCACertificates('default'), ...getCACertificates('system'), ...more])];
  }
  // Naming authorities replaces Node's own choice, to which NODE_EXTRA_CA_CERTS belongs.
  return more.length === 0 ? undefined : [...rootCertificates, ...extraAuthorities(), ...more];
}

/** Not in every Node that this runs on. */
interface MoreOfTls {
  readonly getCACertificates?: (type: 'default' | 'system') => readonly string[];
}

function extraAuthorities(): string[] {
  const file = process.env.NODE_EXTRA_CA_CERTS;
  try {
    return file === undefined || file === '' ? [] : [readFileSync(file, 'utf8')];
  } catch {
    // Node has warned of it when it started.
    return [];
  }
}

/**
 * What TLS is made with. Throws `TransportError` for a client certificate that can't be used: `ERR_PFX_PASSPHRASE`,
 * `ERR_PFX_OUTDATED` (encrypted in a way that OpenSSL 3 has given up), `ERR_PFX_UNREADABLE`.
 */
export function createTrust(
  authorities: readonly string[] | undefined,
  certificate: ClientCertificate | undefined,
): SecureContext {
  const ca = authorities === undefined ? {} : { ca: [...authorities] };
  if (certificate === undefined) {
    return createSecureContext(ca);
  }
  const { pfx, passphrase } = certificate;
  try {
    return createSecureContext({ ...ca, pfx: Buffer.from(pfx), passphrase });
  } catch (error) {
    throw new TransportError(pfxCode(error), 'none', { cause: error });
  }
}

/** What is wrong with a client certificate as it was given; null when it can be used. */
export function certificateFault(certificate: ClientCertificate): Message | null {
  try {
    createTrust(undefined, certificate);
    return null;
  } catch (error) {
    if (error instanceof TransportError) {
      return failureMessage(error);
    }
    throw error;
  }
}

/** OpenSSL and BoringSSL, which desktop editors have, tell it differently. */
function pfxCode(error: unknown): string {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  const told = `${String(code)} ${String(message)}`;
  if (/mac.?verify|incorrect.?password/i.test(told)) {
    return 'ERR_PFX_PASSPHRASE';
  }
  return /unsupported|unknown.?(?:cipher|algorithm|digest)/i.test(told)
    ? 'ERR_PFX_OUTDATED'
    : 'ERR_PFX_UNREADABLE';
}
