import { cellSpans } from './cellSpans';
import type { CellSpan } from './cellSpans';
import type { Delimiter } from './row';

/**
 * The cells of every record of a text, one record after the other; places and offsets count from the record's start.
 * A blank line is a record with one empty cell.
 */
export function* recordSpans(text: string, delimiter: Delimiter): Generator<CellSpan[], undefined> {
  for (let start = 0; start < text.length;) {
    const spans = cellSpans(text.slice(start), delimiter);
    yield spans;
    start += spans.at(-1)?.end ?? 0;
    start += text.startsWith('\r\n', start) ? 2 : 1;
  }
}
