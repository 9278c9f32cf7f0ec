import { ExpectedError } from '../../message';
import type { LayoutField, RecordLayout } from '../../mapping/layout';
import type { TargetField, TargetSchema } from '../../mapping/schema';
import type { LiveRecord, RecordSearch } from '../endpoint';
import { isObject } from '../readJson';
import { decodeSegment, encodeText, entitySetPath, entitySetPlace } from './entityPath';
import type { EntitySetPlace } from './entityPath';
import { ID } from './fields';
import { liveValue, liveValues } from './liveValue';
import { unexpectedAnswer } from './reading';
import type { CellReader, Entity } from './reading';
import { rowMessage } from './rowMessages';
import { sameMeaning } from './sameMeaning';

/** Entities looked for at once; their ids stand in addresses, which are split further when they get long. */
export const KEYS_PER_READ = 200;
/** Servers take 50 KB and more for all headers; what stands between may take less. */
const MAX_PATH_LENGTH = 16_000;
/** Names of properties in an address, beyond which whole entities are read. */
const MAX_SELECT_LENGTH = 2_000;
/** What the unit's parser of queries does not take for a name, although properties may be called so. */
const NO_NAME = /^(?:\d.*|or|and|eq|ne|lt|gt|le|ge|add|sub|mul|div|mod|not|null|true|false)$/;

interface Reading {
  readonly schema: TargetSchema;
  readonly layout: RecordLayout | null;
  readonly whole: boolean;
}

/** The entities whose `__id` is among the values. Throws `ExpectedError`. */
export async function findEntities(
  read: CellReader,
  { schema, key, values, layout }: RecordSearch,
  signal?: AbortSignal,
): Promise<LiveRecord[]> {
  if (values.length > KEYS_PER_READ) {
    throw new RangeError(`${values.length} keys can't be looked for at once`);
  }
  const place = entitySetPlace(schema.id);
  if (place === null || key !== ID) {
    throw new ExpectedError(rowMessage('entity.keyOnlyId', { field: key }));
  }
  // What is replaced must be known whole: it may lose something.
  const whole = layout !== null && replaces(layout);
  const found = await readEntities(read, place, values, { schema, layout, whole }, signal);
  return [...found.values()];
}

/**
 * The same by their ids, for any number of them. `whole`: with properties that the schema did not know when the layout
 * was made, too.
 */
export async function readEntities(
  read: CellReader,
  place: EntitySetPlace,
  ids: readonly string[],
  { schema, layout, whole }: Reading,
  signal?: AbortSignal,
): Promise<Map<string, LiveRecord>> {
  const found = new Map<string, LiveRecord>();
  for (const path of searchPaths(place, ids, whole ? null : selectOf(layout))) {
    const asked = { name: decodeSegment(entitySetPath(place)), right: 'read' } as const;
    for (const entity of await read.entities({ path, place: asked, signal })) {
      const live = liveRecord(entity, schema, layout);
      found.set(live.id, live);
    }
  }
  return found;
}

/** The addresses that ask for all of these; none is too long, unless one id is. Whole entities without `names`. */
function searchPaths(
  place: EntitySetPlace,
  ids: readonly string[],
  names: readonly string[] | null,
): string[] {
  const paths: string[] = [];
  const select = names === null ? '' : `&$select=${names.map(encodeText).join(',')}`;
  let terms: string[] = [];
  let length = 0;
  const close = (): void => {
    if (terms.length > 0) {
      const filter = terms.join(encodeText(' or '));
      paths.push(`${entitySetPath(place)}?$filter=${filter}&$top=${terms.length}${select}`);
    }
    [terms, length] = [[], 0];
  };
  for (const id of new Set(ids)) {
    // No entity has an id with a line break in it, nor an empty one.
    if (id === '' || /\p{Cc}/u.test(id)) continue;
    const term = encodeText(`${ID} eq '${id.replaceAll("'", "''")}'`);
    if (terms.length >= KEYS_PER_READ || length + term.length > MAX_PATH_LENGTH) close();
    terms.push(term);
    length += term.length + 8;
  }
  close();
  return paths;
}

/** Properties to read; null for all of them. */
function selectOf(layout: RecordLayout | null): string[] | null {
  const names = [...new Set([ID, ...(layout?.fields ?? []).flatMap(nameInSchema)])];
  return names.join().length > MAX_SELECT_LENGTH || names.some((name) => NO_NAME.test(name)) ? null : names;
}

/** A property that values have yet to create is unknown to a query. */
function nameInSchema({ field }: LayoutField): string[] {
  return field.created === true ? [] : [field.code];
}

/** Whether changed records keep nothing of what they were. */
export function replaces({ mode }: RecordLayout): boolean {
  return mode === 'replace' || mode === 'addOrReplace';
}

function liveRecord(entity: Entity, schema: TargetSchema, layout: RecordLayout | null): LiveRecord {
  const { __id: id, __metadata: about } = entity;
  const revision = isObject(about) ? about.etag : undefined;
  // Without both, an entity could be taken for one that is not there, or be overwritten unseen.
  if (typeof id !== 'string' || id === '' || typeof revision !== 'string' || revision === '') {
    throw unexpectedAnswer(200);
  }
  return {
    id,
    revision,
    key: id,
    ...(layout !== null && replaces(layout) && holdsMore(entity, schema, layout) ? { holdsMore: true } : {}),
    values: layout === null ? [] : liveValues(entity, layout),
  };
}

/** Names that begin with `_` are the unit's own and links, which stay whatever is replaced. */
function holdsMore(entity: Entity, schema: TargetSchema, { fields }: RecordLayout): boolean {
  const codes = new Set(fields.map(({ field }) => field.code));
  return Object.entries(entity).some(
    ([name, value]) => !name.startsWith('_') && !codes.has(name) && isMore(value, fieldNamed(schema, name)),
  );
}

/** Whether a value goes when nothing is sent for it: not what the default would bring back. */
function isMore(value: unknown, field: TargetField | undefined): boolean {
  if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) {
    return false;
  }
  return (
    field?.hasDefault !== true ||
    (field.defaultValue !== undefined && !sameMeaning(field, field.defaultValue, liveValue(value, field)))
  );
}

function fieldNamed({ fields }: TargetSchema, name: string): TargetField | undefined {
  return fields.find(({ code }) => code === name);
}
