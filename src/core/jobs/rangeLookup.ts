/** What is said of a range of ordinals; both ends are included. */
export interface Said<T> {
  readonly from: number;
  readonly to: number;
  readonly value: T;
}

/** Finds what is said of a row, null where nothing is. Ordinals must be asked for in growing order. */
export function rangeLookup<T>(ranges: readonly Said<T>[]): (ordinal: number) => T | null {
  const sorted = [...ranges].sort((a, b) => a.from - b.from);
  let next = 0;
  return (ordinal) => {
    for (let range = sorted[next]; range && range.to < ordinal; range = sorted[next]) next++;
    const range = sorted[next];
    return range && range.from <= ordinal ? range.value : null;
  };
}
