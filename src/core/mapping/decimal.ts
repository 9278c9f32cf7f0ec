/** A decimal number of any length, taken apart without a double: 0.digits × 10^point. */
export interface Decimal {
  readonly negative: boolean;
  /** Significant digits without zeros at either end; empty for zero. */
  readonly digits: string;
  /** How many of the digits stand before the decimal point; may be negative or beyond the digits. */
  readonly point: number;
}

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/** Takes a number in half-width digits with sign, point and exponent apart; null when the text is none. */
export function parseDecimal(text: string): Decimal | null {
  const parts = DECIMAL.exec(text);
  if (parts === null) {
    return null;
  }
  const whole = parts[2] ?? '';
  const fraction = parts[3] ?? '';
  if (whole === '' && fraction === '') {
    return null;
  }
  const all = whole + fraction;
  const leading = leadingZeros(all);
  const digits = all.slice(leading, all.length - trailingZeros(all, leading));
  if (digits === '') {
    return { negative: false, digits: '', point: 0 };
  }
  const exponent = parts[4] === undefined ? 0 : clamp(Number(parts[4]));
  return { negative: parts[1] === '-', digits, point: whole.length - leading + exponent };
}

/** Far beyond any limit, and still a whole number that can be shown. */
function clamp(exponent: number): number {
  return Math.max(-1e9, Math.min(1e9, exponent));
}

/** Below, at or above zero as `a` is less than, equal to or greater than `b`; exact for any length. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  const signs = sign(a) - sign(b);
  if (signs !== 0 || a.digits === '') {
    return signs;
  }
  return a.negative ? -compareMagnitudes(a, b) : compareMagnitudes(a, b);
}

/** Digits before the decimal point, without leading zeros. */
export function integerDigits(value: Decimal): number {
  return value.digits === '' ? 0 : Math.max(0, value.point);
}

/** Digits after the decimal point that are not mere zeros at the end. */
export function decimalPlaces(value: Decimal): number {
  return value.digits === '' ? 0 : Math.max(0, value.digits.length - value.point);
}

/** More zeros than this are not written out: no endpoint keeps such a number. */
const MOST_ZEROS = 400;

/**
 * The number without exponent, plus sign and surplus zeros, the same for all ways to write it (`15` for `1.50e1`).
 * Null when the text is no number, or one with hundreds of zeros.
 */
export function plainNumber(text: string): string | null {
  const value = parseDecimal(text);
  if (value === null) {
    return null;
  }
  const { digits, point } = value;
  if (digits === '') {
    return '0';
  }
  if (point < -MOST_ZEROS || point - digits.length > MOST_ZEROS) {
    return null;
  }
  const sign = value.negative ? '-' : '';
  if (point <= 0) {
    return `${sign}0.${'0'.repeat(-point)}${digits}`;
  }
  return point >= digits.length
    ? `${sign}${digits.padEnd(point, '0')}`
    : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

function compareMagnitudes(a: Decimal, b: Decimal): number {
  if (a.point !== b.point) {
    return a.point < b.point ? -1 : 1;
  }
  // Both start with their first significant digit at the same place: the order of text is the order of size.
  return a.digits === b.digits ? 0 : a.digits < b.digits ? -1 : 1;
}

function sign(value: Decimal): number {
  return value.digits === '' ? 0 : value.negative ? -1 : 1;
}

function leadingZeros(digits: string): number {
  let count = 0;
  while (digits.charCodeAt(count) === 0x30) {
    count += 1;
  }
  return count;
}

function trailingZeros(digits: string, from: number): number {
  let end = digits.length;
  while (end > from && digits.charCodeAt(end - 1) === 0x30) {
    end -= 1;
  }
  return digits.length - end;
}
