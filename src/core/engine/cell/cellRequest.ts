import type { CellContents } from '../../endpoints/cellSnapshots';
import type { JobTarget } from '../../jobs/job';

/** A cell that is to be replaced, or an import of one that is to be watched. */
export type CellRequest = {
  /** Of the cell itself: its `id` is empty. */
  readonly target: JobTarget;
  /** Language of the reasons: `en` or `ja`. */
  readonly language: string;
  /** Absent when the person did without it. */
  readonly exportFirst?: { readonly name: string; readonly path: string };
  readonly parentJobId?: string;
} & (
  | {
      readonly origin: 'file';
      /** Where the bytes are now; they are copied before the job exists. */
      readonly path: string;
      /** File name as shown; the name in the cell is made from it. */
      readonly name: string;
      readonly uri: string;
    }
  | { readonly origin: 'stored'; readonly snapshot: string }
  /** Begun by somebody else, at this time of the server's clock (milliseconds). */
  | { readonly origin: 'foreign'; readonly snapshot: string; readonly startedAt: number }
);

/** What a snapshot file was found to be. */
export interface SnapshotReport {
  /** Name it gets in the cell. */
  readonly snapshot: string;
  readonly contents: CellContents;
  /** What the server counts: lines of documents, and files. */
  readonly items: number;
  /** Unit it was taken from; null when not told. */
  readonly unitUrl: string | null;
  /** Milliseconds since the epoch; null when not told. */
  readonly createdAt: number | null;
}
