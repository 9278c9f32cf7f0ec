import type { Day } from './calendar';
import { checkDay, readDay } from './readDay';
import { emptyMoment, clockText, refuseNoon } from './convertDate';
import { halfWidth } from './halfWidth';
import { readClock } from './readClock';
import type { PastMinute } from './readClock';
import { refuse, Refusal, shorten } from './refusal';
import type { TargetField } from './schema';
import type { TimeZone } from './timeZone';

/** Most cells of most files, read in one go. */
const PLAIN =
  /^(\d{4})(?:-(\d{2})-(\d{2})|\/(\d{1,2})\/(\d{1,2}))[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?(Z|[+-]\d{2}:\d{2})?$/;
const ZONE = /\s*(?:(Z|UTC|GMT)|(JST)|(?:UTC|GMT)?([+-])(\d{2})(?::?(\d{2}))?)$/i;

/** As OData writes a moment: milliseconds since 1970. */
const TICKS = /^\\?\/Date\((-?\d{1,15})\)\\?\/$/;

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** The farthest that clocks of the world are ahead of or behind UTC. */
const MOST_HOURS = 14;
const JAPAN_MS = 9 * 3_600_000;
/** Times are shorter, zone included; anything longer would only cost time. */
const LONGEST_REST = 60;
/** Days whose text is kept; a file rarely holds more. */
const REMEMBERED_DAYS = 50_000;
/** The years 1753 to 9999, all that OData takes. */
const FIRST_MS = -6_847_804_800_000;
const LAST_MS = 253_402_300_799_999;
const ON_THE_MINUTE: PastMinute = { seconds: 0, fraction: '' };

/** A wall clock time and how far its clock is ahead of UTC; null when no zone is written. */
interface Wall {
  /** To the minute. */
  readonly ms: number;
  readonly past: PastMinute;
  readonly aheadMs: number | null;
}

/**
 * A date in any form that a date field takes and a time behind it, with `Z`, an offset, UTC, GMT or JST, or else in
 * the given time zone; sent in UTC. A date alone means midnight. A time that the zone's clocks skip or pass twice is
 * refused. When a record was made can't be nothing: there an empty cell leaves the time to the endpoint.
 *
 * Seconds are left out, because Kintone keeps none, unless the field keeps milliseconds: then they are sent with three
 * digits of their fraction, more of them are refused, and `/Date(…)/` is read, too.
 */
export function datetimeConverter(
  field: TargetField,
  zone: TimeZone,
): (cell: string) => string | undefined | Refusal {
  const days = new Map<number, string | null>();
  const empty = field.onlyWhenAdding === true ? undefined : '';
  const precise = field.precision === 'millisecond';
  return (cell) => {
    const ticks = precise ? TICKS.exec(cell.trim())?.[1] : undefined;
    if (ticks !== undefined) {
      return toMillisecond(field, Number(ticks), cell);
    }
    const wall = readPlain(cell) ?? readWall(field, halfWidth(cell).trim());
    if (wall === null) {
      return emptyMoment(field) ?? empty;
    }
    if (wall instanceof Refusal) {
      return precise ? withRange(wall) : wall;
    }
    const instant = wall.aheadMs === null ? zone.toInstant(wall.ms) : wall.ms - wall.aheadMs;
    if (typeof instant !== 'number') {
      return refuseInstant(instant, wall.ms, shorten(cell.trim()), zone);
    }
    if (precise) {
      return withFraction(field, instant, wall.past, cell);
    }
    // Before about 1900 zones were ahead by seconds, too: the minute that was shown as this one began within it.
    const minute = Math.ceil(instant / MINUTE_MS) * MINUTE_MS;
    return (
      isoInstant(minute, days) ??
      refuse('value.dateRange', { field: field.label, value: shorten(cell.trim()) })
    );
  };
}

/** The moment within a minute, unless it is told more finely than it is kept. */
function withFraction(
  field: TargetField,
  instant: number,
  { seconds, fraction }: PastMinute,
  cell: string,
): string | Refusal {
  const moment = instant + seconds * 1000 + Number(fraction.slice(0, 3).padEnd(3, '0'));
  const text = toMillisecond(field, moment, cell);
  return typeof text === 'string' && /[1-9]/.test(fraction.slice(3))
    ? refuse('value.finerThanMillisecond', {
        field: field.label,
        value: shorten(cell.trim()),
        suggestion: text,
      })
    : text;
}

function toMillisecond(field: TargetField, moment: number, cell: string): string | Refusal {
  return moment >= FIRST_MS && moment <= LAST_MS
    ? new Date(moment).toISOString()
    : refuse('value.momentRange', { field: field.label, value: shorten(cell.trim()) });
}

/** The range of years that is told is that of the field. */
function withRange({ messages }: Refusal): Refusal {
  return new Refusal(
    ...messages.map((message) =>
      message.code === 'value.dateRange' ? { ...message, code: 'value.momentRange' } : message,
    ),
  );
}

function readPlain(cell: string): Wall | null {
  const match = PLAIN.exec(cell);
  if (match === null) {
    return null;
  }
  const day = {
    year: Number(match[1]),
    month: Number(match[2] ?? match[4]),
    day: Number(match[3] ?? match[5]),
  };
  const hours = Number(match[6]);
  const minutes = Number(match[7]);
  const past = { seconds: Number(match[8] ?? 0), fraction: match[9] ?? '' };
  const zone = match[10];
  const aheadMs = zone === undefined ? null : zone === 'Z' ? 0 : offsetOf(zone);
  const fits = hours < 24 && minutes < 60 && past.seconds < 60 && aheadMs !== 'none';
  return fits && checkDay(day, '', '') === null ? wallOf(day, hours * 60 + minutes, past, aheadMs) : null;
}

/** Null for an empty text. */
function readWall(field: TargetField, text: string): Wall | Refusal | null {
  if (text === '') {
    return null;
  }
  const found = readDay(text, field.label, true);
  if ('code' in found) {
    return new Refusal(found);
  }
  const { day, partial, rest } = found;
  if (rest === '') {
    return wallOf(day, 0, ON_THE_MINUTE, null);
  }
  const time = partial || rest.length > LONGEST_REST ? null : readTime(rest);
  if (time === null) {
    return refuse('value.notADateTime', { field: field.label, value: shorten(text) });
  }
  const { clock, aheadMs } = time;
  return clock.kind === 'time' ? wallOf(day, clock.minutes, clock.past, aheadMs) : refuseNoon(clock, text);
}

/** `rest` is what follows the date. */
function readTime(
  rest: string,
): { clock: NonNullable<ReturnType<typeof readClock>>; aheadMs: number | null } | null {
  const zone = ZONE.exec(rest);
  // An hour alone with something behind it is too little to tell an offset from.
  const written = zone !== null && /[:時]/.test(rest.slice(0, zone.index)) ? zone : null;
  const text = rest.slice(0, written?.index ?? rest.length);
  const clock = /^[T\s]/i.test(text) ? readClock(text.slice(1).trimStart()) : readJapaneseClock(text);
  const aheadMs = written === null ? null : offsetOf(written[0].trim());
  return clock === null || aheadMs === 'none' ? null : { clock, aheadMs };
}

/** 2026年1月2日9時30分 needs nothing between the two. */
function readJapaneseClock(text: string): ReturnType<typeof readClock> {
  return text.includes('時') ? readClock(text) : null;
}

function offsetOf(text: string): number | 'none' {
  const [, utc, japan, sign, hours, minutes] = ZONE.exec(text) ?? [];
  if (utc !== undefined || japan !== undefined) {
    return utc === undefined ? JAPAN_MS : 0;
  }
  const total = Number(hours) * 60 + Number(minutes ?? 0);
  return Number(minutes ?? 0) > 59 || !(total <= MOST_HOURS * 60)
    ? 'none'
    : (sign === '-' ? -total : total) * MINUTE_MS;
}

function wallOf({ year, month, day }: Day, minutes: number, past: PastMinute, aheadMs: number | null): Wall {
  return { ms: Date.UTC(year, month - 1, day) + minutes * MINUTE_MS, past, aheadMs };
}

function refuseInstant(
  instant: readonly [number, number] | null,
  wallMs: number,
  value: string,
  { name: timeZone }: TimeZone,
): Refusal {
  if (instant === null) {
    return refuse('value.skippedTime', { value, timeZone });
  }
  const [first, second] = instant.map((one) => offsetText((wallMs - one) / MINUTE_MS));
  return refuse('value.repeatedTime', { value, timeZone, first: first ?? '', second: second ?? '' });
}

function offsetText(minutes: number): string {
  return `${minutes < 0 ? '-' : '+'}${clockText(Math.abs(Math.trunc(minutes)))}`;
}

/** Null outside of the years that can be sent. A `Date` makes text slowly, so that of each day is kept. */
function isoInstant(instant: number, days: Map<number, string | null>): string | null {
  const number = Math.floor(instant / DAY_MS);
  let day = days.get(number);
  if (day === undefined) {
    // Years beyond four digits carry a sign; years below 1000 lead with a zero.
    const text = new Date(number * DAY_MS).toISOString();
    day = text.length === 24 && !text.startsWith('0') ? text.slice(0, 10) : null;
    if (days.size >= REMEMBERED_DAYS) {
      days.clear();
    }
    days.set(number, day);
  }
  return day === null ? null : `${day}T${clockText(Math.floor((instant - number * DAY_MS) / MINUTE_MS))}:00Z`;
}
