import assert from 'node:assert/strict';
import { judgeFailure } from '../../../src/core/endpoints/networkFailure';
import { TransportError, type HttpRequest, type Transport } from '../../../src/core/endpoints/transport';
import { whileKept } from '../../../src/editor/connections/whileKept';

describe('the sign-in of an import that is running', () => {
  it('is not used any more once its connection is removed', async () => {
    const sent: string[] = [];
    const network: Transport = {
      request: ({ url }) => {
        sent.push(url);
        return Promise.resolve({ status: 200, headers: {}, body: new Uint8Array() });
      },
    };
    let kept = true;
    const transport = whileKept(network, () => kept);
    const request = (url: string): HttpRequest => ({ method: 'GET', url, headers: {} });
    await transport.request(request('first'));
    kept = false;
    await assert.rejects(transport.request(request('second')), (error: unknown) => {
      assert.ok(error instanceof TransportError);
      assert.equal(judgeFailure(error).kind, 'impossible', 'the import ends, and no row is uncertain');
      return true;
    });
    assert.deepEqual(sent, ['first']);
  });
});
