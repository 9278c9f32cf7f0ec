import type { ImportRecord } from '../../mapping/record';
import { ExpectedError } from '../../message';
import { KEYS_PER_READ, queryRecords, RECORD_ID } from './find';
import type { FoundRecord } from './find';
import { likeness } from './likeness';
import { liveValues } from './liveValue';
import type { SettlingParts } from './settle';

/** Pages beyond those that the records themselves fill, for what others have added since. */
const PAGES_BESIDE = 2;

/**
 * Ids of new records of which is known that they were added just now, in this order: those of the only run of records
 * that hold the same. Empty ids when there is no such run, or several, or nothing can be read.
 */
export async function adoptIds(
  { search, schema, layout }: SettlingParts,
  added: readonly ImportRecord[],
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const none = added.map(() => '');
  const live: FoundRecord[] = [];
  try {
    for (let page = 0; page < Math.ceil(added.length / KEYS_PER_READ) + PAGES_BESIDE; page += 1) {
      const last = live.at(-1);
      const before = last === undefined ? '' : `${RECORD_ID} < ${last.id} `;
      const query = `${before}order by ${RECORD_ID} desc limit ${KEYS_PER_READ}`;
      const found = await queryRecords(search, { app: schema.id, query, layout }, signal);
      live.push(...found);
      if (found.length < KEYS_PER_READ) {
        break;
      }
    }
  } catch (error) {
    if (error instanceof ExpectedError) {
      return none;
    }
    throw error;
  }
  const rows = live.reverse().map(({ id, record }) => ({ id, values: liveValues(record, layout.fields) }));
  const isRun = (from: number): boolean =>
    added.every((record, at) => {
      const row = rows[from + at];
      return row !== undefined && likeness(schema, layout, record, row.values) !== 'other';
    });
  const starts = rows.map((_, from) => from).filter((from) => isRun(from));
  const [start] = starts;
  return start === undefined || starts.length > 1 ? none : added.map((_, at) => rows[start + at]?.id ?? '');
}
