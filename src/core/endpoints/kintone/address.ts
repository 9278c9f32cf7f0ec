import type { Message } from '../../message';
import { isLoopback, parseUrl } from '../exchange';
import { kintoneMessage } from './codes';

/** Where a Kintone is, taken from what a person typed or copied from the browser. */
export interface KintoneAddress {
  /** Origin, and the path in front of `/k` if there is one; no slash at the end. */
  readonly baseUrl: string;
  readonly guestSpaceId?: string;
  readonly appId?: string;
}

/** Domains whose pages other than `/k/…` say nothing about where Kintone is. */
const VENDOR_DOMAIN = /\.(?:cybozu\.com|cybozu\.cn|kintone\.com)$/;

/**
 * Accepts `example.cybozu.com` and whole addresses of Kintone pages, from which the guest space and the app are
 * read; http only to loopback. Answers a `Message` when the text is no such address.
 */
export function normalizeBaseUrl(text: string): KintoneAddress | Message {
  const typed = text.trim();
  const url = parseUrl(/^[a-z][a-z0-9+.-]*:\/\//i.test(typed) ? typed : `${guessScheme(typed)}://${typed}`);
  if (url === null || typed === '' || (!url.hostname.includes('.') && !isLoopback(url.hostname))) {
    return kintoneMessage('kintone.addressUnreadable');
  }
  if (url.username !== '' || url.password !== '') {
    return kintoneMessage('kintone.addressWithPassword');
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    return kintoneMessage('kintone.addressNeedsHttps');
  }
  const path = /^(.*?)\/k(?:\/(.*))?$/.exec(url.pathname);
  const prefix = path?.[1] ?? (VENDOR_DOMAIN.test(url.hostname) ? '' : url.pathname);
  const place = /^(?:m\/)?(?:guest\/(\d+)(?:\/|$))?(?:(\d+)(?:\/|$))?/.exec(path?.[2] ?? '');
  return {
    baseUrl: `${url.origin}${prefix.replace(/\/+$/, '')}`,
    ...(place?.[1] === undefined ? {} : { guestSpaceId: place[1] }),
    ...(place?.[2] === undefined ? {} : { appId: place[2] }),
  };
}

/**
 * Where a Kintone of the vendor's asks for client certificates: `example.s.cybozu.com` beside `example.cybozu.com`.
 * Null when the address is that already, or is not the vendor's, where nothing is known.
 */
export function certificateAddress(baseUrl: string): string | null {
  const url = parseUrl(baseUrl);
  const plain = /^([^.]+)(\.(?:cybozu\.com|cybozu\.cn|kintone\.com))$/.exec(url?.hostname ?? '');
  return plain === null ? null : baseUrl.replace(`//${plain[0]}`, `//${plain[1] ?? ''}.s${plain[2] ?? ''}`);
}

/** Whether an address is one where the vendor asks for client certificates. */
export function isCertificateAddress(baseUrl: string): boolean {
  return /^[^.]+\.s\.(?:cybozu\.com|cybozu\.cn|kintone\.com)$/.test(parseUrl(baseUrl)?.hostname ?? '');
}

function guessScheme(typed: string): 'http' | 'https' {
  const host = parseUrl(`http://${typed}`)?.hostname ?? '';
  return isLoopback(host) ? 'http' : 'https';
}
