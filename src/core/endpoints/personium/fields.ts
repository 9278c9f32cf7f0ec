import type { FieldKind, NumberForm, TargetField } from '../../mapping/schema';
import { momentOf } from './liveValue';
import type { Metadata, Property } from './metadata';

/** The key of every entity. */
export const ID = '__id';

/** Bytes of a text in UTF-8. */
const MAX_TEXT_BYTES = 51_200;
const MAX_ID_LENGTH = 400;
/** Types within types; a unit allows four layers. */
const MAX_LAYERS = 8;

/** What the unit keeps itself. */
const KEPT_BY_THE_UNIT: ReadonlySet<string> = new Set(['__published', '__updated']);

interface SimpleType {
  readonly kind: FieldKind;
  readonly numberForm?: NumberForm;
  readonly minValue?: string;
  readonly maxValue?: string;
  readonly maxBytes?: number;
  readonly precision?: 'millisecond';
}

const SIMPLE_TYPES: Readonly<Record<string, SimpleType>> = {
  'Edm.String': { kind: 'multilineText', maxBytes: MAX_TEXT_BYTES },
  'Edm.Boolean': { kind: 'boolean' },
  'Edm.Int32': { kind: 'number', numberForm: 'int32', minValue: '-2147483648', maxValue: '2147483647' },
  'Edm.Single': { kind: 'number', numberForm: 'single' },
  'Edm.Double': { kind: 'number', numberForm: 'double' },
  'Edm.DateTime': { kind: 'datetime', precision: 'millisecond' },
};

/** The properties of one entity set as fields, in the order of the schema; null when there is no such set. */
export function fieldsOf(metadata: Metadata, entitySet: string): TargetField[] | null {
  const type = metadata.entityTypes.get(entitySet);
  return type === undefined
    ? null
    : type.properties
        .filter(({ name }) => name !== '')
        .map((property) => (property.name === ID ? idField(property) : fieldOf(property, metadata, 0)));
}

function idField({ maxLength }: Property): TargetField {
  return {
    code: ID,
    label: ID,
    kind: 'text',
    nativeType: 'Edm.String',
    required: false,
    unique: true,
    hasDefault: true,
    minLength: 1,
    maxLength: maxLength ?? MAX_ID_LENGTH,
  };
}

function fieldOf(property: Property, metadata: Metadata, layer: number): TargetField {
  const { name, type, nullable, defaultValue, isList, isDeclared } = property;
  const value = valueOf(type, metadata, layer);
  // The unit fills in the default of a plain value, never that of a list or of a complex type.
  const hasDefault = defaultValue !== null && !isList && value.kind !== 'object';
  const base = {
    code: name,
    label: name,
    nativeType: type,
    required: isDeclared && !nullable && !hasDefault,
    unique: false,
    hasDefault,
    ...(hasDefault ? defaultOf(defaultValue, value.kind) : {}),
  };
  if (KEPT_BY_THE_UNIT.has(name)) {
    return { ...base, required: false, kind: 'readOnly', readOnlyBecause: 'system' };
  }
  if (value.kind === 'readOnly') {
    return { ...base, required: false, kind: 'readOnly', readOnlyBecause: 'notAValue' };
  }
  return isList
    ? { ...base, kind: 'list', item: { ...base, required: false, ...value } }
    : { ...base, ...value };
}

/** Moments may be the time of writing, which nobody can tell beforehand. */
function defaultOf(text: string, kind: FieldKind): { defaultValue?: string } {
  const value = kind === 'datetime' ? momentOf(text) : text;
  return kind === 'datetime' && value === text ? {} : { defaultValue: value };
}

type ValueParts = SimpleType & { readonly fields?: readonly TargetField[] };

/** What values of a type are, wherever it stands. */
function valueOf(type: string, metadata: Metadata, layer: number): ValueParts {
  if (Object.hasOwn(SIMPLE_TYPES, type)) {
    return SIMPLE_TYPES[type] ?? { kind: 'readOnly' };
  }
  const parts = metadata.complexTypes.get(type.slice(type.lastIndexOf('.') + 1));
  if (parts === undefined || type.startsWith('Edm.') || layer >= MAX_LAYERS) {
    return { kind: 'readOnly' };
  }
  const fields = parts.map((part) => fieldOf(part, metadata, layer + 1));
  // A value of which a part can't be given is no value.
  return fields.some(({ kind }) => kind === 'readOnly') ? { kind: 'readOnly' } : { kind: 'object', fields };
}
