import { splittable } from '../files/csvBytes';
import { encodeText } from '../files/encodeText';
import { createDecode, decodeText } from '../files/encodings';
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
  // An editor can hold half a character, which no encoding can.
  const whole = { ...corrections, edited: corrections.edited.replaceAll(/\p{Surrogate}/gu, '\ufffd') };
  return merge(whole, whole.encoding) ?? inUtf8(whole);
}

function inUtf8(corrections: Corrections): Uint8Array {
  const original = Buffer.from(decodeText(corrections.original, corrections.encoding));
  const bytes = merge({ ...corrections, original }, 'utf-8');
  if (bytes === null) throw new Error('UTF-8 lacks a character');
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
  const keyOf = rowKeys();
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
  const mark = encodeText('\ufeff', encoding);
  const marked = mark.lost.length === 0 && mark.bytes.every((byte, i) => original[i] === byte);
  const body = marked ? original.subarray(mark.bytes.length) : original;
  const decode = createDecode(encoding);
  const { text, unitBytes } = splittable(body, encoding, delimiter);
  const records = new Map<string, OriginalCell[]>();
  const keyOf = rowKeys();
  for (const { start, spans } of recordsOf(text, delimiter)) {
    const cells = spans.map((span) => {
      const bytes = body.subarray((start + span.start) * unitBytes, (start + span.end) * unitBytes);
      return { text: decode(bytes), bytes };
    });
    records.set(keyOf(spans), cells);
  }
  return { mark: marked ? mark.bytes : new Uint8Array(0), records };
}

interface RecordText {
  /** Offset of the record in the whole text. */
  readonly start: number;
  readonly text: string;
  readonly spans: readonly CellSpan[];
}

/** The records of a text, blank lines left out. */
function* recordsOf(text: string, delimiter: Delimiter): Generator<RecordText> {
  let start = 0;
  for (const spans of recordSpans(text, delimiter)) {
    const end = start + (spans.at(-1)?.end ?? 0);
    if (end > start) yield { start, text: text.slice(start, end), spans };
    start = end + (text.startsWith('\r\n', end) ? 2 : 1);
  }
}

function rawCells({ text, spans }: RecordText): string[] {
  return spans.map(({ start, end }) => text.slice(start, end));
}

/**
 * Tells the records of a document apart: by the row number column, which is the last but one whatever the number of
 * cells, and by their order where rows that someone added have none.
 */
function rowKeys(): (spans: readonly CellSpan[]) => string {
  const seen = new Map<string, number>();
  return (spans) => {
    const row = spans.at(-2)?.text ?? '';
    const times = (seen.get(row) ?? 0) + 1;
    seen.set(row, times);
    return `${row}\n${times}`;
  };
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
