import type { RecordLayout } from '../mapping/layout';
import type { FileToAttach, ImportRecord, RecordValue, RecordVersion } from '../mapping/record';
import type { ImportMode } from '../mapping/plan';
import type { TargetSchema } from '../mapping/schema';
import type { Message } from '../message';
import type { CellSnapshots } from './cellSnapshots';

/** A place that takes records: a Kintone domain or a Personium cell, reached through a signed-in `Transport`. */
export interface Endpoint {
  /** Apps or entity sets this sign-in may see. Throws `ExpectedError` with what to do next. */
  listTargets(signal?: AbortSignal): Promise<readonly TargetSummary[]>;
  /** Live schema of one target. Throws `ExpectedError`. */
  describe(targetId: string, signal?: AbortSignal): Promise<TargetSchema>;
  /**
   * The live records whose field `key` (a code) has one of the values, at most `keysPerRead` of them, with the fields
   * of the layout. Values that no record has are simply not there. Throws `ExpectedError`.
   */
  find(search: RecordSearch, signal?: AbortSignal): Promise<readonly LiveRecord[]>;
  readonly keysPerRead: number;
  /** What to make of something that `describe` or `find` threw; `lasting` always, when absent. */
  natureOf?(error: unknown): FailureNature;
  writer(schema: TargetSchema, layout: RecordLayout, job?: WritingJob): TargetWriter;
  /** Requests that so many rows will need when all goes well, checks and reads included. `ledger`: with a ledger app. */
  requestsFor(
    schema: TargetSchema,
    layout: RecordLayout,
    mode: ImportMode,
    rows: number,
    ledger?: boolean,
  ): number;
  /** Only where new records get ever higher ids, so that they can be told from those before. */
  readonly recent?: RecentRecords;
  /** Whether an app can be a ledger, see `WritingJob.ledgerApp`. Throws `ExpectedError` for what passes by itself. */
  checkLedger?(app: string, signal?: AbortSignal): Promise<LedgerCheck>;
  /** What was imported, taken back. */
  takeBack?(schema: TargetSchema, layout: RecordLayout): TakingBack;
  /** Takes a whole cell from a snapshot; only where there are cells. */
  readonly cell?: CellSnapshots;
}

/** For whom records are written: ids that the endpoint leaves to us are derived from it and the row. */
export interface WritingJob {
  readonly id: string;
  /**
   * App of the same domain in which each request writes down, in the same transaction, that it was kept. `settle` is
   * then certain of every request of this job.
   */
  readonly ledgerApp?: string;
}

export interface LedgerCheck {
  /** The app's; empty when it can't be seen. */
  readonly name: string;
  /** What keeps it from being a ledger, and what to do; nothing when it can be one. */
  readonly problems: readonly Message[];
}

/** Finds records by what they hold, after a request whose answer was lost. */
export interface RecentRecords {
  /** Highest id that can be seen in the target; `0` when there is none. Throws `ExpectedError`. */
  newest(targetId: string, signal?: AbortSignal): Promise<string>;
  /**
   * The records with higher ids, in their order, with the fields of the layout: all of them, or the first ones, `most`
   * at the least where there are so many. Throws `ExpectedError`.
   */
  after(
    search: {
      readonly schema: TargetSchema;
      readonly layout: RecordLayout;
      readonly after: string;
      readonly most?: number;
    },
    signal?: AbortSignal,
  ): Promise<readonly RecentRecord[]>;
}

export interface RecentRecord extends RecordVersion {
  /** Code of who made it. */
  readonly creator: string;
  /** Aligned with the layout, in the form in which the mapper gives values. */
  readonly values: readonly RecordValue[];
}

/** Reads and removes records of an import by their ids; what was changed is put back by a writer. */
export interface TakingBack {
  readonly recordsPerRequest: number;
  /** The live records with these ids, each with its id as its key; those that are gone are not there. Throws `ExpectedError`. */
  read(ids: readonly string[], signal?: AbortSignal): Promise<readonly LiveRecord[]>;
  /**
   * Deletes records that still have these revisions. An answer for everything the server or the network can do; ids and
   * revisions of what was deleted are those that were given.
   */
  remove(records: readonly RecordVersion[], signal?: AbortSignal): Promise<Answer>;
}

/**
 * Whether a failure of reading passes by itself (the same may be asked again), comes from a right that the sign-in does
 * not have, or is anything else.
 */
export type FailureNature = 'passing' | 'forbidden' | 'lasting';

export interface RecordSearch {
  readonly schema: TargetSchema;
  readonly key: string;
  /** In the form in which keys are compared; blank ones find nothing. */
  readonly values: readonly string[];
  /** Fields to read beside the key; none when only existence matters. */
  readonly layout: RecordLayout | null;
}

/** A record as it is at the endpoint now. */
export interface LiveRecord extends RecordVersion {
  /** Its key in the form in which keys are compared. */
  readonly key: string;
  /** Something that a replaced record would lose: values of fields that are not in the layout. */
  readonly holdsMore?: true;
  /** Aligned with the layout, in the form in which the mapper gives values; empty without a layout. */
  readonly values: readonly RecordValue[];
}

export interface TargetSummary {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  /** What it stands in, from the outside in (box, collection); nothing when absent. */
  readonly within?: readonly string[];
}

export interface TargetWriter {
  readonly limits: WriterLimits;
  /**
   * An answer for everything the server or the network can do; throws only for bugs of ours. Where a batch takes more
   * than one request, `goesOn` is asked before each further one; the records of those not made come back as `again`.
   */
  send(batch: readonly ImportRecord[], signal?: AbortSignal, goesOn?: () => boolean): Promise<Answer>;
  /** Hands one file over, so that a record may name its `fileKey`. Nothing is attached yet. */
  upload(file: FileToAttach, signal?: AbortSignal): Promise<UploadAnswer>;
  /**
   * Looks which of the records an earlier request has left behind whose answer was lost, or which the endpoint says are
   * there already. A result for each, in order: `committed` for what is there as it was sent, `again` for what may be
   * sent once more without doubling anything, `rejected` for what somebody else has made or changed. Only where ids or
   * revisions make that certain; without it such records stay uncertain. Throws `ExpectedError`.
   */
  settle?(batch: readonly ImportRecord[], signal?: AbortSignal): Promise<readonly RecordResult[]>;
}

/** What handing over a file came to. A file handed over twice does no harm: what no record names is dropped. */
export type UploadAnswer =
  | { readonly kind: 'uploaded'; readonly fileKey: string }
  | { readonly kind: 'rejected'; readonly message: Message }
  | {
      readonly kind: 'notCommitted';
      readonly reason: RetryReason;
      readonly message: Message;
      readonly retryAfterMs?: number;
    }
  | { readonly kind: 'impossible'; readonly message: Message };

export interface WriterLimits {
  /** Rows one request may carry at the most. */
  readonly rowsPerRequest: number;
  /** Rows of the smaller request used after a refusal. */
  readonly rowsPerSmallRequest: number;
  readonly maxRequestBytes: number;
  /** New and changed records can't go together in one request. */
  readonly oneKindPerRequest?: boolean;
  /** Requests that may be under way at once; 1 when absent. */
  readonly lanes?: number;
}

/** How busy the endpoint says it is: requests of everybody that run at this moment, and how many may. */
export interface Load {
  readonly running: number;
  readonly limit: number;
}

/** What one request did, judged by section 3 of the engine's contract, and how busy the endpoint was. */
export type Answer = Verdict & { readonly load?: Load };

export type Verdict =
  | { readonly kind: 'committed'; readonly ids: readonly string[]; readonly revisions: readonly string[] }
  /** Each record for itself, in the order of the batch, where a request is not all or nothing. */
  | { readonly kind: 'perRecord'; readonly results: readonly RecordResult[] }
  /** Definitely nothing was kept. `rows` names the bad rows by their index in the batch; empty when none is named. */
  | {
      readonly kind: 'rejected';
      readonly code: string;
      readonly message: Message;
      readonly rows: readonly RejectedRow[];
      /** A value is taken or a revision has moved: perhaps by an earlier request of ours whose answer was lost. */
      readonly exists?: true;
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

/** What became of one record. */
export type RecordResult =
  | { readonly kind: 'committed'; readonly id: string; readonly revision: string }
  /** Not kept. `exists`: its id is taken, or it was changed already, perhaps by an earlier request of ours. */
  | {
      readonly kind: 'rejected';
      readonly code: string;
      readonly reasons: readonly RejectedReason[];
      readonly exists?: true;
    }
  /** Not kept, and may be sent once more. `untried`: nothing was sent of it, for what became of those before it. */
  | {
      readonly kind: 'again';
      readonly reason: RetryReason;
      readonly message: Message;
      readonly retryAfterMs?: number;
      readonly untried?: true;
    }
  | { readonly kind: 'unknown'; readonly message: Message };

export type RetryReason = 'throttled' | 'locked' | 'unavailable' | 'network' | 'tooLarge';

export interface RejectedRow {
  readonly index: number;
  readonly reasons: readonly RejectedReason[];
}

export interface RejectedReason {
  /** Field code the server blames; absent when it blames the record. */
  readonly field?: string;
  /** Where in a table, when `field` is one: the row's index among those sent, and the code of the field in it. */
  readonly inTable?: { readonly index: number; readonly field: string };
  readonly message: Message;
}
