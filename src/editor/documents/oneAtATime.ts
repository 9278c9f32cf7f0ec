/** Lets work on one thing begin only when no other work on it is under way. */
export class OneAtATime {
  readonly #busy = new Set<string>();

  /** Does the work, or answers null at once when the same key is being worked on. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T | null> {
    if (this.#busy.has(key)) return null;
    this.#busy.add(key);
    try {
      return await work();
    } finally {
      this.#busy.delete(key);
    }
  }
}
