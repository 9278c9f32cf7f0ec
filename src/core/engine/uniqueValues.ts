import type { LiveRecord, RecordSearch } from '../endpoints/endpoint';
import type { ImportRecord, Problem } from '../mapping/record';
import { cellProblem } from './fileKeys';
import type { UniqueField } from './fileKeys';

/** Which live records have values that must differ, as far as these would be new to a record. */
export type TakenValues = ReadonlyMap<UniqueField, ReadonlyMap<string, LiveRecord>>;

/** A search of one field; null when something was asked of the job meanwhile. */
export type ValueSearch = (
  search: Pick<RecordSearch, 'key' | 'values'>,
) => Promise<readonly LiveRecord[] | null>;

/** Values without duplicates that records of the endpoint have, and which of them earlier rows of the file free. */
export class UniqueValues {
  readonly #uniques: readonly UniqueField[];
  /** Values that earlier records of the file take away from theirs. */
  readonly #freed = new Map<UniqueField, Set<string>>();

  constructor(uniques: readonly UniqueField[]) {
    this.#uniques = uniques;
  }

  /** Whether any of them can be looked for. */
  get searchable(): boolean {
    return this.#uniques.some(({ searchable }) => searchable);
  }

  /** Looks for the values of records; `liveOf` says what each changes, and null where it can't be sent anyway. */
  async find(
    records: readonly ImportRecord[],
    liveOf: (record: ImportRecord) => LiveRecord | null | undefined,
    search: ValueSearch,
  ): Promise<TakenValues | null> {
    const taken = new Map<UniqueField, Map<string, LiveRecord>>();
    for (const unique of this.#uniques.filter(({ searchable }) => searchable)) {
      const values = records.map((record) => {
        const live = liveOf(record);
        if (live === null) return '';
        const value = unique.textOf(record);
        return live !== undefined && unique.textOf(live) === value ? '' : value;
      });
      const live = await search({ key: unique.at.field.code, values });
      if (live === null) return null;
      taken.set(unique, new Map(live.map((one) => [one.key, one])));
    }
    return taken;
  }

  /** Values of a record that another one has, and keeps when the rows before this one are sent. */
  problemsOf(record: ImportRecord, taken: TakenValues, live: LiveRecord | undefined): Problem[] {
    return [...taken].flatMap(([unique, byValue]) => {
      const value = unique.textOf(record);
      const other = value === '' ? undefined : byValue.get(value);
      if (other === undefined || other.id === live?.id || this.#freed.get(unique)?.has(value) === true) {
        return [];
      }
      return [cellProblem(unique.at, value, { code: 'row.exists', args: { id: other.id } })];
    });
  }

  /** A record will be changed: what it has now may be taken by those after it. */
  free(record: ImportRecord, live: LiveRecord): void {
    for (const unique of this.#uniques) {
      const before = unique.textOf(live);
      if (before === '' || before === unique.textOf(record)) continue;
      const freed = this.#freed.get(unique) ?? new Set();
      this.#freed.set(unique, freed.add(before));
    }
  }
}
