import type { HttpResponse } from './transport';

const MAX_WORDS = 500;

/** The body as JSON; undefined when it is none. */
export function readJson(response: Pick<HttpResponse, 'body'>): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(response.body)) as unknown;
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Words of a server: shortened, on one line, without control characters. Empty for anything but a text. */
export function cleanWords(text: unknown, max = MAX_WORDS): string {
  const plain = typeof text === 'string' ? text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ') : '';
  return plain.length > max ? `${plain.slice(0, max)}…` : plain.trim();
}
