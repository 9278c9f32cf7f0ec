import { fork, type ChildProcess } from 'node:child_process';
import * as vscode from 'vscode';
import type { Log } from '../log';
import { Refusal } from '../refusal';
import type { KintoneConnection, PersoniumConnection } from './connection';
import type { Connections } from './connections';

/** What the sandbox says of itself when it is ready. */
interface SandboxAddresses {
  readonly kintone: SandboxAddress;
  /** Its cell. */
  readonly personium: SandboxAddress;
}

interface SandboxAddress {
  /** Without a slash at the end. */
  readonly baseUrl: string;
  readonly username: string;
  readonly password: string;
}

/** Ids of the sandbox's connections: the same each time, so that the last target is offered again. */
export const SANDBOX_CONNECTION = 'sandbox';
export const SANDBOX_CELL_CONNECTION = 'sandbox-cell';

const START_TIMEOUT_MS = 20_000;

/**
 * The local endpoint as a process of its own, so that it costs the extension host nothing. It ends with the window:
 * it is told to stop, and it stops by itself when the channel to it closes.
 */
export class SandboxProcess implements vscode.Disposable {
  readonly #script: string;
  readonly #connections: Connections;
  readonly #log: Log;
  readonly #changed = new vscode.EventEmitter<void>();
  #child: ChildProcess | undefined;
  #starting: Promise<KintoneConnection> | undefined;
  #joined: vscode.Disposable | undefined;

  readonly onDidChange = this.#changed.event;

  constructor(script: string, connections: Connections, log: Log) {
    this.#script = script;
    this.#connections = connections;
    this.#log = log;
  }

  get running(): boolean {
    return this.#child !== undefined;
  }

  /**
   * Starts it, or joins the one that is starting or running; resolves with the connection to its apps, the one to its
   * cell is there as well. Throws a `Refusal` when it does not come up.
   */
  start(): Promise<KintoneConnection> {
    const running = this.#connections.get(SANDBOX_CONNECTION);
    if (this.#child !== undefined && running?.kind === 'kintone') return Promise.resolve(running);
    this.#starting ??= this.#start().finally(() => (this.#starting = undefined));
    return this.#starting;
  }

  /** Ends it and removes its connections; resolves when the process is gone. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill();
    await gone;
  }

  dispose(): void {
    this.#child?.kill();
    this.#joined?.dispose();
    this.#changed.dispose();
  }

  async #start(): Promise<KintoneConnection> {
    const child = fork(this.#script, [], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // The desktop's executable is Electron: this makes it plain Node.
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      execArgv: [],
    });
    this.#child = child;
    child.on('exit', (code, signal) => this.#ended(child, String(code ?? signal)));
    child.stderr?.on('data', (data: Buffer) =>
      this.#log.debug(`sandbox: ${data.toString('utf8').trimEnd()}`),
    );
    try {
      const { kintone, personium } = await addressesOf(child);
      const connection = appsConnection(kintone);
      this.#joined = vscode.Disposable.from(
        this.#connections.addSession(connection, signInOf('password', kintone)),
        this.#connections.addSession(cellConnection(personium), signInOf('account', personium)),
      );
      this.#log.info(`sandbox at ${kintone.baseUrl}, cell at ${personium.baseUrl}`);
      this.#changed.fire();
      return connection;
    } catch (error) {
      child.kill();
      this.#log.error(`sandbox: ${error instanceof Error ? error.message : String(error)}`);
      throw new Refusal(vscode.l10n.t('The sandbox did not start. The log has the details.'), {
        severity: 'error',
        buttons: [{ title: vscode.l10n.t('Show Log'), run: () => this.#log.show() }],
      });
    }
  }

  #ended(child: ChildProcess, how: string): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    this.#joined?.dispose();
    this.#joined = undefined;
    this.#log.info(`sandbox ended (${how})`);
    this.#changed.fire();
  }
}

function appsConnection({ baseUrl, username }: SandboxAddress): KintoneConnection {
  return {
    id: SANDBOX_CONNECTION,
    name: vscode.l10n.t('Sandbox'),
    baseUrl,
    kind: 'kintone',
    signIn: 'password',
    username,
  };
}

function cellConnection({ baseUrl, username }: SandboxAddress): PersoniumConnection {
  return {
    id: SANDBOX_CELL_CONNECTION,
    name: vscode.l10n.t('Sandbox cell'),
    baseUrl,
    cellName: baseUrl.slice(baseUrl.lastIndexOf('/') + 1),
    kind: 'personium',
    signIn: 'account',
    username,
  };
}

function signInOf<K extends 'password' | 'account'>(kind: K, { username, password }: SandboxAddress) {
  return { kind, username, password };
}

/** Waits for the message that tells the addresses. Throws when the process ends or stays silent. */
async function addressesOf(child: ChildProcess): Promise<SandboxAddresses> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<SandboxAddresses>((resolve, reject) => {
      child.on('message', (message) => {
        const addresses = readAddresses(message);
        if (addresses !== undefined) resolve(addresses);
      });
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`ended with ${String(code)} before it was ready`)));
      timer = setTimeout(() => reject(new Error('not ready in time')), START_TIMEOUT_MS);
    });
  } finally {
    clearTimeout(timer);
  }
}

function readAddresses(message: unknown): SandboxAddresses | undefined {
  if (!isObject(message) || !isObject(message.kintone) || !isObject(message.personium)) return undefined;
  const kintone = readAddress(message.kintone.baseUrl, message.kintone);
  const personium = readAddress(message.personium.cellUrl, message.personium);
  return kintone === undefined || personium === undefined ? undefined : { kintone, personium };
}

function readAddress(
  url: unknown,
  { username, password }: Readonly<Record<string, unknown>>,
): SandboxAddress | undefined {
  if (typeof url !== 'string' || typeof username !== 'string' || typeof password !== 'string')
    return undefined;
  return { baseUrl: url.replace(/\/+$/, ''), username, password };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
