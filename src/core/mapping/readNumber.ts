import { parseDecimal } from './decimal';
import { halfWidth } from './halfWidth';

export type NumberReading =
  /** It can mean this number only. */
  | { readonly kind: 'number'; readonly number: string }
  /** It was probably meant so. */
  | { readonly kind: 'near'; readonly number: string }
  /** One comma that may stand for the point or for nothing. */
  | { readonly kind: 'comma'; readonly point: string; readonly without: string }
  /** Per cent where the field does not say that it counts in per cent. */
  | { readonly kind: 'percent'; readonly number: string }
  /** An amount in something else than the field counts in. */
  | { readonly kind: 'otherUnit' }
  | { readonly kind: 'none' };

type Digits = Extract<NumberReading, { kind: 'number' | 'near' | 'comma' | 'none' }>;

const NONE: Digits = { kind: 'none' };

const GROUPED = /^[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?$/;
const ONE_COMMA = /^(\d+),(\d+)$/;
/** 12,34,567: groups of another size. */
const ODD_GROUPS = /^\d+(?:,\d+){2,}(?:\.\d+)?$/;
/** 1.000.000 and 1.000,5 */
const POINT_GROUPS = /^[1-9]\d{0,2}(?:(?:\.\d{3})+,\d+|(?:\.\d{3}){2,})$/;
const SPACED = /^[1-9]\d{0,2}(?:[ '’\u2009\u202f]\d{3})+(?:[.,]\d+)?$/;

/** Signs and words of one currency; a backslash is the yen sign of Shift_JIS. */
const CURRENCIES: readonly (readonly string[])[] = [
  ['¥', '\\', '円', 'JPY', 'yen'],
  ['$', 'USD', 'ドル', '米ドル', 'US$'],
  ['€', 'EUR', 'ユーロ'],
  ['£', 'GBP', 'ポンド'],
];
const CURRENCY_BEFORE = /^[¥\\$€£]/;
const CURRENCY_BEHIND = /[¥$€£円]$/;

/**
 * A number as people write it. `unit` is the field's own, empty when it has none. A currency sign is taken where the
 * field has no unit or the unit of that currency; per cent only where the unit is per cent.
 */
export function readNumber(text: string, unit: string): NumberReading {
  const { body, negative, sure, currency, percent, unitSeen } = takeApart(halfWidth(text).trim(), unit);
  const reading = readDigits(body, negative);
  if (reading.kind === 'none' || reading.kind === 'comma') {
    return reading;
  }
  const own = halfWidth(unit).trim();
  if ((currency !== null && own !== '' && !sameCurrency(currency, own)) || (percent && unitSeen)) {
    return { kind: 'otherUnit' };
  }
  if (percent && own !== '%') {
    return own === '' ? { kind: 'percent', number: reading.number } : { kind: 'otherUnit' };
  }
  return sure ? reading : { kind: 'near', number: reading.number };
}

interface Parts {
  readonly body: string;
  readonly negative: boolean;
  /** No mark that may mean something else. */
  readonly sure: boolean;
  readonly currency: string | null;
  readonly percent: boolean;
  readonly unitSeen: boolean;
}

/** Takes signs, units and parentheses off until digits are left. */
function takeApart(text: string, unit: string): Parts {
  const own = halfWidth(unit).trim();
  let body = text;
  let minus = 0;
  let plus = 0;
  let sure = true;
  let currency: string | null = null;
  let percent = false;
  let unitSeen = false;
  for (;;) {
    const before = body;
    if (/^\(.+\)$/.test(body)) {
      minus += 1;
      body = body.slice(1, -1).trim();
    } else if (/^[▲△]/.test(body)) {
      minus += 1;
      body = body.slice(1).trim();
    } else if (body.startsWith('-')) {
      minus += 1;
      body = body.slice(1).trim();
    } else if (body.startsWith('+')) {
      plus += 1;
      body = body.slice(1).trim();
    } else if (/^[\u2010-\u2015ー]/.test(body) || (body.endsWith('-') && body.length > 1)) {
      // Dashes of other lengths, and the minus behind the digits that some programs print.
      minus += 1;
      sure = false;
      body = (body.endsWith('-') ? body.slice(0, -1) : body.slice(1)).trim();
    } else if (body.endsWith('%') && !percent) {
      percent = true;
      body = body.slice(0, -1).trim();
    } else if (isWord(own) && !unitSeen && body.endsWith(own)) {
      unitSeen = true;
      body = body.slice(0, -own.length).trim();
    } else if (isWord(own) && !unitSeen && body.startsWith(own)) {
      unitSeen = true;
      body = body.slice(own.length).trim();
    } else if (currency === null && CURRENCY_BEFORE.test(body)) {
      currency = body.slice(0, 1);
      body = body.slice(1).trim();
    } else if (currency === null && CURRENCY_BEHIND.test(body)) {
      currency = body.slice(-1);
      body = body.slice(0, -1).trim();
    }
    if (body === before) {
      break;
    }
  }
  return minus + plus > 1
    ? { body: '', negative: false, sure, currency, percent, unitSeen }
    : { body, negative: minus === 1, sure, currency, percent, unitSeen };
}

/** A unit that could be part of a number is no unit here; per cent is looked at on its own. */
function isWord(unit: string): boolean {
  return unit !== '' && !/[\d.,+\-()%\s]/.test(unit);
}

function readDigits(body: string, negative: boolean): Digits {
  const signed = (digits: string): string => (negative ? `-${digits}` : digits);
  if (/^[\d.]/.test(body) && parseDecimal(body) !== null) {
    return { kind: 'number', number: signed(body) };
  }
  if (GROUPED.test(body)) {
    return { kind: 'number', number: signed(body.replaceAll(',', '')) };
  }
  const [, whole, fraction] = ONE_COMMA.exec(body) ?? [];
  if (whole !== undefined && fraction !== undefined) {
    return { kind: 'comma', point: signed(`${whole}.${fraction}`), without: signed(whole + fraction) };
  }
  if (ODD_GROUPS.test(body)) {
    return { kind: 'near', number: signed(body.replaceAll(',', '')) };
  }
  if (POINT_GROUPS.test(body)) {
    return { kind: 'near', number: signed(body.replaceAll('.', '').replace(',', '.')) };
  }
  if (SPACED.test(body)) {
    return { kind: 'near', number: signed(body.replaceAll(/[ '’\u2009\u202f]/g, '').replace(',', '.')) };
  }
  return NONE;
}

function sameCurrency(sign: string, unit: string): boolean {
  const currency = CURRENCIES.find((names) => names.includes(sign));
  return currency?.some((name) => name.toLowerCase() === unit.toLowerCase()) ?? false;
}
