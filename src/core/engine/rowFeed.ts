import type { Row, Table } from '../files/row';
import type { RecordMapper } from '../mapping/createMapper';
import type { RecordLayout } from '../mapping/layout';
import { isRecord } from '../mapping/record';
import type { ImportRecord, MappedRecord, RecordValue } from '../mapping/record';
import { ExpectedError } from '../message';
import { INVALID } from './rowVerdicts';
import type { RowVerdicts } from './rowVerdicts';

interface Weighed {
  readonly record: ImportRecord;
  readonly bytes: number;
}

/**
 * The second pass over the file: hands out the valid rows in file order, request by request, and reads no further ahead
 * than it was asked to, so that memory stays flat. Both passes must agree; where they do not, the input has changed.
 */
export class RowFeed {
  readonly #rows: AsyncIterator<readonly Row[]>;
  readonly #mapper: RecordMapper;
  readonly #verdicts: RowVerdicts;
  readonly #weigh: (record: ImportRecord) => number;
  #ready: Weighed[] = [];
  #taken = 0;
  #seen = 0;
  #ended = false;
  #filling: Promise<void> | null = null;
  #failure: { readonly error: unknown } | null = null;

  constructor(table: Table, mapper: RecordMapper, layout: RecordLayout, verdicts: RowVerdicts) {
    this.#rows = table.rows()[Symbol.asyncIterator]();
    this.#mapper = mapper;
    this.#verdicts = verdicts;
    this.#weigh = weigher(layout);
  }

  /** The next rows: as many as fit, at least one, none at the end of the file. Throws what reading throws. */
  async take(maxRows: number, maxBytes: number): Promise<ImportRecord[]> {
    await this.#filling;
    if (this.#left < maxRows) await this.#fill(maxRows);
    const records: ImportRecord[] = [];
    let bytes = 0;
    for (; records.length < maxRows; this.#taken++) {
      const next = this.#ready[this.#taken];
      if (!next || (records.length > 0 && bytes + next.bytes > maxBytes)) break;
      records.push(next.record);
      bytes += next.bytes;
    }
    // What could not be read matters once the rows before it are gone.
    if (records.length === 0 && this.#failure) throw this.#failure.error;
    return records;
  }

  /** Reads ahead while a request is under way. */
  prepare(maxRows: number): void {
    if (this.#filling === null && this.#left < maxRows) void this.#fill(maxRows);
  }

  /** Lets go of the file. */
  async close(): Promise<void> {
    await this.#filling;
    await this.#rows.return?.();
  }

  get #left(): number {
    return this.#ready.length - this.#taken;
  }

  async #fill(rows: number): Promise<void> {
    const filling = this.#read(rows)
      .catch((error: unknown) => {
        this.#failure = { error };
      })
      .finally(() => {
        this.#filling = null;
      });
    this.#filling = filling;
    await filling;
  }

  async #read(rows: number): Promise<void> {
    this.#ready = this.#ready.slice(this.#taken);
    this.#taken = 0;
    while (this.#ready.length < rows && !this.#ended && !this.#failure) {
      const next = await this.#rows.next();
      if (next.done === true) {
        this.#ended = true;
        for (const mapped of this.#mapper.end()) this.#add(mapped);
        if (this.#seen !== this.#verdicts.total) throw inputChanged();
      } else {
        for (const mapped of this.#mapper.map(next.value)) this.#add(mapped);
      }
    }
  }

  #add(mapped: MappedRecord): void {
    this.#seen += mapped.lastRow - mapped.row + 1;
    const wasInvalid = this.#verdicts.get(mapped.row) === INVALID;
    if (mapped.lastRow > this.#verdicts.total || isRecord(mapped) === wasInvalid) throw inputChanged();
    if (isRecord(mapped)) this.#ready.push({ record: mapped, bytes: this.#weigh(mapped) });
  }
}

function inputChanged(): ExpectedError {
  return new ExpectedError({ code: 'job.inputChanged' });
}

/** About how many bytes a record takes in a request. Guessed too low, the endpoint refuses and the request is halved. */
function weigher(layout: RecordLayout): (record: ImportRecord) => number {
  const around = layout.fields.map(({ field }) => Buffer.byteLength(field.code) + '"":{"value":""},'.length);
  return ({ values }) => {
    let bytes = 4;
    values.forEach((value, index) => {
      if (value !== undefined) bytes += (around[index] ?? 0) + weightOf(value);
    });
    return bytes;
  };
}

function weightOf(value: RecordValue): number {
  if (value === undefined) return 0;
  if (typeof value === 'string') return Buffer.byteLength(value);
  if ('files' in value) return value.files.length * 64;
  let bytes = 0;
  if ('rows' in value) {
    for (const row of value.rows) for (const inner of row.values) bytes += weightOf(inner) + 32;
    return bytes;
  }
  for (const item of value) bytes += Buffer.byteLength(item) + 16;
  return bytes;
}
