import { halfWidth } from './halfWidth';
import { refuse, shorten } from './refusal';
import type { Refusal } from './refusal';
import type { TargetField } from './schema';

/** Marks such as ○ are not among them: 〇 is a zero, too. */
const TRUE: ReadonlySet<string> = new Set(['true', 't', 'yes', 'y', 'on', '1', 'はい', '真', 'オン']);
const FALSE: ReadonlySet<string> = new Set(['false', 'f', 'no', 'n', 'off', '0', 'いいえ', '偽', 'オフ']);

/** True or false in the words that mean nothing else, whatever their case and width; sent as `true` and `false`. */
export function booleanConverter(field: TargetField): (cell: string) => string | Refusal {
  return (cell) => {
    if (cell === 'true' || cell === 'false') {
      return cell;
    }
    const text = halfWidth(cell).trim().toLowerCase();
    if (text === '') {
      return field.required ? refuse('value.required', { field: field.label }) : '';
    }
    if (TRUE.has(text)) {
      return 'true';
    }
    return FALSE.has(text)
      ? 'false'
      : refuse('value.notABoolean', { field: field.label, value: shorten(cell.trim()) });
  };
}
