import type { CellSnapshots } from '../../endpoints/cellSnapshots';
import type { Control } from '../../jobs/control';
import type { CellDefinition } from '../../jobs/job';
import type { CellStep } from '../../jobs/records';
import type { RetryBudget } from '../backOff';
import type { Clock } from '../clock';
import { JobLost } from '../jobLog';
import type { JobLog } from '../jobLog';
import type { Patience } from '../patience';

/** What each step of a cell's import works with. */
export interface CellContext {
  readonly folder: string;
  readonly definition: CellDefinition;
  readonly cell: CellSnapshots;
  readonly log: JobLog;
  readonly control: Control;
  readonly clock: Clock;
  readonly patience: Patience;
  readonly budget: RetryBudget;
  readonly say: (level: 'error' | 'warn' | 'info', text: string) => void;
}

/** Something was asked of the job while that still could be done. */
export class Withdrawn extends Error {
  constructor() {
    super('the job was canceled');
    this.name = 'Withdrawn';
  }
}

/** How often a question or a transfer is tried again while the server is busy. */
const TRIES = 20;

/** Asks or transfers something that may be tried again, before the run. Throws `Withdrawn` when the job is canceled. */
export async function ask<T>(
  { patience, control }: CellContext,
  question: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const answer = await patience.ask(async (signal) => ({ value: await question(signal) }), TRIES);
  if (answer === null) throw withdrawn(control);
  return answer.value;
}

/** Waits before the run. Throws `Withdrawn` when the job is canceled meanwhile. */
export async function wait({ control, clock }: CellContext, ms: number): Promise<void> {
  const end = new AbortController();
  const passed = await control.orAsked(clock.sleep(ms, end.signal).then(() => true as const));
  end.abort();
  if (passed === null) throw withdrawn(control);
}

/** Looks whether the job was canceled, at the last moment at which it can be. */
export async function assertWanted({ control }: CellContext): Promise<void> {
  if ((await control.look()) !== null) throw withdrawn(control);
}

function withdrawn(control: Control): Error {
  return control.asked === 'lost' ? new JobLost() : new Withdrawn();
}

const STEP_RECORD_MS = 500;

/** Writes down how far a step is: whole per cents, not too often. */
export class StepLog {
  readonly #context: CellContext;
  readonly #step: CellStep;
  #percent: number | null;
  #writtenAt: number;
  #pending: Promise<void> = Promise.resolve();

  private constructor(context: CellContext, step: CellStep, percent: number | null) {
    this.#context = context;
    this.#step = step;
    this.#percent = percent;
    this.#writtenAt = context.clock.monotonic();
  }

  static async begin(
    context: CellContext,
    step: CellStep,
    percent: number | null,
    snapshot?: string,
  ): Promise<StepLog> {
    await context.log.append({
      type: 'STEP',
      step,
      percent,
      ...(snapshot === undefined ? {} : { snapshot }),
    });
    return new StepLog(context, step, percent);
  }

  /** `percent` may be of any size. */
  tell(percent: number): void {
    const told = wholePercent(percent);
    const now = this.#context.clock.monotonic();
    if (told === this.#percent || (now - this.#writtenAt < STEP_RECORD_MS && told < 100)) return;
    this.#percent = told;
    this.#writtenAt = now;
    const record = { type: 'STEP', step: this.#step, percent: told } as const;
    this.#pending = this.#pending.then(() => this.#context.log.append(record));
    // It is waited for, and its failure told, by `written`.
    this.#pending.catch(() => undefined);
  }

  /** Resolves when all that was told is written down. */
  written(): Promise<void> {
    return this.#pending;
  }
}

export function wholePercent(percent: number): number {
  return Number.isFinite(percent) ? Math.min(100, Math.max(0, Math.floor(percent))) : 0;
}
