import type { Lookup, StoredField } from '../apps/definition';
import type { Report } from './report';

/** What is kept of a value: text, chosen options, directory codes or file ids; empty is `''`, null or `[]` by type. */
export type PlainValue = string | null | readonly string[];

/** A row of a table: its id, and its values in the order of the table's stored fields. */
export interface StoredRow {
  readonly id: string;
  readonly values: readonly PlainValue[];
}

export type StoredValue = PlainValue | readonly StoredRow[];

/** What reading a value needs beside the value. */
export interface Reading {
  /** The field's value in the record or row that is changed; undefined where one is added. */
  before: StoredValue | undefined;
  /** Takes a file by the key it was sent with; gives its id. `kept`: ids the field holds already. */
  readonly attach: (fileKey: string, kept: readonly string[]) => string;
}

/** A stored field with its rules made ready to be run a million times. */
export interface CompiledField {
  readonly code: string;
  readonly field: StoredField;
  readonly required: boolean;
  readonly unique: boolean;
  /** Converts a sent value, reporting what is wrong with it; throws `ApiError` for what the service names no row for. */
  readonly read: (sent: unknown, report: Report, reading: Reading) => StoredValue;
  /** Where a missing required value is reported. */
  readonly requiredSuffix: string;
  /** Value of a record that doesn't mention the field when it is added. */
  readonly initial: () => StoredValue;
  readonly lookup: Lookup | undefined;
  /** A lookup fills it. */
  readonly copied: boolean;
  /** Of a table: what its rows consist of. */
  readonly inner: Fields | undefined;
}

/** The fields of an app, or of a table. */
export interface Fields {
  readonly stored: readonly CompiledField[];
  /** Fields a request may not fill: calculated ones, and who and when. */
  readonly guarded: readonly GuardedField[];
  /** Fields that look something up, and tables that hold such a field. */
  readonly lookups: readonly CompiledField[];
  /** Place of a stored field's value; -1 when it is not stored. */
  indexOf(code: string): number;
}

export interface GuardedField {
  readonly code: string;
  readonly type: 'CALC' | 'CREATOR' | 'CREATED_TIME' | 'MODIFIER' | 'UPDATED_TIME';
}

export function isEmpty(value: StoredValue): boolean {
  return value === null || value.length === 0;
}

/** What a request brings for a field; undefined for nothing, also where the code means something to every object. */
export function sentCell(cells: Readonly<Record<string, unknown>>, code: string): unknown {
  const cell = cells[code];
  return cell !== undefined && Object.hasOwn(cells, code) ? cell : undefined;
}

/** Rows of a table; none for any other value. */
export function rowsOf(value: StoredValue | undefined): readonly StoredRow[] {
  return isRows(value) ? value : [];
}

/** A value that is not a table's; null in place of one. */
export function plainOf(value: StoredValue | undefined): PlainValue {
  return isRows(value) ? null : (value ?? null);
}

/** The single values of a list, none of anything else. */
export function listOfTexts(value: StoredValue | undefined): readonly string[] {
  const plain = plainOf(value);
  return typeof plain === 'string' || plain === null ? [] : plain;
}

function isRows(value: StoredValue | undefined): value is readonly StoredRow[] {
  return typeof value === 'object' && value !== null && typeof value[0] === 'object';
}
