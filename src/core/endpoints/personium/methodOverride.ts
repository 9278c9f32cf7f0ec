import type { HttpResponse } from '../transport';
import type { CellRequest, PersoniumClient } from './client';
import { readPersoniumError } from './codes';

/** Methods that servers in between may not know. */
const UNUSUAL: ReadonlySet<CellRequest['method']> = new Set(['MERGE', 'PROPFIND'] as const);

/**
 * The client, but what is asked by MERGE or PROPFIND goes by POST and names its method in a header from when something
 * in front of the unit has refused such a method. That one is asked again so: nothing was done.
 */
export function withMethodOverride(client: PersoniumClient): PersoniumClient {
  let overrides = false;
  return {
    cellUrl: client.cellUrl,
    send: async (request) => {
      const { method, headers } = request;
      if (!UNUSUAL.has(method)) {
        return client.send(request);
      }
      if (!overrides) {
        const response = await client.send(request);
        if (!isRefusedOnTheWay(response)) return response;
        overrides = true;
      }
      return client.send({
        ...request,
        method: 'POST',
        headers: { ...headers, 'x-http-method-override': method },
      });
    },
  };
}

/** The unit's own refusals have its code. */
function isRefusedOnTheWay(response: HttpResponse): boolean {
  return (response.status === 405 || response.status === 501) && readPersoniumError(response) === null;
}
