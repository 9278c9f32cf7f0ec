import { isNeeded, partOf } from './convertObject';
import type { MakeConverter } from './convertObject';
import { jsonOf, objectText } from './objectText';
import { refuse, Refusal } from './refusal';
import type { TargetField } from './schema';

/** What the columns of one object say together: its JSON, empty when all cells are; or what is wrong with which cell. */
export interface ObjectOfCells {
  readonly value: string;
  /** `index` is the place of the cell among the parts. Empty when all is well. */
  readonly refused: readonly { readonly index: number; readonly refusal: Refusal }[];
}

/**
 * Reads an object that has a column for each of `parts`. An empty cell leaves its part out; that is refused for one
 * that the object needs, unless all cells are empty.
 */
export function partCells(
  field: TargetField,
  parts: readonly TargetField[],
  make: MakeConverter,
): (cells: readonly string[]) => ObjectOfCells {
  const readers = parts.map((part) => {
    const named = partOf(field, part);
    return { part, label: named.label, convert: make({ ...named, required: false }) };
  });
  return (cells) => {
    if (cells.every((cell) => cell.trim() === '')) {
      const refusal = refuse('value.required', { field: field.label });
      return { value: '', refused: field.required ? [{ index: 0, refusal }] : [] };
    }
    const found: [string, unknown][] = [];
    const refused: { index: number; refusal: Refusal }[] = [];
    readers.forEach(({ part, label, convert }, index) => {
      const value = convert(cells[index] ?? '');
      if (value instanceof Refusal) {
        refused.push({ index, refusal: value });
      } else if (value === '' && isNeeded(part)) {
        refused.push({ index, refusal: refuse('value.required', { field: label }) });
      } else if (typeof value === 'string' || isList(value)) {
        found.push([part.code, jsonOf(part, value)]);
      }
    });
    return { value: objectText(field.fields ?? [], Object.fromEntries(found)), refused };
  };
}

function isList(value: unknown): value is readonly string[] {
  return Array.isArray(value);
}
