import { openAgent } from './agent';
import { errorCode, isBeforeSending, requireSecure } from './exchange';
import type { OpenBody } from './fileBody';
import { openExchange } from './openExchange';
import type { OpenExchange } from './openExchange';
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

function exchange(
  fetchFunction: typeof fetch,
  request: HttpRequest,
  dispatcher: FetchDispatcher | null,
): Promise<HttpResponse> {
  return openExchange(request, (open) => exchangeBodies(fetchFunction, request, open, dispatcher));
}

async function exchangeBodies(
  fetchFunction: typeof fetch,
  request: HttpRequest,
  { sent, taken, patience }: OpenExchange,
  dispatcher: FetchDispatcher | null,
): Promise<HttpResponse> {
  const headers = { ...joined(request.headers), ...sent.headers, ...taken.requestHeaders };
  const abort = new AbortController();
  patience.signal.addEventListener('abort', () => abort.abort(), { once: true });
  try {
    const response = await fetchFunction(request.url, {
      method: request.method,
      headers,
      redirect: 'manual',
      signal: abort.signal,
      ...bodyOf(sent),
      ...(dispatcher === null ? {} : { dispatcher }),
    });
    const { status } = response;
    if (status === 0) {
      // A host that hides what a redirect says; where the request has been is not known.
      throw new TransportError('ERR_REDIRECT', 'maybe');
    }
    const incoming = Object.fromEntries(response.headers);
    taken.begin(status, incoming);
    if (response.body !== null) {
      for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
        await taken.add(chunk);
      }
    }
    return { status, headers: incoming, body: await taken.whole() };
  } catch (error) {
    if (error instanceof TransportError) {
      throw error;
    }
    const bytesSent = patience.code === undefined && isBeforeSending(error) ? 'none' : 'maybe';
    throw new TransportError(patience.code ?? sent.failure()?.code ?? errorCode(error), bytesSent, {
      cause: error,
    });
  } finally {
    // Lets go of an answer that was not read to its end.
    abort.abort();
  }
}

/** `fetch` puts all values of a name into one line, where a server takes them for one value. */
function joined(headers: HttpRequest['headers']): Record<string, string> {
  const lines: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const [first, ...more] = typeof value === 'string' ? [value] : value;
    if (more.length > 0) {
      throw new TransportError('ERR_HEADER_LINES', 'none');
    }
    if (first !== undefined) {
      lines[name] = first;
    }
  }
  return lines;
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
