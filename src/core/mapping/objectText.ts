import { plainNumber } from './decimal';
import type { TargetField } from './schema';

/** What an object or a list of objects holds, as JSON knows it. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** An object of JSON in a text; null when the text holds none. */
export function readObject(text: string): JsonObject | null {
  const value = readJson(text);
  return isObject(value) ? value : null;
}

/** `undefined` when the text is no JSON. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON without blanks; numbers without exponent, as endpoints want them. */
export function jsonText(value: unknown): string {
  if (typeof value === 'number') {
    return plainNumber(String(value)) ?? String(value);
  }
  if (Array.isArray(value)) {
    return `[${value.map(jsonText).join(',')}]`;
  }
  if (!isObject(value)) {
    return JSON.stringify(value);
  }
  const members = Object.entries(value).filter(([, one]) => one !== undefined);
  return `{${members.map(([name, one]) => `${JSON.stringify(name)}:${jsonText(one)}`).join(',')}}`;
}

/**
 * An object as a record holds it: parts in declared order, those that hold nothing left out; empty when none holds
 * anything, because Personium takes no `{}`.
 */
export function objectText(fields: readonly TargetField[], parts: JsonObject): string {
  const members = fields.flatMap(({ code }): [string, unknown][] => {
    const value = Object.hasOwn(parts, code) ? parts[code] : undefined;
    return value === undefined ? [] : [[code, value]];
  });
  return members.length === 0 ? '' : jsonText(Object.fromEntries(members));
}

/** A converted value as it stands in JSON; `undefined` for what holds nothing. */
export function jsonOf(field: TargetField, value: string | readonly string[]): unknown {
  if (typeof value !== 'string') {
    const { item } = field;
    return item === undefined ? value : value.map((one) => jsonOf(item, one));
  }
  if (value === '') {
    return undefined;
  }
  switch (field.kind) {
    case 'number':
      return Number(value);
    case 'boolean':
      return value === 'true';
    case 'object':
      return readJson(value);
    default:
      return value;
  }
}
