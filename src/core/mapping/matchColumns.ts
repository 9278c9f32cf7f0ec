import type { Message } from '../message';
import { columnNames } from './columnNames';
import type { NamedColumn } from './columnNames';
import { isPropertyName, propertiesLeft } from './createdFields';
import { occurrences } from './occurrences';
import { addsRecords, replacesRecords } from './plan';
import type { ColumnPlan, ColumnUse, ImportMode } from './plan';
import { ADDED_COLUMNS } from './reasonColumns';
import { mappingMessage, shorten } from './refusal';
import { requiredAmong } from './required';
import { keyFields } from './schema';
import type { TargetField, TargetSchema } from './schema';

/** What became of each column of the header. All numbers are 0-based columns. */
export interface ColumnMatch {
  readonly columns: ColumnPlan;
  /** Columns with a name and no field. */
  readonly unmatched: readonly number[];
  /** Reserved columns and columns without a name: nothing needs to be said about them. */
  readonly ignored: readonly number[];
  /** Columns whose field exists but can't be written in this mode. */
  readonly notWritable: readonly number[];
  /** Fields that new records must have and that get nothing from this file. */
  readonly missingRequired: readonly TargetField[];
  /** Names of columns that occur twice, or that go to one field together. */
  readonly duplicates: readonly string[];
  /** Columns by which records could be found, also those that are not written in this mode. */
  readonly keys: readonly { readonly column: number; readonly field: TargetField }[];
  /** Unmatched columns of the form `Name[Option]` whose field has no such option. */
  readonly options: readonly UnknownOption[];
  /** Unmatched columns whose name is that of several fields. */
  readonly ambiguous: readonly { readonly column: number; readonly fields: readonly TargetField[] }[];
  /** Fields of tables are matched, and no column says where a record starts: each row is a record of its own. */
  readonly tableWithoutMarker: boolean;
  /**
   * Unmatched columns whose name a new property could have. None of them creates one by itself: what a property holds
   * can't be changed once it is there, so that somebody has to decide it.
   */
  readonly creatable: readonly number[];
}

export interface UnknownOption {
  readonly column: number;
  readonly field: TargetField;
  readonly option: string;
  /** The option that was probably meant. */
  readonly nearest: string | null;
}

/** What the columns are matched for: a record number is data to nobody, and some fields are for new records alone. */
export interface MatchPurpose {
  readonly mode: ImportMode;
  readonly key?: string;
}

/**
 * Brings columns to fields: by field code, then by field name, `Name[Option]` to one option of a field; exactly, then
 * without regard to surrounding spaces and character width, and only where one single field is meant. Codes, as the
 * API and the command line have them, and names, as Kintone's own files have them, may stand side by side.
 */
export function matchColumns(
  header: readonly string[],
  schema: TargetSchema,
  purpose: MatchPurpose = { mode: 'add' },
): ColumnMatch {
  const named = nameColumns(header, schema);
  const columns = named.map((one) => useOf(one, purpose));
  const tables = tableCodes(schema);
  const notWritable = columnsWhere(named, (one, column) => one?.kind === 'field' && columns[column] === null);
  dropLoneRowIds(columns);
  const ignored = columnsWhere(header, isIgnored);
  const passedOver = new Set([...ignored, ...notWritable]);
  const unmatched = columnsWhere(columns, (use, column) => use === null && !passedOver.has(column));
  const whole = addsRecords(purpose.mode) || replacesRecords(purpose.mode);
  return {
    columns,
    unmatched,
    ignored,
    notWritable,
    missingRequired: whole ? missingRequired(schema, columns) : [],
    duplicates: duplicateNames(header, columns, new Set(ignored), tables),
    keys: keyColumns(named, schema),
    options: named.flatMap((one, column) =>
      one?.kind === 'unknownOption'
        ? [{ column, field: one.field, option: one.option, nearest: one.nearest }]
        : [],
    ),
    ambiguous: named.flatMap((one, column) =>
      one?.kind === 'ambiguous' ? [{ column, fields: one.fields }] : [],
    ),
    tableWithoutMarker:
      columns.some((use) => isInTable(use) && tables.has(use.table)) && !columns.some(startsRecord),
    creatable: creatable(header, schema, unmatched),
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
  if (match.columns.every((use) => use === null || startsRecord(use))) {
    const names = match.notWritable.map((column) => header[column] ?? '');
    return names.length > 0
      ? mappingMessage('columns.onlyNotWritable', { names: listNames(names) })
      : mappingMessage('columns.none');
  }
  return null;
}

function nameColumns(header: readonly string[], schema: TargetSchema): (NamedColumn | null)[] {
  const names = columnNames(schema);
  const exact = header.map((name) => (isIgnored(name) ? null : names.exact(name)));
  const taken = new Set(exact.map(targetOf));
  return header.map((name, column) => {
    const found = exact[column] ?? null;
    if (found !== null || isIgnored(name)) return found;
    const loose = names.loose(name);
    // An exact column of the same field is the one that is meant; this one is said to be left over.
    return taken.has(targetOf(loose)) && targetOf(loose) !== null ? null : loose;
  });
}

function useOf(named: NamedColumn | null, { mode, key }: MatchPurpose): ColumnUse | null {
  if (named?.kind === 'start') return { startsRecord: true };
  if (named?.kind !== 'field') return null;
  const { field, use } = named;
  const unwritable =
    field.kind === 'readOnly' ||
    (field.kind === 'recordNumber' && (mode === 'add' || (key !== undefined && key !== field.code))) ||
    (field.onlyWhenAdding === true && !addsRecords(mode));
  return unwritable ? null : use;
}

/** What was found of its field is nearer to what is meant than a new property of the same name. */
function creatable(
  header: readonly string[],
  schema: TargetSchema,
  unmatched: readonly number[],
): readonly number[] {
  if (propertiesLeft(schema) === 0) return [];
  const names = occurrences(header);
  const present = new Set(schema.fields.map(({ code }) => code));
  return unmatched.filter((column) => {
    const name = header[column] ?? '';
    return isPropertyName(name) && names.get(name) === 1 && !present.has(name);
  });
}

function tableCodes({ fields }: TargetSchema): ReadonlySet<string> {
  return new Set(fields.flatMap(({ kind, code }) => (kind === 'table' ? [code] : [])));
}

/** Ids of rows without anything in the rows say nothing; a column may bear the name of a table by chance. */
function dropLoneRowIds(columns: (ColumnUse | null)[]): void {
  const tables = new Set(columns.flatMap((use) => (isInTable(use) ? [use.table] : [])));
  columns.forEach((use, column) => {
    if (use !== null && typeof use === 'object' && 'rowIdsOf' in use && !tables.has(use.rowIdsOf)) {
      columns[column] = null;
    }
  });
}

function missingRequired(schema: TargetSchema, columns: ColumnPlan): TargetField[] {
  const tables = new Set(columns.flatMap((use) => (isInTable(use) ? [use.table] : [])));
  const fed = new Set(columns.flatMap((use) => (use === null ? [] : [fieldOf(use)])));
  return [
    ...requiredAmong(schema.fields, fed).filter(({ kind, code }) => kind !== 'object' || !tables.has(code)),
    ...schema.fields
      .filter(({ code }) => tables.has(code))
      .flatMap(({ code, fields }) => requiredAmong(fields ?? [], fedInTable(columns, code))),
  ];
}

function fedInTable(columns: ColumnPlan, table: string): Set<string> {
  return new Set(columns.flatMap((use) => (isInTable(use) && use.table === table ? [use.field] : [])));
}

function keyColumns(named: readonly (NamedColumn | null)[], schema: TargetSchema): ColumnMatch['keys'] {
  const keys = keyFields(schema);
  return named.flatMap((one, column) =>
    one?.kind === 'field' && typeof one.use === 'string' && keys.includes(one.field)
      ? [{ column, field: one.field }]
      : [],
  );
}

function isIgnored(name: string): boolean {
  return name.trim() === '' || ADDED_COLUMNS.has(name.trim());
}

/** A field of a table, or a part of an object. */
type InTable = Extract<ColumnUse, { readonly table: string }>;

function isInTable(use: ColumnUse | null): use is InTable {
  return typeof use === 'object' && use !== null && 'table' in use;
}

function startsRecord(use: ColumnUse | null): boolean {
  return typeof use === 'object' && use !== null && 'startsRecord' in use;
}

/** Code of the field outside tables that is fed; empty for what feeds none. */
function fieldOf(use: ColumnUse): string {
  if (typeof use === 'string') return use;
  if ('creates' in use) return use.creates;
  if ('feeds' in use) return use.feeds[0] ?? '';
  return 'field' in use && !('table' in use) ? use.field : '';
}

/** What may be fed only once, as a text to compare; null for nothing. */
function targetOf(named: NamedColumn | null): string | null {
  if (named?.kind === 'start') return targetOfUse({ startsRecord: true });
  return named?.kind === 'field' ? targetOfUse(named.use) : null;
}

function targetOfUse(use: ColumnUse): string {
  if (typeof use === 'string') return JSON.stringify([use]);
  if ('startsRecord' in use) return '*';
  if ('rowIdsOf' in use) return JSON.stringify({ ids: use.rowIdsOf });
  if ('creates' in use) return JSON.stringify([use.creates]);
  if ('feeds' in use) return JSON.stringify(use.feeds);
  return JSON.stringify(['table' in use ? use.table : null, use.field, use.option ?? null]);
}

/**
 * The same without the option or the part: a column for a whole field and one for a piece of it contradict each other.
 */
function wholeOf(use: ColumnUse, tables: ReadonlySet<string>): string {
  if (typeof use === 'string') return targetOfUse({ field: use, option: '' });
  if (isPart(use, tables)) return targetOfUse({ field: use.table, option: '' });
  return 'field' in use ? targetOfUse({ ...use, option: '' }) : targetOfUse(use);
}

function isPart(use: ColumnUse, tables: ReadonlySet<string>): use is InTable {
  return isInTable(use) && !tables.has(use.table);
}

function duplicateNames(
  header: readonly string[],
  columns: ColumnPlan,
  ignored: ReadonlySet<number>,
  tables: ReadonlySet<string>,
): string[] {
  const byName = occurrences(header.map((name, column) => (ignored.has(column) ? null : name)));
  const byTarget = occurrences(columns.map((use) => (use === null ? null : targetOfUse(use))));
  const isPiece = (use: ColumnUse): boolean => hasOption(use) || isPart(use, tables);
  const used = columns.filter((use) => use !== null);
  const wholes = new Set(used.filter((use) => !isPiece(use)).map((use) => wholeOf(use, tables)));
  const inPieces = new Set(used.filter(isPiece).map((use) => wholeOf(use, tables)));
  const duplicates = header.filter((name, column) => {
    if (ignored.has(column)) return false;
    const use = columns[column] ?? null;
    if ((byName.get(name) ?? 0) > 1) return true;
    if (use === null) return false;
    const whole = wholeOf(use, tables);
    return (byTarget.get(targetOfUse(use)) ?? 0) > 1 || (wholes.has(whole) && inPieces.has(whole));
  });
  return [...new Set(duplicates)];
}

function hasOption(use: ColumnUse): boolean {
  return typeof use === 'object' && 'option' in use;
}

function columnsWhere<T>(items: readonly T[], test: (item: T, column: number) => boolean): number[] {
  return items.flatMap((item, column) => (test(item, column) ? [column] : []));
}

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 5).map(shorten).join(', ');
  return names.length > 5 ? `${shown}, …` : shown;
}
