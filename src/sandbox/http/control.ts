import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { equal } from '../secrets';
import { readBody, sendJson } from './exchange';

const LARGEST_BODY = 1024 * 1024;

/** Lines in one write. */
const LINES_AT_ONCE = 500;

/**
 * The body of a request to `/sandbox/…` (`{}` where there is none) from one who knows the control token
 * (`Authorization: Bearer …`); others are answered, and it is undefined.
 */
export async function readControl(
  request: IncomingMessage,
  response: ServerResponse,
  token: string,
): Promise<string | undefined> {
  const body = (await readBody(request, LARGEST_BODY)) ?? Buffer.alloc(0);
  const [, sent = ''] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? [];
  if (!equal(sent, token)) {
    sendJson(response, 401, { message: 'Authorization: Bearer <controlToken> is missing or wrong.' });
    return undefined;
  }
  return body.toString('utf8') || '{}';
}

/** Does it and says so, or says what was wrong with what was sent. */
export function answerChange(response: ServerResponse, change: () => void): void {
  try {
    change();
    sendJson(response, 200, {});
  } catch (error) {
    sendJson(response, 400, { message: error instanceof Error ? error.message : String(error) });
  }
}

/** Sends lines as they are made; each ends with its own line feed. */
export async function sendLines(
  response: ServerResponse,
  type: string,
  lines: Iterable<string>,
): Promise<void> {
  response.writeHead(200, { 'Content-Type': type });
  await pipeline(Readable.from(manyAtOnce(lines)), response);
}

/** Sends values as lines of JSON. */
export async function sendJsonLines(response: ServerResponse, values: Iterable<unknown>): Promise<void> {
  await sendLines(response, 'application/x-ndjson;charset=utf-8', jsonLines(values));
}

function* jsonLines(values: Iterable<unknown>): Generator<string> {
  for (const value of values) {
    yield `${JSON.stringify(value)}\n`;
  }
}

function* manyAtOnce(lines: Iterable<string>): Generator<string> {
  let some: string[] = [];
  for (const line of lines) {
    some.push(line);
    if (some.length === LINES_AT_ONCE) {
      yield some.join('');
      some = [];
    }
  }
  if (some.length > 0) {
    yield some.join('');
  }
}
