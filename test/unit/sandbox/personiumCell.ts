import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import { fromBufferPromise } from 'yauzl';
import { ZipFile } from 'yazl';
import type { PersoniumOptions, PersoniumUnit } from '../../../src/sandbox/personium/unit';
import { startPersonium } from '../../../src/sandbox/personium/unit';

export interface CellReply {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
  readonly text: string;
  /** The body as JSON; undefined when it is none. */
  readonly json: unknown;
}

export interface CellCall {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  /** Null: nobody asks. The unit's master by default. */
  readonly token?: string | null;
}

/** Runs that take no time of their own, so that tests wait for nothing but what they see. */
export const AT_ONCE = { startDelayMs: 0, importMs: 0, exportMs: 0, steps: 20, busyRetryMs: 1 } as const;

/** A unit with a bare client of the cell `shop`: nothing is interpreted. */
export class CellUnderTest {
  private constructor(readonly unit: PersoniumUnit) {}

  static async start(options: PersoniumOptions = {}): Promise<CellUnderTest> {
    return new CellUnderTest(await startPersonium({ ...options, hooks: { ...AT_ONCE, ...options.hooks } }));
  }

  get control(): PersoniumUnit['control'] {
    return this.unit.control;
  }

  /** `path` is below the cell, or an absolute URL. */
  async call(method: string, path: string, { headers = {}, body, token }: CellCall = {}): Promise<CellReply> {
    const { cellUrl, masterToken } = this.unit.access;
    const bearer = token === undefined ? masterToken : token;
    const response = await fetch(new URL(path, cellUrl), {
      method,
      headers: {
        accept: 'application/json',
        ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    const text = bytes.toString('utf8');
    return { status: response.status, headers: response.headers, bytes, text, json: parsed(text) };
  }

  async put(name: string, bytes: Buffer): Promise<CellReply> {
    return await this.call('PUT', `__snapshot/${name}.zip`, { body: new Uint8Array(bytes) });
  }

  async order(path: '__import' | '__export', name: string, token?: string): Promise<CellReply> {
    const body = JSON.stringify({ Name: name });
    return await this.call('POST', path, { body, ...(token === undefined ? {} : { token }) });
  }

  /** Asks again and again until an answer is what is waited for. */
  async until(path: string, isIt: (reply: CellReply) => boolean, call: CellCall = {}): Promise<CellReply> {
    for (let tries = 0; tries < 2000; tries++) {
      const reply = await this.call('GET', path, call);
      if (isIt(reply)) {
        return reply;
      }
    }
    assert.fail(`what was waited for at ${path} did not come`);
  }

  /** Exports the cell as it is and answers the zip. */
  async export(name: string): Promise<Buffer> {
    const { status } = await this.order('__export', name);
    assert.equal(status, 202);
    const { bytes } = await this.until(`__snapshot/${name}.zip`, (reply) => reply.status === 200);
    await this.until('__export', ({ json }) => statusOf(json) === 'ready');
    return bytes;
  }

  /** A token of an account of the shop. */
  async signIn(username: string, password: string): Promise<string> {
    const form = new URLSearchParams({ grant_type: 'password', username, password });
    const { json } = await this.call('POST', '__token', {
      token: null,
      body: form.toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    return (json as { access_token: string }).access_token;
  }

  async close(): Promise<void> {
    await this.unit.close();
  }
}

/** Member `status` of an answer. */
export function statusOf(json: unknown): string | undefined {
  return (json as { status?: string } | undefined)?.status;
}

export function assertRefused(reply: CellReply, code: string, text?: string): void {
  assert.equal(reply.status, Number(code.slice(2, 5)), reply.text);
  const { json } = reply as { json: { code: string; message: { lang: string; value: string } } };
  assert.equal(json.code, code);
  assert.deepEqual(Object.keys(json), ['code', 'message']);
  if (text !== undefined) {
    assert.equal(json.message.value, text);
  }
}

export async function entriesOf(zip: Buffer): Promise<Map<string, Buffer>> {
  const entries = new Map<string, Buffer>();
  const opened = await fromBufferPromise(zip, { lazyEntries: true });
  for await (const entry of opened.eachEntry()) {
    const isFolder = entry.fileName.endsWith('/');
    entries.set(
      entry.fileName,
      isFolder ? Buffer.alloc(0) : await buffer(await opened.openReadStreamPromise(entry)),
    );
  }
  return entries;
}

/** The zip with other entries; null leaves one out. */
export async function changed(
  zip: Buffer,
  changes: Readonly<Record<string, string | null>>,
): Promise<Buffer> {
  const result = new ZipFile();
  const entries = new Map<string, Buffer | null>(await entriesOf(zip));
  for (const [name, text] of Object.entries(changes)) {
    entries.set(name, text === null ? null : Buffer.from(text));
  }
  for (const [name, bytes] of entries) {
    if (bytes !== null && !name.endsWith('/')) {
      result.addBuffer(bytes, name);
    }
  }
  result.end();
  return await buffer(result.outputStream);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
