import type { Message } from '../message';
import type { CONNECTION_MESSAGES } from './connectionMessages';
import type { Answer } from './endpoint';
import type { KINTONE_MESSAGES } from './messages';
import { kindOf, refusalMessage } from './personium/codes';
import { personiumCodeOf } from './personium/token';
import type { TransportError } from './transport';

type Code = keyof typeof KINTONE_MESSAGES | keyof typeof CONNECTION_MESSAGES;

/** What is known of a write request that got no whole answer. */
export function judgeFailure(failure: TransportError): Answer {
  const { bytesSent, code } = failure;
  if (bytesSent === 'maybe') {
    return { kind: 'ambiguous', message: { code: 'network.lost', args: { code } } };
  }
  const message = failureMessage(failure);
  return needsThePerson(failure, message)
    ? { kind: 'impossible', message }
    : { kind: 'notCommitted', reason: 'network', message };
}

/** Whether to wait and try again would change nothing. */
function needsThePerson({ code }: TransportError, message: Message): boolean {
  const told = personiumCodeOf(code);
  return told === null
    ? NEEDS_THE_PERSON.has(message.code)
    : kindOf(told) !== 'wait' && kindOf(told) !== 'server';
}

/** Failures of which the sign-in or the way out is to blame. */
const NEEDS_THE_PERSON: ReadonlySet<string> = new Set<Code>([
  'connection.removedMeanwhile',
  'signIn.basicNeeded',
  'signIn.basicRefused',
  'signIn.basicWithOauth',
  'signIn.oauthExpired',
  'signIn.oauthNotRenewed',
  'signIn.oauthScope',
  'signIn.tokenNotGiven',
  'signIn.unitNotLearned',
  'signIn.otherUnit',
  'network.headerLines',
  'certificate.passphrase',
  'certificate.unreadable',
  'certificate.outdated',
  'certificate.needed',
  'certificate.refused',
  'network.proxySignIn',
  'network.proxyAddress',
  'network.proxyKind',
]);

const BY_CODE: Readonly<Record<string, Code>> = {
  ERR_BASIC_NEEDED: 'signIn.basicNeeded',
  ERR_BASIC_REFUSED: 'signIn.basicRefused',
  ERR_BASIC_WITH_OAUTH: 'signIn.basicWithOauth',
  ERR_CERTIFICATE_NEEDED: 'certificate.needed',
  ERR_CERTIFICATE_REFUSED: 'certificate.refused',
  ERR_CONNECTION_REMOVED: 'connection.removedMeanwhile',
  ERR_HEADER_LINES: 'network.headerLines',
  ERR_TOKEN_BUSY: 'signIn.tokenBusy',
  ERR_TOKEN_NOT_GIVEN: 'signIn.tokenNotGiven',
  ERR_TOKEN_OTHER_UNIT: 'signIn.otherUnit',
  ERR_TOKEN_UNIT: 'signIn.unitNotLearned',
  ERR_SAVE_EEXIST: 'network.saveExists',
  ERR_SAVE_ENCODED: 'network.saveEncoded',
  ERR_FILE_CHANGED: 'network.fileChanged',
  ERR_FILE_UNREADABLE: 'network.fileUnreadable',
  ERR_INSECURE_URL: 'network.insecure',
  ERR_OAUTH_BUSY: 'signIn.oauthBusy',
  ERR_OAUTH_EXPIRED: 'signIn.oauthExpired',
  ERR_OAUTH_NOT_RENEWED: 'signIn.oauthNotRenewed',
  ERR_OAUTH_SCOPE: 'signIn.oauthScope',
  ERR_SENT_IN_PART: 'network.failed',
  ERR_PFX_OUTDATED: 'certificate.outdated',
  ERR_PFX_PASSPHRASE: 'certificate.passphrase',
  ERR_PFX_UNREADABLE: 'certificate.unreadable',
  ERR_PROXY_407: 'network.proxySignIn',
  ERR_PROXY_SCHEME: 'network.proxyKind',
  ERR_PROXY_URL: 'network.proxyAddress',
};

/** In this order; codes of Node, of OpenSSL and of BoringSSL, and those of `exchange.ts`. */
const BY_PATTERN: readonly (readonly [pattern: RegExp, message: Code])[] = [
  [/^ERR_SAVE_/, 'network.saveFailed'],
  [/^ERR_PROXY_/, 'network.proxyUnreachable'],
  [/^(?:ENOTFOUND|EAI_)/, 'network.notFound'],
  [/^ECONNREFUSED$/, 'network.refused'],
  [/ALERT_(?:NO_CERTIFICATE|CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE)/, 'certificate.needed'],
  [/ALERT_(?:\w*CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED)/, 'certificate.refused'],
  [/^CERT_(?:HAS_EXPIRED|NOT_YET_VALID)$/, 'network.certificateExpired'],
  [/^(?:ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH)$/, 'network.certificateHost'],
  [/^UNABLE_TO_(?:GET_ISSUER|VERIFY_LEAF)|SELF_SIGNED_CERT|^CERT_UNTRUSTED$/, 'network.authority'],
  [/CERT|^UNABLE_TO_/, 'network.certificate'],
  [/TIMEOUT|ETIMEDOUT/, 'network.timeout'],
];

/** Why a server could not be reached or did not answer, for a request that only reads or did not leave. */
export function failureMessage({ code, bytesSent }: TransportError): Message {
  const known = Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : undefined;
  const told = personiumCodeOf(code);
  if (told !== null) {
    return refusalMessage({ code: told, text: '' });
  }
  const status = /^ERR_PROXY_(\d{3})$/.exec(code)?.[1];
  if (known === undefined && status !== undefined) {
    return message('network.proxyRefused', { status });
  }
  const found = known ?? BY_PATTERN.find(([pattern]) => pattern.test(code))?.[1];
  return message(found ?? (bytesSent === 'none' ? 'network.notSent' : 'network.failed'), { code });
}

function message(code: Code, args: Message['args'] & object): Message {
  return { code, args };
}
