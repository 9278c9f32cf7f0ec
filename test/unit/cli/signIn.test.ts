import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { readCellSignIn, readNetwork, readSignIn } from '../../../src/core/cliSignIn';
import type { SignInValues } from '../../../src/core/cliSignIn';
import { CliUsage } from '../../../src/core/cliUsage';
import { createUndiciTransport } from '../../../src/core/endpoints/undiciTransport';
import { ExpectedError } from '../../../src/core/message';
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
    })).timeout(60_000);
});

describe('the sign-in to a cell on the command line', () => {
  const read = (values: SignInValues, env: Record<string, string> = {}, input = '') =>
    readCellSignIn(values, env, Readable.from([input]));
  const account = { username: 'clerk', password: 'secret' };

  it('is an account, with its password from the environment or the standard input', async () => {
    const env = { PERSONIUM_USERNAME: 'clerk', PERSONIUM_PASSWORD: 'secret' };
    assert.deepEqual(await read({}, env), { kind: 'account', ...account });
    assert.deepEqual(await read({ username: 'clerk', 'password-stdin': true }, {}, 'secret\n'), {
      kind: 'account',
      ...account,
    });
  });

  it('is that of a user of the unit, whose cell is told by its URL', async () => {
    const env = { PERSONIUM_USERNAME: 'clerk', PERSONIUM_PASSWORD: 'secret' };
    assert.deepEqual(await read({ 'unit-user-cell': 'https://unit.example/admin' }, env), {
      kind: 'unitUser',
      issuer: 'https://unit.example/admin/',
      ...account,
    });
    await assert.rejects(read({ 'unit-user-cell': 'http://unit.example/admin' }, env), ExpectedError);
  });

  it('is a token of a file or the environment, but of no argument', async () => {
    await withFolder(async (folder) => {
      const file = path.join(folder, 'token');
      await writeFile(file, 'AR~1\n');
      assert.deepEqual(await read({ 'token-file': file }), { kind: 'bearer', token: 'AR~1' });
      await assert.rejects(read({ 'token-file': path.join(folder, 'none') }), CliUsage);
      await assert.rejects(read({ 'token-file': file, username: 'clerk' }), CliUsage);
    });
    assert.deepEqual(await read({}, { PERSONIUM_TOKEN: 'AR~2' }), { kind: 'bearer', token: 'AR~2' });
  });

  it('is a cookie together with its peer', async () => {
    const env = { PERSONIUM_COOKIE: 'c', PERSONIUM_COOKIE_PEER: 'p' };
    assert.deepEqual(await read({}, env), { kind: 'cookie', cookie: 'c', peer: 'p' });
    await assert.rejects(read({}, { PERSONIUM_COOKIE: 'c' }), CliUsage);
  });

  it('takes lines for X-Override along', async () => {
    const override = ['X-Personium-Priority: high'];
    assert.deepEqual((await read({ override }, { PERSONIUM_TOKEN: 'a' })).overrides, override);
  });

  it('is asked for when nothing or too little is given', async () => {
    await assert.rejects(read({}), CliUsage);
    await assert.rejects(read({ username: 'clerk' }), CliUsage);
    await assert.rejects(read({ 'api-token': ['x'] }, { PERSONIUM_TOKEN: 'a' }), CliUsage);
  });
});
