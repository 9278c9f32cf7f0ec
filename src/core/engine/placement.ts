import { cellSpans } from '../files/cellSpans';
import type { Row, RowPlace, TableInfo } from '../files/row';
import type { Problem } from '../mapping/record';
import type { Message } from '../message';

/** Lines and characters as an editor counts them: from 0, characters in UTF-16 units, the end excluded. */
export interface TextRange {
  readonly startLine: number;
  readonly startCharacter: number;
  readonly endLine: number;
  readonly endCharacter: number;
}

/** At most so many problems of a file are placed; the document of its unimported rows has all reasons. */
export const MAX_PLACED_PROBLEMS = 500;

/** A problem with the place a person can go to. */
export interface PlacedProblem {
  /** Ordinal of the row in the file. */
  readonly row: number;
  /** 1-based line of the file (CSV) or row of the worksheet on which the record starts. */
  readonly line: number;
  /** The cell in the text of the file; null for worksheets, which have no text. */
  readonly range: TextRange | null;
  /** `Sheet!B7`, for worksheets. */
  readonly cell?: string;
  /** What the `__import_row` column of the unimported rows says of this row. */
  readonly documentRow?: string;
  /** Heading of the column that is blamed. */
  readonly heading?: string;
  readonly problem: Problem;
}

/** Finds the cells that a row's problems blame. `recordText` is the record as the file has it; null for worksheets. */
export function placeProblems(
  info: TableInfo,
  row: Row,
  problems: readonly Problem[],
  recordText: string | null,
): PlacedProblem[] {
  return problems.map((problem) => ({
    row: row.ordinal,
    line: row.line,
    range:
      recordText === null || info.format !== 'csv'
        ? null
        : cellRange(recordText, info.delimiter, row, problem.column),
    ...(info.format === 'xlsx' ? { cell: sheetCell(info.sheet, row.line, problem.column) } : {}),
    ...headingOf(info, problem.column),
    problem,
  }));
}

/**
 * Where a cell stands in the text of the file, given the text of its record. The whole record (without its line end)
 * when no column is blamed or the record is too short to have it.
 */
function cellRange(
  recordText: string,
  delimiter: Parameters<typeof cellSpans>[1],
  place: Pick<RowPlace, 'line'>,
  column: number | null,
): TextRange {
  const spans = cellSpans(recordText, delimiter);
  const first = column === null ? spans[0] : (spans[column] ?? spans[0]);
  const last = column === null ? spans.at(-1) : (spans[column] ?? spans.at(-1));
  const top = place.line - 1;
  return {
    startLine: top + (first?.line ?? 0),
    startCharacter: first?.character ?? 0,
    endLine: top + (last?.endLine ?? 0),
    endCharacter: last?.endCharacter ?? 0,
  };
}

/** `Sheet!B7`, or `Sheet!7:7` for a whole row. */
function sheetCell(sheet: string, line: number, column: number | null): string {
  return column === null ? `${sheet}!${line}:${line}` : `${sheet}!${columnLetters(column)}${line}`;
}

function columnLetters(column: number): string {
  let letters = '';
  for (let rest = column + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters;
  }
  return letters;
}

function headingOf(info: TableInfo, column: number | null): { heading?: string } {
  const heading = column === null ? undefined : info.header[column];
  return heading === undefined || heading === '' ? {} : { heading };
}

/** The sentence of a message with the heading of its column before it, unless the message names the column itself. */
export function withHeading(heading: string | undefined, message: Message, sentence: string): string {
  const names = heading !== undefined && Object.values(message.args ?? {}).includes(heading);
  return heading === undefined || heading === '' || names ? sentence : `${heading}: ${sentence}`;
}
