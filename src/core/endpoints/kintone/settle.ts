import type { RecordLayout } from '../../mapping/layout';
import type { ImportRecord, RecordValue } from '../../mapping/record';
import type { TargetField, TargetSchema } from '../../mapping/schema';
import type { LiveRecord, RecordResult } from '../endpoint';
import { kintoneMessage } from './codes';
import { findRecords, KEYS_PER_READ, RECORD_ID } from './find';
import { likeness } from './likeness';
import { meaningOf } from './meaning';
import type { Search } from './reader';
import { conclude, notTold, rejected } from './standing';
import type { Standing } from './standing';

/** So often it is looked again when a request seems to be kept while it is read. */
const LOOKS = 3;

/** Where records stand and what they consist of. */
export interface SettlingParts {
  readonly search: Search;
  readonly schema: TargetSchema;
  readonly layout: RecordLayout;
}

/**
 * Looks which records a request has left behind whose answer was lost: new ones by their values without duplicates,
 * changes by their ids and revisions. As a request is kept whole or not at all, what some of its records tell holds for
 * the others too, those that nothing tells from others among them; their ids are empty then. Throws `ExpectedError` when
 * reading fails, without the right to view records too.
 */
export async function settleRecords(
  parts: SettlingParts,
  batch: readonly ImportRecord[],
  signal?: AbortSignal,
): Promise<readonly RecordResult[]> {
  for (let look = 1; ; look += 1) {
    const standings = await standingsOf(parts, batch, signal);
    const { results, contradictory } = conclude(standings);
    if (!contradictory) {
      return results;
    }
    if (look === LOOKS) {
      return results.map((result, index) => (standings[index]?.kind === 'open' ? notTold() : result));
    }
  }
}

/** Fields of a layout by whose values single records can be found, whatever the key of the plan is. */
export function uniqueFields({ fields }: RecordLayout): readonly UniqueField[] {
  return fields.flatMap(({ field }, index) =>
    field.unique && FINDABLE.has(field.kind) ? [{ field, index }] : [],
  );
}

export interface UniqueField {
  readonly field: TargetField;
  /** Among the fields of the layout. */
  readonly index: number;
}

const FINDABLE: ReadonlySet<TargetField['kind']> = new Set(['text', 'number', 'link', 'date', 'datetime']);

async function standingsOf(
  { search, schema, layout }: SettlingParts,
  batch: readonly ImportRecord[],
  signal: AbortSignal | undefined,
): Promise<Standing[]> {
  const find = async (key: string, wanted: readonly string[]): Promise<LiveRecord[]> => {
    const values = [...new Set(wanted)].filter((value) => value !== '');
    const found: LiveRecord[] = [];
    for (let from = 0; from < values.length; from += KEYS_PER_READ) {
      const some = values.slice(from, from + KEYS_PER_READ);
      found.push(...(await findRecords(search, { schema, key, values: some, layout }, signal)));
    }
    return found;
  };
  const changed = await find(
    RECORD_ID,
    batch.map(({ update }) => update?.id ?? ''),
  );
  const byId = new Map(changed.map((live) => [live.id, live]));
  const owners: Owners[] = [];
  const added = batch.filter(({ update }) => update === undefined);
  for (const unique of uniqueFields(layout)) {
    const texts = added.map(({ values }) => textOf(values[unique.index]));
    // A server may have taken blanks off.
    const live = await find(unique.field.code, [...texts, ...texts.map((text) => text.trim())]);
    owners.push({
      ...unique,
      byValue: new Map(live.map((one) => [meaningOf(unique.field, one.values[unique.index]), one])),
    });
  }
  return batch.map((record) =>
    record.update === undefined
      ? ofAdded(record, owners, schema, layout)
      : ofChanged(record, record.update, byId.get(record.update.id), schema, layout),
  );
}

/** Which live record has which value of a field. */
interface Owners extends UniqueField {
  readonly byValue: ReadonlyMap<string, LiveRecord>;
}

function ofAdded(
  record: ImportRecord,
  owners: readonly Owners[],
  schema: TargetSchema,
  layout: RecordLayout,
): Standing {
  const keys = owners.filter(({ index }) => textOf(record.values[index]).trim() !== '');
  if (keys.length === 0) {
    return { kind: 'open' };
  }
  const found = keys.flatMap((key) => {
    const value = meaningOf(key.field, record.values[key.index]);
    const live = key.byValue.get(value) ?? key.byValue.get(value.trim());
    return live === undefined ? [] : [{ ...key, live }];
  });
  // Ours holds all that was sent: where one of its values has another record, or none, it is not there.
  const [first] = found;
  if (first === undefined) {
    return { kind: 'absent' };
  }
  const { live, field } = first;
  const alike = likeness(schema, layout, record, live.values);
  if (alike !== 'other') {
    return { kind: 'kept', id: live.id, revision: FIRST_REVISION };
  }
  const args = { id: live.id, field: field.label };
  const reason = { field: field.code, message: kintoneMessage('kintone.takenMeanwhile', args) };
  const result = rejected('CB_VA01', reason, true);
  return live.revision === FIRST_REVISION
    ? { kind: 'others', result }
    : { kind: 'eitherWay', version: { id: live.id, revision: FIRST_REVISION }, result };
}

/** Of a record that nobody has changed since it was added. */
export const FIRST_REVISION = '1';

function ofChanged(
  record: ImportRecord,
  { id, revision }: { readonly id: string; readonly revision: string },
  live: LiveRecord | undefined,
  schema: TargetSchema,
  layout: RecordLayout,
): Standing {
  const version = { id, revision: nextRevision(revision) };
  if (live === undefined) {
    const result = rejected('GAIA_RE01', { message: kintoneMessage('kintone.GAIA_RE01') }, false);
    return { kind: 'eitherWay', version, result };
  }
  if (live.revision === revision) {
    return { kind: 'before' };
  }
  const alike = likeness(schema, layout, record, live.values);
  if (alike === 'same') {
    return { kind: 'kept', ...version };
  }
  const result = rejected('GAIA_CO02', { message: kintoneMessage('kintone.GAIA_CO02') }, true);
  if (alike === 'near') {
    return { kind: 'eitherWay', version, result: null };
  }
  return live.revision === version.revision
    ? { kind: 'others', result }
    : { kind: 'eitherWay', version, result };
}

/** The one after it, however many digits it has. */
export function nextRevision(revision: string): string {
  return /^\d+$/.test(revision) ? String(BigInt(revision) + 1n) : '';
}

function textOf(value: RecordValue): string {
  return typeof value === 'string' ? value : '';
}
