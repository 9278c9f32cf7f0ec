import type { ReadOptions, TableInfo } from '../files/row';
import type { ImportPlan } from '../mapping/plan';
import type { Message } from '../message';
import type { CellProgress } from './cellProgress';

/** `job.json`: everything that is decided at submission. Never changed afterwards, never a secret in it. */
export type JobDefinition = RowsDefinition | CellDefinition | UndoDefinition;

interface CommonDefinition {
  readonly version: 1;
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly submittedAt: number;
  readonly target: JobTarget;
  /** Language of the endpoint's messages: `en` or `ja`. */
  readonly language: string;
  /** Name of the machine it was submitted on. */
  readonly host?: string;
  /** Job whose unimported rows this one imports again, or whose cell it brings back. */
  readonly parentJobId?: string;
  readonly engineVersion: string;
}

/** Rows of a file that become records. */
export interface RowsDefinition extends CommonDefinition {
  readonly kind?: 'rows';
  readonly source: JobSource;
  readonly plan: ImportPlan;
  /** IANA name of the zone that times without one are in; the system's own when absent. */
  readonly timeZone?: string;
  readonly limits?: JobLimits;
  /** Kintone alone: number of the app of the same domain that keeps track of requests. */
  readonly ledgerApp?: string;
}

export interface JobLimits {
  /** Requests under way at once at the most; 1 when absent. */
  readonly lanes?: number;
  /**
   * The server keeps what has reached it within so many seconds or never; `DEFAULT_SETTLE_SECONDS` when absent.
   */
  readonly settleSeconds?: number;
}

/** Longer than Kintone has been reported to work on any request, twice over. */
export const DEFAULT_SETTLE_SECONDS = 120;

/** What is promised of a row whose answer is lost. */
export const GUARANTEES = ['uniqueKey', 'revision', 'ledger', 'readBack', 'none'] as const;
export type Guarantee = (typeof GUARANTEES)[number];

/** Takes back what another job has made and changed, as far as nobody has changed it since. */
export interface UndoDefinition extends CommonDefinition {
  readonly kind: 'undo';
  /** The job whose records are taken back. */
  readonly undoes: string;
  /** All of them, or only records that came to be twice. */
  readonly scope: 'all' | 'twins';
  /** The name and the URI are those of the imported file; size and digest are those of the frozen list of records. */
  readonly source: {
    readonly name: string;
    readonly uri: string;
    readonly size: number;
    readonly sha256: string;
  };
  /** The plan of that job: which fields its records have. */
  readonly plan: ImportPlan;
}

/** A snapshot that replaces a whole cell. */
export interface CellDefinition extends CommonDefinition {
  readonly kind: 'cellImport';
  readonly source: SnapshotSource;
  /**
   * Where the cell as it was is kept: exported under this name before the import, and downloaded to a file. Absent when
   * the person did without it.
   */
  readonly exportFirst?: { readonly name: string; readonly path: string };
}

/** Where the snapshot comes from. The `name` is what the file is called, as shown. */
export type SnapshotSource =
  /** A file of this machine, frozen as `input.bin`, and uploaded as `snapshot`. */
  | {
      readonly origin: 'file';
      readonly name: string;
      readonly uri: string;
      readonly size: number;
      readonly sha256: string;
      readonly snapshot: string;
    }
  /** In the cell already. */
  | { readonly origin: 'stored'; readonly name: string; readonly snapshot: string }
  /** An import that somebody else has started; it is only watched. Its begin by the server's clock, in milliseconds. */
  | {
      readonly origin: 'foreign';
      readonly name: string;
      readonly snapshot: string;
      readonly startedAt: number;
    };

export const SYSTEMS = ['kintone', 'personium'] as const;
export type System = (typeof SYSTEMS)[number];

export interface JobTarget {
  readonly system: System;
  readonly connectionId: string;
  readonly connectionName: string;
  /** Kintone's domain, or the cell, without a slash at the end. */
  readonly baseUrl: string;
  /** Kintone alone. */
  readonly guestSpaceId?: string;
  /** Number of the app, or path of the entity set below the cell; empty for the cell itself. */
  readonly id: string;
  readonly name: string;
  readonly url: string;
  /** Whether the sign-in may send many requests as one; false for Kintone's OAuth. */
  readonly bulk?: boolean;
}

/** A job whose rows become records. */
export type RowsJob = ImportJob & { readonly definition: RowsDefinition };

export function isRowsJob(job: ImportJob): job is RowsJob {
  return isRowsImport(job.definition);
}

export function isRowsImport(definition: JobDefinition): definition is RowsDefinition {
  return definition.kind === undefined || definition.kind === 'rows';
}

export function isUndo(definition: JobDefinition): definition is UndoDefinition {
  return definition.kind === 'undo';
}

export function isCellImport(definition: JobDefinition): definition is CellDefinition {
  return definition.kind === 'cellImport';
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
  /** `requests`: under way at once, where there are several. */
  | { readonly kind: 'sending'; readonly requests?: number }
  | { readonly kind: 'throttled'; readonly until: number; readonly reason: Message }
  /** An answer was lost: what became of its rows is being looked up. `until`: waited for what may still be on its way. */
  | { readonly kind: 'settling'; readonly until?: number }
  /** All else is done; a person has to say what becomes of rows that are uncertain. Nobody works on it meanwhile. */
  | { readonly kind: 'needsDecision'; readonly rows: number }
  | { readonly kind: 'stopping' }
  /** A cell on its way. `since`: when the step began; `changedAt`: when the per cent changed; both in milliseconds. */
  | {
      readonly kind: 'exporting' | 'uploading' | 'starting' | 'importing' | 'verifying';
      /** 0–100; null when not known. */
      readonly percent: number | null;
      readonly since: number;
      readonly changedAt: number;
      /** Why nothing is known of the run for the moment. */
      readonly notKnown?: Message;
    }
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
  /** Nobody works on it any more, and somebody may go on with it. */
  readonly canResume?: true;
  /** The import of a cell has begun and failed: the cell answers nothing until it is brought back. */
  readonly canRecover?: true;
  /** Rows are uncertain, and a person may say what becomes of them. */
  readonly canDecide?: true;
  /** It has ended and left records behind that can be taken back. */
  readonly canUndo?: true;
  /** Records that came to be twice, because a request that was given up was kept after all. */
  readonly twins?: number;
  /** Absent until the rows were checked. */
  readonly guarantee?: Guarantee;
  /** Name of the machine that works on it or has worked on it last. */
  readonly host?: string;
  /** How the import of a cell stands; absent until something was done for it. */
  readonly cell?: CellProgress;
}

export interface JobChange {
  readonly jobId: string;
  readonly kind: 'added' | 'changed' | 'removed';
}
