import type { ImportMode } from './plan';

/** What kind of value a field takes, whatever the endpoint calls it. */
export type FieldKind =
  | 'text'
  | 'multilineText'
  | 'richText'
  | 'number'
  | 'link'
  | 'choice'
  | 'choices'
  | 'date'
  | 'time'
  | 'datetime'
  | 'users'
  | 'organizations'
  | 'groups'
  /** One user by code: who made or changed a record. */
  | 'user'
  | 'files'
  | 'table'
  | 'boolean'
  /** Several values of one kind in order, see `item`. */
  | 'list'
  /** A value with parts of its own, see `fields`. */
  | 'object'
  /** The number by which the endpoint itself knows a record: a key, never a value. */
  | 'recordNumber'
  /** Exists, but can't be written by an import; `readOnlyBecause` says why. */
  | 'readOnly';

export type ReadOnlyReason =
  /** The endpoint works it out (calculated fields, automatic text). */
  | 'calculated'
  /** A lookup of the same app fills it. */
  | 'copied'
  /** The endpoint keeps it (status, categories, times of change without the right to set them …). */
  | 'system'
  /** This sign-in may not change it. */
  | 'noRight'
  /** Not made for values (related records, groups, unknown types). */
  | 'notAValue';

export interface TargetField {
  /** Field code (Kintone) or property name (Personium): what is sent. */
  readonly code: string;
  /** Field name as people see it. */
  readonly label: string;
  /** Names of the same field in other languages; a column may carry any of them. */
  readonly otherLabels?: readonly string[];
  readonly kind: FieldKind;
  /** The endpoint's own type name, for example `SINGLE_LINE_TEXT`. */
  readonly nativeType: string;
  readonly required: boolean;
  readonly unique: boolean;
  /** The endpoint fills the field when nothing is sent. */
  readonly hasDefault: boolean;
  /** What it fills in, as a record would have it; absent where that is not told. */
  readonly defaultValue?: string;
  readonly options?: readonly string[];
  readonly minLength?: number;
  readonly maxLength?: number;
  /** Bytes of the value in UTF-8. */
  readonly maxBytes?: number;
  /** How a number is kept, where the endpoint is stricter than a decimal. */
  readonly numberForm?: NumberForm;
  /** How exactly a moment is kept; minutes when absent. */
  readonly precision?: 'millisecond';
  /** Decimal strings: a limit may be larger than a double holds exactly. */
  readonly minValue?: string;
  readonly maxValue?: string;
  /** What a number counts, as it is shown beside it: `円`, `%`, `kg`. */
  readonly unit?: string;
  readonly linkProtocol?: 'WEB' | 'CALL' | 'MAIL';
  readonly readOnlyBecause?: ReadOnlyReason;
  /** Can be given to new records alone. */
  readonly onlyWhenAdding?: boolean;
  /** The value is looked up in another app, which fills the fields `copies` (codes). */
  readonly lookup?: { readonly app: string; readonly keyField: string; readonly copies: readonly string[] };
  /** Fields of a table, or parts of an object. */
  readonly fields?: readonly TargetField[];
  /** What a list holds; only its kind and limits count. */
  readonly item?: TargetField;
  /** Does not exist yet: the first value creates it. */
  readonly created?: true;
}

/** `int32`: whole, 32 bits. `single`: at most five digits on each side of the point. `double`: what a double holds. */
export type NumberForm = 'int32' | 'single' | 'double';

export interface TargetSchema {
  readonly id: string;
  readonly name: string;
  /** Where a browser shows the target. */
  readonly url: string;
  readonly fields: readonly TargetField[];
  /** Digits a number may have before and after the decimal point. */
  readonly numberPrecision?: { readonly integerDigits: number; readonly decimalPlaces: number };
  /** Text that may stand before a record number: `CODE-12` is record 12. */
  readonly recordNumberPrefix?: string;
  /** What may become of rows; adding, updating and both when absent. */
  readonly modes?: readonly ImportMode[];
  /** Values of unknown names create properties (an open type): columns may use `creates`. */
  readonly createsProperties?: true;
}

/** What may become of rows, in the order in which it is offered. */
export function modesOf({ modes }: TargetSchema): readonly ImportMode[] {
  return modes ?? ['add', 'update', 'addOrUpdate'];
}

/** Fields by which a record can be found: its number, and text and number fields without duplicates. */
export function keyFields(schema: TargetSchema): TargetField[] {
  return schema.fields.filter(
    ({ kind, unique }) => kind === 'recordNumber' || (unique && (kind === 'text' || kind === 'number')),
  );
}

/** The id that a record can be given: a key that the endpoint makes up where none is sent. */
export function givenId(schema: TargetSchema): TargetField | undefined {
  return keyFields(schema).find(({ kind, hasDefault }) => kind !== 'recordNumber' && hasDefault);
}

/** Kintone does not insist on a radio button: one that is not sent takes its default. */
export function isChosenByItself(field: TargetField): boolean {
  return field.nativeType === 'RADIO_BUTTON';
}

/** Whether a field is one of Personium, whose texts are kept to the last character and may be long even if unique. */
export function isOfOData({ nativeType }: TargetField): boolean {
  return nativeType.startsWith('Edm.');
}
