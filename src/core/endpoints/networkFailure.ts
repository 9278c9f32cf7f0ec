import type { Message } from '../message';
import type { Answer } from './endpoint';
import type { KINTONE_MESSAGES } from './messages';
import type { TransportError } from './transport';

/** What is known of a write request that got no whole answer. */
export function judgeFailure(failure: TransportError): Answer {
  return failure.bytesSent === 'none'
    ? { kind: 'notCommitted', reason: 'network', message: failureMessage(failure) }
    : { kind: 'ambiguous', message: message('network.lost', failure.code) };
}

/** Why a server could not be reached or did not answer, for a request that only reads or did not leave. */
export function failureMessage({ code, bytesSent }: TransportError): Message {
  if (code === 'ERR_INSECURE_URL') {
    return message('network.insecure', code);
  }
  if (/^(?:ENOTFOUND|EAI_)/.test(code)) {
    return message('network.notFound', code);
  }
  if (code === 'ECONNREFUSED') {
    return message('network.refused', code);
  }
  if (/CERT|^UNABLE_TO_|^HOSTNAME_MISMATCH$/.test(code)) {
    return message('network.certificate', code);
  }
  if (/TIMEOUT|ETIMEDOUT/.test(code)) {
    return message('network.timeout', code);
  }
  return message(bytesSent === 'none' ? 'network.notSent' : 'network.failed', code);
}

function message(messageCode: keyof typeof KINTONE_MESSAGES, code: string): Message {
  return { code: messageCode, args: { code } };
}
