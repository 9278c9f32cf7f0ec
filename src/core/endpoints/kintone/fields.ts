import type { FieldKind, ReadOnlyReason, TargetField } from '../../mapping/schema';
import { isObject } from '../readJson';

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
  FILE: 'files',
  SUBTABLE: 'table',
  RECORD_NUMBER: 'recordNumber',
};

/** Who made or changed a record, and when: given by an import only with the right to manage the app. */
const HISTORY: Readonly<Record<string, FieldKind>> = {
  CREATOR: 'user',
  MODIFIER: 'user',
  CREATED_TIME: 'datetime',
  UPDATED_TIME: 'datetime',
};

const KEPT_BY_KINTONE: ReadonlySet<string> = new Set(['STATUS', 'STATUS_ASSIGNEE', 'CATEGORY']);

export interface FieldRights {
  /** The sign-in may manage the app. */
  readonly mayManage: boolean;
}

const NO_RIGHTS: FieldRights = { mayManage: false };

/**
 * Fields of an app from the `properties` of `app/form/fields.json`; null when they are not of that form. `localized`
 * are the same in the user's language: the names that people see. Everything else is taken from the app's own.
 *
 * Rights to single fields are not looked at: to read them takes the right to manage the app, so that those whom they
 * concern could not. Kintone names such a field when it is written.
 */
export function readFields(
  properties: unknown,
  localized?: unknown,
  rights: FieldRights = NO_RIGHTS,
): TargetField[] | null {
  return isObject(properties) ? readLevel(properties, localized, rights, copiedByLookups(properties)) : null;
}

/** The fields of a form, or those of one table in it. */
function readLevel(
  properties: Properties,
  localized: unknown,
  rights: FieldRights,
  copied: ReadonlySet<string>,
): TargetField[] | null {
  const fields: TargetField[] = [];
  for (const [code, property] of Object.entries(properties)) {
    if (!isObject(property) || typeof property.type !== 'string') {
      return null;
    }
    const translated = isObject(localized) ? localized[code] : undefined;
    const field = readField(code, property, property.type, rights, copied.has(code));
    if (field.kind === 'table') {
      const inner = isObject(property.fields)
        ? readLevel(
            property.fields,
            isObject(translated) ? translated.fields : undefined,
            rights,
            copiedByLookups(property.fields),
          )
        : null;
      if (inner === null) {
        return null;
      }
      fields.push(inLanguageOf(translated, { ...field, fields: inner }));
    } else {
      fields.push(inLanguageOf(translated, field));
    }
  }
  return fields;
}

function inLanguageOf(translated: unknown, field: TargetField): TargetField {
  const label = isObject(translated) ? textOf(translated.label) : undefined;
  return label === undefined || label === field.label
    ? field
    : { ...field, label, otherLabels: [field.label] };
}

function readField(
  code: string,
  property: Properties,
  nativeType: string,
  rights: FieldRights,
  copied: boolean,
): TargetField {
  const { kind, because } = kindOf(property, nativeType, rights, copied);
  const history = Object.hasOwn(HISTORY, nativeType);
  return {
    code,
    label: typeof property.label === 'string' && property.label !== '' ? property.label : code,
    kind,
    nativeType,
    // Kintone fills these itself: whatever their settings say, a record is not refused for them.
    required: property.required === true && kind !== 'readOnly' && kind !== 'recordNumber' && !history,
    unique: property.unique === true,
    hasDefault: hasDefault(property),
    ...optional('options', optionsOf(property.options)),
    ...optional('minLength', countOf(property.minLength)),
    ...optional('maxLength', countOf(property.maxLength)),
    ...optional('minValue', textOf(property.minValue)),
    ...optional('maxValue', textOf(property.maxValue)),
    ...optional('unit', textOf(property.unit)),
    ...optional('linkProtocol', protocolOf(property.protocol)),
    ...optional('readOnlyBecause', because),
    ...(history && kind !== 'readOnly' ? { onlyWhenAdding: true } : {}),
    ...(kind === 'readOnly' ? {} : optional('lookup', lookupOf(property.lookup))),
  };
}

function kindOf(
  property: Properties,
  nativeType: string,
  { mayManage }: FieldRights,
  copied: boolean,
): { kind: FieldKind; because?: ReadOnlyReason } {
  if (nativeType === 'CALC' || textOf(property.expression) !== undefined) {
    return { kind: 'readOnly', because: 'calculated' };
  }
  if (copied) {
    return { kind: 'readOnly', because: 'copied' };
  }
  if (KEPT_BY_KINTONE.has(nativeType)) {
    return { kind: 'readOnly', because: 'system' };
  }
  if (Object.hasOwn(HISTORY, nativeType)) {
    const kind = HISTORY[nativeType];
    return mayManage && kind !== undefined ? { kind } : { kind: 'readOnly', because: 'noRight' };
  }
  const kind = Object.hasOwn(KINDS, nativeType) ? KINDS[nativeType] : undefined;
  return kind === undefined ? { kind: 'readOnly', because: 'notAValue' } : { kind };
}

/** Fields that lookups fill from their sources; values sent for them are not kept. */
function copiedByLookups(properties: Properties): Set<string> {
  return new Set(
    Object.values(properties).flatMap((property) =>
      isObject(property) ? (lookupOf(property.lookup)?.copies ?? []) : [],
    ),
  );
}

function lookupOf(value: unknown): TargetField['lookup'] | undefined {
  if (!isObject(value)) {
    return undefined;
  }
  const { relatedApp, fieldMappings } = value;
  const mappings: readonly unknown[] = Array.isArray(fieldMappings) ? fieldMappings : [];
  return {
    app: isObject(relatedApp) ? (textOf(relatedApp.app) ?? '') : '',
    keyField: textOf(value.relatedKeyField) ?? '',
    copies: mappings.flatMap((mapping) =>
      isObject(mapping) && typeof mapping.field === 'string' ? [mapping.field] : [],
    ),
  };
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
