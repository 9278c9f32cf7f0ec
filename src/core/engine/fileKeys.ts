import type { Row } from '../files/row';
import { KeyIndex } from '../mapping/keyIndex';
import { keyNormalizer } from '../mapping/keys';
import type { KeyNormalizer } from '../mapping/keys';
import type { LayoutField, LayoutKey, RecordLayout } from '../mapping/layout';
import { changesRecords } from '../mapping/plan';
import type { ImportRecord, Problem, RecordProblems } from '../mapping/record';
import { mappingMessage, Refusal, shorten } from '../mapping/refusal';
import { keyFields } from '../mapping/schema';
import type { TargetSchema } from '../mapping/schema';
import type { Message } from '../message';
import { GrowingNumbers } from './growingNumbers';
import type { RowSpan } from './recordRows';

/** A field whose values must differ. */
export interface UniqueField {
  readonly at: LayoutField;
  /** Live records can be found by it. */
  readonly searchable: boolean;
  /** The value of a record in the form in which values are compared; empty when it has none. */
  textOf(record: Pick<ImportRecord, 'values'>): string;
}

/** What was decided for a record that has a key. */
export type Fate = 'added' | 'updated' | 'unchanged';
const FATES = ['unchanged', 'added', 'updated'] as const satisfies readonly Fate[];

/** A record that was decided before its key came again. */
export interface RepeatedKey {
  readonly row: number;
  readonly lastRow: number;
  /** What had been decided for it, and counted. */
  readonly fate: 'added' | 'updated';
  readonly problem: Problem;
}

/** Keys, and values that must differ, as far as the file itself tells. */
export class FileKeys {
  readonly uniques: readonly UniqueField[];
  readonly key: LayoutKey | null;
  readonly #normalizeKey: KeyNormalizer;
  readonly #keys = new KeyIndex();
  readonly #values: readonly KeyIndex[];
  /** By ordinal of the first row: line of the file, rows after the first, and what was decided. */
  readonly #lines = new GrowingNumbers();
  readonly #extents = new GrowingNumbers();
  readonly #fates = new GrowingNumbers();

  constructor(schema: TargetSchema, layout: RecordLayout) {
    this.key = layout.mode !== undefined && changesRecords(layout.mode) ? layout.key : null;
    this.#normalizeKey = this.key === null ? () => '' : keyNormalizer(this.key.field, schema);
    this.uniques = uniquesOf(schema, layout, this.key);
    this.#values = this.uniques.map(() => new KeyIndex());
  }

  /** Takes a record in and says what of it stands in the file already. */
  problemsOf(record: ImportRecord, line: number): Problem[] {
    const problems: Problem[] = [];
    if (this.key !== null) {
      const { key = '' } = record;
      const first = this.#noteKey(key, record, line);
      if (first !== null) problems.push(keyProblem(this.key, key, repeatedIn(key, this.#lines.get(first))));
    }
    this.uniques.forEach((unique, index) => {
      const { at } = unique;
      const value = unique.textOf(record);
      const first = value === '' ? null : (this.#values[index]?.add(value, line) ?? null);
      if (first === null) return;
      const args = { field: at.field.label, value: shorten(value), line: first };
      problems.push(cellProblem(at, value, mappingMessage('value.repeated', args)));
    });
    return problems;
  }

  /**
   * Takes in the key of a record that has problems of its own: while it is in the file, nobody knows whether it or another
   * row of this key is meant. Answers the problem of it when the key stands in the file already.
   */
  problemOfInvalid({ row, lastRow }: RecordProblems, { cells, line }: Row): Problem | null {
    if (this.key === null) return null;
    const key = this.#normalizeKey(cells[this.key.column] ?? '');
    if (key instanceof Refusal || key === '') return null;
    const first = this.#noteKey(key, { row, lastRow }, line);
    return first === null ? null : keyProblem(this.key, key, repeatedIn(key, this.#lines.get(first)));
  }

  /** Whether a new record has a value in a field without duplicates by which it can be found. */
  isKeyed(record: ImportRecord): boolean {
    if (this.key !== null && this.key.index !== null && (record.key ?? '') !== '') return true;
    return this.uniques.some((unique) => unique.searchable && unique.textOf(record) !== '');
  }

  #noteKey(key: string, { row, lastRow }: RowSpan, line: number): number | null {
    this.#lines.set(row, line);
    this.#extents.set(row, lastRow - row);
    return key === '' ? null : this.#keys.add(key, row);
  }

  decided({ row }: ImportRecord, fate: Fate): void {
    if (this.key !== null) this.#fates.set(row, FATES.indexOf(fate));
  }

  /**
   * At the end of the file: nobody knows which of the rows with one key is meant, so the first of them may not be sent
   * either, unless it changes nothing.
   */
  repeated(): RepeatedKey[] {
    const { key } = this;
    if (key === null) return [];
    return [...this.#keys.repeats].flatMap(([row, second]): RepeatedKey[] => {
      const fate = FATES[this.#fates.get(row)] ?? 'unchanged';
      if (fate === 'unchanged') return [];
      const problem = keyProblem(key, '', repeatedIn('', this.#lines.get(second)));
      return [{ row, lastRow: row + this.#extents.get(row), fate, problem }];
    });
  }
}

/** Whether a cell of the key's column says nothing. */
export function isBlank(cell: string | undefined): boolean {
  return cell === undefined || cell.trim() === '';
}

function repeatedIn(value: string, line: number): Message {
  return value === ''
    ? { code: 'row.keyAgain', args: { line } }
    : mappingMessage('key.repeated', { value: shorten(value), line });
}

export function keyProblem({ field, column }: LayoutKey, value: string, message: Message): Problem {
  return { column, field: field.code, ...(value === '' ? {} : { value: shorten(value) }), message };
}

export function cellProblem({ field, columns }: LayoutField, value: string, message: Message): Problem {
  return { column: columns[0] ?? null, field: field.code, value: shorten(value), message };
}

/** Fields that allow no duplicates; the key is looked after apart. */
function uniquesOf(schema: TargetSchema, layout: RecordLayout, key: LayoutKey | null): UniqueField[] {
  const searchable = keyFields(schema);
  return layout.fields.flatMap((at, index): UniqueField[] => {
    const { field } = at;
    if (!field.unique || index === key?.index) return [];
    const normalize = keyNormalizer(field, schema);
    return [
      { at, searchable: searchable.includes(field), textOf: (record) => textAt(record, index, normalize) },
    ];
  });
}

function textAt({ values }: Pick<ImportRecord, 'values'>, index: number, normalize: KeyNormalizer): string {
  const value = values[index];
  const text = typeof value === 'string' ? normalize(value) : '';
  return text instanceof Refusal ? '' : text;
}
