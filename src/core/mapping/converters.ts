import { ExpectedError } from '../message';
import { choiceConverter, choicesConverter, codesConverter } from './convertChoice';
import { dateConverter, datetimeConverter, timeConverter } from './convertDate';
import { numberConverter } from './convertNumber';
import { linkConverter, textConverter } from './convertText';
import { mappingMessage } from './refusal';
import type { Converter } from './refusal';
import type { TargetField, TargetSchema } from './schema';
import { openTimeZone } from './timeZone';

/** What the conversion of cells depends on besides the field. */
export interface ConversionOptions {
  /** IANA name of the zone that times without one are in; the system's own when absent. */
  readonly timeZone?: string;
  /** Folder that attachments are taken from; without one, fields of files can't be filled. */
  readonly attachmentsFolder?: string;
}

/**
 * The converter of one field's cells; `inTable` for a field of a table. Throws `ExpectedError` for fields that have
 * no value of their own to write: tables (their fields have), record numbers and read-only fields.
 */
export function converterFor(
  field: TargetField,
  schema: TargetSchema,
  options: ConversionOptions,
  // eslint-disable-next-line @typescript-eslint/no-unused-vars
  inTable = false,
): Converter {
  switch (field.kind) {
    case 'text':
      return textConverter(field, 'one');
    case 'multilineText':
    case 'richText':
      return textConverter(field, 'many');
    case 'link':
      return linkConverter(field);
    case 'number':
      return numberConverter(field, schema.numberPrecision);
    case 'choice':
      return choiceConverter(field);
    case 'choices':
      return choicesConverter(field);
    case 'date':
      return dateConverter(field);
    case 'time':
      return timeConverter(field);
    case 'datetime':
      return datetimeConverter(field, openTimeZone(options.timeZone));
    case 'users':
    case 'organizations':
    case 'groups':
      return codesConverter(field);
    case 'user':
    case 'files':
    case 'table':
    case 'recordNumber':
    case 'readOnly':
      throw new ExpectedError(mappingMessage('columns.notWritable', { field: field.label }));
  }
}
