import { strict as assert } from 'node:assert';
import { batchBody, partsOf, UnitClient } from './unitClient';

const PRODUCT = { __id: 'p-1', Code: 'C1', Name: 'Tea' };

describe('Sandbox, Personium: rights', () => {
  let client: UnitClient;

  before(async () => {
    client = await UnitClient.start();
  });
  beforeEach(() => client.unit.control.reset());
  after(() => client.close());

  async function unitToken(): Promise<string> {
    const { unitUser, unitUrl } = client.unit.access;
    const { username, password } = unitUser;
    const form = { grant_type: 'password', username, password, p_target: unitUrl };
    const { json } = await client.askToken(form, unitUser.cellUrl);
    return String(json.access_token);
  }

  it('asks for a sign-in', async () => {
    const { status, json, headers } = await client.call('GET', 'sales/stock/Product', { token: null });
    assert.equal(status, 401);
    assert.deepEqual(json, {
      code: 'PR401-AU-0001',
      message: { lang: 'en', value: 'Authorization required.' },
    });
    assert.equal(headers['www-authenticate'], `Bearer realm="${client.cellUrl}"`);
  });

  for (const [what, authorization, code] of [
    ['another scheme', 'Digest x', 'PR401-AU-0003'],
    ['a token that it never issued', 'Bearer AR~rubbish', 'PR401-AU-0006'],
    ['an assertion signed by somebody else', `Bearer ${'x'.repeat(400)}`, 'PR401-AU-0008'],
    ['a name without a password', `Basic ${Buffer.from('admin').toString('base64')}`, 'PR401-AU-0004'],
    ['a wrong password', `Basic ${Buffer.from('admin:x').toString('base64')}`, 'PR401-AU-0010'],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const reply = await client.call('GET', 'sales/stock/Product', {
        token: null,
        headers: { authorization },
      });
      assert.equal(reply.status, 401);
      assert.equal(reply.json.code, code);
    });
  }

  it('refuses a refresh token where an access token belongs', async () => {
    const { username, password } = client.unit.access;
    const { json } = await client.askToken({ grant_type: 'password', username, password });
    const token = String(json.refresh_token);
    assert.equal((await client.call('GET', '__ctl/Box', { token })).json.code, 'PR401-AU-0007');
  });

  it('takes a name and a password in boxes, and never for the cell', async () => {
    const { username, password } = client.unit.access;
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    const get = (path: string) => client.call('GET', path, { token: null, headers: { authorization } });
    assert.equal((await get('sales/stock/Product')).status, 200);
    assert.equal((await get('__ctl/Box')).json.code, 'PR401-AU-0001');
    assert.equal((await get('__import')).json.code, 'PR401-AU-0001');
  });

  it('lets the reader read and the clerk write', async () => {
    const reader = await client.signIn('reader');
    const clerk = await client.signIn('clerk');
    const post = (token: string) => client.call('POST', 'sales/stock/Product', { token, body: PRODUCT });
    assert.equal((await client.call('GET', 'sales/stock/Supplier', { token: reader })).status, 200);
    const refused = await post(reader);
    assert.equal(refused.status, 403);
    assert.deepEqual(refused.json, {
      code: 'PR403-AU-0002',
      message: { lang: 'en', value: 'Necessary privilege is lacking.' },
    });
    assert.equal((await post(clerk)).status, 201);
    assert.equal((await client.call('GET', '__/notes/Note', { token: clerk })).status, 403);
    assert.equal((await client.call('GET', '__import', { token: clerk })).status, 403);
  });

  it('lets nobody but those with the right to the schema change it', async () => {
    const body = { Name: 'Order' };
    const post = (token: string) => client.call('POST', 'sales/stock/$metadata/EntityType', { token, body });
    assert.equal((await post(await client.signIn('clerk'))).status, 403);
    assert.equal((await post(await client.signIn())).status, 201);
  });

  it('takes the master token for everything, and for nothing in the name of another', async () => {
    const token = client.unit.access.masterToken;
    assert.equal((await client.call('GET', '__import', { token })).status, 200);
    const headers = { 'x-personium-unit-user': 'https://somebody.example/' };
    assert.equal((await client.call('GET', '__import', { token, headers })).status, 403);
  });

  it('takes a unit user with the role for contents', async () => {
    const token = await unitToken();
    assert.equal((await client.call('GET', '__import', { token })).status, 200);
    assert.equal((await client.call('POST', 'sales/stock/Product', { token, body: PRODUCT })).status, 201);
    assert.equal(
      (await client.batch(batchBody([{ method: 'GET', path: 'Product' }]), { token })).status,
      202,
    );
  });

  it('does not take a unit user without the role for contents', async () => {
    const token = await unitToken();
    const cell = client.unit.control.cell('unitadmin');
    const account = cell.accounts.get('unitadmin');
    assert.ok(account);
    cell.accounts.set('unitadmin', { ...account, roles: new Set(['__/UnitAdmin']) });
    const { status, json } = await client.call('GET', '__import', { token });
    assert.equal(status, 403);
    assert.equal(json.code, 'PR403-AU-0002');
  });

  it('looks up the roles of an account for every request', async () => {
    const token = await client.signIn('reader');
    client.unit.control.cell().accounts.delete('reader');
    const { json } = await client.call('GET', 'sales/stock/Product', { token });
    assert.equal(json.code, 'PR401-AU-0001');
  });

  it('refuses a batch to an account whose right is inherited, and takes its single requests', async () => {
    const body = { __id: 'n-1', Title: 'Hello' };
    assert.equal((await client.call('POST', '__/notes/Note', { body })).status, 201);
    const batch = () => client.batch(batchBody([{ method: 'GET', path: 'Note' }]), { path: '__/notes' });
    const refused = await batch();
    assert.equal(refused.status, 403);
    assert.equal(refused.json.code, 'PR403-AU-0002');
    client.unit.control.cell().collection('__/notes').acl = [
      { principal: '__/administrator', privileges: ['read'] },
    ];
    assert.equal((await batch()).status, 202);
  });

  it('can refuse batches in all collections alike', async () => {
    client.unit.control.setHooks({ inheritedRightsOnly: true });
    assert.equal((await client.batch(batchBody([{ method: 'GET', path: 'Product' }]))).status, 403);
    assert.equal((await client.call('POST', 'sales/stock/Product', { body: PRODUCT })).status, 201);
  });

  it('checks each part of a batch by itself', async () => {
    const token = await client.signIn('reader');
    const reply = await client.batch(
      batchBody([
        { method: 'POST', path: 'Product', body: PRODUCT },
        { method: 'GET', path: "Supplier('s-001')" },
      ]),
      { token },
    );
    assert.equal(reply.status, 202);
    assert.deepEqual(
      partsOf(reply).map(({ status, json }) => json.code ?? status),
      ['PR403-AU-0002', 200],
    );
  });

  it('can deny a right to all accounts for a while', async () => {
    client.unit.control.setHooks({ denied: ['box-read'] });
    assert.equal((await client.call('GET', '__ctl/Box')).status, 403);
    assert.equal((await client.call('GET', '__ctl/Box', { token: await unitToken() })).status, 200);
  });
});
