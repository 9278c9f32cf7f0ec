import type { Language, Text } from '../texts';
import type { AppDefinition, FieldDefinition } from './definition';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** `properties` of form/fields: numeric settings are strings, `""` when unset, as the service writes them. */
export function formProperties(app: AppDefinition, language: Language): Record<string, Json> {
  return Object.fromEntries(app.fields.map((field) => [field.code, property(field, language)]));
}

/** One row for each field that a form shows. */
export function formLayout(app: AppDefinition): Json[] {
  return app.fields
    .filter(({ type }) => type !== 'STATUS' && type !== 'STATUS_ASSIGNEE' && type !== 'CATEGORY')
    .map(({ type, code }) => ({ type: 'ROW', fields: [{ type, code, size: { width: '200' } }] }));
}

function property(field: FieldDefinition, language: Language): Json {
  const common = { type: field.type, code: field.code, label: field.label[language], noLabel: false };
  switch (field.type) {
    case 'SINGLE_LINE_TEXT':
      return { ...common, ...textSettings(field), expression: '', hideExpression: false };
    case 'LINK':
      return { ...common, ...textSettings(field), protocol: field.protocol };
    case 'MULTI_LINE_TEXT':
    case 'RICH_TEXT':
      return { ...common, required: field.required === true, defaultValue: field.defaultValue ?? '' };
    case 'NUMBER':
      return {
        ...common,
        required: field.required === true,
        unique: field.unique === true,
        minValue: field.minValue ?? '',
        maxValue: field.maxValue ?? '',
        defaultValue: field.defaultValue ?? '',
        digit: false,
        displayScale: '',
        unit: field.unit ?? '',
        unitPosition: field.unit === '円' ? 'BEFORE' : 'AFTER',
      };
    case 'RADIO_BUTTON':
    case 'DROP_DOWN':
      return {
        ...common,
        required: field.required === true,
        options: options(field.options),
        defaultValue: field.defaultValue ?? '',
        ...(field.type === 'RADIO_BUTTON' ? { align: 'HORIZONTAL' } : {}),
      };
    case 'CHECK_BOX':
    case 'MULTI_SELECT':
      return {
        ...common,
        required: field.required === true,
        options: options(field.options),
        defaultValue: field.defaultValue ?? [],
        ...(field.type === 'CHECK_BOX' ? { align: 'HORIZONTAL' } : {}),
      };
    case 'DATE':
    case 'DATETIME':
    case 'TIME':
      return {
        ...common,
        required: field.required === true,
        ...(field.type === 'TIME' ? {} : { unique: field.unique === true }),
        defaultNowValue: field.defaultNow === true,
        defaultValue: field.defaultValue ?? '',
      };
    case 'USER_SELECT':
    case 'ORGANIZATION_SELECT':
    case 'GROUP_SELECT':
      return { ...common, required: field.required === true, entities: [], defaultValue: [] };
    case 'CALC':
      return {
        ...common,
        required: false,
        expression: field.expression,
        format: 'NUMBER',
        displayScale: '',
        hideExpression: false,
        unit: '',
        unitPosition: 'BEFORE',
      };
    case 'STATUS':
    case 'STATUS_ASSIGNEE':
    case 'CATEGORY':
      return { type: field.type, code: field.code, label: field.label[language], enabled: false };
    case 'RECORD_NUMBER':
    case 'CREATOR':
    case 'CREATED_TIME':
    case 'MODIFIER':
    case 'UPDATED_TIME':
      return common;
  }
}

interface TextSettings {
  readonly label: Text;
  readonly required?: boolean;
  readonly unique?: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly defaultValue?: string;
}

function textSettings(field: TextSettings): Record<string, Json> {
  return {
    required: field.required === true,
    unique: field.unique === true,
    minLength: field.minLength === undefined ? '' : String(field.minLength),
    maxLength: field.maxLength === undefined ? '' : String(field.maxLength),
    defaultValue: field.defaultValue ?? '',
  };
}

function options(labels: readonly string[]): Record<string, Json> {
  return Object.fromEntries(labels.map((label, index) => [label, { label, index: String(index) }]));
}
