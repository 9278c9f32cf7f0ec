import type { LayoutField, RecordLayout } from './layout';
import { isChosenByItself } from './schema';
import type { TargetField, TargetSchema } from './schema';

/** Fields that nothing new could do without, that are not among the fed ones, and that the endpoint does not fill. */
export function requiredAmong(fields: readonly TargetField[], fed: ReadonlySet<string>): TargetField[] {
  return fields.filter(
    (field) => field.required && !field.hasDefault && !fed.has(field.code) && !isChosenByItself(field),
  );
}

/**
 * Required fields that whole records would lack with this layout. An import that only adds, or that replaces, says so
 * for every row; one that may update has to refuse the rows whose key turns out to be new.
 */
export function missingForNew(schema: TargetSchema, layout: RecordLayout): readonly TargetField[] {
  return requiredAmong(schema.fields, codesOf(layout.fields));
}

/** Required fields that new rows of this table would lack. */
export function missingInTable({ field, inner }: LayoutField): readonly TargetField[] {
  return requiredAmong(field.fields ?? [], codesOf(inner ?? []));
}

function codesOf(fields: readonly LayoutField[]): Set<string> {
  return new Set(fields.map(({ field }) => field.code));
}
