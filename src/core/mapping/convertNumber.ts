import { compareDecimals, decimalPlaces, integerDigits, parseDecimal, plainNumber } from './decimal';
import type { Decimal } from './decimal';
import { readNumber } from './readNumber';
import { refuse, shorten } from './refusal';
import type { Refusal } from './refusal';
import type { TargetField, TargetSchema } from './schema';

/** Most numbers of most files; anything else is taken apart. */
const PLAIN = /^-?(?:0|[1-9]\d{0,8})(?:\.\d{1,4})?$/;
/** Sent as it is written, whatever its length: no plus sign, exponent, surplus zero or open point. */
const TIDY = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;
/** Longer texts are never numbers in words, and would only cost time. */
const LONGEST_READ = 200;

/**
 * Numbers as Kintone takes them (half-width digits, sign, point, exponent), and what people write instead where it
 * can mean one number only: full-width digits, separators of thousands, the field's unit, currency signs, ▲ or
 * parentheses for what is negative. Sent in half-width digits without exponent; anything else is refused with what to
 * write. Limits are compared as decimals of any length. More decimals than the app keeps are refused, because the
 * endpoint would round without a word.
 */
export function numberConverter(
  field: TargetField,
  precision: TargetSchema['numberPrecision'],
): (cell: string) => string | Refusal {
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
    const written = parseDecimal(text) === null ? readNumberOf(field, text) : text;
    if (typeof written !== 'string') {
      return written;
    }
    const value = parseDecimal(written);
    const wrong = value === null ? notANumber(field, text) : refuseSize(field, value, min, max, precision);
    return wrong ?? (TIDY.test(written) ? written : (plainNumber(written) ?? written));
  };
}

function refuseSize(
  field: TargetField,
  value: Decimal,
  min: Decimal | null,
  max: Decimal | null,
  precision: TargetSchema['numberPrecision'],
): Refusal | null {
  if (min !== null && compareDecimals(value, min) < 0) {
    return refuse('value.numberTooSmall', { field: field.label, min: field.minValue ?? '' });
  }
  if (max !== null && compareDecimals(value, max) > 0) {
    return refuse('value.numberTooLarge', { field: field.label, max: field.maxValue ?? '' });
  }
  if (precision === undefined) {
    return null;
  }
  const whole = integerDigits(value);
  if (whole > precision.integerDigits) {
    return refuse('value.integerDigits', { field: field.label, max: precision.integerDigits, count: whole });
  }
  const decimals = decimalPlaces(value);
  return decimals > precision.decimalPlaces
    ? refuse('value.decimalPlaces', { field: field.label, max: precision.decimalPlaces, count: decimals })
    : null;
}

/** The number that is written in other ways than the endpoint's, in its own; or what to write. */
function readNumberOf(field: TargetField, text: string): string | Refusal {
  if (text.length > LONGEST_READ) {
    return notANumber(field, text);
  }
  const reading = readNumber(text, field.unit ?? '');
  const args = { field: field.label, value: shorten(text) };
  switch (reading.kind) {
    case 'number':
      return reading.number;
    case 'near':
      return refuse('value.notANumberNear', { ...args, suggestion: reading.number });
    case 'comma':
      return refuse('value.notANumberComma', { ...args, point: reading.point, without: reading.without });
    case 'percent':
      return refuse('value.notANumberPercent', {
        ...args,
        percent: reading.number,
        fraction: plainNumber(`${reading.number}e-2`) ?? reading.number,
      });
    case 'otherUnit':
      return refuse('value.otherUnit', { ...args, unit: field.unit ?? '' });
    case 'none':
      return notANumber(field, text);
  }
}

function notANumber(field: TargetField, text: string): Refusal {
  return refuse('value.notANumber', { field: field.label, value: shorten(text) });
}
