import { ApiError, errorBody, invalidParameter } from '../apiError';
import type { Json } from '../apps/properties';
import type { Parameters } from '../parameters';
import { asObject, requiredList } from '../parameters';
import { TEXTS } from '../texts';
import type { ApiCall, ApiReply, Handler } from './context';
import { parseApiPath } from './paths';

/** One part of a bulk request failed: its status, and an answer that names it by its place. */
export class BulkError extends Error {
  constructor(
    readonly status: number,
    readonly body: ApiReply,
  ) {
    super(`bulkRequest ${status}`);
    this.name = 'BulkError';
  }
}

/**
 * `POST bulkRequest`: up to 20 writes of any kind, one after the other, all or nothing. The first that is refused ends it; later
 * parts are not looked at. What was done before is taken back by the call's undo log.
 */
export function bulkRequest(writes: ReadonlyMap<string, Handler>): Handler {
  return (call) => {
    const parts = requiredList(call.parameters, 'requests');
    const most = call.limits.partsPerBulkRequest;
    if (parts.length > most) {
      throw invalidParameter('requests', TEXTS.tooManyRequests(most));
    }
    const runs = parts.map((part, index) => prepare(asObject(part), index, writes, call));
    const results: Json[] = [];
    for (const [index, run] of runs.entries()) {
      try {
        results.push(run());
      } catch (error) {
        if (!(error instanceof ApiError)) {
          throw error;
        }
        const body = { ...errorBody(error, call.language) } as Json;
        throw new BulkError(error.status, { results: parts.map((_, at) => (at === index ? body : {})) });
      }
    }
    return { results };
  };
}

function prepare(
  part: Parameters,
  index: number,
  writes: ReadonlyMap<string, Handler>,
  call: ApiCall,
): () => ApiReply {
  const { method, api, payload } = part;
  if (typeof method !== 'string') {
    throw invalidParameter(`requests[${index}].method`, TEXTS.parameterRequired);
  }
  if (typeof api !== 'string') {
    throw invalidParameter(`requests[${index}].api`, TEXTS.parameterRequired);
  }
  const path = parseApiPath(api);
  const handler = path === undefined ? undefined : writes.get(`${method} ${path.name}`);
  if (path === undefined || handler === undefined) {
    throw invalidParameter(`requests[${index}].api`, TEXTS.badApi);
  }
  const parameters = asObject(payload ?? {});
  return () => handler({ ...call, parameters, guestSpaceId: path.guestSpaceId });
}
