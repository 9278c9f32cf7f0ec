import { cellSpans, type CellSpan } from './cellSpans';
import type { CellProblem, Delimiter } from './row';

/**
 * What is wrong with the quotes of a record of which `quotesAreRegular` is false.
 *
 * Text after a closing quote and a space before an opening one are always problems: the author meant a quoted cell.
 * A quote inside an unquoted cell is an ordinary character (`5" pipe`) as long as it cannot have enclosed a
 * delimiter: two unquoted cells with an odd number of quotes can, and so can one in a record whose number of cells
 * is not the header's. Last, the cells must be those the parser found.
 */
export function quoteProblems(
  recordText: string,
  delimiter: Delimiter,
  cells: readonly string[],
  columns: number | undefined,
): CellProblem[] {
  const spans = cellSpans(recordText, delimiter);
  const problems: CellProblem[] = [];
  const odd: number[] = [];
  let differs = spans.length !== cells.length;
  spans.forEach((span, column) => {
    if (span.malformed) {
      const code = span.text.startsWith('"') ? 'file.textAfterQuote' : 'file.spaceBeforeQuote';
      problems.push({ column, message: { code } });
    } else {
      if (isUnquoted(recordText, span) && countQuotes(span.text) % 2 === 1) odd.push(column);
      if (span.text !== cells[column]) differs = true;
    }
  });
  if (problems.length > 0) return problems;
  const [first] = odd;
  const countDiffers = columns !== undefined && spans.length !== columns;
  if (first !== undefined && (odd.length > 1 || countDiffers)) {
    problems.push({ column: first, message: { code: 'file.strayQuote' } });
  } else if (differs) {
    problems.push({ column: null, message: { code: 'file.strayQuote' } });
  }
  return problems;
}

function isUnquoted(recordText: string, span: CellSpan): boolean {
  return !recordText.startsWith('"', span.start);
}

function countQuotes(text: string): number {
  return text.split('"').length - 1;
}
