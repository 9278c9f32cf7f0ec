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

  it('can’t be written when Kintone fills them or when they need more than a cell', () => {
    const fields = readFields({
      auto: { ...base, type: 'SINGLE_LINE_TEXT', label: 'a', expression: 'x & y', required: true },
      calc: { ...base, type: 'CALC', label: 'c', required: true },
      key: {
        ...base,
        type: 'SINGLE_LINE_TEXT',
        label: 'k',
        required: true,
        lookup: { fieldMappings: [{ field: 'copied', relatedField: 'x' }] },
      },
      copied: { ...base, type: 'NUMBER', label: 'n', required: true },
      table: { type: 'SUBTABLE', label: 't', fields: { inner: { type: 'NUMBER', required: true } } },
      file: { ...base, type: 'FILE', label: 'f' },
      future: { ...base, type: 'SOMETHING_NEW', label: 's' },
      toString: { ...base, type: 'constructor', label: 's' },
    });
    assert.deepEqual(
      fields?.map(({ code, kind, required }) => [code, kind, required]),
      [
        ['auto', 'readOnly', false],
        ['calc', 'readOnly', false],
        ['key', 'readOnly', true],
        ['copied', 'readOnly', false],
        ['table', 'readOnly', false],
        ['file', 'readOnly', false],
        ['future', 'readOnly', false],
        ['toString', 'readOnly', false],
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
    for (const properties of [undefined, null, [], 'x', { f: 1 }, { f: {} }]) {
      assert.equal(readFields(properties), null);
    }
  });
});

describe('describing an app', () => {
  const form = { properties: { f: { type: 'NUMBER', label: 'F' } }, revision: '1' };

  it('reads name, fields and number settings, also inside a guest space', async () => {
    const paths = new Set<string>();
    const transport = answering((url, request) => {
      paths.add(url.pathname);
      assert.equal(request.headers['accept-language'], 'ja');
      assert.equal(request.headers['content-type'], undefined);
      switch (url.pathname.split('/v1/')[1]) {
        case 'app.json':
          return [200, { appId: '3', name: '顧客' }];
        case 'app/settings.json':
          return [200, { numberPrecision: { digits: '16', decimalPlaces: '4', roundingMode: 'HALF_EVEN' } }];
        default:
          return [200, form];
      }
    });
    const schema = await createKintoneEndpoint({ ...BASE, guestSpaceId: '7', transport }).describe('3');
    assert.deepEqual(
      [schema.id, schema.name, schema.url, schema.numberPrecision, schema.fields.length],
      ['3', '顧客', 'https://example.cybozu.com/k/guest/7/3/', { integerDigits: 12, decimalPlaces: 4 }, 1],
    );
    assert.deepEqual([...paths].sort(), [
      '/k/guest/7/v1/app.json',
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
  });

  it('says what to do when it fails', async () => {
    for (const [status, body, code] of [
      [401, { code: 'CB_WA01', id: 'x', message: 'No.' }, 'kintone.CB_WA01'],
      [404, { code: 'GAIA_AP01', id: 'x', message: 'No.' }, 'kintone.GAIA_AP01'],
      [403, { code: 'GAIA_ZZ77', id: 'x', message: 'No.' }, 'kintone.refused'],
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
      ['CERT_HAS_EXPIRED', 'network.certificate'],
      ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'network.certificate'],
      ['DEPTH_ZERO_SELF_SIGNED_CERT', 'network.certificate'],
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
