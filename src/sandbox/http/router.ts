import { ApiError, errorBody } from '../apiError';
import { parseApiPath } from '../api/paths';
import type { SandboxState } from '../state';
import { chooseLanguage, labelLanguage, TEXTS } from '../texts';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiEndpoint } from './apiEndpoint';
import { ControlEndpoint } from './controlEndpoint';
import { exportText } from '../export/exportText';
import { isLoopbackHost, send, sendHtml, sendJson } from './exchange';
import type { RequestHandler } from './listen';
import { appToExport, pageFor } from './pages';
import { answerTokenRequest, TOKEN_PATH } from './tokenEndpoint';

/** The longest request line the service takes. */
const LONGEST_URL = 8192;

/** Leads each request to who answers it. `closing`: ends the waits of requests when the sandbox stops. */
export function router(state: SandboxState, controlToken: string, closing: AbortSignal): RequestHandler {
  const api = new ApiEndpoint(state, closing);
  const control = new ControlEndpoint(state, controlToken);
  const route = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const target = request.url ?? '/';
    if (!isLoopbackHost(request.headers.host)) {
      sendJson(response, 421, { message: 'The sandbox answers to localhost alone.' });
      return;
    }
    if (target.length > LONGEST_URL) {
      sendHtml(response, 414, '<!doctype html><title>414</title><h1>414 Request-URI Too Large</h1>');
      return;
    }
    const url = new URL(`http://localhost${target.startsWith('/') ? target : '/'}`);
    const path = parseApiPath(url.pathname);
    if (path !== undefined) {
      await api.handle(request, response, url, path);
    } else if (url.pathname === TOKEN_PATH) {
      await answerTokenRequest(state.signIns.oauth, request, response);
    } else if (url.pathname.startsWith('/sandbox/')) {
      await control.handle(request, response, url);
    } else {
      sendPage(state, request, response, url.pathname);
    }
  };
  return (request, response) => {
    route(request, response).catch((error: unknown) => {
      // The client went away, or a bug: an unanswered request must not hang.
      if (!(error instanceof Error && 'code' in error)) {
        state.onBug(error);
      }
      response.destroy();
    });
  };
}

function sendPage(
  state: SandboxState,
  request: IncomingMessage,
  response: ServerResponse,
  pathname: string,
): void {
  const language = chooseLanguage(request.headers['accept-language']);
  const exported = request.method === 'GET' ? appToExport(pathname, state.apps) : undefined;
  if (exported !== undefined) {
    const text = exportText(exported, { language: labelLanguage(language) });
    const content = { type: 'text/csv;charset=utf-8', bytes: Buffer.from(text) };
    send(response, 200, content, { 'Content-Disposition': `attachment; filename="app${exported.id}.csv"` });
    return;
  }
  const page = request.method === 'GET' ? pageFor(pathname, state.apps, labelLanguage(language)) : undefined;
  if (page === undefined) {
    sendJson(response, 404, errorBody(new ApiError(404, 'CB_IL02', TEXTS.notFound), language));
    return;
  }
  sendHtml(response, page.status, page.html);
}
