/** What a number format makes of a number. */
export type NumberKind = 'number' | 'date' | 'dateTime' | 'time' | 'duration';

const DAY_MS = 86_400_000;
/** Excel's day 1 is 1900-01-01; from day 61 on it counts a 29 February 1900 that never was. */
const EPOCH_BEFORE_LEAP = Date.UTC(1899, 11, 31);
const EPOCH_1900 = Date.UTC(1899, 11, 30);
const EPOCH_1904 = Date.UTC(1904, 0, 1);
const LAST_DAY_1900 = 2_958_465;
const LAST_DAY_1904 = LAST_DAY_1900 - 1462;
const INVENTED_DAY = 60;

/** Why a serial number has no date. */
export type SerialTrouble = 'notADate' | 'noSuchDay';

/**
 * A serial number of days as text: `YYYY-MM-DD`, `YYYY-MM-DD HH:MM`, `HH:MM`, each with `:SS` when the seconds
 * are not 0, or elapsed hours `36:00:00`. Parts of a second are cut off after rounding to the millisecond (so
 * that 12:00:00 stored as 0.49999999999 stays noon).
 */
export function serialText(
  serial: number,
  kind: Exclude<NumberKind, 'number'>,
  date1904: boolean,
): { readonly text: string } | SerialTrouble {
  const milliseconds = Math.round(serial * DAY_MS);
  if (!Number.isSafeInteger(milliseconds)) return 'notADate';
  if (kind === 'duration') return { text: durationText(milliseconds) };
  if (milliseconds < 0) return 'notADate';
  const day = Math.floor(milliseconds / DAY_MS);
  const clock = clockText(Math.floor((milliseconds - day * DAY_MS) / 1000));
  if (kind === 'time') return { text: clock };
  const date = date1904 ? date1904Text(day) : date1900Text(day);
  if (date === 'notADate' || date === 'noSuchDay') return date;
  return { text: kind === 'date' ? date : `${date} ${clock}` };
}

/** `HH:MM`, or `HH:MM:SS` when the seconds are not 0. */
export function clockText(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const text = `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  return seconds % 60 === 0 ? text : `${text}:${two(seconds % 60)}`;
}

function durationText(milliseconds: number): string {
  const seconds = Math.floor(Math.abs(milliseconds) / 1000);
  const minutes = Math.floor(seconds / 60);
  const sign = milliseconds < 0 && seconds > 0 ? '-' : '';
  return `${sign}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

function date1900Text(day: number): string {
  if (day === INVENTED_DAY) return 'noSuchDay';
  if (day < 1 || day > LAST_DAY_1900) return 'notADate';
  return dayText((day < INVENTED_DAY ? EPOCH_BEFORE_LEAP : EPOCH_1900) + day * DAY_MS);
}

function date1904Text(day: number): string {
  return day > LAST_DAY_1904 ? 'notADate' : dayText(EPOCH_1904 + day * DAY_MS);
}

/** Texts of days met before: a column of dates repeats them, and making one is slow. */
const dayTexts = new Map<number, string>();
const MAX_DAY_TEXTS = 4096;

function dayText(time: number): string {
  const known = dayTexts.get(time);
  if (known !== undefined) return known;
  const text = new Date(time).toISOString().slice(0, 10);
  if (dayTexts.size >= MAX_DAY_TEXTS) dayTexts.clear();
  dayTexts.set(time, text);
  return text;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}
