import type { ComplexType, ODataCollection, Property, SimpleType, Stored, Values } from './collection';
import { isSimple } from './collection';
import { PersoniumError } from './errors';
import type { JsonValue } from './json';
import { isJsonObject, NumberText } from './json';

/** What the value rules depend on beside the property. */
export interface ValueRules {
  readonly collection: ODataCollection;
  readonly now: number;
  readonly textBytes: number;
  readonly refusesQuoted: boolean;
}

const EARLIEST = -6_847_804_800_000;
const LATEST = 253_402_300_799_999;
const LEAST_DOUBLE = 2.229e-308;
const MOST_DOUBLE = 1.791e308;
const NOW = 'SYSUTCDATETIME()';

/** A value as it will be kept; throws `PR400-OD-0006` for one that the property does not take. */
export function storedValue(value: JsonValue, property: Property, rules: ValueRules): Stored {
  if (value === null) {
    return null;
  }
  if (property.collectionKind === 'List') {
    const list = Array.isArray(value) ? (value as readonly JsonValue[]) : refuse(property);
    return list.map((item) => (item === null ? null : storedItem(item, property, rules)));
  }
  return Array.isArray(value) ? refuse(property) : storedItem(value, property, rules);
}

function storedItem(value: JsonValue, property: Property, rules: ValueRules): Stored {
  if (isSimple(property.type)) {
    return storedSimple(value, property.type, property, rules);
  }
  const complex = rules.collection.complexTypes.get(property.type);
  return complex !== undefined && isJsonObject(value)
    ? storedComplex(value, complex, rules)
    : refuse(property);
}

function storedComplex(
  value: Readonly<Record<string, JsonValue>>,
  { properties }: ComplexType,
  rules: ValueRules,
): Stored {
  checkParts(value, properties);
  const result: Record<string, Stored> = {};
  for (const property of properties.values()) {
    result[property.name] = declaredValue(value[property.name], property, rules);
  }
  return result;
}

function checkParts(value: Readonly<Record<string, JsonValue>>, parts: ComplexType['properties']): void {
  const unknown = Object.keys(value).find((name) => !parts.has(name));
  if (unknown !== undefined) {
    throw new PersoniumError('PR400-OD-0006', unknown);
  }
}

/** The value that a property has after a MERGE: of a complex one, parts that are not sent stay as they are. */
export function mergedValue(
  before: Stored | undefined,
  value: JsonValue,
  property: Property,
  rules: ValueRules,
): Stored {
  const complex = rules.collection.complexTypes.get(property.type);
  if (complex === undefined || property.collectionKind === 'List' || !isJsonObject(value)) {
    return declaredValue(value, property, rules);
  }
  checkParts(value, complex.properties);
  const result: Record<string, Stored> = { ...(before as Values | null | undefined) };
  for (const part of complex.properties.values()) {
    const sent = value[part.name];
    if (sent !== undefined) {
      result[part.name] = mergedValue(result[part.name], sent, part, rules);
    }
  }
  return result;
}

/** The value of a declared property, by its default or null where it is missing; throws where it is required. */
export function declaredValue(value: JsonValue | undefined, property: Property, rules: ValueRules): Stored {
  if (value !== undefined && value !== null) {
    return storedValue(value, property, rules);
  }
  const { defaultValue, nullable, type, collectionKind, name } = property;
  if (defaultValue !== null && isSimple(type) && collectionKind === 'None') {
    return storedSimple(defaultValue, type, property, { ...rules, refusesQuoted: false });
  }
  if (nullable) {
    return null;
  }
  throw new PersoniumError('PR400-OD-0009', name);
}

function storedSimple(value: JsonValue, type: SimpleType, property: Property, rules: ValueRules): Stored {
  if (value instanceof NumberText) {
    return ofText(value.text, type, property, { isQuoted: false, rules });
  }
  switch (typeof value) {
    case 'string':
      return ofText(value, type, property, { isQuoted: true, rules });
    case 'boolean':
      if (type === 'Edm.Boolean') {
        return value;
      }
      return type === 'Edm.String' ? String(value) : refuse(property);
    default:
      return refuse(property);
  }
}

function ofText(
  text: string,
  type: SimpleType,
  property: Property,
  { isQuoted, rules }: { readonly isQuoted: boolean; readonly rules: ValueRules },
): Stored {
  if (isQuoted && rules.refusesQuoted && type !== 'Edm.String' && type !== 'Edm.DateTime') {
    return refuse(property);
  }
  switch (type) {
    case 'Edm.String':
      // A character has at most three bytes for each unit of its text.
      return text.length * 3 <= rules.textBytes || Buffer.byteLength(text) <= rules.textBytes
        ? text
        : refuse(property);
    case 'Edm.Boolean':
      return isQuoted && (text === 'true' || text === 'false') ? text === 'true' : refuse(property);
    case 'Edm.Int32': {
      const number = /^[+-]?\d{1,10}$/.test(text) ? Number(text) : NaN;
      return number === (number | 0) ? number | 0 : refuse(property);
    }
    case 'Edm.Single':
      return /^-?\d+$/.test(text) || /^-?\d{1,5}\.\d{1,5}$/.test(text) ? Number(text) : refuse(property);
    case 'Edm.Double':
      return isDouble(text) ? Number(text) : refuse(property);
    case 'Edm.DateTime': {
      if (isQuoted && text === NOW) {
        return rules.now;
      }
      const [, milliseconds] = /^\/Date\((-?\d{1,15})\)\/$/.exec(text) ?? [];
      const moment = Number(milliseconds);
      return isQuoted && moment >= EARLIEST && moment <= LATEST ? moment : refuse(property);
    }
  }
}

function isDouble(text: string): boolean {
  if (!/^[+-]?\d+(\.\d*)?([eE][+-]?\d+)?$/.test(text)) {
    return false;
  }
  const size = Math.abs(Number(text));
  return size === 0 ? /^[+-]?0*(\.0*)?([eE].*)?$/.test(text) : size >= LEAST_DOUBLE && size <= MOST_DOUBLE;
}

/** The type that the first value of a dynamic property gives it; throws for what can't be one. */
export function dynamicType(name: string, value: JsonValue): SimpleType {
  if (value instanceof NumberText) {
    return 'Edm.Double';
  }
  if (typeof value === 'boolean') {
    return 'Edm.Boolean';
  }
  if (typeof value === 'string' || value === null) {
    return 'Edm.String';
  }
  throw new PersoniumError('PR400-OD-0006', name);
}

/** A value as JSON says it. */
export function wireValue(value: Stored, property: Property, collection: ODataCollection): unknown {
  if (property.type === 'Edm.DateTime') {
    return Array.isArray(value)
      ? (value as readonly Stored[]).map((one) => dateText(one))
      : dateText(value ?? null);
  }
  const complex = collection.complexTypes.get(property.type);
  if (complex === undefined || value === null) {
    return value;
  }
  return Array.isArray(value)
    ? (value as readonly Stored[]).map((one) => wireComplex(one as Values, complex, collection))
    : wireComplex(value as Values, complex, collection);
}

function wireComplex(values: Values, { properties }: ComplexType, collection: ODataCollection): unknown {
  return Object.fromEntries(
    [...properties.values()].map((property) => [
      property.name,
      wireValue(values[property.name] ?? null, property, collection),
    ]),
  );
}

function dateText(value: Stored): string | null {
  return typeof value === 'number' ? `/Date(${value})/` : null;
}

function refuse({ name }: Property): never {
  throw new PersoniumError('PR400-OD-0006', name);
}
