import type { Delimiter } from './row';

/** Where one cell stands in the text of its record. */
export interface CellSpan {
  /** UTF-16 offsets into the record's text, quotes included; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
  /** 0-based place relative to the record's start, as an editor counts: CRLF, LF and CR each end a line. */
  readonly line: number;
  readonly character: number;
  readonly endLine: number;
  readonly endCharacter: number;
  /** The cell with its quotes undone; as it stands where they are malformed. */
  readonly text: string;
  /** The quotes break the rules: text after the closing one, a space before the opening one, or never closed. */
  readonly malformed: boolean;
}

const QUOTE = 0x22;
const LF = 0x0a;
const CR = 0x0d;

/**
 * Splits the text of one record (its line end may be included) by the same rules as the parser: quotes count only
 * at the beginning of a cell, two of them inside a quoted cell are one, and a cell whose closing quote is followed
 * by text runs on to the next delimiter or line end. Reading ends with the record.
 */
export function cellSpans(recordText: string, delimiter: Delimiter): CellSpan[] {
  const spans: CellSpan[] = [];
  const separator = delimiter.charCodeAt(0);
  let line = 0;
  let lineStart = 0;
  for (let start = 0; ;) {
    const end = cellEnd(recordText, start, separator);
    const startLine = line;
    const character = start - lineStart;
    // Only a quoted cell can hold line ends.
    if (recordText.charCodeAt(start) === QUOTE) {
      for (let at = start; at < end; at++) {
        const code = recordText.charCodeAt(at);
        if (code !== LF && code !== CR) continue;
        if (code === CR && recordText.charCodeAt(at + 1) === LF && at + 1 < end) at++;
        line++;
        lineStart = at + 1;
      }
    }
    spans.push({
      start,
      end,
      line: startLine,
      character,
      endLine: line,
      endCharacter: end - lineStart,
      ...undoQuotes(recordText.slice(start, end)),
    });
    if (end >= recordText.length || recordText.charCodeAt(end) !== separator) return spans;
    start = end + 1;
  }
}

/** Offset behind the cell that begins at `start`: a delimiter, a line end or the end of the text. */
export function cellEnd(text: string, start: number, separator: number): number {
  let at = start;
  if (text.charCodeAt(at) === QUOTE) {
    at = closingQuote(text, start);
    if (at === -1) return text.length;
    at++;
  }
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === separator || code === LF || code === CR) break;
  }
  return at;
}

/** Offset of the quote that closes the one at `start`, or -1. */
function closingQuote(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 2)) {
    if (text.charCodeAt(at + 1) !== QUOTE) return at;
  }
  return -1;
}

function undoQuotes(raw: string): { text: string; malformed: boolean } {
  if (!raw.includes('"')) return { text: raw, malformed: false };
  if (raw.charCodeAt(0) !== QUOTE) return { text: raw, malformed: /^\s+"/.test(raw) };
  if (closingQuote(raw, 0) !== raw.length - 1) return { text: raw, malformed: true };
  return { text: raw.slice(1, -1).replaceAll('""', '"'), malformed: false };
}

/**
 * Whether every quote in the record's text is one that opens or closes a cell or is written twice inside one: then
 * there is only one way to read it. Costs one search per quoted cell.
 */
export function quotesAreRegular(recordText: string, delimiter: Delimiter): boolean {
  const separator = delimiter.charCodeAt(0);
  for (let open = recordText.indexOf('"'); open !== -1;) {
    if (open > 0 && recordText.charCodeAt(open - 1) !== separator) return false;
    const close = closingQuote(recordText, open);
    if (close === -1) return false;
    if (close + 1 < recordText.length) {
      const next = recordText.charCodeAt(close + 1);
      if (next !== separator && next !== LF && next !== CR) return false;
    }
    open = recordText.indexOf('"', close + 1);
  }
  return true;
}

/** Place (1-based line within the record, 1-based column) of the cell in which an unfinished record ends. */
export function lastCell(
  recordText: string,
  delimiter: Delimiter,
): { line: number; column: number; quoted: boolean } {
  const separator = delimiter.charCodeAt(0);
  let start = 0;
  for (;;) {
    const end = cellEnd(recordText, start, separator);
    if (end >= recordText.length || recordText.charCodeAt(end) !== separator) break;
    start = end + 1;
  }
  const before = recordText.slice(0, start);
  const lineStart = Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r')) + 1;
  return {
    line: countLineEnds(before) + 1,
    column: start - lineStart + 1,
    quoted: recordText.charCodeAt(start) === QUOTE && closingQuote(recordText, start) === -1,
  };
}

/** Line ends as an editor counts them: CRLF, LF and a CR alone are one each. */
export function countLineEnds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++;
  for (let at = text.indexOf('\r'); at !== -1; at = text.indexOf('\r', at + 1)) {
    if (text.charCodeAt(at + 1) !== LF) count++;
  }
  return count;
}
