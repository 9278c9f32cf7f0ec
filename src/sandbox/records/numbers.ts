import type { NumberPrecision } from '../apps/definition';

export type NumberReading =
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'notANumber' }
  | { readonly kind: 'tooManyDigits' };

const PLAIN = /^-?(0|[1-9]\d*)(?:\.(\d+))?$/;
const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/** A power of ten beyond this can't be within any precision an app may have; it is never spelled out. */
const LARGEST_EXPONENT = 1000;

/** Decimals this short are told apart by doubles. */
const EXACT_LENGTH = 15;

/**
 * Reads a number as the service does: half-width digits, sign, point and exponent, spaces around ignored; exponents are
 * spelled out, decimals beyond the app's precision are rounded half to even, too many integer digits are refused.
 */
export function readNumber(sent: string, precision: NumberPrecision): NumberReading {
  const text = sent.trim();
  const integerDigits = precision.digits - precision.decimalPlaces;
  const plain = PLAIN.exec(text);
  if (
    plain !== null &&
    (plain[1]?.length ?? 0) <= integerDigits &&
    (plain[2]?.length ?? 0) <= precision.decimalPlaces &&
    !text.startsWith('-0')
  ) {
    return { kind: 'number', text };
  }
  const parts = NUMBER.exec(text);
  const [, sign = '', whole = '', fraction = '', exponentText = '0'] = parts ?? [];
  if (parts === null || whole + fraction === '') {
    return { kind: 'notANumber' };
  }
  const exponent = Number(exponentText);
  if (/^0*$/.test(whole + fraction) || exponent < -LARGEST_EXPONENT - whole.length) {
    return { kind: 'number', text: '0' };
  }
  if (exponent > LARGEST_EXPONENT + fraction.length) {
    return { kind: 'tooManyDigits' };
  }
  const [integer, decimals] = round(...shift(whole, fraction, exponent), precision.decimalPlaces);
  if (integer.length > integerDigits && integer !== '0') {
    return { kind: 'tooManyDigits' };
  }
  const magnitude = decimals === '' ? integer : `${integer}.${decimals}`;
  const negative = sign === '-' && /[1-9]/.test(magnitude);
  return { kind: 'number', text: negative ? `-${magnitude}` : magnitude };
}

/** Order of two numbers as `readNumber` writes them, exact at any length. */
export function compareNumbers(a: string, b: string): number {
  if (a.length <= EXACT_LENGTH && b.length <= EXACT_LENGTH) {
    return Number(a) - Number(b);
  }
  const negative = a.startsWith('-');
  if (negative !== b.startsWith('-')) {
    return negative ? -1 : 1;
  }
  const order = compareMagnitudes(a.replace('-', ''), b.replace('-', ''));
  return negative ? -order : order;
}

/** One spelling for equal numbers (`1.50` and `1.5`), for the index of a field without duplicates. */
export function canonicalNumber(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

function compareMagnitudes(a: string, b: string): number {
  const [wholeA = '', decimalsA = ''] = a.split('.');
  const [wholeB = '', decimalsB = ''] = b.split('.');
  if (wholeA.length !== wholeB.length) {
    return wholeA.length - wholeB.length;
  }
  const length = Math.max(decimalsA.length, decimalsB.length);
  const digitsA = wholeA + decimalsA.padEnd(length, '0');
  const digitsB = wholeB + decimalsB.padEnd(length, '0');
  return digitsA === digitsB ? 0 : digitsA < digitsB ? -1 : 1;
}

/** Moves the point of `whole.fraction` by a power of ten. */
function shift(whole: string, fraction: string, exponent: number): [string, string] {
  const digits = whole + fraction;
  const point = whole.length + exponent;
  if (point <= 0) {
    return ['0', '0'.repeat(-point) + digits];
  }
  const integer = digits
    .slice(0, point)
    .padEnd(point, '0')
    .replace(/^0+(?=\d)/, '');
  return [integer, digits.slice(point)];
}

function round(integer: string, decimals: string, places: number): [string, string] {
  if (decimals.length <= places) {
    return [integer, decimals];
  }
  const kept = integer + decimals.slice(0, places);
  const dropped = decimals.slice(places);
  const half = '5'.padEnd(dropped.length, '0');
  const odd = Number(kept.at(-1)) % 2 === 1;
  const up = dropped > half || (dropped === half && odd);
  const digits = (BigInt(kept) + (up ? 1n : 0n)).toString().padStart(places + 1, '0');
  return [digits.slice(0, digits.length - places), digits.slice(digits.length - places)];
}
