import type { Message } from '../message';
import { mappingMessage, shorten } from './refusal';
import { requiredAmong } from './required';
import type { ColumnPlan } from './plan';
import type { TargetField, TargetSchema } from './schema';

/** Columns that an unimported rows file adds at its end; an import passes over them. */
const RESERVED_COLUMNS: ReadonlySet<string> = new Set(['__import_row', '__import_reason']);

/** What became of each column of the header. All numbers are 0-based columns. */
export interface ColumnMatch {
  readonly columns: ColumnPlan;
  /** Columns with a name and no field. */
  readonly unmatched: readonly number[];
  /** Reserved columns and columns without a name: nothing needs to be said about them. */
  readonly ignored: readonly number[];
  /** Columns whose field exists but can't be written. */
  readonly notWritable: readonly number[];
  /** Fields that must have a value and get none from this file. */
  readonly missingRequired: readonly TargetField[];
  /** Names of columns that occur twice, or that go to one field together. */
  readonly duplicates: readonly string[];
}

/**
 * Brings columns to fields: by field code, then by field name; exactly, then without regard to surrounding
 * spaces and character width, and only where one single field is meant.
 */
export function matchColumns(header: readonly string[], schema: TargetSchema): ColumnMatch {
  const find = fieldFinder(schema.fields);
  const ignored: number[] = [];
  const unmatched: number[] = [];
  const notWritable: number[] = [];
  const found: (TargetField | null)[] = header.map((name, column) => {
    if (name.trim() === '' || RESERVED_COLUMNS.has(name.trim())) {
      ignored.push(column);
      return null;
    }
    return find.exact(name);
  });
  const taken = new Set(found.filter((field) => field !== null));
  header.forEach((name, column) => {
    if (found[column] !== null || ignored.includes(column)) {
      return;
    }
    const field = find.loose(name);
    // An exact column of the same field is the one that is meant; this one is said to be left over.
    if (field === null || taken.has(field)) {
      unmatched.push(column);
    } else {
      found[column] = field;
    }
  });
  const columns = found.map((field, column): string | null => {
    if (field?.kind === 'readOnly') {
      notWritable.push(column);
      return null;
    }
    return field?.code ?? null;
  });
  return {
    columns,
    unmatched,
    ignored,
    notWritable,
    missingRequired: requiredAmong(schema.fields, new Set(columns.filter((code) => code !== null))),
    duplicates: duplicateNames(header, columns, new Set(ignored)),
  };
}

/** Why an import with these columns is refused; null when it may go on. */
export function checkColumns(match: ColumnMatch, header: readonly string[]): Message | null {
  if (header.every((name) => name.trim() === '')) {
    return mappingMessage('columns.emptyHeader');
  }
  if (match.duplicates.length > 0) {
    return mappingMessage('columns.duplicates', { names: listNames(match.duplicates) });
  }
  if (match.columns.every((code) => code === null)) {
    const names = match.notWritable.map((column) => header[column] ?? '');
    return names.length > 0
      ? mappingMessage('columns.onlyNotWritable', { names: listNames(names) })
      : mappingMessage('columns.none');
  }
  return null;
}

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 5).map(shorten).join(', ');
  return names.length > 5 ? `${shown}, …` : shown;
}

function duplicateNames(
  header: readonly string[],
  columns: readonly (string | null)[],
  ignored: ReadonlySet<number>,
): string[] {
  const named = header.map((name, column) => (ignored.has(column) ? null : name));
  const byName = occurrences(named);
  const byField = occurrences(columns);
  const duplicates = header.filter((name, column) => {
    const code = columns[column] ?? null;
    return (
      !ignored.has(column) && ((byName.get(name) ?? 0) > 1 || (code !== null && (byField.get(code) ?? 0) > 1))
    );
  });
  return [...new Set(duplicates)];
}

function occurrences(names: readonly (string | null)[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) {
    if (name !== null) {
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  return counts;
}

interface FieldFinder {
  exact(name: string): TargetField | null;
  loose(name: string): TargetField | null;
}

function fieldFinder(fields: readonly TargetField[]): FieldFinder {
  const codes = new Map(fields.map((field) => [field.code, field]));
  const labels = group(fields, namesOf);
  const loose = group(fields, (field) => [field.code, ...namesOf(field)].map(squeeze));
  return {
    exact: (name) => codes.get(name) ?? single(labels.get(name)),
    loose: (name) => single(loose.get(squeeze(name))),
  };
}

function namesOf(field: TargetField): readonly string[] {
  return [field.label, ...(field.otherLabels ?? [])];
}

function group(
  fields: readonly TargetField[],
  keysOf: (field: TargetField) => readonly string[],
): Map<string, Set<TargetField>> {
  const groups = new Map<string, Set<TargetField>>();
  for (const field of fields) {
    for (const key of keysOf(field)) {
      const members = groups.get(key) ?? new Set();
      groups.set(key, members.add(field));
    }
  }
  return groups;
}

/** The one field that is meant: the only one, or the only one that can be written. */
function single(fields: ReadonlySet<TargetField> | undefined): TargetField | null {
  const all = [...(fields ?? [])];
  const writable = all.filter((field) => field.kind !== 'readOnly');
  const candidates = writable.length > 0 ? writable : all;
  return candidates.length === 1 ? (candidates[0] ?? null) : null;
}

/** Full-width and half-width forms become one, spaces around go. */
function squeeze(name: string): string {
  return name.normalize('NFKC').trim();
}
