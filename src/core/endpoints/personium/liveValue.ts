import type { RecordLayout } from '../../mapping/layout';
import type { RecordValue } from '../../mapping/record';
import type { TargetField } from '../../mapping/schema';
import { isObject } from '../readJson';
import type { Entity } from './reading';

/**
 * Values of an entity, aligned with the layout and in the form in which the mapper gives values; what it does not
 * hold is the empty text.
 */
export function liveValues(entity: Entity, { fields }: RecordLayout): RecordValue[] {
  return fields.map(({ field }) => liveValue(entity[field.code], field));
}

/** One value, see `liveValues`. */
export function liveValue(value: unknown, field: TargetField): RecordValue {
  if (field.kind !== 'list') {
    return textOf(value, field);
  }
  const { item } = field;
  return Array.isArray(value) && item !== undefined ? value.map((one) => textOf(one, item)) : '';
}

/** One value as a text; empty for none. */
function textOf(value: unknown, field: TargetField): string {
  if (isObject(value)) {
    return field.kind === 'object' ? objectOf(value, field) : '';
  }
  if (typeof value === 'number') {
    return plainNumber(value);
  }
  if (typeof value === 'boolean') {
    return String(value);
  }
  if (typeof value !== 'string') {
    return '';
  }
  return field.kind === 'datetime' ? momentOf(value) : value;
}

/** `/Date(ms)/`, with an offset or without, as ISO; anything else as it is. */
export function momentOf(text: string): string {
  const ms = /^\/Date\((-?\d{1,15})(?:[+-]\d{1,4})?\)\/$/.exec(text)?.[1];
  return ms === undefined ? text : new Date(Number(ms)).toISOString();
}

/** As JSON with its parts in declared order, without those that hold nothing; empty when none does. */
function objectOf(value: Readonly<Record<string, unknown>>, { fields = [] }: TargetField): string {
  const members = fields.flatMap((part) => {
    const json = jsonOf(value[part.code], part);
    return json === null ? [] : [`${JSON.stringify(part.code)}:${json}`];
  });
  return members.length === 0 ? '' : `{${members.join(',')}}`;
}

/** Null for nothing. */
function jsonOf(value: unknown, field: TargetField): string | null {
  if (field.kind === 'list') {
    const { item } = field;
    return Array.isArray(value) && item !== undefined
      ? `[${value.map((one) => jsonOf(one, item) ?? 'null').join(',')}]`
      : null;
  }
  const text = textOf(value, field);
  switch (field.kind) {
    case 'number':
    case 'boolean':
    case 'object':
      return text === '' ? null : text;
    default:
      return typeof value === 'string' ? JSON.stringify(text) : null;
  }
}

/** Without exponent, however large or small. */
export function plainNumber(number: number): string {
  const match = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(String(number));
  if (match === null) {
    return String(number);
  }
  const [, sign = '', first = '', more = '', power = '0'] = match;
  const digits = first + more;
  const point = 1 + Number(power);
  return point <= 0
    ? `${sign}0.${'0'.repeat(-point)}${digits}`
    : `${sign}${digits.padEnd(point, '0').slice(0, point)}${digits.length > point ? `.${digits.slice(point)}` : ''}`;
}
