import { plainNumber } from './decimal';
import { shortestSingle } from './numberForms';
import { isObject, jsonText, readJson } from './objectText';
import type { RecordValue } from './record';
import { isOfOData } from './schema';
import type { TargetField } from './schema';

const MINUTE_MS = 60_000;

/** Whether both mean the same to the endpoint, in whatever form they are written. Not for tables. */
export function sameValue(field: TargetField, a: RecordValue, b: RecordValue): boolean {
  return a === b || meaningOf(field, a) === meaningOf(field, b);
}

/**
 * A text that is equal for values of the same meaning: numbers as decimals, or as what their form makes of them; points
 * in time to the minute or millisecond that is kept; choices and codes as sets, lists in their order, objects part by
 * part; attachments by name and size in their order; text exactly but for line ends that the endpoint makes one.
 */
export function meaningOf(field: TargetField, value: RecordValue): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return meaningOfText(field, value);
  if ('files' in value) {
    return value.files.length === 0 ? '' : JSON.stringify(value.files.map(({ name, size }) => [name, size]));
  }
  if ('rows' in value) return JSON.stringify(value.rows);
  if (field.kind === 'list') {
    const { item } = field;
    return JSON.stringify(item === undefined ? value : value.map((one) => meaningOfText(item, one)));
  }
  return value.length === 0 ? '' : JSON.stringify([...new Set(value)].sort());
}

function meaningOfText(field: TargetField, text: string): string {
  switch (field.kind) {
    case 'number':
      return plainNumber(numberKept(field, text)) ?? text;
    case 'datetime': {
      const at = Date.parse(text);
      if (Number.isNaN(at)) return text;
      return String(field.precision === 'millisecond' ? at : Math.floor(at / MINUTE_MS));
    }
    case 'time':
      return text.slice(0, 'hh:mm'.length);
    case 'multilineText':
    case 'richText':
      return isOfOData(field) ? text : text.replaceAll(/\r\n?/g, '\n');
    case 'object':
      return meaningOfObject(field, readJson(text)) ?? text;
    case 'boolean':
    case 'list':
    case 'text':
    case 'link':
    case 'choice':
    case 'choices':
    case 'date':
    case 'users':
    case 'organizations':
    case 'groups':
    case 'user':
    case 'files':
    case 'table':
    case 'recordNumber':
    case 'readOnly':
      return text;
  }
}

/**
 * Whether a live value is what the endpoint itself fills in where a cell is blank, so that sending nothing changes
 * nothing. A default that is not told beforehand, such as the time of writing, is taken for the one that is there.
 */
export function isFilledIn(field: TargetField, live: RecordValue): boolean {
  if (!isOfOData(field) || !field.hasDefault || live === undefined || live === '') return false;
  return field.defaultValue === undefined || sameValue(field, field.defaultValue, live);
}

/** A number as its form holds it. */
function numberKept({ numberForm }: TargetField, text: string): string {
  if (text === '' || numberForm === undefined || numberForm === 'int32') return text;
  return numberForm === 'single' ? shortestSingle(Number(text)) : String(Number(text));
}

/** Parts in declared order, those that hold nothing left out; null when it is no object. */
function meaningOfObject({ fields = [] }: TargetField, value: unknown): string | null {
  if (!isObject(value)) return null;
  const parts = fields.flatMap((part): [string, string][] => {
    const one = Object.hasOwn(value, part.code) ? value[part.code] : null;
    return one === undefined || one === null ? [] : [[part.code, meaningInJson(part, one)]];
  });
  return parts.length === 0 ? '' : JSON.stringify(parts);
}

/** An empty text is something inside of an object, so that its meaning is told from that of none. */
export function meaningInJson(field: TargetField, value: unknown): string {
  if (Array.isArray(value)) {
    const { item } = field;
    return item === undefined
      ? jsonText(value)
      : JSON.stringify(value.map((one) => meaningInJson(item, one)));
  }
  if (field.kind === 'object') return meaningOfObject(field, value) ?? jsonText(value);
  return meaningOfText(field, textInJson(value));
}

/** A value that stands in an object, as a value of its own. */
export function textInJson(value: unknown): string {
  return typeof value === 'string' ? value : jsonText(value);
}
