import type { CellSpan } from '../../core/files/cellSpans';
import { recordSpans } from '../../core/files/recordSpans';
import type { Delimiter } from '../../core/files/row';
import type { PlacedProblem, TextRange } from '../../core/engine/placement';

/**
 * Where a problem's cell stands in the text that an editor shows, or null when the text has changed so that the cell
 * can't be found. `recordText` starts at the problem's line and may hold more than its record. Values are compared
 * only where `sameEncoding` says that the editor reads the same characters as the import did.
 */
export function locateAtLine(
  recordText: string,
  delimiter: Delimiter,
  placed: PlacedProblem,
  { sameEncoding }: { readonly sameEncoding: boolean },
): TextRange | null {
  const spans = recordSpans(recordText, delimiter).next().value;
  return spans ? rangeOf(spans, placed.line - 1, placed, sameEncoding) : null;
}

/**
 * Where the problems of unimported rows stand in their own document: rows are known by the line number in the
 * `__import_row` column, wherever they are now. Cells whose value has been corrected are left out.
 */
export function locateByRow(
  text: string,
  delimiter: Delimiter,
  problems: readonly PlacedProblem[],
): Map<PlacedProblem, TextRange> {
  const byRow = new Map<string, PlacedProblem[]>();
  for (const placed of problems) {
    const key = String(placed.documentRow);
    byRow.set(key, [...(byRow.get(key) ?? []), placed]);
  }
  const found = new Map<PlacedProblem, TextRange>();
  let line = 0;
  for (const spans of recordSpans(text, delimiter)) {
    const own = spans.slice(0, -2);
    for (const placed of byRow.get(spans.at(-2)?.text ?? '') ?? []) {
      const range = rangeOf(own, line, placed, true);
      if (range) found.set(placed, range);
    }
    line += (spans.at(-1)?.endLine ?? 0) + 1;
  }
  return found;
}

function rangeOf(
  spans: readonly CellSpan[],
  line: number,
  { problem }: PlacedProblem,
  compareValue: boolean,
): TextRange | null {
  const cell = problem.column === null ? undefined : spans[problem.column];
  const first = cell ?? spans[0];
  const last = cell ?? spans.at(-1);
  if (!first || !last) return null;
  if (compareValue && cell && problem.value !== undefined && !sameValue(cell.text, problem.value))
    return null;
  return {
    startLine: line + first.line,
    startCharacter: first.character,
    endLine: line + last.endLine,
    endCharacter: last.endCharacter,
  };
}

/** Values in problems are shortened, and an editor shows another form of line ends. */
function sameValue(cell: string, value: string): boolean {
  const plain = (text: string) => text.replaceAll(/\r\n?/g, '\n');
  const known = plain(value);
  return known.endsWith('…') ? plain(cell).startsWith(known.slice(0, -1)) : plain(cell) === known;
}
