import type { ReadOptions, TableInfo } from '../files/row';
import type { ImportPlan } from '../mapping/plan';
import type { Message } from '../message';

/** `job.json`: everything that is decided at submission. Never changed afterwards, never a secret in it. */
export interface JobDefinition {
  readonly version: 1;
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly submittedAt: number;
  readonly target: JobTarget;
  readonly source: JobSource;
  readonly plan: ImportPlan;
  /** Language of the endpoint's messages: `en` or `ja`. */
  readonly language: string;
  /** IANA name of the zone that times without one are in; the system's own when absent. */
  readonly timeZone?: string;
  /** Job whose unimported rows this one imports again. */
  readonly parentJobId?: string;
  readonly engineVersion: string;
}

export interface JobTarget {
  readonly system: 'kintone';
  readonly connectionId: string;
  readonly connectionName: string;
  readonly baseUrl: string;
  readonly guestSpaceId?: string;
  readonly id: string;
  readonly name: string;
  readonly url: string;
  /** Whether the sign-in may send many requests as one; false for OAuth. */
  readonly bulk?: boolean;
}

export interface JobSource {
  /** File name without folders, as shown. */
  readonly name: string;
  /** URI of the document the rows came from, so that problems can be shown in it. */
  readonly uri: string;
  readonly size: number;
  /** Hex digest of `input.bin`. */
  readonly sha256: string;
  readonly read: ReadOptions;
  readonly info: TableInfo;
}

export type JobStatus = 'waiting' | 'inProgress' | 'failed' | 'completed' | 'canceled';

export type JobPhase =
  | { readonly kind: 'queued'; readonly ahead: number }
  | { readonly kind: 'checking'; readonly rows: number }
  | { readonly kind: 'sending' }
  | { readonly kind: 'throttled'; readonly until: number; readonly reason: Message }
  | { readonly kind: 'stopping' }
  /** The job folder takes no records, for which the system gives this code; known in the process that runs the job. */
  | { readonly kind: 'blocked'; readonly code: string }
  /** No live process owns the job any more. Derived when read, never written. */
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'all' }
  | { readonly kind: 'withUnimported' }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'withUncertain' }
  | { readonly kind: 'failed' }
  | { readonly kind: 'canceled' };

/** Rows by verdict. They always sum to `total` once the rows were counted. */
export interface RowCounts {
  /** null until the rows were counted. */
  readonly total: number | null;
  readonly pending: number;
  readonly invalid: number;
  readonly inFlight: number;
  /** New records, in rows of the file. */
  readonly imported: number;
  /** Changed records. */
  readonly updated: number;
  /** Records that already were as the file has them: not sent. */
  readonly unchanged: number;
  readonly rejected: number;
  readonly unprocessed: number;
  readonly unknown: number;
}

/** What views show of a job: `job.json` and the fold of its journal. */
export interface ImportJob {
  readonly id: string;
  readonly folder: string;
  readonly definition: JobDefinition;
  readonly status: JobStatus;
  readonly phase: JobPhase;
  readonly counts: RowCounts;
  /** Milliseconds since the epoch; absent until the job has ended. */
  readonly completedAt?: number;
  /** Why it failed; the first one is the one to show. */
  readonly failures: readonly Message[];
  /** What checking could not look at; nothing when absent. */
  readonly notes?: readonly Message[];
  readonly canCancel: boolean;
  readonly canStop: boolean;
}

export interface JobChange {
  readonly jobId: string;
  readonly kind: 'added' | 'changed' | 'removed';
}
