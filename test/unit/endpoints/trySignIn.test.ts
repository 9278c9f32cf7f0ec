import assert from 'node:assert/strict';
import { createKintoneEndpoint } from '../../../src/core/endpoints/kintone/kintoneEndpoint';
import { withSignIn } from '../../../src/core/endpoints/kintone/signIn';
import type { KintoneSignIn } from '../../../src/core/endpoints/kintone/signIn';
import { trySignIn } from '../../../src/core/endpoints/kintone/trySignIn';
import type { TriedApp } from '../../../src/core/endpoints/kintone/trySignIn';
import { TransportError } from '../../../src/core/endpoints/transport';
import type { HttpRequest, HttpResponse } from '../../../src/core/endpoints/transport';
import { renderMessage } from '../../../src/core/catalogue';
import { ExpectedError } from '../../../src/core/message';

const BASE = 'https://example.cybozu.com';

function json(status: number, body: unknown): HttpResponse {
  return { status, headers: {}, body: new TextEncoder().encode(JSON.stringify(body)) };
}

function refusal(code: string, status: number): HttpResponse {
  return json(status, { code, id: 'id1', message: 'Kintone’s words' });
}

const FIELDS = json(200, { properties: { a: { type: 'NUMBER', code: 'a', label: 'a' } }, revision: '1' });

function attempt(
  signIn: KintoneSignIn,
  answer: (request: HttpRequest) => HttpResponse,
): Promise<readonly TriedApp[]> {
  return trySignIn(signIn, ['7'], (tried) =>
    Promise.resolve(
      createKintoneEndpoint({
        baseUrl: BASE,
        language: 'en',
        transport: withSignIn(
          { request: (request) => Promise.resolve().then(() => answer(request)) },
          BASE,
          tried,
        ),
      }),
    ),
  );
}

async function told(
  signIn: KintoneSignIn,
  answer: (request: HttpRequest) => HttpResponse,
): Promise<ExpectedError> {
  try {
    await attempt(signIn, answer);
  } catch (error) {
    assert.ok(error instanceof ExpectedError, String(error));
    return error;
  }
  assert.fail('the sign-in was taken');
}

const PASSWORD = { kind: 'password', username: 'sato', password: 'top-secret' } as const;
const TOKEN = { kind: 'apiTokens', tokens: ['top-secret'] } as const;

describe('trying a sign-in', () => {
  for (const [code, status, signIn, message] of [
    ['CB_WA01', 401, PASSWORD, 'signIn.passwordWrong'],
    ['CB_AU01', 401, PASSWORD, 'signIn.notSignedIn'],
    ['CB_TW02', 403, PASSWORD, 'signIn.twoFactor'],
    ['CB_NO02', 403, PASSWORD, 'signIn.noRight'],
    ['GAIA_IA02', 400, TOKEN, 'signIn.tokenWrong'],
    ['GAIA_IA02', 520, TOKEN, 'signIn.tokenWrong'],
    ['GAIA_NO01', 403, TOKEN, 'signIn.tokenOfOtherApp'],
    ['GAIA_DA03', 400, TOKEN, 'signIn.tokenTwice'],
    ['GAIA_AP01', 404, TOKEN, 'signIn.appMissing'],
  ] as const) {
    it(`says what ${code} (${String(status)}) means and what to do, beside Kintone’s words`, async () => {
      const { detail, stack } = await told(signIn, () => refusal(code, status));
      assert.equal(detail.code, message);
      assert.equal(detail.verbatim, 'Kintone’s words');
      assert.doesNotMatch(`${renderMessage(detail)}${String(stack)}`, /top-secret|\{app\}/);
    });
  }

  it('names the one of several tokens that is wrong', async () => {
    const signIn = { kind: 'apiTokens', tokens: ['good', 'bad', 'fine'] } as const;
    const { detail } = await told(signIn, ({ headers }) =>
      headers['x-cybozu-api-token']?.includes('bad') === true ? refusal('GAIA_IA02', 520) : FIELDS,
    );
    assert.deepEqual([detail.code, detail.args], ['signIn.tokenWrongAt', { n: 2, count: 3 }]);
  });

  it('answers the apps of tokens with their names', async () => {
    const apps = await attempt(TOKEN, ({ url }) =>
      url.includes('/app.json') ? json(200, { appId: '7', code: '', name: 'Customers' }) : FIELDS,
    );
    assert.deepEqual(apps, [{ id: '7', name: 'Customers' }]);
  });

  it('thinks of the client certificate when the server hangs up', async () => {
    const hangUp = (): never => {
      throw new TransportError('UND_ERR_SOCKET', 'maybe');
    };
    const certificate = { pfx: new Uint8Array(), passphrase: 'top-secret' };
    const { detail } = await told({ ...PASSWORD, certificate }, hangUp);
    assert.equal(detail.code, 'certificate.perhapsRefused');
    assert.equal((await told(PASSWORD, hangUp)).detail.code, 'network.failed');
  });

  it('leaves every other refusal as it is', async () => {
    assert.equal((await told(PASSWORD, () => json(503, {}))).detail.code, 'kintone.unavailable');
    assert.equal((await told(TOKEN, () => refusal('GAIA_ZZ99', 400))).detail.args?.code, 'GAIA_ZZ99');
  });
});
