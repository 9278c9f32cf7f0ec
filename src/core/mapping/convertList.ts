import { inOrder, itemOf, itemsReader } from './convertObject';
import type { MakeConverter } from './convertObject';
import { jsonText, readJson } from './objectText';
import { refuse, Refusal, shorten } from './refusal';
import type { TargetField } from './schema';

const LINE_BREAK = /\r\n|\n|\r/;

/**
 * Several values in order: an array of JSON, or one item a line, where lines without text count for nothing. Sent as
 * the texts of the items, each in the form of its kind. An empty cell is no list; `[]` is one without items.
 */
export function listConverter(
  field: TargetField,
  make: MakeConverter,
): (cell: string) => string | readonly string[] | Refusal {
  const item = itemOf(field);
  const convert = make(item);
  const readItems = itemsReader(field, make);
  return (cell) => {
    const text = cell.trim();
    if (text === '') {
      return field.required ? refuse('value.required', { field: field.label }) : '';
    }
    // An item that begins so would look like an array that was cut off.
    if (text.startsWith('[')) {
      const array = readJson(text);
      if (!Array.isArray(array)) {
        return refuse('value.notAList', { field: field.label, value: shorten(text) });
      }
      const items = readItems(array);
      return items instanceof Refusal ? items : items.map(textOfItem);
    }
    const lines = cell.split(LINE_BREAK).filter((line) => line.trim() !== '');
    return inOrder(field, lines, (line) => {
      const value = convert(line);
      return typeof value === 'string' || value instanceof Refusal ? value : jsonText(value);
    });
  };
}

/** The form that the item would have as a value of its own. */
function textOfItem(item: unknown): string {
  return typeof item === 'string' ? item : jsonText(item);
}
