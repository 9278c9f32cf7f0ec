import { ExpectedError } from '../message';
import { booleanConverter } from './convertBoolean';
import { choiceConverter, choicesConverter, codeConverter, codesConverter } from './convertChoice';
import { dateConverter, timeConverter } from './convertDate';
import { datetimeConverter } from './convertDateTime';
import { filesConverter } from './convertFiles';
import { listConverter } from './convertList';
import { numberConverter } from './convertNumber';
import { objectConverter } from './convertObject';
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
 * The converter of one field's cells; `inTable` for a field of a table, where nothing can be unique. A lookup takes
 * its key like any field of its kind. Throws `ExpectedError` for fields that have no value of their own to write
 * (tables, whose fields have, record numbers and read-only fields), for a time zone that the computer does not know,
 * and for an attachments folder that can't be read.
 */
export function converterFor(
  field: TargetField,
  schema: TargetSchema,
  options: ConversionOptions,
  inTable = false,
): Converter {
  const convert = converterOf(inTable && field.unique ? { ...field, unique: false } : field, schema, options);
  return field.created === true ? unlessBlank(convert) : convert;
}

/** Nothing would create a property, too, whose type is text from then on: it must not be sent. */
function unlessBlank(convert: Converter): Converter {
  return (cell) => (cell.trim() === '' ? undefined : convert(cell));
}

function converterOf(field: TargetField, schema: TargetSchema, options: ConversionOptions): Converter {
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
      return codeConverter(field);
    case 'files':
      return filesConverter(field, options.attachmentsFolder);
    case 'boolean':
      return booleanConverter(field);
    case 'list':
      return listConverter(field, (item) => converterOf(item, schema, options));
    case 'object':
      return objectConverter(field, (part) => converterOf(part, schema, options));
    case 'table':
    case 'recordNumber':
    case 'readOnly':
      throw new ExpectedError(mappingMessage('columns.notWritable', { field: field.label }));
  }
}
