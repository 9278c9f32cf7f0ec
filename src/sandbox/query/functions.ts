import { ApiError } from '../apiError';
import type { Text } from '../texts';

/** A function in a query, such as `FROM_TODAY(-3, DAYS)`. */
export interface FunctionCall {
  readonly name: string;
  readonly parameters: readonly string[];
}

/** Days from the first to the last, `YYYY-MM-DD`. */
export interface Days {
  readonly from: string;
  readonly to: string;
}

const WEEKDAYS = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY'];
const UNITS = ['DAYS', 'WEEKS', 'MONTHS', 'YEARS'];

const TEXTS = {
  badUse: text('クエリの指定が不正です。', 'The query is invalid.'),
  badDay: (day: string) =>
    text(
      `指定した日にち（${day}）は無効です。1から31までの整数で指定します。`,
      `The specified day (${day}) is invalid. Specify an integer from 1 to 31.`,
    ),
  badUnit: text(
    'FROM_TODAY()の第2引数には、「DAYS」「WEEKS」「MONTHS」「YEARS」のいずれかを指定します。',
    'The second parameter of FROM_TODAY() must be DAYS, WEEKS, MONTHS or YEARS.',
  ),
};

/**
 * The days a date function stands for; undefined when it is none. `today` is the day where the server stands, as the
 * service takes that of the user's place. Throws `GAIA_IL08`, `GAIA_IQ23` and `GAIA_IQ25`.
 */
export function daysOf({ name, parameters }: FunctionCall, today: Date): Days | undefined {
  const [year, month, day] = [today.getFullYear(), today.getMonth(), today.getDate()];
  const [, when, span] = /^(THIS|LAST|NEXT)_(WEEK|MONTH|YEAR)$/.exec(name) ?? [];
  if (when !== undefined) {
    const shift = when === 'THIS' ? 0 : when === 'LAST' ? -1 : 1;
    switch (span) {
      case 'WEEK':
        return week(year, month, day - today.getDay() + shift * 7, parameters);
      case 'MONTH':
        return monthDays(year, month + shift, parameters);
      default:
        expect(parameters.length === 0);
        return { from: dayText(year + shift, 0, 1), to: dayText(year + shift, 11, 31) };
    }
  }
  const single = { TODAY: 0, YESTERDAY: -1, TOMORROW: 1 }[name];
  if (single !== undefined) {
    expect(parameters.length === 0);
    return oneDay(dayText(year, month, day + single));
  }
  return name === 'FROM_TODAY' ? oneDay(fromToday(year, month, day, parameters)) : undefined;
}

/** Throws `GAIA_IL08`: the function does not exist, or not for this field, or wants other parameters. */
export function badUse(): ApiError {
  return new ApiError(400, 'GAIA_IL08', TEXTS.badUse);
}

function week(year: number, month: number, sunday: number, parameters: readonly string[]): Days {
  expect(parameters.length <= 1);
  const [weekday] = parameters;
  if (weekday === undefined) {
    return { from: dayText(year, month, sunday), to: dayText(year, month, sunday + 6) };
  }
  const index = WEEKDAYS.indexOf(weekday);
  expect(index >= 0);
  return oneDay(dayText(year, month, sunday + index));
}

function monthDays(year: number, month: number, parameters: readonly string[]): Days {
  expect(parameters.length <= 1);
  const [day] = parameters;
  const last = dayText(year, month + 1, 0);
  if (day === undefined) {
    return { from: dayText(year, month, 1), to: last };
  }
  if (day === 'LAST') {
    return oneDay(last);
  }
  if (!/^\d{1,2}$/.test(day) || Number(day) < 1 || Number(day) > 31) {
    throw new ApiError(400, 'GAIA_IQ23', TEXTS.badDay(day));
  }
  // A day the month does not have is the first of the next.
  const wanted = dayText(year, month, Number(day));
  return oneDay(wanted > last ? dayText(year, month + 1, 1) : wanted);
}

function fromToday(year: number, month: number, day: number, parameters: readonly string[]): string {
  const [count = '', unit = ''] = parameters;
  expect(parameters.length === 2 && /^[+-]?\d{1,5}$/.test(count));
  const number = Number(count);
  switch (UNITS.indexOf(unit)) {
    case 0:
      return dayText(year, month, day + number);
    case 1:
      return dayText(year, month, day + 7 * number);
    case 2:
      return dayText(year, month + number, day);
    case 3:
      return dayText(year + number, month, day);
    default:
      throw new ApiError(400, 'GAIA_IQ25', TEXTS.badUnit);
  }
}

function oneDay(day: string): Days {
  return { from: day, to: day };
}

/** Months and days beyond their range count on, as in `Date`. */
function dayText(year: number, month: number, day: number): string {
  return new Date(Date.UTC(year, month, day)).toISOString().slice(0, 10);
}

function expect(condition: boolean): void {
  if (!condition) {
    throw badUse();
  }
}

function text(ja: string, en: string): Text {
  return { ja, en };
}
