/** Longer texts are no slips of an option (128 characters at most) and would only cost time. */
const LONGEST_COMPARED = 160;

/**
 * The option that was probably meant: the same but for case, character width and spaces, or else the one with
 * the fewest slips (letters missing, surplus, wrong or swapped), at most one in three letters.
 * Null when no option is that near.
 */
export function nearestOption(text: string, options: readonly string[]): string | null {
  const wanted = fold(text);
  if (wanted === '' || wanted.length > LONGEST_COMPARED) {
    return null;
  }
  let nearest: string | null = null;
  let limit = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const option of options) {
    const folded = fold(option);
    if (folded === wanted) {
      return option;
    }
    if (wanted.length > 1 && Math.abs(folded.length - wanted.length) < limit) {
      const slips = distance(wanted, folded, limit);
      if (slips < limit) {
        nearest = option;
        limit = slips;
      }
    }
  }
  return nearest;
}

function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase().replaceAll(/\s+/gu, '');
}

/** Optimal string alignment distance; `limit` or more as soon as it can't be less. */
function distance(a: string, b: string, limit: number): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    let least = i;
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(at(last, j) + 1, at(current, j - 1) + 1, at(last, j - 1) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, at(beforeLast, j - 2) + 1);
      }
      current.push(cost);
      least = Math.min(least, cost);
    }
    if (least >= limit) {
      return limit;
    }
    beforeLast = last;
    last = current;
  }
  return at(last, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
