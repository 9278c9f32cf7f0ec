import assert from 'node:assert/strict';
import { withSignIn } from '../../../src/core/endpoints/kintone/signIn';
import type { KintoneSignIn } from '../../../src/core/endpoints/kintone/signIn';
import { judgeFailure } from '../../../src/core/endpoints/networkFailure';
import { TransportError } from '../../../src/core/endpoints/transport';
import type { HttpRequest, HttpResponse, Transport } from '../../../src/core/endpoints/transport';

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
      ['a,b'],
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

  it('adds Basic authentication beside a password and beside tokens', async () => {
    const basic = { username: 'gate', password: 'ö' };
    for (const [signIn, name] of [
      [{ ...PASSWORD, basic }, 'x-cybozu-authorization'],
      [{ kind: 'apiTokens', tokens: ['A'], basic }, 'x-cybozu-api-token'],
    ] as const) {
      const inner = recorder();
      await get(withSignIn(inner, 'https://example.cybozu.com', signIn));
      const headers = inner.seen[0]?.headers ?? {};
      assert.deepEqual(Object.keys(headers).sort(), ['authorization', name]);
      assert.equal(headers.authorization, `Basic ${Buffer.from('gate:ö').toString('base64')}`);
    }
  });
});

describe('a refusal in front of Kintone', () => {
  const CHALLENGE = { 'www-authenticate': 'Basic realm="example"' };
  const basic = { username: 'gate', password: 'wrong-secret' };
  const token = { kind: 'apiTokens', tokens: ['my-token'] } as const;
  const failure = async (
    signIn: KintoneSignIn,
    response: Partial<HttpResponse>,
  ): Promise<TransportError | null> => {
    const whole = { status: 401, headers: {}, body: new Uint8Array(), ...response };
    const inner: Transport = { request: () => Promise.resolve(whole) };
    try {
      await get(withSignIn(inner, 'https://example.cybozu.com', signIn));
      return null;
    } catch (error) {
      assert.ok(error instanceof TransportError);
      return error;
    }
  };

  it('of Basic authentication says whether it is missing, wrong or impossible with OAuth', async () => {
    const codes = [];
    for (const signIn of [token, { ...token, basic }, { kind: 'oauth', accessToken: 'a' }] as const) {
      const refused = await failure(signIn, { headers: CHALLENGE });
      codes.push(refused?.code);
      assert.equal(refused?.bytesSent, 'none');
      assert.equal(judgeFailure(refused).kind, 'impossible');
      assert.doesNotMatch(`${String(refused.stack)}${JSON.stringify(refused)}`, /wrong-secret|my-token/);
    }
    assert.deepEqual(codes, ['ERR_BASIC_NEEDED', 'ERR_BASIC_REFUSED', 'ERR_BASIC_WITH_OAUTH']);
  });

  it('is not taken for one when Kintone itself refuses', async () => {
    const body = new TextEncoder().encode('{"code":"CB_WA01","id":"x","message":"y"}');
    assert.equal(await failure({ ...token, basic }, { headers: CHALLENGE, body }), null);
    const headers = { ...CHALLENGE, 'x-cybozu-error': 'CB_AU01' };
    assert.equal(await failure({ ...token, basic }, { headers }), null);
  });

  it('for want of a client certificate is known by its page', async () => {
    const page = (text: string): Partial<HttpResponse> => ({
      status: 400,
      body: new TextEncoder().encode(`<html><center>${text}</center></html>`),
    });
    assert.equal(
      (await failure(token, page('No required SSL certificate was sent')))?.code,
      'ERR_CERTIFICATE_NEEDED',
    );
    assert.equal((await failure(token, page('The SSL certificate error')))?.code, 'ERR_CERTIFICATE_REFUSED');
    assert.equal(await failure(token, page('Bad Request')), null);
  });
});

function get(transport: Transport): Promise<HttpResponse> {
  return transport.request({ method: 'GET', url: 'https://example.cybozu.com/k/v1/app.json', headers: {} });
}
