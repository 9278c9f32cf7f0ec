import assert from 'node:assert/strict';
import type { Sandbox } from '../../../src/sandbox/server';
import { startSandbox } from '../../../src/sandbox/server';
import type { CallOptions } from './client';
import { Client } from './client';

interface Place {
  readonly type: string;
  readonly code?: string;
  readonly fields?: readonly Place[];
  readonly layout?: readonly Place[];
}

describe('settings of apps in the sandbox', () => {
  let sandbox: Sandbox;
  let client: Client;

  before(async () => {
    sandbox = await startSandbox();
    client = new Client(sandbox.kintone);
  });
  after(() => sandbox.close());

  const get = async (name: string, parameters: object, options: CallOptions = {}) =>
    (await client.call('GET', name, parameters, options)).body;
  const managing = (id: string) => ({
    tokens: [sandbox.kintone.apps.find((app) => app.id === id)?.managingApiToken ?? assert.fail()],
  });

  it('lay the form out: a row for a field, a table with its fields, a group with its rows', async () => {
    const { layout, revision } = await get('app/form/layout', { app: 7 });
    const places = layout as Place[];
    assert.equal(typeof revision, 'string');
    const codesIn = (place: Place): string[] => [
      ...(place.code === undefined ? [] : [place.code]),
      ...[...(place.fields ?? []), ...(place.layout ?? [])].flatMap(codesIn),
    ];
    const table = places.find(({ type, code }) => type === 'SUBTABLE' && code === 'details');
    assert.ok(table?.fields?.some(({ code }) => code === 'row_date'));
    const group = places.find(({ type }) => type === 'GROUP');
    assert.ok((group?.layout?.length ?? 0) > 0);
    assert.ok(group?.layout?.every(({ type }) => type === 'ROW'));
    const all = places.flatMap(codesIn);
    assert.equal(new Set(all).size, all.length, 'each field stands in one place');
    const { properties } = await get('app/form/fields', { app: 7 });
    const fields = Object.values(properties as Record<string, { type: string; code: string }>);
    const shown = fields.filter(({ type }) => !['STATUS', 'STATUS_ASSIGNEE', 'CATEGORY'].includes(type));
    assert.deepEqual(
      shown.filter(({ code }) => !all.includes(code)),
      [],
    );
  });

  it('name fields in the language that is asked for', async () => {
    const label = async (parameters: object, language?: string) => {
      const options = language === undefined ? {} : { language };
      const { properties } = await get('app/form/fields', { app: 1, ...parameters }, options);
      return (properties as Record<string, { label: string }>)['会社名']?.label;
    };
    assert.equal(await label({}, 'en'), '会社名');
    assert.equal(await label({ lang: 'default' }, 'en'), '会社名');
    assert.equal(await label({ lang: 'en' }), 'Company');
    assert.equal(await label({ lang: 'user' }, 'en'), 'Company');
    assert.equal(await label({ lang: 'user' }, 'ja'), '会社名');
    for (const name of ['app/form/fields', 'app/settings']) {
      const refused = await client.call('GET', name, { app: 1, lang: 'xx' });
      assert.deepEqual([refused.status, refused.body.code], [400, 'CB_VA01']);
    }
  });

  it('write the precision of numbers as texts', async () => {
    const { numberPrecision, name } = await get('app/settings', { app: 1 });
    assert.equal(name, 'Customers 顧客管理');
    assert.deepEqual(numberPrecision, { digits: '16', decimalPlaces: '4', roundingMode: 'HALF_EVEN' });
  });

  it('show rights to those who manage the app alone', async () => {
    for (const name of ['app/acl', 'record/acl', 'field/acl', 'preview/app/form/fields']) {
      const token = await client.call('GET', name, { app: 6 }, { tokens: [client.token('6')] });
      assert.deepEqual([token.status, token.body.code], [403, 'GAIA_NO01'], name);
      assert.equal((await client.call('GET', name, { app: 6 }, managing('6'))).status, 200, name);
      assert.equal((await client.call('GET', name, { app: 6 })).status, 200, name);
    }
    const { rights } = await get('app/acl', { app: 6 });
    assert.deepEqual((rights as { entity: object }[])[0]?.entity, { type: 'CREATOR', code: null });
    const fields = (await get('field/acl', { app: 6 })).rights as { code: string; entities: object[] }[];
    assert.equal(fields[0]?.code, '社内メモ');
    assert.deepEqual(fields[0].entities, [
      { entity: { type: 'USER', code: 'sato' }, accessibility: 'READ', includeSubs: false },
      { entity: { type: 'GROUP', code: 'everyone' }, accessibility: 'WRITE', includeSubs: false },
    ]);
    const records = (await get('record/acl', { app: 6 })).rights as { filterCond: string }[];
    assert.equal(records[0]?.filterCond, '状況 in ("取消")');
  });

  it('that wait to be put in use are the same as those in use', async () => {
    for (const name of ['app/form/fields', 'app/form/layout', 'app/settings']) {
      assert.deepEqual(await get(`preview/${name}`, { app: 6 }), await get(name, { app: 6 }));
    }
    assert.deepEqual(await get('preview/app/deploy', { apps: [6] }), {
      apps: [{ app: '6', status: 'SUCCESS' }],
    });
    const guest = await client.call('GET', 'preview/app/form/fields', { app: 4 }, { guestSpaceId: '7' });
    assert.equal(guest.status, 200);
  });

  it('find apps by code, and refuse a list or a name that is too long', async () => {
    const ids = async (parameters: object) =>
      ((await get('apps', parameters)).apps as { appId: string }[]).map(({ appId }) => appId);
    assert.deepEqual(await ids({ codes: ['ORDER', 'nothing'] }), ['6']);
    assert.deepEqual(await ids({ codes: ['order'] }), []);
    assert.deepEqual(await ids({ spaceIds: ['7'] }), []);
    assert.deepEqual(await ids({ ids: [6, 1], codes: ['ORDER'] }), ['6']);
    assert.equal((await get('app', { id: 6 })).code, 'ORDER');
    const many = Array.from({ length: 101 }, (_, n) => n + 1);
    for (const parameters of [
      { ids: many },
      { codes: many },
      { spaceIds: many },
      { name: 'x'.repeat(65) },
      { limit: 0 },
      { limit: 101 },
      { offset: -1 },
    ]) {
      const { status, body } = await client.call('GET', 'apps', parameters);
      assert.deepEqual([status, body.code], [400, 'CB_VA01'], Object.keys(parameters)[0]);
    }
  });
});
