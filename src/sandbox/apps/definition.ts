import type { Text } from '../texts';

export type LinkProtocol = 'WEB' | 'MAIL' | 'CALL';

interface Field {
  readonly code: string;
  readonly label: Text;
}

interface Fillable extends Field {
  readonly required?: boolean;
}

interface Unique {
  readonly unique?: boolean;
}

interface Sized {
  readonly minLength?: number;
  readonly maxLength?: number;
}

interface TextDefault {
  readonly defaultValue?: string;
}

interface NowDefault extends TextDefault {
  readonly defaultNow?: boolean;
}

export interface TextField extends Fillable, Unique, Sized, TextDefault {
  readonly type: 'SINGLE_LINE_TEXT';
}

export interface LongTextField extends Fillable, TextDefault {
  readonly type: 'MULTI_LINE_TEXT' | 'RICH_TEXT';
}

export interface NumberField extends Fillable, Unique, TextDefault {
  readonly type: 'NUMBER';
  /** Decimal strings, as the service writes its settings. */
  readonly minValue?: string;
  readonly maxValue?: string;
  readonly unit?: string;
}

export interface LinkField extends Fillable, Unique, Sized, TextDefault {
  readonly type: 'LINK';
  readonly protocol: LinkProtocol;
}

export interface ChoiceField extends Fillable, TextDefault {
  readonly type: 'RADIO_BUTTON' | 'DROP_DOWN';
  readonly options: readonly string[];
}

export interface ChoicesField extends Fillable {
  readonly type: 'CHECK_BOX' | 'MULTI_SELECT';
  readonly options: readonly string[];
  readonly defaultValue?: readonly string[];
}

export interface DateField extends Fillable, Unique, NowDefault {
  readonly type: 'DATE' | 'DATETIME';
}

export interface TimeField extends Fillable, NowDefault {
  readonly type: 'TIME';
}

export interface EntitiesField extends Fillable {
  readonly type: 'USER_SELECT' | 'ORGANIZATION_SELECT' | 'GROUP_SELECT';
}

export interface CalculatedField extends Field {
  readonly type: 'CALC';
  readonly expression: string;
  /** Value of the expression; `value` gives another field of the record, `''` when it is empty. */
  readonly calculate: (value: (code: string) => string) => string;
}

/** Fields the service fills itself. */
export interface SystemField extends Field {
  readonly type:
    | 'RECORD_NUMBER'
    | 'CREATOR'
    | 'CREATED_TIME'
    | 'MODIFIER'
    | 'UPDATED_TIME'
    | 'STATUS'
    | 'STATUS_ASSIGNEE'
    | 'CATEGORY';
}

/** A field whose value is kept with the record. */
export type StoredField =
  | TextField
  | LongTextField
  | NumberField
  | LinkField
  | ChoiceField
  | ChoicesField
  | DateField
  | TimeField
  | EntitiesField;

export type FieldDefinition = StoredField | CalculatedField | SystemField;

export interface NumberPrecision {
  /** Digits in all, before and after the point. */
  readonly digits: number;
  readonly decimalPlaces: number;
}

export interface AppDefinition {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly fields: readonly FieldDefinition[];
  readonly numberPrecision: NumberPrecision;
  readonly guestSpaceId?: string;
  /** Nobody but its owner may see it: refused to the sandbox's user and listed nowhere. */
  readonly hidden?: boolean;
}

/** What an app has unless its administrator changes it. */
export const DEFAULT_PRECISION: NumberPrecision = { digits: 16, decimalPlaces: 4 };

export function isStored(field: FieldDefinition): field is StoredField {
  switch (field.type) {
    case 'RECORD_NUMBER':
    case 'CREATOR':
    case 'CREATED_TIME':
    case 'MODIFIER':
    case 'UPDATED_TIME':
    case 'STATUS':
    case 'STATUS_ASSIGNEE':
    case 'CATEGORY':
    case 'CALC':
      return false;
    default:
      return true;
  }
}

export function isUnique(field: StoredField): boolean {
  return 'unique' in field && field.unique;
}

/** The fields every app has, with the codes a Japanese administrator's apps have. */
export const SYSTEM_FIELDS: readonly SystemField[] = [
  { type: 'RECORD_NUMBER', code: 'レコード番号', label: { ja: 'レコード番号', en: 'Record number' } },
  { type: 'CREATOR', code: '作成者', label: { ja: '作成者', en: 'Created by' } },
  { type: 'CREATED_TIME', code: '作成日時', label: { ja: '作成日時', en: 'Created datetime' } },
  { type: 'MODIFIER', code: '更新者', label: { ja: '更新者', en: 'Updated by' } },
  { type: 'UPDATED_TIME', code: '更新日時', label: { ja: '更新日時', en: 'Updated datetime' } },
  { type: 'STATUS', code: 'ステータス', label: { ja: 'ステータス', en: 'Status' } },
  { type: 'STATUS_ASSIGNEE', code: '作業者', label: { ja: '作業者', en: 'Assignee' } },
  { type: 'CATEGORY', code: 'カテゴリー', label: { ja: 'カテゴリー', en: 'Categories' } },
];
