import { decimalPlaces, integerDigits, plainNumber } from './decimal';
import type { Decimal } from './decimal';
import { refuse, shorten } from './refusal';
import type { Refusal } from './refusal';
import type { NumberForm, TargetField } from './schema';

const INT32_MIN = '-2147483648';
const INT32_MAX = '2147483647';
/** Digits of a single on each side of the point, when it has one. */
const SINGLE_DIGITS = 5;
const SINGLE_MAX = '3.4028235e38';
/** The limits that OData gives a double; nearer to zero there is zero alone. */
const DOUBLE_MAX = '1.79e308';
const DOUBLE_LEAST = 2.23e-308;

interface Range {
  readonly min: string;
  readonly max: string;
}

/** Numbers that are certainly kept as they are written, so that most cells are not taken apart. */
const PLAIN: Readonly<Record<NumberForm, RegExp>> = {
  int32: /^(?:0|-?[1-9]\d{0,8})$/,
  single: /^(?:0|-?[1-9]\d{0,3}(?:\.\d{1,2})?)$/,
  double: /^(?:0|-?[1-9]\d{0,8}(?:\.\d{1,4})?)$/,
};

/** The form of numbers that can be sent as they are, without looking at their size. */
export function plainOf(form: NumberForm): RegExp {
  return PLAIN[form];
}

/**
 * A number in the way in which its form can be sent: without exponent, and without a point when it is whole, because
 * `12.0` is no whole number to Personium. Refused when it is out of range, and when it would not come back as it is
 * written. `text` is the decimal number that `value` is.
 */
export function inForm(field: TargetField, form: NumberForm, value: Decimal, text: string): string | Refusal {
  const plain = plainNumber(text) ?? text;
  switch (form) {
    case 'int32':
      return refuseInt32(field, value, text) ?? plain;
    case 'single':
      return refuseSingle(field, value, text) ?? keptOr(field, plain, shortestSingle(Number(text)));
    case 'double':
      return refuseDouble(field, Number(text), plain) ?? keptOr(field, plain, String(Number(text)));
  }
}

function refuseInt32(field: TargetField, value: Decimal, text: string): Refusal | null {
  if (decimalPlaces(value) > 0) {
    return refuse('value.notWhole', { field: field.label, value: shorten(text) });
  }
  return outOfRange(field, Number(text), { min: INT32_MIN, max: INT32_MAX });
}

function refuseSingle(field: TargetField, value: Decimal, text: string): Refusal | null {
  const decimals = decimalPlaces(value);
  if (decimals > SINGLE_DIGITS) {
    return refuse('value.decimalPlaces', { field: field.label, max: SINGLE_DIGITS, count: decimals });
  }
  const whole = integerDigits(value);
  if (decimals > 0 && whole > SINGLE_DIGITS) {
    return refuse('value.integerDigits', { field: field.label, max: SINGLE_DIGITS, count: whole });
  }
  return outOfRange(field, Number(text), { min: `-${SINGLE_MAX}`, max: SINGLE_MAX });
}

function refuseDouble(field: TargetField, number: number, plain: string): Refusal | null {
  return plain !== '0' && Math.abs(number) < DOUBLE_LEAST
    ? refuse('value.numberTooNearZero', { field: field.label, least: String(DOUBLE_LEAST) })
    : outOfRange(field, number, { min: `-${DOUBLE_MAX}`, max: DOUBLE_MAX });
}

function outOfRange(field: TargetField, number: number, { min, max }: Range): Refusal | null {
  if (number < Number(min)) {
    return refuse('value.numberTooSmall', { field: field.label, min });
  }
  return number > Number(max) ? refuse('value.numberTooLarge', { field: field.label, max }) : null;
}

/** The number itself when it is the one that is kept. */
function keptOr(field: TargetField, plain: string, kept: string): string | Refusal {
  return plainNumber(kept) === plain
    ? plain
    : refuse('value.digitsLost', { field: field.label, value: shorten(plain), kept });
}

/** The shortest decimal that a float of 32 bits tells from its neighbours, as Java writes it. */
export function shortestSingle(value: number): string {
  const single = Math.fround(value);
  for (let digits = 1; digits < 9; digits += 1) {
    const text = single.toPrecision(digits);
    if (Math.fround(Number(text)) === single) return text;
  }
  return single.toPrecision(9);
}
