import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CellSnapshots } from '../../../../src/core/endpoints/cellSnapshots';
import { createPersoniumClient } from '../../../../src/core/endpoints/personium/client';
import { createCellSnapshots } from '../../../../src/core/endpoints/personium/cellSnapshots';
import { ExpectedError } from '../../../../src/core/message';
import { createUndiciTransport } from '../../../../src/core/endpoints/undiciTransport';
import { serve } from '../loopback';
import type { Loopback } from '../loopback';

/** What a scripted cell answers. */
export interface Scripted {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `drop`: the connection ends without an answer. */
export type Script = (request: IncomingMessage, body: Buffer) => Scripted | 'drop';

export interface ScriptedCell {
  readonly cell: CellSnapshots;
  readonly server: Loopback;
  readonly cellUrl: string;
  readonly close: () => Promise<void>;
}

/**
 * A cell on this machine that answers by a script, and its snapshots as the product sees them. Without a path it is a
 * sub-domain of its unit.
 */
export async function scriptedCell(
  script: Script,
  sets: readonly string[] | null = [],
  path = '/shop',
): Promise<ScriptedCell> {
  const server = await serve((request, response, body) => {
    answer(response, script(request, body));
  });
  const transport = createUndiciTransport();
  const client = createPersoniumClient({ baseUrl: `${server.url}${path}`, transport });
  return {
    cell: createCellSnapshots(client, () => Promise.resolve(sets)),
    server,
    cellUrl: client.cellUrl,
    close: async () => {
      await transport.close();
      await server.close();
    },
  };
}

/** Waits for a failure with a sentence of this code. */
export async function failsWith(promise: Promise<unknown>, code: string): Promise<void> {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof ExpectedError, String(error));
    assert.equal(error.detail.code, code);
    return true;
  });
}

/** The refusal that the unit writes for a code. */
export function refused(code: string, text: string): Scripted {
  return { status: Number(code.slice(2, 5)), body: { code, message: { lang: 'en', value: text } } };
}

function answer(response: ServerResponse, scripted: Scripted | 'drop'): void {
  if (scripted === 'drop') {
    response.destroy();
    return;
  }
  const { status, body, headers } = scripted;
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' || body === undefined ? body : JSON.stringify(body));
}
