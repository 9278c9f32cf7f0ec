import { JournalLost, JournalWriteFailed } from '../jobs/journal';
import type { Journal } from '../jobs/journal';
import type { JobState } from '../jobs/fold';
import type { JobEvent } from '../jobs/records';
import type { Control } from '../jobs/control';
import type { Clock } from './clock';

/** The job's folder can't be used any more; nothing can be said about the job from here on. */
export class JobLost extends Error {
  constructor(options?: ErrorOptions) {
    super('the job folder is gone or can’t be written', options);
    this.name = 'JobLost';
  }
}

export interface JobLogOptions {
  /** Told after every record. */
  readonly onRecord?: (event: JobEvent, state: JobState) => void;
  /** Told each time when the disk takes no record, with the system's code, and with null when it takes them again. */
  readonly onBlocked?: (code: string | null) => void;
}

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;
const TRIES_AFTER_ASKED = 3;

/**
 * The journal as the engine writes it. When the disk takes nothing (it is full, for one), the job is blocked: the call
 * waits until there is room, so that no request leaves without its record. Throws `JobLost` when the folder is gone, or
 * when the person asks for something meanwhile and not even that can be written down.
 */
export class JobLog {
  readonly #journal: Journal;
  readonly #control: Control;
  readonly #clock: Clock;
  readonly #options: JobLogOptions;

  constructor(journal: Journal, control: Control, clock: Clock, options: JobLogOptions = {}) {
    this.#journal = journal;
    this.#control = control;
    this.#clock = clock;
    this.#options = options;
  }

  get state(): JobState {
    return this.#journal.state;
  }

  append(event: JobEvent): Promise<void> {
    return this.#persist(event, () => this.#journal.append(event));
  }

  /** Resolves when this record and all before it are on the disk. */
  appendDurable(event: JobEvent): Promise<void> {
    return this.#persist(event, () => this.#journal.appendDurable(event));
  }

  async #persist(event: JobEvent, write: () => Promise<void>): Promise<void> {
    const { onBlocked } = this.#options;
    await whenWritable(write, {
      ...{ control: this.#control, clock: this.#clock },
      ...(onBlocked ? { onBlocked } : {}),
    });
    this.#options.onRecord?.(event, this.#journal.state);
  }
}

/** What the disk does not take now is tried again until it does. Throws `JobLost` as a `JobLog` does. */
export async function whenWritable<T>(
  write: () => Promise<T>,
  { control, clock, onBlocked }: Pick<JobLogOptions, 'onBlocked'> & { control: Control; clock: Clock },
): Promise<T> {
  let triesLeft = TRIES_AFTER_ASKED;
  let blocked = false;
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    try {
      const written = await write();
      if (blocked) onBlocked?.(null);
      return written;
    } catch (error) {
      if (error instanceof JournalLost) throw new JobLost({ cause: error });
      if (!(error instanceof JournalWriteFailed)) throw error;
      blocked = true;
      onBlocked?.(error.code);
      if ((await control.look()) !== null && triesLeft-- === 0) throw new JobLost({ cause: error });
      await pause(wait, control, clock);
    }
  }
}

async function pause(ms: number, control: Control, clock: Clock): Promise<void> {
  if (control.asked !== null) return clock.sleep(FIRST_WAIT_MS);
  const end = new AbortController();
  await control.orAsked(clock.sleep(ms, end.signal));
  end.abort();
}
