import { addProblems } from './cellReader';
import { keyNormalizer } from './keys';
import type { RecordLayout } from './layout';
import { addsRecords } from './plan';
import type { Problem } from './record';
import { mappingMessage, Refusal, shorten } from './refusal';
import type { TargetSchema } from './schema';

/**
 * The key of a record in the form in which keys are compared, or the problems of its cell beside those `known` already.
 * Empty when the row has none; where no records are added, that is a problem.
 */
export type KeyReader = (
  cells: readonly string[],
  known: readonly Problem[] | null,
) => string | readonly Problem[];

/** No query can hold one: such a record would be taken for one that does not exist. */
const CONTROL = /\p{Cc}/u;

/** Null without a key. */
export function keyReader(schema: TargetSchema, { key, mode }: RecordLayout): KeyReader | null {
  if (key === null) {
    return null;
  }
  const { field, column } = key;
  const normalize = keyNormalizer(field, schema);
  const mayBeBlank = addsRecords(mode ?? 'add');
  return (cells, known) => {
    const cell = cells[column] ?? '';
    const form = normalize(cell);
    if (field.kind === 'text' && typeof form === 'string' && CONTROL.test(form)) {
      const message = mappingMessage('key.controlCharacter', { field: field.label });
      return isKnown(known, column) ? [] : [{ column, field: field.code, value: shorten(cell), message }];
    }
    if (typeof form === 'string' && (form !== '' || mayBeBlank)) {
      return form;
    }
    // What is wrong with the cell as a value is wrong with it as a key, too: once is enough.
    if (isKnown(known, column)) {
      return [];
    }
    if (form instanceof Refusal) {
      const problems: Problem[] = [];
      addProblems(problems, column, field, cell, form);
      return problems;
    }
    const message = mappingMessage('key.blank', { field: field.label });
    return [{ column, field: field.code, value: shorten(cell), message }];
  };
}

function isKnown(problems: readonly Problem[] | null, column: number): boolean {
  return problems?.some((problem) => problem.column === column) === true;
}
