import { randomUUID } from 'node:crypto';
import type { FileToAttach } from '../../mapping/record';
import type { TargetWriter, UploadAnswer } from '../endpoint';
import { failureMessage, judgeFailure } from '../networkFailure';
import { TransportError } from '../transport';
import type { FileBody, HttpResponse, Transport } from '../transport';
import { codeMessage, effectOf, kintoneMessage } from './codes';
import { contentTypeOf } from './contentType';
import { retryAfter } from '../retryAfter';
import { apiUrl } from './paths';
import type { KintonePlace } from './paths';
import { commonHeaders } from './reader';
import { readError } from './reply';
import { isObject, readJson } from '../readJson';

/** Kintone takes files of 1 GB, which a slow line needs most of an hour for. */
const UPLOAD_TIMEOUT_MS = 3_600_000;

/**
 * Hands files over one at a time, read from the disk while they are sent. What no record names is dropped by Kintone
 * after three days, so that a lost answer does no harm: whatever leaves open whether the file arrived may be repeated.
 */
export function createUploader(
  place: KintonePlace,
  transport: Transport,
  language: string,
): TargetWriter['upload'] {
  return async (file, signal) => {
    const boundary = `imported-files-${randomUUID()}`;
    try {
      const response = await transport.request({
        method: 'POST',
        url: apiUrl(place, 'file'),
        headers: {
          ...commonHeaders(language),
          'content-type': `multipart/form-data; boundary=${boundary}`,
        },
        body: multipartBody(file, boundary),
        timeoutMs: UPLOAD_TIMEOUT_MS,
        ...(signal === undefined ? {} : { signal }),
      });
      return judgeUpload(response, file);
    } catch (error) {
      if (error instanceof TransportError) {
        return judgeFailedUpload(error, file);
      }
      throw error;
    }
  };
}

/**
 * One part named `file`. Its name is sent in UTF-8 as Kintone asks for it; quotes and line breaks, which would end it,
 * are written as browsers write them.
 */
export function multipartBody(file: FileToAttach, boundary: string): FileBody {
  const name = file.name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  const encoder = new TextEncoder();
  return {
    before: encoder.encode(
      `--${boundary}\r\n` +
        `Content-Disposition: form-data; name="file"; filename="${name}"\r\n` +
        `Content-Type: ${contentTypeOf(file.name)}\r\n\r\n`,
    ),
    path: file.path,
    size: file.size,
    after: encoder.encode(`\r\n--${boundary}--\r\n`),
  };
}

function judgeUpload(response: HttpResponse, file: FileToAttach): UploadAnswer {
  const { status } = response;
  const args = { file: file.name };
  if (status === 200) {
    const json = readJson(response);
    const fileKey = isObject(json) ? json.fileKey : undefined;
    return typeof fileKey === 'string' && fileKey !== ''
      ? { kind: 'uploaded', fileKey }
      : { kind: 'impossible', message: kintoneMessage('kintone.unexpectedAnswer', { status }) };
  }
  if (status === 413) {
    return { kind: 'rejected', message: kintoneMessage('kintone.fileTooLarge', args) };
  }
  const error = readError(response);
  if (status === 429) {
    const message = kintoneMessage('kintone.throttled', undefined, error?.words);
    return { kind: 'notCommitted', reason: 'throttled', message, ...retryAfter(response) };
  }
  if (error !== null && status !== 408) {
    const message = codeMessage(error, status);
    switch (effectOf(error.code, status)) {
      case 'throttled':
        return { kind: 'notCommitted', reason: 'throttled', message, ...retryAfter(response) };
      case 'locked':
        return { kind: 'notCommitted', reason: 'locked', message, ...retryAfter(response) };
      case null:
        return { kind: 'notCommitted', reason: 'unavailable', message, ...retryAfter(response) };
      case 'impossible':
        return { kind: 'impossible', message };
      case 'rejected':
        return { kind: 'rejected', message };
    }
  }
  if (status >= 500 || status === 408) {
    const own = status === 503 && !isWrittenInBetween(response);
    const message = own
      ? kintoneMessage('kintone.unavailable')
      : kintoneMessage('kintone.serverFailed', { status });
    return { kind: 'notCommitted', reason: 'unavailable', message, ...retryAfter(response) };
  }
  if (status === 400 || status === 403) {
    // Whoever watches the network in between refuses single files, for what is in them.
    return { kind: 'rejected', message: kintoneMessage('kintone.fileBlocked', { ...args, status }) };
  }
  const redirected = status >= 300 && status < 400;
  return {
    kind: 'impossible',
    message: kintoneMessage(redirected ? 'kintone.redirected' : 'kintone.unexpectedAnswer', { status }),
  };
}

function judgeFailedUpload(failure: TransportError, file: FileToAttach): UploadAnswer {
  switch (failure.code) {
    case 'ERR_FILE_UNREADABLE':
      return { kind: 'rejected', message: kintoneMessage('kintone.fileUnreadable', { file: file.name }) };
    case 'ERR_FILE_CHANGED':
      return { kind: 'rejected', message: kintoneMessage('kintone.fileChanged', { file: file.name }) };
    default: {
      const judged = judgeFailure(failure);
      return judged.kind === 'impossible'
        ? { kind: 'impossible', message: judged.message }
        : { kind: 'notCommitted', reason: 'network', message: failureMessage(failure) };
    }
  }
}

/**
 * Kintone's own 503 (maintenance, overload) comes from its entrance, before anything is done. A gateway in between
 * also writes one, when the server behind it broke off.
 */
function isWrittenInBetween({ headers, body }: HttpResponse): boolean {
  return (
    headers.via !== undefined ||
    /envoy|varnish|squid|haproxy|cloudflare/i.test(headers.server ?? '') ||
    /upstream|gateway|proxy/i.test(new TextDecoder().decode(body.subarray(0, 4096)))
  );
}
