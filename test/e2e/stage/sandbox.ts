import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import path from 'node:path';
import { ROOT } from '../../support/program';

export interface SandboxApp {
  readonly id: string;
  readonly name: string;
  readonly apiToken: string;
}

interface Access {
  readonly baseUrl: string;
  readonly username: string;
  readonly password: string;
  readonly controlToken: string;
  readonly apps: readonly SandboxApp[];
}

/** A cell of the sandbox's unit, and how to look at it from outside. */
interface CellAccess {
  readonly cellUrl: string;
  readonly unitUrl: string;
  readonly username: string;
  readonly password: string;
  readonly masterToken: string;
  readonly controlToken: string;
}

interface Ready {
  readonly kintone: Access;
  readonly personium: CellAccess;
}

export interface WriteRequest {
  /** ISO 8601, when it had been answered. */
  readonly time: string;
  /** Milliseconds that it was with the server until then. */
  readonly ms: number;
  readonly app: string;
  readonly records: number;
  readonly committed: boolean;
}

export type SandboxRecord = Readonly<Record<string, unknown>>;

/** The sandbox in a process of its own, as `npm run sandbox` starts it, seen from the endpoint's side. */
export class SandboxProcess {
  readonly access: Access;
  readonly cell: CellAccess;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, ready: Ready) {
    this.#process = process;
    this.access = ready.kintone;
    this.cell = ready.personium;
  }

  static async start(program = path.join(ROOT, 'dist/sandbox.js')): Promise<SandboxProcess> {
    const child = spawn(process.execPath, [program, '--json'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    for await (const line of createInterface({ input: child.stdout })) {
      return new SandboxProcess(child, JSON.parse(line) as Ready);
    }
    throw new Error('the sandbox ended before it served');
  }

  app(id: string): SandboxApp {
    const found = this.access.apps.find((app) => app.id === id);
    if (!found) throw new Error(`the sandbox has no app ${id}`);
    return found;
  }

  async records(app: string): Promise<SandboxRecord[]> {
    return linesOf(await (await this.#control('GET', `records?app=${app}`)).text());
  }

  async writes(app: string): Promise<WriteRequest[]> {
    const log = (await (await this.#control('GET', 'log')).json()) as { requests: WriteRequest[] };
    return log.requests.filter((request) => request.app === app);
  }

  /** Records an app has now. */
  async count(app: string): Promise<number> {
    return (await this.records(app)).length;
  }

  /** The file that Kintone's own screen exports of an app, names of fields in a language. */
  async exported(app: string, language: 'en' | 'ja'): Promise<string> {
    return (await this.#control('GET', `export?app=${app}&lang=${language}`)).text();
  }

  /** Adds records as another program would. */
  async add(app: string, records: readonly object[]): Promise<void> {
    await this.#write('records', app, 'POST', { app, records });
  }

  /** Changes a record as another program would. */
  async edit(app: string, id: string, record: object): Promise<void> {
    await this.#write('record', app, 'PUT', { app, id, record });
  }

  /** Requests of any kind that named an app so far. */
  async calls(app: string): Promise<number> {
    const { apps } = (await (await this.#control('GET', 'calls')).json()) as {
      apps: Readonly<Record<string, number>>;
    };
    return apps[app] ?? 0;
  }

  async slowDown(milliseconds: { readonly perRequest: number; readonly perRecord: number }): Promise<void> {
    await this.#control('POST', 'faults', {
      latencyMs: milliseconds.perRequest,
      recordLatencyMs: milliseconds.perRecord,
    });
  }

  /** Lets the connection end, without an answer, after so many of the next writes to an app were carried out. */
  async loseAnswers(times: number): Promise<void> {
    const faults = [{ kind: 'dropAfterCommit', method: 'POST', times }];
    await this.#control('POST', 'faults', { faults });
  }

  /** Entities of a set of the cell, as it keeps them: a time is a number of milliseconds. */
  async entities(set: string): Promise<SandboxRecord[]> {
    return linesOf(await (await this.#controlCell('GET', `entities?set=${set}`)).text());
  }

  /** What the unit is to do that can't be called up otherwise. */
  async cellHooks(hooks: object): Promise<void> {
    await this.#controlCell('POST', 'hooks', hooks);
  }

  /** Lets the control endpoint of one of its servers do or tell something; the body of its answer. */
  async ask(
    system: 'kintone' | 'personium',
    method: 'GET' | 'POST',
    what: string,
    body?: object,
  ): Promise<string> {
    const response = await (system === 'kintone'
      ? this.#control(method, what, body)
      : this.#controlCell(method, what, body));
    return response.text();
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill();
    await ended;
  }

  async #write(api: 'record' | 'records', app: string, method: string, body: object): Promise<void> {
    const response = await fetch(`${this.access.baseUrl}/k/v1/${api}.json`, {
      method,
      headers: { 'X-Cybozu-API-Token': this.app(app).apiToken, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`the write was refused: ${await response.text()}`);
  }

  #control(method: string, what: string, body?: unknown): Promise<Response> {
    const { baseUrl, controlToken } = this.access;
    return control(`${baseUrl}/`, controlToken, method, what, body);
  }

  #controlCell(method: string, what: string, body?: unknown): Promise<Response> {
    const { unitUrl, controlToken } = this.cell;
    return control(unitUrl, controlToken, method, what, body);
  }
}

async function control(
  base: string,
  token: string,
  method: string,
  what: string,
  body: unknown,
): Promise<Response> {
  const response = await fetch(`${base}sandbox/${what}`, {
    method,
    headers: { Authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`the sandbox answered ${response.status} to ${what}`);
  return response;
}

function linesOf(text: string): SandboxRecord[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as SandboxRecord);
}
