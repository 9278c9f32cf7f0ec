import type { Row } from '../files/row';
import type { Message } from '../message';

/**
 * `undefined`: not sent. `''`: nothing, whatever the kind. Choices, users and the like are arrays of options or codes.
 *
 * Numbers are plain decimals, booleans `true` or `false`, moments that are kept to the millisecond such as
 * `2026-11-22T03:04:05.678Z`. Lists are arrays of their items in order, each in the form that its kind has alone.
 * Objects are JSON without blanks, parts in declared order: numbers and booleans as such, moments as texts in the same
 * form, lists as arrays. Parts that hold nothing are left out; a `null` among them clears the part of a record that
 * is merged.
 */
export type RecordValue = string | readonly string[] | TableValue | FilesValue | undefined;

export interface TableValue {
  readonly rows: readonly TableRow[];
}

export interface TableRow {
  /** Ordinal of the row of the file it came from. */
  readonly row: number;
  /** Id that the row has at the endpoint; a row without one is new. */
  readonly id?: string;
  /** Aligned with the `inner` of the table's layout field. */
  readonly values: readonly RecordValue[];
  /**
   * Only in rows that were read from the endpoint: codes of the writable fields that hold something and are not in the
   * layout. Such a row would lose them if it were replaced by a new one.
   */
  readonly unmapped?: readonly string[];
}

export interface FilesValue {
  readonly files: readonly FileToAttach[];
}

export interface FileToAttach {
  /** Absolute, inside the attachments folder, links resolved. */
  readonly path: string;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** What the endpoint calls the file once it is uploaded. */
  readonly fileKey?: string;
}

/** A record that may be sent; `values` is aligned with the fields of its layout. */
export interface ImportRecord {
  /** Ordinal of the record's first row in the file. */
  readonly row: number;
  /** Ordinal of its last row: the same one, unless tables span several. */
  readonly lastRow: number;
  readonly values: readonly RecordValue[];
  /** The key in the form in which keys are compared; empty when the row has none; absent without a key column. */
  readonly key?: string;
  /** Given when the record changes one that exists; values that would not change are `undefined` then. */
  readonly update?: RecordVersion;
}

/** A record of the endpoint, as it was read. */
export interface RecordVersion {
  readonly id: string;
  readonly revision: string;
}

/** Why a record may not be sent. All its rows are left out, those without a problem too. */
export interface RecordProblems {
  readonly row: number;
  readonly lastRow: number;
  readonly rows: readonly RowProblems[];
}

export interface RowProblems {
  readonly row: Row;
  readonly problems: readonly Problem[];
}

export type MappedRecord = ImportRecord | RecordProblems;

export function isRecord(mapped: MappedRecord): mapped is ImportRecord {
  return 'values' in mapped;
}

/** Why a row was not imported, and which cell is to blame. */
export interface Problem {
  /** 0-based column of the file; null when the row as a whole is meant. */
  readonly column: number | null;
  /** Field code, when the reason concerns a field. */
  readonly field?: string;
  /** The value that was refused, shortened. */
  readonly value?: string;
  readonly message: Message;
}
