import type { Day } from './calendar';
import { checkDay, readDay } from './readDay';
import { emptyMoment, clockText, refuseNoon } from './convertDate';
import { halfWidth } from './halfWidth';
import { readClock } from './readClock';
import { refuse, Refusal, shorten } from './refusal';
import type { TargetField } from './schema';
import type { TimeZone } from './timeZone';

/** Most cells of most files, read in one go. */
const PLAIN =
  /^(\d{4})(?:-(\d{2})-(\d{2})|\/(\d{1,2})\/(\d{1,2}))[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(Z|[+-]\d{2}:\d{2})?$/;
const ZONE = /\s*(?:(Z|UTC|GMT)|(JST)|(?:UTC|GMT)?([+-])(\d{2})(?::?(\d{2}))?)$/i;

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** The farthest that clocks of the world are ahead of or behind UTC. */
const MOST_HOURS = 14;
const JAPAN_MS = 9 * 3_600_000;
/** Times are shorter, zone included; anything longer would only cost time. */
const LONGEST_REST = 60;
/** Days whose text is kept; a file rarely holds more. */
const REMEMBERED_DAYS = 50_000;

/** A wall clock time and how far its clock is ahead of UTC; null when no zone is written. */
interface Wall {
  readonly ms: number;
  readonly aheadMs: number | null;
}

/**
 * A date in any form that a date field takes and a time behind it, with `Z`, an offset, UTC, GMT or JST, or else in
 * the given time zone; sent in UTC. A date alone means midnight. Seconds are left out: Kintone keeps none. A time that
 * the zone's clocks skip or pass twice is refused. When a record was made can't be nothing: there an empty cell leaves
 * the time to the endpoint.
 */
export function datetimeConverter(
  field: TargetField,
  zone: TimeZone,
): (cell: string) => string | undefined | Refusal {
  const days = new Map<number, string | null>();
  const empty = field.onlyWhenAdding === true ? undefined : '';
  return (cell) => {
    const wall = readPlain(cell) ?? readWall(field, halfWidth(cell).trim());
    if (wall === null) {
      return emptyMoment(field) ?? empty;
    }
    if (wall instanceof Refusal) {
      return wall;
    }
    const instant = wall.aheadMs === null ? zone.toInstant(wall.ms) : wall.ms - wall.aheadMs;
    if (typeof instant !== 'number') {
      return refuseInstant(instant, wall.ms, shorten(cell.trim()), zone);
    }
    // Before about 1900 zones were ahead by seconds, too: the minute that was shown as this one began within it.
    const minute = Math.ceil(instant / MINUTE_MS) * MINUTE_MS;
    return (
      isoInstant(minute, days) ??
      refuse('value.dateRange', { field: field.label, value: shorten(cell.trim()) })
    );
  };
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
  const aheadMs = match[9] === undefined ? null : match[9] === 'Z' ? 0 : offsetOf(match[9]);
  const fits = hours < 24 && minutes < 60 && Number(match[8] ?? 0) < 60 && aheadMs !== 'none';
  return fits && checkDay(day, '', '') === null ? wallOf(day, hours * 60 + minutes, aheadMs) : null;
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
    return wallOf(day, 0, null);
  }
  const time = partial || rest.length > LONGEST_REST ? null : readTime(rest);
  if (time === null) {
    return refuse('value.notADateTime', { field: field.label, value: shorten(text) });
  }
  const { clock, aheadMs } = time;
  return clock.kind === 'time' ? wallOf(day, clock.minutes, aheadMs) : refuseNoon(clock, text);
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

function wallOf({ year, month, day }: Day, minutes: number, aheadMs: number | null): Wall {
  return { ms: Date.UTC(year, month - 1, day) + minutes * MINUTE_MS, aheadMs };
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
