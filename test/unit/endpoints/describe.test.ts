import assert from 'node:assert/strict';
import { createKintoneEndpoint } from '../../../src/core/endpoints/kintone/kintoneEndpoint';
import { readFields } from '../../../src/core/endpoints/kintone/fields';
import type { HttpRequest, HttpResponse, Transport } from '../../../src/core/endpoints/transport';
import { TransportError } from '../../../src/core/endpoints/transport';

type Reply = readonly [status: number, body: unknown];

function answering(answer: (url: URL, request: HttpRequest) => Reply): Transport {
  return {
    request: (request) => {
      const [status, body] = answer(new URL(request.url), request);
      const bytes = new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));
      return Promise.resolve<HttpResponse>({ status, headers: {}, body: bytes });
    },
  };
}

const BASE = { baseUrl: 'https://example.cybozu.com', language: 'ja' };

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof Error && 'detail' in error, String(error));
    return (error.detail as { code: string }).code;
  }
  assert.fail('it went well');
}

describe('fields as Kintone describes them', () => {
  const base = { noLabel: false, required: false };

  it('become fields of ours with their limits', () => {
    const fields = readFields({
      text: {
        ...base,
        type: 'SINGLE_LINE_TEXT',
        code: 'text',
        label: '文字列',
        required: true,
        unique: true,
        minLength: '2',
        maxLength: '10',
        defaultValue: '',
        expression: '',
      },
      number: { ...base, type: 'NUMBER', label: '', minValue: '-1.5', maxValue: '', defaultValue: '3' },
      radio: {
        ...base,
        type: 'RADIO_BUTTON',
        label: 'R',
        defaultValue: 'b',
        options: { b: { label: 'b', index: '10' }, a: { label: 'a', index: '9' } },
      },
      link: { ...base, type: 'LINK', label: 'L', protocol: 'MAIL' },
      when: { ...base, type: 'DATETIME', label: 'W', defaultNowValue: true },
      who: { ...base, type: 'USER_SELECT', label: 'U', defaultValue: [] },
    });
    const common = { required: false, unique: false, hasDefault: false };
    assert.deepEqual(fields, [
      {
        ...common,
        code: 'text',
        label: '文字列',
        kind: 'text',
        nativeType: 'SINGLE_LINE_TEXT',
        required: true,
        unique: true,
        minLength: 2,
        maxLength: 10,
      },
      {
        ...common,
        code: 'number',
        label: 'number',
        kind: 'number',
        nativeType: 'NUMBER',
        hasDefault: true,
        minValue: '-1.5',
      },
      {
        ...common,
        code: 'radio',
        label: 'R',
        kind: 'choice',
        nativeType: 'RADIO_BUTTON',
        hasDefault: true,
        options: ['a', 'b'],
      },
      { ...common, code: 'link', label: 'L', kind: 'link', nativeType: 'LINK', linkProtocol: 'MAIL' },
      { ...common, code: 'when', label: 'W', kind: 'datetime', nativeType: 'DATETIME', hasDefault: true },
      { ...common, code: 'who', label: 'U', kind: 'users', nativeType: 'USER_SELECT' },
    ]);
  });

  it('say why they can’t be written, and are then never asked for', () => {
    const fields = readFields({
      auto: { ...base, type: 'SINGLE_LINE_TEXT', label: 'a', expression: 'x & y', required: true },
      calc: { ...base, type: 'CALC', label: 'c', required: true },
      key: {
        ...base,
        type: 'SINGLE_LINE_TEXT',
        label: 'k',
        required: true,
        lookup: {
          relatedApp: { app: '9', code: '' },
          relatedKeyField: 'code',
          fieldMappings: [{ field: 'copied', relatedField: 'x' }],
        },
      },
      copied: { ...base, type: 'NUMBER', label: 'n', required: true },
      status: { type: 'STATUS', label: 's', enabled: true },
      assignee: { type: 'STATUS_ASSIGNEE', label: 's', enabled: true },
      category: { type: 'CATEGORY', label: 's', enabled: true },
      creator: { type: 'CREATOR', label: 's' },
      changed: { type: 'UPDATED_TIME', label: 's' },
      group: { type: 'GROUP', label: 'g' },
      related: { type: 'REFERENCE_TABLE', label: 'r' },
      future: { ...base, type: 'SOMETHING_NEW', label: 's' },
      toString: { ...base, type: 'constructor', label: 's' },
    });
    assert.deepEqual(
      fields?.map(({ code, kind, required, readOnlyBecause }) => [code, kind, required, readOnlyBecause]),
      [
        ['auto', 'readOnly', false, 'calculated'],
        ['calc', 'readOnly', false, 'calculated'],
        ['key', 'text', true, undefined],
        ['copied', 'readOnly', false, 'copied'],
        ['status', 'readOnly', false, 'system'],
        ['assignee', 'readOnly', false, 'system'],
        ['category', 'readOnly', false, 'system'],
        ['creator', 'readOnly', false, 'noRight'],
        ['changed', 'readOnly', false, 'noRight'],
        ['group', 'readOnly', false, 'notAValue'],
        ['related', 'readOnly', false, 'notAValue'],
        ['future', 'readOnly', false, 'notAValue'],
        ['toString', 'readOnly', false, 'notAValue'],
      ],
    );
    assert.deepEqual(fields[2]?.lookup, { app: '9', keyField: 'code', copies: ['copied'] });
  });

  it('hold tables with their fields, files, record numbers and units', () => {
    const fields = readFields(
      {
        table: {
          type: 'SUBTABLE',
          code: 'table',
          label: '表',
          fields: {
            inner: { ...base, type: 'NUMBER', label: '数', required: true, unit: '円' },
            sum: { ...base, type: 'CALC', label: '計' },
            pick: { ...base, type: 'LINK', label: 'P', lookup: { fieldMappings: [{ field: 'got' }] } },
            got: { ...base, type: 'MULTI_LINE_TEXT', label: 'G' },
            file: { ...base, type: 'FILE', label: 'F' },
          },
        },
        file: { ...base, type: 'FILE', label: 'f', required: true, thumbnailSize: '150' },
        number: { type: 'RECORD_NUMBER', label: '番号' },
      },
      { table: { label: 'Table', fields: { inner: { label: 'Count' } } } },
    );
    assert.deepEqual(
      fields?.map(({ code, kind, label, required }) => [code, kind, label, required]),
      [
        ['table', 'table', 'Table', false],
        ['file', 'files', 'f', true],
        ['number', 'recordNumber', '番号', false],
      ],
    );
    assert.deepEqual(
      fields[0]?.fields?.map(({ code, kind, label, unit, required }) => [code, kind, label, unit, required]),
      [
        ['inner', 'number', 'Count', '円', true],
        ['sum', 'readOnly', '計', undefined, false],
        ['pick', 'link', 'P', undefined, false],
        ['got', 'readOnly', 'G', undefined, false],
        ['file', 'files', 'F', undefined, false],
      ],
    );
  });

  it('take who and when from those who may manage the app, for new records', () => {
    const history = Object.fromEntries(
      ['CREATOR', 'MODIFIER', 'CREATED_TIME', 'UPDATED_TIME'].map((type) => [type, { type, required: true }]),
    );
    assert.deepEqual(
      readFields(history, undefined, { mayManage: true })?.map(({ code, kind, onlyWhenAdding, required }) => [
        code,
        kind,
        onlyWhenAdding,
        required,
      ]),
      [
        ['CREATOR', 'user', true, false],
        ['MODIFIER', 'user', true, false],
        ['CREATED_TIME', 'datetime', true, false],
        ['UPDATED_TIME', 'datetime', true, false],
      ],
    );
  });

  it('carry the name in the user’s language first and the app’s own beside it', () => {
    const own = { f: { ...base, type: 'NUMBER', label: '数' }, g: { ...base, type: 'NUMBER', label: 'G' } };
    const users = {
      f: { ...base, type: 'NUMBER', label: 'Count' },
      g: { ...base, type: 'NUMBER', label: 'G' },
    };
    assert.deepEqual(
      readFields(own, users)?.map(({ label, otherLabels }) => [label, otherLabels]),
      [
        ['Count', ['数']],
        ['G', undefined],
      ],
    );
  });

  it('are refused in any other form', () => {
    for (const properties of [undefined, null, [], 'x', { f: 1 }, { f: {} }, { f: { type: 'SUBTABLE' } }]) {
      assert.equal(readFields(properties), null);
    }
  });
});

describe('describing an app', () => {
  const form = {
    properties: { f: { type: 'NUMBER', label: 'F' }, by: { type: 'CREATOR', label: 'B' } },
    revision: '1',
  };

  it('reads name, fields and number settings, also inside a guest space', async () => {
    const paths = new Set<string>();
    const transport = answering((url, request) => {
      paths.add(url.pathname);
      assert.equal(request.headers['accept-language'], 'ja');
      assert.equal(request.headers['content-type'], undefined);
      switch (url.pathname.split('/v1/')[1]) {
        case 'app/acl.json':
          return [200, { rights: [] }];
        case 'app.json':
          return [200, { appId: '3', name: '顧客', code: 'CUST' }];
        case 'app/settings.json':
          return [200, { numberPrecision: { digits: '16', decimalPlaces: '4', roundingMode: 'HALF_EVEN' } }];
        default:
          return [200, form];
      }
    });
    const schema = await createKintoneEndpoint({ ...BASE, guestSpaceId: '7', transport }).describe('3');
    assert.deepEqual(
      [schema.id, schema.name, schema.url, schema.numberPrecision, schema.recordNumberPrefix],
      [
        '3',
        '顧客',
        'https://example.cybozu.com/k/guest/7/3/',
        { integerDigits: 12, decimalPlaces: 4 },
        'CUST-',
      ],
    );
    assert.deepEqual(
      schema.fields.map(({ kind }) => kind),
      ['number', 'user'],
    );
    assert.deepEqual([...paths].sort(), [
      '/k/guest/7/v1/app.json',
      '/k/guest/7/v1/app/acl.json',
      '/k/guest/7/v1/app/form/fields.json',
      '/k/guest/7/v1/app/settings.json',
    ]);
  });

  it('does without what a token with few rights can’t read', async () => {
    const transport = answering((url) =>
      url.pathname.includes('form') ? [200, form] : [403, { code: 'GAIA_NO01', id: 'x', message: 'No.' }],
    );
    const schema = await createKintoneEndpoint({ ...BASE, transport }).describe('3');
    assert.deepEqual([schema.name, schema.numberPrecision], ['3', undefined]);
    assert.equal(schema.fields[1]?.readOnlyBecause, 'noRight');
  });

  it('does not take a busy server for a missing right', async () => {
    const transport = answering((url) =>
      url.pathname.endsWith('/app/acl.json')
        ? [429, { code: 'GAIA_TO04', id: 'x', message: 'Too many.' }]
        : [200, form],
    );
    const endpoint = createKintoneEndpoint({ ...BASE, transport });
    assert.equal(await codeOf(endpoint.describe('3')), 'kintone.GAIA_TO04');
  });

  it('says that a guest space may be the wrong one', async () => {
    const transport = answering(() => [403, { code: 'CB_NO02', id: 'x', message: 'No.' }]);
    const inside = createKintoneEndpoint({ ...BASE, guestSpaceId: '7', transport });
    assert.equal(await codeOf(inside.describe('3')), 'kintone.notInGuestSpace');
    const outside = createKintoneEndpoint({ ...BASE, transport });
    assert.equal(await codeOf(outside.describe('3')), 'kintone.CB_NO02');
  });

  it('says what to do when it fails', async () => {
    for (const [status, body, code] of [
      [401, { code: 'CB_WA01', id: 'x', message: 'No.' }, 'kintone.CB_WA01'],
      [404, { code: 'GAIA_AP01', id: 'x', message: 'No.' }, 'kintone.GAIA_AP01'],
      [403, { code: 'GAIA_ZZ77', id: 'x', message: 'No.' }, 'kintone.refusedWithId'],
      [403, { code: 'GAIA_ZZ77', message: 'No.' }, 'kintone.refused'],
      [502, '<html>', 'kintone.serverFailed'],
      [200, '<html>', 'kintone.unexpectedAnswer'],
      [404, '<html>', 'kintone.unexpectedAnswer'],
      [302, '', 'kintone.redirected'],
      [429, '', 'kintone.throttled'],
      [503, '', 'kintone.unavailable'],
      [200, { properties: [] }, 'kintone.noFields'],
    ] as const) {
      const endpoint = createKintoneEndpoint({ ...BASE, transport: answering(() => [status, body]) });
      assert.equal(await codeOf(endpoint.describe('3')), code);
    }
  });

  it('tells apart why a server can’t be reached', async () => {
    for (const [systemCode, code] of [
      ['ENOTFOUND', 'network.notFound'],
      ['ECONNREFUSED', 'network.refused'],
      ['ERR_INSECURE_URL', 'network.insecure'],
      ['UND_ERR_CONNECT_TIMEOUT', 'network.timeout'],
      ['ETIMEDOUT', 'network.timeout'],
      ['EHOSTUNREACH', 'network.notSent'],
    ] as const) {
      const transport = { request: () => Promise.reject(new TransportError(systemCode, 'none')) };
      assert.equal(await codeOf(createKintoneEndpoint({ ...BASE, transport }).describe('3')), code);
    }
    const broken = { request: () => Promise.reject(new TransportError('ECONNRESET', 'maybe')) };
    assert.equal(
      await codeOf(createKintoneEndpoint({ ...BASE, transport: broken }).describe('3')),
      'network.failed',
    );
  });
});

describe('listing apps', () => {
  it('goes on to the last page', async () => {
    const transport = answering((url) => {
      const offset = Number(url.searchParams.get('offset'));
      const count = Math.min(100, 250 - offset);
      return [
        200,
        {
          apps: Array.from({ length: count }, (_, index) => ({
            appId: String(offset + index + 1),
            name: 'n',
          })),
        },
      ];
    });
    const apps = await createKintoneEndpoint({ ...BASE, transport }).listTargets();
    assert.deepEqual(
      [apps.length, apps[249]],
      [250, { id: '250', name: 'n', url: 'https://example.cybozu.com/k/250/' }],
    );
  });

  it('says that API tokens can’t', async () => {
    const transport = answering(() => [403, { code: 'GAIA_NO01', id: 'x', message: 'No.' }]);
    assert.equal(
      await codeOf(createKintoneEndpoint({ ...BASE, transport }).listTargets()),
      'kintone.appsNeedPassword',
    );
  });
});
