/** Longest plain notation; beyond it the exponent stays. Excel's own numbers have up to 308 zeros. */
const MAX_PLAIN_LENGTH = 100;

const PLAIN = /^-?(?:0|[1-9]\d*)(?:\.\d*[1-9])?$/;
const NUMBER = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,6}))?\s*$/;

/** Significant digits which any double keeps, and those with which a double is printed in full. */
const SAFE_DIGITS = 15;
const DOUBLE_DIGITS = 17;

/**
 * A stored number as text in plain decimal notation: `1E+20` → `100000000000000000000`, `1.50` → `1.5`.
 *
 * No digit of the file is lost: `12345678901234567890` stays as it is written. Only where the file prints a
 * double with more digits than it needs (Excel writes 1.1 as `1.1000000000000001`) the shortest text of that
 * double is taken. Numbers longer than 100 characters keep an exponent (`1.5e+300`).
 *
 * Returns null when the text is no number.
 */
export function numberText(stored: string): string | null {
  if (stored.length <= SAFE_DIGITS && PLAIN.test(stored)) return stored === '-0' ? '0' : stored;
  const parsed = NUMBER.exec(stored);
  if (!parsed) return null;
  const [, sign = '', whole = '', fraction = '', exponent] = parsed;
  if (whole === '' && fraction === '') return null;
  const digits = (whole + fraction).replace(/^0+/, '');
  if (digits === '') return '0';
  const point = digits.length - fraction.length + Number(exponent ?? 0);
  const text = (sign === '-' ? '-' : '') + plain(digits, point);
  const count = significant(digits);
  const printedDouble = (fraction !== '' || exponent !== undefined) && count <= DOUBLE_DIGITS;
  return printedDouble && count > SAFE_DIGITS ? shortest(text, count, Number(stored)) : text;
}

/** `digits` with the decimal point after the first `point` of them. */
function plain(digits: string, point: number): string {
  const kept = digits.replace(/0+$/, '');
  const length = point <= 0 ? kept.length - point + 2 : Math.max(point, kept.length + 1);
  if (length > MAX_PLAIN_LENGTH) return scientific(kept, point - 1);
  if (point <= 0) return `0.${'0'.repeat(-point)}${kept}`;
  if (kept.length <= point) return kept.padEnd(point, '0');
  return `${kept.slice(0, point)}.${kept.slice(point)}`;
}

function scientific(digits: string, exponent: number): string {
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
  return `${digits.charAt(0)}${fraction}e${exponent < 0 ? '-' : '+'}${Math.abs(exponent)}`;
}

function significant(digits: string): number {
  return digits.replace(/0+$/, '').length;
}

/** The double's own text when it has fewer digits; the stored ones are then what printing added. */
function shortest(text: string, count: number, value: number): string {
  if (!Number.isFinite(value) || value === 0) return text;
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  const digits = mantissa.replace(/[-.]/g, '');
  return digits.length < count ? (value < 0 ? '-' : '') + plain(digits, Number(exponent) + 1) : text;
}
