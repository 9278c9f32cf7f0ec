import assert from 'node:assert/strict';
import { createFetchTransport } from '../../../src/core/endpoints/fetchTransport';
import type { HttpRequest, Transport } from '../../../src/core/endpoints/transport';
import { createUndiciTransport } from '../../../src/core/endpoints/undiciTransport';
import { failureOf, serve, serveTcp, unusedUrl } from './loopback';

const BODY = new TextEncoder().encode('{"app":"1"}');

function post(url: string, more: Partial<HttpRequest> = {}): HttpRequest {
  return { method: 'POST', url, headers: { 'content-type': 'application/json' }, body: BODY, ...more };
}

const KINDS: readonly (readonly [name: string, create: () => Transport & { close(): Promise<void> }])[] = [
  ['the transport by undici', createUndiciTransport],
  ['the transport by the host’s fetch', () => createFetchTransport(globalThis.fetch)],
];

for (const [name, create] of KINDS) {
  describe(name, () => {
    let transport: ReturnType<typeof create>;
    beforeEach(() => {
      transport = create();
    });
    afterEach(() => transport.close());

    it('sends method, path, headers and body, and hands back any status with header names in lower case', async () => {
      const server = await serve((request, response, body) => {
        response.writeHead(520, { 'X-Cybozu-Error': 'GAIA_DA02', 'Set-Cookie': ['a=1', 'b=2'] });
        response.end(
          `${request.method} ${request.url} ${String(request.headers['x-test'])} ${body.toString()}`,
        );
      });
      const response = await transport.request(
        post(`${server.url}/k/v1/records.json?a=%20b`, { headers: { 'x-test': 'yes' } }),
      );
      assert.equal(response.status, 520);
      assert.equal(response.headers['x-cybozu-error'], 'GAIA_DA02');
      assert.equal(Buffer.from(response.body).toString(), 'POST /k/v1/records.json?a=%20b yes {"app":"1"}');
      await server.close();
    });

    for (const method of ['GET', 'PUT', 'DELETE', 'MERGE', 'PROPFIND'] as const) {
      it(`sends ${method} by its name`, async () => {
        const server = await serve((request, response) => response.end(request.method));
        const { body } = await transport.request({ method, url: server.url, headers: {} });
        assert.equal(Buffer.from(body).toString(), method);
        await server.close();
      });
    }

    it('follows no redirect', async () => {
      const server = await serve((_, response) => {
        response.writeHead(302, { location: '/elsewhere' }).end();
      });
      const response = await transport.request(post(server.url));
      assert.deepEqual([response.status, response.headers.location], [302, '/elsewhere']);
      assert.equal(server.requests.length, 1);
      await server.close();
    });

    it('knows that nothing was sent when the server refuses connections', async () => {
      const failure = await failureOf(transport.request(post(await unusedUrl())));
      assert.deepEqual([failure.code, failure.bytesSent], ['ECONNREFUSED', 'none']);
    });

    it('knows that nothing was sent when the name does not exist', async () => {
      const failure = await failureOf(transport.request(post('https://does-not-exist.invalid/')));
      assert.match(failure.code, /^(ENOTFOUND|EAI_AGAIN)$/);
      assert.equal(failure.bytesSent, 'none');
    });

    it('knows that nothing was sent when TLS can’t be agreed on', async () => {
      const server = await serveTcp((socket) => {
        socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
      });
      const failure = await failureOf(transport.request(post(server.url.replace('http:', 'https:'))));
      assert.match(failure.code, /SSL|EPROTO/);
      assert.equal(failure.bytesSent, name.includes('undici') ? 'none' : failure.bytesSent);
      server.close();
    });

    for (const [when, breakOff] of [
      ['before the answer’s head', ''],
      ['after the answer’s head', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n'],
      ['within the answer’s body', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"ids":["1"'],
    ] as const) {
      it(`leaves open what happened when the connection breaks ${when}`, async () => {
        const server = await serveTcp((socket) => {
          socket.once('data', () => {
            if (breakOff === '') {
              socket.resetAndDestroy();
            } else {
              socket.write(breakOff, () => socket.destroy());
            }
          });
        });
        const failure = await failureOf(transport.request(post(server.url)));
        assert.equal(failure.bytesSent, 'maybe');
        server.close();
      });
    }

    it('gives up when the time is up', async () => {
      const server = await serve(() => undefined);
      const failure = await failureOf(transport.request(post(server.url, { timeoutMs: 50 })));
      assert.deepEqual([failure.code, failure.bytesSent], ['ETIMEDOUT', 'maybe']);
      await server.close();
    });

    it('gives up when the body dawdles', async () => {
      const server = await serve((_, response) => {
        response.writeHead(200, { 'content-length': '10' });
        response.write('1');
      });
      const failure = await failureOf(transport.request(post(server.url, { timeoutMs: 50 })));
      assert.deepEqual([failure.code, failure.bytesSent], ['ETIMEDOUT', 'maybe']);
      await server.close();
    });

    it('gives up when it is called off, and sends nothing when that was before', async () => {
      const abort = new AbortController();
      const server = await serve(() => {
        abort.abort();
      });
      const failure = await failureOf(transport.request(post(server.url, { signal: abort.signal })));
      assert.deepEqual([failure.code, failure.bytesSent], ['ABORT_ERR', 'maybe']);
      const early = await failureOf(transport.request(post(server.url, { signal: abort.signal })));
      assert.deepEqual([early.code, early.bytesSent], ['ABORT_ERR', 'none']);
      assert.equal(server.requests.length, 1);
      await server.close();
    });

    it('refuses an answer above 64 MB', async () => {
      const server = await serve((_, response) => {
        const block = Buffer.alloc(1024 * 1024, 0x20);
        response.on('error', () => undefined);
        const more = (): void => {
          while (!response.destroyed && response.write(block)) {
            // Until the socket is full.
          }
        };
        response.on('drain', more);
        more();
      });
      const failure = await failureOf(transport.request(post(server.url)));
      assert.match(failure.code, /TOO_LARGE|EXCEEDED/);
      assert.equal(failure.bytesSent, 'maybe');
      await server.close();
    }).timeout(60_000);

    it('speaks plain http to this machine only', async () => {
      for (const url of ['http://example.com/', 'http://localhost.example.com/', 'ftp://127.0.0.1/']) {
        const failure = await failureOf(transport.request(post(url)));
        assert.deepEqual([failure.code, failure.bytesSent], ['ERR_INSECURE_URL', 'none'], url);
      }
    });

    it('keeps connections and carries many requests at once', async () => {
      const server = await serve((_, response, body) => response.end(body));
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          transport.request(post(server.url, { body: new TextEncoder().encode(String(index)) })),
        ),
      );
      assert.deepEqual(
        answers.map(({ body }) => Number(Buffer.from(body).toString())),
        Array.from({ length: 50 }, (_, index) => index),
      );
      assert.ok(new Set(server.requests.map(({ socket }) => socket.remotePort)).size <= 8);
      await server.close();
    });
  });
}

describe('several values of one header', () => {
  const headers = { 'x-override': ['Accept: text/plain', 'X-Note: a, b'], 'x-none': [], 'x-one': ['1'] };

  it('go in lines of their own by undici', async () => {
    const transport = createUndiciTransport();
    const server = await serve((_, response) => response.end());
    await transport.request(post(server.url, { headers }));
    const raw = server.requests[0]?.rawHeaders ?? [];
    const lines = raw.flatMap((name, at) => (at % 2 === 0 ? [`${name}=${raw[at + 1] ?? ''}`] : []));
    assert.deepEqual(
      lines.filter((line) => line.startsWith('x-')),
      ['x-override=Accept: text/plain', 'x-override=X-Note: a, b', 'x-one=1'],
    );
    await transport.close();
    await server.close();
  });

  it('are not sent at all by fetch, which would make one value of them', async () => {
    const transport = createFetchTransport(globalThis.fetch);
    const server = await serve((request, response) => response.end(String(request.headers['x-one'])));
    const failure = await failureOf(transport.request(post(server.url, { headers })));
    assert.deepEqual([failure.code, failure.bytesSent], ['ERR_HEADER_LINES', 'none']);
    assert.equal(server.requests.length, 0);
    const one = await transport.request(post(server.url, { headers: { 'x-one': ['1'] } }));
    assert.equal(Buffer.from(one.body).toString(), '1');
    await transport.close();
    await server.close();
  });
});

describe('the transport by undici, waiting for a connection', () => {
  it('sends nothing of a request that is called off while others hold all connections', async () => {
    const transport = createUndiciTransport();
    const answers: (() => void)[] = [];
    const server = await serve((_, response) => answers.push(() => response.end('done')));
    const running = Array.from({ length: 8 }, () => transport.request(post(server.url)));
    const abort = new AbortController();
    while (answers.length < 8) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    const waiting = failureOf(transport.request(post(server.url, { signal: abort.signal })));
    await new Promise((resolve) => setImmediate(resolve));
    abort.abort();
    const failure = await waiting;
    assert.deepEqual([failure.code, failure.bytesSent], ['ABORT_ERR', 'none']);
    answers.forEach((answer) => answer());
    await Promise.all(running);
    await transport.close();
    assert.equal(server.requests.length, 8);
    await server.close();
  });
});

describe('the transport by the host’s fetch', () => {
  it('goes on without its own agent when the host refuses it', async () => {
    const used: boolean[] = [];
    const picky = ((url: string, init: RequestInit & { dispatcher?: unknown }) => {
      used.push(init.dispatcher !== undefined);
      if (init.dispatcher !== undefined) {
        const cause = Object.assign(new Error('invalid onRequestStart method'), {
          code: 'UND_ERR_INVALID_ARG',
        });
        return Promise.reject(new TypeError('fetch failed', { cause }));
      }
      return globalThis.fetch(url, init);
    }) as typeof fetch;
    const transport = createFetchTransport(picky);
    const server = await serve((_, response) => response.end('ok'));
    for (let time = 0; time < 2; time += 1) {
      assert.equal((await transport.request(post(server.url))).status, 200);
    }
    assert.deepEqual(used, [true, false, false]);
    await transport.close();
    await server.close();
  });
});

describe('a body that does not leave as a whole', function () {
  this.timeout(60_000);
  /** More than sockets hold that nobody reads from. */
  const LARGE = new Uint8Array(48 * 1024 * 1024);

  it('is known by undici to have been of no use to the server, whatever breaks off', async () => {
    const transport = createUndiciTransport();
    const server = await serveTcp((socket) => {
      socket.once('data', () => socket.resetAndDestroy());
    });
    const failure = await failureOf(transport.request(post(server.url, { body: LARGE })));
    assert.deepEqual([failure.code, failure.bytesSent], ['ERR_SENT_IN_PART', 'none']);
    server.close();
    const deaf = await serveTcp((socket) => socket.pause());
    const givenUp = await failureOf(transport.request(post(deaf.url, { body: LARGE, timeoutMs: 300 })));
    assert.deepEqual([givenUp.code, givenUp.bytesSent], ['ERR_SENT_IN_PART', 'none']);
    deaf.close();
    await transport.close();
  });

  it('may have been of use once all of it is on its way, and fetch never tells', async () => {
    for (const [transport, body] of [
      [createUndiciTransport(), LARGE.subarray(0, 1024 * 1024)],
      [createFetchTransport(globalThis.fetch), LARGE.subarray(0, 1024 * 1024)],
      [createUndiciTransport(), BODY],
    ] as const) {
      const server = await serve((request) => request.socket.destroy());
      const failure = await failureOf(transport.request(post(server.url, { body })));
      assert.equal(failure.bytesSent, 'maybe');
      await server.close();
      await transport.close();
    }
  });

  it('comes whole and unchanged in pieces', async () => {
    const transport = createUndiciTransport();
    const body = new Uint8Array(300_001).map((_, index) => index % 251);
    const server = await serve((request, response, received) => {
      const whole = received.equals(body) && request.headers['content-length'] === '300001';
      response.end(String(whole));
    });
    const answer = await transport.request(post(server.url, { body }));
    assert.equal(Buffer.from(answer.body).toString(), 'true');
    await server.close();
    await transport.close();
  });
});
