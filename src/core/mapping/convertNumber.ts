import { compareDecimals, decimalPlaces, integerDigits, parseDecimal } from './decimal';
import { refuse, shorten } from './refusal';
import type { Converter, Refusal } from './refusal';
import type { TargetField, TargetSchema } from './schema';

/** Most numbers of most files; anything else is taken apart. */
const PLAIN = /^-?(?:0|[1-9]\d{0,8})(?:\.\d{1,4})?$/;

/**
 * Numbers in half-width digits with sign, point and exponent, surrounding spaces aside, are sent as they are
 * written. Limits are compared as decimals of any length. More decimals than the app keeps are refused,
 * because the endpoint would round without a word.
 */
export function numberConverter(field: TargetField, precision: TargetSchema['numberPrecision']): Converter {
  const min = field.minValue === undefined ? null : parseDecimal(field.minValue);
  const max = field.maxValue === undefined ? null : parseDecimal(field.maxValue);
  const plainFits =
    min === null &&
    max === null &&
    (precision === undefined || (precision.integerDigits >= 9 && precision.decimalPlaces >= 4));
  return (cell) => {
    if (plainFits && PLAIN.test(cell)) {
      return cell;
    }
    const text = cell.trim();
    if (text === '') {
      return field.required ? refuse('value.required', { field: field.label }) : '';
    }
    const value = parseDecimal(text);
    if (value === null) {
      return refuseNumber(field, text);
    }
    if (min !== null && compareDecimals(value, min) < 0) {
      return refuse('value.numberTooSmall', { field: field.label, min: field.minValue ?? '' });
    }
    if (max !== null && compareDecimals(value, max) > 0) {
      return refuse('value.numberTooLarge', { field: field.label, max: field.maxValue ?? '' });
    }
    if (precision !== undefined) {
      const whole = integerDigits(value);
      if (whole > precision.integerDigits) {
        return refuse('value.integerDigits', {
          field: field.label,
          max: precision.integerDigits,
          count: whole,
        });
      }
      const decimals = decimalPlaces(value);
      if (decimals > precision.decimalPlaces) {
        return refuse('value.decimalPlaces', {
          field: field.label,
          max: precision.decimalPlaces,
          count: decimals,
        });
      }
    }
    return text;
  };
}

/** Names the number that was probably meant, where there is only one way to read it. */
function refuseNumber(field: TargetField, text: string): Refusal {
  const args = { field: field.label, value: shorten(text) };
  const meant = readLoosely(text.slice(0, 200));
  if (meant === null) {
    return refuse('value.notANumber', args);
  }
  return meant.percent
    ? refuse('value.notANumberPercent', {
        ...args,
        percent: meant.number,
        fraction: shiftPointLeft(meant.number),
      })
    : refuse('value.notANumberNear', { ...args, suggestion: meant.number });
}

const CURRENCY = /^[¥\\$€£]|円$/gu;
const GROUPED = /^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/;

function readLoosely(text: string): { number: string; percent: boolean } | null {
  let plain = text
    .normalize('NFKC')
    .replace(/[\u2212\u2010\u2013\u25b2\u25b3]/gu, '-')
    .replaceAll(/\s/gu, '');
  const percent = plain.endsWith('%');
  plain = (percent ? plain.slice(0, -1) : plain).replace(CURRENCY, '').replace(CURRENCY, '');
  // Accountants write -5 as (5).
  plain = plain.replace(/^\((.+)\)$/, '-$1');
  if (GROUPED.test(plain)) {
    plain = plain.replaceAll(',', '');
  }
  return parseDecimal(plain) === null ? null : { number: plain, percent };
}

/** A hundredth, by moving the point: 5 → 0.05. Exponent forms keep their digits. */
function shiftPointLeft(number: string): string {
  if (/[eE]/.test(number)) {
    return `${number.replace(/[eE].*$/, '')}e${Number(/[eE](.*)$/.exec(number)?.[1] ?? 0) - 2}`;
  }
  const sign = /^[+-]/.exec(number)?.[0] ?? '';
  const [whole = '', fraction = ''] = number.slice(sign.length).split('.');
  const padded = whole.padStart(3, '0');
  return `${sign}${padded.slice(0, -2).replace(/^0+(?=\d)/, '')}.${padded.slice(-2)}${fraction}`;
}
