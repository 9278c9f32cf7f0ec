import type { FieldKind, TargetField } from '../../mapping/schema';
import { isObject } from './reply';

type Properties = Readonly<Record<string, unknown>>;

const KINDS: Readonly<Record<string, FieldKind>> = {
  SINGLE_LINE_TEXT: 'text',
  MULTI_LINE_TEXT: 'multilineText',
  RICH_TEXT: 'richText',
  NUMBER: 'number',
  LINK: 'link',
  RADIO_BUTTON: 'choice',
  DROP_DOWN: 'choice',
  CHECK_BOX: 'choices',
  MULTI_SELECT: 'choices',
  DATE: 'date',
  TIME: 'time',
  DATETIME: 'datetime',
  USER_SELECT: 'users',
  ORGANIZATION_SELECT: 'organizations',
  GROUP_SELECT: 'groups',
};

/** Fields that Kintone fills itself: whatever their settings say, a record is not refused for them. */
const FILLED_BY_KINTONE: ReadonlySet<string> = new Set([
  'RECORD_NUMBER',
  'CREATOR',
  'CREATED_TIME',
  'MODIFIER',
  'UPDATED_TIME',
  'STATUS',
  'STATUS_ASSIGNEE',
  'CATEGORY',
  'CALC',
]);

/**
 * Fields of an app from the `properties` of `app/form/fields.json`; null when they are not of that form. `localized`
 * are the same in the user's language: the names that people see. Everything else is taken from the app's own.
 */
export function readFields(properties: unknown, localized?: unknown): TargetField[] | null {
  if (!isObject(properties)) {
    return null;
  }
  const copied = copiedByLookups(properties);
  const fields: TargetField[] = [];
  for (const [code, property] of Object.entries(properties)) {
    if (!isObject(property) || typeof property.type !== 'string') {
      return null;
    }
    fields.push(inLanguageOf(localized, readField(code, property, property.type, copied.has(code))));
  }
  return fields;
}

function inLanguageOf(localized: unknown, field: TargetField): TargetField {
  const property = isObject(localized) ? localized[field.code] : undefined;
  const label = isObject(property) ? textOf(property.label) : undefined;
  return label === undefined || label === field.label
    ? field
    : { ...field, label, otherLabels: [field.label] };
}

function readField(code: string, property: Properties, nativeType: string, copied: boolean): TargetField {
  const calculated = typeof property.expression === 'string' && property.expression !== '';
  const filled = copied || calculated || FILLED_BY_KINTONE.has(nativeType);
  const kind = filled || isObject(property.lookup) ? 'readOnly' : kindOf(nativeType);
  return {
    code,
    label: typeof property.label === 'string' && property.label !== '' ? property.label : code,
    kind,
    nativeType,
    required: property.required === true && !filled,
    unique: property.unique === true,
    hasDefault: hasDefault(property),
    ...optional('options', optionsOf(property.options)),
    ...optional('minLength', countOf(property.minLength)),
    ...optional('maxLength', countOf(property.maxLength)),
    ...optional('minValue', textOf(property.minValue)),
    ...optional('maxValue', textOf(property.maxValue)),
    ...optional('linkProtocol', protocolOf(property.protocol)),
  };
}

function kindOf(nativeType: string): FieldKind {
  return (Object.hasOwn(KINDS, nativeType) ? KINDS[nativeType] : undefined) ?? 'readOnly';
}

/** Fields that a lookup fills from its source; values sent for them are not kept. */
function copiedByLookups(properties: Properties): Set<string> {
  const copied = new Set<string>();
  for (const property of Object.values(properties)) {
    const lookup = isObject(property) && isObject(property.lookup) ? property.lookup : {};
    const mappings: readonly unknown[] = Array.isArray(lookup.fieldMappings) ? lookup.fieldMappings : [];
    for (const mapping of mappings) {
      if (isObject(mapping) && typeof mapping.field === 'string') {
        copied.add(mapping.field);
      }
    }
  }
  return copied;
}

function hasDefault({ defaultValue, defaultNowValue }: Properties): boolean {
  return (
    defaultNowValue === true ||
    (typeof defaultValue === 'string' && defaultValue !== '') ||
    (Array.isArray(defaultValue) && defaultValue.length > 0)
  );
}

/** Labels in the order in which people see them. */
function optionsOf(value: unknown): readonly string[] | undefined {
  if (!isObject(value)) {
    return undefined;
  }
  return Object.entries(value)
    .map(([label, option]) => ({ label, index: isObject(option) ? Number(option.index) : 0 }))
    .sort((a, b) => a.index - b.index)
    .map(({ label }) => label);
}

/** Numeric settings are text, empty when unset. */
function countOf(value: unknown): number | undefined {
  const text = textOf(value);
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

function textOf(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text !== '' ? text : undefined;
}

function protocolOf(value: unknown): TargetField['linkProtocol'] | undefined {
  return value === 'WEB' || value === 'CALL' || value === 'MAIL' ? value : undefined;
}

function optional<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  return (value === undefined ? {} : { [key]: value }) as Partial<Record<K, V>>;
}
