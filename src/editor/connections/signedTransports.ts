import { createHash } from 'node:crypto';
import type * as vscode from 'vscode';
import type { KintoneSignIn } from '../../core/endpoints/kintone/signIn';
import type { OAuthSignIn } from '../../core/endpoints/kintone/oauth';
import type { PersoniumSignIn } from '../../core/endpoints/personium/signIn';
import type { Transport } from '../../core/endpoints/transport';
import type { Connection } from './connection';
import { isForCell, storedSecret, type SignIn } from './secret';
import { Transports } from './transports';

/** Keeps a sign-in that was renewed while it was used; `before` is what it was. */
export type KeepRenewed = (before: KintoneSignIn, renewed: OAuthSignIn) => Promise<void>;

/** The ways to the network with the sign-in of a connection on them. */
export class SignedTransports implements vscode.Disposable {
  readonly #network = new Transports();
  /** By connection, with a digest of its sign-in: the token that one request was given serves the next. */
  readonly #cells = new Map<string, { readonly digest: string; readonly transport: Promise<Transport> }>();

  /** Throws `ExpectedError` for a sign-in that can't be used. */
  get(connection: Connection, signIn: SignIn, keepRenewed: KeepRenewed): Promise<Transport> {
    return isForCell(signIn)
      ? this.#cell(connection, signIn)
      : this.#kintone(connection, signIn, keepRenewed);
  }

  /** Without a sign-in, for what a server tells to everybody. */
  unsigned(): Promise<Transport> {
    return this.#network.get(undefined);
  }

  /** Drops what is kept for a connection: the next request signs in anew. */
  forget(connectionId: string): void {
    this.#cells.delete(connectionId);
  }

  dispose(): void {
    this.#cells.clear();
    this.#network.dispose();
  }

  #cell(connection: Connection, signIn: PersoniumSignIn): Promise<Transport> {
    const digest = createHash('sha256')
      .update(JSON.stringify([storedSecret(connection, signIn), signIn.overrides ?? []]))
      .digest('hex');
    const known = this.#cells.get(connection.id);
    if (known?.digest === digest) return known.transport;
    const opened = { digest, transport: this.#openCell(`${connection.baseUrl}/`, signIn) };
    this.#cells.set(connection.id, opened);
    opened.transport.catch(() => {
      if (this.#cells.get(connection.id) === opened) this.#cells.delete(connection.id);
    });
    return opened.transport;
  }

  async #openCell(cellUrl: string, signIn: PersoniumSignIn): Promise<Transport> {
    const { withPersoniumSignIn } = await import('../../core/endpoints/personium/signIn');
    const severalLines = (signIn.overrides ?? []).length > 1;
    const network = await this.#network.get(signIn.certificate, severalLines);
    return withPersoniumSignIn(network, cellUrl, signIn);
  }

  async #kintone(
    { baseUrl }: Connection,
    signIn: KintoneSignIn,
    keepRenewed: KeepRenewed,
  ): Promise<Transport> {
    const { withSignIn } = await import('../../core/endpoints/kintone/signIn');
    const network = await this.#network.get(signIn.certificate);
    let last = signIn;
    return withSignIn(network, baseUrl, signIn, {
      onRenewed: async (renewed) => {
        await keepRenewed(last, renewed);
        last = renewed;
      },
    });
  }
}
