import assert from 'node:assert/strict';
import { createKintoneEndpoint } from '../../../src/core/endpoints/kintone/kintoneEndpoint';
import { createPersoniumEndpoint } from '../../../src/core/endpoints/personium/personiumEndpoint';
import type { Endpoint } from '../../../src/core/endpoints/endpoint';
import type { HttpResponse, Transport } from '../../../src/core/endpoints/transport';
import { Patience, UNHEARD } from '../../../src/core/engine/patience';
import { ExpectedError } from '../../../src/core/message';
import { TestClock, fieldOf } from './support';

const DATE = 'Sun, 22 Nov 2026 10:00:00 GMT';
const IN_90_SECONDS = 'Sun, 22 Nov 2026 10:01:30 GMT';

const SYSTEMS = [
  ['Kintone', (transport: Transport) => createKintoneEndpoint({ ...PLACE, transport, language: 'en' }), '1'],
  [
    'a cell',
    (transport: Transport) => createPersoniumEndpoint({ ...PLACE, transport, requestKey: 'key' }),
    'box/stock/Product',
  ],
] as const;
const PLACE = { baseUrl: 'http://localhost:1/cell' };

/** Waits between questions to an endpoint that answers like this twice, and then that there is nothing. */
async function waits(
  [make, id]: readonly [make: (transport: Transport) => Endpoint, id: string],
  status: number,
  headers: Readonly<Record<string, string>>,
): Promise<readonly number[]> {
  let asked = 0;
  const transport: Transport = {
    request: () => {
      const busy = ++asked <= 2;
      const response: HttpResponse = busy
        ? { status, headers, body: new Uint8Array() }
        : { status: 404, headers: {}, body: new Uint8Array() };
      return Promise.resolve(response);
    },
  };
  const endpoint = make(transport);
  const schema = { id, name: 'Place', url: 'http://localhost/', fields: [fieldOf('__id', { unique: true })] };
  const clock = new TestClock();
  const patience = new Patience(endpoint, UNHEARD, clock);
  await assert.rejects(
    patience.ask((signal) => endpoint.find({ schema, key: '__id', values: ['a'], layout: null }, signal)),
    ExpectedError,
  );
  return clock.sleeps;
}

describe('asking a busy endpoint again', () => {
  for (const [name, ...make] of SYSTEMS) {
    it(`waits no less than ${name} asks for, in seconds or until a date`, async () => {
      for (const status of [429, 503]) {
        assert.deepEqual(await waits(make, status, { 'retry-after': '7' }), [7_000, 7_000]);
        const date = { 'retry-after': IN_90_SECONDS, date: DATE };
        assert.deepEqual(await waits(make, status, date), [90_000, 90_000]);
        assert.deepEqual(await waits(make, status, {}), [500, 1_000]);
      }
    });

    it(`does not sleep through an absurd wait that ${name} asks for`, async () => {
      assert.deepEqual(await waits(make, 503, { 'retry-after': '86400' }), []);
    });
  }
});
