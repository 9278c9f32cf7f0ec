import type { Message } from '../message';
import type { CellProblem, Row } from './row';

/** A row until its batch is complete. */
export interface DraftRow extends Row {
  cells: string[];
  problems?: CellProblem[];
}

/** Joins cells for decoding. ASCII, so that no decoder takes it for part of a character. */
const SEPARATOR = '\x1f';

/** Decodes the cells of a batch with one call for all that are not ASCII. Tells whether some do not decode. */
export function decodeCells(drafts: readonly DraftRow[], decode: (bytes: Buffer) => string): boolean {
  const found: string[] = [];
  for (const { cells } of drafts) for (const cell of cells) if (!isAscii(cell)) found.push(cell);
  if (found.length === 0) return false;
  const text = decode(Buffer.from(found.join(SEPARATOR), 'latin1'));
  let decoded = text.split(SEPARATOR);
  // A cell holds the separator itself: decode them one by one.
  if (decoded.length !== found.length) decoded = found.map((cell) => decode(Buffer.from(cell, 'latin1')));
  let next = 0;
  for (const { cells } of drafts) {
    cells.forEach((cell, column) => {
      if (cell === found[next]) cells[column] = decoded[next++] ?? '';
    });
  }
  return text.includes('\ufffd');
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return false;
  return true;
}

/** Names the cells with NUL characters. */
export function findNul(draft: DraftRow): void {
  draft.cells.forEach((cell, column) => {
    if (cell.includes('\0')) addProblem(draft, { column, message: { code: 'file.nul' } });
  });
}

/** Names the cells with U+FFFD; `message` tells how it came there. */
export function findReplacements(draft: DraftRow, message: Message): void {
  draft.cells.forEach((cell, column) => {
    if (cell.includes('\ufffd')) addProblem(draft, { column, message });
  });
}

/** Compares a ragged row with the header. Extra cells that are all empty are cut off without a word. */
export function checkLength(draft: DraftRow, columns: number): void {
  const { cells } = draft;
  if (cells.length > columns && cells.every((cell, column) => column < columns || cell === '')) {
    draft.cells = cells.slice(0, columns);
    return;
  }
  const code = cells.length < columns ? 'file.tooFewCells' : 'file.tooManyCells';
  addProblem(draft, { column: null, message: { code, args: { cells: cells.length, columns } } });
}

/** Adds a problem unless one of that cell is known. */
export function addProblem(draft: DraftRow, problem: CellProblem): void {
  draft.problems ??= [];
  const { problems } = draft;
  if (problem.column === null || problems.every(({ column }) => column !== problem.column))
    problems.push(problem);
}
