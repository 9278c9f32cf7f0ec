import assert from 'node:assert/strict';
import type { Endpoint } from '../../../../src/core/endpoints/endpoint';
import { createUndiciTransport } from '../../../../src/core/endpoints/undiciTransport';
import { startSandbox } from '../../../../src/sandbox/server';
import type { Sandbox } from '../../../../src/sandbox/server';
import { administratorsEndpoint, layoutFor } from '../support';
import { committed, PLACE_FIELDS, PLACES, places, writingTo } from './support';

describe('the newest records of Kintone', function () {
  this.timeout(60_000);
  const transport = createUndiciTransport();
  let sandbox: Sandbox;
  let endpoint: Endpoint;

  before(async () => {
    sandbox = await startSandbox({ samples: false });
    endpoint = administratorsEndpoint(sandbox, transport);
  });
  after(async () => {
    await transport.close();
    await sandbox.close();
  });
  beforeEach(() => sandbox.control.reset());

  it('are told from those before by the highest id that can be seen', async () => {
    assert.equal(await endpoint.recent?.newest(PLACES), '0');
    const { writer } = await writingTo(endpoint, PLACES, PLACE_FIELDS);
    await committed(writer, places(3));
    assert.equal(await endpoint.recent?.newest(PLACES), '3');
  });

  it('are all read, in their order, with who made them and what they hold', async () => {
    const { writer } = await writingTo(endpoint, PLACES, PLACE_FIELDS);
    await committed(writer, places(1201));
    const schema = await endpoint.describe(PLACES);
    const layout = layoutFor(schema, PLACE_FIELDS);
    const found = (await endpoint.recent?.after({ schema, layout, after: '200' })) ?? [];
    assert.deepEqual(
      found.map(({ id }) => id),
      Array.from({ length: 1001 }, (_, index) => String(201 + index)),
    );
    assert.deepEqual(found.at(-1), {
      id: '1201',
      revision: '1',
      creator: 'admin',
      values: ['01200', 'Same city'],
    });
    assert.deepEqual(await endpoint.recent?.after({ schema, layout, after: '1201' }), []);
  });

  it('are not asked for by what is no id', async () => {
    const schema = await endpoint.describe(PLACES);
    const layout = layoutFor(schema, PLACE_FIELDS);
    await assert.rejects(async () => endpoint.recent?.after({ schema, layout, after: '1 or 1 = 1' }));
  });
});
