import type { ColumnUse, CreatedType } from './plan';
import type { TargetField, TargetSchema } from './schema';

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9-_]{0,127}$/;
/** Properties that a type of Personium may have, those inside of others included. */
const MOST_PROPERTIES = 400;
/** Bytes of one text of Personium. */
const TEXT_BYTES = 51_200;

/** A column whose values create a property. */
export type CreatingUse = Extract<ColumnUse, { readonly creates: string }>;

/** Whether a property can be called so: letters, digits, `-` and `_`, at most 128, not beginning with a sign. */
export function isPropertyName(name: string): boolean {
  return NAME.test(name);
}

/** The field that the first value of a column creates. */
function createdField(name: string, type: CreatedType): TargetField {
  const common = {
    code: name,
    label: name,
    required: false,
    unique: false,
    hasDefault: false,
    created: true,
  } as const;
  switch (type) {
    case 'text':
      return { ...common, kind: 'multilineText', nativeType: 'Edm.String', maxBytes: TEXT_BYTES };
    case 'number':
      return { ...common, kind: 'number', nativeType: 'Edm.Double', numberForm: 'double' };
    case 'boolean':
      return { ...common, kind: 'boolean', nativeType: 'Edm.Boolean' };
  }
}

/**
 * The field that a column of this use feeds: the one to be created, or the one that is there by now with this very
 * type, because an earlier part of the same import, or another one, has created it. Else why there can be none.
 */
export function fieldToCreate(
  schema: TargetSchema,
  { creates: name, type }: CreatingUse,
): TargetField | 'notPossible' | 'badName' | 'otherType' {
  const wanted = createdField(name, type);
  const present = schema.fields.find(({ code }) => code === name);
  if (present !== undefined) {
    return present.kind === wanted.kind && present.numberForm === wanted.numberForm ? present : 'otherType';
  }
  if (schema.createsProperties !== true) {
    return 'notPossible';
  }
  return isPropertyName(name) ? wanted : 'badName';
}

/** How many more properties may be created; none where values create none. */
export function propertiesLeft({ fields, createsProperties }: TargetSchema): number {
  return createsProperties === true ? Math.max(0, MOST_PROPERTIES - countProperties(fields)) : 0;
}

/** The properties that every type has are not counted. */
function countProperties(fields: readonly TargetField[]): number {
  return fields
    .filter(({ code }) => !code.startsWith('__'))
    .reduce((count, { fields: inner = [] }) => count + 1 + countProperties(inner), 0);
}
