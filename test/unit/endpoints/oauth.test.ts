import assert from 'node:assert/strict';
import { withSignIn } from '../../../src/core/endpoints/kintone/signIn';
import type { KintoneSignIn } from '../../../src/core/endpoints/kintone/signIn';
import { judgeFailure } from '../../../src/core/endpoints/networkFailure';
import { TransportError } from '../../../src/core/endpoints/transport';
import type { HttpRequest, HttpResponse, Transport } from '../../../src/core/endpoints/transport';
import { failureOf } from './loopback';

const BASE = 'https://example.cybozu.com';
const APP = `${BASE}/k/v1/app.json?id=1`;
const RENEWABLE = {
  kind: 'oauth',
  accessToken: 'old-access',
  refreshToken: 'the-refresh',
  clientId: 'client',
  clientSecret: 'the-secret',
} as const;

function answer(status: number, body: unknown, headers: Record<string, string> = {}): HttpResponse {
  return { status, headers, body: new TextEncoder().encode(JSON.stringify(body)) };
}

const ENDED = answer(401, { code: 'CB_OA01', id: 'x', message: 'Cannot access protected resource' });
const RENEWED = answer(200, { access_token: 'new-access', token_type: 'bearer', expires_in: 3600 });

/** A Kintone that takes the given access tokens, and answers to a renewal as it is told. */
function kintone(
  taken: readonly string[],
  renewal: HttpResponse | Error = RENEWED,
): Transport & { readonly seen: HttpRequest[] } {
  const seen: HttpRequest[] = [];
  return {
    seen,
    request: async (request) => {
      seen.push(request);
      await Promise.resolve();
      if (request.url.endsWith('/oauth2/token')) {
        if (renewal instanceof Error) throw renewal;
        return renewal;
      }
      return taken.some((token) => request.headers.authorization === `Bearer ${token}`)
        ? answer(200, {})
        : ENDED;
    },
  };
}

const get = (transport: Transport): Promise<HttpResponse> =>
  transport.request({ method: 'GET', url: APP, headers: { Authorization: 'Basic xyz' } });

describe('signing in with OAuth', () => {
  it('sends the access token and no other kind beside', async () => {
    const inner = kintone(['old-access']);
    assert.equal((await get(withSignIn(inner, BASE, RENEWABLE))).status, 200);
    assert.deepEqual(inner.seen[0]?.headers, { authorization: 'Bearer old-access' });
  });

  it('renews an ended token once for all requests that wait, sends them again, and tells the new token', async () => {
    const inner = kintone(['new-access']);
    const told: KintoneSignIn[] = [];
    const transport = withSignIn(inner, `${BASE}/prefix`, RENEWABLE, {
      now: () => 1000,
      onRenewed: (signIn) => Promise.resolve(void told.push(signIn)),
    });
    const url = `${BASE}/prefix/k/v1/app.json`;
    const responses = await Promise.all(
      [1, 2, 3].map(() => transport.request({ method: 'POST', url, headers: {}, body: new Uint8Array([1]) })),
    );
    assert.deepEqual(
      responses.map(({ status }) => status),
      [200, 200, 200],
    );
    const renewals = inner.seen.filter((request) => request.url === `${BASE}/prefix/oauth2/token`);
    assert.equal(renewals.length, 1);
    assert.equal(inner.seen.length, 7);
    assert.deepEqual(renewals[0]?.headers, {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `Basic ${Buffer.from('client:the-secret').toString('base64')}`,
    });
    assert.equal(
      Buffer.from(renewals[0].body as Uint8Array).toString(),
      'grant_type=refresh_token&refresh_token=the-refresh',
    );
    assert.deepEqual(told, [{ ...RENEWABLE, accessToken: 'new-access', expiresAt: 3_601_000 }]);
  });

  it('renews before a token ends, without a refused request', async () => {
    const inner = kintone(['new-access']);
    const transport = withSignIn(inner, BASE, { ...RENEWABLE, expiresAt: 10_000 }, { now: () => 0 });
    assert.equal((await get(transport)).status, 200);
    assert.deepEqual(
      inner.seen.map(({ url }) => url),
      [`${BASE}/oauth2/token`, APP],
    );
  });

  it('tries a token that can’t be renewed to the last, then says that it has ended', async () => {
    const inner = kintone([]);
    const signIn = { kind: 'oauth', accessToken: 'old-access', expiresAt: 0 } as const;
    const failure = await failureOf(get(withSignIn(inner, BASE, signIn)));
    assert.deepEqual([failure.code, failure.bytesSent, inner.seen.length], ['ERR_OAUTH_EXPIRED', 'none', 1]);
    assert.equal(judgeFailure(failure).kind, 'impossible');
  });

  it('says that a renewed token is refused too, and asks for no third', async () => {
    const inner = kintone([]);
    const failure = await failureOf(get(withSignIn(inner, BASE, RENEWABLE)));
    assert.deepEqual([failure.code, inner.seen.length], ['ERR_OAUTH_EXPIRED', 3]);
  });

  for (const [what, renewal] of [
    ['the refresh token', answer(400, { error: 'invalid_grant', error_description: 'the-refresh is bad' })],
    ['the client', answer(401, { error: 'invalid_client' }, { 'www-authenticate': 'Basic realm="token"' })],
    ['anything, with a page,', answer(200, '<html>')],
  ] as const) {
    it(`asks once when ${what} is refused`, async () => {
      const inner = kintone([], renewal);
      const transport = withSignIn(inner, BASE, RENEWABLE);
      assert.equal((await failureOf(get(transport))).code, 'ERR_OAUTH_NOT_RENEWED');
      const asked = (): number => inner.seen.filter(({ url }) => url.endsWith('/oauth2/token')).length;
      const failure = await failureOf(get(transport));
      assert.deepEqual([failure.code, failure.bytesSent], ['ERR_OAUTH_NOT_RENEWED', 'none']);
      assert.equal(asked(), 1);
      assert.doesNotMatch(
        JSON.stringify([failure, failure.message, failure.stack]),
        /the-refresh|the-secret|old-access/,
      );
    });
  }

  it('may try later when the server can’t renew now, or can’t be reached', async () => {
    const busy = await failureOf(get(withSignIn(kintone([], answer(503, {})), BASE, RENEWABLE)));
    assert.deepEqual([busy.code, judgeFailure(busy).kind], ['ERR_OAUTH_BUSY', 'notCommitted']);
    const lost = new TransportError('ECONNRESET', 'maybe');
    const failure = await failureOf(get(withSignIn(kintone([], lost), BASE, RENEWABLE)));
    assert.deepEqual([failure.code, failure.bytesSent], ['ECONNRESET', 'none']);
  });

  it('tells a missing scope from an ended token', async () => {
    const inner: Transport = {
      request: () => Promise.resolve(answer(403, { code: 'CB_OA01', id: 'x', message: 'no' })),
    };
    const failure = await failureOf(get(withSignIn(inner, BASE, RENEWABLE)));
    assert.deepEqual([failure.code, judgeFailure(failure).kind], ['ERR_OAUTH_SCOPE', 'impossible']);
  });

  it('refuses values that can’t stand in a header', () => {
    for (const wrong of [{ accessToken: 'a\r\nb' }, { refreshToken: 'あ' }, { clientSecret: '' }]) {
      assert.throws(() => withSignIn(kintone([]), BASE, { ...RENEWABLE, ...wrong }), {
        name: 'ExpectedError',
      });
    }
  });
});
