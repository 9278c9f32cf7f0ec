import { ExpectedError } from '../message';
import type { ColumnUse, ImportMode, ImportPlan } from './plan';
import { mappingMessage, shorten } from './refusal';
import type { TargetField, TargetSchema } from './schema';

/** Which fields a plan feeds, and from where; the values of every record are aligned with `fields`. */
export interface RecordLayout {
  readonly fields: readonly LayoutField[];
  readonly key: LayoutKey | null;
  /** Column whose text starts a record; null when every row is a record. */
  readonly startColumn: number | null;
  /** What becomes of the records; `add` when absent. */
  readonly mode?: ImportMode;
}

export interface LayoutKey {
  readonly field: TargetField;
  readonly column: number;
  /** Index among the layout's fields; null for a record number, which can't be written. */
  readonly index: number | null;
}

export interface LayoutField {
  readonly field: TargetField;
  /** Columns that feed it, in file order: one, or one for each of `options`; none for a constant or a table. */
  readonly columns: readonly number[];
  /** Option that each of the columns stands for. */
  readonly options?: readonly string[];
  readonly constant?: string;
  /** Fields of a table. */
  readonly inner?: readonly LayoutField[];
  /** Column with the ids of a table's rows. */
  readonly idColumn?: number;
}

/** Brings a plan to the live schema. Throws `ExpectedError` when it does not fit (any more). */
export function layoutOf(schema: TargetSchema, plan: ImportPlan): RecordLayout {
  const fields: LayoutField[] = [];
  const codes = new Map(schema.fields.map((field) => [field.code, field]));
  plan.columns.forEach((use, column) => {
    if (use === null) return;
    const field = codes.get(codeOf(use));
    if (field === undefined) {
      throw new ExpectedError(mappingMessage('columns.unknownField', { field: shorten(codeOf(use)) }));
    }
    if (fields.some((one) => one.field === field)) {
      throw new ExpectedError(mappingMessage('columns.sameField', { field: field.label }));
    }
    if (field.kind === 'readOnly') {
      throw new ExpectedError(mappingMessage('columns.notWritable', { field: field.label }));
    }
    fields.push({ field, columns: [column] });
  });
  return { fields, key: null, startColumn: null };
}

function codeOf(use: ColumnUse): string {
  return typeof use === 'string' ? use : '';
}
