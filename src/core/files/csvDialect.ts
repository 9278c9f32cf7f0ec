import { cellEnd } from './cellSpans';
import { DELIMITERS, type Delimiter } from './row';

const SAMPLE_RECORDS = 50;
/** How much more a tab counts in a file named .tsv. */
const TSV_HINT = 2;

/**
 * The delimiter of a text: the one that splits the header into most cells and the records after it into as many,
 * quotes respected. A comma (a tab for `.tsv`) when no delimiter splits the header.
 * @param sample the beginning of the text
 * @param complete whether it is the whole text; its last record may be cut otherwise
 */
export function detectDelimiter(sample: string, complete: boolean, name: string): Delimiter {
  const isTsv = name.toLowerCase().endsWith('.tsv');
  let best: Delimiter = isTsv ? '\t' : ',';
  let bestScore = 0;
  for (const delimiter of DELIMITERS) {
    const lengths = recordLengths(sample, delimiter, complete);
    const [header = 1] = lengths;
    if (header < 2) continue;
    const consistent = lengths.filter((length) => length === header).length / lengths.length;
    const score = consistent * (1 - 1 / header) * (isTsv && delimiter === '\t' ? TSV_HINT : 1);
    if (score > bestScore) {
      bestScore = score;
      best = delimiter;
    }
  }
  return best;
}

function recordLengths(text: string, delimiter: Delimiter, complete: boolean): number[] {
  const separator = delimiter.charCodeAt(0);
  const lengths: number[] = [];
  let start = 0;
  while (start < text.length && lengths.length < SAMPLE_RECORDS) {
    const code = text.charCodeAt(start);
    if (code === 0x0a || code === 0x0d) {
      start++;
      continue;
    }
    let cells = 0;
    for (;;) {
      start = cellEnd(text, start, separator);
      cells++;
      if (start >= text.length || text.charCodeAt(start) !== separator) break;
      start++;
    }
    if (start < text.length || complete || lengths.length === 0) lengths.push(cells);
  }
  return lengths;
}
