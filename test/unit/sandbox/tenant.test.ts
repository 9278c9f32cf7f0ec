import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import type { RequestOptions } from 'node:https';
import { join } from 'node:path';
import { readCertificates } from '../../../src/sandbox/options';
import type { SandboxOptions } from '../../../src/sandbox/options';
import { startSandbox } from '../../../src/sandbox/server';
import type { Reply } from './client';
import { Client } from './client';

const CERTIFICATES = join(__dirname, '../../support/certificates');

describe('a tenant of the sandbox', () => {
  const inTenant = async <Result>(options: SandboxOptions, use: (client: Client) => Promise<Result>) => {
    const sandbox = await startSandbox(options);
    try {
      return await use(new Client(sandbox.kintone));
    } finally {
      await sandbox.close();
    }
  };
  const outcome = ({ status, body }: Reply) => [status, body.code];
  const as = (username: string, password: string) => ({
    tokens: null,
    headers: { 'X-Cybozu-Authorization': Buffer.from(`${username}:${password}`).toString('base64') },
  });
  const basic = (username: string, password: string) => ({
    authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
  });

  describe('with Basic authentication in front', () => {
    const basicAuthentication = { username: 'gate', password: 'päss:word' };
    const get = (client: Client, headers: Record<string, string>) =>
      fetch(`${client.kintone.baseUrl}/k/v1/app.json?id=1`, { headers });

    it('asks for it before it looks at anything else', async () => {
      await inTenant({ basicAuthentication }, async (client) => {
        assert.deepEqual(client.kintone.basicAuthentication, basicAuthentication);
        for (const headers of [{}, basic('gate', 'wrong'), { authorization: 'Basic' }]) {
          const response = await get(client, { ...client.signIn(), ...headers });
          assert.equal(response.status, 401);
          assert.match(response.headers.get('www-authenticate') ?? '', /^Basic realm=/);
          assert.match(response.headers.get('content-type') ?? '', /^text\/html/);
          await response.text();
        }
      });
    });

    it('lets a password and a token through, and still wants one of them', async () => {
      await inTenant({ basicAuthentication }, async (client) => {
        const gate = basic('gate', 'päss:word');
        assert.equal((await get(client, { ...client.signIn(), ...gate })).status, 200);
        assert.equal((await get(client, { ...client.signIn([client.token('1')]), ...gate })).status, 200);
        const alone = await get(client, gate);
        assert.equal(alone.status, 401);
        assert.equal(((await alone.json()) as { code: string }).code, 'CB_AU01');
      });
    });

    it('leaves no room for OAuth', async () => {
      await inTenant({ basicAuthentication }, async (client) => {
        const { accessToken } = client.kintone.oauth;
        assert.equal((await get(client, { authorization: `Bearer ${accessToken}` })).status, 401);
      });
    });
  });

  describe('with client certificates', () => {
    const certificates = readCertificates(CERTIFICATES);
    const ca = readFileSync(join(CERTIFICATES, 'ca.pem'));
    const pfx = (name: string) => ({
      pfx: readFileSync(join(CERTIFICATES, name)),
      passphrase: 'worthless',
    });
    const get = (client: Client, options: RequestOptions) =>
      new Promise<number | undefined>((resolve, reject) => {
        const headers = client.signIn();
        request(`${client.kintone.baseUrl}/k/v1/app.json?id=1`, { headers, agent: false, ...options })
          .on('response', (response) => {
            response.resume();
            resolve(response.statusCode);
          })
          .on('error', reject)
          .end();
      });

    it('serves those who bring one, by https', async () => {
      await inTenant({ certificates }, async (client) => {
        assert.match(client.kintone.baseUrl, /^https:\/\/localhost:\d+$/);
        assert.equal(await get(client, { ca, ...pfx('client.pfx') }), 200);
      });
    });

    it('ends the connection with those who bring none, or one of somebody else', async () => {
      await inTenant({ certificates }, async (client) => {
        await assert.rejects(get(client, { ca }));
        await assert.rejects(get(client, { ca, ...pfx('stranger.pfx') }));
      });
    });

    it('is known by its own certificate alone', async () => {
      await inTenant({ certificates }, async (client) => {
        await assert.rejects(get(client, pfx('client.pfx')), /certificate/);
      });
    });
  });

  it('refuses a user with two-factor authentication by its own code', async () => {
    for (const status of [401, 403] as const) {
      await inTenant({ twoFactorStatus: status }, async (client) => {
        const { username, password } = client.kintone.otherUsers.twoFactor;
        const reply = await client.call('GET', 'app', { id: 1 }, as(username, password));
        assert.deepEqual(outcome(reply), [status, 'CB_TW02']);
        const wrong = await client.call('GET', 'app', { id: 1 }, as(username, 'wrong'));
        assert.deepEqual(outcome(wrong), [401, 'CB_WA01']);
      });
    }
  });

  it('refuses a user who is locked out, and lets one who may only view look', async () => {
    await inTenant({}, async (client) => {
      const { lockedOut, viewer } = client.kintone.otherUsers;
      const locked = await client.call('GET', 'app', { id: 1 }, as(lockedOut.username, lockedOut.password));
      assert.deepEqual(outcome(locked), [401, 'CB_WA01']);
      const view = as(viewer.username, viewer.password);
      assert.equal((await client.call('GET', 'records', { app: 1 }, view)).status, 200);
      const add = await client.call('POST', 'records', { app: 1, records: [] }, view);
      assert.deepEqual(outcome(add), [403, 'CB_NO02']);
    });
  });

  it('answers a wrong token with either of the statuses that were seen', async () => {
    for (const wrongTokenStatus of [400, 520] as const) {
      await inTenant({ wrongTokenStatus }, async (client) => {
        const { undeployedApiToken } = client.kintone.apps[0] ?? assert.fail();
        for (const token of ['wrong', undeployedApiToken]) {
          const reply = await client.call('GET', 'app', { id: 1 }, { tokens: [token] });
          assert.deepEqual(outcome(reply), [wrongTokenStatus, 'GAIA_IA02']);
        }
      });
    }
  });
});
