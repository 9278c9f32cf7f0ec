import type { Message } from '../message';
import type { JobPhase } from './job';

/** A point in time, in milliseconds since the epoch, as a time of day in the reader's language and time zone. */
export type TimeOfDay = (timeMs: number) => string;

/** What is waited for less long is told to the second. */
const TOLD_TO_THE_SECOND_MS = 120_000;

/** Times of day as a language writes them: `10:32`, or `10:32:07` when that is soon. */
export function timesOfDay(language: string, now = Date.now()): TimeOfDay {
  return (timeMs) =>
    new Intl.DateTimeFormat(language, {
      hour: 'numeric',
      minute: '2-digit',
      ...(timeMs - now < TOLD_TO_THE_SECOND_MS ? { second: '2-digit' } : {}),
    }).format(timeMs);
}

type Throttled = Extract<JobPhase, { readonly kind: 'throttled' }>;

/** Until when an import waits, and for what: the time for a sentence, and the cause as a part of one. */
export function waitParts({ until, reason }: Throttled, timeOfDay: TimeOfDay): Omit<Message, 'code'> {
  return { args: { time: timeOfDay(until) }, phrases: { cause: { code: causeOf(reason.code) } } };
}

/** The first pattern that fits a reason counts. */
const CAUSES = [
  [/^job\.serverBusy$|^kintone\.GAIA_TO04$/, 'job.throttled.limit'],
  [/^kintone\.(GAIA_DA02|GAIA_RE18|GAIA_LT01)$|^personium\.PR409-CM-0002$/, 'job.throttled.locked'],
  [/^kintone\.unavailable$|^personium\.PR503-(?!SV-0001)/, 'job.throttled.unavailable'],
  [/^network\.lost$|\.uncertain/, 'job.throttled.lost'],
  [/^network\./, 'job.throttled.network'],
] as const;

function causeOf(code: string): string {
  return CAUSES.find(([pattern]) => pattern.test(code))?.[1] ?? 'job.throttled.asked';
}
