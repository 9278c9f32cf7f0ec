import { ExpectedError } from '../../message';
import type { FieldKind, TargetField } from '../../mapping/schema';
import type { LiveRecord, RecordSearch } from '../endpoint';
import { kintoneMessage, missingRight } from './codes';
import { liveValues } from './liveValue';
import { KintoneRefusal } from './reader';
import type { Search } from './reader';
import { isObject } from '../readJson';

/** Kintone answers with so many records at the most. */
export const KEYS_PER_READ = 500;

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
  const field = schema.fields.find(({ code }) => code === key);
  if (field === undefined) {
    throw new ExpectedError(kintoneMessage('kintone.keyGone', { field: key }));
  }
  const literals = literalsOf(field, values);
  if (literals.length === 0) {
    return [];
  }
  const name = field.kind === 'recordNumber' ? '$id' : key;
  const fields = [
    ...new Set([name, '$id', '$revision', ...(layout?.fields ?? []).map((one) => one.field.code)]),
  ];
  const query = `${conditionOf(name, field.kind, literals)} limit ${KEYS_PER_READ}`;
  const answer = await search('records', { app: schema.id, query, fields }, signal).catch(nameTheRight);
  if (!Array.isArray(answer.records)) {
    throw new ExpectedError(kintoneMessage('kintone.unexpectedAnswer', { status: 200 }));
  }
  return (answer.records as readonly unknown[]).map((record) => {
    const id = isObject(record) ? textOf(record.$id) : '';
    const revision = isObject(record) ? textOf(record.$revision) : '';
    if (!isObject(record) || id === '' || revision === '') {
      throw new ExpectedError(kintoneMessage('kintone.unexpectedAnswer', { status: 200 }));
    }
    const found = textOf(record[name]);
    // Taken for a record without a key, it would be made once more.
    if (found === '') {
      throw new ExpectedError(kintoneMessage('kintone.unexpectedAnswer', { status: 200 }));
    }
    return {
      id,
      revision,
      key: field.kind === 'number' ? plainNumber(found) : found,
      values: layout === null ? [] : liveValues(record, layout.fields),
    };
  });
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
function literalsOf({ kind }: TargetField, values: readonly string[]): string[] {
  const distinct = [...new Set(values)].filter((value) => value !== '');
  if (kind === 'recordNumber') {
    return distinct.filter((value) => /^[1-9]\d{0,18}$/.test(value));
  }
  return distinct
    .filter((value) => (kind === 'number' ? NUMBER.test(value) : !/\p{Cc}/u.test(value)))
    .map((value) => `"${value.replaceAll(/["\\]/g, '\\$&')}"`);
}

const NUMBER = /^-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Without zeros that say nothing: the form in which numbers are compared as keys. */
function plainNumber(text: string): string {
  const match = /^(-?)0*(\d*)(?:\.(\d*?)0*)?$/.exec(text);
  if (match === null) {
    return text;
  }
  const [, sign = '', whole = '', fraction = ''] = match;
  const plain = `${whole === '' ? '0' : whole}${fraction === '' ? '' : `.${fraction}`}`;
  return plain === '0' ? '0' : `${sign}${plain}`;
}

/** The value of a field of text, ids and revisions among them. */
function textOf(entry: unknown): string {
  const value = isObject(entry) ? entry.value : undefined;
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}
