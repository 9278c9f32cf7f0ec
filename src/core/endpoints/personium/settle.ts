import type { LayoutField, RecordLayout } from '../../mapping/layout';
import type { ImportRecord, RecordValue } from '../../mapping/record';
import type { TargetField, TargetSchema } from '../../mapping/schema';
import type { LiveRecord, RecordResult } from '../endpoint';
import { isObject } from '../readJson';
import { personiumMessage } from './codes';
import type { EntitySetPlace } from './entityPath';
import { ID } from './fields';
import { readEntities, replaces } from './find';
import type { RecordId } from './operation';
import type { CellReader } from './reading';
import { rowMessage } from './rowMessages';

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
    ? { kind: 'committed', id: found.id, revision: found.revision }
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
    ? { kind: 'committed', id: found.id, revision: found.revision }
    : {
        kind: 'rejected',
        code: 'PR412-OD-0002',
        reasons: [{ message: personiumMessage('personium.PR412-OD-0002') }],
      };
}

function sendAgain(): RecordResult {
  return { kind: 'again', reason: 'network', message: rowMessage('entity.notKept') };
}

/** Whether an entity holds all that was sent for a record. */
function holds(found: LiveRecord, record: ImportRecord, layout: RecordLayout): boolean {
  return layout.fields.every((one, index) => {
    const sent = record.values[index];
    return isLeftOut(one, sent, record) || sameMeaning(one.field, sent, found.values[index]);
  });
}

/** What was not sent, the key, and blank values that the unit fills in by itself. */
function isLeftOut({ field }: LayoutField, sent: RecordValue, { update }: ImportRecord): boolean {
  return (
    field.code === ID ||
    field.kind === 'readOnly' ||
    (sent === undefined && update !== undefined) ||
    (isBlank(sent) && (field.hasDefault || field.created === true))
  );
}

function isBlank(value: RecordValue): boolean {
  return value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}

/** Whether the unit keeps what was sent as what is there: by value where it has a form of its own. */
export function sameMeaning(field: TargetField, sent: RecordValue, live: RecordValue): boolean {
  if (isBlank(sent) || isBlank(live)) {
    return isBlank(sent) && isBlank(live);
  }
  return meaningOf(field, sent) === meaningOf(field, live);
}

function meaningOf(field: TargetField, value: RecordValue): string {
  if (typeof value === 'string') {
    return meaningOfText(field, value);
  }
  const { item } = field;
  return Array.isArray(value) && item !== undefined
    ? JSON.stringify((value as readonly string[]).map((one) => meaningOfText(item, one)))
    : JSON.stringify(value);
}

function meaningOfText(field: TargetField, text: string): string {
  switch (field.kind) {
    case 'number':
      return String(field.numberForm === 'single' ? Math.fround(Number(text)) : Number(text));
    case 'datetime':
      return String(Date.parse(text));
    case 'object':
      return objectMeaning(field, text);
    default:
      return text;
  }
}

function objectMeaning(field: TargetField, text: string): string {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return text;
  }
  return JSON.stringify(partsOf(json, field));
}

/** In declared order, without parts that hold nothing. */
function partsOf(value: unknown, field: TargetField): unknown {
  if (Array.isArray(value)) {
    const { item } = field;
    return item === undefined ? value : value.map((one) => partsOf(one, item));
  }
  if (!isObject(value)) {
    return typeof value === 'string' || typeof value === 'number'
      ? meaningOfText(field, String(value))
      : value;
  }
  return (field.fields ?? []).flatMap((part) => {
    const one = value[part.code];
    return one === undefined || one === null ? [] : [[part.code, partsOf(one, part)]];
  });
}
