/** What the probe inside an engine is to do; it comes as JSON in `IMPORTED_FILES_FAULTS`, which only probed builds read. */
export interface ProbeOrder {
  /** Kills the process at this boundary, counted from 1 over all of its threads. */
  readonly killAt?: number;
  /** Kills it when it passes a boundary of the journal, or of a request that writes rows, whose name begins so for the n-th time. */
  readonly killAtName?: { readonly name: string; readonly nth: number };
  /** Kills it at a boundary of write requests with this probability, by this seed. */
  readonly killShare?: { readonly share: number; readonly seed: number };
  /** Fails calls of the file system in the job folder, from the n-th on. */
  readonly fail?: {
    readonly at: number;
    /** So many in a row; Infinity can't be said in JSON: leave it out for all that follow. */
    readonly times?: number;
    readonly code: 'ENOSPC' | 'EIO';
    /** A write that fails has written half of its bytes before. */
    readonly half?: boolean;
  };
  /** The size that the journal had when it was last made durable is written into this file. */
  readonly synced?: string;
  /** Parts of requests carry so many rows, and requests have fewer parts: more requests for the same rows. */
  readonly part?: number;
  /** Names of the boundaries that were passed are appended to this file. */
  readonly trace?: string;
}

/** Environment variable of probed builds. */
export const ORDER_VARIABLE = 'IMPORTED_FILES_FAULTS';
