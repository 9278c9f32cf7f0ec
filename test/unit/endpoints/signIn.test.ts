import assert from 'node:assert/strict';
import { withSignIn } from '../../../src/core/endpoints/kintone/signIn';
import type { HttpRequest, Transport } from '../../../src/core/endpoints/transport';

function recorder(): Transport & { readonly seen: HttpRequest[] } {
  const seen: HttpRequest[] = [];
  return {
    seen,
    request: (request) => {
      seen.push(request);
      return Promise.resolve({ status: 200, headers: {}, body: new Uint8Array() });
    },
  };
}

const PASSWORD = { kind: 'password', username: '佐藤', password: 'p:w' } as const;

describe('signing in', () => {
  it('adds user name and password as Kintone reads them, and no other kind beside', async () => {
    const inner = recorder();
    const transport = withSignIn(inner, 'https://example.cybozu.com', PASSWORD);
    await transport.request({
      method: 'GET',
      url: 'https://example.cybozu.com/k/v1/app.json?id=1',
      headers: { Accept: 'application/json', 'X-Cybozu-API-Token': 'other', Cookie: 'a=b' },
    });
    assert.deepEqual(inner.seen[0]?.headers, {
      Accept: 'application/json',
      'x-cybozu-authorization': Buffer.from('佐藤:p:w').toString('base64'),
    });
  });

  it('joins API tokens into one header', async () => {
    const inner = recorder();
    const signIn = { kind: 'apiTokens', tokens: [' A ', 'B', ''] } as const;
    const transport = withSignIn(inner, 'https://example.cybozu.com', signIn);
    await transport.request({ method: 'GET', url: 'https://example.cybozu.com/k/v1/app.json', headers: {} });
    assert.equal(inner.seen[0]?.headers['x-cybozu-api-token'], 'A,B');
  });

  it('refuses no token, too many, and such as can’t stand in a header', () => {
    const inner = recorder();
    for (const tokens of [
      [],
      [' '],
      Array.from({ length: 10 }, (_, index) => `T${index}`),
      ['a\nb'],
      ['あ'],
    ]) {
      assert.throws(() => withSignIn(inner, 'https://example.cybozu.com', { kind: 'apiTokens', tokens }), {
        name: 'ExpectedError',
      });
    }
  });

  it('goes nowhere but to its own Kintone', async () => {
    const inner = recorder();
    const transport = withSignIn(inner, 'https://example.cybozu.com/base', PASSWORD);
    for (const url of [
      'https://evil.example/base/k/v1/app.json',
      'https://example.cybozu.com.evil.example/base/k/v1/app.json',
      'https://example.cybozu.com:444/base/k/v1/app.json',
      'http://example.cybozu.com/base/k/v1/app.json',
      'https://example.cybozu.com/k/v1/app.json',
      'https://example.cybozu.com/base/../k/v1/app.json',
      'https://example.cybozu.com/base/%2e%2e/k/v1/app.json',
      'https://example.cybozu.com/basement',
      'https://example.cybozu.com/base',
      'https://me@example.cybozu.com/base/k',
      'not an address',
    ]) {
      await assert.rejects(transport.request({ method: 'GET', url, headers: {} }), Error, url);
    }
    assert.deepEqual(inner.seen, []);
    await transport.request({
      method: 'GET',
      url: 'https://example.cybozu.com/base/k/v1/a.json',
      headers: {},
    });
    assert.equal(inner.seen.length, 1);
  });

  it('refuses a base over plain http to another machine', () => {
    assert.throws(() => withSignIn(recorder(), 'http://example.cybozu.com', PASSWORD));
  });
});
