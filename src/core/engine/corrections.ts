import { encodeText } from '../files/encodeText';
import { decodeText } from '../files/encodings';
import { quoteCell } from '../files/writeCsv';
import { recordSpans } from '../files/recordSpans';
import type { CellSpan } from '../files/cellSpans';
import type { CsvInfo, Delimiter, Encoding } from '../files/row';

export interface Corrections {
  /** The document of unimported rows as it was written. */
  readonly original: Uint8Array;
  /** The text of the same document in an editor, where it was corrected. */
  readonly edited: string;
  readonly encoding: Encoding;
  readonly delimiter: Delimiter;
  readonly lineEnd: CsvInfo['lineEnd'];
}

/**
 * The corrected document with every cell that was not touched as it was in the original, byte for byte: an editor makes
 * all line ends alike, also those inside quoted cells, and can't keep bytes that are no characters. Rows are known by
 * their `__import_row` cell; a row without a known one is taken as it was typed. A correction that the encoding has no
 * character for makes the whole document UTF-8 with a byte order mark; nothing is replaced.
 */
export function withCorrections(corrections: Corrections): Uint8Array {
  return merge(corrections, corrections.encoding) ?? inUtf8(corrections);
}

function inUtf8(corrections: Corrections): Uint8Array {
  const original = Buffer.from(decodeText(corrections.original, corrections.encoding));
  const bytes = merge({ ...corrections, original }, 'utf-8') ?? Buffer.alloc(0);
  return Buffer.concat([UTF8_MARK, bytes]);
}

const UTF8_MARK = Uint8Array.of(0xef, 0xbb, 0xbf);

/** null when the encoding lacks a character. */
function merge({ original, edited, delimiter, lineEnd }: Corrections, encoding: Encoding): Uint8Array | null {
  const { mark, records } = originalRecords(original, encoding, delimiter);
  const pieces: Uint8Array[] = [mark];
  const allLost: string[] = [];
  const encode = (text: string) => {
    const { bytes, lost } = encodeText(text, encoding);
    allLost.push(...lost);
    return bytes;
  };
  const [separator, end] = [encode(delimiter), encode(lineEnd)];
  for (const record of recordsOf(edited, delimiter)) {
    const before = records.get(keyOf(record.spans)) ?? [];
    rawCells(record).forEach((cell, i) => {
      const old = before[i];
      const untouched = old !== undefined && plain(old.text) === plain(cell);
      if (i > 0) pieces.push(separator);
      pieces.push(untouched ? old.bytes : encode(correctedCell(cell, old?.text, delimiter)));
    });
    pieces.push(end);
  }
  return allLost.length === 0 ? Buffer.concat(pieces) : null;
}

interface OriginalCell {
  readonly text: string;
  readonly bytes: Uint8Array;
}

/** Records by their `__import_row`, with the bytes of each cell. */
function originalRecords(
  original: Uint8Array,
  encoding: Encoding,
  delimiter: Delimiter,
): { mark: Uint8Array; records: Map<string, OriginalCell[]> } {
  const wide = encoding === 'utf-16le' || encoding === 'utf-16be';
  const mark = encodeText('\ufeff', encoding);
  const marked = mark.lost.length === 0 && mark.bytes.every((byte, i) => original[i] === byte);
  const body = marked ? original.subarray(mark.bytes.length) : original;
  // In all encodings but UTF-16 the bytes of quotes, delimiters and line ends stand for nothing else.
  const asBytes = wide ? null : Buffer.from(body).toString('latin1');
  const texts = [...recordsOf(decodeText(body, encoding), delimiter)];
  const byteTexts = asBytes === null ? [] : [...recordsOf(asBytes, delimiter)];
  const records = new Map<string, OriginalCell[]>();
  texts.forEach((record, n) => {
    const raw = byteTexts[n] ? rawCells(byteTexts[n]) : null;
    const cells = rawCells(record).map((text, i) => ({
      text,
      bytes: raw ? Buffer.from(raw[i] ?? '', 'latin1') : encodeText(text, encoding).bytes,
    }));
    records.set(keyOf(record.spans), cells);
  });
  return { mark: marked ? mark.bytes : new Uint8Array(0), records };
}

interface RecordText {
  readonly text: string;
  readonly spans: readonly CellSpan[];
}

/** The records of a text, blank lines left out. */
function* recordsOf(text: string, delimiter: Delimiter): Generator<RecordText> {
  let start = 0;
  for (const spans of recordSpans(text, delimiter)) {
    const end = start + (spans.at(-1)?.end ?? 0);
    const record = text.slice(start, end);
    start = end + (text.startsWith('\r\n', end) ? 2 : 1);
    if (record !== '') yield { text: record, spans };
  }
}

function rawCells({ text, spans }: RecordText): string[] {
  return spans.map(({ start, end }) => text.slice(start, end));
}

/** The row number column is the last but one, whatever the number of cells. */
function keyOf(spans: readonly CellSpan[]): string {
  return spans.at(-2)?.text ?? '';
}

/** A corrected cell keeps the kind of line break that the cell had before; Excel writes LF in cells. */
function correctedCell(raw: string, old: string | undefined, delimiter: Delimiter): string {
  if (!/[\r\n]/.test(raw)) return raw;
  const inside = old?.includes('\r\n') ? '\r\n' : '\n';
  return raw.startsWith('"') ? raw.replaceAll(/\r\n?|\n/g, inside) : quoteCell(raw, delimiter);
}

function plain(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n');
}
