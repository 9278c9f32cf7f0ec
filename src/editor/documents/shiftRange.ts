/** Lines and characters from 0, the end excluded; structurally a range of the editor. */
export interface PlainRange {
  readonly start: PlainPosition;
  readonly end: PlainPosition;
}

export interface PlainPosition {
  readonly line: number;
  readonly character: number;
}

export interface PlainChange {
  /** What was replaced, in the text before the change. */
  readonly range: PlainRange;
  /** What stands there now. */
  readonly text: string;
}

/**
 * Where a range stands after a change of the text: moved when the change is above or before it, as it was when the
 * change is behind it, null when the change touches what it holds.
 */
export function shiftRange(range: PlainRange, change: PlainChange): PlainRange | null {
  const insertion = compare(change.range.start, change.range.end) === 0;
  if (compare(change.range.start, range.end) > 0) return range;
  if (compare(change.range.start, range.end) === 0) {
    // Typing at the end of a cell edits it; a line break or a deletion behind it does not.
    if (compare(range.start, range.end) !== 0)
      return insertion && !/^[\r\n]/.test(change.text) ? null : range;
  }
  if (compare(change.range.end, range.start) > 0) return null;
  if (insertion && compare(change.range.start, range.start) === 0 && !/[\r\n]$/.test(change.text))
    return null;
  const move = mover(change);
  return { start: move(range.start), end: move(range.end) };
}

/** Moves a position that is at or behind the end of what was replaced. */
function mover({ range, text }: PlainChange): (position: PlainPosition) => PlainPosition {
  const lines = text.split(/\r\n|\r|\n/);
  const last = lines.at(-1) ?? '';
  const newEnd: PlainPosition = {
    line: range.start.line + lines.length - 1,
    character: lines.length === 1 ? range.start.character + last.length : last.length,
  };
  return (position) => ({
    line: position.line + newEnd.line - range.end.line,
    character:
      position.line === range.end.line
        ? position.character + newEnd.character - range.end.character
        : position.character,
  });
}

function compare(a: PlainPosition, b: PlainPosition): number {
  return a.line - b.line || a.character - b.character;
}
