/** How long the engine waits for an endpoint that refuses. */
export interface RetryBudget {
  /** The first wait is up to this long, each next one up to twice as long. */
  readonly baseMs: number;
  readonly capMs: number;
  /**
   * Nothing but refusals for so long ends the job: that is the budget of a request, too, as a refused one goes before
   * all others. A longer wait asked for by the server ends it at once.
   */
  readonly refusalsMs: number;
  /** All waits of a job together. */
  readonly jobMs: number;
}

export const RETRY_BUDGET: RetryBudget = {
  baseMs: 1000,
  capMs: 60_000,
  refusalsMs: 30 * 60_000,
  jobMs: 12 * 60 * 60_000,
};

/** Full jitter: anywhere between nothing and the exponential bound, but no less than the server asked for. */
export function backOffMs(
  refusals: number,
  random: number,
  retryAfterMs: number,
  budget: Pick<RetryBudget, 'baseMs' | 'capMs'>,
): number {
  const bound = Math.min(budget.capMs, budget.baseMs * 2 ** Math.min(refusals, 30));
  return Math.ceil(Math.max(retryAfterMs, random * bound));
}
