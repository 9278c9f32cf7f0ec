import type { LayoutField } from './layout';
import { isObject, jsonText, readObject } from './objectText';
import type { JsonObject } from './objectText';
import { isFilledIn, meaningInJson, textInJson } from './sameValue';
import type { TargetField } from './schema';

/**
 * What of an object would change the live one, when records are merged: endpoints merge objects part by part, so that
 * parts which are gone are named with `null`. Where columns stand for single parts, the others stay as they are. Answers
 * `undefined` when nothing would change, and `''` when the whole object goes.
 */
export function objectChanges(
  { field, parts }: LayoutField,
  value: string,
  before: string,
): string | undefined {
  const meant = parts ?? field.fields ?? [];
  if (sameParts(meant, value, before)) {
    return undefined;
  }
  const live = readObject(before) ?? {};
  const wanted = readObject(value) ?? {};
  const keepsOthers = (field.fields ?? []).some((part) => !meant.includes(part) && holds(part, live));
  return value === '' && !keepsOthers ? '' : jsonText(withNulls(field.fields ?? [], meant, wanted, live));
}

/** The wanted parts, and nothing for those that only the live object holds. */
function withNulls(
  fields: readonly TargetField[],
  meant: readonly TargetField[],
  wanted: JsonObject,
  live: JsonObject,
): JsonObject {
  const members = fields.flatMap((part): [string, unknown][] => {
    if (!meant.includes(part)) return [];
    if (!holds(part, wanted)) return holds(part, live) ? [[part.code, null]] : [];
    const value = wanted[part.code];
    const before = holds(part, live) ? live[part.code] : {};
    const inner = part.fields ?? [];
    return [
      [
        part.code,
        part.kind === 'object' && isObject(value) && isObject(before)
          ? withNulls(inner, inner, value, before)
          : value,
      ],
    ];
  });
  return Object.fromEntries(members);
}

/** Whether these parts of an object would stay as they are; one without a value takes its default, unless all are. */
export function sameParts(parts: readonly TargetField[], value: string, before: string): boolean {
  const live = readObject(before) ?? {};
  const wanted = readObject(value);
  return parts.every((part) => (wanted === null ? !holds(part, live) : isSame(part, wanted, live)));
}

function isSame(part: TargetField, wanted: JsonObject, live: JsonObject): boolean {
  if (!holds(part, live)) return !holds(part, wanted);
  if (!holds(part, wanted)) return isFilledIn(part, textInJson(live[part.code]));
  return meaningInJson(part, wanted[part.code]) === meaningInJson(part, live[part.code]);
}

function holds({ code }: TargetField, value: JsonObject): boolean {
  return Object.hasOwn(value, code) && value[code] !== null;
}
