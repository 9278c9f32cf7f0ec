import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { appendFile, symlink, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { createFetchTransport } from '../../../src/core/endpoints/fetchTransport';
import type { FileBody, HttpResponse, Transport } from '../../../src/core/endpoints/transport';
import { createUndiciTransport } from '../../../src/core/endpoints/undiciTransport';
import { WireTransport, exchange } from '../../../src/core/engine/wireTransport';
import type { FromWorker } from '../../../src/core/engine/workerMessages';
import { withFolder } from '../jobs/support';
import { failureOf, serve, serveTcp } from './loopback';

const MB = 1024 * 1024;

function around(file: string, size: number): FileBody {
  return { path: file, size, before: bytes('--b\r\n\r\n'), after: bytes('\r\n--b--\r\n') };
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(text));
}

function rethrow(error: unknown): void {
  throw error;
}

const KINDS: readonly (readonly [name: string, create: () => Transport & { close(): Promise<void> }])[] = [
  ['the transport by undici', createUndiciTransport],
  ['the transport by the host’s fetch', () => createFetchTransport(globalThis.fetch)],
];

for (const [name, create] of KINDS) {
  describe(`a file sent by ${name}`, () => {
    let transport: ReturnType<typeof create>;
    beforeEach(() => {
      transport = create();
    });
    afterEach(() => transport.close());

    const send = (url: string, body: FileBody): Promise<HttpResponse> =>
      transport.request({ method: 'POST', url, headers: { 'content-type': 'multipart/form-data' }, body });

    it('arrives whole between what stands around it, with its length said beforehand', () =>
      withFolder(async (folder) => {
        const file = path.join(folder, 'a');
        const content = randomBytes(200_001);
        await writeFile(file, content);
        let arrived: Buffer = Buffer.alloc(0);
        const server = await serve((_, response, body) => {
          arrived = body;
          response.end('ok');
        });
        assert.equal((await send(server.url, around(file, content.byteLength))).status, 200);
        const expected = Buffer.concat([Buffer.from('--b\r\n\r\n'), content, Buffer.from('\r\n--b--\r\n')]);
        assert.ok(arrived.equals(expected));
        const headers = server.requests[0]?.headers;
        assert.equal(headers?.['content-length'], String(expected.byteLength));
        assert.equal(headers['transfer-encoding'], undefined);
        await server.close();
      }));

    it('may be empty', () =>
      withFolder(async (folder) => {
        const file = path.join(folder, 'a');
        await writeFile(file, '');
        const server = await serve((_, response, body) => response.end(body));
        const none = { path: file, size: 0, before: bytes(''), after: bytes('') };
        assert.equal((await send(server.url, none)).body.byteLength, 0);
        assert.equal(
          Buffer.from((await send(server.url, around(file, 0))).body).toString(),
          '--b\r\n\r\n\r\n--b--\r\n',
        );
        await server.close();
      }));

    it('is not sent at all when it is gone, is a folder, has become a link, or has another size', () =>
      withFolder(async (folder) => {
        const file = path.join(folder, 'a');
        await writeFile(file, 'abc');
        const link = path.join(folder, 'link');
        await symlink(file, link);
        const server = await serve((_, response) => response.end());
        const codes: string[] = [];
        for (const [at, size] of [
          [path.join(folder, 'b'), 3],
          [folder, 3],
          [link, 3],
          [file, 2],
          [file, 4],
        ] as const) {
          const failure = await failureOf(send(server.url, around(at, size)));
          codes.push(failure.code);
          assert.equal(failure.bytesSent, 'none');
        }
        assert.deepEqual(codes, [
          'ERR_FILE_UNREADABLE',
          'ERR_FILE_UNREADABLE',
          'ERR_FILE_UNREADABLE',
          'ERR_FILE_CHANGED',
          'ERR_FILE_CHANGED',
        ]);
        assert.equal(server.requests.length, 0);
        await server.close();
      }));

    for (const [what, change] of [
      ['shrinks', (file: string) => truncate(file, 20 * MB)],
      ['grows', (file: string) => appendFile(file, 'more')],
    ] as const) {
      it(`is read no further than it is sent, and broken off when it ${what} meanwhile`, () =>
        withFolder(async (folder) => {
          const file = path.join(folder, 'a');
          await writeFile(file, Buffer.alloc(40 * MB));
          const server = await serveTcp((socket) => {
            socket.pause();
            // Nothing is read before the file has changed: the sender waits with most of it still on the disk.
            socket.once('readable', () => {
              change(file).then(
                () => socket.resume(),
                () => socket.destroy(),
              );
            });
          });
          const failure = await failureOf(send(server.url, around(file, 40 * MB)));
          assert.deepEqual([failure.code, failure.bytesSent], ['ERR_FILE_CHANGED', 'maybe']);
          server.close();
        })).timeout(60_000);
    }
  });
}

describe('a file sent from the worker', () => {
  it('goes over as a description, and the host reads it', () =>
    withFolder(async (folder) => {
      const file = path.join(folder, 'a');
      await writeFile(file, 'abc');
      const server = await serve((_, response, body) => response.end(body));
      const host = createUndiciTransport();
      const { port1, port2 } = new MessageChannel();
      const wire = new WireTransport((message, transfer) => port1.postMessage(message, transfer));
      port2.on('message', (message: FromWorker) => {
        if (message.type !== 'request') return;
        assert.ok(JSON.stringify(message.request).includes(JSON.stringify(file)));
        void exchange(host, message.request, new AbortController().signal, { onBug: rethrow }).then((reply) =>
          wire.settle(message.request.id, reply),
        );
      });
      const body = around(file, 3);
      const response = await wire.request({ method: 'POST', url: server.url, headers: {}, body });
      assert.equal(Buffer.from(response.body).toString(), '--b\r\n\r\nabc\r\n--b--\r\n');
      const changed = await failureOf(
        wire.request({ method: 'POST', url: server.url, headers: {}, body: around(file, 4) }),
      );
      assert.deepEqual([changed.code, changed.bytesSent], ['ERR_FILE_CHANGED', 'none']);
      port1.close();
      await host.close();
      await server.close();
    }));
});
