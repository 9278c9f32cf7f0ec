import { fork, type ChildProcess } from 'node:child_process';
import * as vscode from 'vscode';
import type { Log } from '../log';
import { Refusal } from '../refusal';
import type { Connection } from './connection';
import type { Connections } from './connections';

/** What the sandbox says of itself when it is ready. */
interface SandboxAddress {
  readonly baseUrl: string;
  readonly username: string;
  readonly password: string;
}

/** Id of the sandbox's connection: the same each time, so that the last app is offered again. */
export const SANDBOX_CONNECTION = 'sandbox';

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
  #starting: Promise<Connection> | undefined;
  #connection: vscode.Disposable | undefined;

  readonly onDidChange = this.#changed.event;

  constructor(script: string, connections: Connections, log: Log) {
    this.#script = script;
    this.#connections = connections;
    this.#log = log;
  }

  get running(): boolean {
    return this.#child !== undefined;
  }

  /** Starts it, or joins the one that is starting or running. Throws a `Refusal` when it does not come up. */
  start(): Promise<Connection> {
    const running = this.#connections.get(SANDBOX_CONNECTION);
    if (this.#child !== undefined && running !== undefined) return Promise.resolve(running);
    this.#starting ??= this.#start().finally(() => (this.#starting = undefined));
    return this.#starting;
  }

  /** Ends it and removes its connection; resolves when the process is gone. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill();
    await gone;
  }

  dispose(): void {
    this.#child?.kill();
    this.#connection?.dispose();
    this.#changed.dispose();
  }

  async #start(): Promise<Connection> {
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
      const address = await addressOf(child);
      const connection = sandboxConnection(address);
      this.#connection = this.#connections.addSession(connection, {
        kind: 'password',
        username: address.username,
        password: address.password,
      });
      this.#log.info(`sandbox at ${address.baseUrl}`);
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
    this.#connection?.dispose();
    this.#connection = undefined;
    this.#log.info(`sandbox ended (${how})`);
    this.#changed.fire();
  }
}

function sandboxConnection(address: SandboxAddress): Connection {
  return {
    id: SANDBOX_CONNECTION,
    name: vscode.l10n.t('Sandbox'),
    baseUrl: address.baseUrl,
    kind: 'kintone',
    signIn: 'password',
    username: address.username,
  };
}

/** Waits for the message that tells the address. Throws when the process ends or stays silent. */
async function addressOf(child: ChildProcess): Promise<SandboxAddress> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<SandboxAddress>((resolve, reject) => {
      child.on('message', (message) => {
        const address = parseAddress(message);
        if (address !== undefined) resolve(address);
      });
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`ended with ${String(code)} before it was ready`)));
      timer = setTimeout(() => reject(new Error('not ready in time')), START_TIMEOUT_MS);
    });
  } finally {
    clearTimeout(timer);
  }
}

function parseAddress(message: unknown): SandboxAddress | undefined {
  if (typeof message !== 'object' || message === null || !('kintone' in message)) return undefined;
  const kintone = message.kintone as Record<string, unknown> | null;
  const { baseUrl, username, password } = kintone ?? {};
  if (typeof baseUrl !== 'string' || typeof username !== 'string' || typeof password !== 'string')
    return undefined;
  return { baseUrl, username, password };
}
