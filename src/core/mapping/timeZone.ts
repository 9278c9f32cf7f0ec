import { ExpectedError } from '../message';

const DAY_MS = 86_400_000;
/** Days whose offset is remembered; a file rarely holds more. */
const REMEMBERED_DAYS = 50_000;

/** Turns wall clock times of one time zone into instants. */
export interface TimeZone {
  readonly name: string;
  /**
   * `wallMs` is the wall clock time read as if it were UTC. Answers the instant in milliseconds since the epoch;
   * both instants when clocks are put back over that time, null when they are put forward over it.
   */
  toInstant(wallMs: number): number | readonly [number, number] | null;
}

/** A zone of the IANA database; the system's own when none is named. Throws `ExpectedError` for an unknown one. */
export function openTimeZone(name?: string): TimeZone {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      ...(name === undefined ? {} : { timeZone: name }),
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
  } catch (cause) {
    throw new ExpectedError({ code: 'columns.unknownTimeZone', args: { timeZone: name ?? '' } }, { cause });
  }
  const offsetAt = rememberOffsets((instant) => offsetOf(format, instant));
  return {
    name: format.resolvedOptions().timeZone,
    toInstant: (wallMs) => {
      // Offsets are below a day, so one of these two is right unless clocks change in between.
      const before = offsetAt(wallMs - DAY_MS);
      const after = offsetAt(wallMs + DAY_MS);
      if (before === after) {
        return wallMs - before;
      }
      const first = wallMs - before;
      const second = wallMs - after;
      const fits = (instant: number): boolean => instant + offsetAt(instant) === wallMs;
      if (fits(first)) {
        return fits(second) ? [first, second] : first;
      }
      return fits(second) ? second : null;
    },
  };
}

/** Asks for the offset at both ends of a day, and only in a day on which clocks change for each time. */
function rememberOffsets(ask: (instant: number) => number): (instant: number) => number {
  const days = new Map<number, number | null>();
  return (instant) => {
    const day = Math.floor(instant / DAY_MS);
    let offset = days.get(day);
    if (offset === undefined) {
      const start = ask(day * DAY_MS);
      offset = start === ask((day + 1) * DAY_MS) ? start : null;
      if (days.size >= REMEMBERED_DAYS) {
        days.clear();
      }
      days.set(day, offset);
    }
    return offset ?? ask(instant);
  };
}

/** Milliseconds that the zone's clocks are ahead of UTC at an instant. */
function offsetOf(format: Intl.DateTimeFormat, instant: number): number {
  const part: Record<string, string> = {};
  for (const { type, value } of format.formatToParts(instant)) {
    part[type] = value;
  }
  const year = Number(part.year);
  const wall = Date.UTC(
    part.era?.startsWith('B') === true ? 1 - year : year,
    Number(part.month) - 1,
    Number(part.day),
    Number(part.hour),
    Number(part.minute),
    Number(part.second),
  );
  return wall - Math.floor(instant / 1000) * 1000;
}
