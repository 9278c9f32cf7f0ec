import { isoDate } from './calendar';
import type { Day } from './calendar';
import { mappingMessage, shorten } from './refusal';
import type { Message } from '../message';

interface Era {
  readonly name: string;
  readonly letter: string;
  /** Gregorian year of the era's first year. */
  readonly firstYear: number;
  /** First and last day, the day of a change belonging to both, as ISO dates. */
  readonly first: string;
  readonly last: string | null;
}

/**
 * The eras of Japan since it counts days as others do. Where an era changed within a day (1912, 1926), that day
 * belongs to both.
 */
const ERAS: readonly Era[] = [
  { name: '令和', letter: 'R', firstYear: 2019, first: '2019-05-01', last: null },
  { name: '平成', letter: 'H', firstYear: 1989, first: '1989-01-08', last: '2019-04-30' },
  { name: '昭和', letter: 'S', firstYear: 1926, first: '1926-12-25', last: '1989-01-07' },
  { name: '大正', letter: 'T', firstYear: 1912, first: '1912-07-30', last: '1926-12-25' },
  { name: '明治', letter: 'M', firstYear: 1868, first: '1868-01-25', last: '1912-07-30' },
];

/** Before it the months were those of the moon: 明治5年12月2日 was the last such day. */
const FIRST_GREGORIAN_DAY = '1873-01-01';

/** A day counted by an era, `name` being its name or letter; or why there is no such day. */
export function eraDay(
  name: string,
  yearOfEra: number,
  month: number,
  day: number,
  text: string,
  label: string,
): Day | Message {
  const era = ERAS.find((one) => one.name === name || one.letter === name.toUpperCase());
  if (era === undefined) {
    return mappingMessage('value.notADate', { field: label, value: shorten(text) });
  }
  const found = { year: era.firstYear + yearOfEra - 1, month, day };
  const date = isoDate(found);
  const args = { value: shorten(text), era: era.name };
  if (yearOfEra < 1 || date < era.first) {
    return mappingMessage('value.beforeEra', { ...args, first: era.first });
  }
  if (era.last !== null && date > era.last) {
    return mappingMessage('value.afterEra', { ...args, last: era.last });
  }
  return date < FIRST_GREGORIAN_DAY ? mappingMessage('value.lunarCalendar', args) : found;
}
