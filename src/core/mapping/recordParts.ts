import type { CellReader } from './cellReader';
import type { RecordLayout } from './layout';
import type { KeyReader } from './readKey';
import type { Problem } from './record';
import { mappingMessage } from './refusal';
import type { TargetField } from './schema';

/** What records are made with, tables or not. */
export interface RecordParts {
  readonly layout: RecordLayout;
  /** Of the fields outside tables. */
  readonly reader: CellReader;
  readonly key: KeyReader | null;
  /** The field of each column that is looked at; null for columns that only say how rows go together. */
  readonly used: ReadonlyMap<number, TargetField | null>;
  /** Problems of every record. */
  readonly always: readonly Problem[];
}

/** The problem of what lacks a required field without a column. */
export function missing(field: TargetField): Problem {
  return {
    column: null,
    field: field.code,
    message: mappingMessage('value.requiredWithoutColumn', { field: field.label }),
  };
}
