import assert from 'node:assert/strict';
import {
  certificateAddress,
  isCertificateAddress,
  normalizeBaseUrl,
} from '../../../src/core/endpoints/kintone/address';

describe('the address of a Kintone', () => {
  const good: readonly (readonly [text: string, address: object])[] = [
    ['example.cybozu.com', { baseUrl: 'https://example.cybozu.com' }],
    [' https://example.cybozu.com/ ', { baseUrl: 'https://example.cybozu.com' }],
    ['https://EXAMPLE.kintone.com/login?x=1', { baseUrl: 'https://example.kintone.com' }],
    ['https://example.cybozu.com/k/', { baseUrl: 'https://example.cybozu.com' }],
    ['https://example.cybozu.com/k/#/space/3', { baseUrl: 'https://example.cybozu.com' }],
    ['https://example.cybozu.com/k/12/', { baseUrl: 'https://example.cybozu.com', appId: '12' }],
    ['example.cybozu.com/k/12/show#record=5', { baseUrl: 'https://example.cybozu.com', appId: '12' }],
    ['https://example.cybozu.com/k/m/12/', { baseUrl: 'https://example.cybozu.com', appId: '12' }],
    [
      'https://example.cybozu.com/k/guest/7/12/?view=1',
      { baseUrl: 'https://example.cybozu.com', guestSpaceId: '7', appId: '12' },
    ],
    ['https://example.cybozu.com/k/guest/7', { baseUrl: 'https://example.cybozu.com', guestSpaceId: '7' }],
    ['http://localhost:8080', { baseUrl: 'http://localhost:8080' }],
    ['localhost:8080/k/1/', { baseUrl: 'http://localhost:8080', appId: '1' }],
    ['http://127.0.0.1:1/prefix/', { baseUrl: 'http://127.0.0.1:1/prefix' }],
    ['https://proxy.example.com/kintone/k/3/', { baseUrl: 'https://proxy.example.com/kintone', appId: '3' }],
  ];
  for (const [text, address] of good) {
    it(`is read from ${text.trim()}`, () => {
      assert.deepEqual(normalizeBaseUrl(text), address);
    });
  }

  for (const [text, code] of [
    ['', 'kintone.addressUnreadable'],
    ['   ', 'kintone.addressUnreadable'],
    ['example', 'kintone.addressUnreadable'],
    ['not an address', 'kintone.addressUnreadable'],
    ['http://example.cybozu.com', 'kintone.addressNeedsHttps'],
    ['ftp://example.cybozu.com', 'kintone.addressNeedsHttps'],
    ['file:///etc/x.y', 'kintone.addressUnreadable'],
    ['http://localhost.example.com', 'kintone.addressNeedsHttps'],
    ['https://me:secret@example.cybozu.com', 'kintone.addressWithPassword'],
  ] as const) {
    it(`is not read from ${JSON.stringify(text)}`, () => {
      const result = normalizeBaseUrl(text);
      assert.ok('code' in result);
      assert.equal(result.code, code);
    });
  }
});

describe('the address for client certificates', () => {
  it('is the vendor’s other one', () => {
    assert.equal(certificateAddress('https://example.cybozu.com'), 'https://example.s.cybozu.com');
    assert.equal(certificateAddress('https://example.kintone.com'), 'https://example.s.kintone.com');
    for (const other of [
      'https://example.s.cybozu.com',
      'https://kintone.example.com',
      'https://localhost:1',
    ]) {
      assert.equal(certificateAddress(other), null, other);
    }
    assert.ok(isCertificateAddress('https://example.s.cybozu.com'));
    assert.ok(!isCertificateAddress('https://example.cybozu.com'));
    assert.ok(!isCertificateAddress('https://a.s.cybozu.com.example.com'));
  });
});
