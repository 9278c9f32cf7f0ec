import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { Agent } from 'node:https';
import type { AgentOptions } from 'node:https';
import path from 'node:path';
import type { KintoneRestAPIClient } from '@kintone/rest-api-client';
import { KintoneAllRecordsError, KintoneRestAPIError } from '@kintone/rest-api-client';
import { startSandbox } from '../../src/sandbox/server';
import type { Sandbox } from '../../src/sandbox/server';
import { ROOT } from '../support/program';
import { apiError, clientOf } from './support/apiClient';
import { versionOf } from './support/officialCli';

const CUSTOMERS = '1';
const ORDERS = '6';
const EVERYTHING = '7';

describe(`Apps and sign-ins, judged by @kintone/rest-api-client ${versionOf('@kintone/rest-api-client')}`, () => {
  let sandbox: Sandbox;
  let client: KintoneRestAPIClient;

  before(async () => {
    sandbox = await startSandbox();
    client = clientOf(sandbox);
  });
  beforeEach(() => sandbox.control.reset());
  after(() => sandbox.close());

  const tokensOf = (app: string) => {
    const found = sandbox.kintone.apps.find(({ id }) => id === app);
    assert.ok(found);
    return found;
  };
  const withToken = (apiToken: string | string[]) => clientOf(sandbox, { auth: { apiToken } });

  describe('apps', () => {
    it('are told by id, and found by a part of the name, by code and by space', async () => {
      const app = await client.app.getApp({ id: ORDERS });
      assert.deepEqual([app.appId, app.code, app.spaceId], [ORDERS, 'ORDER', null]);
      const found = async (params: Parameters<typeof client.app.getApps>[0]) =>
        (await client.app.getApps(params)).apps.map(({ appId }) => appId);
      assert.deepEqual(await found({ name: '受注' }), [ORDERS]);
      assert.deepEqual(await found({ codes: ['ORDER'] }), [ORDERS]);
      assert.deepEqual(await found({ ids: [CUSTOMERS, ORDERS] }), [CUSTOMERS, ORDERS]);
      assert.deepEqual(await found({ limit: 1, offset: 1 }), ['2']);
    });

    it('give every type of field in the forms of the client’s own types', async () => {
      const { properties, revision } = await client.app.getFormFields({ app: EVERYTHING });
      assert.match(revision, /^\d+$/);
      const types = new Set(Object.values(properties).map(({ type }) => type));
      for (const type of ['SUBTABLE', 'REFERENCE_TABLE', 'GROUP', 'FILE', 'CALC', 'STATUS'] as const) {
        assert.ok(types.has(type), type);
      }
      const drop = properties['選択・単一'];
      assert.ok(drop?.type === 'DROP_DOWN');
      assert.equal(drop.options.A?.index, '0');
      const lookup = properties.customer as unknown as { lookup: { relatedApp: { app: string } } };
      assert.equal(lookup.lookup.relatedApp.app, CUSTOMERS);
    });

    it('give their names in a language, their layout, and the precision of numbers', async () => {
      const { properties } = await client.app.getFormFields({ app: CUSTOMERS, lang: 'en' });
      assert.equal(properties.会社名?.label, 'Company');
      const { layout } = await client.app.getFormLayout({ app: EVERYTHING });
      const kinds = new Set(layout.map(({ type }) => type));
      assert.deepEqual([...kinds].sort(), ['GROUP', 'ROW', 'SUBTABLE']);
      const settings = await client.app.getAppSettings({ app: CUSTOMERS });
      assert.deepEqual(settings.numberPrecision, {
        digits: '16',
        decimalPlaces: '4',
        roundingMode: 'HALF_EVEN',
      });
    });

    it('tell their rights, and no person without the right to manage them', async () => {
      const { rights } = await client.app.getAppAcl({ app: CUSTOMERS });
      assert.equal(rights[0]?.entity.type, 'CREATOR');
      assert.equal(rights[0].recordImportable, true);
      const { rights: ofFields } = await client.app.getFieldAcl({ app: ORDERS });
      assert.equal(ofFields[0]?.code, '社内メモ');
      const { rights: ofRecords } = await client.app.getRecordAcl({ app: ORDERS });
      assert.equal(ofRecords[0]?.filterCond, '状況 in ("取消")');
      const viewer = clientOf(sandbox, { auth: sandbox.kintone.otherUsers.viewer });
      await assert.rejects(viewer.app.getAppAcl({ app: CUSTOMERS }), apiError(403, 'CB_NO02'));
    });

    it('may be hidden from a person', async () => {
      const { id } = sandbox.kintone.restrictedApp;
      await assert.rejects(client.app.getApp({ id }), apiError(403, 'CB_NO02'));
    });

    it('in a guest space are reached by its paths alone', async () => {
      const { guestSpace } = sandbox.kintone;
      const app = guestSpace.apps[0]?.id ?? '';
      const guest = clientOf(sandbox, { guestSpaceId: guestSpace.id });
      await guest.record.addAllRecords({ app, records: [{ 会社名: { value: 'A' } }] });
      assert.equal(sandbox.control.count(app), 1);
      await assert.rejects(client.app.getApp({ id: app }), apiError(400, 'GAIA_IL23'));
      await assert.rejects(
        clientOf(sandbox, { guestSpaceId: '4711' }).app.getFormFields({ app }),
        apiError(403, 'CB_NO02'),
      );
    });
  });

  describe('API tokens', () => {
    it('act as the administrator, with the rights they have', async () => {
      const { id } = await withToken(tokensOf(CUSTOMERS).apiToken).record.addRecord(customer('A'));
      const { record } = await client.record.getRecord({ app: CUSTOMERS, id });
      assert.deepEqual(record.作成者?.value, { code: 'Administrator', name: 'Administrator' });
      const viewing = withToken(tokensOf(CUSTOMERS).viewOnlyApiToken);
      await viewing.record.getRecord({ app: CUSTOMERS, id });
      await assert.rejects(viewing.record.addRecord(customer('B')), apiError(403, 'GAIA_NO01'));
      await assert.rejects(viewing.app.getApps({}), apiError(403, 'GAIA_NO01'));
    });

    it('of several apps go together, as a lookup needs them', async () => {
      await client.record.addRecord(customer('C-1'));
      const order = { app: ORDERS, record: { 注文番号: { value: 'N-1' }, 顧客: { value: 'C-1' } } };
      const { apiToken } = tokensOf(ORDERS);
      await assert.rejects(withToken(apiToken).record.addRecord(order), KintoneRestAPIError);
      await withToken([apiToken, tokensOf(CUSTOMERS).viewOnlyApiToken]).record.addRecord(order);
    });

    it('that are wrong, not deployed, twice of an app or ten are refused', async () => {
      const { apiToken, viewOnlyApiToken, undeployedApiToken } = tokensOf(CUSTOMERS);
      const trying = (tokens: string | string[]) => withToken(tokens).record.getRecords({ app: CUSTOMERS });
      await assert.rejects(trying('x'.repeat(40)), apiError(520, 'GAIA_IA02'));
      await assert.rejects(trying(undeployedApiToken), apiError(520, 'GAIA_IA02'));
      await assert.rejects(trying([apiToken, viewOnlyApiToken]), apiError(400, 'GAIA_DA03'));
      await assert.rejects(trying(Array.from({ length: 10 }, () => apiToken)), KintoneRestAPIError);
    });
  });

  describe('other sign-ins', () => {
    it('with Basic authentication in front are asked for it first', async () => {
      const basic = { username: 'front', password: 'door' };
      const guarded = await startSandbox({ basicAuthentication: basic });
      try {
        await clientOf(guarded, { basicAuth: basic }).app.getApp({ id: CUSTOMERS });
        await assert.rejects(clientOf(guarded).app.getApp({ id: CUSTOMERS }), /401/);
        const { apiToken = '' } = guarded.kintone.apps[0] ?? {};
        const both = clientOf(guarded, { basicAuth: basic, auth: { apiToken } });
        await both.record.addRecord(customer('A'));
      } finally {
        await guarded.close();
      }
    });

    it('by OAuth write records, and neither bulk requests nor cursors', async () => {
      const { accessToken, expiredAccessToken } = sandbox.kintone.oauth;
      const oauth = clientOf(sandbox, { auth: { oAuthToken: accessToken } });
      await oauth.record.addRecord(customer('A'));
      await assert.rejects(
        oauth.record.addAllRecords({ app: CUSTOMERS, records: [customer('B').record] }),
        (error: unknown) => {
          assert.ok(error instanceof KintoneAllRecordsError);
          assert.equal(error.error.status, 403);
          return true;
        },
      );
      await assert.rejects(oauth.record.createCursor({ app: CUSTOMERS }), KintoneRestAPIError);
      const expired = clientOf(sandbox, { auth: { oAuthToken: expiredAccessToken } });
      await assert.rejects(expired.record.addRecord(customer('C')), (error: unknown) => {
        assert.ok(error instanceof KintoneRestAPIError);
        assert.equal(error.status, 401);
        return true;
      });
    });

    it('of people who sign in with a second factor are refused', async () => {
      const person = clientOf(sandbox, { auth: sandbox.kintone.otherUsers.twoFactor });
      await assert.rejects(person.app.getApp({ id: CUSTOMERS }), KintoneRestAPIError);
    });

    it('with a client certificate are taken, and nobody without one', async () => {
      const [certificate, key, clientAuthority, pfx] = await Promise.all(
        ['server.pem', 'server.key', 'ca.pem', 'client.pfx'].map((name) =>
          readFile(path.join(ROOT, 'test/support/certificates', name)),
        ),
      );
      assert.ok(certificate && key && clientAuthority && pfx);
      const guarded = await startSandbox({ certificates: { certificate, key, clientAuthority } });
      const trying = (own: AgentOptions) => {
        const httpsAgent = new Agent({ ca: clientAuthority, ...own });
        return clientOf(guarded, { httpsAgent }).app.getApp({ id: CUSTOMERS });
      };
      try {
        await trying({ pfx, passphrase: 'worthless' });
        await assert.rejects(trying({}));
      } finally {
        await guarded.close();
      }
    });
  });

  describe('errors', () => {
    const reading = () => client.app.getApp({ id: CUSTOMERS });
    const failing = (fail: { status: number; code?: string; html?: boolean }) =>
      sandbox.control.setFaults({ fail: [{ method: 'GET', path: 'app.json', ...fail }] });

    it('of too many requests, of a lock and of the server are the client’s own', async () => {
      failing({ status: 429, code: 'GAIA_TO04' });
      await assert.rejects(reading(), apiError(429, 'GAIA_TO04'));
      failing({ status: 520, code: 'GAIA_DA02' });
      await assert.rejects(reading(), apiError(520, 'GAIA_DA02'));
    });

    it('of a maintenance page and of a lost connection are not', async () => {
      failing({ status: 503, html: true });
      await assert.rejects(reading(), (error: unknown) => {
        assert.ok(!(error instanceof KintoneRestAPIError));
        assert.match(String(error), /503: Service Unavailable/);
        return true;
      });
      sandbox.control.setFaults({ fail: [], dropBeforeCommit: [{ method: 'GET', path: 'app.json' }] });
      await assert.rejects(reading(), (error: unknown) => {
        assert.equal((error as { code?: string }).code, 'ECONNRESET');
        return true;
      });
    });

    it('carry the headers of the service', async () => {
      await assert.rejects(client.app.getApp({ id: '4711' }), (error: unknown) => {
        assert.ok(error instanceof KintoneRestAPIError);
        const headers = error.headers as Readonly<Record<string, string>>;
        assert.equal(headers['x-cybozu-error'], 'GAIA_AP01');
        assert.equal(headers['x-concurrencylimit-limit'], '100');
        return true;
      });
    });

    it('of a bulk request name its part', async () => {
      const part = (record: object) => ({
        method: 'POST',
        api: '/k/v1/record.json',
        payload: { app: CUSTOMERS, record },
      });
      await assert.rejects(
        client.bulkRequest({ requests: [part(customer('A').record), part({}), part({})] }),
        (error: unknown) => {
          assert.ok(error instanceof KintoneRestAPIError);
          assert.equal(error.bulkRequestIndex, 1);
          assert.equal(error.code, 'CB_VA01');
          return true;
        },
      );
      assert.equal(sandbox.control.count(CUSTOMERS), 0);
    });

    it('of a sign-in that is revoked midway come with what is stored so far', async () => {
      sandbox.control.setFaults({ faults: [{ kind: 'revoke', path: 'bulkRequest', nth: 2 }] });
      const records = Array.from({ length: 2_100 }, (_, index) => customer(`R-${index}`).record);
      await assert.rejects(client.record.addAllRecords({ app: CUSTOMERS, records }), (error: unknown) => {
        assert.ok(error instanceof KintoneAllRecordsError);
        assert.equal(error.numOfProcessedRecords, 2_000);
        assert.equal(error.error.status, 401);
        return true;
      });
      assert.equal(sandbox.control.count(CUSTOMERS), 2_000);
    });
  });
});

function customer(code: string) {
  return { app: CUSTOMERS, record: { 顧客コード: { value: code }, 会社名: { value: 'A' } } };
}
