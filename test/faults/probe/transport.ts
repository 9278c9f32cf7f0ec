import { createUndiciTransport as create } from '../../../src/core/endpoints/undiciTransport';
import type { Transport } from '../../../src/core/endpoints/transport';
import { passes } from './probe';

/** Stands in for the transport: a request has a boundary before it leaves, while it is under way, and after it. */

/** A request is under way for this long at the least where the sandbox is told to take its time. */
const UNDER_WAY_MS = 6;

export function createUndiciTransport(
  ...args: Parameters<typeof create>
): Transport & { close(): Promise<void> } {
  const inner = create(...args);
  return {
    close: () => inner.close(),
    request: async (request) => {
      const { pathname } = new URL(request.url);
      const name = `${request.method} ${pathname.split('/').at(-1) ?? ''}`;
      // Long questions come as POST as well.
      const asks = request.headers['x-http-method-override'] === 'GET';
      const isWrite = request.method !== 'GET' && !asks && !pathname.endsWith('__token');
      passes(`before ${name}`, isWrite);
      const answer = inner.request(request);
      const timer = setTimeout(() => passes(`under way ${name}`, isWrite), UNDER_WAY_MS);
      try {
        return await answer;
      } finally {
        clearTimeout(timer);
        passes(`after ${name}`, isWrite);
      }
    },
  };
}
