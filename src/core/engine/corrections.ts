import { quoteCell } from '../files/writeCsv';
import { recordSpans } from '../files/recordSpans';
import type { CellSpan } from '../files/cellSpans';
import type { CsvInfo, Delimiter } from '../files/row';

export interface Corrections {
  /** The document of unimported rows as it was written. */
  readonly original: string;
  /** The same document as an editor saved it. */
  readonly edited: string;
  readonly delimiter: Delimiter;
  readonly lineEnd: CsvInfo['lineEnd'];
}

/**
 * The corrected document with every cell that was not touched as it was in the original, character for character: an
 * editor makes all line ends alike, also those inside quoted cells, and a cell that nobody corrected must not change.
 * Rows are known by their `__import_row` cell; a row without a known one is taken as it was typed.
 */
export function keepUntouchedCells({ original, edited, delimiter, lineEnd }: Corrections): string {
  const known = new Map<string, readonly string[]>();
  for (const record of recordsOf(original, delimiter)) known.set(keyOf(record.spans), rawCells(record));
  const lines: string[] = [];
  for (const record of recordsOf(edited, delimiter)) {
    const before = known.get(keyOf(record.spans)) ?? [];
    const cells = rawCells(record).map((cell, i) => {
      const old = before[i];
      return old !== undefined && plain(old) === plain(cell) ? old : correctedCell(cell, old, delimiter);
    });
    lines.push(cells.join(delimiter) + lineEnd);
  }
  return lines.join('');
}

interface RecordText {
  readonly text: string;
  readonly spans: readonly CellSpan[];
}

function* recordsOf(text: string, delimiter: Delimiter): Generator<RecordText> {
  const body = text.startsWith('\ufeff') ? text.slice(1) : text;
  let start = 0;
  for (const spans of recordSpans(body, delimiter)) {
    const end = start + (spans.at(-1)?.end ?? 0);
    const record = body.slice(start, end);
    start = end + (body.startsWith('\r\n', end) ? 2 : 1);
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
