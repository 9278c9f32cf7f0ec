import { setTimeout as delay } from 'node:timers/promises';

/** Lets runs go on in steps, and stop where a hook says so until it changes. */
export class RunClock {
  #waiting: (() => void)[] = [];

  constructor(private readonly closing: AbortSignal) {
    closing.addEventListener('abort', () => this.lookAgain(), { once: true });
  }

  /** Rejects when the sandbox stops. */
  async wait(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.closing });
  }

  /** Waits while something is so; it is looked at whenever `lookAgain` is called. Rejects when the sandbox stops. */
  async waitWhile(isSo: () => boolean): Promise<void> {
    while (isSo()) {
      this.closing.throwIfAborted();
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  lookAgain(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) {
      resolve();
    }
  }
}
