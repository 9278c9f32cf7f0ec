import { halfWidth } from './halfWidth';
import { ExpectedError } from '../message';
import { mappingMessage, refuse, shorten } from './refusal';
import type { Refusal } from './refusal';
import type { TargetField } from './schema';

/** A cell of one option that can't be understood; `index` is its place among the options. */
export interface RefusedOption {
  readonly index: number;
  readonly refusal: Refusal;
}

/** What the columns of one field say together: the options that are chosen, unless a cell is refused. */
export interface ChosenOptions {
  readonly chosen: readonly string[];
  /** Empty when all is well. */
  readonly refused: readonly RefusedOption[];
}

const NONE_REFUSED: readonly RefusedOption[] = [];

/**
 * Reads a field that has one column for each of `options`, as Kintone's own export writes them: `1` chooses the
 * option, an empty cell or `0` does not. `cells` are in the order of `options`. A required field without any choice is
 * refused at its first column. Throws `ExpectedError` for an option that the field does not have.
 */
export function optionCells(
  field: TargetField,
  options: readonly string[],
): (cells: readonly string[]) => ChosenOptions {
  const known = new Set(field.options);
  const unknown = options.find((option) => !known.has(option));
  if (unknown !== undefined) {
    throw new ExpectedError(
      mappingMessage('columns.unknownOption', { field: field.label, option: shorten(unknown) }),
    );
  }
  return (cells) => {
    const chosen: string[] = [];
    let refused: RefusedOption[] | null = null;
    for (const [index, option] of options.entries()) {
      const cell = cells[index] ?? '';
      const meant = isChosen(cell);
      if (meant === true) {
        chosen.push(option);
      } else if (meant === null) {
        refused ??= [];
        refused.push({ index, refusal: refuse('value.notOneOrEmpty', { value: shorten(cell), option }) });
      }
    }
    if (refused === null && chosen.length === 0 && field.required) {
      refused = [{ index: 0, refusal: refuse('value.requiredOption', { field: field.label }) }];
    }
    return { chosen, refused: refused ?? NONE_REFUSED };
  };
}

/** Null when the cell says neither. */
function isChosen(cell: string): boolean | null {
  if (cell === '' || cell === '1') {
    return cell === '1';
  }
  const text = halfWidth(cell).trim();
  return text === '1' ? true : text === '' || text === '0' ? false : null;
}
