import type { ImportRecord } from '../mapping/record';

/** What is told of each request. */
export interface RequestWatch {
  /** What the request that is about to leave has to note; see INTENT. */
  readonly highWater: string;
  announced(): void;
  /** The endpoint has said which records these became. */
  confirmed(records: readonly ImportRecord[], ids: readonly string[]): void;
}
