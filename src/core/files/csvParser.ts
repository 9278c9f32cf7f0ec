import { isUtf8 } from 'node:buffer';
import { Parser } from 'csv-parse';
import { ExpectedError, type Message } from '../message';
import { countLineEnds, lastCell, quotesAreRegular } from './cellSpans';
import { quoteProblems } from './csvQuotes';
import { addProblem, checkLength, decodeCells, findNul, findReplacements, type DraftRow } from './csvRows';
import { encodingLabel, incompleteUtf8Tail } from './encodings';
import type { Delimiter, Encoding, Row } from './row';

/** The longest record, in bytes: beyond it a quote is missing, or the cell fits no field of any endpoint. */
const MAX_RECORD_BYTES = 8 * 1024 * 1024;
const MAX_CELLS = 20_000;
const BATCH_ROWS = 100;
/** A batch ends early when its rows come to this many bytes, so that long cells do not pile up. */
const BATCH_BYTES = 1024 * 1024;

type LineEnd = '\r\n' | '\n' | '\r';

const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;
const REPLACEMENT = Buffer.from('\ufffd');

export interface PositionParserOptions {
  readonly delimiter: Delimiter;
  readonly encoding: Encoding;
  /** Offset in the file of the first byte that will be fed. */
  readonly byteOffset: number;
  /**
   * Set when bytes of a legacy encoding are parsed as they are: decodes the bytes of cells. Without it the bytes fed
   * are UTF-8 (of a UTF-8 file, or transcoded from UTF-16 and then counted in code units).
   */
  readonly decode?: (bytes: Buffer) => string;
  /**
   * Cells of the header. When given, the first record is left out and ragged rows are problems. Without it every
   * record is a row and each batch holds one: for reading the header.
   */
  readonly columns?: number;
}

interface Chunk {
  readonly start: number;
  readonly bytes: Buffer;
}

/** What is used of csv-parse beyond its declared interface. */
interface Internals {
  readonly state: { expectedRecordLength: number; readonly record: readonly string[] };
  readonly api: {
    __isRecordDelimiter: (byte: number | undefined, bytes: Buffer, at: number) => number;
    __isDelimiter: (bytes: Buffer, at: number, byte: number | undefined) => number;
    __isQuote: (bytes: Buffer, at: number) => boolean;
  };
}

/**
 * csv-parse with the exact place of every record, giving rows in batches.
 *
 * It relies on csv-parse 7.0.3 calling `push(record)` synchronously for each record while `info.bytes` is the
 * offset behind that record and `info.lines` has grown by one for it and by more only if it was preceded by blank
 * lines or holds line ends; the version is pinned and the tests of positions prove it. No object is made per record
 * except the row, and chunks are kept only as long as the record they belong to is being read.
 */
export class PositionParser extends Parser {
  private readonly settings: PositionParserOptions;
  private readonly inCodeUnits: boolean;
  private readonly batchRows: number;
  private chunks: Chunk[] = [];
  private current: Chunk = { start: 0, bytes: Buffer.alloc(0) };
  /** Bytes fed so far. */
  private fed = 0;
  /** Where the next record starts: in the bytes fed, in the file, and its line. */
  private next = 0;
  private nextInFile: number;
  private nextLine = 1;
  private afterCr = false;
  private linesSeen = 0;
  /** The file's size, known at its end. */
  private fileEnd: number | null = null;
  private firstLineEnd: LineEnd | null = null;
  private ordinal: number;
  /** Records that start before these offsets may hold quotes, or characters that must be looked for. */
  private quotesUntil = 0;
  private suspectUntil = 0;
  private nulUntil = 0;
  private utf8Tail = Buffer.alloc(0);
  private drafts: DraftRow[] = [];
  private draftBytes = 0;
  private ready: (readonly Row[])[] = [];

  constructor(options: PositionParserOptions) {
    super({
      delimiter: options.delimiter,
      encoding: options.decode === undefined ? 'utf8' : 'latin1',
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_quotes: true,
      relax_column_count: true,
      // Blank lines cost nothing this way; their bytes are stepped over in `skipBlankLines`.
      skip_empty_lines: true,
    });
    // The same questions as csv-parse asks for every byte, for delimiters of one byte and the three line ends.
    const { api } = this as unknown as Internals;
    const separator = options.delimiter.charCodeAt(0);
    api.__isRecordDelimiter = (byte, bytes, at) =>
      byte === LF ? 1 : byte !== CR ? 0 : bytes[at + 1] === LF ? 2 : 1;
    api.__isDelimiter = (_bytes, _at, byte) => (byte === separator ? 1 : 0);
    api.__isQuote = (bytes, at) => bytes[at] === QUOTE;
    this.settings = options;
    this.inCodeUnits = options.encoding === 'utf-16le' || options.encoding === 'utf-16be';
    this.nextInFile = options.byteOffset;
    this.batchRows = options.columns === undefined ? 1 : BATCH_ROWS;
    this.ordinal = options.columns === undefined ? 1 : 0;
  }

  /** Parses the next bytes and gives the batches completed by them. The bytes are kept: do not reuse them. */
  feed(bytes: Buffer): readonly (readonly Row[])[] {
    this.current = { start: this.fed, bytes };
    this.chunks.push(this.current);
    this.fed += bytes.length;
    this.inspect(bytes);
    this._transform(bytes, 'utf8', throwError);
    this.skipBlankLines();
    while (this.chunks[0] !== undefined && this.chunks[0].start + this.chunks[0].bytes.length <= this.next) {
      this.chunks.shift();
    }
    if ((this as unknown as Internals).state.record.length > MAX_CELLS) throw tooManyColumns(this.nextLine);
    if (this.fed - this.next > MAX_RECORD_BYTES) throw this.tooLong();
    if (this.draftBytes >= BATCH_BYTES) this.completeBatch();
    return this.takeReady();
  }

  /** Gives the last rows. `fileEnd` is the file's size. Throws `ExpectedError` when a quote is still open. */
  finish(fileEnd: number): readonly (readonly Row[])[] {
    this.fileEnd = fileEnd;
    if (this.utf8Tail.length > 0) this.suspectUntil = this.fed;
    this._flush((error) => {
      if (isCode(error, 'CSV_QUOTE_NOT_CLOSED')) throw this.unclosedQuote();
      throwError(error);
    });
    this.completeBatch();
    return this.takeReady();
  }

  /** How the first record ends; null before it was read, and when the file ends with it. */
  get lineEnd(): LineEnd | null {
    return this.firstLineEnd;
  }

  /** Called by csv-parse for each record, within `_transform` and `_flush`. */
  override push(record: string[] | null): boolean {
    if (record === null) return true;
    const end = this.info.bytes;
    this.skipBlankLines();
    const start = this.next;
    const line = this.nextLine;
    const byteOffset = this.nextInFile;
    const byteLength = this.inCodeUnits ? this.codeUnitBytes(start, end) : end - start;
    const lines = this.info.lines;
    this.nextLine += lines - this.linesSeen === 1 ? 1 : countLineEnds(this.rawText(start, end));
    this.linesSeen = lines;
    this.next = end;
    this.nextInFile = byteOffset + byteLength;
    // csv-parse makes an error object for every record that differs in length from the expected one.
    (this as unknown as Internals).state.expectedRecordLength = record.length;
    if (record.length > MAX_CELLS) throw tooManyColumns(line);
    this.firstLineEnd ??= lineEndOf(this.rawText(Math.max(start, end - 2), end));
    // The end-of-file character of DOS.
    if (this.fileEnd !== null && record.length === 1 && record[0] === '\x1a') return true;
    const ordinal = this.ordinal++;
    if (ordinal === 0) return true;

    const draft: DraftRow = { ordinal, line, byteOffset, byteLength, cells: record };
    if (start < this.quotesUntil && record.some((cell) => cell.includes('"'))) {
      this.checkQuotes(draft, start, end);
    }
    if (start < this.nulUntil) findNul(draft);
    if (start < this.suspectUntil) findReplacements(draft, this.damage(start, end));
    const { columns } = this.settings;
    if (columns !== undefined && record.length !== columns) checkLength(draft, columns);
    this.drafts.push(draft);
    this.draftBytes += byteLength;
    if (this.drafts.length >= this.batchRows) this.completeBatch();
    return true;
  }

  /** Looks once over the bytes for what would have to be looked for in each cell. */
  private inspect(bytes: Buffer): void {
    if (bytes.includes(QUOTE)) this.quotesUntil = this.fed;
    if (bytes.includes(0)) this.nulUntil = this.fed;
    if (this.settings.decode !== undefined) return;
    let begin = 0;
    while (begin < 3 && begin < bytes.length && ((bytes[begin] ?? 0) & 0xc0) === 0x80) begin++;
    const border = Buffer.concat([this.utf8Tail, bytes.subarray(0, begin)]);
    // A chunk of a few bytes can be all border, and the character still go on.
    if (begin === bytes.length && incompleteUtf8Tail(border) > 0) {
      this.utf8Tail = border;
      return;
    }
    const tail = incompleteUtf8Tail(bytes);
    const whole = bytes.subarray(begin, Math.max(begin, bytes.length - tail));
    if (!isUtf8(border) || !isUtf8(whole) || bytes.includes(REPLACEMENT) || border.includes(REPLACEMENT)) {
      this.suspectUntil = this.fed;
    }
    this.utf8Tail = Buffer.from(bytes.subarray(begin + whole.length));
  }

  /** Steps over blank lines (nothing but CR and LF), of which csv-parse tells nothing. */
  private skipBlankLines(): void {
    for (; this.next < this.fed; this.next++) {
      const byte = this.byteAt(this.next);
      if (byte !== LF && byte !== CR) break;
      if (!(byte === LF && this.afterCr)) this.nextLine++;
      this.afterCr = byte === CR;
      this.nextInFile += this.inCodeUnits ? 2 : 1;
    }
    if (this.next < this.fed) this.afterCr = false;
  }

  /** Bytes of a record in a UTF-16 file. An odd last byte of the file was decoded as one character. */
  private codeUnitBytes(start: number, end: number): number {
    const length = this.rawText(start, end).length * 2;
    return this.fileEnd === null ? length : Math.min(length, this.fileEnd - this.nextInFile);
  }

  private byteAt(offset: number): number | undefined {
    const { current } = this;
    if (offset >= current.start) return current.bytes[offset - current.start];
    const chunk = this.chunks.find(({ start, bytes }) => offset < start + bytes.length);
    return chunk?.bytes[offset - chunk.start];
  }

  /** The bytes of a record as csv-parse sees them: UTF-8 text, or one character per byte. */
  private rawText(start: number, end: number): string {
    return this.rawBytes(start, end).toString(this.settings.decode === undefined ? 'utf8' : 'latin1');
  }

  private rawBytes(start: number, end: number): Buffer {
    const { current } = this;
    if (start >= current.start) return current.bytes.subarray(start - current.start, end - current.start);
    const parts = this.chunks
      .filter((chunk) => chunk.start < end && chunk.start + chunk.bytes.length > start)
      .map((chunk) => chunk.bytes.subarray(Math.max(0, start - chunk.start), end - chunk.start));
    return Buffer.concat(parts);
  }

  private checkQuotes(draft: DraftRow, start: number, end: number): void {
    const { delimiter, columns } = this.settings;
    const text = this.rawText(start, end);
    if (quotesAreRegular(text, delimiter)) return;
    for (const problem of quoteProblems(text, delimiter, draft.cells, columns)) addProblem(draft, problem);
  }

  /** What a U+FFFD in this record means: bytes that do not decode, or that character itself. */
  private damage(start: number, end: number): Message {
    if (this.settings.encoding === 'utf-8' && isUtf8(this.rawBytes(start, end))) {
      return { code: 'file.replacementCharacter' };
    }
    return this.undecodable();
  }

  private undecodable(): Message {
    return { code: 'file.undecodable', args: { encoding: encodingLabel(this.settings.encoding) } };
  }

  private completeBatch(): void {
    const { drafts } = this;
    if (drafts.length === 0) return;
    this.drafts = [];
    this.draftBytes = 0;
    const { decode } = this.settings;
    if (decode !== undefined && decodeCells(drafts, decode)) {
      for (const draft of drafts) findReplacements(draft, this.undecodable());
    }
    this.ready.push(drafts);
  }

  private takeReady(): readonly (readonly Row[])[] {
    const { ready } = this;
    this.ready = [];
    return ready;
  }

  private tooLong(): ExpectedError {
    const limit = MAX_RECORD_BYTES / 1024 / 1024;
    const { line, column, quoted } = this.openCell();
    return new ExpectedError(
      quoted
        ? { code: 'file.cellTooLong', args: { line, column, limit } }
        : { code: 'file.rowTooLong', args: { line: this.nextLine, limit } },
    );
  }

  private unclosedQuote(): ExpectedError {
    const { line, column } = this.openCell();
    return new ExpectedError({ code: 'file.unclosedQuote', args: { line, column } });
  }

  /** The cell in which the bytes fed so far end. */
  private openCell(): { line: number; column: number; quoted: boolean } {
    const { decode, delimiter } = this.settings;
    const raw = this.rawText(this.next, this.fed);
    const cell = lastCell(raw, delimiter);
    if (decode === undefined || cell.column === 1) return { ...cell, line: this.nextLine + cell.line - 1 };
    // Found in bytes; the editor counts characters.
    const before = raw.split(/\r\n|\r|\n/)[cell.line - 1]?.slice(0, cell.column - 1) ?? '';
    const column = decode(Buffer.from(before, 'latin1')).length + 1;
    return { ...cell, column, line: this.nextLine + cell.line - 1 };
  }
}

function tooManyColumns(line: number): ExpectedError {
  return new ExpectedError({ code: 'file.tooManyColumns', args: { line, limit: MAX_CELLS } });
}

function lineEndOf(text: string): LineEnd | null {
  if (text.endsWith('\r\n')) return '\r\n';
  return text.endsWith('\n') ? '\n' : text.endsWith('\r') ? '\r' : null;
}

function throwError(error?: Error | null): void {
  if (error !== undefined && error !== null) throw error;
}

function isCode(error: Error | null | undefined, code: string): boolean {
  return error !== undefined && error !== null && 'code' in error && error.code === code;
}
