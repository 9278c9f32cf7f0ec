/** Minutes since midnight. */
export type ClockReading =
  | { readonly kind: 'time'; readonly minutes: number; readonly past: PastMinute }
  /** 午前12時 and 午後12時 are noon for some and midnight for others. */
  | { readonly kind: 'noonOrMidnight'; readonly minutesPast: number };

/** What a time tells beyond its minute. */
export interface PastMinute {
  readonly seconds: number;
  /** Digits of the second's fraction; empty when there are none. */
  readonly fraction: string;
}

const CLOCK =
  /^(?:(午前|午後|AM|PM)\s*)?(?:(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?|(\d{1,2})時(?:\s*(?:(\d{1,2})分(?:\s*(\d{1,2})秒)?|(半)))?|(\d{1,2}))(?:\s*(AM|PM))?$/i;

/**
 * A time of a day, `text` being half-width: 9:05, 09:05:30.5, 9時5分, 午後3時半, 9:05 PM, or the hour alone. Null when
 * it is none.
 */
export function readClock(text: string): ClockReading | null {
  const match = CLOCK.exec(text);
  if (match === null) {
    return null;
  }
  const [, before, , , , fraction = '', , , , half, , behind] = match;
  const hours = Number(match[2] ?? match[6] ?? match[10]);
  const minutes = half === undefined ? Number(match[3] ?? match[7] ?? 0) : 30;
  const seconds = Number(match[4] ?? match[8] ?? 0);
  if (hours > 23 || minutes > 59 || seconds > 59 || (before !== undefined && behind !== undefined)) {
    return null;
  }
  const past = { seconds, fraction };
  const half12 = (before ?? behind)?.toUpperCase();
  if (half12 === undefined) {
    return { kind: 'time', minutes: hours * 60 + minutes, past };
  }
  if (hours > 12) {
    return null;
  }
  if (hours === 12 && (half12 === '午前' || half12 === '午後')) {
    return { kind: 'noonOrMidnight', minutesPast: minutes };
  }
  const afternoon = half12 === 'PM' || half12 === '午後';
  return { kind: 'time', minutes: ((hours % 12) + (afternoon ? 12 : 0)) * 60 + minutes, past };
}
