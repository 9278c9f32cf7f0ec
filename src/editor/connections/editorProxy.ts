import { createProxyFor, proxyFromEnvironment, type ProxyFor } from '../../core/endpoints/proxy';

/** Settings of the editor under `http.`, as they were found. */
export interface ProxySettings {
  readonly proxy: unknown;
  readonly noProxy: unknown;
  readonly proxySupport: unknown;
  readonly proxyAuthorization: unknown;
  readonly proxyStrictSSL: unknown;
}

/**
 * The proxy of the editor's settings, else of the environment, as the editor itself chooses; none when its proxy
 * support is off. PAC scripts and the system's settings are out of reach. `http.proxyStrictSSL` is honoured for the
 * certificate of the proxy; the server behind it must show a valid one in any case.
 */
export function proxyForEditor(
  settings: ProxySettings,
  env: Readonly<Record<string, string | undefined>>,
): ProxyFor {
  const { proxy, noProxy, proxySupport, proxyAuthorization, proxyStrictSSL } = settings;
  if (proxySupport === 'off') return () => null;
  if (typeof proxy !== 'string' || proxy.trim() === '') return proxyFromEnvironment(env);
  const listed = Array.isArray(noProxy)
    ? noProxy.filter((one): one is string => typeof one === 'string')
    : [];
  return createProxyFor({
    proxy,
    noProxy: listed.length > 0 ? listed : [env.no_proxy ?? env.NO_PROXY ?? ''],
    anyCertificate: proxyStrictSSL === false,
    ...(typeof proxyAuthorization === 'string' ? { authorization: proxyAuthorization } : {}),
  });
}
