import type { Language } from '../texts';
import type { AppDefinition, FieldDefinition, Lookup, ReferenceTableField } from './definition';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** `properties` of form/fields: numeric settings are strings, `""` when unset, as the service writes them. */
export function formProperties(app: AppDefinition, language: Language): Record<string, Json> {
  return Object.fromEntries(app.fields.map((field) => [field.code, property(field, language)]));
}

function property(field: FieldDefinition, language: Language): Json {
  const common = { type: field.type, code: field.code, label: field.label[language], noLabel: false };
  if ('lookup' in field) {
    return { ...common, required: field.required === true, lookup: lookup(field.lookup) };
  }
  switch (field.type) {
    case 'SINGLE_LINE_TEXT':
      return 'calculate' in field
        ? { ...common, ...textSettings({}), expression: field.expression, hideExpression: false }
        : { ...common, ...textSettings(field), expression: '', hideExpression: false };
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
      return {
        ...common,
        required: field.required === true,
        entities: [],
        defaultValue: (field.defaultValue ?? []).map((code) => ({ type: ENTITY_TYPES[field.type], code })),
      };
    case 'FILE':
      return { ...common, required: field.required === true, thumbnailSize: '150' };
    case 'SUBTABLE': {
      const fields = field.fields.map((inner) => [inner.code, property(inner, language)] as const);
      return { ...common, fields: Object.fromEntries(fields) };
    }
    case 'REFERENCE_TABLE':
      return { ...common, referenceTable: referenceTable(field) };
    case 'GROUP':
      return { ...common, openGroup: false };
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

const ENTITY_TYPES = { USER_SELECT: 'USER', ORGANIZATION_SELECT: 'ORGANIZATION', GROUP_SELECT: 'GROUP' };

function lookup({ app, key, copies }: Lookup): Json {
  return {
    relatedApp: { app, code: '' },
    relatedKeyField: key,
    fieldMappings: copies.map(({ to, from }) => ({ field: to, relatedField: from })),
    lookupPickerFields: copies.map(({ from }) => from),
    filterCond: '',
    sort: 'レコード番号 desc',
  };
}

function referenceTable({ app, appCode, condition, shown }: ReferenceTableField): Json {
  return {
    relatedApp: { app, code: appCode ?? '' },
    condition: { ...condition },
    filterCond: '',
    displayFields: shown,
    sort: 'レコード番号 desc',
    size: '5',
  };
}

interface TextSettings {
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
