import type { ColumnPlan, ImportRecord } from '../mapping/record';
import type { TargetSchema } from '../mapping/schema';
import type { Message } from '../message';

/** A place that takes records: a Kintone domain or a Personium cell, reached through a signed-in `Transport`. */
export interface Endpoint {
  /** Apps or entity sets this sign-in may see. Throws `ExpectedError` with what to do next. */
  listTargets(signal?: AbortSignal): Promise<readonly TargetSummary[]>;
  /** Live schema of one target. Throws `ExpectedError`. */
  describe(targetId: string, signal?: AbortSignal): Promise<TargetSchema>;
  writer(schema: TargetSchema, columns: ColumnPlan): TargetWriter;
}

export interface TargetSummary {
  readonly id: string;
  readonly name: string;
  readonly url: string;
}

export interface TargetWriter {
  readonly limits: WriterLimits;
  /** An answer for everything the server or the network can do; throws only for bugs of ours. */
  send(batch: readonly ImportRecord[], signal?: AbortSignal): Promise<Answer>;
}

export interface WriterLimits {
  /** Rows one request may carry at the most. */
  readonly rowsPerRequest: number;
  /** Rows of the smaller request used after a refusal. */
  readonly rowsPerSmallRequest: number;
  readonly maxRequestBytes: number;
}

/** What one request did, judged by section 3 of the engine's contract. */
export type Answer =
  | { readonly kind: 'committed'; readonly ids: readonly string[]; readonly revisions: readonly string[] }
  /** Definitely nothing was kept. `rows` names the bad rows by their index in the batch; empty when none is named. */
  | {
      readonly kind: 'rejected';
      readonly code: string;
      readonly message: Message;
      readonly rows: readonly RejectedRow[];
    }
  /** Definitely nothing was kept, and the same request may succeed later. */
  | {
      readonly kind: 'notCommitted';
      readonly reason: RetryReason;
      readonly message: Message;
      readonly retryAfterMs?: number;
    }
  /** Definitely nothing was kept, and no request of this job can succeed (signed out, app gone). */
  | { readonly kind: 'impossible'; readonly message: Message }
  /** The server may or may not have kept the batch. */
  | { readonly kind: 'ambiguous'; readonly message: Message };

export type RetryReason = 'throttled' | 'locked' | 'unavailable' | 'network' | 'tooLarge';

export interface RejectedRow {
  readonly index: number;
  readonly reasons: readonly RejectedReason[];
}

export interface RejectedReason {
  /** Field code the server blames; absent when it blames the record. */
  readonly field?: string;
  readonly message: Message;
}
