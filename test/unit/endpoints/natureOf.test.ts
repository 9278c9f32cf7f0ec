import assert from 'node:assert/strict';
import { createKintoneEndpoint } from '../../../src/core/endpoints/kintone/kintoneEndpoint';
import type { FailureNature, RecordSearch } from '../../../src/core/endpoints/endpoint';
import { ExpectedError } from '../../../src/core/message';
import { field, schemaOf } from '../mapping/support';

const SEARCH: RecordSearch = {
  schema: schemaOf([field({ kind: 'text', code: 'code', unique: true })]),
  key: 'code',
  values: ['a'],
  layout: null,
};

describe('failures of reading, as the engine is told of them', () => {
  const cases: readonly (readonly [number, string, FailureNature])[] = [
    [400, 'GAIA_DA02', 'passing'],
    [520, 'GAIA_RE18', 'passing'],
    [520, 'GAIA_LT01', 'passing'],
    [429, 'GAIA_TO04', 'passing'],
    [520, 'GAIA_TM12', 'passing'],
    [502, '', 'passing'],
    [503, '', 'passing'],
    [403, 'GAIA_NO01', 'forbidden'],
    [403, 'CB_NO02', 'forbidden'],
    [404, 'GAIA_AP01', 'lasting'],
    [401, 'CB_AU01', 'lasting'],
    [302, '', 'lasting'],
  ];
  for (const [status, code, nature] of cases) {
    it(`are ${nature} with ${status} ${code}`, async () => {
      const body = code === '' ? '<html>' : JSON.stringify({ code, id: 'x', message: 'words' });
      const endpoint = createKintoneEndpoint({
        baseUrl: 'https://example.cybozu.com',
        transport: {
          request: () => Promise.resolve({ status, headers: {}, body: new TextEncoder().encode(body) }),
        },
        language: 'en',
      });
      const error: unknown = await endpoint.find(SEARCH).then(
        () => assert.fail('it answers'),
        (thrown: unknown) => thrown,
      );
      assert.equal(endpoint.natureOf?.(error), nature);
    });
  }

  it('are passing while the tokens of a sign-in are being renewed by others, and never for bugs', () => {
    const endpoint = createKintoneEndpoint({
      baseUrl: 'https://example.cybozu.com',
      transport: { request: () => Promise.reject(new Error('unused')) },
      language: 'en',
    });
    assert.equal(endpoint.natureOf?.(new ExpectedError({ code: 'signIn.oauthBusy' })), 'passing');
    assert.equal(endpoint.natureOf(new TypeError('a bug')), 'lasting');
  });
});
