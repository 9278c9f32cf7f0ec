import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { cellSpans } from '../files/cellSpans';
import { splittable } from '../files/csvBytes';
import { encodeText } from '../files/encodeText';
import { byteOrderMark } from '../files/encodings';
import type { RecordReader } from '../files/recordText';
import type { CsvInfo, Delimiter, Encoding, Row, RowPlace, TableInfo } from '../files/row';
import { quoteCell } from '../files/writeCsv';
import { hasAddedColumns, ROW_COLUMN } from '../mapping/reasonColumns';

export interface DocumentForm {
  readonly encoding: Encoding;
  readonly delimiter: Delimiter;
  readonly lineEnd: CsvInfo['lineEnd'];
}

/** A worksheet's rows come back as the CSV that Excel opens without asking: UTF-8 with a byte order mark. */
export function documentForm(info: TableInfo): DocumentForm {
  return info.format === 'csv'
    ? { encoding: info.encoding, delimiter: info.delimiter, lineEnd: info.lineEnd }
    : { encoding: 'utf-8', delimiter: ',', lineEnd: '\r\n' };
}

/** An editor shows at most so many rows of a document, and so many bytes; the file has them all. */
export const MAX_SHOWN_ROWS = 10_000;
const MAX_SHOWN_BYTES = 5 << 20;
/** So many bytes are gathered for one write. */
const WRITE_BYTES = 256 << 10;

/** What the row column holds; nothing where someone added a row. */
const ROW_NUMBER = /^(?:(?:new)?\d+)?$/;

export interface RowsWriterParts {
  readonly info: TableInfo;
  /** Reads the records' own bytes; null for worksheets, which have none. */
  readonly source: RecordReader | null;
  /** Name of the last column; the row column stands before it. */
  readonly addedColumn: string;
}

/** Writes records with the bytes they have in the input, and two columns of ours behind them. */
export class RowsWriter {
  rows = 0;
  shown = { rows: 0, bytes: 0 };
  readonly #out: FileHandle;
  readonly #source: RecordReader | null;
  readonly #info: TableInfo;
  readonly #form: DocumentForm;
  readonly #addedColumn: string;
  readonly #oldReasons: boolean;
  #pieces: Uint8Array[] = [];
  #waiting = 0;
  #bytes = 0;

  private constructor(out: FileHandle, parts: RowsWriterParts) {
    this.#out = out;
    this.#source = parts.source;
    this.#info = parts.info;
    this.#form = documentForm(parts.info);
    this.#addedColumn = parts.addedColumn;
    this.#oldReasons = hasAddedColumns(parts.info.header);
  }

  static async create(file: string, parts: RowsWriterParts): Promise<RowsWriter> {
    return new RowsWriter(await open(file, 'w'), parts);
  }

  async header(): Promise<void> {
    const { header, headerPlace } = this.#info;
    const bom = this.#info.format === 'csv' ? this.#info.bom : true;
    if (bom) await this.#write(byteOrderMark(this.#form.encoding));
    await this.#record(headerPlace, header, this.#oldReasons ? header.length - 2 : null, [
      ROW_COLUMN,
      this.#addedColumn,
    ]);
    this.shown = { rows: 0, bytes: this.#bytes };
  }

  /** @param added what the last column says of the row */
  async row(row: Row, added: string): Promise<void> {
    await this.#record(row, row.cells, this.#oldReasonsOf(row), [this.lineOf(row), added]);
    this.rows++;
    if (this.rows <= MAX_SHOWN_ROWS && this.#bytes <= MAX_SHOWN_BYTES) {
      this.shown = { rows: this.rows, bytes: this.#bytes };
    }
  }

  /**
   * What tells the row from all others: its line in the file, or in the first file when it comes from an unimported rows
   * document. A row that was added there has none; it is called by its line in that document, `new3`.
   */
  lineOf(row: Row): string {
    if (!this.#oldReasons) return String(row.line);
    const at = this.#oldReasonsOf(row);
    const known = at === null ? '' : (row.cells[at] ?? '');
    return known === '' ? `new${row.line}` : known;
  }

  /**
   * Where the reason columns of an earlier document begin in this row, or null. A row that someone added by hand may
   * not have them, and what it has instead must not be taken for them.
   */
  #oldReasonsOf({ cells }: Row): number | null {
    const { header, format } = this.#info;
    if (!this.#oldReasons || cells.length < header.length) return null;
    // A stray delimiter moves the cells behind it in a text, but not in a worksheet.
    const at = (format === 'csv' ? cells.length : header.length) - 2;
    return ROW_NUMBER.test(cells[at] ?? '') ? at : null;
  }

  async flush(): Promise<void> {
    const pieces = Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#waiting = 0;
    await this.#out.writeFile(pieces);
  }

  async close(): Promise<void> {
    await this.#out.close();
  }

  async #record(
    place: RowPlace,
    cells: readonly string[],
    oldReasons: number | null,
    added: readonly string[],
  ): Promise<void> {
    const { delimiter, lineEnd } = this.#form;
    const tail = added.map((cell) => delimiter + quoteCell(cell, delimiter)).join('') + lineEnd;
    await this.#write(
      this.#source
        ? await this.#ownBytes(this.#source, place, cells, oldReasons)
        : this.#encode(this.#quoted(cells, oldReasons)),
    );
    await this.#write(this.#encode(tail));
  }

  #quoted(cells: readonly string[], oldReasons: number | null): string {
    const { delimiter } = this.#form;
    return cells
      .filter((_, column) => oldReasons === null || column < oldReasons || column > oldReasons + 1)
      .map((cell) => quoteCell(cell, delimiter))
      .join(delimiter);
  }

  /**
   * The record's bytes without line end, reason columns of an earlier document, and empty cells beyond the header: those
   * would push the reasons out of their columns.
   */
  async #ownBytes(
    source: RecordReader,
    place: RowPlace,
    cells: readonly string[],
    oldReasons: number | null,
  ): Promise<Uint8Array> {
    const { encoding, delimiter } = this.#form;
    const bytes = withoutLineEnd(await source.bytes(place), encoding);
    const { text, unitBytes } = splittable(bytes, encoding, delimiter);
    const spans = cellSpans(text, delimiter);
    const beyond = spans.slice(cells.length);
    let kept = beyond.every((span) => span.text === '') ? cells.length : spans.length;
    // Where stray quotes make the cells ambiguous nothing is taken away.
    if (oldReasons !== null && kept === oldReasons + 2 && spans[oldReasons]?.text === cells[oldReasons]) {
      kept = oldReasons;
    }
    return bytes.subarray(0, kept < spans.length ? (spans[kept - 1]?.end ?? 0) * unitBytes : bytes.length);
  }

  /** What is added is ours or the endpoint's words: a character that the encoding lacks is written as its code point. */
  #encode(text: string): Uint8Array {
    const { bytes, lost } = encodeText(text, this.#form.encoding);
    if (lost.length === 0) return bytes;
    let safe = text;
    for (const character of new Set(lost)) {
      safe = safe.replaceAll(character, `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}`);
    }
    return encodeText(safe, this.#form.encoding).bytes;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    this.#pieces.push(bytes);
    this.#bytes += bytes.length;
    this.#waiting += bytes.length;
    if (this.#waiting >= WRITE_BYTES) await this.flush();
  }
}

/** Exactly one line end (CRLF, LF or CR) is cut off, where there is one. */
function withoutLineEnd(bytes: Uint8Array, encoding: Encoding): Uint8Array {
  for (const end of ['\r\n', '\n', '\r']) {
    const tail = encodeText(end, encoding).bytes;
    const from = bytes.length - tail.length;
    if (from >= 0 && tail.every((byte, i) => bytes[from + i] === byte)) return bytes.subarray(0, from);
  }
  return bytes;
}
