/** What a key of Kintone's `errors` points to. */
export interface ErrorPlace {
  /** Which part of a bulk request, where the path says so itself; otherwise the part that failed. */
  readonly part?: number;
  /** Index of the record in its request; null for a request of one record. */
  readonly record: number | null;
  /** Field code, of the table when the field is inside one; null when only the record is named. */
  readonly field: string | null;
  /** 0-based row of the table and the field in it. */
  readonly inner?: { readonly row: number; readonly field: string };
  /** Which of several values is meant. */
  readonly valueIndex?: number;
}

const PART = /^requests\[(\d+)\]\.payload\./;
const RECORD = /^records?(?:\[(\d+)\])?(?=[.[]|$)/;
const INNER = /^\.value\[(\d+)\]\.value(?:\.([^.[\]]+)|\[([^\]]+)\])/u;
const VALUE_INDEX = /^\.values?\[(\d+)\]/;
/** What an update says of a record beside its fields. */
const OF_THE_RECORD = /^\.(?:id|revision|updateKey|record)(?:\.(?:field|value))?$/;
const UNKNOWN_FIELD = /^(?:\.([^.[\]]+)|\[([^\]]+)\])/u;

/**
 * Reads keys such as `records[3].code.value`, `records[3][code].value`, `records[3].tags.values[1].value` or
 * `records[3].table.value[0].value.inner.value`, also with `record` before the field as the body of an update has it,
 * and with the part of a bulk request before all of it; null for one that names a parameter of the request instead.
 * Known codes are looked for first, because a code may hold characters that the grammar uses too.
 */
export function parseErrorPath(path: string, fieldCodes: readonly string[]): ErrorPlace | null {
  const part = PART.exec(path);
  if (part?.[1] !== undefined) {
    const place = parseErrorPath(path.slice(part[0].length), fieldCodes);
    return place === null ? null : { ...place, part: Number(part[1]) };
  }
  const start = RECORD.exec(path);
  if (start === null || path === 'records' || path === 'record') {
    return null;
  }
  // `record[数値].value` is one record; a bracket with digits alone behind `records` is the index.
  const plural = path.startsWith('records');
  const index = plural && start[1] !== undefined ? Number(start[1]) : null;
  if (plural && index === null) {
    return null;
  }
  const rest = path.slice(index === null ? 6 : start[0].length);
  const { field, tail } = fieldOf(rest, fieldCodes);
  if (field === null) {
    return { record: index, field: null };
  }
  const inner = INNER.exec(tail);
  const innerField = inner?.[2] ?? inner?.[3];
  const afterInner = inner === null ? tail : tail.slice(inner[0].length);
  const valueIndex = VALUE_INDEX.exec(afterInner)?.[1];
  return {
    record: index,
    field,
    ...(innerField === undefined ? {} : { inner: { row: Number(inner?.[1]), field: innerField } }),
    ...(valueIndex === undefined ? {} : { valueIndex: Number(valueIndex) }),
  };
}

/** The field that a path goes on with behind the record, and what follows it. */
function fieldOf(rest: string, fieldCodes: readonly string[]): { field: string | null; tail: string } {
  const known = longestKnown(rest, fieldCodes);
  if (known !== null) {
    return { field: known.code, tail: rest.slice(known.length) };
  }
  const update = /^\.record(?=[.[])/.exec(rest);
  if (update !== null && !/^\.record\.values?(?:[.[]|$)/.test(rest)) {
    return fieldOf(rest.slice(update[0].length), fieldCodes);
  }
  const unknown = OF_THE_RECORD.test(rest) ? null : unknownField(rest);
  return unknown === null
    ? { field: null, tail: '' }
    : { field: unknown.code, tail: rest.slice(unknown.length) };
}

interface FieldPart {
  readonly code: string;
  /** Characters it takes in the path, punctuation included. */
  readonly length: number;
}

function longestKnown(rest: string, fieldCodes: readonly string[]): FieldPart | null {
  let best: FieldPart | null = null;
  for (const code of fieldCodes) {
    if (best !== null && code.length <= best.code.length) {
      continue;
    }
    if (rest.startsWith(`.${code}`) && /^(?:[.[]|$)/.test(rest.slice(code.length + 1))) {
      best = { code, length: code.length + 1 };
    } else if (rest.startsWith(`[${code}]`)) {
      best = { code, length: code.length + 2 };
    }
  }
  return best;
}

function unknownField(rest: string): FieldPart | null {
  const match = UNKNOWN_FIELD.exec(rest);
  const code = match?.[1] ?? match?.[2];
  return match === null || code === undefined ? null : { code, length: match[0].length };
}
