import type { IncomingMessage, ServerResponse } from 'node:http';
import type { OAuthTokens } from '../oauth';
import { OAuthError } from '../oauth';
import { readBody, sendJson } from './exchange';

export const TOKEN_PATH = '/oauth2/token';

const LARGEST_FORM = 65_536;

/** Answers `POST /oauth2/token` by RFC 6749: a form comes in, JSON goes out. */
export async function answerTokenRequest(
  oauth: OAuthTokens,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request, LARGEST_FORM);
  try {
    const isForm = /^application\/x-www-form-urlencoded\b/i.test(request.headers['content-type'] ?? '');
    if (request.method !== 'POST' || !isForm || body === undefined) {
      throw new OAuthError(400, 'invalid_request');
    }
    const form = new URLSearchParams(body.toString('utf8'));
    sendJson(response, 200, oauth.refresh(form, request.headers.authorization), { Pragma: 'no-cache' });
  } catch (error) {
    if (!(error instanceof OAuthError)) {
      throw error;
    }
    const challenge = error.status === 401 ? { 'WWW-Authenticate': 'Basic realm="oauth2"' } : {};
    sendJson(response, error.status, { error: error.code }, challenge);
  }
}
