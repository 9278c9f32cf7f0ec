import { recordSpans } from '../../core/files/recordSpans';
import type { Delimiter } from '../../core/files/row';

/** Lines of a row in its document, from 0, both included, and what its cells hold. */
export interface RowLines {
  readonly first: number;
  readonly last: number;
  readonly cells: readonly string[];
}

/**
 * The lines of the first rows in the text of a document that nobody can edit: its rows stand there in order, below the
 * header. The cells are those of the file, without the columns that the document adds.
 */
export function linesOfRows(text: string, delimiter: Delimiter, most: number): RowLines[] {
  const rows: RowLines[] = [];
  let line = 0;
  let header = true;
  for (const spans of recordSpans(text, delimiter)) {
    const last = line + (spans.at(-1)?.endLine ?? 0);
    if (!header) rows.push({ first: line, last, cells: spans.slice(0, -2).map((span) => span.text) });
    if (rows.length >= most) break;
    header = false;
    line = last + 1;
  }
  return rows;
}
