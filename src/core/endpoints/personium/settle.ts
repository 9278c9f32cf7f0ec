import type { LayoutField, RecordLayout } from '../../mapping/layout';
import type { ImportRecord, RecordValue } from '../../mapping/record';
import type { TargetSchema } from '../../mapping/schema';
import type { LiveRecord, RecordResult } from '../endpoint';
import { personiumMessage } from './codes';
import type { EntitySetPlace } from './entityPath';
import { ID } from './fields';
import { readEntities, replaces } from './find';
import type { RecordId } from './operation';
import type { CellReader } from './reading';
import { rowMessage } from './rowMessages';
import { isNothing, sameMeaning } from './sameMeaning';

export interface SettlingParts {
  readonly read: CellReader;
  readonly place: EntitySetPlace;
  readonly schema: TargetSchema;
  readonly layout: RecordLayout;
}

/**
 * Looks which records a request has left behind whose answer was lost: by their ids, their revisions, and what they
 * hold. Throws `ExpectedError` when reading fails.
 */
export async function settleRecords(
  { read, place, schema, layout }: SettlingParts,
  idOf: (record: ImportRecord) => RecordId,
  batch: readonly ImportRecord[],
  signal?: AbortSignal,
): Promise<readonly RecordResult[]> {
  const ids = batch.map(idOf);
  const wanted = ids.flatMap(({ id }) => (id === null ? [] : [id]));
  const live = await readEntities(read, place, wanted, { schema, layout, whole: true }, signal);
  return batch.map((record, at): RecordResult => {
    const { id = null, derived = false } = ids[at] ?? {};
    if (id === null) {
      return { kind: 'unknown', message: rowMessage('entity.noId') };
    }
    const found = live.get(id);
    return record.update === undefined
      ? settleAdded(record, found, derived, layout)
      : settleChanged(record, record.update.revision, found, layout);
  });
}

function settleAdded(
  record: ImportRecord,
  found: LiveRecord | undefined,
  derived: boolean,
  layout: RecordLayout,
): RecordResult {
  if (found === undefined) {
    return sendAgain();
  }
  // Nobody else makes an id of this job and row; whatever it holds by now, it was imported.
  return derived || holds(found, record, layout)
    ? { kind: 'committed', id: found.id, revision: ownRevision(found, FIRST_VERSION) }
    : {
        kind: 'rejected',
        code: 'PR409-OD-0003',
        reasons: [{ field: ID, message: personiumMessage('personium.PR409-OD-0003') }],
        exists: true,
      };
}

function settleChanged(
  record: ImportRecord,
  revision: string,
  found: LiveRecord | undefined,
  layout: RecordLayout,
): RecordResult {
  if (found === undefined) {
    return {
      kind: 'rejected',
      code: 'PR404-OD-0002',
      reasons: [{ message: rowMessage('entity.gone') }],
    };
  }
  if (found.revision === revision) {
    return sendAgain();
  }
  return holds(found, record, layout) && !(replaces(layout) && found.holdsMore === true)
    ? { kind: 'committed', id: found.id, revision: ownRevision(found, versionOf(revision) + 1) }
    : {
        kind: 'rejected',
        code: 'PR412-OD-0002',
        reasons: [{ message: personiumMessage('personium.PR412-OD-0002') }],
      };
}

/** Of an entity that nobody has changed since it was added. */
const FIRST_VERSION = 1;

/**
 * Revision that our request has made; empty when somebody has changed the entity since, so that nobody takes what it
 * holds by now for ours.
 */
function ownRevision({ revision }: LiveRecord, version: number): string {
  return versionOf(revision) === version ? revision : '';
}

/** How often an entity was written: the unit counts in the first part of the revision, `W/"2-1488184348000"`. */
function versionOf(revision: string): number {
  return Number(/^(?:W\/)?"(\d+)-/.exec(revision)?.[1]);
}

function sendAgain(): RecordResult {
  return { kind: 'again', reason: 'network', message: rowMessage('entity.notKept') };
}

/** Whether an entity holds all that was sent for a record. */
function holds(found: LiveRecord, record: ImportRecord, layout: RecordLayout): boolean {
  const isMerge = record.update !== undefined && !replaces(layout);
  return layout.fields.every((one, index) => {
    const sent = record.values[index];
    return isLeftOut(one, sent, record) || sameMeaning(one.field, sent, found.values[index], isMerge);
  });
}

/** What was not sent, the key, and blank values that the unit fills in by itself. */
function isLeftOut({ field }: LayoutField, sent: RecordValue, { update }: ImportRecord): boolean {
  return (
    field.code === ID ||
    field.kind === 'readOnly' ||
    (sent === undefined && update !== undefined) ||
    (isNothing(sent) && (field.hasDefault || field.created === true))
  );
}
