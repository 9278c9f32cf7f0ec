import type { Problem } from '../mapping/record';
import type { Message } from '../message';

/** Type guards for what is read back from a disk: files there can be older, newer or damaged. */
export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isText(value: unknown): value is string {
  return typeof value === 'string';
}

export function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

export function isTrue(value: unknown): value is true {
  return value === true;
}

/** A whole number from 0 that a double holds exactly. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

export function isListOf<T>(value: unknown, isItem: (item: unknown) => item is T): value is readonly T[] {
  return Array.isArray(value) && value.every(isItem);
}

export function isOneOf<const T>(list: readonly T[], value: unknown): value is T {
  return (list as readonly unknown[]).includes(value);
}

export function isOptional<T>(value: unknown, is: (value: unknown) => value is T): value is T | undefined {
  return value === undefined || is(value);
}

export function isMessage(value: unknown): value is Message {
  return (
    isFields(value) &&
    isText(value.code) &&
    isOptional(value.verbatim, isText) &&
    (value.args === undefined || (isFields(value.args) && Object.values(value.args).every(isTextOrNumber)))
  );
}

export function isProblem(value: unknown): value is Problem {
  return (
    isFields(value) &&
    (value.column === null || isCount(value.column)) &&
    isOptional(value.field, isText) &&
    isOptional(value.value, isText) &&
    isMessage(value.message)
  );
}

function isTextOrNumber(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}
