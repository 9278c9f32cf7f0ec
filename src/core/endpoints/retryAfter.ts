import type { HttpResponse } from './transport';

/** How long a server asks to wait: seconds or a date, as HTTP allows both. */
export function retryAfter({ headers }: HttpResponse): { retryAfterMs?: number } {
  const text = headers['retry-after']?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) {
    return { retryAfterMs: Number(text) * 1000 };
  }
  const at = text === '' ? Number.NaN : Date.parse(text);
  if (Number.isNaN(at)) {
    return {};
  }
  const now = Date.parse(headers.date ?? '');
  return { retryAfterMs: Math.max(0, at - (Number.isNaN(now) ? Date.now() : now)) };
}

/** A failure of reading that remembers how long a busy server asks to wait. */
export function withRetryAfter<E extends Error>(error: E, response: HttpResponse): E {
  return BUSY.has(response.status) ? Object.assign(error, retryAfter(response)) : error;
}

/** Milliseconds that the server has asked to wait with such a failure; 0 when it has asked for nothing. */
export function retryAfterOf(error: unknown): number {
  return error instanceof Error && 'retryAfterMs' in error && typeof error.retryAfterMs === 'number'
    ? error.retryAfterMs
    : 0;
}

const BUSY: ReadonlySet<number> = new Set([429, 503]);
