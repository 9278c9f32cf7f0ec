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
  /** Exists, but can't be written by an import (calculated, record number, tables for now …). */
  | 'readOnly';

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
  readonly linkProtocol?: 'WEB' | 'CALL' | 'MAIL';
}

export interface TargetSchema {
  readonly id: string;
  readonly name: string;
  /** Where a browser shows the target. */
  readonly url: string;
  readonly fields: readonly TargetField[];
  /** Digits a number may have before and after the decimal point. */
  readonly numberPrecision?: { readonly integerDigits: number; readonly decimalPlaces: number };
}
