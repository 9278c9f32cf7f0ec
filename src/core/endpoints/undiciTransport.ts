import type { Agent, Dispatcher } from 'undici';
import { openAgent } from './agent';
import type { NetworkOptions } from './agent';
import { errorCode, isBeforeSending, requireSecure, SENT_IN_PART } from './exchange';
import { inPieces } from './fileBody';
import { openExchange } from './openExchange';
import type { OpenExchange } from './openExchange';
import { TransportError } from './transport';
import type { HttpRequest, HttpResponse, Transport } from './transport';

/**
 * HTTP by undici itself, for the command line, for client certificates and for tests: it knows no proxy but that of
 * its options. Redirects are handed on as they are. `close` lets go of idle connections after the exchanges under way.
 */
export function createUndiciTransport(options: NetworkOptions = {}): Transport & { close(): Promise<void> } {
  let agent: Promise<Agent> | undefined;
  return {
    request: async (request) => {
      const url = requireSecure(request.url);
      const opened = await (agent ??= openAgent(options));
      return openExchange(request, (open) => {
        const sent = inPieces(open.sent);
        return exchange(opened, url, request, { ...open, sent }).finally(() => sent.close());
      });
    },
    close: async () => {
      await (await agent)?.close();
      agent = undefined;
    },
  };
}

function exchange(
  agent: Agent,
  url: URL,
  request: HttpRequest,
  { sent, taken, patience }: OpenExchange,
): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    let settled = false;
    let status = 0;
    let headers: Record<string, string> = {};

    const fail = (code: string, cause?: unknown): void => {
      if (settled) {
        return;
      }
      settled = true;
      // undici starts a request in the same step in which it writes it: without a start nothing has left. A server
      // that refuses the client's certificate says so only after the first bytes, which it has not read then.
      const none = controller === undefined || isBeforeSending(cause);
      const inPart = !none && !sent.allTaken() && sent.failure() === null;
      const bytesSent = none || inPart ? 'none' : 'maybe';
      const options = cause === undefined ? {} : { cause };
      reject(new TransportError(inPart ? SENT_IN_PART : code, bytesSent, options));
    };
    const giveUp = (code: string): void => {
      fail(code);
      controller?.abort(new Error(code));
    };
    patience.signal.addEventListener('abort', () => giveUp(patience.code ?? 'ABORT_ERR'), { once: true });

    agent.dispatch(
      {
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method: request.method,
        headers: { ...inLines(request.headers), ...sent.headers, ...taken.requestHeaders },
        body: sent.content,
      },
      {
        onRequestStart(started) {
          if (settled) {
            // Given up while waiting for a connection: aborting here, before the write, sends nothing.
            started.abort(new Error('ABORT_ERR'));
            return;
          }
          controller = started;
        },
        onResponseStart(_, statusCode, incoming) {
          if (statusCode >= 200) {
            status = statusCode;
            headers = joinHeaders(incoming);
            try {
              taken.begin(status, headers);
            } catch (error) {
              giveUp(errorCode(error));
            }
          }
        },
        onResponseData(receiving, chunk) {
          try {
            const kept = taken.add(chunk);
            if (kept !== undefined) {
              receiving.pause();
              kept.then(
                () => receiving.resume(),
                (error: unknown) => giveUp(errorCode(error)),
              );
            }
          } catch (error) {
            giveUp(errorCode(error));
          }
        },
        onResponseEnd() {
          if (!settled) {
            settled = true;
            taken.whole().then((body) => resolve({ status, headers, body }), reject);
          }
        },
        onResponseError(_, error) {
          fail(sent.failure()?.code ?? errorCode(error), error);
        },
      },
    );
  });
}

function inLines(headers: HttpRequest['headers']): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]),
  );
}

function joinHeaders(
  incoming: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming)) {
    if (value !== undefined) {
      headers[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
    }
  }
  return headers;
}
