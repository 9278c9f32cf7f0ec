import { compareDecimals, decimalPlaces, integerDigits, parseDecimal, plainNumber } from './decimal';
import type { Decimal } from './decimal';
import { inForm, plainOf } from './numberForms';
import { readNumber } from './readNumber';
import { refuse, shorten } from './refusal';
import type { Refusal } from './refusal';
import type { TargetField, TargetSchema } from './schema';

/** Most numbers of most files; anything else is taken apart. */
const PLAIN = /^-?(?:0|[1-9]\d{0,8})(?:\.\d{1,4})?$/;
/** Sent as it is written, whatever its length: no plus sign, exponent, surplus zero or open point. */
const TIDY = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;
const EXACT_LENGTH = 15;
/** Longer texts are never numbers in words, and would only cost time. */
const LONGEST_READ = 200;

/**
 * Numbers as Kintone takes them (half-width digits, sign, point, exponent), and what people write instead where it
 * can mean one number only: full-width digits, separators of thousands, the field's unit, currency signs, ▲ or
 * parentheses for what is negative. Sent in half-width digits without exponent; anything else is refused with what to
 * write. Limits are compared as decimals of any length. More decimals than the app keeps are refused, because the
 * endpoint would round without a word; so are numbers that the field's form does not hold.
 */
export function numberConverter(
  field: TargetField,
  precision: TargetSchema['numberPrecision'],
): (cell: string) => string | Refusal {
  const min = field.minValue === undefined ? null : parseDecimal(field.minValue);
  const max = field.maxValue === undefined ? null : parseDecimal(field.maxValue);
  // Decimals as short as the plain ones are in the same order as the doubles next to them.
  const low = shortLimit(field.minValue, Number.NEGATIVE_INFINITY);
  const high = shortLimit(field.maxValue, Number.POSITIVE_INFINITY);
  const unlimited = min === null && max === null;
  const plainFits = precision === undefined || (precision.integerDigits >= 9 && precision.decimalPlaces >= 4);
  const form = field.numberForm;
  const plain = form === undefined ? PLAIN : plainOf(form);
  return (cell) => {
    if (plainFits && plain.test(cell) && (unlimited || (Number(cell) >= low && Number(cell) <= high))) {
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
    if (value === null) {
      return notANumber(field, text);
    }
    const wrong = refuseSize(field, value, min, max, precision);
    if (wrong !== null) {
      return wrong;
    }
    if (form !== undefined) {
      return inForm(field, form, value, written);
    }
    return TIDY.test(written) ? written : (plainNumber(written) ?? written);
  };
}

/** A limit as a double; NaN, which nothing is above or below, when it may not be exact enough. */
function shortLimit(limit: string | undefined, none: number): number {
  return limit === undefined ? none : limit.length <= EXACT_LENGTH ? Number(limit) : Number.NaN;
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
