import { request as httpRequest } from 'node:http';
import type { PersoniumOptions, PersoniumUnit } from '../../../../src/sandbox/personium/unit';
import { startPersonium } from '../../../../src/sandbox/personium/unit';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
  /** The body as JSON; undefined when it is none. */
  readonly json: JsonReply;
}

/** The wire is untyped for a client; tests compare what they expect. */
export interface JsonReply {
  readonly code?: string;
  readonly message?: { readonly lang: string; readonly value: string };
  readonly d?: {
    // A single entity is an object, a list an array.
    readonly results: Record<string, unknown> & Record<string, unknown>[];
    readonly __count?: string;
  };
  readonly [name: string]: unknown;
}

/** The entity that an answer holds; empty when it holds none. */
export function resultOf({ json }: Pick<Reply, 'json'>): Readonly<Record<string, unknown>> {
  return json.d?.results ?? {};
}

export interface CallOptions {
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** A text, or what is sent as JSON. */
  readonly body?: unknown;
  /** In place of the administrator's; null: none at all. */
  readonly token?: string | null;
}

/** A client of one unit, as bare as can be: nothing is interpreted, and any method and header can be sent. */
export class UnitClient {
  #tokens = new Map<string, string>();

  constructor(readonly unit: PersoniumUnit) {}

  get cellUrl(): string {
    return this.unit.access.cellUrl;
  }

  static async start(options: PersoniumOptions = {}): Promise<UnitClient> {
    return new UnitClient(await startPersonium({ seed: 'tests', ...options }));
  }

  close(): Promise<void> {
    return this.unit.close();
  }

  /** `path`: below the shop, or a whole address. */
  async call(method: string, path: string, options: CallOptions = {}): Promise<Reply> {
    const token = options.token === undefined ? await this.signIn() : options.token;
    return await send(method, new URL(path, this.cellUrl), {
      ...options,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        accept: 'application/json',
        ...options.headers,
      },
    });
  }

  /** A token of an account of the shop; the same one again. */
  async signIn(name: 'admin' | 'clerk' | 'reader' = 'admin'): Promise<string> {
    const known = this.#tokens.get(name);
    if (known !== undefined) {
      return known;
    }
    const { access } = this.unit;
    const account = name === 'admin' ? access : access.otherUsers[name];
    const { json } = await this.askToken({
      grant_type: 'password',
      username: account.username,
      password: account.password,
    });
    const token = String(json.access_token);
    this.#tokens.set(name, token);
    return token;
  }

  /** Forgets the tokens it has. */
  signOut(): void {
    this.#tokens = new Map();
  }

  async askToken(form: Readonly<Record<string, string>>, cellUrl = this.cellUrl): Promise<Reply> {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return await send('POST', new URL('__token', cellUrl), {
      headers,
      body: new URLSearchParams(form).toString(),
    });
  }

  /** Posts a `$batch` to `sales/stock`, or to another collection. */
  async batch(
    body: string,
    { boundary = 'b', path = 'sales/stock', ...options }: BatchOptions = {},
  ): Promise<Reply> {
    return await this.call('POST', `${path}/$batch`, {
      ...options,
      headers: { 'content-type': `multipart/mixed; boundary=${boundary}`, ...options.headers },
      body,
    });
  }
}

export interface BatchOptions extends Omit<CallOptions, 'body'> {
  readonly boundary?: string;
  readonly path?: string;
}

export function send(method: string, url: URL, { headers = {}, body }: CallOptions): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const bytes =
      body === undefined ? undefined : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    const all = { ...headers, ...(bytes === undefined ? {} : { 'content-length': String(bytes.length) }) };
    const request = httpRequest(url, { method, headers: all, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const names = Object.entries(response.headers).map(([name, value]) => [name, String(value)] as const);
        resolve({
          status: response.statusCode ?? 0,
          headers: Object.fromEntries(names),
          text,
          json: jsonOf(text),
        });
      });
    });
    request.on('error', reject);
    request.end(bytes);
  });
}

function jsonOf(text: string): JsonReply {
  try {
    return JSON.parse(text) as JsonReply;
  } catch {
    return {};
  }
}

export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly headers?: readonly string[];
  readonly body?: unknown;
}

/** The body of a `$batch` with each write in a changeset of its own. */
export function batchBody(operations: readonly Operation[], boundary = 'b'): string {
  const parts = operations.map((operation, index) =>
    operation.method === 'GET' ? httpPart(operation) : changeset([operation], `c${index}`),
  );
  return `${parts.map((part) => `--${boundary}\n${part}`).join('')}--${boundary}--\n`;
}

export function changeset(operations: readonly Operation[], boundary: string): string {
  const parts = operations.map((operation) => `--${boundary}\n${httpPart(operation)}`);
  return `Content-Type: multipart/mixed; boundary=${boundary}\n\n${parts.join('')}--${boundary}--\n\n`;
}

export function httpPart({ method, path, headers = ['Host: x'], body }: Operation): string {
  const text = body === undefined ? '' : `${typeof body === 'string' ? body : JSON.stringify(body)}\n\n`;
  return (
    'Content-Type: application/http\nContent-Transfer-Encoding: binary\n\n' +
    `${method} ${path} HTTP/1.1\n${headers.map((header) => `${header}\n`).join('')}\n${text}`
  );
}

export interface BatchPart {
  readonly status: number;
  readonly line: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly json: JsonReply;
}

/** The parts of a batch's answer in order. */
export function partsOf({ text }: Reply): readonly BatchPart[] {
  return text
    .split(/^(?=HTTP\/1\.1 )/m)
    .slice(1)
    .map((part) => {
      const [head = '', ...rest] = part.split('\n\n');
      const [line = '', ...headers] = head.split('\n');
      return {
        status: Number(line.split(' ')[1]),
        line,
        headers: new Map(
          headers.map((header) => [header.split(': ')[0] ?? '', header.split(': ').slice(1).join(': ')]),
        ),
        json: jsonOf(rest[0] ?? ''),
      };
    });
}
