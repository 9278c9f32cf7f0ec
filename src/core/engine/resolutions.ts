import type { ImportRecord, RecordValue, RecordVersion, TableValue } from '../mapping/record';
import { ExpectedError } from '../message';

/** Entries are kept in pieces of so many: nothing is copied when there are more. */
const PIECE = 1 << 14;

interface Piece {
  readonly rows: Uint32Array;
  readonly ids: Float64Array;
  readonly revisions: Uint32Array;
  readonly sets: Uint32Array;
}

/** An entry's id or revision stands in `odd` because it is no number that fits. */
const ODD = 0xffff_ffff;
/** Beside the number of a set: the id is the record's key, and the two numbers are those of a weak ETag. */
const TAGGED = 0x8000_0000;
const WEAK_TAG = /^W\/"(\d{1,9})-(\d{1,15})"$/;

/**
 * Which records of a file change which records of the endpoint, and which of their values: 20 bytes each, so that a
 * million fit. Entries are added in file order and read back in file order.
 */
export class Resolutions {
  size = 0;
  readonly #pieces: Piece[] = [];
  /** Sets of values that change, each kept once: `0.3.4` are indexes of layout fields. */
  readonly #sets: (readonly number[])[] = [];
  readonly #setNumbers = new Map<string, number>();
  readonly #odd = new Map<number, RecordVersion>();
  /** Values that the file alone does not give (ids of table rows), by entry and field. */
  readonly #replaced = new Map<number, Replaced>();

  /** `changes` has `undefined` where a value stays; its other values replace those of the record. */
  add(record: ImportRecord, version: RecordVersion, changes: readonly RecordValue[]): void {
    const entry = this.size++;
    const at = entry % PIECE;
    if (at === 0) this.#pieces.push(newPiece());
    const piece = this.#pieces[this.#pieces.length - 1];
    if (piece === undefined) return;
    const id = Number(version.id);
    const revision = Number(version.revision);
    const plain =
      Number.isSafeInteger(id) &&
      String(id) === version.id &&
      revision < ODD &&
      String(revision) === version.revision;
    const tag = plain ? null : tagOf(record, version);
    if (!plain && tag === null) this.#odd.set(entry, version);
    piece.rows[at] = record.row;
    piece.ids[at] = plain ? id : (tag?.second ?? 0);
    piece.revisions[at] = plain ? revision : (tag?.first ?? ODD);
    piece.sets[at] = this.#setOf(changes) + (tag === null ? 0 : TAGGED);
    const replaced = replacedValues(record.values, changes);
    if (replaced !== null) this.#replaced.set(entry, replaced);
  }

  /**
   * Gives records, asked for in file order, what was found out about them; a record without an entry is new. Throws
   * `ExpectedError` when a record with an entry does not come: the file has changed, and nothing of it is certain.
   */
  reader(): (record: ImportRecord) => ImportRecord {
    let entry = 0;
    return (record) => {
      if (entry >= this.size) return record;
      const piece = this.#pieces[Math.floor(entry / PIECE)];
      const at = entry % PIECE;
      const row = piece?.rows[at];
      if (row !== undefined && row < record.row) throw new ExpectedError({ code: 'job.inputChanged' });
      if (piece === undefined || row !== record.row) return record;
      const [first, second, marked = 0] = [piece.revisions[at], piece.ids[at], piece.sets[at]];
      const tagged = marked >= TAGGED;
      const update =
        this.#odd.get(entry) ??
        (tagged
          ? { id: record.key ?? '', revision: `W/"${first}-${second}"` }
          : { id: String(second), revision: String(first) });
      const replaced = this.#replaced.get(entry);
      const values = new Array<RecordValue>(record.values.length).fill(undefined);
      for (const index of this.#sets[tagged ? marked - TAGGED : marked] ?? []) {
        const own = record.values[index];
        const other = replaced?.get(index);
        values[index] = other === undefined ? own : restored(own, other);
      }
      entry++;
      return { ...record, values, update };
    };
  }

  #setOf(changes: readonly RecordValue[]): number {
    const indexes = changes.flatMap((value, index) => (value === undefined ? [] : [index]));
    const name = indexes.join('.');
    const known = this.#setNumbers.get(name);
    if (known !== undefined) return known;
    this.#setNumbers.set(name, this.#sets.length);
    return this.#sets.push(indexes) - 1;
  }
}

/** The two numbers of an ETag, when they and the record's key say all of its version. */
function tagOf(
  { key }: ImportRecord,
  { id, revision }: RecordVersion,
): { readonly first: number; readonly second: number } | null {
  const [, version = '', time = ''] = WEAK_TAG.exec(revision) ?? [];
  const [first, second] = [Number(version), Number(time)];
  const exact = id === key && id !== '' && String(first) === version && String(second) === time;
  return exact ? { first, second } : null;
}

function newPiece(): Piece {
  return {
    rows: new Uint32Array(PIECE),
    ids: new Float64Array(PIECE),
    revisions: new Uint32Array(PIECE),
    sets: new Uint32Array(PIECE),
  };
}

/** Ids that the rows of a table have at the endpoint; all else of the table is the file's. */
interface RowIds {
  readonly rowIds: readonly (string | undefined)[];
}

type Replaced = ReadonlyMap<number, RecordValue | RowIds>;

/** Values that were made for the update and are not simply the record's own. */
function replacedValues(own: readonly RecordValue[], changes: readonly RecordValue[]): Replaced | null {
  let replaced: Map<number, RecordValue | RowIds> | null = null;
  changes.forEach((value, index) => {
    const before = own[index];
    if (value === undefined || isSame(value, before)) return;
    replaced ??= new Map();
    replaced.set(index, rowIds(value, before) ?? value);
  });
  return replaced;
}

function isSame(value: RecordValue, own: RecordValue): boolean {
  if (value === own) return true;
  return (
    isTexts(value) && isTexts(own) && value.length === own.length && value.every((item, i) => item === own[i])
  );
}

function isTexts(value: RecordValue): value is readonly string[] {
  return Array.isArray(value);
}

/** Only the ids, where nothing else of a table differs. */
function rowIds(value: RecordValue, own: RecordValue): RowIds | null {
  if (!isTable(value) || !isTable(own) || value.rows.length !== own.rows.length) return null;
  const same = value.rows.every(({ row, values }, i) => {
    const before = own.rows[i];
    return row === before?.row && values.every((inner, j) => isSame(inner, before.values[j]));
  });
  return same ? { rowIds: value.rows.map(({ id }) => id) } : null;
}

function isTable(value: RecordValue): value is TableValue {
  return typeof value === 'object' && 'rows' in value;
}

function restored(own: RecordValue, replaced: RecordValue | RowIds): RecordValue {
  if (typeof replaced !== 'object' || !('rowIds' in replaced)) return replaced;
  if (!isTable(own)) return own;
  return {
    rows: own.rows.map(({ row, values }, i) => {
      const id = replaced.rowIds[i];
      return id === undefined ? { row, values } : { row, values, id };
    }),
  };
}
