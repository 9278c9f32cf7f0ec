import { refuse, shorten } from './refusal';
import type { Converter, Refusal } from './refusal';
import type { TargetField } from './schema';
import type { TimeZone } from './timeZone';

const DATE = /^(?:(\d{4,})([-/])(\d{1,2})\2(\d{1,2})|(\d{4,})年(\d{1,2})月(\d{1,2})日)/;
/** As written for a date cell of a worksheet that carries an empty time. */
const MIDNIGHT = /^[T ]0?0:00(?::00(?:\.0+)?)?$/;
const CLOCK = /^(?:(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?|(\d{1,2})時(?:(\d{1,2})分(?:(\d{1,2})秒)?)?)$/;
const ZONE = /\s*(?:([Zz])|([+-])(\d{2}):?(\d{2}))$/;

const DAY_MS = 86_400_000;
/** Days whose text is kept; a file rarely holds more. */
const REMEMBERED_DAYS = 50_000;
const MIN_YEAR = 1000;
const MAX_YEAR = 9999;

interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/**
 * Dates as 2026-01-02, 2026/1/2 or 2026年1月2日, with or without leading zeros and an empty time behind;
 * sent as 2026-01-02.
 */
export function dateConverter(field: TargetField): Converter {
  return (cell) => {
    if (isIsoDate(cell)) {
      return cell;
    }
    const text = cell.trim();
    if (text === '') {
      return empty(field);
    }
    const match = DATE.exec(text);
    const rest = match === null ? '' : text.slice(match[0].length);
    if (match === null || (rest !== '' && !MIDNIGHT.test(rest))) {
      return refuse('value.notADate', { field: field.label, value: shorten(text) });
    }
    const day = readDay(match);
    return refuseDay(day, field, text) ?? isoDate(day);
  };
}

/** Times as 9:30, 09:30, 09:30:00 or 9時30分; sent as 09:30. The endpoint keeps no seconds: they are left out. */
export function timeConverter(field: TargetField): Converter {
  return (cell) => {
    const text = cell.trim();
    if (text === '') {
      return empty(field);
    }
    const seconds = readClock(text);
    if (seconds === null) {
      return refuse('value.notATime', { field: field.label, value: shorten(text) });
    }
    return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}`;
  };
}

/**
 * A date as above and a time behind it, with `Z` or an offset, or else in the given time zone; sent in UTC. A date
 * alone means midnight. Of a time that occurs twice when clocks are put back the first one is meant; one that is
 * skipped when they are put forward is refused.
 */
export function datetimeConverter(field: TargetField, zone: TimeZone): Converter {
  const days = new Map<number, string | null>();
  return (cell) => {
    const text = cell.trim();
    if (text === '') {
      return empty(field);
    }
    const match = DATE.exec(text);
    if (match === null) {
      return refuse('value.notADateTime', { field: field.label, value: shorten(text) });
    }
    const day = readDay(match);
    const wrongDay = refuseDay(day, field, text);
    if (wrongDay !== null) {
      return wrongDay;
    }
    const rest = text.slice(match[0].length);
    const clock = readClockAndOffset(rest);
    if (clock === null) {
      return refuse('value.notADateTime', { field: field.label, value: shorten(text) });
    }
    const wall = Date.UTC(day.year, day.month - 1, day.day) + clock.seconds * 1000;
    const instant = clock.offsetMs === null ? zone.toInstant(wall) : wall - clock.offsetMs;
    if (instant === null) {
      return refuse('value.skippedTime', { value: shorten(text), timeZone: zone.name });
    }
    return (
      isoInstant(instant, days) ?? refuse('value.dateRange', { field: field.label, value: shorten(text) })
    );
  };
}

function empty(field: TargetField): Refusal | '' {
  return field.required ? refuse('value.required', { field: field.label }) : '';
}

function readDay(match: RegExpExecArray): Day {
  return {
    year: Number(match[1] ?? match[5]),
    month: Number(match[3] ?? match[6]),
    day: Number(match[4] ?? match[7]),
  };
}

function refuseDay({ year, month, day }: Day, field: TargetField, text: string): Refusal | null {
  if (year < MIN_YEAR || year > MAX_YEAR) {
    return refuse('value.dateRange', { field: field.label, value: shorten(text) });
  }
  return day >= 1 && month >= 1 && month <= 12 && day <= daysOf(year, month)
    ? null
    : refuse('value.noSuchDay', { field: field.label, value: shorten(text) });
}

function daysOf(year: number, month: number): number {
  if (month === 2) {
    return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  }
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Seconds since midnight; null when the text is no time of a day. */
function readClock(text: string): number | null {
  const match = CLOCK.exec(text);
  if (match === null) {
    return null;
  }
  const hours = Number(match[1] ?? match[4]);
  const minutes = Number(match[2] ?? match[5] ?? 0);
  const seconds = Number(match[3] ?? match[6] ?? 0);
  return hours < 24 && minutes < 60 && seconds < 60 ? hours * 3600 + minutes * 60 + seconds : null;
}

/** `rest` is what follows the date. `offsetMs` is null when no zone is written. */
function readClockAndOffset(rest: string): { seconds: number; offsetMs: number | null } | null {
  if (rest === '') {
    return { seconds: 0, offsetMs: null };
  }
  const zone = mayEndInZone(rest) ? ZONE.exec(rest) : null;
  const clock = rest.slice(0, zone === null ? rest.length : zone.index);
  const seconds = /^[Tt\s]/.test(clock) ? readClock(clock.slice(1).trimStart()) : readJapaneseClock(clock);
  if (seconds === null) {
    return null;
  }
  if (zone === null) {
    return { seconds, offsetMs: null };
  }
  if (zone[1] !== undefined) {
    return { seconds, offsetMs: 0 };
  }
  const hours = Number(zone[3]);
  const minutes = Number(zone[4]);
  if (hours > 14 || minutes > 59) {
    return null;
  }
  const ahead = (hours * 60 + minutes) * 60_000;
  return { seconds, offsetMs: zone[2] === '-' ? -ahead : ahead };
}

/** Saves most cells of most files the search for one. */
function mayEndInZone(rest: string): boolean {
  return /[Zz]$/.test(rest) || rest.includes('+') || rest.includes('-');
}

/** 2026年1月2日9時30分 needs nothing between the two. */
function readJapaneseClock(text: string): number | null {
  return text.includes('時') ? readClock(text) : null;
}

/** The usual form, read without taking it apart: most cells of most files. */
function isIsoDate(cell: string): boolean {
  if (cell.length !== 10 || cell.charCodeAt(4) !== 0x2d || cell.charCodeAt(7) !== 0x2d) {
    return false;
  }
  const year = digit(cell, 0) * 1000 + digit(cell, 1) * 100 + digit(cell, 2) * 10 + digit(cell, 3);
  const month = digit(cell, 5) * 10 + digit(cell, 6);
  const day = digit(cell, 8) * 10 + digit(cell, 9);
  // A character that is no digit made one of them NaN, which compares as false.
  return year >= MIN_YEAR && month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month);
}

function digit(text: string, index: number): number {
  const value = text.charCodeAt(index) - 0x30;
  return value >= 0 && value <= 9 ? value : Number.NaN;
}

function isoDate({ year, month, day }: Day): string {
  return `${year}-${two(month)}-${two(day)}`;
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
  const seconds = Math.floor((instant - number * DAY_MS) / 1000);
  return day === null
    ? null
    : `${day}T${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}Z`;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}
