import type { LiveRecord } from '../endpoints/endpoint';
import type { RecordLayout } from '../mapping/layout';
import type { ImportRecord, Problem, RecordValue } from '../mapping/record';

/** Keys and where they stood first. */
export class KeyIndex {
  readonly #first = new Map<string, number>();

  /** Where the key stood before, or null when it is new. */
  add(key: string, line: number): number | null {
    const first = this.#first.get(key);
    if (first === undefined) this.#first.set(key, line);
    return first ?? null;
  }
}

export interface Changes {
  readonly values: readonly RecordValue[];
  readonly problems?: readonly Problem[];
}

/** What a record changes of a live one; null when nothing. */
export function changesOf(_layout: RecordLayout, record: ImportRecord, live: LiveRecord): Changes | null {
  const values = record.values.map((value, index) =>
    JSON.stringify(value) === JSON.stringify(live.values[index]) ? undefined : value,
  );
  return values.every((value) => value === undefined) ? null : { values };
}
