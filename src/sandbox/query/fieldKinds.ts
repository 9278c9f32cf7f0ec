import { ApiError } from '../apiError';
import type { FieldDefinition } from '../apps/definition';
import type { App } from '../records/app';
import { TEXTS } from '../texts';
import type { Operator } from './parseQuery';

/** Types of fields that conditions treat alike. */
export type Kind =
  | 'number'
  | 'text'
  | 'longText'
  | 'choice'
  | 'date'
  | 'time'
  | 'dateTime'
  | 'people'
  | 'status'
  | 'file'
  | 'none';

export const OPERATORS: Readonly<Record<Kind, readonly Operator[]>> = {
  number: ['=', '!=', '<', '>', '<=', '>=', 'in', 'not in'],
  text: ['=', '!=', 'in', 'not in', 'like', 'not like'],
  longText: ['like', 'not like', 'is empty', 'is not empty'],
  choice: ['in', 'not in'],
  date: ['=', '!=', '<', '>', '<=', '>='],
  time: ['=', '!=', '<', '>', '<=', '>='],
  dateTime: ['=', '!=', '<', '>', '<=', '>='],
  people: ['in', 'not in'],
  status: ['=', '!=', 'in', 'not in'],
  file: ['like', 'not like', 'is empty', 'is not empty'],
  none: [],
};

const KINDS: Readonly<Record<FieldDefinition['type'], Kind>> = {
  SINGLE_LINE_TEXT: 'text',
  LINK: 'text',
  MULTI_LINE_TEXT: 'longText',
  RICH_TEXT: 'longText',
  NUMBER: 'number',
  CALC: 'number',
  RECORD_NUMBER: 'number',
  RADIO_BUTTON: 'choice',
  DROP_DOWN: 'choice',
  CHECK_BOX: 'choice',
  MULTI_SELECT: 'choice',
  CATEGORY: 'choice',
  DATE: 'date',
  TIME: 'time',
  DATETIME: 'dateTime',
  CREATED_TIME: 'dateTime',
  UPDATED_TIME: 'dateTime',
  USER_SELECT: 'people',
  ORGANIZATION_SELECT: 'people',
  GROUP_SELECT: 'people',
  CREATOR: 'people',
  MODIFIER: 'people',
  STATUS: 'status',
  STATUS_ASSIGNEE: 'people',
  FILE: 'file',
  SUBTABLE: 'none',
  REFERENCE_TABLE: 'none',
  GROUP: 'none',
};

/** The field of a code, also one inside a table; undefined for `$id`. Throws `GAIA_IQ11` for one that is not there. */
export function queriedField(app: App, code: string): FieldDefinition | undefined {
  if (code === '$id') {
    return undefined;
  }
  const inner = app.tableOf(code)?.fields.find((field) => field.code === code);
  const field = app.field(code) ?? inner;
  if (field === undefined) {
    throw new ApiError(400, 'GAIA_IQ11', TEXTS.unknownQueryField(code));
  }
  return field;
}

/** `$id` is a number. */
export function kindOf(field: FieldDefinition | undefined): Kind {
  return field === undefined ? 'number' : KINDS[field.type];
}
