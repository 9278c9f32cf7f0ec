/** Why imports are read again, and how soon. */
export interface Pace {
  /** Some import is waiting or in progress. */
  readonly running: boolean;
  /** A view or the panel shows imports. */
  readonly shown: boolean;
  /** The window has the focus. */
  readonly focused: boolean;
}

/** How much slower than while somebody watches. */
const UNWATCHED = 4;
const IDLE = 8;

/**
 * Milliseconds between two looks at the imports; null when there is no reason to look. A view that shows no
 * running import is still read now and then, because another window may start one.
 */
export function intervalFor({ running, shown, focused }: Pace, fastMs: number): number | null {
  if (running) {
    return shown && focused ? fastMs : fastMs * UNWATCHED;
  }
  if (shown) {
    return focused ? fastMs * UNWATCHED : fastMs * IDLE;
  }
  return null;
}
