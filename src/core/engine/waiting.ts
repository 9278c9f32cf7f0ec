import type { Load } from '../endpoints/endpoint';
import type { Control } from '../jobs/control';
import type { Message } from '../message';
import { RETRY_BUDGET, backOffMs } from './backOff';
import type { RetryBudget } from './backOff';
import type { Clock } from './clock';
import type { JobLog } from './jobLog';
import { Pace } from './pace';
import type { Pause } from './pace';

export interface WaitingParts {
  readonly log: JobLog;
  readonly control: Control;
  readonly clock: Clock;
  readonly budget?: RetryBudget;
}

interface Refusal {
  readonly reason: Message;
  readonly retryAfterMs: number;
}

/** What has to be waited out before the next request, should there be one. */
export class Waiting {
  readonly #parts: WaitingParts;
  readonly #budget: RetryBudget;
  readonly #pace = new Pace();
  #refusal: Refusal | null = null;
  #refusals = 0;
  #refusedSince = 0;
  #pause: Pause | null = null;
  #waitedMs = 0;

  constructor(parts: WaitingParts) {
    this.#parts = parts;
    this.#budget = parts.budget ?? RETRY_BUDGET;
  }

  /** The endpoint has refused for now, or an answer was lost; the longest wait it asks for is the least. */
  refused(reason: Message, retryAfterMs = 0): void {
    this.#refusal = { reason, retryAfterMs: Math.max(retryAfterMs, this.#refusal?.retryAfterMs ?? 0) };
  }

  /** The endpoint decides again: the next refusal is a first one. */
  taken(): void {
    this.#refusals = 0;
  }

  /** How busy the endpoint says it is. */
  heard(load: Load | undefined): void {
    this.#pause = this.#pace.after(load, this.#parts.clock.random());
  }

  /** Whether something has to be waited out. */
  get due(): boolean {
    return this.#refusal !== null || this.#pause !== null;
  }

  /** Waits until the next request may go, or until something is asked. Says why when patience has ended. */
  async out(): Promise<Message | null> {
    const [refusal, pause] = [this.#refusal, this.#pause];
    if (refusal !== null) {
      this.#refusal = null;
      return this.#backOff(refusal);
    }
    this.#pause = null;
    if (pause !== null) await this.#sleep(pause.ms, pause.reason);
    return null;
  }

  async #backOff({ reason, retryAfterMs }: Refusal): Promise<Message | null> {
    const { clock } = this.#parts;
    const { refusalsMs, jobMs } = this.#budget;
    const now = clock.monotonic();
    if (this.#refusals === 0) this.#refusedSince = now;
    const wait = backOffMs(this.#refusals++, clock.random(), retryAfterMs, this.#budget);
    const spent = now - this.#refusedSince;
    // What nobody would sit out is told instead.
    if (wait > refusalsMs) return patienceEnded('asked', wait);
    if (spent >= refusalsMs) return patienceEnded('all', spent);
    if (this.#waitedMs + wait > jobMs) return patienceEnded('job', this.#waitedMs);
    await this.#sleep(wait, reason);
    this.#waitedMs += clock.monotonic() - now;
    return null;
  }

  /** A wait with a reason is shown. */
  async #sleep(ms: number, reason?: Message): Promise<void> {
    const { clock, control, log } = this.#parts;
    if (reason) await log.append({ type: 'THROTTLE', until: Math.ceil(clock.now() + ms), reason });
    await sleepUnlessAsked(clock, control, ms);
  }
}

/** Waits so long, or until something is asked of the job. */
export async function sleepUnlessAsked(
  clock: Clock,
  control: Pick<Control, 'orAsked'>,
  ms: number,
): Promise<void> {
  const end = new AbortController();
  await control.orAsked(clock.sleep(ms, end.signal));
  end.abort();
}

/** `asked`: one wait; `all`: nothing but refusals for so long; `job`: all waits together. */
function patienceEnded(by: keyof typeof CODES_OF_END, ms: number): Message {
  return { code: CODES_OF_END[by], args: { minutes: Math.ceil(ms / 60_000) } };
}

const CODES_OF_END = {
  asked: 'job.waitTooLong',
  all: 'job.refusedTooLong',
  job: 'job.waitedTooLong',
} as const;
