import type { RecordValue } from '../../mapping/record';
import type { TargetField } from '../../mapping/schema';
import { plainNumber } from './plainNumber';

const MINUTE_MS = 60_000;

/**
 * A text that is equal for values that Kintone keeps as the same: numbers as plain decimals, moments to the minute,
 * choices and codes as sets, attachments by name and size, line ends as one. Not for tables.
 */
export function meaningOf(field: Pick<TargetField, 'kind'>, value: RecordValue): string {
  if (value === undefined) {
    return '';
  }
  if (typeof value === 'string') {
    return meaningOfText(field, value);
  }
  if ('files' in value) {
    return value.files.length === 0 ? '' : JSON.stringify(value.files.map(({ name, size }) => [name, size]));
  }
  if ('rows' in value) {
    return JSON.stringify(value.rows);
  }
  return value.length === 0 ? '' : JSON.stringify([...new Set(value)].sort());
}

function meaningOfText({ kind }: Pick<TargetField, 'kind'>, text: string): string {
  switch (kind) {
    case 'number':
      return plainNumber(text);
    case 'datetime': {
      const at = Date.parse(text);
      return Number.isNaN(at) ? text : String(Math.floor(at / MINUTE_MS));
    }
    case 'time':
      return text.slice(0, 'hh:mm'.length);
    case 'multilineText':
    case 'richText':
      return text.replaceAll(/\r\n?/g, '\n');
    default:
      return text;
  }
}
