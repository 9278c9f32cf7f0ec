import type { RecordLayout } from '../../mapping/layout';
import type { ImportMode } from '../../mapping/plan';
import { ID } from './fields';
import { KEYS_PER_READ } from './find';
import { writerLimits } from './writer';

/** Requests that `describeEntitySet` makes. */
const DESCRIBE_REQUESTS = 1;

/**
 * Requests of an import in which nothing goes wrong: the schema, what is looked up by its `__id`, and the writing.
 * When entities are changed it is the most: unchanged ones are not sent. A merge takes a request of its own.
 */
export function countRequests(layout: RecordLayout, mode: ImportMode, rows: number): number {
  const looksUp = layout.key !== null || layout.fields.some(({ field }) => field.code === ID);
  const reads = looksUp ? Math.ceil(rows / KEYS_PER_READ) : 0;
  const writes = mode === 'update' ? rows : Math.ceil(rows / writerLimits(layout).rowsPerRequest);
  return DESCRIBE_REQUESTS + reads + writes;
}
