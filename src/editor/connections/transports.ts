import { createHash } from 'node:crypto';
import * as vscode from 'vscode';
import type { Transport } from '../../core/endpoints/transport';
import type { ClientCertificate } from '../../core/endpoints/trust';
import { proxyForEditor, type ProxySettings } from './editorProxy';

type Closing = Transport & { close(): Promise<void> };

/**
 * The ways to the network. Usually all go by the host's own `fetch`, which honours the person's proxy, PAC script and
 * authorities; `fetch` can't show a certificate or send a header in several lines, so those that need it go by
 * themselves.
 */
export class Transports implements vscode.Disposable {
  #shared: Promise<Closing> | undefined;
  /** By a digest of the certificate and the proxy settings. */
  readonly #own = new Map<string, Promise<Closing>>();

  async get(certificate: ClientCertificate | undefined, severalLines = false): Promise<Transport> {
    if (certificate === undefined && !severalLines) {
      this.#shared ??= import('../../core/endpoints/fetchTransport').then(({ createFetchTransport }) =>
        createFetchTransport(globalThis.fetch),
      );
      return this.#shared;
    }
    const settings = proxySettings();
    const key = createHash('sha256')
      .update(certificate?.pfx ?? '')
      .update(JSON.stringify([certificate?.passphrase ?? null, settings]))
      .digest('hex');
    const known = this.#own.get(key);
    if (known !== undefined) return known;
    const opened = import('../../core/endpoints/undiciTransport').then(({ createUndiciTransport }) =>
      createUndiciTransport({
        ...(certificate === undefined ? {} : { certificate }),
        proxyFor: proxyForEditor(settings, process.env),
      }),
    );
    this.#own.set(key, opened);
    return opened;
  }

  dispose(): void {
    for (const opened of [...this.#own.values(), ...(this.#shared === undefined ? [] : [this.#shared])]) {
      opened.then((transport) => transport.close()).catch(() => undefined);
    }
    this.#own.clear();
    this.#shared = undefined;
  }
}

function proxySettings(): ProxySettings {
  const http = vscode.workspace.getConfiguration('http');
  return {
    proxy: http.get<unknown>('proxy'),
    noProxy: http.get<unknown>('noProxy'),
    proxySupport: http.get<unknown>('proxySupport'),
    proxyAuthorization: http.get<unknown>('proxyAuthorization'),
    proxyStrictSSL: http.get<unknown>('proxyStrictSSL'),
  };
}
