import { isObject, jsonOf, jsonText, objectText, readObject } from './objectText';
import type { JsonObject } from './objectText';
import { mappingMessage, refuse, Refusal, shorten } from './refusal';
import type { Converter } from './refusal';
import type { TargetField } from './schema';

/** Makes the converter of a part or an item. */
export type MakeConverter = (field: TargetField) => Converter;

/** Reads one value of JSON: answers it as it may be sent, `undefined` for nothing. */
type JsonReader = (value: unknown) => unknown;

const LONGEST_LIST = 5;

/**
 * An object of JSON, checked against the parts of the field; sent as `objectText` writes it. Parts take what their
 * own kinds take: numbers and booleans also as texts. No part may be unknown, and none that is required may lack.
 */
export function objectConverter(field: TargetField, make: MakeConverter): (cell: string) => string | Refusal {
  const read = objectReader(field, make);
  return (cell) => {
    const text = cell.trim();
    if (text === '') {
      return field.required ? refuse('value.required', { field: field.label }) : '';
    }
    const value = readObject(text);
    if (value === null) {
      return refuse('value.notAnObject', {
        field: field.label,
        value: shorten(text),
        example: exampleOf(field),
      });
    }
    const parts = read(value);
    if (parts instanceof Refusal) {
      return parts;
    }
    const written = objectText(field.fields ?? [], parts);
    return written === '' && field.required ? refuse('value.required', { field: field.label }) : written;
  };
}

/** A part, with a name that tells the object it is in. */
export function partOf({ label }: TargetField, part: TargetField): TargetField {
  return { ...part, label: `${label}.${part.label}` };
}

/** Whether an object can't be without this part. */
export function isNeeded({ required, hasDefault }: TargetField): boolean {
  return required && !hasDefault;
}

function objectReader(field: TargetField, make: MakeConverter): (value: JsonObject) => JsonObject | Refusal {
  const parts = (field.fields ?? []).map((part) => ({
    part,
    read: jsonReader(partOf(field, part), make),
  }));
  const known = new Set(parts.map(({ part }) => part.code));
  return (value) => {
    const refused: Refusal[] = [];
    const found: [string, unknown][] = [];
    for (const name of Object.keys(value)) {
      if (!known.has(name)) refused.push(unknownPart(field, name));
    }
    for (const { part, read } of parts) {
      const given = Object.hasOwn(value, part.code) ? value[part.code] : null;
      const one = given === null ? undefined : read(given);
      if (one instanceof Refusal) {
        refused.push(one);
      } else if (one !== undefined) {
        found.push([part.code, one]);
      } else if (isNeeded(part)) {
        refused.push(refuse('value.partMissing', { field: field.label, part: part.code }));
      }
    }
    return refused.length === 0
      ? Object.fromEntries(found)
      : new Refusal(...refused.flatMap(({ messages }) => messages));
  };
}

/** The reader of values of a field that stand in JSON. */
function jsonReader(field: TargetField, make: MakeConverter): JsonReader {
  const wrong = (value: unknown): Refusal => wrongType(field, value);
  switch (field.kind) {
    case 'object': {
      const read = objectReader(field, make);
      return (value) => (isObject(value) ? read(value) : wrong(value));
    }
    case 'list': {
      const read = itemsReader(field, make);
      return (value) => (Array.isArray(value) ? read(value) : wrong(value));
    }
    case 'text':
    case 'multilineText':
    case 'richText': {
      const convert = make({ ...field, required: false });
      // In JSON an empty text is one.
      return (value) => (value === '' ? '' : typeof value === 'string' ? convert(value) : wrong(value));
    }
    case 'number':
    case 'boolean':
    case 'datetime':
    case 'date':
    case 'time': {
      const convert = make({ ...field, required: true });
      const own = field.kind === 'number' || field.kind === 'boolean' ? field.kind : 'string';
      return (value) => {
        const text = typeof value === own || typeof value === 'string' ? String(value) : '';
        if (text.trim() === '') return wrong(value);
        const converted = convert(text);
        return typeof converted === 'string' ? jsonOf(field, converted) : converted;
      };
    }
    default:
      return wrong;
  }
}

/** Items of an array; none may be null. Refusals tell which one they mean. */
export function itemsReader(
  field: TargetField,
  make: MakeConverter,
): (items: readonly unknown[]) => readonly unknown[] | Refusal {
  const item = itemOf(field);
  const read = jsonReader(item, make);
  return (items) => inOrder(field, items, (one) => read(one) ?? wrongType(item, one));
}

/** What the items of a list are, under the name of the list. */
export function itemOf(field: TargetField): TargetField {
  const { label, code, nativeType } = field;
  const item = field.item ?? { kind: 'multilineText' as const, nativeType, hasDefault: false };
  return { ...item, code, label, required: false, unique: false };
}

const MOST_REFUSALS = 20;

/** Each item converted, or why some can't be. */
export function inOrder<T, Result>(
  field: TargetField,
  items: readonly T[],
  convert: (item: T) => Result | Refusal,
): readonly Result[] | Refusal {
  const values: Result[] = [];
  const refused: Refusal[] = [];
  for (const [index, one] of items.entries()) {
    const value = convert(one);
    if (!(value instanceof Refusal)) {
      values.push(value);
    } else if (refused.push(named(field, index + 1, value)) === MOST_REFUSALS) {
      break;
    }
  }
  return refused.length === 0 ? values : new Refusal(...refused.flatMap(({ messages }) => messages));
}

function named({ label }: TargetField, item: number, { messages }: Refusal): Refusal {
  return new Refusal(
    ...messages.map((message) => {
      if (message.phrases?.field !== undefined) return message;
      const name = mappingMessage('value.item', { field: message.args?.field ?? label, item });
      return { ...message, phrases: { ...message.phrases, field: name } };
    }),
  );
}

function unknownPart(field: TargetField, name: string): Refusal {
  const names = (field.fields ?? []).map(({ code }) => code);
  const shown = names.length > LONGEST_LIST ? [...names.slice(0, LONGEST_LIST), '…'] : names;
  return refuse('value.unknownPart', {
    field: field.label,
    part: shorten(name),
    parts: shown.join(', '),
  });
}

function wrongType(field: TargetField, value: unknown): Refusal {
  const message = mappingMessage('value.wrongType', { field: field.label, value: shorten(jsonText(value)) });
  return new Refusal({ ...message, phrases: { type: mappingMessage(typeCode(field)) } });
}

function typeCode({ kind }: TargetField): Parameters<typeof mappingMessage>[0] {
  switch (kind) {
    case 'number':
      return 'value.type.number';
    case 'boolean':
      return 'value.type.boolean';
    case 'datetime':
    case 'date':
    case 'time':
      return 'value.type.moment';
    case 'list':
      return 'value.type.list';
    case 'object':
      return 'value.type.object';
    default:
      return 'value.type.text';
  }
}

/** What may stand in a cell, with the parts that the field has. */
function exampleOf({ fields = [] }: TargetField): string {
  const shown = fields.slice(0, 2).map(({ code, kind }) => {
    const value = kind === 'number' ? '1' : kind === 'boolean' ? 'true' : '"…"';
    return `${JSON.stringify(code)}:${value}`;
  });
  return `{${shown.join(',')}}`;
}
