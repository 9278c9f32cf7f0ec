import type { Message } from '../message';
import { daysOf, FIRST_YEAR, isoDate, LAST_YEAR } from './calendar';
import type { Day } from './calendar';
import { eraDay } from './eras';
import { mappingMessage, shorten } from './refusal';

/** A date at the beginning of a text, and what follows it. */
export interface DayReading {
  readonly day: Day;
  /** The month or the day was left out; the first is meant. */
  readonly partial: boolean;
  readonly rest: string;
}

const NUMERIC = /^(\d{4,})([-/.])(\d{1,2})(?:\2(\d{1,2}))?(?!\d)/;
const COMPACT = /^(\d{4})(\d{2})(\d{2})(?![\d.])/;
const YEAR = /^(\d{4})$/;
const KANJI = /^(\d{4,})年(?:\s*(\d{1,2})月(?:\s*(\d{1,2})日)?)?/;
const ERA =
  /^(令和|平成|昭和|大正|明治|[RHSTM])\s*(元|\d{1,2})(?:年(?:\s*(\d{1,2})月(?:\s*(\d{1,2})日)?)?|([-/.])(\d{1,2})(?:\5(\d{1,2}))?(?!\d))/i;
/** 1/2/2026, 01-02-26, 26/1/2 */
const NO_ORDER = /^\d{1,2}([-/.])\d{1,2}\1(?:\d{4}|\d{1,2})(?!\d)/;
/** 1/2, 1月2日 */
const NO_YEAR = /^(?:\d{1,2}[-/]\d{1,2}(?![-/\d])|\d{1,2}月\s*\d{1,2}日)/;
const WEEKDAYS = '日月火水木金土';
/** 2026/1/2(金) */
const WEEKDAY = /^ ?\(([日月火水木金土])(?:曜日?)?\)/;
/** Days since 1900 as Excel counts them, from 1927 to 2173. */
const SERIAL = /^\d{5}(?:\.\d+)?$/;
/** One character for an era's name. */
const SQUARE_ERAS: Readonly<Record<string, string>> = {
  '㋿': '令和',
  '㍻': '平成',
  '㍼': '昭和',
  '㍽': '大正',
  '㍾': '明治',
};

const SERIAL_EPOCH = Date.UTC(1899, 11, 30);

/**
 * Reads the date that `text` (trimmed, half-width) begins with: year, month and day in this order with one kind of
 * separator, with 年月日, without any (eight digits), by era, with its weekday, or the year or year and month alone. Otherwise it says
 * what is missing. `withTime` chooses the sentences for a field that takes a time, too.
 */
export function readDay(text: string, label: string, withTime: boolean): DayReading | Message {
  const args = { field: label, value: shorten(text) };
  if (SERIAL.test(text)) {
    return mappingMessage('value.maybeSerialDay', { ...args, suggestion: ofSerial(Number(text), withTime) });
  }
  const plain = COMPACT.exec(text) ?? NUMERIC.exec(text);
  if (plain !== null) {
    const [whole, year, month, day] = plain.length === 4 ? plain : [plain[0], plain[1], plain[3], plain[4]];
    // Worksheets turn 2026.10 into 2026.1.
    return day === undefined && plain[2] === '.'
      ? notADate(args, withTime)
      : reading(text, whole, Number(year), month, day, label);
  }
  const kanji = YEAR.exec(text) ?? KANJI.exec(text);
  if (kanji !== null) {
    return reading(text, kanji[0], Number(kanji[1]), kanji[2], kanji[3], label);
  }
  const named = text.replace(/^[㋿㍻-㍾]/, (square) => SQUARE_ERAS[square] ?? square);
  const era = ERA.exec(named);
  if (era !== null) {
    return eraReading(named, era, label);
  }
  if (NO_ORDER.test(text)) {
    return mappingMessage('value.ambiguousDate', args);
  }
  return NO_YEAR.test(text) ? mappingMessage('value.dateWithoutYear', args) : notADate(args, withTime);
}

function notADate(args: { field: string; value: string }, withTime: boolean): Message {
  return mappingMessage(withTime ? 'value.notADateTime' : 'value.notADate', args);
}

function eraReading(text: string, era: RegExpExecArray, label: string): DayReading | Message {
  const [whole, name = '', yearText = ''] = era;
  const month = era[3] ?? era[6];
  const dayText = era[4] ?? era[7];
  const yearOfEra = yearText === '元' ? 1 : Number(yearText);
  const found = eraDay(name, yearOfEra, Number(month ?? 1), Number(dayText ?? 1), text, label);
  return 'code' in found ? found : reading(text, whole, found.year, month, dayText, label);
}

function reading(
  text: string,
  whole: string,
  year: number,
  monthText: string | undefined,
  dayText: string | undefined,
  label: string,
): DayReading | Message {
  const day = { year, month: Number(monthText ?? 1), day: Number(dayText ?? 1) };
  const partial = dayText === undefined;
  const rest = text.slice(whole.length);
  const weekday = partial ? null : WEEKDAY.exec(rest);
  return (
    checkDay(day, label, text) ??
    (weekday === null
      ? { day, partial, rest }
      : (checkWeekday(day, weekday[1] ?? '', text) ?? { day, partial, rest: rest.slice(weekday[0].length) }))
  );
}

/** A weekday beside a date may show that the date is a slip. */
function checkWeekday(day: Day, written: string, text: string): Message | null {
  const weekday = WEEKDAYS[new Date(Date.UTC(day.year, day.month - 1, day.day)).getUTCDay()] ?? '';
  return weekday === written
    ? null
    : mappingMessage('value.otherWeekday', { value: shorten(text), date: isoDate(day), weekday });
}

/** Why a day can't be sent; null when it can. */
export function checkDay({ year, month, day }: Day, label: string, text: string): Message | null {
  const inYears = year >= FIRST_YEAR && year <= LAST_YEAR;
  const last = month >= 1 && month <= 12 ? daysOf(year, month) : 0;
  if (inYears && day >= 1 && day <= last) {
    return null;
  }
  const args = { field: label, value: shorten(text) };
  if (!inYears) {
    return mappingMessage('value.dateRange', args);
  }
  return last === 0 || day < 1 || day > 31
    ? mappingMessage('value.noSuchDay', args)
    : mappingMessage('value.noSuchDayInMonth', { ...args, last: isoDate({ year, month, day: last }) });
}

/** The day, and the time when there is one, that Excel shows for a number. */
function ofSerial(serial: number, withTime: boolean): string {
  const iso = new Date(SERIAL_EPOCH + Math.round(serial * 1440) * 60_000).toISOString();
  return withTime && serial % 1 !== 0 ? `${iso.slice(0, 10)} ${iso.slice(11, 16)}` : iso.slice(0, 10);
}
