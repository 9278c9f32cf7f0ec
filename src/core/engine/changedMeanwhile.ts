import type { LiveRecord, RecordSearch } from '../endpoints/endpoint';
import type { RecordLayout } from '../mapping/layout';
import type { ImportRecord } from '../mapping/record';
import type { TargetSchema } from '../mapping/schema';
import { ExpectedError } from '../message';
import type { BadRecord } from './rejections';

export interface ChangedParts {
  readonly schema: TargetSchema;
  readonly layout: RecordLayout;
  readonly keysPerRead: number;
  /** null when something was asked of the job meanwhile. */
  readonly find: (search: RecordSearch) => Promise<readonly LiveRecord[] | null>;
}

/**
 * Which of these updates meet a record that is no longer as it was read: changed, gone, or under another key. Null when
 * something was asked of the job meanwhile, or when the endpoint can't be asked now.
 */
export async function findChanged(
  { schema, layout, keysPerRead, find }: ChangedParts,
  records: readonly ImportRecord[],
): Promise<BadRecord[] | null> {
  if (layout.key === null) return null;
  const changed: BadRecord[] = [];
  for (let from = 0; from < records.length; from += keysPerRead) {
    const some = records.slice(from, from + keysPerRead);
    const values = some.flatMap(({ key = '' }) => (key === '' ? [] : [key]));
    const live = await find({ schema, key: layout.key.field.code, values, layout: null }).catch(
      unlessExpected,
    );
    if (live === null) return null;
    const byKey = new Map(live.map((one) => [one.key, one]));
    changed.push(...some.flatMap((record) => compare(record, byKey.get(record.key ?? ''))));
  }
  return changed;
}

/** What keeps the endpoint from answering a read says nothing about the records. */
function unlessExpected(error: unknown): null {
  if (error instanceof ExpectedError) return null;
  throw error;
}

function compare(record: ImportRecord, live: LiveRecord | undefined): BadRecord[] {
  const { update } = record;
  if (update === undefined || (live?.id === update.id && live.revision === update.revision)) return [];
  const code = live?.id === update.id ? 'row.changedMeanwhile' : 'row.goneMeanwhile';
  return [{ record, message: { code, args: { id: update.id } } }];
}
