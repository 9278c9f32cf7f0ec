import assert from 'node:assert/strict';
import type { Scope } from '../../../src/sandbox/oauth';
import { SCOPES } from '../../../src/sandbox/oauth';
import type { Sandbox } from '../../../src/sandbox/server';
import { startSandbox } from '../../../src/sandbox/server';
import { Client, customer, postPart } from './client';

describe('OAuth in the sandbox', () => {
  let sandbox: Sandbox;
  let client: Client;

  before(async () => {
    sandbox = await startSandbox();
    client = new Client(sandbox.kintone);
  });
  beforeEach(() => sandbox.control.reset());
  after(() => sandbox.close());

  const bearer = (token: string) => ({ tokens: null, headers: { authorization: `Bearer ${token}` } });
  const call = async (token: string, method: string, name: string, parameters: object) => {
    const { status, body } = await client.call(method, name, parameters, bearer(token));
    return [status, body.code];
  };

  it('acts as the user who gave the token', async () => {
    const { accessToken } = sandbox.kintone.oauth;
    assert.deepEqual(await call(accessToken, 'POST', 'records', { app: 1, records: [customer('A')] }), [
      200,
      undefined,
    ]);
    const { body } = await client.call('GET', 'record', { app: 1, id: 1 });
    const creator = (body.record as Record<string, { value: { code: string } }>)['作成者'];
    assert.equal(creator?.value.code, 'admin');
    assert.deepEqual(await call(accessToken, 'GET', 'apps', {}), [200, undefined]);
  });

  const needs: readonly [scope: Scope, method: string, name: string, parameters: object][] = [
    ['k:app_record:read', 'GET', 'records', { app: 1 }],
    ['k:app_record:write', 'POST', 'records', { app: 1, records: [] }],
    ['k:app_record:write', 'PUT', 'records', { app: 1, records: [] }],
    ['k:app_record:write', 'DELETE', 'records', { app: 1, ids: [9] }],
    ['k:app_settings:read', 'GET', 'app', { id: 1 }],
    ['k:app_settings:read', 'GET', 'apps', {}],
    ['k:app_settings:read', 'GET', 'app/form/fields', { app: 1 }],
    ['k:app_settings:read', 'GET', 'app/acl', { app: 1 }],
    ['k:app_settings:read', 'GET', 'record/acl', { app: 1 }],
    ['k:app_settings:read', 'GET', 'preview/app/settings', { app: 1 }],
  ];
  for (const [scope, method, name, parameters] of needs) {
    it(`lets ${method} ${name} pass only with ${scope}`, async () => {
      for (const one of SCOPES) {
        sandbox.control.addAccessToken(`only ${one}`, [one]);
        const [status, code] = await call(`only ${one}`, method, name, parameters);
        const refused = status === 403 && code === 'CB_OA01';
        assert.equal(refused, one !== scope, one);
      }
    });
  }

  it('is not taken by bulk requests and cursors', async () => {
    const { accessToken } = sandbox.kintone.oauth;
    const requests = [postPart([customer('A')])];
    assert.deepEqual(await call(accessToken, 'POST', 'bulkRequest', { requests }), [403, 'CB_OA01']);
    assert.deepEqual(await call(accessToken, 'POST', 'records/cursor', { app: 1 }), [403, 'CB_OA01']);
    assert.equal(sandbox.control.count('1'), 0);
    const other = await startSandbox({ oauthRefusal: { status: 400, code: 'CB_IL02' } });
    const otherClient = new Client(other.kintone);
    const refused = await otherClient.bulk(requests, bearer(other.kintone.oauth.accessToken));
    assert.deepEqual([refused.status, refused.body.code], [400, 'CB_IL02']);
    await other.close();
  });

  it('refuses a token that is unknown or has lasted its time', async () => {
    for (const token of ['nonsense', sandbox.kintone.oauth.expiredAccessToken]) {
      const reply = await client.call('GET', 'app', { id: 1 }, bearer(token));
      assert.deepEqual([reply.status, reply.body.code], [401, 'CB_OA01']);
      assert.match(reply.headers.get('www-authenticate') ?? '', /^Bearer error="invalid_token"/);
    }
  });

  describe('its token endpoint', () => {
    const refresh = async (form: Record<string, string>, headers: Record<string, string> = {}) => {
      const { tokenEndpoint } = sandbox.kintone.oauth;
      const body = new URLSearchParams(form);
      const response = await fetch(tokenEndpoint, { method: 'POST', body, headers });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    };
    const good = () => {
      const { clientId, clientSecret, refreshToken } = sandbox.kintone.oauth;
      return {
        grant_type: 'refresh_token',
        client_id: clientId,
        client_secret: clientSecret,
        refresh_token: refreshToken,
      };
    };

    it('gives a new access token for a refresh token', async () => {
      const { status, body } = await refresh(good());
      assert.equal(status, 200);
      assert.deepEqual(
        { ...body, access_token: '' },
        { access_token: '', token_type: 'bearer', expires_in: 3600, scope: SCOPES.join(' ') },
      );
      assert.deepEqual(await call(String(body.access_token), 'GET', 'apps', {}), [200, undefined]);
    });

    it('renews tokens that come to their end in the middle', async () => {
      const { accessToken } = sandbox.kintone.oauth;
      sandbox.control.setFaults({ faults: [{ kind: 'expireTokens', method: 'GET', nth: 2 }] });
      assert.deepEqual(await call(accessToken, 'GET', 'apps', {}), [200, undefined]);
      assert.deepEqual(await call(accessToken, 'GET', 'apps', {}), [401, 'CB_OA01']);
      const { body } = await refresh(good());
      assert.deepEqual(await call(String(body.access_token), 'GET', 'apps', {}), [200, undefined]);
      assert.deepEqual(await call(accessToken, 'GET', 'apps', {}), [401, 'CB_OA01']);
      sandbox.control.giveBack();
      assert.deepEqual(await call(accessToken, 'GET', 'apps', {}), [200, undefined]);
    });

    it('takes the client in the header too', async () => {
      const { clientId, clientSecret, refreshToken } = sandbox.kintone.oauth;
      const authorization = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
      const form = { grant_type: 'refresh_token', refresh_token: refreshToken };
      assert.equal((await refresh(form, { authorization })).status, 200);
    });

    const refused: readonly [
      title: string,
      changes: Record<string, string>,
      status: number,
      error: string,
    ][] = [
      ['a wrong secret', { client_secret: 'x' }, 401, 'invalid_client'],
      ['an unknown client', { client_id: 'x' }, 401, 'invalid_client'],
      ['an unknown refresh token', { refresh_token: 'x' }, 400, 'invalid_grant'],
      ['another grant', { grant_type: 'password' }, 400, 'unsupported_grant_type'],
    ];
    for (const [title, changes, status, error] of refused) {
      it(`refuses ${title}`, async () => {
        assert.deepEqual(await refresh({ ...good(), ...changes }), { status, body: { error } });
      });
    }

    it('refuses what is no form', async () => {
      const headers = { 'content-type': 'application/json' };
      const { tokenEndpoint } = sandbox.kintone.oauth;
      const response = await fetch(tokenEndpoint, { method: 'POST', headers, body: '{}' });
      assert.deepEqual([response.status, await response.json()], [400, { error: 'invalid_request' }]);
      assert.equal((await fetch(tokenEndpoint)).status, 400);
    });

    it('gives tokens that last as long as it is told, and new refresh tokens where it is told', async () => {
      const other = await startSandbox({ oauth: { lifetimeSeconds: 0, rotatesRefreshToken: true } });
      const { clientId, clientSecret, refreshToken, tokenEndpoint } = other.kintone.oauth;
      const ask = async (token: string) => {
        const response = await fetch(tokenEndpoint, {
          method: 'POST',
          body: new URLSearchParams({
            grant_type: 'refresh_token',
            client_id: clientId,
            client_secret: clientSecret,
            refresh_token: token,
          }),
        });
        return (await response.json()) as Record<string, string>;
      };
      const first = await ask(refreshToken);
      assert.ok(first.access_token !== undefined && first.refresh_token !== undefined);
      const reply = await new Client(other.kintone).call('GET', 'app', { id: 1 }, bearer(first.access_token));
      assert.equal(reply.status, 401);
      assert.deepEqual(await ask(refreshToken), { error: 'invalid_grant' });
      assert.ok((await ask(first.refresh_token)).access_token);
      await other.close();
    });
  });
});
