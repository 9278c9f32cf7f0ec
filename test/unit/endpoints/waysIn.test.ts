import assert from 'node:assert/strict';
import path from 'node:path';
import type { NetworkOptions } from '../../../src/core/endpoints/agent';
import { createKintoneEndpoint } from '../../../src/core/endpoints/kintone/kintoneEndpoint';
import { withSignIn } from '../../../src/core/endpoints/kintone/signIn';
import type { KintoneSignIn, SignInOptions } from '../../../src/core/endpoints/kintone/signIn';
import { trySignIn } from '../../../src/core/endpoints/kintone/trySignIn';
import { createUndiciTransport } from '../../../src/core/endpoints/undiciTransport';
import { ExpectedError } from '../../../src/core/message';
import { readCertificates } from '../../../src/sandbox/options';
import { startSandbox } from '../../../src/sandbox/server';
import type { Sandbox } from '../../../src/sandbox/server';
import { certificateFile } from './tlsSupport';

const APP = '1';

/** `taken`, or the code of the sentence. */
async function come(
  sandbox: Sandbox,
  signIn: KintoneSignIn,
  { network = {}, ...options }: SignInOptions & { network?: NetworkOptions } = {},
): Promise<string> {
  const { baseUrl } = sandbox.kintone;
  const transport = createUndiciTransport(network);
  try {
    await trySignIn(signIn, [APP], (tried) => {
      const signedIn = withSignIn(transport, baseUrl, tried, options);
      return Promise.resolve(createKintoneEndpoint({ baseUrl, transport: signedIn, language: 'en' }));
    });
    return 'taken';
  } catch (error) {
    assert.ok(error instanceof ExpectedError, String(error));
    return error.detail.code;
  } finally {
    await transport.close();
  }
}

function tokenOf(sandbox: Sandbox): string {
  return sandbox.kintone.apps.find(({ id }) => id === APP)?.apiToken ?? '';
}

describe('the ways into a Kintone', () => {
  it('lead through Basic authentication, whose refusals are not Kintone’s', async () => {
    const basic = { username: 'gate', password: 'pä:ss' };
    const sandbox = await startSandbox({ basicAuthentication: basic });
    const { username, password } = sandbox.kintone;
    const user = { kind: 'password', username, password } as const;
    const tokens = { kind: 'apiTokens', tokens: [tokenOf(sandbox)] } as const;
    assert.equal(await come(sandbox, { ...user, basic }), 'taken');
    assert.equal(await come(sandbox, { ...tokens, basic }), 'taken');
    assert.equal(await come(sandbox, user), 'signIn.basicNeeded');
    assert.equal(
      await come(sandbox, { ...tokens, basic: { ...basic, password: 'x' } }),
      'signIn.basicRefused',
    );
    assert.equal(await come(sandbox, { ...user, password: 'x', basic }), 'signIn.passwordWrong');
    assert.equal(await come(sandbox, { ...tokens, tokens: ['x'], basic }), 'signIn.tokenWrong');
    const { accessToken } = sandbox.kintone.oauth;
    assert.equal(await come(sandbox, { kind: 'oauth', accessToken }), 'signIn.basicWithOauth');
    await sandbox.close();
  });

  it('lead in with an OAuth token, which is renewed when it has ended', async () => {
    const sandbox = await startSandbox();
    const { accessToken, expiredAccessToken, refreshToken, clientId, clientSecret } = sandbox.kintone.oauth;
    assert.equal(await come(sandbox, { kind: 'oauth', accessToken }), 'taken');
    const ended = { kind: 'oauth', accessToken: expiredAccessToken } as const;
    assert.equal(await come(sandbox, ended), 'signIn.oauthExpired');
    const renewable = { ...ended, refreshToken, clientId, clientSecret };
    const renewed: KintoneSignIn[] = [];
    const onRenewed = (signIn: KintoneSignIn): Promise<void> => Promise.resolve(void renewed.push(signIn));
    assert.equal(await come(sandbox, renewable, { onRenewed }), 'taken');
    const [again] = renewed;
    assert.ok(again !== undefined && renewed.length === 1);
    assert.equal(await come(sandbox, again), 'taken');
    for (const wrong of [{ refreshToken: 'x' }, { clientId: 'x' }, { clientSecret: 'x' }]) {
      assert.equal(await come(sandbox, { ...renewable, ...wrong }), 'signIn.oauthNotRenewed');
    }
    await sandbox.close();
  });

  it('lead in with a client certificate', async () => {
    const certificates = readCertificates(path.join(__dirname, '../../support/certificates'));
    const sandbox = await startSandbox({ certificates });
    const { username, password } = sandbox.kintone;
    const authorities = [certificateFile('ca.pem').toString()];
    const certificate = { pfx: certificateFile('client.pfx'), passphrase: 'worthless' };
    const user = { kind: 'password', username, password } as const;
    assert.equal(
      await come(sandbox, { ...user, certificate }, { network: { authorities, certificate } }),
      'taken',
    );
    assert.equal(await come(sandbox, user, { network: { authorities } }), 'certificate.needed');
    const stranger = { pfx: certificateFile('stranger.pfx'), passphrase: 'worthless' };
    assert.match(
      await come(
        sandbox,
        { ...user, certificate: stranger },
        { network: { authorities, certificate: stranger } },
      ),
      /^certificate\.(?:perhapsRefused|refused)$/,
    );
    await sandbox.close();
  });
});
