import type { Message } from '../message';

export const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'shift_jis', 'euc-jp'] as const;
/** WHATWG labels; `shift_jis` is Windows-31J (CP932). */
export type Encoding = (typeof ENCODINGS)[number];

export const DELIMITERS = [',', '\t', ';', '|'] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** What a person may choose instead of what was detected. */
export interface ReadOptions {
  readonly encoding?: Encoding;
  readonly delimiter?: Delimiter;
  /** Name of the worksheet; the first visible one when absent. */
  readonly sheet?: string;
}

export interface CsvInfo {
  readonly format: 'csv';
  readonly encoding: Encoding;
  /** Whether the file starts with a byte order mark. */
  readonly bom: boolean;
  readonly delimiter: Delimiter;
  /** The first line end of the file; written between unimported rows. */
  readonly lineEnd: '\r\n' | '\n' | '\r';
  readonly header: readonly string[];
  /** Place of the header record, so that it can be written again byte for byte. */
  readonly headerPlace: RowPlace;
}

export interface XlsxInfo {
  readonly format: 'xlsx';
  readonly sheets: readonly { readonly name: string; readonly hidden: boolean }[];
  readonly sheet: string;
  readonly header: readonly string[];
  readonly headerPlace: RowPlace;
}

export type TableInfo = CsvInfo | XlsxInfo;

export interface RowPlace {
  /** CSV: 1-based physical line on which the record starts. Worksheet: the sheet's own row number. */
  readonly line: number;
  /** CSV: offset in the file of the record's first byte. Worksheet: 0. */
  readonly byteOffset: number;
  /** CSV: bytes of the record including its line end. Worksheet: 0. */
  readonly byteLength: number;
}

/** One record of the file. Cells are text exactly as the file means it (quotes and escapes undone). */
export interface Row extends RowPlace {
  /** 1-based position among the data rows; the header and empty lines are not counted. */
  readonly ordinal: number;
  readonly cells: readonly string[];
  /** Found while reading (undecodable bytes, ragged row, stray quote, NUL, a worksheet error value …). */
  readonly problems?: readonly CellProblem[];
}

export interface CellProblem {
  /** 0-based column; null when the row as a whole is meant. */
  readonly column: number | null;
  readonly message: Message;
}

/** A file opened for reading; `rows()` may be called again for another pass. */
export interface Table {
  readonly info: TableInfo;
  /**
   * The data rows in file order, in batches so that a million rows do not cost a million awaits.
   * Throws `ExpectedError` when the file can't be read on (unclosed quote, truncated archive …).
   */
  rows(signal?: AbortSignal): AsyncIterable<readonly Row[]>;
}
