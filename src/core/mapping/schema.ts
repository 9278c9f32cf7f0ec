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
  readonly options?: readonly string[];
  readonly minLength?: number;
  readonly maxLength?: number;
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
  /** Fields of a table. */
  readonly fields?: readonly TargetField[];
}

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
}

/** Fields by which a record can be found: its number, and text and number fields without duplicates. */
export function keyFields(schema: TargetSchema): TargetField[] {
  return schema.fields.filter(
    ({ kind, unique }) => kind === 'recordNumber' || (unique && (kind === 'text' || kind === 'number')),
  );
}

/** Kintone does not insist on a radio button: one that is not sent takes its default. */
export function isChosenByItself(field: TargetField): boolean {
  return field.nativeType === 'RADIO_BUTTON';
}
