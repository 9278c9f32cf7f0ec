/** Work that has begun, taken one by one in the order in which it ends. */
export class UnderWay<T> {
  readonly #done: T[] = [];
  #running = 0;
  #wake: () => void = () => undefined;

  /** All that was begun and has not been taken. */
  get count(): number {
    return this.#running + this.#done.length;
  }

  /** `work` must not fail. */
  begin(work: Promise<T>): void {
    this.#running++;
    void work.then((result) => {
      this.#running--;
      this.#done.push(result);
      this.#wake();
    });
  }

  /** What has ended first; undefined while nothing has. */
  take(): T | undefined {
    return this.#done.shift();
  }

  /** Resolves as soon as there is something to take. One caller at a time. */
  next(): Promise<void> {
    if (this.#done.length > 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  /** Resolves when all has ended; nothing of it is told any more. */
  async rest(): Promise<void> {
    while (this.#running > 0) {
      this.#done.length = 0;
      await this.next();
    }
  }
}
