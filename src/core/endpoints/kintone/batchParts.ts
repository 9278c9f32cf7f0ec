import type { ImportRecord } from '../../mapping/record';

/** Records that one call of `records.json` carries: new ones, or changes of existing ones. */
export interface BatchPart {
  readonly changes: boolean;
  /** Where each record of the part stands in the batch. */
  readonly indexes: readonly number[];
}

export const ROWS_PER_PART = 100;
export const PARTS = 20;
/** Cuts a batch into parts of one kind each: the new records first, in the order of the file, then the changes. */
export function partsOf(batch: readonly ImportRecord[]): BatchPart[] {
  const added: number[] = [];
  const changed: number[] = [];
  batch.forEach(({ update }, index) => (update === undefined ? added : changed).push(index));
  return [...cut(added, false), ...cut(changed, true)];
}

function cut(indexes: readonly number[], changes: boolean): BatchPart[] {
  const parts: BatchPart[] = [];
  for (let from = 0; from < indexes.length; from += ROWS_PER_PART) {
    parts.push({ changes, indexes: indexes.slice(from, from + ROWS_PER_PART) });
  }
  return parts;
}
