import * as vscode from 'vscode';
import { SETTINGS, SETTINGS_SECTION } from '../../contributions';
import type { CellIdentity, CellImportState } from '../../core/endpoints/cellSnapshots';
import type { Endpoint, TargetSummary } from '../../core/endpoints/endpoint';
import type { OAuthSignIn } from '../../core/endpoints/kintone/oauth';
import type { KintoneSignIn } from '../../core/endpoints/kintone/signIn';
import type { CellAddress } from '../../core/endpoints/personium/address';
import type { PersoniumSignIn } from '../../core/endpoints/personium/signIn';
import type { TriedCell } from '../../core/endpoints/personium/trySignIn';
import type { Transport } from '../../core/endpoints/transport';
import type { JobTarget, System } from '../../core/jobs/job';
import { ExpectedError } from '../../core/message';
import type { Log } from '../log';
import { badSetting } from '../settings';
import { showText } from '../show';
import { appUrl, placeOf, type Connection, type PersoniumConnection } from './connection';
import { parseConnections } from './parseConnections';
import { parseSecret, storedSecret, type SignIn } from './secret';
import { SignedTransports } from './signedTransports';
import { wayText } from './wayText';
import { whileKept } from './whileKept';

/** What the Connections view shows of a connection. */
export interface ListedConnection {
  readonly id: string;
  readonly name: string;
  readonly system: System;
  readonly baseUrl: string;
  readonly signedIn: boolean;
  /** How it signs in, in the reader's language. */
  readonly way: string;
}

/**
 * The connections of this user: addresses in the settings, secrets in SecretStorage, and those that live only as
 * long as the sandbox runs in memory. Everything that talks to an endpoint gets its signed-in transport here.
 */
export class Connections implements vscode.Disposable {
  readonly #secrets: vscode.SecretStorage;
  readonly #log: Log;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #session = new Map<string, { connection: Connection; signIn: SignIn }>();
  readonly #signedIn = new Map<string, boolean>();
  /** The apps or entity sets each sign-in could see when they were last listed. */
  readonly #visible = new Map<string, ReadonlySet<string>>();
  readonly #listeners: vscode.Disposable[];
  readonly #transports = new SignedTransports();
  #toldFaults = '';

  readonly onDidChange = this.#changed.event;

  constructor(secrets: vscode.SecretStorage, log: Log) {
    this.#secrets = secrets;
    this.#log = log;
    this.#listeners = [
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(`${SETTINGS_SECTION}.${SETTINGS.connections}`)) void this.#refresh();
      }),
      secrets.onDidChange((event) => {
        if (event.key.startsWith(SECRET_PREFIX)) void this.#refresh();
      }),
    ];
    void this.#refresh();
  }

  /** Connections of the settings and, while it runs, of the sandbox. */
  all(): readonly Connection[] {
    return [...[...this.#session.values()].map((one) => one.connection), ...this.#fromSettings()];
  }

  list(): readonly ListedConnection[] {
    return this.all().map((connection) => this.#listed(connection));
  }

  #listed(connection: Connection): ListedConnection {
    const { id, name, kind, baseUrl } = connection;
    return {
      id,
      name,
      system: kind,
      baseUrl,
      way: wayText(connection),
      signedIn: this.#session.has(id) || (this.#signedIn.get(id) ?? true),
    };
  }

  get(id: string): Connection | undefined {
    return this.all().find((connection) => connection.id === id);
  }

  /** Whether the connection ends with this window and its sandbox. */
  isSession(id: string): boolean {
    return this.#session.has(id);
  }

  /** Apps or entity sets this sign-in may see. Throws `ExpectedError`. */
  async targets(id: string, signal?: AbortSignal): Promise<readonly TargetSummary[]> {
    const connection = this.#known(id);
    if (connection.kind === 'kintone' && connection.signIn === 'apiToken') {
      return (connection.apps ?? []).map((app) => ({ ...app, url: appUrl(connection, app.id) }));
    }
    const targets = await (await this.endpoint(connection)).listTargets(signal);
    this.#visible.set(id, new Set(targets.map((target) => target.id)));
    return targets;
  }

  /** What the cell tells of its last import. Throws `ExpectedError`. */
  async importState(id: string, signal?: AbortSignal): Promise<CellImportState> {
    const { cell } = await this.endpoint(this.#known(id));
    return cell === undefined ? { kind: 'ready' } : cell.importState(signal);
  }

  /** What a cell tells everybody of itself, without a sign-in. Throws `ExpectedError`. */
  async aboutCell(address: CellAddress, signal?: AbortSignal): Promise<CellIdentity> {
    const { learnCell } = await import('../../core/endpoints/personium/address');
    return learnCell(await this.#transports.unsigned(), address, signal);
  }

  /** Tries a sign-in to a cell; nothing is changed. Throws `ExpectedError`. */
  async tryCell(
    connection: PersoniumConnection,
    signIn: PersoniumSignIn,
    signal?: AbortSignal,
  ): Promise<TriedCell> {
    const { trySignIn } = await import('../../core/endpoints/personium/trySignIn');
    // A token of an earlier sign-in would prove nothing.
    this.#transports.forget(connection.id);
    return trySignIn(await this.#signedTransport(connection, signIn), `${connection.baseUrl}/`, signal);
  }

  /** False for an app that the sign-in could not see when its apps were last listed. */
  mayOpen({ connectionId, id }: JobTarget): boolean {
    // A cell as a whole is in no list.
    return id === '' || (this.#visible.get(connectionId)?.has(id) ?? true);
  }

  /** The stored sign-in, so that a renewal asks only for what has changed; undefined when there is none. */
  async stored(connection: Connection): Promise<SignIn | undefined> {
    return this.#signInOf(connection);
  }

  /** The endpoint with the stored sign-in. Throws `ExpectedError` when there is none. */
  async endpoint(connection: Connection): Promise<Endpoint> {
    const signIn = await this.#signInOf(connection);
    if (signIn === undefined) throw signedOut(connection.name);
    return this.endpointWith(connection, signIn);
  }

  /** The endpoint with a sign-in that is still to be tried. */
  async endpointWith(connection: Connection, signIn: SignIn): Promise<Endpoint> {
    const { createEndpoint } = await import('../../core/endpoints/createEndpoint');
    const transport = await this.#signedTransport(connection, signIn);
    return createEndpoint(placeOf(connection), { transport, language: messageLanguage() });
  }

  /** The signed-in transport of a job. Throws `ExpectedError` when the connection is gone, changed or signed out. */
  async transportFor(target: JobTarget): Promise<Transport> {
    const connection = this.get(target.connectionId);
    if (connection?.baseUrl !== target.baseUrl) {
      throw new ExpectedError({ code: 'connection.removed', args: { name: target.connectionName } });
    }
    const signIn = await this.#signInOf(connection);
    if (signIn === undefined) throw signedOut(connection.name);
    const transport = await this.#signedTransport(connection, signIn);
    // That the sandbox was stopped is told by the network.
    if (this.isSession(connection.id)) return transport;
    return whileKept(transport, () => this.get(connection.id)?.baseUrl === target.baseUrl);
  }

  /** Keeps a connection: its secret first, so that no entry without a sign-in is left when that fails. */
  async add(connection: Connection, signIn: SignIn): Promise<void> {
    await this.storeSecret(connection, signIn);
    await this.#write([...this.#fromSettings().filter((other) => other.id !== connection.id), connection]);
  }

  /** Replaces what is known of a connection, for example after a new sign-in. */
  async update(connection: Connection, signIn: SignIn): Promise<void> {
    await this.storeSecret(connection, signIn);
    const known = this.#fromSettings();
    await this.#write(known.map((other) => (other.id === connection.id ? connection : other)));
  }

  async storeSecret(connection: Connection, signIn: SignIn): Promise<void> {
    await this.#secrets.store(secretKey(connection.id), storedSecret(connection, signIn));
  }

  /** Forgets a connection and its secret. */
  async remove(id: string): Promise<void> {
    this.#transports.forget(id);
    await this.#secrets.delete(secretKey(id));
    await this.#write(this.#fromSettings().filter((connection) => connection.id !== id));
  }

  /** A connection that is never written down, until the returned function is called. */
  addSession(connection: Connection, signIn: SignIn): vscode.Disposable {
    this.#session.set(connection.id, { connection, signIn });
    this.#changed.fire();
    return new vscode.Disposable(() => {
      if (this.#session.get(connection.id)?.connection === connection) {
        this.#session.delete(connection.id);
        this.#transports.forget(connection.id);
      }
      this.#changed.fire();
    });
  }

  dispose(): void {
    vscode.Disposable.from(...this.#listeners, this.#changed, this.#transports).dispose();
  }

  #fromSettings(): readonly Connection[] {
    const section = vscode.workspace.getConfiguration(SETTINGS_SECTION);
    // Only the user's own value: a checked-in workspace file must not say where a secret is sent.
    const { connections, faults } = parseConnections(section.inspect(SETTINGS.connections)?.globalValue);
    this.#tellFaults(faults);
    return connections;
  }

  async #write(connections: readonly Connection[]): Promise<void> {
    const section = vscode.workspace.getConfiguration(SETTINGS_SECTION);
    const value = connections.length === 0 ? undefined : connections;
    await section.update(SETTINGS.connections, value, vscode.ConfigurationTarget.Global);
    await this.#refresh();
  }

  #tellFaults(faults: readonly string[]): void {
    const told = faults.join(', ');
    if (told === this.#toldFaults) return;
    this.#toldFaults = told;
    if (told === '') return;
    const refusal = badSetting('connections', told);
    this.#log.warn(`setting ${SETTINGS_SECTION}.${SETTINGS.connections}: not usable at ${told}`);
    void showText(refusal.message, { severity: 'warning', buttons: refusal.buttons });
  }

  async #refresh(): Promise<void> {
    for (const connection of this.#fromSettings()) {
      this.#signedIn.set(connection.id, (await this.#signInOf(connection)) !== undefined);
    }
    this.#changed.fire();
  }

  async #signInOf(connection: Connection): Promise<SignIn | undefined> {
    const session = this.#session.get(connection.id);
    if (session !== undefined) return session.signIn;
    return parseSecret(await this.#secrets.get(secretKey(connection.id)), connection);
  }

  #signedTransport(connection: Connection, signIn: SignIn): Promise<Transport> {
    return this.#transports.get(connection, signIn, (before, renewed) =>
      this.#keepRenewed(connection, before, renewed),
    );
  }

  #known(id: string): Connection {
    const connection = this.get(id);
    if (connection === undefined) throw new ExpectedError({ code: 'connection.removed', args: { name: id } });
    return connection;
  }

  /** The import goes on with the new token even if it can't be kept. */
  async #keepRenewed(connection: Connection, before: KintoneSignIn, renewed: OAuthSignIn): Promise<void> {
    try {
      const known = await this.#signInOf(connection);
      // One that is only being tried is kept by whoever asked for it; one that was replaced meanwhile stays replaced.
      const same =
        known?.kind === 'oauth' && before.kind === 'oauth' && known.refreshToken === before.refreshToken;
      if (same) await this.storeSecret(connection, renewed);
    } catch (error) {
      this.#log.warn(
        `renewed sign-in of ${connection.id} not kept: ${error instanceof Error ? error.name : 'unknown'}`,
      );
    }
  }
}

const SECRET_PREFIX = 'importedFiles.connection.';

function secretKey(id: string): string {
  return `${SECRET_PREFIX}${id}`;
}

function signedOut(name: string): ExpectedError {
  return new ExpectedError({ code: 'connection.signedOut', args: { name } });
}

/** Language in which the endpoint is asked to answer. */
export function messageLanguage(): 'ja' | 'en' {
  return vscode.env.language.toLowerCase().startsWith('ja') ? 'ja' : 'en';
}
