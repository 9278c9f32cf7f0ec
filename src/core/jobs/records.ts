import type { Problem, RecordValue } from '../mapping/record';
import type { Message } from '../message';
import type { Guarantee } from './job';
import type { IdRun, RepeatRun, RowRange } from './runs';

/** A row and why it was not imported. */
export interface BadRow {
  readonly row: number;
  readonly problems: readonly Problem[];
}

/** Rows that were never sent, and why. */
export interface UnprocessedRows {
  readonly rows: readonly RowRange[];
  readonly reason: Message;
}

/** What is known of a request after its answer; the rows are those of its INTENT. Ids stand once for each row. */
export type Outcome =
  | { readonly kind: 'committed'; readonly ids: readonly IdRun[]; readonly revisions: readonly RepeatRun[] }
  /** Each record for itself. */
  | ({ readonly kind: 'perRecord' } & DecidedRows & { readonly unknown: readonly RowRange[] })
  /** The named rows are lost; the others of the request wait again. */
  | {
      readonly kind: 'rejected';
      readonly code: string;
      readonly message: Message;
      readonly rows: readonly BadRow[];
    }
  | { readonly kind: 'notCommitted'; readonly reason: string; readonly message: Message }
  | { readonly kind: 'impossible'; readonly message: Message }
  | { readonly kind: 'ambiguous'; readonly message: Message };

/** What became of rows one by one; each stands in one of the lists. */
export interface DecidedRows {
  readonly committed: readonly RowRange[];
  /** How many of the committed rows changed records. */
  readonly updated: number;
  /** One for each committed row, in order. */
  readonly ids: readonly IdRun[];
  readonly revisions: readonly RepeatRun[];
  readonly rejected: readonly BadRow[];
  /** Not kept; they wait again. */
  readonly again: readonly RowRange[];
}

/** A record as it was before the import changed it. */
export interface RecordBefore {
  /** Ordinal of the record's first row. */
  readonly row: number;
  readonly id: string;
  readonly revision: string;
  /** What the fields held that are to be changed: their places in the layout, and the values. */
  readonly values: readonly (readonly [field: number, value: NonNullable<RecordValue>])[];
}

export const ANSWERS = ['there', 'again', 'leave'] as const;
/** What a person says of uncertain rows: they are at the endpoint already, they are to be sent again, or neither. */
export type DecisionAnswer = (typeof ANSWERS)[number];

/** Records that came to be twice, row by row: a request that was taken for lost was kept after its rows went again. */
export interface Twin {
  readonly row: number;
  readonly id: string;
  readonly revision: string;
}

/** Records of the endpoint that an uncertain row may have become. */
export interface Candidate {
  readonly row: number;
  readonly ids: readonly string[];
}

/** Reason of a THROTTLE: what may still come of requests that were lost is waited for. */
export const LATE_ONES = { code: 'job.phase.settling' } as const satisfies Message;

export const CELL_STEPS = ['exporting', 'uploading', 'starting', 'importing', 'verifying'] as const;
/** What is going on with a cell. */
export type CellStep = (typeof CELL_STEPS)[number];

/** What can happen to a job. */
export type JobEvent =
  /** An owner begins (or takes up) the job under a new epoch. */
  | {
      readonly type: 'OPEN';
      readonly engine: string;
      /** Name of the owner's machine. */
      readonly host?: string;
    }
  /** How far checking has come. A progress mark: nothing depends on its durability. */
  | { readonly type: 'CHECK'; readonly rows: number }
  /** While sending: rows that were found bad before their request left (a file that can't be attached). */
  | { readonly type: 'INVALID'; readonly rows: readonly BadRow[] }
  /** Rows whose records are already as the file has them; nothing is sent for them. */
  | { readonly type: 'UNCHANGED'; readonly rows: readonly RowRange[] }
  /** Records that rows are about to change, as they were read. One that comes again was read again. */
  | { readonly type: 'BEFORE'; readonly records: readonly RecordBefore[] }
  /** All rows are counted and checked. */
  | {
      readonly type: 'PLAN';
      readonly total: number;
      readonly invalid: number;
      /** None when absent. */
      readonly unchanged?: number;
      /** What could not be checked; nothing when absent. */
      readonly notes?: readonly Message[];
      readonly guarantee?: Guarantee;
    }
  /** Durable before the first byte of the request leaves. */
  | {
      readonly type: 'INTENT';
      readonly batch: number;
      readonly rows: readonly RowRange[];
      /** Those of the rows that change records instead of adding them. */
      readonly updates?: readonly RowRange[];
      /** No record of an earlier request has a higher id; given where records are found by what they hold. */
      readonly highWater?: string;
    }
  | { readonly type: 'OUTCOME'; readonly batch: number; readonly outcome: Outcome }
  /** Rows that were unknown since the request's answer was lost, and what was found of them. */
  | ({
      readonly type: 'SETTLE';
      readonly batch: number;
      /**
       * The rows were pending, after nothing of their lost request had been found: a later look has found them, or could
       * not be taken, so that they are `unknown`.
       */
      readonly late?: { readonly unknown: readonly RowRange[] };
    } & DecidedRows)
  /** The rows of a request that was not kept are sent again in requests of `into` rows at the most. */
  | { readonly type: 'SPLIT'; readonly batch: number; readonly into: number }
  /** No request before `until` (milliseconds since the epoch, for showing). */
  | { readonly type: 'THROTTLE'; readonly until: number; readonly reason: Message }
  /** Nothing is left to send, and these rows are uncertain: a person is asked. */
  | { readonly type: 'ASK'; readonly rows: readonly RowRange[]; readonly candidates: readonly Candidate[] }
  /** What a person has said of uncertain rows of a request. `updated`: how many of those that are there changed records. */
  | {
      readonly type: 'DECISION';
      readonly batch: number;
      readonly answer: DecisionAnswer;
      readonly rows: readonly RowRange[];
      readonly updated: number;
    }
  | { readonly type: 'STOP' }
  /** A cell job has come to another step before the run (`exporting`, `uploading`) or after it, or further in it. */
  | {
      readonly type: 'STEP';
      readonly step: CellStep;
      readonly percent: number | null;
      /** Snapshot that this job puts into the cell; there was none of the name before. */
      readonly snapshot?: string;
    }
  /** The cell as it was lies in this file. */
  | { readonly type: 'EXPORTED'; readonly name: string; readonly path: string; readonly size: number }
  /** Durable before the request that starts the run leaves. */
  | {
      readonly type: 'START';
      readonly snapshot: string;
      /** Begin of the last run that the server told of before, by its clock: a later one is of this request. */
      readonly after?: number;
      /** The cell's status was `import failed` before. */
      readonly failedBefore?: true;
      /** The cell was seen to hold something else than the snapshot before. */
      readonly otherBefore?: true;
    }
  | { readonly type: 'STARTED'; readonly answer: 'accepted' | 'refused' | 'lost'; readonly message?: Message }
  /** What the server says of the run. `startedAt`: its begin by the server's clock; only once it was seen. */
  | {
      readonly type: 'RUN';
      readonly percent: number | null;
      readonly startedAt?: number;
      /** The cell refused writes because it is being imported. */
      readonly locked?: true;
      /** Why nothing is known for the moment. */
      readonly notKnown?: Message;
    }
  | {
      readonly type: 'DONE';
      readonly status: 'completed' | 'failed' | 'canceled';
      readonly failures: readonly Message[];
      readonly unprocessed: readonly UnprocessedRows[];
      /** What a person should know although all went well; nothing when absent. */
      readonly notes?: readonly Message[];
      /** None when absent. */
      readonly twins?: readonly Twin[];
    };

export type JobEventType = JobEvent['type'];

export const JOB_EVENT_TYPES = [
  'OPEN',
  'CHECK',
  'INVALID',
  'UNCHANGED',
  'BEFORE',
  'PLAN',
  'INTENT',
  'OUTCOME',
  'SETTLE',
  'SPLIT',
  'THROTTLE',
  'ASK',
  'DECISION',
  'STOP',
  'STEP',
  'EXPORTED',
  'START',
  'STARTED',
  'RUN',
  'DONE',
] as const satisfies readonly JobEventType[];

/** An event as it stands in the journal. */
export type JournalRecord = JobEvent & {
  /** Sequence number, from 1, without gaps. */
  readonly n: number;
  readonly epoch: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
};
