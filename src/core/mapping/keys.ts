import { plainNumber } from './decimal';
import { numberConverter } from './convertNumber';
import { halfWidth } from './halfWidth';
import { refuse, shorten } from './refusal';
import type { Refusal } from './refusal';
import type { TargetField, TargetSchema } from './schema';

/** What the forms of keys depend on besides the field. */
export type KeyRules = Pick<TargetSchema, 'recordNumberPrefix' | 'numberPrecision'>;

/** Brings one key to the form in which keys are compared; empty for a blank one. */
export type KeyNormalizer = (text: string) => string | Refusal;

/**
 * The form in which values of a field without duplicates, or of the record number, are compared: among the rows of a
 * file, and with the live records. Equal keys have equal forms, and the form itself can be searched for.
 *
 * Numbers: without surplus zeros, sign or exponent (`1.0`, `１` and `1` are one key). Record numbers: the number alone,
 * with or without the app code before it. Text: exactly as it is, because Kintone does not say that it trims or folds
 * anything; only spaces alone count as blank. Other kinds: as they are converted.
 */
export function keyNormalizer(field: TargetField, rules: KeyRules = {}): KeyNormalizer {
  switch (field.kind) {
    case 'number':
      return numberKeys(field, rules);
    case 'recordNumber':
      return recordNumbers(field, rules.recordNumberPrefix);
    default:
      return (text) => (text.trim() === '' ? '' : text);
  }
}

/** One key, as `keyNormalizer` does it; for many keys make the normalizer once. */
export function normalizeKey(field: TargetField, text: string, rules: KeyRules = {}): string | Refusal {
  return keyNormalizer(field, rules)(text);
}

const PLAIN_KEY = /^[1-9]\d{0,14}$/;

function numberKeys(field: TargetField, { numberPrecision }: KeyRules): KeyNormalizer {
  const convert = numberConverter({ ...field, required: false }, numberPrecision);
  return (text) => {
    if (PLAIN_KEY.test(text)) {
      return text;
    }
    const value = convert(text);
    return typeof value === 'string' ? (plainNumber(value) ?? value) : value;
  };
}

function recordNumbers(field: TargetField, prefix: string | undefined): KeyNormalizer {
  const code = prefix?.replace(/-$/, '').toLowerCase() ?? '';
  return (text) => {
    if (PLAIN_KEY.test(text)) {
      return text;
    }
    const plain = halfWidth(text).trim();
    if (plain === '') {
      return '';
    }
    const dash = plain.lastIndexOf('-');
    const before = plain.slice(0, Math.max(0, dash)).toLowerCase();
    const number = plain.slice(dash + 1);
    const fits = dash < 0 || (before !== '' && before === code);
    return fits && /^\d{1,19}$/.test(number) && /[1-9]/.test(number)
      ? number.replace(/^0+/, '')
      : refuse('value.notARecordNumber', { field: field.label, value: shorten(text) });
  };
}
