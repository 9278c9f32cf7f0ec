import type { RecordLayout } from '../../mapping/layout';
import type { ImportRecord } from '../../mapping/record';
import type { WritingJob } from '../endpoint';
import { createEntityWriter, givenId } from './entityBody';
import { replaces } from './find';

/** What is done to one entity. */
export interface Operation {
  /** Index of the record in its batch. */
  readonly index: number;
  readonly kind: 'add' | 'replace' | 'merge' | 'remove';
  /** Null where the unit makes one up. */
  readonly id: string | null;
  /** Revision that a changed entity must still have. */
  readonly ifMatch?: string;
  /** JSON on one line; empty when it is removed. */
  readonly body: string;
}

/** The `__id` of a record, and whether it is ours alone. */
export interface RecordId {
  readonly id: string | null;
  /** Made from the job and the row: what has it was made by this job. */
  readonly derived: boolean;
}

/**
 * Which `__id` a record has: that of the entity it changes, its own, or one made from the job and its row, so that a
 * second try can't make a second entity.
 */
export function recordIds(
  layout: RecordLayout,
  job: WritingJob | undefined,
): (record: ImportRecord) => RecordId {
  const given = givenId(layout);
  return (record) => {
    const own = record.update?.id ?? given(record);
    return own !== ''
      ? { id: own, derived: false }
      : { id: job === undefined ? null : `${job.id}-${record.row}`, derived: job !== undefined };
  };
}

/** Turns records into what is done for them. */
export function operationWriter(
  layout: RecordLayout,
  idOf: (record: ImportRecord) => RecordId,
): (record: ImportRecord, index: number) => Operation {
  const bodies = createEntityWriter(layout);
  const replacing = replaces(layout);
  return (record, index) => {
    const { id } = idOf(record);
    const { update } = record;
    if (update === undefined) {
      return { index, kind: 'add', id, body: bodies.added(record, id) };
    }
    const ifMatch = update.revision === '' ? {} : { ifMatch: update.revision };
    return replacing
      ? { index, kind: 'replace', id, body: bodies.replaced(record), ...ifMatch }
      : { index, kind: 'merge', id, body: bodies.merged(record), ...ifMatch };
  };
}
