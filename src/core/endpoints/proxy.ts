import { isLoopback, parseUrl } from './exchange';
import { TransportError } from './transport';

/** A way out of the network. */
export interface Proxy {
  /** Of the proxy itself: http or https. */
  readonly origin: string;
  /** Value of `Proxy-Authorization`. */
  readonly authorization?: string;
  /** Whether an https proxy may show any certificate; that of the server behind it is checked all the same. */
  readonly anyCertificate?: boolean;
}

/** Answers the proxy on the way to an address, null for none. Throws `TransportError` for a proxy that can't be used. */
export type ProxyFor = (url: URL) => Proxy | null;

export interface ProxyRules {
  /** With or without a scheme and credentials; empty for none. */
  readonly proxy: string;
  /** Hosts that are reached without it: names (with all names below), with or without a port, or `*`. */
  readonly noProxy: readonly string[];
  readonly authorization?: string;
  readonly anyCertificate?: boolean;
}

/**
 * Never a proxy for this computer itself: plain http is allowed to it alone because it stays inside.
 */
export function createProxyFor({ proxy, noProxy, ...more }: ProxyRules): ProxyFor {
  if (proxy.trim() === '') {
    return () => null;
  }
  const exceptions = noProxy.flatMap((entry) => entry.split(/[,\s]+/)).filter((entry) => entry !== '');
  return (url) =>
    isLoopback(url.hostname) || exceptions.some((entry) => isException(entry, url))
      ? null
      : readProxy(proxy.trim(), more);
}

/**
 * The usual variables, in small letters or capitals: `HTTPS_PROXY`, else `ALL_PROXY`, else `HTTP_PROXY`, and `NO_PROXY`.
 * Only https leaves this computer, so there is but one proxy to choose.
 */
export function proxyFromEnvironment(env: Readonly<Record<string, string | undefined>>): ProxyFor {
  const read = (name: string): string => env[name.toLowerCase()] ?? env[name] ?? '';
  const proxy = ['HTTPS_PROXY', 'ALL_PROXY', 'HTTP_PROXY'].map(read).find((text) => text !== '') ?? '';
  return createProxyFor({ proxy, noProxy: [read('NO_PROXY')] });
}

function readProxy(text: string, more: Pick<ProxyRules, 'authorization' | 'anyCertificate'>): Proxy {
  const url = parseUrl(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  if (url === null || url.hostname === '') {
    throw new TransportError('ERR_PROXY_URL', 'none');
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new TransportError('ERR_PROXY_SCHEME', 'none');
  }
  const authorization = url.username === '' && url.password === '' ? more.authorization : basicOf(url);
  return {
    origin: url.origin,
    ...(authorization === undefined || authorization === '' ? {} : { authorization }),
    ...(more.anyCertificate === undefined ? {} : { anyCertificate: more.anyCertificate }),
  };
}

function basicOf({ username, password }: URL): string {
  return `Basic ${Buffer.from(`${decode(username)}:${decode(password)}`, 'utf8').toString('base64')}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function isException(entry: string, url: URL): boolean {
  if (entry === '*') {
    return true;
  }
  const [, name = entry, port] = /^(.+?):(\d+)$/.exec(entry) ?? [];
  const host = name.replace(/^\*?\./, '').toLowerCase();
  const portOfUrl = url.port === '' ? '443' : url.port;
  return (
    (port === undefined || port === portOfUrl) && (url.hostname === host || url.hostname.endsWith(`.${host}`))
  );
}
