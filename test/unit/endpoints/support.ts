import type { LayoutField, RecordLayout } from '../../../src/core/mapping/layout';
import type { TargetField, TargetSchema } from '../../../src/core/mapping/schema';

/** The layout of a file whose columns go to these fields in their order; null for a column without one. */
export function layoutFor(schema: TargetSchema, codes: readonly (string | null)[]): RecordLayout {
  const fields = codes.flatMap((code, column): LayoutField[] =>
    code === null ? [] : [{ field: fieldOf(schema.fields, code), columns: [column] }],
  );
  return { fields, key: null, startColumn: null };
}

export function fieldOf(fields: readonly TargetField[], code: string): TargetField {
  const field = fields.find((one) => one.code === code);
  if (field === undefined) {
    throw new Error(`The test has no field ${code}`);
  }
  return field;
}
