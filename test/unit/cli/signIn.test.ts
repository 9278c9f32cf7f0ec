import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { readNetwork, readSignIn } from '../../../src/core/cliSignIn';
import type { SignInValues } from '../../../src/core/cliSignIn';
import { createUndiciTransport } from '../../../src/core/endpoints/undiciTransport';
import { certificateFile, serveProxy, serveSecurely } from '../endpoints/tlsSupport';
import { withFolder } from '../jobs/support';

const CERTIFICATES = path.join(__dirname, '../../support/certificates');

function read(values: SignInValues, env: Record<string, string> = {}, input = '') {
  return readSignIn(values, env, Readable.from([input]));
}

describe('signing in from the command line', () => {
  it('prefers arguments, then OAuth, then a user, then tokens', async () => {
    const env = { KINTONE_API_TOKEN: 'A, B', KINTONE_USERNAME: 'sato', KINTONE_PASSWORD: 'p' };
    assert.deepEqual(await read({ 'api-token': ['X,Y', 'Z'] }, env), {
      kind: 'apiTokens',
      tokens: ['X', 'Y', 'Z'],
    });
    assert.deepEqual(await read({ username: 'ito' }, env), {
      kind: 'password',
      username: 'ito',
      password: 'p',
    });
    assert.deepEqual(await read({}, { ...env, IMPORTED_FILES_OAUTH_TOKEN: 'o' }), {
      kind: 'oauth',
      accessToken: 'o',
    });
    assert.deepEqual(await read({}, env), { kind: 'password', username: 'sato', password: 'p' });
    assert.deepEqual(await read({}, { KINTONE_API_TOKEN: 'A, B' }), {
      kind: 'apiTokens',
      tokens: ['A', 'B'],
    });
  });

  it('reads the password and then that of the certificate from the standard input', async () => {
    const values = {
      username: 'sato',
      'password-stdin': true,
      'pfx-file': path.join(CERTIFICATES, 'client.pfx'),
      'pfx-password-stdin': true,
    };
    const signIn = await read(values, {}, 'p w\r\nworthless\n');
    assert.ok(signIn.kind === 'password');
    assert.deepEqual([signIn.password, signIn.certificate?.passphrase], ['p w', 'worthless']);
    await assert.rejects(read(values, {}, 'p\nwrong\n'), { name: 'ExpectedError' });
  });

  it('adds Basic authentication and what renews an OAuth token', async () => {
    const basic = { KINTONE_BASIC_AUTH_USERNAME: 'gate', KINTONE_BASIC_AUTH_PASSWORD: 'g' };
    assert.deepEqual(await read({ 'api-token': ['A'] }, basic), {
      kind: 'apiTokens',
      tokens: ['A'],
      basic: { username: 'gate', password: 'g' },
    });
    const oauth = {
      IMPORTED_FILES_OAUTH_TOKEN: 'o',
      IMPORTED_FILES_OAUTH_REFRESH_TOKEN: 'r',
      IMPORTED_FILES_OAUTH_CLIENT_ID: 'i',
      IMPORTED_FILES_OAUTH_CLIENT_SECRET: 's',
    };
    assert.deepEqual(await read({}, oauth), {
      kind: 'oauth',
      accessToken: 'o',
      refreshToken: 'r',
      clientId: 'i',
      clientSecret: 's',
    });
    await assert.rejects(read({}, { ...oauth, ...basic }), { name: 'CliUsage' });
  });

  it('says what is missing, without what is secret', async () => {
    for (const [values, env] of [
      [{}, {}],
      [{ username: 'x' }, {}],
      [{ username: 'x', 'api-token': ['A'] }, { KINTONE_PASSWORD: 'p' }],
      [{ 'api-token': ['A'], 'basic-auth-username': 'g' }, {}],
      [{}, { IMPORTED_FILES_OAUTH_TOKEN: 'o', IMPORTED_FILES_OAUTH_REFRESH_TOKEN: 'r' }],
      [{ 'api-token': ['A'], 'pfx-file': '/nowhere' }, {}],
    ] as const) {
      await assert.rejects(read({ ...values } as SignInValues, env), { name: 'CliUsage' });
    }
    const secret = (): unknown => readNetwork({ proxy: 'http://me:top-secret@proxy:1' }, {});
    assert.throws(
      secret,
      (error: Error) => error.name === 'CliUsage' && !error.message.includes('top-secret'),
    );
  });
});

describe('the network of the command line', () => {
  it('trusts the authorities of --ca-file and goes through --proxy or the variables', () =>
    withFolder(async (folder) => {
      const notOne = path.join(folder, 'a.pem');
      await writeFile(notOne, 'text');
      assert.throws(() => readNetwork({ 'ca-file': notOne }, {}), { name: 'CliUsage' });
      const server = await serveSecurely({
        key: certificateFile('server.key'),
        cert: certificateFile('server.pem'),
      });
      const proxy = await serveProxy(server.port);
      const caFile = path.join(CERTIFICATES, 'ca.pem');
      const go = async (
        values: SignInValues,
        env: Record<string, string>,
        url = server.url,
      ): Promise<unknown> => {
        const transport = createUndiciTransport(readNetwork(values, env));
        return transport
          .request({ method: 'GET', url, headers: {} })
          .then(
            ({ status }) => status,
            (error: unknown) => (error as { code: string }).code,
          )
          .finally(() => transport.close());
      };
      assert.equal(await go({ 'ca-file': caFile }, {}), 200);
      // The name is wrong at the end of the tunnel; that is how far it came.
      const elsewhere = 'https://kintone.example.com';
      const wrongName = 'ERR_TLS_CERT_ALTNAME_INVALID';
      assert.equal(await go({ 'ca-file': caFile, proxy: proxy.host }, {}, elsewhere), wrongName);
      assert.equal(
        await go({ 'ca-file': caFile }, { HTTPS_PROXY: `http://u:p@${proxy.host}` }, elsewhere),
        wrongName,
      );
      assert.deepEqual(
        proxy.asked.map(({ authority, authorization }) => [authority, authorization !== undefined]),
        [
          ['kintone.example.com:443', false],
          ['kintone.example.com:443', true],
        ],
      );
      proxy.close();
      server.close();
    })).timeout(10_000);
});
