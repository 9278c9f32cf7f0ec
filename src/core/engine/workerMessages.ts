import type { ReadOptions, TableInfo } from '../files/row';
import type { ControlRequest } from '../jobs/control';
import type { JobTarget } from '../jobs/job';
import type { ImportPlan } from '../mapping/plan';
import type { TargetSchema } from '../mapping/schema';
import type { Message } from '../message';
import type { PlacedProblem } from './placement';
import type { RunSummary } from './runJob';
import type { UnimportedFile } from './unimported';

/** What a person wants imported, and where to. */
export interface SubmitRequest {
  /** Where the bytes are now; they are copied before the job exists. */
  readonly path: string;
  /** File name as shown. */
  readonly name: string;
  /** URI of the document the rows came from. */
  readonly uri: string;
  readonly read: ReadOptions;
  readonly target: JobTarget;
  readonly plan: ImportPlan;
  /** Language of the endpoint's messages and of the reasons: `en` or `ja`. */
  readonly language: string;
  readonly parentJobId?: string;
}

export interface CheckRequest {
  readonly path: string;
  readonly read: ReadOptions;
  readonly schema: TargetSchema;
  readonly plan: ImportPlan;
}

/** What checking a file without importing it found. */
export interface CheckReport {
  readonly total: number;
  readonly invalid: number;
  /** The first 500 problems with their places. */
  readonly problems: readonly PlacedProblem[];
}

/** A text file whose rows become a workbook. */
export interface WorkbookRequest {
  readonly path: string;
  readonly read: ReadOptions;
  readonly workbook: string;
  readonly sheetName: string;
}

/** One worker thread does one of these. */
export type WorkerTask =
  | { readonly kind: 'inspect'; readonly path: string; readonly read: ReadOptions }
  | { readonly kind: 'check'; readonly request: CheckRequest }
  | {
      readonly kind: 'create';
      readonly folder: string;
      readonly id: string;
      readonly submittedAt: number;
      readonly request: SubmitRequest;
    }
  | { readonly kind: 'run'; readonly folder: string; readonly refusal?: Message }
  | { readonly kind: 'derive'; readonly folder: string }
  | { readonly kind: 'saveWorkbook'; readonly request: WorkbookRequest };

export interface TaskResults {
  readonly inspect: TableInfo;
  readonly check: CheckReport;
  readonly create: null;
  readonly run: RunSummary;
  readonly derive: UnimportedFile;
  readonly saveWorkbook: null;
}

/** An exchange that the worker asks its host for: the host's transport is signed in, the worker holds no secret. */
export interface WireRequest {
  readonly id: number;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer>;
  readonly timeoutMs?: number;
}

export type WireReply =
  | {
      readonly kind: 'response';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: Uint8Array;
    }
  | { readonly kind: 'transportError'; readonly code: string; readonly bytesSent: 'none' | 'maybe' }
  | { readonly kind: 'expectedError'; readonly detail: Message };

export type ToWorker =
  | { readonly type: 'reply'; readonly id: number; readonly reply: WireReply }
  | { readonly type: 'poke'; readonly request: ControlRequest };

export type FromWorker =
  | { readonly type: 'request'; readonly request: WireRequest }
  | { readonly type: 'abortRequest'; readonly id: number }
  /** Rows checked so far. */
  | { readonly type: 'progress'; readonly rows: number }
  /** The journal has new records. */
  | { readonly type: 'journal' }
  | { readonly type: 'log'; readonly level: 'error' | 'warn' | 'info' | 'debug'; readonly text: string }
  | { readonly type: 'result'; readonly value: unknown }
  /** An expected failure, with its sentence. */
  | { readonly type: 'failed'; readonly detail: Message }
  /** A bug of ours. */
  | { readonly type: 'bug'; readonly text: string };
