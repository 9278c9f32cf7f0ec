import type { ImportRecord } from '../mapping/record';

/** How a record stands in a job that was interrupted; its keys count in any case. */
export type Standing =
  /** Nothing was decided of it. */
  | 'open'
  /** It has its verdict: nothing is looked up. */
  | 'decided'
  /** It was sent as a new one, got no answer, and was not kept: it goes once more, whatever is there by now. */
  | 'new'
  /** The same of one that was to change another: it goes once more for the revision it was sent for. */
  | 'sameChange'
  /** Its request got no answer, and it was sent as a new one, or to change one. */
  | 'lostNew'
  | 'lostUpdate';

/** A record whose request got no answer. */
export interface LostRecord {
  /** As it was sent. */
  readonly record: ImportRecord;
  /** How it was sent can't be told any more. */
  readonly obscure?: true;
}
