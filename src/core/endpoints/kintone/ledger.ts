import type { ImportRecord } from '../../mapping/record';
import { TransportError } from '../transport';
import type { Transport } from '../transport';
import { ExpectedError } from '../../message';
import { isObject } from '../readJson';
import { kintoneMessage } from './codes';
import { queryRecords, textOf } from './find';
import { LEDGER_CODES, LONGEST_NAME } from './ledgerApp';
import { apiPath } from './paths';
import type { KintonePlace } from './paths';
import { KintoneRefusal } from './reader';
import type { Search } from './reader';
import { nextRevision } from './settle';
import { writeRecords } from './writeRecords';

/** So often it is tried to shut out late copies of a request. */
const TRIES = 5;

/** The record of a job in a ledger app. */
export interface LedgerRecord {
  readonly id: string;
  readonly revision: string;
  /** Rows of the last request that was kept, as `requestName` has them; empty before the first. */
  readonly lastRequest: string;
  readonly rowsKept: number;
}

export interface LedgerOptions {
  readonly place: KintonePlace;
  readonly transport: Transport;
  readonly search: Search;
  readonly language: string;
  readonly app: string;
  readonly jobId: string;
}

/** Whether a request was kept, for certain: what is not kept by now will never be. */
export type LedgerAnswer = 'kept' | 'notKept' | 'notTold';

/**
 * What a ledger app says of the requests of one job. Each request changes the job's record from the revision that was
 * read before it, so that of two copies one is refused, and all that was sent before is refused once the record has
 * moved on.
 */
export class Ledger {
  readonly app: string;
  readonly #options: LedgerOptions;
  #record: LedgerRecord | null = null;
  /** There was a record: without it nothing can be told any more. */
  #seen = false;

  constructor(options: LedgerOptions) {
    this.app = options.app;
    this.#options = options;
  }

  /** The job's record, made when it is not there yet. Throws `ExpectedError`. */
  async open(signal?: AbortSignal): Promise<LedgerRecord> {
    this.#record ??= await this.#read(signal);
    if (this.#record === null) {
      await this.#create(signal);
      this.#record = await this.#read(signal);
    }
    if (this.#record === null) {
      throw new ExpectedError(kintoneMessage('kintone.ledgerGone', { app: this.app }));
    }
    this.#seen = true;
    return this.#record;
  }

  /** The part of a bulk request that writes down that it was kept, as text. */
  partOf(record: LedgerRecord, batch: readonly ImportRecord[]): string {
    const payload = this.#change(record, {
      [LEDGER_CODES.lastRequest]: { value: requestName(batch) },
      [LEDGER_CODES.rowsKept]: { value: String(record.rowsKept + countRows(batch)) },
    });
    const api = apiPath(this.#options.place, 'records');
    return JSON.stringify({ method: 'PUT', api, payload });
  }

  /** A request was kept. */
  moved(record: LedgerRecord, batch: readonly ImportRecord[]): void {
    this.#record = {
      ...record,
      revision: nextRevision(record.revision),
      lastRequest: requestName(batch),
      rowsKept: record.rowsKept + countRows(batch),
    };
  }

  /**
   * Whether a request was kept whose answer was lost. When it was not, the record moves on first, so that a copy that
   * comes late is refused. Throws `ExpectedError`.
   */
  async lookFor(batch: readonly ImportRecord[], signal?: AbortSignal): Promise<LedgerAnswer> {
    this.#record = null;
    const name = requestName(batch);
    let before: string | null = null;
    for (let tried = 0; tried < TRIES; tried += 1) {
      const record = await this.#read(signal);
      if (record === null) {
        // Requests are sent when there is a record: none was, unless it has been deleted.
        return this.#seen ? 'notTold' : 'notKept';
      }
      if (record.lastRequest === name) {
        this.#record = record;
        return 'kept';
      }
      if (before !== null && isLater(record.revision, before)) {
        this.#record = record;
        return 'notKept';
      }
      before ??= record.revision;
      await this.#moveOn(record, signal);
    }
    return 'notTold';
  }

  async #read(signal: AbortSignal | undefined): Promise<LedgerRecord | null> {
    const { jobId } = LEDGER_CODES;
    const query = `${jobId} = "${this.#options.jobId.replaceAll(/["\\]/g, '\\$&')}" limit 1`;
    const codes = Object.values(LEDGER_CODES);
    const wanted = { app: this.app, query, layout: null, codes };
    const [found] = await queryRecords(this.#options.search, wanted, signal);
    if (found === undefined) {
      return null;
    }
    const { record, id, revision } = found;
    const rowsKept = Number(textOf(record[LEDGER_CODES.rowsKept]));
    return {
      id,
      revision,
      lastRequest: textOf(record[LEDGER_CODES.lastRequest]),
      rowsKept: Number.isFinite(rowsKept) ? rowsKept : 0,
    };
  }

  /** That it is there already is as good, and a lost answer is found out by reading. */
  async #create(signal: AbortSignal | undefined): Promise<void> {
    const record = {
      [LEDGER_CODES.jobId]: { value: this.#options.jobId },
      [LEDGER_CODES.lastRequest]: { value: '' },
      [LEDGER_CODES.rowsKept]: { value: '0' },
    };
    try {
      await writeRecords(this.#options, 'POST', { app: this.app, records: [record] }, signal);
    } catch (error) {
      if (!(error instanceof ExpectedError) || (await this.#read(signal)) === null) {
        throw error;
      }
    }
  }

  /** That the record has moved already, or the answer is lost, is found out by reading. */
  async #moveOn(record: LedgerRecord, signal: AbortSignal | undefined): Promise<void> {
    const payload = this.#change(record, { [LEDGER_CODES.rowsKept]: { value: String(record.rowsKept) } });
    try {
      await writeRecords(this.#options, 'PUT', payload, signal);
    } catch (error) {
      const moved = error instanceof KintoneRefusal && error.status === 409;
      const lost = error instanceof ExpectedError && error.cause instanceof TransportError;
      if (!moved && !lost) {
        throw error;
      }
    }
  }

  #change({ id, revision }: LedgerRecord, record: Readonly<Record<string, unknown>>): object {
    return { app: this.app, records: [{ id, revision, record }] };
  }
}

/** Whether an answer to the ledger's part of a request says that its record has moved on by one. */
export function isMovedOn(result: unknown, { id, revision }: LedgerRecord): boolean {
  const records: readonly unknown[] = isObject(result) && Array.isArray(result.records) ? result.records : [];
  const [only] = records;
  return (
    isObject(only) &&
    records.length === 1 &&
    String(only.id) === id &&
    String(only.revision) === nextRevision(revision)
  );
}

/** Revisions are whole numbers of any length. */
function isLater(revision: string, than: string): boolean {
  return /^\d+$/.test(revision) && /^\d+$/.test(than) && BigInt(revision) > BigInt(than);
}

/**
 * A name for the rows of a request, counted from 1 as people do: `1-1900`, `3-5,9`. What is longer ends in a sum, by
 * which it is told from others that begin alike.
 */
export function requestName(batch: readonly ImportRecord[]): string {
  const ranges: { from: number; to: number }[] = [];
  for (const { row, lastRow } of batch) {
    const last = ranges.at(-1);
    if (last?.to === row - 1) {
      last.to = lastRow;
    } else {
      ranges.push({ from: row, to: lastRow });
    }
  }
  const name = ranges
    .map(({ from, to }) => (from === to ? String(from + 1) : `${from + 1}-${to + 1}`))
    .join(',');
  return name.length <= LONGEST_NAME
    ? name
    : `${name.slice(0, name.lastIndexOf(',', LONGEST_NAME - 20))},… ${sumOf(name)}`;
}

/** FNV-1a, 64 bits: nobody forges it, it only tells the requests of one job apart. */
function sumOf(text: string): string {
  let sum = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) {
    sum = BigInt.asUintN(64, (sum ^ BigInt(byte)) * 0x100000001b3n);
  }
  return sum.toString(16).padStart(16, '0');
}

function countRows(batch: readonly ImportRecord[]): number {
  return batch.reduce((sum, { row, lastRow }) => sum + lastRow - row + 1, 0);
}
