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

/** Where a lookup field finds its value, and what it copies along with it. */
export interface Lookup {
  /** Id of the app looked up. */
  readonly app: string;
  /** Field of that app which holds the value. */
  readonly key: string;
  readonly copies: readonly { readonly to: string; readonly from: string }[];
}

interface LookedUp {
  readonly lookup?: Lookup;
}

export interface TextField extends Fillable, Unique, Sized, TextDefault, LookedUp {
  readonly type: 'SINGLE_LINE_TEXT';
}

export interface LongTextField extends Fillable, TextDefault {
  readonly type: 'MULTI_LINE_TEXT' | 'RICH_TEXT';
}

export interface NumberField extends Fillable, Unique, TextDefault, LookedUp {
  readonly type: 'NUMBER';
  /** Decimal strings, as the service writes its settings. */
  readonly minValue?: string;
  readonly maxValue?: string;
  readonly unit?: string;
}

export interface LinkField extends Fillable, Unique, Sized, TextDefault, LookedUp {
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
  /** Codes. */
  readonly defaultValue?: readonly string[];
}

export interface FileField extends Fillable {
  readonly type: 'FILE';
}

/** Values of the record (of its row first, inside a table) for an expression. */
export interface Operands {
  /** Text of a field, `''` when it is empty or holds no text. */
  readonly value: (code: string) => string;
  /** Texts of a table's inner field, row by row. */
  readonly column: (code: string) => readonly string[];
}

interface Calculated extends Field {
  readonly expression: string;
  readonly calculate: (operands: Operands) => string;
}

export interface CalculatedField extends Calculated {
  readonly type: 'CALC';
}

/** Text which the service makes of other fields. */
export interface CalculatedTextField extends Calculated {
  readonly type: 'SINGLE_LINE_TEXT';
}

export interface TableField extends Field {
  readonly type: 'SUBTABLE';
  readonly fields: readonly InnerField[];
}

/** Records of another app shown in the form; no value of its own. */
export interface ReferenceTableField extends Field {
  readonly type: 'REFERENCE_TABLE';
  readonly app: string;
  /** That app's code, if it has one. */
  readonly appCode?: string;
  readonly condition: { readonly field: string; readonly relatedField: string };
  readonly shown: readonly string[];
}

/** A part of the form that folds; no value of its own. */
export interface GroupField extends Field {
  readonly type: 'GROUP';
  readonly members: readonly string[];
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

/** A field whose one value is kept with the record, or with a row of a table. */
export type PlainField =
  | TextField
  | LongTextField
  | NumberField
  | LinkField
  | ChoiceField
  | ChoicesField
  | DateField
  | TimeField
  | EntitiesField
  | FileField;

/** A field whose value is kept with the record. */
export type StoredField = PlainField | TableField;

export type InnerField = PlainField | CalculatedField | CalculatedTextField;

export type FieldDefinition =
  StoredField | CalculatedField | CalculatedTextField | SystemField | ReferenceTableField | GroupField;

/** Whom a right is given. Of groups only `everyone` has members. */
export interface RightHolder {
  readonly type: 'USER' | 'GROUP';
  readonly code: string;
}

/** The first entry that holds for a user decides; a user without one may do nothing with the field. */
export interface FieldRight {
  readonly code: string;
  readonly entities: readonly {
    readonly entity: RightHolder;
    readonly accessibility: 'READ' | 'WRITE' | 'NONE';
  }[];
}

/** Rights in the records a condition holds for; the first that a record meets decides, and who it does not name has none. */
export interface RecordRight {
  /** In the query language; empty for all records. */
  readonly filterCond: string;
  readonly entities: readonly {
    readonly entity: RightHolder;
    readonly viewable: boolean;
    readonly editable: boolean;
    readonly deletable: boolean;
  }[];
}

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
  /** Begins the record numbers, as in `ORDER-12`. */
  readonly code?: string;
  readonly guestSpaceId?: string;
  /** Nobody but its owner may see it: refused to the sandbox's user and listed nowhere. */
  readonly hidden?: boolean;
  readonly fieldRights?: readonly FieldRight[];
  readonly recordRights?: readonly RecordRight[];
  /** Records it begins with: values by field code, as a request would send them. */
  readonly samples?: readonly Readonly<Record<string, unknown>>[];
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
    case 'REFERENCE_TABLE':
    case 'GROUP':
      return false;
    default:
      return !isCalculated(field);
  }
}

function isCalculated(field: FieldDefinition): field is CalculatedField | CalculatedTextField {
  return 'calculate' in field;
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
