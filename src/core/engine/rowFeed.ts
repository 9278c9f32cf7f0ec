import type { Row, Table } from '../files/row';
import type { RecordMapper } from '../mapping/createMapper';
import { asNew } from '../mapping/changes';
import type { RecordLayout } from '../mapping/layout';
import { addsRecords } from '../mapping/plan';
import { isRecord } from '../mapping/record';
import type { ImportRecord, MappedRecord, RecordProblems, RecordValue } from '../mapping/record';
import type { TargetSchema } from '../mapping/schema';
import { ExpectedError } from '../message';
import { hasFiles } from './attachments';
import { isUpdate } from './perRecord';
import { countRows } from './recordRows';
import type { Resolutions } from './resolutions';
import { INVALID, PENDING } from '../jobs/rowVerdicts';
import type { RowVerdicts, Verdict } from '../jobs/rowVerdicts';

export interface FeedParts {
  readonly table: Table;
  /** A mapper of its own: it has records in the making. */
  readonly mapper: RecordMapper;
  readonly layout: RecordLayout;
  readonly schema: TargetSchema;
  /** Of the first pass: what was found out about every row. */
  readonly verdicts: RowVerdicts;
  /** Which records change others, and how; none do when absent. */
  readonly resolutions?: Resolutions;
  /** New and changed records are never handed out together. */
  readonly oneKind?: boolean;
  /** Records of the smaller requests; a mixed batch leaves room for one more of them. */
  readonly smallBatch?: number;
}

/** So many batches are read to fill one of a single kind. */
const LOOK_AHEAD = 4;

interface Picked {
  readonly records: ImportRecord[];
  readonly rest: Weighed[];
  readonly full: boolean;
}

interface Weighed {
  readonly record: ImportRecord;
  readonly bytes: number;
}

/**
 * The second pass over the file: hands out the valid rows in file order, request by request, and reads no further ahead
 * than it was asked to, so that memory stays flat. Both passes must agree; where they do not, the input has changed.
 */
export class RowFeed {
  readonly #parts: FeedParts;
  readonly #resolve: (record: ImportRecord) => ImportRecord;
  readonly #rows: AsyncIterator<readonly Row[]>;
  readonly #mapper: RecordMapper;
  readonly #verdicts: RowVerdicts;
  readonly #weigh: (record: ImportRecord) => number;
  /** Files to attach are outside the frozen input, and may go between the passes. */
  readonly #mayLose: boolean;
  #ready: Weighed[] = [];
  #lost: RecordProblems[] = [];
  #seen = 0;
  #ended = false;
  #filling: Promise<void> | null = null;
  #failure: { readonly error: unknown } | null = null;

  constructor(parts: FeedParts) {
    this.#parts = parts;
    this.#rows = parts.table.rows()[Symbol.asyncIterator]();
    this.#mapper = parts.mapper;
    this.#verdicts = parts.verdicts;
    this.#resolve = parts.resolutions?.reader() ?? ((record) => record);
    this.#weigh = weigher(parts.layout);
    this.#mayLose = hasFiles(parts.layout);
  }

  /**
   * The next records: as many as fit, at least one, none at the end of the file. `noneAlone`: where one record would be
   * left for the next request, it gets another one for company. Throws what reading throws.
   */
  async take(maxRecords: number, maxBytes: number, noneAlone = false): Promise<ImportRecord[]> {
    await this.#filling;
    const wanted = noneAlone ? maxRecords + 1 : maxRecords;
    if (this.#ready.length < wanted) await this.#fill(wanted);
    let picked = this.#pick(maxRecords, maxBytes);
    // Of one kind there may be too few in what was read so far: that would make many small requests of two.
    while (!picked.full && this.#canLookFurther(maxRecords)) {
      await this.#fill(this.#ready.length + maxRecords);
      picked = this.#pick(maxRecords, maxBytes);
    }
    // What could not be read matters once the rows before it are gone.
    if (picked.records.length === 0 && this.#failure) throw this.#failure.error;
    const { records, rest } = picked;
    const spare = noneAlone && rest.length === 1 && records.length > 2 ? records.pop() : undefined;
    this.#ready = spare === undefined ? rest : [this.#weighed(spare), ...rest];
    return records;
  }

  /** Records that had no problem in the first pass and have one now, since the last call. */
  takeLost(): readonly RecordProblems[] {
    const lost = this.#lost;
    this.#lost = [];
    return lost;
  }

  /** Reads ahead while a request is under way. */
  prepare(maxRecords: number): void {
    if (this.#filling === null && this.#ready.length < maxRecords) void this.#fill(maxRecords);
  }

  /** Lets go of the file. */
  async close(): Promise<void> {
    await this.#filling;
    await this.#rows.return?.();
  }

  #canLookFurther(maxRecords: number): boolean {
    const { oneKind = false } = this.#parts;
    return oneKind && !this.#ended && !this.#failure && this.#ready.length < LOOK_AHEAD * maxRecords;
  }

  #pick(maxRecords: number, maxBytes: number): Picked {
    const { oneKind = false, smallBatch = 0 } = this.#parts;
    const records: ImportRecord[] = [];
    const rest: Weighed[] = [];
    let [bytes, most, full] = [0, maxRecords, false];
    const first = this.#ready[0]?.record;
    for (const [index, next] of this.#ready.entries()) {
      const other = isUpdate(next.record) !== isUpdate(first);
      if (other && oneKind) {
        rest.push(next);
        continue;
      }
      // The two kinds go in parts of their own, and each may leave its last part half full.
      if (other && maxRecords > smallBatch) most = maxRecords - smallBatch;
      full = records.length >= most || (records.length > 0 && bytes + next.bytes > maxBytes);
      if (full) return { records, rest: rest.concat(this.#ready.slice(index)), full };
      records.push(next.record);
      bytes += next.bytes;
    }
    return { records, rest, full: records.length >= most };
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
    const { resolutions, layout } = this.#parts;
    this.#seen += countRows([mapped]);
    if (mapped.lastRow > this.#verdicts.total) throw inputChanged();
    const verdict = this.#verdicts.get(mapped.row);
    if (!isRecord(mapped)) {
      this.#lose(mapped, verdict);
      return;
    }
    // A record without a problem of its own can have been refused for what else is in the file or at the endpoint.
    if (verdict === INVALID && resolutions === undefined) throw inputChanged();
    const record = this.#resolve(mapped);
    if (verdict !== PENDING) return;
    const adds = layout.mode === undefined || addsRecords(layout.mode);
    if (!adds && !isUpdate(record)) throw inputChanged();
    this.#push(isUpdate(record) ? record : this.#asNew(record));
  }

  #lose(record: RecordProblems, verdict: Verdict): void {
    // What was found out about it is passed over.
    this.#resolve({ row: record.row, lastRow: record.lastRow, values: [] });
    if (verdict !== PENDING) return;
    if (!this.#mayLose) throw inputChanged();
    this.#lost.push(record);
  }

  /** Rows of tables are new in a new record, whatever ids they bring. */
  #asNew(record: ImportRecord): ImportRecord {
    const { schema, layout } = this.#parts;
    return layout.fields.some(({ idColumn }) => idColumn !== undefined)
      ? { ...record, values: asNew(schema, layout, record).values }
      : record;
  }

  #push(record: ImportRecord): void {
    this.#ready.push(this.#weighed(record));
  }

  #weighed(record: ImportRecord): Weighed {
    return { record, bytes: this.#weigh(record) };
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
