import assert from 'node:assert/strict';
import {
  appUrl,
  cellTarget,
  jobTarget,
  placeOf,
  type KintoneConnection,
  type PersoniumConnection,
} from '../../../src/editor/connections/connection';
import { proxyForEditor } from '../../../src/editor/connections/editorProxy';
import { isConnection, parseConnections } from '../../../src/editor/connections/parseConnections';
import { parseSecret, storedSecret } from '../../../src/editor/connections/secret';
import { maskSecrets } from '../../../src/editor/maskSecrets';

const connection: KintoneConnection = {
  id: 'kintone-1',
  name: 'Example',
  baseUrl: 'https://example.cybozu.com',
  kind: 'kintone',
  signIn: 'password',
  username: 'sato',
};

const cell: PersoniumConnection = {
  id: 'personium-1',
  name: 'Shop',
  baseUrl: 'https://unit.example/shop',
  cellName: 'shop',
  kind: 'personium',
  signIn: 'account',
  username: 'admin',
};

const unitUser: PersoniumConnection = {
  ...cell,
  signIn: 'unitUser',
  issuer: 'https://unit.example/unitadmin',
};

describe('the connections of the settings', () => {
  it('are taken when they are complete', () => {
    const token = {
      ...connection,
      id: 'kintone-2',
      signIn: 'apiToken',
      apps: [{ id: '7', name: 'Customers' }],
    };
    assert.deepEqual(parseConnections([connection, token]), { connections: [connection, token], faults: [] });
    assert.deepEqual(parseConnections(undefined), { connections: [], faults: [] });
  });

  it('name the member that can’t be used, and keep the others', () => {
    const { connections, faults } = parseConnections([
      connection,
      { ...connection, id: '../x' },
      { ...connection, id: 'b', baseUrl: 'http://example.cybozu.com' },
      { ...connection, id: 'c', signIn: 'session' },
      { ...connection, id: 'd', apps: [{ id: 7 }] },
      connection,
      'x',
    ]);
    assert.deepEqual(connections, [connection]);
    assert.deepEqual(faults, ['[1].id', '[2].baseUrl', '[3].signIn', '[4].apps', '[5].id', '[6]']);
  });

  it('take plain http to this computer alone, and no address with credentials or a query', () => {
    const at = (baseUrl: string): boolean => isConnection({ ...connection, baseUrl });
    assert.deepEqual(
      [
        'http://localhost:8080',
        'http://127.0.0.1:1',
        'http://[::1]:1',
        'https://example.cybozu.com/path',
      ].map(at),
      [true, true, true, true],
    );
    assert.deepEqual(
      [
        'http://127.0.0.1.example.com',
        'http://localhost.example.com',
        'https://u:p@example.com',
        'https://example.com/?a',
        'ftp://localhost',
      ].map(at),
      [false, false, false, false, false],
    );
  });
});

describe('the cells of the settings', () => {
  it('are taken for each way of signing in', () => {
    const { id, name, baseUrl, cellName, kind } = cell;
    const nameless = { id, name, baseUrl, cellName, kind };
    const cells = [
      cell,
      { ...unitUser, id: 'b' },
      { ...nameless, id: 'c', signIn: 'bearer', overrides: ['X-Forwarded-For: 203.0.113.1'] },
      { ...nameless, id: 'd', signIn: 'cookie', entrance: ['certificate'] },
      { ...cell, id: 'e', baseUrl: 'http://shop.localhost:9998' },
    ];
    assert.deepEqual(parseConnections(cells), { connections: cells, faults: [] });
  });

  it('name the member that can’t be used', () => {
    const { faults } = parseConnections([
      { ...cell, baseUrl: 'https://unit.example/shop/' },
      { ...cell, cellName: '' },
      { ...cell, signIn: 'password' },
      { ...cell, username: undefined },
      { ...unitUser, issuer: undefined },
      { ...unitUser, issuer: 'http://unit.example/unitadmin' },
      { ...cell, issuer: 'https://unit.example/unitadmin' },
      { ...cell, overrides: ['Authorization: Bearer x'] },
      { ...cell, entrance: ['basic'] },
      { ...connection, signIn: 'account' },
      { ...cell, kind: 'other' },
    ]);
    assert.deepEqual(
      faults.map((fault) => fault.replace(/^\[\d+\]\./, '')),
      [
        'baseUrl',
        'cellName',
        'signIn',
        'username',
        'issuer',
        'issuer',
        'issuer',
        'overrides',
        'entrance',
        'signIn',
        'kind',
      ],
    );
  });
});

describe('a stored sign-in', () => {
  const signIn = { kind: 'password', username: 'sato', password: 'p' } as const;
  const stored = (baseUrl: string): string => JSON.stringify({ baseUrl, signIn });

  it('counts for the address and the user it was given for', () => {
    assert.deepEqual(parseSecret(stored(connection.baseUrl), connection), signIn);
    assert.equal(parseSecret(stored('https://other.cybozu.com'), connection), undefined);
    assert.equal(parseSecret(stored(connection.baseUrl), { ...connection, username: 'suzuki' }), undefined);
  });

  it('of a unit user counts for the cell whose account it is, and for no other', () => {
    const given = {
      kind: 'unitUser',
      issuer: 'https://unit.example/unitadmin',
      username: 'admin',
      password: 'p',
    } as const;
    const text = storedSecret(unitUser, given);
    assert.deepEqual(parseSecret(text, unitUser), given);
    assert.equal(
      parseSecret(text, { ...unitUser, issuer: 'https://elsewhere.example/unitadmin' }),
      undefined,
    );
    assert.equal(parseSecret(text, { ...unitUser, username: 'other' }), undefined);
    assert.equal(parseSecret(text, { ...unitUser, baseUrl: 'https://unit.example/other' }), undefined);
    assert.equal(parseSecret(text, cell), undefined);
  });

  it('of a cell takes the headers to override from the connection, and keeps none of its own', () => {
    const overrides = ['X-A: b'];
    const text = storedSecret(cell, {
      kind: 'account',
      username: 'admin',
      password: 'p',
      overrides: ['X-C: d'],
    });
    assert.doesNotMatch(text, /X-C/);
    assert.deepEqual(parseSecret(text, { ...cell, overrides }), {
      kind: 'account',
      username: 'admin',
      password: 'p',
      overrides,
    });
  });

  it('comes back as it was given, for every way of signing in', () => {
    const certificate = { pfx: new Uint8Array([0, 255, 10]), passphrase: 'あ' };
    const basic = { username: 'gate', password: 'g' };
    const token: KintoneConnection = {
      ...connection,
      signIn: 'apiToken',
      entrance: ['basic', 'certificate'],
    };
    const oauth: KintoneConnection = { ...connection, signIn: 'oauth' };
    const renewable = { refreshToken: 'r', clientId: 'i', clientSecret: 's', expiresAt: 5 };
    for (const [of, given] of [
      [connection, { ...signIn, basic, certificate }],
      [token, { kind: 'apiTokens', tokens: ['A', 'B'], basic, certificate }],
      [oauth, { kind: 'oauth', accessToken: 'a' }],
      [oauth, { kind: 'oauth', accessToken: 'a', ...renewable, certificate }],
      [cell, { kind: 'account', username: 'admin', password: 'p', certificate }],
      [
        { ...cell, signIn: 'bearer' },
        { kind: 'bearer', token: 't' },
      ],
      [
        { ...cell, signIn: 'cookie', entrance: ['certificate'] },
        { kind: 'cookie', cookie: 'c', peer: 'p', certificate },
      ],
    ] as const) {
      assert.deepEqual(parseSecret(storedSecret(of, given), of), given);
    }
  });

  it('does not count for another way of signing in, nor without what the entrance asks for', () => {
    const text = storedSecret(connection, signIn);
    for (const signInOther of ['apiToken', 'oauth'] as const) {
      assert.equal(parseSecret(text, { ...connection, signIn: signInOther }), undefined);
    }
    assert.equal(parseSecret(text, { ...connection, entrance: ['basic'] }), undefined);
    assert.equal(parseSecret(text, { ...connection, entrance: ['certificate'] }), undefined);
    const account = storedSecret(cell, { kind: 'account', username: 'admin', password: 'p' });
    assert.equal(parseSecret(account, { ...cell, entrance: ['certificate'] }), undefined);
    assert.equal(parseSecret(account, { ...cell, signIn: 'bearer' }), undefined);
  });

  it('is as good as none when it can’t be read', () => {
    for (const text of [undefined, '', '{', 'null', '{"baseUrl":"https://example.cybozu.com"}']) {
      assert.equal(parseSecret(text, connection), undefined);
    }
  });
});

describe('a job’s target', () => {
  it('leads to the app in its guest space and holds no secret', () => {
    const guest = { ...connection, guestSpaceId: '5' };
    assert.equal(appUrl(guest, '7'), 'https://example.cybozu.com/k/guest/5/7/');
    const target = jobTarget(guest, { id: '7', name: 'Customers', url: appUrl(guest, '7') });
    assert.deepEqual(Object.keys(target).sort(), [
      'baseUrl',
      'connectionId',
      'connectionName',
      'guestSpaceId',
      'id',
      'name',
      'system',
      'url',
    ]);
    const summary = { id: '7', name: 'Customers', url: 'x' };
    assert.equal(target.bulk, undefined);
    assert.equal(jobTarget({ ...connection, signIn: 'oauth' }, summary).bulk, false);
  });

  it('is an entity set of a cell, or the cell itself, and holds no secret', () => {
    const overridden = { ...unitUser, overrides: ['X-A: b'] };
    const summary = {
      id: 'sales/stock/Product',
      name: 'Product',
      url: 'https://unit.example/shop/sales/stock/Product',
    };
    const common = {
      system: 'personium',
      baseUrl: 'https://unit.example/shop',
      connectionId: 'personium-1',
      connectionName: 'Shop',
    };
    assert.deepEqual(jobTarget(overridden, { ...summary, within: ['sales', 'stock'] }), {
      ...common,
      ...summary,
    });
    assert.deepEqual(cellTarget(overridden), {
      ...common,
      id: '',
      name: 'shop',
      url: 'https://unit.example/shop/',
    });
    assert.deepEqual(placeOf(overridden), { system: 'personium', baseUrl: 'https://unit.example/shop' });
  });
});

describe('the proxy of the editor, for connections with a client certificate', () => {
  const NONE = {
    proxy: '',
    noProxy: [],
    proxySupport: 'override',
    proxyAuthorization: null,
    proxyStrictSSL: true,
  };
  const url = new URL('https://example.s.cybozu.com');
  const env = { HTTPS_PROXY: 'http://env:1', NO_PROXY: 'cybozu.cn' };

  it('is that of the settings, else of the environment', () => {
    const set = { ...NONE, proxy: 'http://set:1', proxyAuthorization: 'Basic x', proxyStrictSSL: false };
    assert.deepEqual(proxyForEditor(set, env)(url), {
      origin: 'http://set:1',
      authorization: 'Basic x',
      anyCertificate: true,
    });
    assert.deepEqual(proxyForEditor(NONE, env)(url), { origin: 'http://env:1' });
  });

  it('is none where the settings say so', () => {
    const set = { ...NONE, proxy: 'http://set:1' };
    assert.equal(proxyForEditor({ ...set, proxySupport: 'off' }, env)(url), null);
    assert.equal(proxyForEditor({ ...set, noProxy: ['cybozu.com'] }, env)(url), null);
    assert.equal(proxyForEditor(set, env)(new URL('https://a.cybozu.cn')), null);
  });
});

describe('the log', () => {
  it('masks what is shaped like a credential', () => {
    for (const text of [
      'X-Cybozu-API-Token: abcdef123',
      '{"x-cybozu-authorization":"c2F0bzpw"}',
      'Authorization: Basic c2F0bzpwYXNz',
      'password=hunter2 next',
      '{"passphrase":"hunter2"}',
      'pfx: abcdef123',
      'apiToken: "abcdef123"',
      'https://sato:hunter2@example.com/k/',
    ]) {
      const masked = maskSecrets(text);
      assert.match(masked, /\*\*\*/);
      assert.doesNotMatch(masked, /abcdef123|c2F0bz|hunter2/);
    }
    assert.equal(maskSecrets('job 12: 300 rows imported'), 'job 12: 300 rows imported');
  });
});
