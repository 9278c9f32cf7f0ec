import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { cellSpans } from '../files/cellSpans';
import { encodeText } from '../files/encodeText';
import { byteOrderMark, decodeText, hasByteOrderMark } from '../files/encodings';
import type { RecordReader } from '../files/recordText';
import type { CsvInfo, Delimiter, Encoding, Row, RowPlace, TableInfo } from '../files/row';
import { quoteCell } from '../files/writeCsv';
import { REASON_COLUMN, ROW_COLUMN } from '../mapping/reasonColumns';

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

/** An editor shows at most so many unimported rows, and so many bytes; the file has them all. */
const MAX_SHOWN_ROWS = 10_000;
const MAX_SHOWN_BYTES = 5 << 20;
/** So many bytes are gathered for one write. */
const WRITE_BYTES = 256 << 10;

/** Writes records with the bytes they have in the input, and the reason columns behind them. */
export class UnimportedWriter {
  rows = 0;
  shown = { rows: 0, bytes: 0 };
  readonly #out: FileHandle;
  readonly #source: RecordReader | null;
  readonly #info: TableInfo;
  readonly #form: DocumentForm;
  readonly #oldReasons: boolean;
  #pieces: Uint8Array[] = [];
  #waiting = 0;
  #bytes = 0;

  private constructor(out: FileHandle, info: TableInfo, source: RecordReader | null) {
    this.#out = out;
    this.#source = source;
    this.#info = info;
    this.#form = documentForm(info);
    this.#oldReasons = info.header.at(-2) === ROW_COLUMN && info.header.at(-1) === REASON_COLUMN;
  }

  /** `source` reads the records' own bytes; null for worksheets, which have none. */
  static async create(file: string, info: TableInfo, source: RecordReader | null): Promise<UnimportedWriter> {
    return new UnimportedWriter(await open(file, 'w'), info, source);
  }

  async header(): Promise<void> {
    const bom = this.#info.format === 'csv' ? this.#info.bom : true;
    if (bom) await this.#write(byteOrderMark(this.#form.encoding));
    await this.#record(this.#info.headerPlace, this.#info.header, [ROW_COLUMN, REASON_COLUMN]);
  }

  async row(row: Row, reason: string): Promise<void> {
    await this.#record(row, row.cells, [this.lineOf(row), reason]);
    this.rows++;
    if (this.rows <= MAX_SHOWN_ROWS && this.#bytes <= MAX_SHOWN_BYTES) {
      this.shown = { rows: this.rows, bytes: this.#bytes };
    }
  }

  /** A row that was in an unimported rows document already keeps the line number it had in the first file. */
  lineOf(row: Row): string {
    return this.#oldReasons ? (row.cells.at(-2) ?? '') : String(row.line);
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

  async #record(place: RowPlace, cells: readonly string[], added: readonly string[]): Promise<void> {
    const { delimiter, lineEnd } = this.#form;
    const tail = added.map((cell) => delimiter + quoteCell(cell, delimiter)).join('') + lineEnd;
    await this.#write(
      this.#source ? await this.#ownBytes(this.#source, place) : this.#encode(this.#quoted(cells)),
    );
    await this.#write(this.#encode(tail));
  }

  #quoted(cells: readonly string[]): string {
    const { delimiter } = this.#form;
    return (this.#oldReasons ? cells.slice(0, -2) : cells)
      .map((cell) => quoteCell(cell, delimiter))
      .join(delimiter);
  }

  /** The record's bytes without byte order mark, line end and reason columns of an earlier document. */
  async #ownBytes(source: RecordReader, place: RowPlace): Promise<Uint8Array> {
    const { encoding, delimiter } = this.#form;
    const read = await source.bytes(place);
    const marked = hasByteOrderMark(read, encoding);
    const bytes = withoutLineEnd(marked ? read.subarray(byteOrderMark(encoding).length) : read, encoding);
    if (!this.#oldReasons) return bytes;
    const text = decodeText(bytes, encoding);
    const kept = cellSpans(text, delimiter).at(-3)?.end ?? 0;
    // The reasons are our own words, so the length of their bytes is known.
    return bytes.subarray(0, bytes.length - encodeText(text.slice(kept), encoding).bytes.length);
  }

  /** Reasons are ours or the endpoint's words: a character that the encoding lacks is written as its code point. */
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
