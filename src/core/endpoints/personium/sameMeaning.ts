import type { RecordValue } from '../../mapping/record';
import type { TargetField } from '../../mapping/schema';
import { isObject } from '../readJson';

/**
 * Whether the unit keeps what was sent as what is there: by value where it has a form of its own. `isMerge`: parts of an
 * object that were not sent have stayed as they were.
 */
export function sameMeaning(
  field: TargetField,
  sent: RecordValue,
  live: RecordValue,
  isMerge = false,
): boolean {
  if (isNothing(sent)) {
    return isNothing(live);
  }
  if (isNothing(live) && field.kind !== 'object') {
    return false;
  }
  if (typeof sent === 'string') {
    return sameText(field, sent, typeof live === 'string' ? live : '', isMerge);
  }
  return sameInJson(field, sent, live, false);
}

/** Blank, or a list without items, which some units may not tell from none. */
export function isNothing(value: RecordValue): boolean {
  return value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}

function sameText(field: TargetField, sent: string, live: string, isMerge: boolean): boolean {
  if (field.kind !== 'object') {
    return meaningOf(field, sent) === meaningOf(field, live);
  }
  const parts = parsed(sent);
  return isObject(parts) ? sameParts(field, parts, parsed(live), isMerge) : sent === live;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function sameParts(
  { fields = [] }: TargetField,
  sent: Readonly<Record<string, unknown>>,
  live: unknown,
  isMerge: boolean,
): boolean {
  const there = isObject(live) ? live : {};
  return fields.every((part) => {
    const value = sent[part.code];
    const kept = there[part.code] ?? null;
    if (value === undefined && isMerge) return true;
    // The unit fills in a default by itself.
    if (value === undefined || value === null) return kept === null || part.hasDefault;
    return sameInJson(part, value, kept, isMerge);
  });
}

function sameInJson(field: TargetField, sent: unknown, live: unknown, isMerge: boolean): boolean {
  const { item } = field;
  if (Array.isArray(sent)) {
    const items: readonly unknown[] = Array.isArray(live) ? live : [];
    return (
      items.length === sent.length &&
      sent.every((one, at) =>
        typeof one === 'string' && typeof items[at] === 'string'
          ? sameText(item ?? field, one, items[at], false)
          : sameInJson(item ?? field, one, items[at], false),
      )
    );
  }
  if (isObject(sent)) {
    return sameParts(field, sent, live, isMerge);
  }
  return (
    live !== null && live !== undefined && meaningOf(field, textOf(sent)) === meaningOf(field, textOf(live))
  );
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function meaningOf(field: TargetField, text: string): string {
  switch (field.kind) {
    case 'number':
      return String(field.numberForm === 'single' ? Math.fround(Number(text)) : Number(text));
    case 'datetime':
      return String(Date.parse(text));
    default:
      return text;
  }
}
