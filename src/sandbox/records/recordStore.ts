import { uniqueKey } from './compiledField';
import type { CompiledField } from './field';
import { isEmpty } from './field';
import type { StoredRecord } from './packedRecords';
import { PackedRecords } from './packedRecords';

/** Undoes one step; a request that fails runs its steps from the last to the first. */
export type UndoLog = (() => void)[];

export interface RecordView {
  readonly id: number;
  readonly revision: number;
  readonly values: StoredRecord;
  /** User codes. */
  readonly creator: string;
  readonly modifier: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What is known of a record whether it is still there or not. */
export interface KeptRecord {
  readonly id: number;
  /** The last one it had. */
  readonly revision: number;
  /** User code. */
  readonly creator: string;
  /** ISO 8601. */
  readonly created: string;
  readonly removed: boolean;
}

/** Who writes, and when. */
export interface Writer {
  readonly userCode: string;
  readonly now: number;
}

/** Who and when as an administrator sends them with a record that is added; what is absent goes by the writer. */
export type Stamps = Partial<Pick<RecordView, 'creator' | 'modifier' | 'createdAt' | 'updatedAt'>>;

const FIRST_CAPACITY = 1024;

/** The records of one app. Ids grow from 1 and are never given twice; a refused request may leave gaps. */
export class RecordStore {
  readonly #packed = new PackedRecords();
  readonly #userCodes: string[] = [];
  readonly #unique: ReadonlyMap<number, Map<string, number>>;
  #columns = newColumns(FIRST_CAPACITY);
  #lastId = 0;
  #count = 0;

  constructor(private readonly fields: readonly CompiledField[]) {
    this.#unique = new Map(
      [...fields.entries()].filter(([, field]) => field.unique).map(([index]) => [index, new Map()]),
    );
  }

  get count(): number {
    return this.#count;
  }

  /** The highest id given so far. */
  get lastId(): number {
    return this.#lastId;
  }

  has(id: number): boolean {
    return (this.#columns.length[id - 1] ?? 0) > 0;
  }

  get(id: number): RecordView | undefined {
    const slot = id - 1;
    const columns = this.#columns;
    const length = columns.length[slot] ?? 0;
    if (length === 0) {
      return undefined;
    }
    return {
      id,
      revision: columns.revision[slot] ?? 0,
      values: this.#packed.read(columns.chunk[slot] ?? 0, columns.offset[slot] ?? 0, length),
      creator: this.#userCodes[columns.creator[slot] ?? 0] ?? '',
      modifier: this.#userCodes[columns.modifier[slot] ?? 0] ?? '',
      createdAt: columns.createdAt[slot] ?? 0,
      updatedAt: columns.updatedAt[slot] ?? 0,
    };
  }

  revision(id: number): number {
    return this.#columns.revision[id - 1] ?? 0;
  }

  /** The record that holds this value of a field without duplicates. */
  ownerOf(fieldIndex: number, key: string): number | undefined {
    return this.#unique.get(fieldIndex)?.get(key);
  }

  insert(values: StoredRecord, writer: Writer, undo: UndoLog, stamps?: Stamps): number {
    const id = ++this.#lastId;
    const slot = id - 1;
    this.#makeRoom(id);
    const user = this.#userNumber(writer.userCode);
    const columns = this.#columns;
    this.#place(slot, values);
    columns.revision[slot] = 1;
    columns.creator[slot] = user;
    columns.modifier[slot] = user;
    columns.createdAt[slot] = writer.now;
    columns.updatedAt[slot] = writer.now;
    if (stamps !== undefined) {
      this.#stamp(slot, stamps);
    }
    this.#count++;
    this.#index(id, values);
    undo.push(() => {
      this.#columns.length[slot] = 0;
      this.#columns.revision[slot] = 0;
      this.#count--;
      this.#unindex(id, values);
    });
    return id;
  }

  /** Gives the new revision. */
  update(id: number, values: StoredRecord, writer: Writer, undo: UndoLog): number {
    const old = this.get(id);
    if (old === undefined) {
      throw new RangeError(`No record ${id}`);
    }
    const slot = id - 1;
    const before = snapshot(this.#columns, slot);
    this.#unindex(id, old.values);
    this.#place(slot, values);
    this.#columns.revision[slot] = old.revision + 1;
    this.#columns.modifier[slot] = this.#userNumber(writer.userCode);
    this.#columns.updatedAt[slot] = writer.now;
    this.#index(id, values);
    undo.push(() => {
      this.#unindex(id, values);
      restore(this.#columns, slot, before);
      this.#index(id, old.values);
    });
    return old.revision + 1;
  }

  /** Every record that was ever kept, those that were removed since too, in the order of ids. */
  *history(): Generator<KeptRecord> {
    const { revision, creator, createdAt, length } = this.#columns;
    for (let slot = 0; slot < this.#lastId; slot++) {
      if ((revision[slot] ?? 0) > 0) {
        yield {
          id: slot + 1,
          revision: revision[slot] ?? 0,
          creator: this.#userCodes[creator[slot] ?? 0] ?? '',
          created: new Date(createdAt[slot] ?? 0).toISOString(),
          removed: length[slot] === 0,
        };
      }
    }
  }

  remove(id: number, undo: UndoLog): void {
    const old = this.get(id);
    if (old === undefined) {
      throw new RangeError(`No record ${id}`);
    }
    const slot = id - 1;
    const length = this.#columns.length[slot] ?? 0;
    this.#columns.length[slot] = 0;
    this.#count--;
    this.#unindex(id, old.values);
    undo.push(() => {
      this.#columns.length[slot] = length;
      this.#count++;
      this.#index(id, old.values);
    });
  }

  clear(): void {
    this.#packed.clear();
    this.#columns = newColumns(FIRST_CAPACITY);
    this.#lastId = 0;
    this.#count = 0;
    for (const index of this.#unique.values()) {
      index.clear();
    }
  }

  #place(slot: number, values: StoredRecord): void {
    this.#packed.append(values);
    this.#columns.chunk[slot] = this.#packed.chunk;
    this.#columns.offset[slot] = this.#packed.offset;
    this.#columns.length[slot] = this.#packed.length;
  }

  #stamp(slot: number, { creator, modifier, createdAt, updatedAt }: Stamps): void {
    const columns = this.#columns;
    if (creator !== undefined) {
      columns.creator[slot] = this.#userNumber(creator);
    }
    if (modifier !== undefined) {
      columns.modifier[slot] = this.#userNumber(modifier);
    }
    columns.createdAt[slot] = createdAt ?? columns.createdAt[slot] ?? 0;
    columns.updatedAt[slot] = updatedAt ?? columns.updatedAt[slot] ?? 0;
  }

  #index(id: number, values: StoredRecord): void {
    for (const [index, owners] of this.#unique) {
      const key = this.#keyOf(index, values);
      if (key !== undefined) {
        owners.set(key, id);
      }
    }
  }

  #unindex(id: number, values: StoredRecord): void {
    for (const [index, owners] of this.#unique) {
      const key = this.#keyOf(index, values);
      // Another record of the same request may have taken the value over already.
      if (key !== undefined && owners.get(key) === id) {
        owners.delete(key);
      }
    }
  }

  #keyOf(index: number, values: StoredRecord): string | undefined {
    const field = this.fields[index];
    const value = values[index];
    return field === undefined || value === undefined || isEmpty(value)
      ? undefined
      : uniqueKey(field.field, value);
  }

  #userNumber(code: string): number {
    const known = this.#userCodes.indexOf(code);
    return known >= 0 ? known : this.#userCodes.push(code) - 1;
  }

  #makeRoom(records: number): void {
    const capacity = this.#columns.length.length;
    if (records > capacity) {
      this.#columns = newColumns(capacity * 2, this.#columns);
    }
  }
}

interface Columns {
  readonly chunk: Uint32Array;
  readonly offset: Uint32Array;
  /** Bytes; 0 where there is no record. */
  readonly length: Uint32Array;
  readonly revision: Uint32Array;
  readonly creator: Uint16Array;
  readonly modifier: Uint16Array;
  readonly createdAt: Float64Array;
  readonly updatedAt: Float64Array;
}

function newColumns(capacity: number, from?: Columns): Columns {
  const columns = {
    chunk: new Uint32Array(capacity),
    offset: new Uint32Array(capacity),
    length: new Uint32Array(capacity),
    revision: new Uint32Array(capacity),
    creator: new Uint16Array(capacity),
    modifier: new Uint16Array(capacity),
    createdAt: new Float64Array(capacity),
    updatedAt: new Float64Array(capacity),
  };
  if (from !== undefined) {
    for (const name of Object.keys(columns) as (keyof Columns)[]) {
      columns[name].set(from[name]);
    }
  }
  return columns;
}

type Slot = Record<keyof Columns, number>;

function snapshot(columns: Columns, slot: number): Slot {
  const names = Object.keys(columns) as (keyof Columns)[];
  return Object.fromEntries(names.map((name) => [name, columns[name][slot] ?? 0])) as Slot;
}

function restore(columns: Columns, slot: number, values: Slot): void {
  for (const name of Object.keys(columns) as (keyof Columns)[]) {
    columns[name][slot] = values[name];
  }
}
