import type { RecordLayout } from '../../mapping/layout';
import type { ImportMode } from '../../mapping/plan';
import type { TargetField } from '../../mapping/schema';
import { KEYS_PER_READ } from './find';
import { DESCRIBE_REQUESTS } from './targets';
import { writerLimits } from './writer';

/** The job's record in the ledger app is looked for, made, and read. */
const LEDGER_REQUESTS = 3;

/**
 * Requests of an import in which nothing goes wrong: the description of the app, what has to be read before anything
 * is written, and the writing. Attachments need one each beside it. When changes are made it is the most: unchanged
 * records are not sent.
 */
export function countRequests(
  layout: RecordLayout,
  mode: ImportMode,
  rows: number,
  mayBulk: boolean,
  ledger = false,
): number {
  const { rowsPerRequest } = writerLimits(layout, mayBulk, ledger);
  const groups = Math.ceil(rows / KEYS_PER_READ);
  const { key } = layout;
  // Records are found by their key, and it is looked whether other values that allow no duplicates are taken.
  const others = layout.fields.filter(({ field }, index) => isKey(field) && index !== key?.index);
  const lookedFor = others.length + (key === null ? 0 : 1);
  // Without bulk requests new records and changes go apart, and each kind leaves a last request half full.
  const halfFull = mode === 'addOrUpdate' && !mayBulk && rows > 1 ? 1 : 0;
  const before = DESCRIBE_REQUESTS + (ledger ? LEDGER_REQUESTS : 0) + lookedFor * groups;
  return before + Math.ceil(rows / rowsPerRequest) + halfFull;
}

/** As for `keyFields` of the schema. */
function isKey({ unique, kind }: TargetField): boolean {
  return unique && (kind === 'text' || kind === 'number');
}
