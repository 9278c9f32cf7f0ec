/** Comparisons worth doing to keep as many rows as possible; beyond, each row takes the next equal one. */
const MOST_COMPARED = 1_000_000;

/**
 * For each of `wanted`, the index of the equal one of `present` that it is, in ascending order; null where there is
 * none. As many as possible are matched, unless both lists are long and differ a lot.
 */
export function matchInOrder(wanted: readonly string[], present: readonly string[]): (number | null)[] {
  const matched = new Array<number | null>(wanted.length).fill(null);
  let start = 0;
  while (start < wanted.length && start < present.length && wanted[start] === present[start]) {
    matched[start] = start;
    start += 1;
  }
  let end = wanted.length;
  let presentEnd = present.length;
  while (end > start && presentEnd > start && wanted[end - 1] === present[presentEnd - 1]) {
    end -= 1;
    presentEnd -= 1;
    matched[end] = presentEnd;
  }
  const some = wanted.slice(start, end);
  const others = present.slice(start, presentEnd);
  const middle =
    some.length * others.length <= MOST_COMPARED ? longestCommon(some, others) : nextEqual(some, others);
  middle.forEach((at, index) => {
    if (at !== null) matched[start + index] = start + at;
  });
  return matched;
}

/** The longest common subsequence. */
function longestCommon(wanted: readonly string[], present: readonly string[]): (number | null)[] {
  const width = present.length + 1;
  const lengths = new Uint32Array((wanted.length + 1) * width);
  const lengthAt = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = wanted.length - 1; i >= 0; i -= 1) {
    for (let j = present.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] =
        wanted[i] === present[j]
          ? lengthAt(i + 1, j + 1) + 1
          : Math.max(lengthAt(i + 1, j), lengthAt(i, j + 1));
    }
  }
  const matched = new Array<number | null>(wanted.length).fill(null);
  let j = 0;
  for (let i = 0; i < wanted.length && j < present.length; i += 1) {
    while (j < present.length && wanted[i] !== present[j] && lengthAt(i, j + 1) === lengthAt(i, j)) j += 1;
    if (wanted[i] === present[j]) {
      matched[i] = j;
      j += 1;
    }
  }
  return matched;
}

function nextEqual(wanted: readonly string[], present: readonly string[]): (number | null)[] {
  const places = new Map<string, number[]>();
  for (let at = present.length - 1; at >= 0; at -= 1) {
    const key = present[at] ?? '';
    const list = places.get(key) ?? [];
    list.push(at);
    places.set(key, list);
  }
  let from = 0;
  return wanted.map((key) => {
    const list = places.get(key) ?? [];
    while ((list.at(-1) ?? from) < from) list.pop();
    const at = list.pop();
    if (at === undefined) return null;
    from = at + 1;
    return at;
  });
}
