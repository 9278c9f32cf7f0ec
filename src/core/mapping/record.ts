import type { Message } from '../message';

/** Which field each column of the file goes to: field code, or null when the column is not imported. */
export type ColumnPlan = readonly (string | null)[];

/** `undefined`: not sent. Choices, users and the like are arrays. */
export type RecordValue = string | readonly string[] | undefined;

/** A row that may be sent; `values` is aligned with the plan's columns. */
export interface ImportRecord {
  /** Ordinal of the row in the file. */
  readonly row: number;
  readonly values: readonly RecordValue[];
}

/** Why a row was not imported, and which cell is to blame. */
export interface Problem {
  /** 0-based column of the file; null when the row as a whole is meant. */
  readonly column: number | null;
  /** Field code, when the reason concerns a field. */
  readonly field?: string;
  /** The value that was refused, shortened. */
  readonly value?: string;
  readonly message: Message;
}
