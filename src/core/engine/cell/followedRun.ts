import type { CellContents, CellSnapshots } from '../../endpoints/cellSnapshots';
import type { Message } from '../../message';
import type { Clock } from '../clock';

/** What is known of a run before it is followed. */
export interface FollowedRun {
  readonly snapshot: string;
  /** `foreign`: started by somebody else, and seen to run. */
  readonly start: 'accepted' | 'lost' | 'foreign';
  /** Begin of the last run that the server told of before ours, by its clock. */
  readonly after: number | null;
  /** The cell's status was `import failed` before. */
  readonly failedBefore: boolean;
  /** The cell was seen to hold something else than the snapshot before. */
  readonly otherBefore: boolean;
  /** Begin of the run by the server's clock, where it was seen before. */
  readonly startedAt: number | null;
  /** The cell was seen to refuse writes because of the run. */
  readonly locked: boolean;
  readonly percent: number | null;
}

/** What is written down of a run. */
export interface RunNews {
  readonly percent: number | null;
  readonly startedAt?: number;
  readonly locked?: true;
  readonly notKnown?: Message;
}

export interface FollowParts {
  readonly cell: CellSnapshots;
  readonly clock: Clock;
  /** What the snapshot holds; null where that is not known. */
  expected(): Promise<CellContents | null>;
  /** Writes news down; called only when something has changed. */
  tell(news: RunNews): Promise<void>;
  /** Called before each look; throws when nothing can be said about the job any more. */
  assertThere(): Promise<void>;
}

export type RunEnd =
  /** `signedOut`: it can't be read any more. `interrupted`: the server could not be reached right before the end. */
  | { readonly kind: 'ended'; readonly signedOut: boolean; readonly interrupted: boolean }
  /** `percent`: how far it had come, where that is known. */
  | { readonly kind: 'failed'; readonly message: Message; readonly percent: number | null }
  /** How it ended can't be told. */
  | { readonly kind: 'uncertain'; readonly message: Message };
