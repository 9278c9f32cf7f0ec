/** First and last ordinal, both included. */
export type RowRange = readonly [from: number, to: number];

/** Consecutive ordinals as ranges: what a journal record needs of a request of thousands of rows. */
export function toRanges(ordinals: Iterable<number>): RowRange[] {
  const ranges: [number, number][] = [];
  for (const ordinal of ordinals) {
    const last = ranges.at(-1);
    if (last?.[1] === ordinal - 1) last[1] = ordinal;
    else ranges.push([ordinal, ordinal]);
  }
  return ranges;
}

export function rowsIn(ranges: readonly RowRange[]): number {
  return ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0);
}

export function* ordinalsIn(ranges: readonly RowRange[]): Generator<number> {
  for (const [from, to] of ranges) {
    for (let ordinal = from; ordinal <= to; ordinal++) yield ordinal;
  }
}

/** Ids as runs of consecutive numbers `[first, count]`; an id that is not a plain number stands alone as text. */
export type IdRun = readonly [first: string, count: number] | string;

export function toIdRuns(ids: readonly string[]): IdRun[] {
  const runs: (string | [string, number])[] = [];
  let next: bigint | null = null;
  for (const id of ids) {
    const value: bigint | null = /^(0|[1-9]\d{0,30})$/.test(id) ? BigInt(id) : null;
    const last = runs.at(-1);
    if (value !== null && value === next && last !== undefined && typeof last !== 'string') last[1]++;
    else runs.push(value === null ? id : [id, 1]);
    next = value === null ? null : value + 1n;
  }
  return runs;
}

export function fromIdRuns(runs: readonly IdRun[]): string[] {
  return runs.flatMap((run) => {
    if (typeof run === 'string') return [run];
    const first = BigInt(run[0]);
    return Array.from({ length: run[1] }, (_, i) => String(first + BigInt(i)));
  });
}

/** A value and how often it follows itself: revisions are nearly always all the same. */
export type RepeatRun = readonly [value: string, times: number];

export function toRepeatRuns(values: readonly string[]): RepeatRun[] {
  const runs: [string, number][] = [];
  for (const value of values) {
    const last = runs.at(-1);
    if (last?.[0] === value) last[1]++;
    else runs.push([value, 1]);
  }
  return runs;
}
