import type { Message } from '../message';

/** `42049` → `42,049`, as both languages of the product write it. */
export function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

/** The endpoint's own code follows the sentence: its help pages are found by it. */
export function withEndpointCode(failure: Message): Message {
  const code = /^(?:kintone\.([A-Z]{2,}_[A-Z0-9]+)|personium\.(PR\d{3}-[A-Z]{2}-\d{4}))$/.exec(failure.code);
  const shown = code?.[1] ?? code?.[2];
  if (shown === undefined) return failure;
  return { ...failure, verbatim: [failure.verbatim ?? '', `(${shown})`].join(' ').trim() };
}

/** `7 s`, `3 min 20 s`, `2 h 5 min`. */
export function elapsedMessage(ms: number): Message {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  if (minutes === 0) return { code: 'job.elapsed.seconds', args: { seconds } };
  if (minutes < 60) return { code: 'job.elapsed.minutes', args: { minutes, seconds: seconds % 60 } };
  return { code: 'job.elapsed.hours', args: { hours: Math.floor(minutes / 60), minutes: minutes % 60 } };
}
