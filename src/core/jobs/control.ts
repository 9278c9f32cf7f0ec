import { randomBytes } from 'node:crypto';
import { open, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { controlPath } from './jobFolder';

/** What a person may ask of a job that someone else owns. */
export type ControlRequest = 'stop' | 'cancel';

/** Leaves a request in the job's folder, where its owner finds it. Any process may. */
export async function leaveRequest(folder: string, request: ControlRequest): Promise<void> {
  const name = `${request}.${process.pid}-${randomBytes(4).toString('hex')}`;
  const file = await open(path.join(controlPath(folder), name), 'wx');
  await file.close();
}

/** What was asked so far; `lost` when the folder is gone. Cancel weighs more than stop. */
export async function readRequests(folder: string): Promise<ControlRequest | 'lost' | null> {
  try {
    const names = await readdir(controlPath(folder));
    if (names.some((name) => name.startsWith('cancel.'))) return 'cancel';
    return names.some((name) => name.startsWith('stop.')) ? 'stop' : null;
  } catch {
    // The control folder alone may be missing (a copy without empty folders): nothing was asked then.
    return (await stat(folder).catch(() => null)) ? null : 'lost';
  }
}

/** What was asked of a job, and the wish to hear of it. */
export interface Control {
  /** The first thing asked; a later cancel outweighs a stop. Stays once set. */
  readonly asked: ControlRequest | 'lost' | null;
  /** Looks in the folder now. */
  look(): Promise<ControlRequest | 'lost' | null>;
  /** Waits for `work`, or until something was asked: then null. The work goes on meanwhile. */
  orAsked<T>(work: Promise<T>): Promise<T | null>;
}

/**
 * The owner's ear: looks at the folder at short intervals while it is open, and at once when poked from within the same
 * process.
 */
export class ControlWatch implements Control {
  readonly #folder: string;
  readonly #interval: number;
  readonly #waiting = new Set<() => void>();
  #asked: ControlRequest | 'lost' | null = null;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(folder: string, intervalMs = 100) {
    this.#folder = folder;
    this.#interval = intervalMs;
    this.#schedule();
  }

  get asked(): ControlRequest | 'lost' | null {
    return this.#asked;
  }

  poke(request: ControlRequest): void {
    this.#hear(request);
  }

  async look(): Promise<ControlRequest | 'lost' | null> {
    this.#hear(await readRequests(this.#folder));
    return this.#asked;
  }

  orAsked<T>(work: Promise<T>): Promise<T | null> {
    if (this.#asked !== null) return Promise.resolve(null);
    // Not a race against one long-lived promise: that would keep every answer in memory until the end of the job.
    return new Promise((resolve, reject) => {
      const wake = () => resolve(null);
      this.#waiting.add(wake);
      work.then(resolve, reject).finally(() => this.#waiting.delete(wake));
    });
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #hear(request: ControlRequest | 'lost' | null): void {
    if (request === null || this.#asked === 'lost' || (this.#asked === 'cancel' && request === 'stop'))
      return;
    this.#asked = request;
    for (const wake of this.#waiting) wake();
  }

  #schedule(): void {
    this.#timer = setTimeout(() => {
      void this.look().finally(() => {
        if (!this.#closed) this.#schedule();
      });
    }, this.#interval);
    this.#timer.unref();
  }
}
