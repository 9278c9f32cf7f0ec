import type { HttpRequest } from '../endpoints/transport';
import type { ReadOptions, TableInfo } from '../files/row';
import type { ControlRequest } from '../jobs/control';
import type { JobLimits, JobTarget, System } from '../jobs/job';
import type { ImportPlan } from '../mapping/plan';
import type { TargetSchema } from '../mapping/schema';
import type { Message } from '../message';
import type { SnapshotReport } from './cell/checkSnapshot';
import type { NewCellJob } from './cell/createCellJob';
import type { PlacedProblem } from './placement';
import type { RunSummary } from './runInJournal';
import type { UncertainFile } from './uncertain';
import type { NewUndoJob, UndoPreview, UndoScope } from './undo/createUndoJob';
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
  /** IANA name of the zone that times without one are in; the system's own when absent. */
  readonly timeZone?: string;
  readonly limits?: JobLimits;
  /** Kintone alone: number of the app of the same domain that keeps track of requests. */
  readonly ledgerApp?: string;
  readonly parentJobId?: string;
}

export interface CheckRequest {
  readonly path: string;
  readonly read: ReadOptions;
  readonly schema: TargetSchema;
  readonly plan: ImportPlan;
  readonly timeZone?: string;
  /** When given, the live records are read as well: duplicates, keys that are nowhere, rows that would not change. */
  readonly target?: JobTarget;
  /** Whose requests are counted when no target is given; Kintone's when absent. */
  readonly system?: System;
  /** As for the import itself: it decides how many requests are needed. */
  readonly ledgerApp?: string;
  /** Language of the endpoint's messages; English when absent. */
  readonly language?: string;
}

/** What checking a file without importing it found. */
export interface CheckReport {
  readonly total: number;
  readonly invalid: number;
  /** Rows that would make new records; of a check without `target`, all valid rows unless the mode is `update`. */
  readonly added: number;
  /** Rows that would change records; of a check without `target`, all valid rows of the mode `update`. */
  readonly updated: number;
  /** Rows whose records are as the file has them; 0 of a check without `target`. */
  readonly unchanged: number;
  /** Records without a key, whatever the plan does with them. */
  readonly blankKeys: BlankKeyRows;
  /** Rows of new records in which every field without duplicates is blank, for `guaranteeOf`. */
  readonly unkeyedRows?: number;
  /** Requests that the import will need when all goes well. */
  readonly requests: number;
  /** The first 500 problems with their places. */
  readonly problems: readonly PlacedProblem[];
  /** What could not be checked, and why; nothing when absent. */
  readonly notes?: readonly Message[];
}

/** Records whose key is blank. */
export interface BlankKeyRows {
  readonly count: number;
  /** 1-based line of the file (CSV) or row of the worksheet; null when there is none. */
  readonly firstLine: number | null;
}

/** The columns of a scan: the key's, and the one that starts records where records span rows. */
export interface KeyColumns {
  readonly column: number;
  readonly startColumn?: number;
}

/** What going over a file without checking its cells found. */
export interface ScanReport {
  readonly rows: number;
  readonly blankKeys: number;
  readonly firstBlankLine: number | null;
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
  | { readonly kind: 'scan'; readonly path: string; readonly read: ReadOptions; readonly key?: KeyColumns }
  | {
      readonly kind: 'create';
      readonly folder: string;
      readonly id: string;
      readonly submittedAt: number;
      readonly request: SubmitRequest;
    }
  | { readonly kind: 'checkSnapshot'; readonly path: string }
  | ({ readonly kind: 'createCell' } & NewCellJob)
  | ({ readonly kind: 'createUndo' } & NewUndoJob)
  | { readonly kind: 'previewUndo'; readonly folder: string; readonly scope: UndoScope }
  | { readonly kind: 'run'; readonly folder: string; readonly refusal?: Message }
  | { readonly kind: 'derive'; readonly folder: string }
  | { readonly kind: 'deriveUncertain'; readonly folder: string }
  | { readonly kind: 'saveWorkbook'; readonly request: WorkbookRequest };

export interface TaskResults {
  readonly inspect: TableInfo;
  readonly check: CheckReport;
  readonly scan: ScanReport;
  readonly create: null;
  readonly checkSnapshot: SnapshotReport;
  readonly createCell: null;
  readonly createUndo: null;
  readonly previewUndo: UndoPreview;
  readonly run: RunSummary;
  readonly derive: UnimportedFile;
  readonly deriveUncertain: UncertainFile;
  readonly saveWorkbook: null;
}

/** An exchange that the worker asks its host for: the host's transport is signed in, the worker holds no secret. */
export interface WireRequest {
  readonly id: number;
  readonly method: HttpRequest['method'];
  readonly url: string;
  readonly headers: HttpRequest['headers'];
  readonly body?: NonNullable<HttpRequest['body']>;
  /** The host writes the file: bytes of a download never come into the worker. */
  readonly saveTo?: string;
  /** The worker wants to be told of the bytes of a file that have left or come. */
  readonly tellsBytes?: true;
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
  /** Bytes in all of a request's file that have left or come. */
  | { readonly type: 'bytes'; readonly id: number; readonly bytes: number }
  | { readonly type: 'poke'; readonly request: ControlRequest }
  /** The process is about to end. */
  | { readonly type: 'leave' };

export type FromWorker =
  | { readonly type: 'request'; readonly request: WireRequest }
  | { readonly type: 'abortRequest'; readonly id: number }
  /** Rows checked so far. */
  | { readonly type: 'progress'; readonly rows: number }
  /** The journal has new records. */
  | { readonly type: 'journal' }
  /** The journal can't be written, by the system's code; null when it can be again. */
  | { readonly type: 'blocked'; readonly code: string | null }
  | { readonly type: 'log'; readonly level: 'error' | 'warn' | 'info' | 'debug'; readonly text: string }
  | { readonly type: 'result'; readonly value: unknown }
  /** An expected failure, with its sentence. */
  | { readonly type: 'failed'; readonly detail: Message }
  /** A bug of ours. */
  | { readonly type: 'bug'; readonly text: string };
