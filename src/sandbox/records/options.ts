/** Where the service's behaviour is not known for sure, or is to be smaller for a test. */
export interface RecordOptions {
  /** An empty text is refused where a least length is set. Both were reported; default true. */
  readonly emptyTextHasLength?: boolean;
  /** A file key that was read may be sent back to keep a file on its own record. Not documented; default true. */
  readonly readKeysReusable?: boolean;
  /** Milliseconds an uploaded file waits to be attached. Default three days. */
  readonly uploadLifetimeMs?: number;
  /** Milliseconds a cursor lives after it was last read. Default ten minutes. */
  readonly cursorLifetimeMs?: number;
  /** Apps begin with their sample records. Default true. */
  readonly samples?: boolean;
}

/** All options, with what they are when they are not given. */
export type RecordSettings = Required<RecordOptions>;

export function recordSettings(options: RecordOptions): RecordSettings {
  return {
    emptyTextHasLength: true,
    readKeysReusable: true,
    uploadLifetimeMs: 3 * 24 * 60 * 60_000,
    cursorLifetimeMs: 10 * 60_000,
    samples: true,
    ...options,
  };
}
