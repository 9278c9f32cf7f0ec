import { daysOf, FIRST_YEAR, isoDate, two } from './calendar';
import { halfWidth } from './halfWidth';
import { readClock } from './readClock';
import type { ClockReading } from './readClock';
import { checkDay, readDay } from './readDay';
import { refuse, Refusal, shorten } from './refusal';
import type { TargetField } from './schema';

/** The form of Excel in Japan, read in one go. */
const SLASHES = /^(\d{4})\/(\d{1,2})\/(\d{1,2})$/;
/** As written for a date cell of a worksheet that carries an empty time. */
const MIDNIGHT = /^[T ]0?0:00(?::00(?:\.0+)?)?$/;
const PLAIN_TIME = /^(?:[01]\d|2[0-3]):[0-5]\d$/;
/** A part of a day as Excel counts it. */
const PART_OF_DAY = /^0?\.\d+$/;

/**
 * Dates in the forms that `readDay` takes, with or without an empty time behind; a month or a year alone means its
 * first day, as in Kintone's own import. Sent as 2026-01-02. A time other than midnight is refused: it would be lost.
 */
export function dateConverter(field: TargetField): (cell: string) => string | Refusal {
  return (cell) => {
    if (isIsoDate(cell)) {
      return cell;
    }
    const slashes = SLASHES.exec(cell);
    if (slashes !== null) {
      const day = { year: Number(slashes[1]), month: Number(slashes[2]), day: Number(slashes[3]) };
      const wrong = checkDay(day, field.label, cell);
      return wrong === null ? isoDate(day) : new Refusal(wrong);
    }
    const text = halfWidth(cell).trim();
    if (text === '') {
      return emptyMoment(field) ?? '';
    }
    const found = readDay(text, field.label, false);
    if ('code' in found) {
      return new Refusal(found);
    }
    const { day, partial, rest } = found;
    const date = isoDate(day);
    if (rest === '' || (!partial && MIDNIGHT.test(rest))) {
      return date;
    }
    const args = { field: field.label, value: shorten(text) };
    return !partial && /\d[:時]/.test(rest)
      ? refuse('value.dateWithTime', { ...args, date })
      : refuse('value.notADate', args);
  };
}

/**
 * Times in the forms that `readClock` takes; sent as 09:30. Kintone keeps no seconds, so they are left out, as its own
 * import does.
 */
export function timeConverter(field: TargetField): (cell: string) => string | Refusal {
  return (cell) => {
    if (PLAIN_TIME.test(cell)) {
      return cell;
    }
    const text = halfWidth(cell).trim();
    if (text === '') {
      return emptyMoment(field) ?? '';
    }
    const clock = readClock(text);
    if (clock === null) {
      return refuseTime(field, text);
    }
    return clock.kind === 'time' ? clockText(clock.minutes) : refuseNoon(clock, text);
  };
}

/** Why an empty cell can't be sent; null when it can. */
export function emptyMoment(field: TargetField): Refusal | null {
  return field.required ? refuse('value.required', { field: field.label }) : null;
}

/** Asks for one of the two times that a 12 o'clock may be. */
export function refuseNoon(
  { minutesPast }: Extract<ClockReading, { kind: 'noonOrMidnight' }>,
  text: string,
): Refusal {
  const args = { value: shorten(text), midnight: clockText(minutesPast), noon: clockText(720 + minutesPast) };
  return refuse('value.noonOrMidnight', args);
}

/** Minutes since midnight as 09:30. */
export function clockText(minutes: number): string {
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

function refuseTime(field: TargetField, text: string): Refusal {
  const args = { field: field.label, value: shorten(text) };
  const minutes = PART_OF_DAY.test(text) ? Math.round(Number(text) * 1440) : 1440;
  return minutes < 1440
    ? refuse('value.maybeSerialTime', { ...args, suggestion: clockText(minutes) })
    : refuse('value.notATime', args);
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
  return year >= FIRST_YEAR && month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month);
}

function digit(text: string, index: number): number {
  const value = text.charCodeAt(index) - 0x30;
  return value >= 0 && value <= 9 ? value : Number.NaN;
}
