import type { LayoutField, RecordLayout } from '../../mapping/layout';
import type { ImportRecord, RecordValue } from '../../mapping/record';
import type { TargetField } from '../../mapping/schema';
import { isObject } from '../readJson';
import { ID } from './fields';
import { plainNumber } from './liveValue';

/** Writes records as the JSON of entities: built as text, because that is twice as fast. */
export interface EntityWriter {
  /** A new entity under this `__id`; the unit makes one up for null. What is blank is left to its default. */
  added(record: ImportRecord, id: string | null): string;
  /** An entity as the file alone says. What is blank goes back to its default. */
  replaced(record: ImportRecord): string;
  /** What of an entity changes. What is blank is cleared. */
  merged(record: ImportRecord): string;
}

export function createEntityWriter(layout: RecordLayout): EntityWriter {
  const writers = layout.fields.flatMap((one, index) => writerOf(one, index));
  const whole = (record: ImportRecord): string => membersOf(record, writers, () => null);
  return {
    added: (record, id) => {
      const members = whole(record);
      const start = id === null ? '' : `${JSON.stringify(ID)}:${JSON.stringify(id)}`;
      return `{${start}${start !== '' && members !== '' ? ',' : ''}${members}}`;
    },
    replaced: (record) => `{${whole(record)}}`,
    merged: (record) => `{${membersOf(record, writers, ({ blank }) => blank)}}`,
  };
}

/** The `__id` that a record brings along; empty when it brings none. */
export function givenId(layout: RecordLayout): (record: ImportRecord) => string {
  const index = layout.fields.findIndex(({ field }) => field.code === ID);
  return ({ values }) => {
    const value = values[index];
    return typeof value === 'string' ? value : '';
  };
}

interface FieldWriter {
  readonly index: number;
  /** `"code":` once for all records. */
  readonly start: string;
  readonly json: (value: string | readonly string[]) => string;
  /** What a merge sends for a blank cell; null for nothing. */
  readonly blank: string | null;
}

function writerOf({ field }: LayoutField, index: number): FieldWriter[] {
  return field.code === ID || field.kind === 'readOnly'
    ? []
    : [
        {
          index,
          start: `${JSON.stringify(field.code)}:`,
          json: jsonWriter(field),
          // Null would create the property as a text, and then no number fits any more.
          blank: field.created === true ? null : 'null',
        },
      ];
}

function membersOf(
  { values }: ImportRecord,
  writers: readonly FieldWriter[],
  blankOf: (writer: FieldWriter) => string | null,
): string {
  let text = '';
  for (const writer of writers) {
    const value = values[writer.index];
    if (!isPlain(value)) continue;
    // A list without items is a value: only the empty text is none.
    const json = value === '' ? blankOf(writer) : writer.json(value);
    if (json !== null) {
      text += `${text === '' ? '' : ','}${writer.start}${json}`;
    }
  }
  return text;
}

/** Entities have neither tables nor attachments. */
function isPlain(value: RecordValue): value is string | readonly string[] {
  return typeof value === 'string' || Array.isArray(value);
}

function jsonWriter(field: TargetField): FieldWriter['json'] {
  if (field.kind === 'list') {
    const item = textWriter(field.item ?? { ...field, kind: 'text' });
    return (value) => (typeof value === 'string' ? `[${item(value)}]` : `[${value.map(item).join(',')}]`);
  }
  const one = textWriter(field);
  return (value) => one(typeof value === 'string' ? value : value.join(''));
}

/** A value that the mapper gave as a text, as JSON. What does not have its form goes as a text for the unit to refuse. */
function textWriter(field: TargetField): (text: string) => string {
  switch (field.kind) {
    case 'number':
      return (text) => (JSON_NUMBER.test(text) ? text : quote(text));
    case 'boolean':
      return (text) => (text === 'true' || text === 'false' ? text : quote(text));
    case 'datetime':
      return (text) => quote(dateOf(text));
    case 'object':
      return (text) => objectOf(text, field) ?? quote(text);
    default:
      return quote;
  }
}

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

function dateOf(text: string): string {
  const at = Date.parse(text);
  return Number.isNaN(at) ? text : `/Date(${at})/`;
}

/** Null when it is no object. */
function objectOf(text: string, field: TargetField): string | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  return isObject(json) ? jsonOf(json, field) : null;
}

/** Times as the unit takes them, and numbers without exponent: one of 32 bits may not have it beside a point. */
function jsonOf(value: unknown, field: TargetField | undefined): string {
  if (typeof value === 'number') {
    return plainNumber(value);
  }
  if (Array.isArray(value)) {
    return `[${value.map((one: unknown) => jsonOf(one, field?.item)).join(',')}]`;
  }
  if (isObject(value)) {
    const members = Object.entries(value).map(([name, one]) => {
      const part = field?.fields?.find(({ code }) => code === name);
      return `${JSON.stringify(name)}:${jsonOf(one, part)}`;
    });
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(field?.kind === 'datetime' && typeof value === 'string' ? dateOf(value) : value);
}

/** What JSON must escape, and halves of surrogate pairs, which UTF-8 can't hold. */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/;

/** Plain text, which is most, takes two thirds of the time when it is only put between quotes. */
function quote(text: string): string {
  return ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`;
}
