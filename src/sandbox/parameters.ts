import { invalidJson, invalidParameter } from './apiError';
import { TEXTS } from './texts';

/** What a request asks for, whether it came as a query string or as a JSON body. */
export type Parameters = Readonly<Record<string, unknown>>;

/** `app=1&fields[0]=a&fields[1]=b` as `{app: '1', fields: ['a', 'b']}`. */
export function queryParameters(search: URLSearchParams): Parameters {
  const single = new Map<string, unknown>();
  const lists = new Map<string, [index: number, value: string][]>();
  for (const [key, value] of search) {
    const [, name, index] = /^([^[\]]+)\[(\d+)\]$/.exec(key) ?? [];
    if (name === undefined) {
      single.set(key, value);
    } else {
      const list = lists.get(name) ?? [];
      list.push([Number(index), value]);
      lists.set(name, list);
    }
  }
  for (const [name, list] of lists) {
    single.set(
      name,
      list.sort(([a], [b]) => a - b).map(([, value]) => value),
    );
  }
  return Object.fromEntries(single);
}

/** A JSON body, which must be an object. Throws `CB_IJ01`. */
export function bodyParameters(body: Buffer): Parameters {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    throw invalidJson();
  }
  return asObject(value);
}

export function asObject(value: unknown): Parameters {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidJson();
  }
  return value as Parameters;
}

/** A positive whole number, sent as a number or as text. */
export function requiredId(parameters: Parameters, name: string): number {
  const value = parameters[name];
  if (value === undefined || value === null || value === '') {
    throw invalidParameter(name, TEXTS.parameterRequired);
  }
  return readId(value, name);
}

export function readId(value: unknown, path: string): number {
  const number = wholeNumber(value);
  if (number === undefined) {
    throw invalidParameter(path, TEXTS.notAnInteger);
  }
  if (number < 1) {
    throw invalidParameter(path, TEXTS.atLeastOne);
  }
  return number;
}

/** The list, `undefined` when it is not given; anything else than a list is `CB_IJ01`. */
export function optionalList(parameters: Parameters, name: string): readonly unknown[] | undefined {
  const value = parameters[name];
  if (value === undefined || value === null) {
    return undefined;
  }
  if (!Array.isArray(value)) {
    throw invalidJson();
  }
  return value as readonly unknown[];
}

export function requiredList(parameters: Parameters, name: string): readonly unknown[] {
  const list = optionalList(parameters, name);
  if (list === undefined) {
    throw invalidParameter(name, TEXTS.parameterRequired);
  }
  return list;
}

export function optionalText(parameters: Parameters, name: string): string | undefined {
  const value = parameters[name];
  if (value === undefined || value === null) {
    return undefined;
  }
  if (typeof value !== 'string' && typeof value !== 'number') {
    throw invalidJson();
  }
  return String(value);
}

/** An expected revision; -1 and nothing mean that any will do. */
export function optionalRevision(value: unknown, path: string): number | undefined {
  if (value === undefined || value === null || value === '') {
    return undefined;
  }
  const number = wholeNumber(value);
  if (number === undefined) {
    throw invalidParameter(path, TEXTS.notAnInteger);
  }
  return number === -1 ? undefined : number;
}

function wholeNumber(value: unknown): number | undefined {
  if (typeof value === 'string' && /^-?\d{1,19}$/.test(value)) {
    return Number(value);
  }
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined;
}
