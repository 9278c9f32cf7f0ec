import { openAgent } from './agent';
import {
  BodyCollector,
  DEFAULT_TIMEOUT_MS,
  errorCode,
  isBeforeSending,
  onGivingUp,
  refuseAborted,
  requireSecure,
} from './exchange';
import { openBody } from './fileBody';
import type { OpenBody } from './fileBody';
import { TransportError } from './transport';
import type { HttpRequest, HttpResponse, Transport } from './transport';

/** An agent as `fetch` takes it; which undici it comes from is not the types' concern. */
export type FetchDispatcher = NonNullable<RequestInit['dispatcher']>;

/**
 * HTTP by the host's own `fetch`, which knows the person's proxy and certificates; an undici agent beside it keeps
 * the limits. Some hosts refuse an agent of another undici than theirs: then `fetch` goes without it.
 */
export function createFetchTransport(
  fetchFunction: typeof fetch,
  openDispatcher: () => Promise<FetchDispatcher> = openAgentForFetch,
): Transport & { close(): Promise<void> } {
  let dispatcher: Promise<FetchDispatcher | null> | undefined;
  return {
    request: async (request) => {
      requireSecure(request.url);
      const agent = await (dispatcher ??= openDispatcher().catch(() => null));
      try {
        return await exchange(fetchFunction, request, agent);
      } catch (error) {
        if (agent === null || !isDispatcherRefused(error)) {
          throw error;
        }
        dispatcher = Promise.resolve(null);
        await agent.close();
        return await exchange(fetchFunction, request, null);
      }
    },
    close: async () => {
      await (await dispatcher)?.close();
      dispatcher = undefined;
    },
  };
}

async function exchange(
  fetchFunction: typeof fetch,
  request: HttpRequest,
  dispatcher: FetchDispatcher | null,
): Promise<HttpResponse> {
  const body = await openBody(request.body);
  try {
    refuseAborted(request);
    return await exchangeBody(fetchFunction, request, body, dispatcher);
  } finally {
    body.close();
  }
}

async function exchangeBody(
  fetchFunction: typeof fetch,
  request: HttpRequest,
  sent: OpenBody,
  dispatcher: FetchDispatcher | null,
): Promise<HttpResponse> {
  const abort = new AbortController();
  const given: { up?: string } = {};
  const stopWaiting = onGivingUp(request.signal, request.timeoutMs ?? DEFAULT_TIMEOUT_MS, (code) => {
    given.up = code;
    abort.abort();
  });
  try {
    const response = await fetchFunction(request.url, {
      method: request.method,
      headers: { ...request.headers, ...sent.headers },
      redirect: 'manual',
      signal: abort.signal,
      ...bodyOf(sent),
      ...(dispatcher === null ? {} : { dispatcher }),
    });
    if (response.status === 0) {
      // A host that hides what a redirect says; where the request has been is not known.
      throw new TransportError('ERR_REDIRECT', 'maybe');
    }
    const body = new BodyCollector();
    if (response.body !== null) {
      for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
        body.add(chunk);
      }
    }
    return { status: response.status, headers: Object.fromEntries(response.headers), body: body.whole() };
  } catch (error) {
    if (error instanceof TransportError) {
      throw error;
    }
    const bytesSent = given.up === undefined && isBeforeSending(error) ? 'none' : 'maybe';
    throw new TransportError(given.up ?? sent.failure()?.code ?? errorCode(error), bytesSent, {
      cause: error,
    });
  } finally {
    stopWaiting();
    // Lets go of an answer that was not read to its end.
    abort.abort();
  }
}

/** A stream may only be sent while nothing is read, which `fetch` wants to be told. */
function bodyOf({ content }: OpenBody): Pick<RequestInit, 'body' | 'duplex'> {
  if (content === null) {
    return {};
  }
  return content instanceof Uint8Array
    ? { body: content }
    : { body: content as AsyncIterable<Uint8Array>, duplex: 'half' };
}

/** undici checks the handler it is given before it does anything else; nothing has been sent then. */
function isDispatcherRefused(error: unknown): boolean {
  return error instanceof TransportError && error.code === 'UND_ERR_INVALID_ARG';
}

async function openAgentForFetch(): Promise<FetchDispatcher> {
  return (await openAgent()) as unknown as FetchDispatcher;
}
