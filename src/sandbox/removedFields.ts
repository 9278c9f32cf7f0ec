import { ApiError, invalidParameter } from './apiError';
import type { Json } from './apps/properties';
import type { Parameters } from './parameters';
import { TEXTS } from './texts';

type JsonObject = Readonly<Record<string, Json>>;

/**
 * Fields that an administrator took out of a form while it was in use. They are kept out of what comes in, as the
 * service overlooks unknown codes, and out of what goes out.
 */
export class RemovedFields {
  readonly #byApp = new Map<string, Set<string>>();

  remove(appId: string, code: string): void {
    const codes = this.#byApp.get(appId) ?? new Set();
    this.#byApp.set(appId, codes.add(code));
  }

  clear(): void {
    this.#byApp.clear();
  }

  /** The codes removed from the app that the parameters name; undefined when there are none. */
  of({ app }: Parameters): ReadonlySet<string> | undefined {
    return this.#byApp.size > 0 && (typeof app === 'string' || typeof app === 'number')
      ? this.#byApp.get(String(app))
      : undefined;
  }
}

/** The parameters without these fields; throws what the service says where one of them is asked for by name. */
export function withoutFields(parameters: Parameters, codes: ReadonlySet<string>): Parameters {
  const { query, record, records, updateKey, fields } = parameters;
  if (typeof query === 'string') {
    refuseInQuery(query, codes);
  }
  refuseAsKey(updateKey, 'updateKey', codes);
  return {
    ...parameters,
    ...(isObject(record) ? { record: without(record, codes) } : {}),
    ...(Array.isArray(records) ? { records: records.map((one, at) => withoutIn(one, at, codes)) } : {}),
    ...(Array.isArray(fields) ? { fields: fields.filter((code) => !codes.has(String(code))) } : {}),
  };
}

/** A reply without these fields: of records, of form/fields and of form/layout. */
export function replyWithoutFields(reply: JsonObject, codes: ReadonlySet<string>): JsonObject {
  const { record, records, properties, layout } = reply;
  return {
    ...reply,
    ...(isObject(record) ? { record: without(record, codes) } : {}),
    ...(Array.isArray(records)
      ? { records: records.map((one: Json) => (isObject(one) ? without(one, codes) : one)) }
      : {}),
    ...(isObject(properties) ? { properties: withoutProperties(properties, codes) } : {}),
    ...(Array.isArray(layout) ? { layout: withoutPlaces(layout as Json[], codes) } : {}),
  };
}

/** One of the `records` of a request: a record, or `{id | updateKey, record}`. */
function withoutIn(one: unknown, at: number, codes: ReadonlySet<string>): unknown {
  if (!isObject(one)) {
    return one;
  }
  const isChange = 'id' in one || 'updateKey' in one;
  if (!isChange) {
    return without(one, codes);
  }
  refuseAsKey(one.updateKey, `records[${at}].updateKey`, codes);
  return isObject(one.record) ? { ...one, record: without(one.record, codes) } : one;
}

function refuseAsKey(key: unknown, path: string, codes: ReadonlySet<string>): void {
  if (isObject(key) && codes.has(String(key.field))) {
    throw invalidParameter(`${path}.field`, TEXTS.fieldRemoved);
  }
}

function refuseInQuery(query: string, codes: ReadonlySet<string>): void {
  const words = query.replace(/"(?:[^"\\]|\\.)*"/g, ' ').split(/[\s(),=<>!]+/u);
  const named = words.find((word) => codes.has(word));
  if (named !== undefined) {
    throw new ApiError(400, 'GAIA_IQ11', TEXTS.unknownQueryField(named));
  }
}

function withoutProperties(properties: JsonObject, codes: ReadonlySet<string>): JsonObject {
  const left = Object.entries(without(properties, codes)).map(([code, property]) => {
    const inner = isObject(property) ? property.fields : undefined;
    return [
      code,
      isObject(property) && isObject(inner) ? { ...property, fields: without(inner, codes) } : property,
    ];
  });
  return Object.fromEntries(left) as JsonObject;
}

function withoutPlaces(places: readonly Json[], codes: ReadonlySet<string>): Json[] {
  return places
    .filter((place) => !isObject(place) || typeof place.code !== 'string' || !codes.has(place.code))
    .map((place) => {
      if (!isObject(place)) {
        return place;
      }
      const { fields, layout } = place;
      return {
        ...place,
        ...(Array.isArray(fields) ? { fields: withoutPlaces(fields as Json[], codes) } : {}),
        ...(Array.isArray(layout) ? { layout: withoutPlaces(layout as Json[], codes) } : {}),
      };
    });
}

function without<Value>(
  members: Readonly<Record<string, Value>>,
  codes: ReadonlySet<string>,
): Record<string, Value> {
  const left = Object.entries(members).filter(([code]) => !codes.has(code));
  return Object.fromEntries(left.map(([code, cell]) => [code, withoutInRows(cell, codes)]));
}

/** The same cell; of a table, with its rows cleared too. */
function withoutInRows<Value>(cell: Value, codes: ReadonlySet<string>): Value {
  if (!isObject(cell) || !Array.isArray(cell.value)) {
    return cell;
  }
  const value = cell.value.map((row: unknown) =>
    isObject(row) && isObject(row.value) ? { ...row, value: without(row.value, codes) } : row,
  );
  return { ...cell, value };
}

function isObject(value: Json | undefined): value is JsonObject;
function isObject(value: unknown): value is Parameters;
function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
