import assert from 'node:assert/strict';
import type { Right } from '../../../src/sandbox/auth';
import type { Sandbox } from '../../../src/sandbox/server';
import { startSandbox } from '../../../src/sandbox/server';
import type { CallOptions } from './client';
import { Client, customer, postPart } from './client';

describe('signing in to the sandbox', () => {
  let sandbox: Sandbox;
  let client: Client;

  before(async () => {
    sandbox = await startSandbox();
    client = new Client(sandbox.kintone);
  });
  beforeEach(() => sandbox.control.reset());
  after(() => sandbox.close());

  const basic = (text: string) => ({ 'X-Cybozu-Authorization': Buffer.from(text).toString('base64') });
  const getApp = (options: CallOptions, id = '1') => client.call('GET', 'app', { id }, options);

  const refused: readonly [title: string, options: () => CallOptions, status: number, code: string][] = [
    ['nothing at all', () => ({ tokens: null }), 401, 'CB_AU01'],
    ['another scheme', () => ({ tokens: null, headers: { authorization: 'Digest x' } }), 401, 'CB_AU01'],
    ['a wrong password', () => ({ tokens: null, headers: basic('admin:wrong') }), 401, 'CB_WA01'],
    ['an unknown user', () => ({ tokens: null, headers: basic('eve:wrong') }), 401, 'CB_WA01'],
    ['no colon', () => ({ tokens: null, headers: basic('admin') }), 401, 'CB_WA01'],
    ['an unknown token', () => ({ tokens: ['nonsense'] }), 520, 'GAIA_IA02'],
    ['one unknown token of two', () => ({ tokens: [client.token('1'), 'nonsense'] }), 520, 'GAIA_IA02'],
    ['a token twice', () => ({ tokens: [client.token('1'), client.token('1')] }), 400, 'GAIA_DA03'],
    ['ten tokens', () => ({ tokens: Array.from({ length: 10 }, (_, n) => `t${n}`) }), 400, 'CB_VA01'],
    ['the token of another app', () => ({ tokens: [client.token('2')] }), 403, 'GAIA_NO01'],
  ];
  for (const [title, options, status, code] of refused) {
    it(`refuses ${title}`, async () => {
      const reply = await getApp(options());
      assert.deepEqual([reply.status, reply.body.code], [status, code]);
      assert.equal(reply.headers.get('x-cybozu-error'), code);
    });
  }

  it('takes a password, a token, and several tokens of different apps', async () => {
    assert.equal((await getApp({})).body.name, 'Customers 顧客管理');
    assert.equal((await getApp({ tokens: [client.token('1')] })).status, 200);
    const tokens = ['2', '1', '3'].map((id) => client.token(id));
    assert.equal((await getApp({ tokens })).status, 200);
    const { status } = await client.bulk([postPart([customer('A')])], { tokens });
    assert.equal(status, 200);
  });

  it('records what a token writes as done by Administrator', async () => {
    await client.call('POST', 'record', { app: 1, record: customer('A') }, { tokens: [client.token('1')] });
    const { body } = await client.call('GET', 'record', { app: 1, id: 1 });
    const creator = (body.record as Record<string, { value: unknown }>)['作成者'];
    assert.deepEqual(creator?.value, { code: 'Administrator', name: 'Administrator' });
  });

  const calls: readonly [needs: Right, method: string, name: string, parameters: object][] = [
    ['view', 'GET', 'records', { app: 1 }],
    ['view', 'GET', 'app', { id: 1 }],
    ['add', 'POST', 'records', { app: 1, records: [] }],
    ['edit', 'PUT', 'records', { app: 1, records: [] }],
    ['delete', 'DELETE', 'records', { app: 1, ids: [1] }],
  ];
  for (const [needs, method, name, parameters] of calls) {
    it(`lets ${method} ${name} pass only with the right to ${needs}`, async () => {
      for (const right of ['view', 'add', 'edit', 'delete'] as const) {
        const token = `only-${right}`;
        sandbox.control.addToken({ token, appId: '1', rights: [right] });
        const { status, body } = await client.call(method, name, parameters, { tokens: [token] });
        assert.equal(body.code === 'GAIA_NO01', right !== needs, `${right}: ${status}`);
      }
    });
  }

  it('needs the right to add for an upsert as well', async () => {
    sandbox.control.addToken({ token: 'editor', appId: '1', rights: ['edit'] });
    const parameters = { app: 1, upsert: true, records: [] };
    const { status, body } = await client.call('PUT', 'records', parameters, { tokens: ['editor'] });
    assert.deepEqual([status, body.code], [403, 'GAIA_NO01']);
  });

  it('shows the form to those who may view or add', async () => {
    for (const [right, status] of [
      ['view', 200],
      ['add', 200],
      ['edit', 403],
    ] as const) {
      sandbox.control.addToken({ token: `form-${right}`, appId: '1', rights: [right] });
      const reply = await client.call('GET', 'app/form/fields', { app: 1 }, { tokens: [`form-${right}`] });
      assert.equal(reply.status, status);
    }
  });

  it('answers a user who lacks a right in its own words', async () => {
    sandbox.control.addUser({ name: 'guest', password: 'p', rights: ['view'] });
    const options = { tokens: null, headers: basic('guest:p') };
    assert.equal((await client.call('GET', 'records', { app: 1 }, options)).status, 200);
    const { status, body } = await client.call('POST', 'records', { app: 1, records: [] }, options);
    assert.deepEqual([status, body.code], [403, 'CB_NO02']);
  });

  it('lists apps to users alone, and none that they may not see', async () => {
    const { body } = await client.call('GET', 'apps');
    assert.deepEqual(
      (body.apps as { appId: string }[]).map(({ appId }) => appId),
      ['1', '2', '3', '6', '7', '8'],
    );
    const token = await client.call('GET', 'apps', {}, { tokens: [client.token('1')] });
    assert.deepEqual([token.status, token.body.code], [403, 'GAIA_NO01']);
  });

  it('narrows the list by id, name, limit and offset', async () => {
    const ids = async (parameters: object, options: CallOptions = {}) => {
      const { body } = await client.call('GET', 'apps', parameters, options);
      return (body.apps as { appId: string }[]).map(({ appId }) => appId);
    };
    assert.deepEqual(await ids({ ids: [3, 1] }), ['1', '3']);
    assert.deepEqual(await ids({ name: 'zip' }), ['2']);
    assert.deepEqual(await ids({ limit: 1, offset: 1 }), ['2']);
    assert.deepEqual(await ids({}, { guestSpaceId: '7' }), ['4']);
  });

  it('refuses the app that nobody may see', async () => {
    const { id } = sandbox.kintone.restrictedApp;
    assert.deepEqual([(await getApp({}, id)).status, (await getApp({}, id)).body.code], [403, 'CB_NO02']);
    const token = await getApp({ tokens: [client.token('1')] }, id);
    assert.deepEqual([token.status, token.body.code], [403, 'GAIA_NO01']);
  });

  it('reaches an app of a guest space through the paths of that space alone', async () => {
    const code = async (app: string, guestSpaceId?: string) =>
      (await client.call('GET', 'records', { app }, guestSpaceId === undefined ? {} : { guestSpaceId })).body
        .code;
    assert.equal(await code('4', '7'), undefined);
    assert.equal(await code('4'), 'GAIA_IL23');
    assert.equal(await code('4', '8'), 'CB_NO02');
    assert.equal(await code('1', '7'), 'CB_NO02');
  });

  it('holds the parts of a bulk request to the paths of the guest space too', async () => {
    const part = (api: string) => ({
      method: 'POST',
      api,
      payload: { app: 4, records: [{ 会社名: { value: 'a' } }] },
    });
    const options = { guestSpaceId: '7' };
    assert.equal((await client.bulk([part('/k/guest/7/v1/records.json')], options)).status, 200);
    const wrong = await client.bulk([part('/k/v1/records.json')], options);
    assert.deepEqual([wrong.status, (wrong.body.results as { code: string }[])[0]?.code], [400, 'GAIA_IL23']);
  });

  it('refuses everybody once the sign-ins are revoked', async () => {
    const other = await startSandbox();
    const otherClient = new Client(other.kintone);
    other.control.revokeSignIns();
    assert.equal((await otherClient.call('GET', 'apps')).body.code, 'CB_WA01');
    const tokens = [otherClient.token('1')];
    assert.equal((await otherClient.call('GET', 'app', { id: 1 }, { tokens })).body.code, 'GAIA_IA02');
    await other.close();
  });
});
