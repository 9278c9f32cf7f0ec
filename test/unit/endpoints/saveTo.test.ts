import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';
import { MAX_RESPONSE_BYTES } from '../../../src/core/endpoints/exchange';
import { createFetchTransport } from '../../../src/core/endpoints/fetchTransport';
import type { HttpRequest, Transport } from '../../../src/core/endpoints/transport';
import { createUndiciTransport } from '../../../src/core/endpoints/undiciTransport';
import { WireTransport, exchange } from '../../../src/core/engine/wireTransport';
import type { FromWorker, ToWorker } from '../../../src/core/engine/workerMessages';
import { withFolder } from '../jobs/support';
import { failureOf, serve, serveTcp, unusedUrl } from './loopback';

const KINDS: readonly (readonly [name: string, create: () => Transport & { close(): Promise<void> }])[] = [
  ['the transport by undici', createUndiciTransport],
  ['the transport by the host’s fetch', () => createFetchTransport(globalThis.fetch)],
];

for (const [name, create] of KINDS) {
  describe(`a download by ${name}`, () => {
    let transport: ReturnType<typeof create>;
    beforeEach(() => {
      transport = create();
    });
    afterEach(() => transport.close());

    const get = (url: string, saveTo: string, more: Partial<HttpRequest> = {}) =>
      transport.request({ method: 'GET', url, headers: {}, saveTo, ...more });

    it('goes into a new file, whole, and tells how far it is', () =>
      withFolder(async (folder) => {
        const file = path.join(folder, 'a.zip');
        const content = randomBytes(1_000_003);
        const server = await serve((_, response) => response.end(content));
        const told: number[] = [];
        const { status, body } = await get(server.url, file, { onBytes: (bytes) => told.push(bytes) });
        assert.deepEqual([status, body.byteLength], [200, 0]);
        assert.ok((await readFile(file)).equals(content));
        assert.equal(told.at(-1), content.byteLength);
        assert.ok(told.length > 1);
        assert.deepEqual(
          told,
          [...told].sort((a, b) => a - b),
        );
        await server.close();
      }));

    it('may be larger than any answer that is held in memory', () =>
      withFolder(async (folder) => {
        const file = path.join(folder, 'a.zip');
        const block = Buffer.alloc(8 * 1024 * 1024, 0x20);
        const blocks = MAX_RESPONSE_BYTES / block.byteLength + 1;
        const server = await serve((_, response) => {
          void (async () => {
            for (let at = 0; at < blocks; at += 1) {
              if (!response.write(block)) await once(response, 'drain');
            }
            response.end();
          })();
        });
        let last = 0;
        await get(server.url, file, { onBytes: (bytes) => (last = bytes) });
        assert.equal(last, blocks * block.byteLength);
        await server.close();
      })).timeout(60_000);

    it('leaves no file behind when it breaks off, is called off, or stands still', () =>
      withFolder(async (folder) => {
        const file = path.join(folder, 'a.zip');
        const broken = await serveTcp((socket) => {
          socket.once('data', () => {
            socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n0123456789', () => socket.destroy());
          });
        });
        const failure = await failureOf(get(broken.url, file));
        assert.equal(failure.bytesSent, 'maybe');
        assert.deepEqual(await readdir(folder), []);
        broken.close();

        const slow = await serve((_, response) => {
          response.writeHead(200, { 'content-length': '100' });
          response.write('0123456789');
        });
        const abort = new AbortController();
        const aborted = await failureOf(
          get(slow.url, file, { signal: abort.signal, onBytes: () => abort.abort() }),
        );
        assert.equal(aborted.code, 'ABORT_ERR');
        assert.deepEqual(await readdir(folder), []);
        const stuck = await failureOf(get(slow.url, file, { timeoutMs: 50 }));
        assert.equal(stuck.code, 'ETIMEDOUT');
        assert.deepEqual(await readdir(folder), []);
        await slow.close();
      }));

    it('is waited for as long as something comes', () =>
      withFolder(async (folder) => {
        const file = path.join(folder, 'a.zip');
        const server = await serve((_, response) => {
          let left = 8;
          const timer = setInterval(() => {
            response.write('x');
            left -= 1;
            if (left === 0) {
              clearInterval(timer);
              response.end();
            }
          }, 50);
        });
        await get(server.url, file, { timeoutMs: 250 });
        assert.equal(await readFile(file, 'utf8'), 'xxxxxxxx');
        await server.close();
      }));

    it('keeps what a refusal says in memory, and makes no file', () =>
      withFolder(async (folder) => {
        const server = await serve((_, response) => response.writeHead(404).end('{"code":"PR404-DV-0001"}'));
        const { status, body } = await get(server.url, path.join(folder, 'a.zip'));
        assert.deepEqual([status, Buffer.from(body).toString()], [404, '{"code":"PR404-DV-0001"}']);
        assert.deepEqual(await readdir(folder), []);
        await server.close();
      }));

    it('touches no file that is there, and asks nothing then', () =>
      withFolder(async (folder) => {
        const file = path.join(folder, 'a.zip');
        await writeFile(file, 'mine');
        const server = await serve((_, response) => response.end('theirs'));
        const failure = await failureOf(get(server.url, file));
        assert.deepEqual([failure.code, failure.bytesSent], ['ERR_SAVE_EEXIST', 'none']);
        const nowhere = await failureOf(get(server.url, path.join(folder, 'b', 'a.zip')));
        assert.deepEqual([nowhere.code, nowhere.bytesSent], ['ERR_SAVE_ENOENT', 'none']);
        assert.equal(server.requests.length, 0);
        assert.equal(await readFile(file, 'utf8'), 'mine');
        await server.close();
      }));

    it('makes no file when the server can’t be reached', () =>
      withFolder(async (folder) => {
        const failure = await failureOf(get(await unusedUrl(), path.join(folder, 'a.zip')));
        assert.equal(failure.bytesSent, 'none');
        assert.deepEqual(await readdir(folder), []);
      }));

    it('asks for the bytes as they are, and takes no others', () =>
      withFolder(async (folder) => {
        const server = await serve((_, response) =>
          response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('content')),
        );
        const failure = await failureOf(get(server.url, path.join(folder, 'a.zip')));
        assert.equal(failure.code, 'ERR_SAVE_ENCODED');
        assert.equal(server.requests[0]?.headers['accept-encoding'], 'identity');
        assert.deepEqual(await readdir(folder), []);
        await server.close();
      }));
  });

  describe(`an upload by ${name}`, () => {
    it('tells how much of the file has left', () =>
      withFolder(async (folder) => {
        const file = path.join(folder, 'a.zip');
        const size = 3_000_000;
        await writeFile(file, Buffer.alloc(size));
        const transport = create();
        const server = await serve((_, response, body) => response.end(String(body.byteLength)));
        const told: number[] = [];
        const none = new Uint8Array(0);
        const { body } = await transport.request({
          method: 'PUT',
          url: server.url,
          headers: {},
          body: { path: file, size, before: none, after: none },
          onBytes: (bytes) => told.push(bytes),
        });
        assert.equal(Buffer.from(body).toString(), String(size));
        assert.equal(told.at(-1), size);
        assert.deepEqual(
          told,
          [...told].sort((a, b) => a - b),
        );
        await transport.close();
        await server.close();
      }));
  });
}

describe('a download for the worker', () => {
  it('is written by the host, which tells now and then how far it is', () =>
    withFolder(async (folder) => {
      const file = path.join(folder, 'a.zip');
      const content = randomBytes(2_000_000);
      const server = await serve((_, response) => response.end(content));
      const host = createUndiciTransport();
      const { port1, port2 } = new MessageChannel();
      const wire = new WireTransport((message, transfer) => port1.postMessage(message, transfer));
      let messages = 0;
      const post = (message: ToWorker) => port2.postMessage(message);
      port1.on('message', (message: ToWorker) => {
        if (message.type === 'bytes') {
          messages += 1;
          wire.tellBytes(message.id, message.bytes);
        } else if (message.type === 'reply') {
          wire.settle(message.id, message.reply);
        }
      });
      port2.on('message', (message: FromWorker) => {
        if (message.type !== 'request') return;
        const { id } = message.request;
        void exchange(host, message.request, new AbortController().signal, {
          onBug: (error) => {
            throw error;
          },
          onBytes: (bytes) => post({ type: 'bytes', id, bytes }),
        }).then((reply) => post({ type: 'reply', id, reply }));
      });
      const told: number[] = [];
      const headers = { 'x-override': ['A: 1', 'B: 2'] };
      const { status, body } = await wire.request({
        method: 'PROPFIND',
        url: server.url,
        headers,
        saveTo: file,
        onBytes: (bytes) => told.push(bytes),
      });
      assert.deepEqual([status, body.byteLength], [200, 0]);
      assert.ok((await readFile(file)).equals(content));
      assert.equal(told.at(-1), content.byteLength);
      assert.ok(messages < 20, String(messages));
      const [asked] = server.requests;
      assert.equal(asked?.method, 'PROPFIND');
      assert.equal(asked.rawHeaders.filter((each) => each === 'x-override').length, 2);
      port1.close();
      await host.close();
      await server.close();
    }));
});
