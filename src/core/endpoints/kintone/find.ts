import { ExpectedError } from '../../message';
import type { RecordLayout } from '../../mapping/layout';
import type { RecordVersion } from '../../mapping/record';
import type { FieldKind, TargetField } from '../../mapping/schema';
import type { LiveRecord, RecordSearch } from '../endpoint';
import { kintoneMessage, missingRight } from './codes';
import { liveValues } from './liveValue';
import { plainNumber } from './plainNumber';
import { KintoneRefusal } from './reader';
import type { Search } from './reader';
import { isObject } from '../readJson';

/** Kintone answers with so many records at the most. */
export const KEYS_PER_READ = 500;
/** Name by which Kintone itself knows the number of a record; a search for it needs no field of the schema. */
export const RECORD_ID = '$id';

/**
 * The records whose key is among the values: one request. Records that the sign-in may not see are not there. Without
 * the right to view records at all it throws a `KintoneRefusal` that says so (`kintone.tokenNeedsView`,
 * `kintone.userNeedsView`).
 */
export async function findRecords(
  search: Search,
  { schema, key, values, layout }: RecordSearch,
  signal?: AbortSignal,
): Promise<LiveRecord[]> {
  if (values.length > KEYS_PER_READ) {
    throw new RangeError(`${values.length} keys can't be looked for at once`);
  }
  const field = key === RECORD_ID ? BY_ID : schema.fields.find(({ code }) => code === key);
  if (field === undefined) {
    throw new ExpectedError(kintoneMessage('kintone.keyGone', { field: key }));
  }
  const literals = literalsOf(field, values);
  if (literals.length === 0) {
    return [];
  }
  const name = field.kind === 'recordNumber' ? RECORD_ID : key;
  const query = `${conditionOf(name, field.kind, literals)} limit ${KEYS_PER_READ}`;
  const found = await queryRecords(search, { app: schema.id, query, layout, codes: [name] }, signal);
  return found.map(({ record, ...version }) => {
    const text = textOf(record[name]);
    // Taken for a record without a key, it would be made once more.
    if (text === '') {
      throw unexpectedAnswer();
    }
    return {
      ...version,
      key: field.kind === 'number' ? plainNumber(text) : text,
      values: layout === null ? [] : liveValues(record, layout.fields),
    };
  });
}

const BY_ID: Pick<TargetField, 'kind'> = { kind: 'recordNumber' };

/** What to ask for: a query with its limit, and the fields of a layout with others beside them. */
export interface RecordQuery {
  readonly app: string;
  readonly query: string;
  readonly layout: RecordLayout | null;
  readonly codes?: readonly string[];
}

/** A record as Kintone answers it. */
export interface FoundRecord extends RecordVersion {
  readonly record: Readonly<Record<string, unknown>>;
}

/** The records of a query, at most 500. Throws as `findRecords` does. */
export async function queryRecords(
  search: Search,
  { app, query, layout, codes = [] }: RecordQuery,
  signal?: AbortSignal,
): Promise<FoundRecord[]> {
  const mapped = (layout?.fields ?? []).map((one) => one.field.code);
  const fields = [...new Set([...codes, RECORD_ID, '$revision', ...mapped])];
  const answer = await search('records', { app, query, fields }, signal).catch(nameTheRight);
  if (!Array.isArray(answer.records)) {
    throw unexpectedAnswer();
  }
  return (answer.records as readonly unknown[]).map((record) => {
    const id = isObject(record) ? textOf(record.$id) : '';
    const revision = isObject(record) ? textOf(record.$revision) : '';
    if (!isObject(record) || id === '' || revision === '') {
      throw unexpectedAnswer();
    }
    return { id, revision, record };
  });
}

function unexpectedAnswer(): ExpectedError {
  return new ExpectedError(kintoneMessage('kintone.unexpectedAnswer', { status: 200 }));
}

/** Dates and times are the only ones among fields without duplicates that `in` is not for. */
function conditionOf(name: string, kind: FieldKind, literals: readonly string[]): string {
  return kind === 'date' || kind === 'datetime'
    ? literals.map((literal) => `${name} = ${literal}`).join(' or ')
    : `${name} in (${literals.join(',')})`;
}

function nameTheRight(error: unknown): never {
  const message = error instanceof KintoneRefusal ? missingRight(error.refusal, 'view') : null;
  if (error instanceof KintoneRefusal && message !== null) {
    throw new KintoneRefusal(error.refusal, error.status, message, { cause: error });
  }
  throw error;
}

/**
 * Each value as the query grammar takes it. A value that no literal can hold, such as one with a line break, is left
 * out: a field of one line has none. The same goes for what is no number where a number is looked for.
 */
function literalsOf({ kind }: Pick<TargetField, 'kind'>, values: readonly string[]): string[] {
  const distinct = [...new Set(values)].filter((value) => value !== '');
  if (kind === 'recordNumber') {
    return distinct.filter((value) => /^[1-9]\d{0,18}$/.test(value));
  }
  return distinct
    .filter((value) => (kind === 'number' ? NUMBER.test(value) : !/\p{Cc}/u.test(value)))
    .map((value) => `"${value.replaceAll(/["\\]/g, '\\$&')}"`);
}

const NUMBER = /^-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** The value of a field of text, ids and revisions among them. */
export function textOf(entry: unknown): string {
  const value = isObject(entry) ? entry.value : undefined;
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}
