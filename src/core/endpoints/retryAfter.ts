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
