import type { KintoneAccess } from '../../../src/sandbox/server';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // The wire is untyped for a client; tests compare what they expect.
  readonly body: Record<string, unknown>;
}

export interface ErrorReply {
  readonly code: string;
  readonly id: string;
  readonly message: string;
  readonly errors?: Record<string, { messages: string[] }>;
}

export interface CallOptions {
  readonly headers?: Record<string, string>;
  readonly language?: string;
  /** Tokens instead of the user's password; null: nothing at all. */
  readonly tokens?: readonly string[] | null;
  readonly guestSpaceId?: string;
}

/** A client of one sandbox, as bare as can be: nothing is interpreted. */
export class Client {
  constructor(readonly kintone: KintoneAccess) {}

  async call(
    method: string,
    name: string,
    parameters: object = {},
    options: CallOptions = {},
  ): Promise<Reply> {
    const space = options.guestSpaceId === undefined ? '' : `guest/${options.guestSpaceId}/`;
    const inUrl = method === 'GET' || method === 'DELETE';
    const url = new URL(`/k/${space}v1/${name}.json`, this.kintone.baseUrl);
    if (inUrl) {
      for (const [key, value] of Object.entries(parameters) as [string, unknown][]) {
        addParameter(url.searchParams, key, value);
      }
    }
    const response = await fetch(url, {
      method,
      headers: {
        ...this.signIn(options.tokens),
        ...(options.language === undefined ? {} : { 'accept-language': options.language }),
        ...(inUrl ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(inUrl ? {} : { body: JSON.stringify(parameters) }),
    });
    const { status, headers } = response;
    return { status, headers, body: (await response.json()) as Record<string, unknown> };
  }

  /** A form in place of JSON. */
  async send(method: string, name: string, form: FormData, options: CallOptions = {}): Promise<Reply> {
    const response = await fetch(new URL(`/k/v1/${name}.json`, this.kintone.baseUrl), {
      method,
      headers: { ...this.signIn(options.tokens), ...options.headers },
      body: form,
    });
    const { status, headers } = response;
    return { status, headers, body: (await response.json()) as Record<string, unknown> };
  }

  async bulk(requests: readonly object[], options?: CallOptions): Promise<Reply> {
    return this.call('POST', 'bulkRequest', { requests }, options);
  }

  signIn(tokens?: readonly string[] | null): Record<string, string> {
    if (tokens === null) {
      return {};
    }
    if (tokens !== undefined) {
      return { 'X-Cybozu-API-Token': tokens.join(',') };
    }
    const { username, password } = this.kintone;
    return { 'X-Cybozu-Authorization': Buffer.from(`${username}:${password}`).toString('base64') };
  }

  token(appId: string): string {
    const app = [...this.kintone.apps, ...this.kintone.guestSpace.apps].find(({ id }) => id === appId);
    if (app === undefined) {
      throw new RangeError(`No app ${appId}`);
    }
    return app.apiToken;
  }
}

/** A record of the Customers app that is accepted; `changes` are plain values by field code. */
export function customer(
  code: string,
  changes: Record<string, unknown> = {},
): Record<string, { value: unknown }> {
  return cells({ 顧客コード: code, 会社名: `会社 ${code}`, ...changes });
}

/** Plain values by field code as a request sends them. */
export function cells(plain: Readonly<Record<string, unknown>>): Record<string, { value: unknown }> {
  return Object.fromEntries(Object.entries(plain).map(([key, value]) => [key, { value }]));
}

export function postPart(records: readonly object[], app = '1'): object {
  return { method: 'POST', api: '/k/v1/records.json', payload: { app, records } };
}

export function asError(body: unknown): ErrorReply {
  return body as ErrorReply;
}

function addParameter(search: URLSearchParams, key: string, value: unknown): void {
  if (Array.isArray(value)) {
    for (const [index, one] of value.entries()) {
      search.append(`${key}[${index}]`, String(one));
    }
  } else {
    search.append(key, String(value));
  }
}
