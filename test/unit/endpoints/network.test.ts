import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { NetworkOptions } from '../../../src/core/endpoints/agent';
import { isBeforeSending } from '../../../src/core/endpoints/exchange';
import { failureMessage, judgeFailure } from '../../../src/core/endpoints/networkFailure';
import { createProxyFor, proxyFromEnvironment } from '../../../src/core/endpoints/proxy';
import type { ProxyRules } from '../../../src/core/endpoints/proxy';
import { TransportError } from '../../../src/core/endpoints/transport';
import { certificateFault } from '../../../src/core/endpoints/trust';
import { createUndiciTransport } from '../../../src/core/endpoints/undiciTransport';
import { unusedUrl } from './loopback';
import { certificateFile, serveProxy, serveSecurely } from './tlsSupport';
import type { ConnectProxy, SecureServer } from './tlsSupport';

const AUTHORITIES = [certificateFile('ca.pem').toString()];
const CERTIFICATE = { pfx: certificateFile('client.pfx'), passphrase: 'worthless' };

/** Status of the answer, or the failure. */
async function go(url: string, options: NetworkOptions): Promise<number | TransportError> {
  const transport = createUndiciTransport(options);
  try {
    return (await transport.request({ method: 'POST', url, headers: {}, body: new Uint8Array([1]) })).status;
  } catch (error) {
    assert.ok(error instanceof TransportError, String(error));
    return error;
  } finally {
    await transport.close();
  }
}

/** The code of the sentence, when nothing was sent. */
async function refusal(url: string, options: NetworkOptions): Promise<string> {
  const failure = await go(url, options);
  assert.ok(failure instanceof TransportError, 'there was an answer');
  assert.equal(failure.bytesSent, 'none', failure.code);
  return failureMessage(failure).code;
}

describe('trusting a server', () => {
  let server: SecureServer;
  before(async () => {
    server = await serveSecurely();
  });
  after(() => server.close());

  it('goes by the authorities that the person gives', async () => {
    assert.equal(await go(server.url, { authorities: AUTHORITIES }), 200);
  });

  it('refuses an authority that nobody knows, and sends nothing', async () => {
    const before = server.requests.length;
    assert.equal(await refusal(server.url, {}), 'network.authority');
    assert.equal(server.requests.length, before);
  });

  it('refuses a certificate for another name', async () => {
    const proxy = await serveProxy(server.port);
    const proxyFor = createProxyFor({ proxy: proxy.host, noProxy: [] });
    const options = { authorities: AUTHORITIES, proxyFor };
    assert.equal(await refusal('https://kintone.example.com', options), 'network.certificateHost');
    assert.equal(proxy.asked[0]?.authority, 'kintone.example.com:443');
    await proxy.allTunnelsClosed();
    proxy.close();
  });

  it('goes by NODE_EXTRA_CA_CERTS, also beside an authority of the person', async () => {
    const program = `
      const { createUndiciTransport } = require('./src/core/endpoints/undiciTransport');
      const { readFileSync } = require('node:fs');
      const url = process.argv[1];
      for (const options of [{}, { authorities: [readFileSync(process.env.NODE_EXTRA_CA_CERTS, 'utf8')] }]) {
        const transport = createUndiciTransport(options);
        transport.request({ method: 'GET', url, headers: {} })
          .then(({ status }) => console.log(status), ({ code }) => console.log(code))
          .finally(() => transport.close());
      }`;
    const root = path.join(__dirname, '../../..');
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', '-e', program, server.url],
      {
        cwd: root,
        env: { ...process.env, NODE_EXTRA_CA_CERTS: path.join(root, 'test/support/certificates/ca.pem') },
      },
    );
    assert.equal(stdout, '200\n200\n');
  }).timeout(60_000);
});

describe('a client certificate', () => {
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    describe(`asked for by ${version}`, () => {
      let server: SecureServer;
      before(async () => {
        server = await serveSecurely({
          ca: certificateFile('ca.pem'),
          requestCert: true,
          rejectUnauthorized: true,
          minVersion: version,
          maxVersion: version,
        });
      });
      after(() => server.close());

      it('is shown', async () => {
        assert.equal(await go(server.url, { authorities: AUTHORITIES, certificate: CERTIFICATE }), 200);
      });

      it('is told to be missing, and the server has seen no request without the right one', async () => {
        const before = server.requests.length;
        assert.equal(await refusal(server.url, { authorities: AUTHORITIES }), 'certificate.needed');
        // A server of Node cuts the connection without a word when the certificate is of an unknown authority.
        const stranger = { pfx: certificateFile('stranger.pfx'), passphrase: 'worthless' };
        assert.ok(
          (await go(server.url, { authorities: AUTHORITIES, certificate: stranger })) instanceof Error,
        );
        assert.equal(server.requests.length, before);
      });
    });
  }

  it('that the server refuses in so many words is told as refused', () => {
    for (const code of [
      'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
      'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE',
      'ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED',
      'ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED',
      'ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN',
    ]) {
      assert.ok(isBeforeSending({ code }), code);
      assert.equal(failureMessage(new TransportError(code, 'none')).code, 'certificate.refused', code);
    }
    assert.ok(!isBeforeSending({ code: 'ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC' }));
  });

  it('with a wrong password, or that is none, is told before anybody is reached', async () => {
    const wrong = { ...CERTIFICATE, passphrase: 'not-this-one' };
    const failure = await go('https://does-not-exist.invalid', { certificate: wrong });
    assert.ok(failure instanceof TransportError);
    assert.deepEqual([failure.code, failure.bytesSent], ['ERR_PFX_PASSPHRASE', 'none']);
    assert.equal(judgeFailure(failure).kind, 'impossible');
    assert.ok(!`${String(failure.stack)}${JSON.stringify(failure)}`.includes('not-this-one'));
    const none = { pfx: new Uint8Array([1, 2, 3]), passphrase: '' };
    assert.deepEqual(
      [CERTIFICATE, wrong, none].map((each) => certificateFault(each)?.code ?? null),
      [null, 'certificate.passphrase', 'certificate.unreadable'],
    );
  });
});

describe('a proxy', () => {
  let server: SecureServer;
  let proxy: ConnectProxy;
  let refuse: (authorization: string | undefined) => number | null;
  beforeEach(async () => {
    refuse = () => null;
    server = await serveSecurely();
    proxy = await serveProxy(server.port, (authorization) => refuse(authorization));
  });
  afterEach(() => {
    proxy.close();
    server.close();
  });

  const through = (rules: Partial<ProxyRules> = {}): NetworkOptions => ({
    authorities: AUTHORITIES,
    proxyFor: (url) => {
      // The only names with a certificate are those of this computer, to which no proxy leads.
      const elsewhere = new URL(url.href.replace('localhost', 'example.com'));
      return createProxyFor({ proxy: proxy.host, noProxy: [], ...rules })(elsewhere);
    },
  });

  it('makes a tunnel, in which the server’s own certificate is checked', async () => {
    assert.equal(await go(server.url, through()), 200);
    assert.deepEqual(proxy.asked, [
      { authority: `localhost:${String(server.port)}`, authorization: undefined },
    ]);
    assert.equal(await refusal(server.url, { ...through(), authorities: [] }), 'network.authority');
  });

  it('gets the credentials of its address, and the server does not', async () => {
    const expected = `Basic ${Buffer.from('me@x:p/w').toString('base64')}`;
    refuse = (authorization) => (authorization === expected ? null : 407);
    assert.equal(await go(server.url, through({ proxy: `http://me%40x:p%2Fw@${proxy.host}` })), 200);
    assert.equal(await go(server.url, through({ authorization: expected })), 200);
    assert.ok(server.requests.every(({ headers }) => headers['proxy-authorization'] === undefined));
  });

  it('that wants credentials, refuses or is not there is told apart from the server', async () => {
    refuse = () => 407;
    const secret = through({ proxy: `http://me:top-secret@${proxy.host}` });
    const failure = await go(server.url, secret);
    assert.ok(failure instanceof TransportError);
    assert.deepEqual([failure.code, failure.bytesSent], ['ERR_PROXY_407', 'none']);
    assert.equal(failureMessage(failure).code, 'network.proxySignIn');
    assert.ok(!`${String(failure.stack)}${JSON.stringify(failure)}`.includes('top-secret'));
    refuse = () => 403;
    const refused = await go(server.url, through());
    assert.ok(refused instanceof TransportError);
    assert.deepEqual(failureMessage(refused), { code: 'network.proxyRefused', args: { status: '403' } });
    const nobody = (await unusedUrl()).replace('http://', '');
    assert.equal(await refusal(server.url, through({ proxy: nobody })), 'network.proxyUnreachable');
    assert.equal(
      await refusal(server.url, through({ proxy: 'no-such-proxy.invalid:1' })),
      'network.proxyUnreachable',
    );
    assert.equal(await refusal(server.url, through({ proxy: 'socks5://127.0.0.1:1' })), 'network.proxyKind');
    assert.equal(await refusal(server.url, through({ proxy: 'http://:0:0' })), 'network.proxyAddress');
    assert.equal(server.requests.length, 0);
  });

  it('carries a client certificate to the server, not to itself', async () => {
    server.close();
    const asking = await serveSecurely({ ca: certificateFile('ca.pem'), requestCert: true });
    const way = await serveProxy(asking.port);
    const options = { ...through({ proxy: way.host }), certificate: CERTIFICATE };
    assert.equal(await go(asking.url, options), 200);
    way.close();
    asking.close();
  });
});

describe('the choice of a proxy', () => {
  const chosen = (env: Record<string, string>, url = 'https://example.cybozu.com'): string | null =>
    proxyFromEnvironment(env)(new URL(url))?.origin ?? null;

  it('goes by the usual variables', () => {
    assert.equal(chosen({}), null);
    assert.equal(chosen({ HTTPS_PROXY: 'http://a:1', ALL_PROXY: 'http://b:1' }), 'http://a:1');
    assert.equal(chosen({ https_proxy: 'http://c:1', HTTPS_PROXY: 'http://a:1' }), 'http://c:1');
    assert.equal(chosen({ ALL_PROXY: 'b:1', HTTP_PROXY: 'http://d:1' }), 'http://b:1');
    assert.equal(chosen({ HTTP_PROXY: 'https://d:1' }), 'https://d:1');
  });

  it('leaves out the names of NO_PROXY', () => {
    const without = (NO_PROXY: string, url?: string): boolean =>
      chosen({ ALL_PROXY: 'p:1', NO_PROXY }, url) === null;
    for (const entry of [
      '*',
      'cybozu.com',
      '.cybozu.com',
      '*.cybozu.com',
      'x, EXAMPLE.cybozu.com:443',
      'x cybozu.com',
    ]) {
      assert.ok(without(entry), entry);
    }
    for (const entry of ['', 'bozu.com', 'cybozu.com:8443', 'cybozu.co']) {
      assert.ok(!without(entry), entry);
    }
  });

  it('is never a proxy for this computer, where plain http may be spoken', () => {
    for (const url of ['http://localhost:8080', 'https://127.0.0.1', 'http://[::1]:1']) {
      assert.equal(chosen({ ALL_PROXY: 'http://a:1' }, url), null, url);
    }
  });
});
