import { strict as assert } from 'node:assert';
import type { Reply } from './unitClient';
import { UnitClient } from './unitClient';

describe('Sandbox, Personium: signing in', () => {
  let client: UnitClient;
  let clock = Date.now();

  before(async () => {
    client = await UnitClient.start({ now: () => clock });
  });
  beforeEach(() => {
    client.unit.control.reset();
    client.signOut();
  });
  after(() => client.close());

  function byPassword(more: Readonly<Record<string, string>> = {}): Promise<Reply> {
    const { username, password } = client.unit.access;
    return client.askToken({ grant_type: 'password', username, password, ...more });
  }

  function assertRefused({ status, json, headers }: Reply, error: string, description: string): void {
    const code = description.slice(1, 13);
    assert.deepEqual(json, { error, error_description: description });
    assert.equal(status, Number(code.slice(2, 5)));
    assert.equal(headers['content-type'], 'application/json');
  }

  it('gives an access and a refresh token, with the scope root', async () => {
    const { status, json } = await byPassword();
    const { access_token: access, refresh_token: refresh, ...others } = json;
    assert.equal(status, 200);
    assert.match(String(access), /^AR~/);
    assert.match(String(refresh), /^RR~/);
    assert.deepEqual(others, {
      token_type: 'Bearer',
      expires_in: 3600,
      refresh_token_expires_in: 86400,
      scope: 'root',
      last_authenticated: null,
      failed_count: 0,
    });
  });

  it('tells of the sign-in before, and of those that failed since', async () => {
    const first = clock;
    await byPassword();
    await byPassword({ password: 'wrong' });
    clock += 1001;
    const { json } = await byPassword();
    assert.equal(json.last_authenticated, first);
    assert.equal(json.failed_count, 1);
  });

  it('refuses a wrong name and a wrong password alike', async () => {
    const description = '[PR400-AN-0017] - Authentication failed.';
    assertRefused(await byPassword({ password: 'wrong' }), 'invalid_grant', description);
    assertRefused(await byPassword({ username: 'nobody' }), 'invalid_grant', description);
  });

  it('refuses even the right password within a second after a wrong one', async () => {
    await byPassword({ password: 'wrong' });
    clock += 900;
    assert.equal((await byPassword()).status, 400);
    clock += 900;
    assert.equal((await byPassword()).status, 400, 'the second begins anew with each try');
    clock += 1001;
    assert.equal((await byPassword()).status, 200);
  });

  it('asks for what is missing', async () => {
    const missing = (name: string) => `[PR400-AN-0016] - Required parameter [${name}] missing.`;
    assertRefused(await client.askToken({}), 'invalid_request', missing('grant_type'));
    assertRefused(
      await client.askToken({ grant_type: 'password', username: 'admin' }),
      'invalid_request',
      missing('password'),
    );
    assertRefused(
      await client.askToken({ grant_type: 'password', password: 'x' }),
      'invalid_request',
      missing('username'),
    );
    assertRefused(
      await client.askToken({ grant_type: 'refresh_token' }),
      'invalid_request',
      missing('refresh_token'),
    );
  });

  it('knows no other grants', async () => {
    assertRefused(
      await client.askToken({ grant_type: 'magic' }),
      'unsupported_grant_type',
      '[PR400-AN-0001] - Unsupported grant type. [magic]',
    );
  });

  for (const [name, inRange, outside] of [
    ['expires_in', ['1', '3600'], ['0', '3601', 'soon', '-1']],
    ['refresh_token_expires_in', ['1', '86400'], ['0', '86401', '1.5']],
  ] as const) {
    it(`takes ${name} within its bounds`, async () => {
      for (const value of inRange) {
        const { status, json } = await byPassword({ [name]: value });
        assert.equal(status, 200);
        assert.equal(json[name], Number(value));
      }
      for (const value of outside) {
        const description = `[PR400-AN-0016] - Required parameter [${name}] missing.`;
        assertRefused(await byPassword({ [name]: value }), 'invalid_request', description);
      }
    });
  }

  it('ends access tokens when their time is over, and refresh tokens later', async () => {
    const { json } = await byPassword({ expires_in: '60' });
    const token = String(json.access_token);
    assert.equal((await client.call('GET', '__ctl/Box', { token })).status, 200);
    clock += 60_000;
    const late = await client.call('GET', '__ctl/Box', { token });
    assert.equal(late.status, 401);
    assert.equal(late.json.code, 'PR401-AU-0002');
    assert.equal(late.json.message?.value, 'Access token expired.');
    assert.equal(late.headers['www-authenticate'], `Bearer realm="${client.cellUrl}"`);
    const refreshed = await client.askToken({
      grant_type: 'refresh_token',
      refresh_token: String(json.refresh_token),
    });
    assert.equal(refreshed.status, 200);
    const again = { token: String(refreshed.json.access_token) };
    assert.equal((await client.call('GET', '__ctl/Box', again)).status, 200);
  });

  it('gives new tokens of both kinds for a refresh token, and takes it once', async () => {
    const first = await byPassword();
    const form = { grant_type: 'refresh_token', refresh_token: String(first.json.refresh_token) };
    const { json } = await client.askToken(form);
    assert.match(String(json.access_token), /^AR~/);
    assert.match(String(json.refresh_token), /^RR~/);
    assert.notEqual(json.refresh_token, first.json.refresh_token);
    assert.equal('last_authenticated' in json, false);
    const description = '[PR400-AN-0009] - Token parse error.';
    assertRefused(await client.askToken(form), 'invalid_grant', description);
  });

  it('refuses what is no refresh token, and one that has ended', async () => {
    const { json } = await byPassword({ refresh_token_expires_in: '10' });
    const refresh = (token: unknown) =>
      client.askToken({ grant_type: 'refresh_token', refresh_token: String(token) });
    assertRefused(await refresh('rubbish'), 'invalid_grant', '[PR400-AN-0009] - Token parse error.');
    assertRefused(
      await refresh(json.access_token),
      'invalid_grant',
      '[PR400-AN-0013] - Not a refresh token.',
    );
    clock += 10_000;
    assertRefused(
      await refresh(json.refresh_token),
      'invalid_grant',
      '[PR400-AN-0010] - Token expired or invalid.',
    );
  });

  it('addresses a token to where p_target says', async () => {
    const { status, json, headers } = await byPassword({ p_target: 'https://other.example/cell' });
    assert.equal(status, 200);
    assert.equal(json.p_target, 'https://other.example/cell/');
    assert.equal(headers.location, 'https://other.example/cell/__token');
    assert.match(String(json.access_token), /^[\w-]{2000,}$/);
    assertRefused(
      await byPassword({ p_target: 'not an address' }),
      'invalid_request',
      '[PR400-AN-0002] - Invalid p_target.',
    );
  });

  it('takes a token that is addressed to the cell for one of its own', async () => {
    const { unitUser } = client.unit.access;
    const { username, password } = unitUser;
    const { json } = await client.askToken(
      { grant_type: 'password', username, password, p_target: client.cellUrl },
      unitUser.cellUrl,
    );
    const grant_type = 'urn:ietf:params:oauth:grant-type:saml2-bearer';
    const visitor = await client.askToken({ grant_type, assertion: String(json.access_token) });
    assert.match(String(visitor.json.access_token), /^AV~/);
    const other = await client.askToken(
      { grant_type, assertion: String(json.access_token) },
      unitUser.cellUrl,
    );
    assert.match(String(other.json.error_description), /^\[PR400-AN-0012\]/);
  });

  it('grants the scopes that are asked for, and drops those that it does not know', async () => {
    const { json } = await byPassword({ scope: 'box-read nonsense openid' });
    assert.equal(json.scope, 'box-read openid');
    const token = String(json.access_token);
    assert.equal((await client.call('GET', '__ctl/Box', { token })).status, 200);
    const { json: refused, status } = await client.call('GET', '__ctl/Account', { token });
    assert.equal(status, 403);
    assert.equal(refused.code, 'PR403-AU-0007');
  });

  it('gives a cookie with its other half, which work together alone', async () => {
    const { headers, json } = await byPassword({ p_cookie: 'true' });
    const [cookie = ''] = (headers['set-cookie'] ?? '').split(';');
    assert.match(headers['set-cookie'] ?? '', /^p_cookie=[^;]+; Path=\/shop\/; Domain=localhost$/);
    const get = (peer: unknown) =>
      client.call('GET', `__ctl/Box?p_cookie_peer=${String(peer)}`, { token: null, headers: { cookie } });
    assert.equal((await get(json.p_cookie_peer)).status, 200);
    const wrong = await get('00000000-0000-0000-0000-000000000000');
    assert.equal(wrong.status, 401);
    assert.equal(wrong.json.code, 'PR401-AU-0009');
  });

  it('lets an account that has to choose a new password do only that', async () => {
    const { username, password } = client.unit.access.otherUsers.newcomer;
    const { status, json, headers } = await client.askToken({ grant_type: 'password', username, password });
    assert.equal(status, 401);
    assert.match(String(json.error_description), /^\[PR401-AN-0023\]/);
    assert.equal(json.url, `${client.cellUrl}__mypassword`);
    assert.equal(headers['www-authenticate'], `Basic realm="${client.cellUrl}"`);
    const token = String(json.access_token);
    assert.match(token, /^AP~/);
    assert.equal((await client.call('GET', '__ctl/Box', { token })).json.code, 'PR403-AU-0002');
    assert.equal((await client.call('GET', 'sales/stock/Product', { token })).json.code, 'PR401-AU-0012');
  });

  it('ends all sign-ins when they are withdrawn, until they are given back', async () => {
    const { json } = await byPassword();
    const token = String(json.access_token);
    client.unit.control.revokeSignIns();
    assert.equal((await client.call('GET', '__ctl/Box', { token })).json.code, 'PR401-AU-0001');
    assert.equal((await byPassword()).status, 400);
    client.unit.control.giveBack();
    assert.equal((await client.call('GET', '__ctl/Box', { token })).status, 200);
  });

  it('ends tokens before their time when told to', async () => {
    client.unit.control.setHooks({ tokenMs: 50 });
    const { json } = await byPassword();
    assert.equal(json.expires_in, 3600);
    clock += 50;
    const token = String(json.access_token);
    assert.equal((await client.call('GET', '__ctl/Box', { token })).json.code, 'PR401-AU-0002');
  });
});
