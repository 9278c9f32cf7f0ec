import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { KintoneRestAPIClient } from '@kintone/rest-api-client';
import type { Sandbox } from '../../../src/sandbox/server';
import type { Sample } from '../samples';
import { clientOf } from './apiClient';
import type { Imported, ImporterName, TwoImporters } from './twoImporters';
import { parseCsv } from './parseCsv';

/** Where the records of two importers are not the same. */
export interface Difference {
  readonly sample: string;
  /**
   * Code of a field; `record` where one of them has not stored a record, `all` where one has stored none. `none` is no
   * difference: both have stored nothing, each for the reason it gives.
   */
  readonly field: string;
  readonly official: string;
  readonly ours: string;
}

type Values = Readonly<Record<string, unknown>>;

/** Who and when: never the same for two imports, unless the file says it. */
const STAMPS: ReadonlySet<string> = new Set(['CREATED_TIME', 'UPDATED_TIME']);

/** Brings a sample into both tenants, and tells where they then differ. */
export async function differencesOf(two: TwoImporters, sample: Sample): Promise<Difference[]> {
  two.reset();
  await Promise.all(two.sandboxes.map(async (sandbox) => sample.before?.(clientOf(sandbox))));
  const { app } = sample.options;
  const before = two.official.control.log().requests.length;
  const imported = await two.import(await two.file(await sample.content()), sample.options);
  const [official, ours] = await Promise.all(
    two.sandboxes.map(async (sandbox) => {
      const stored = sandbox.control
        .log()
        .requests.slice(before)
        .some(({ committed }) => committed);
      return stored ? readAll(sandbox, app, sample) : undefined;
    }),
  );
  if (!official && !ours) {
    const [theirs, own] = [reasonOf('official', imported), reasonOf('ours', imported)];
    return [{ sample: sample.name, field: 'none', official: theirs, ours: own }];
  }
  if (!official || !ours) {
    const [theirs, own] = [told('official', imported, official), told('ours', imported, ours)];
    return [{ sample: sample.name, field: 'all', official: theirs, ours: own }];
  }
  return differences(sample, official, ours, imported);
}

function differences(
  { name: sample }: Sample,
  official: ReadonlyMap<string, Values>,
  ours: ReadonlyMap<string, Values>,
  imported: Readonly<Record<ImporterName, Imported>>,
): Difference[] {
  const found = new Map<string, { official: string[]; ours: string[] }>();
  const add: Add = (field, key, ofOfficial, ofOurs) => {
    const texts = found.get(field) ?? { official: [], ours: [] };
    found.set(field, texts);
    texts.official.push(`${key}: ${textOf(ofOfficial)}`);
    texts.ours.push(`${key}: ${textOf(ofOurs)}`);
  };
  for (const key of new Set([...official.keys(), ...ours.keys()])) {
    const [one, other] = [official.get(key), ours.get(key)];
    if (!one || !other) {
      add(
        'record',
        key,
        one ? 'stored' : reasonOf('official', imported),
        other ? 'stored' : reasonOf('ours', imported),
      );
      continue;
    }
    compareValues(one, other, key, '', add);
  }
  const [places, ourPlaces] = [[...official.keys()], [...ours.keys()].filter((key) => official.has(key))];
  if (
    !isDeepStrictEqual(
      places.filter((key) => ours.has(key)),
      ourPlaces,
    )
  ) {
    add('order', 'all', places.join(' '), ourPlaces.join(' '));
  }
  return [...found].map(([field, texts]) => ({
    sample,
    field,
    official: texts.official.join('; '),
    ours: texts.ours.join('; '),
  }));
}

type Add = (field: string, key: string, official: unknown, ours: unknown) => void;

/** Tables are compared row by row where they have as many. */
function compareValues(one: Values, other: Values, place: string, table: string, add: Add): void {
  for (const field of new Set([...Object.keys(one), ...Object.keys(other)])) {
    const [official, ours] = [one[field], other[field]];
    if (isDeepStrictEqual(official, ours)) continue;
    if (isRows(official) && isRows(ours) && official.length === ours.length) {
      official.forEach((row, index) =>
        compareValues(row, ours[index] ?? {}, `${place} row ${index + 1}`, `${field}.`, add),
      );
    } else {
      add(table + field, place, official, ours);
    }
  }
}

function isRows(value: unknown): value is readonly Values[] {
  return (
    Array.isArray(value) && value.every((row) => typeof row === 'object' && row !== null && !('code' in row))
  );
}

function textOf(value: unknown): string {
  if (isRows(value) && value.length > 0) return `${value.length} rows`;
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

function told(
  name: ImporterName,
  imported: Readonly<Record<ImporterName, Imported>>,
  stored: ReadonlyMap<string, Values> | undefined,
): string {
  return stored ? `${stored.size} records` : `nothing: ${reasonOf(name, imported)}`;
}

/** What an importer says first about what it did not store, without numbers of requests. */
export function reasonOf(name: ImporterName, imported: Readonly<Record<ImporterName, Imported>>): string {
  const { err, out, unimported } = imported[name];
  if (name === 'official') {
    const errors = [...err.matchAll(/ERROR: +(.*)/g)].map(([, text = '']) => text);
    const places = errors.flatMap((text) => /^An error occurred on (.*)\.$/.exec(text)?.[1] ?? []);
    const sentence = errors.find((text) => text.startsWith('[')) ?? errors[0] ?? '';
    const [code] = /^(?:\[\w+\] ?)+/.exec(sentence) ?? [];
    return [code?.trim() ?? sentence, places.join(', ')].filter((text) => text !== '').join(' ');
  }
  const [, ...rows] = parseCsv(unimported);
  const reasons = rows.map((row) => row.at(-1) ?? '').filter((text) => !text.includes('another row'));
  return (reasons[0] ?? (out || err)).replace(/(\.) [^]*$/, '$1').trim();
}

async function readAll(sandbox: Sandbox, app: string, sample: Sample): Promise<ReadonlyMap<string, Values>> {
  const client = clientOf(sandbox);
  const records = await client.record.getAllRecordsWithId({ app });
  const all = new Map<string, Values>();
  for (const record of records as readonly Record<string, { type: string; value: unknown }>[]) {
    all.set(String(record[sample.by]?.value), await plainOf(client, record, sample));
  }
  return all;
}

async function plainOf(
  client: KintoneRestAPIClient,
  cells: Readonly<Record<string, { type: string; value: unknown }>>,
  sample: Sample,
): Promise<Values> {
  const values: Record<string, unknown> = {};
  for (const [code, { type, value }] of Object.entries(cells)) {
    if (type === '__ID__' || type === 'RECORD_NUMBER' || (STAMPS.has(type) && sample.stamps !== true))
      continue;
    if (type === 'FILE') {
      values[code] = await Promise.all((value as File[]).map((file) => contentOf(client, file)));
    } else if (type === 'SUBTABLE') {
      const rows = value as { id: string; value: Record<string, { type: string; value: unknown }> }[];
      values[code] = await Promise.all(
        rows.map(async (row) => ({
          ...(sample.rowIds === true ? { id: row.id } : {}),
          ...(await plainOf(client, row.value, sample)),
        })),
      );
    } else {
      values[code] = value;
    }
  }
  return values;
}

interface File {
  readonly fileKey: string;
  readonly name: string;
  readonly size: string;
  readonly contentType: string;
}

async function contentOf(
  client: KintoneRestAPIClient,
  { fileKey, name, size, contentType }: File,
): Promise<unknown> {
  const bytes = await client.file.downloadFile({ fileKey });
  return { name, size, contentType, sha256: createHash('sha256').update(Buffer.from(bytes)).digest('hex') };
}
