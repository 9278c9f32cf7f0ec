import { plainNumber } from './decimal';
import type { RecordValue } from './record';
import type { TargetField } from './schema';

const MINUTE_MS = 60_000;

/** Whether both mean the same to the endpoint, in whatever form they are written. Not for tables. */
export function sameValue(field: TargetField, a: RecordValue, b: RecordValue): boolean {
  return a === b || meaningOf(field, a) === meaningOf(field, b);
}

/**
 * A text that is equal for values of the same meaning: numbers as decimals, points in time to the minute, choices and
 * codes as sets, attachments by name and size in their order, text exactly but for its line ends.
 */
export function meaningOf(field: TargetField, value: RecordValue): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return meaningOfText(field, value);
  if ('files' in value) {
    return value.files.length === 0 ? '' : JSON.stringify(value.files.map(({ name, size }) => [name, size]));
  }
  if ('rows' in value) return JSON.stringify(value.rows);
  return value.length === 0 ? '' : JSON.stringify([...new Set(value)].sort());
}

function meaningOfText(field: TargetField, text: string): string {
  switch (field.kind) {
    case 'number':
      return plainNumber(text) ?? text;
    case 'datetime': {
      const at = Date.parse(text);
      return Number.isNaN(at) ? text : String(Math.floor(at / MINUTE_MS));
    }
    case 'time':
      return text.slice(0, 'hh:mm'.length);
    case 'multilineText':
    case 'richText':
      return text.replaceAll(/\r\n?/g, '\n');
    case 'object':
      return text;
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
