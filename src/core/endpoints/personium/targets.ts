import { ExpectedError } from '../../message';
import type { TargetSchema } from '../../mapping/schema';
import type { TargetSummary } from '../endpoint';
import { PersoniumRefusal } from './codes';
import { decodeSegment, encodeSegment, entitySetPath, entitySetPlace } from './entityPath';
import { fieldsOf } from './fields';
import { readMetadata } from './metadata';
import type { Metadata } from './metadata';
import type { CellReader } from './reading';
import { rowMessage } from './rowMessages';
import { childrenOf, elementsOf, readXml } from './xml';

/** The box that every cell has and no list names. */
export const MAIN_BOX = '__';

const BOXES_PER_PAGE = 1000;
const MAX_PAGES = 100;
/** Folders of files may be many and deep; a cell's collections stand near the top. */
const MAX_FOLDERS = 300;
const REQUESTS_AT_A_TIME = 4;

/** A folder or an OData collection below the cell; encoded. */
interface Place {
  readonly path: string;
}

/** What there is of entity sets, as far as the sign-in may read. */
interface Found {
  readonly targets: readonly TargetSummary[];
  readonly refusals: readonly PersoniumRefusal[];
  /** Whether every folder was looked into. */
  readonly whole: boolean;
}

/**
 * All entity sets that the sign-in may read, box by box. What may not be read hides nothing else; only when nothing is
 * left, the first refusal is thrown, as `ExpectedError`.
 */
export async function listEntitySets(
  cellUrl: string,
  read: CellReader,
  signal?: AbortSignal,
): Promise<readonly TargetSummary[]> {
  const { targets, refusals } = await findEntitySets(cellUrl, read, signal);
  const [refusal] = refusals;
  if (targets.length === 0 && refusal !== undefined) {
    throw refusal;
  }
  return targets;
}

/** Paths of all entity sets below the cell, encoded; null when some may be missing. Throws `ExpectedError`. */
export async function allEntitySets(
  cellUrl: string,
  read: CellReader,
  signal?: AbortSignal,
): Promise<readonly string[] | null> {
  const { targets, refusals, whole } = await findEntitySets(cellUrl, read, signal);
  return whole && refusals.length === 0 ? targets.map(({ id }) => id) : null;
}

async function findEntitySets(cellUrl: string, read: CellReader, signal?: AbortSignal): Promise<Found> {
  const refusals: PersoniumRefusal[] = [];
  const allowed = async <T>(reading: Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await reading;
    } catch (error) {
      // A sign-in that has ended, a busy unit and a lost network say nothing about rights.
      if (!(error instanceof PersoniumRefusal) || error.status === 401 || error.nature === 'passing') {
        throw error;
      }
      refusals.push(error);
      return otherwise;
    }
  };
  const boxes = await allowed(boxNames(cellUrl, read, signal), []);
  const folders: Place[] = [MAIN_BOX, ...boxes].flatMap((name) => {
    const path = encodeSegment(name);
    return path === null ? [] : [{ path }];
  });
  const collections: Place[] = [];
  // Breadth first, so that a deep folder does not keep those near the top from being seen.
  let seen = 0;
  while (seen < folders.length && seen < MAX_FOLDERS) {
    const some = folders.slice(seen, seen + REQUESTS_AT_A_TIME);
    seen += some.length;
    const contents = await Promise.all(
      some.map(({ path }) => allowed(contentsOf(read, path, signal), { folders: [], collections: [] })),
    );
    for (const found of contents) {
      folders.push(...found.folders);
      collections.push(...found.collections);
    }
  }
  const targets: TargetSummary[] = [];
  for (let next = 0; next < collections.length; next += REQUESTS_AT_A_TIME) {
    const some = collections.slice(next, next + REQUESTS_AT_A_TIME);
    const schemas = await Promise.all(some.map(({ path }) => allowed(schemaOf(read, path, signal), null)));
    for (const [at, schema] of schemas.entries()) {
      const path = some[at]?.path ?? '';
      targets.push(...(schema?.entitySets ?? []).flatMap((set) => targetOf(cellUrl, path, set)));
    }
  }
  return { targets, refusals, whole: seen >= folders.length };
}

/** The properties of one entity set as they are now. Throws `ExpectedError`. */
export async function describeEntitySet(
  cellUrl: string,
  read: CellReader,
  targetId: string,
  signal?: AbortSignal,
): Promise<TargetSchema> {
  const place = entitySetPlace(targetId);
  if (place === null) {
    throw gone(targetId);
  }
  const metadata = await schemaOf(read, place.collection, signal);
  const name = decodeSegment(place.set);
  const fields = fieldsOf(metadata, name);
  if (fields === null) {
    throw gone(entitySetPath(place));
  }
  return {
    id: entitySetPath(place),
    name,
    url: `${cellUrl}${entitySetPath(place)}`,
    fields,
    modes: ['add', 'replace', 'update', 'addOrReplace'],
    ...(metadata.entityTypes.get(name)?.open === true ? { createsProperties: true } : {}),
  };
}

function gone(id: string): ExpectedError {
  return new ExpectedError(rowMessage('entity.setGone', { name: nameOf(id) }));
}

function targetOf(cellUrl: string, collection: string, set: string): TargetSummary[] {
  const segment = encodeSegment(set);
  if (segment === null) {
    return [];
  }
  const id = `${collection}/${segment}`;
  const within = collection.split('/').map(decodeSegment);
  return [{ id, name: set, url: `${cellUrl}${id}`, within }];
}

async function boxNames(cellUrl: string, read: CellReader, signal?: AbortSignal): Promise<string[]> {
  const names: string[] = [];
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const path = `__ctl/Box?$select=Name&$orderby=${encodeURIComponent('Name asc')}&$top=${BOXES_PER_PAGE}&$skip=${page * BOXES_PER_PAGE}`;
    const boxes = await read.entities({ path, place: { name: cellUrl, right: 'box' }, signal });
    names.push(...boxes.flatMap(({ Name: name }) => (typeof name === 'string' ? [name] : [])));
    if (boxes.length < BOXES_PER_PAGE) {
      break;
    }
  }
  return names;
}

interface Contents {
  readonly folders: readonly Place[];
  readonly collections: readonly Place[];
}

/** What a box or a folder holds. Collections of other kinds (services, streams) hold no entities. */
async function contentsOf(read: CellReader, path: string, signal?: AbortSignal): Promise<Contents> {
  const place = { name: nameOf(path), right: 'read' } as const;
  const body = await read.document({ path, place, signal }, 207, {
    method: 'PROPFIND',
    headers: { depth: '1', accept: 'application/xml', 'content-type': 'application/xml' },
    body: new TextEncoder().encode(PROPFIND_BODY),
  });
  const folders: Place[] = [];
  const collections: Place[] = [];
  const root = readXml(body);
  const members = (root === null ? [] : elementsOf(root, 'response')).map((response) => ({
    response,
    segments: segmentsOf(childrenOf(response, 'href')[0]?.text ?? ''),
  }));
  const itself = folderItself(
    members.map(({ segments }) => segments),
    segmentsOf(path),
  );
  for (const { response, segments } of members) {
    const name = memberName(segments, itself);
    const types = elementsOf(response, 'resourcetype').flatMap(({ children }) =>
      children.map((child) => child.name),
    );
    if (name === null || !types.includes('collection')) continue;
    if (types.includes('odata')) collections.push({ path: `${path}/${name}` });
    else if (types.every((type) => type === 'collection')) folders.push({ path: `${path}/${name}` });
  }
  return { folders, collections };
}

const PROPFIND_BODY =
  '<?xml version="1.0" encoding="utf-8"?><D:propfind xmlns:D="DAV:"><D:allprop/></D:propfind>';

/** Parts of a path, whether it stands in a whole address or not. */
function segmentsOf(href: string): readonly string[] {
  return href
    .replace(/^[a-z]+:\/\/[^/]*/i, '')
    .replace(/[?#].*$/, '')
    .replace(/\/+$/, '')
    .split('/')
    .map(decodeSegment);
}

/**
 * The folder that was listed, as it is named in its own listing: a cell may have several addresses, and its name may be
 * that of a box or a folder, too. What is in the folder has a longer path.
 */
function folderItself(listed: readonly (readonly string[])[], folder: readonly string[]): readonly string[] {
  const [shortest] = listed
    .filter((segments) => segments.slice(-folder.length).join('/') === folder.join('/'))
    .sort((a, b) => a.length - b.length);
  return shortest ?? folder;
}

/** Name of what stands right below the folder, encoded; null for the folder itself and everything elsewhere. */
function memberName(segments: readonly string[], folder: readonly string[]): string | null {
  const above = segments.slice(0, -1);
  return above.join('/') === folder.join('/') ? encodeSegment(segments.at(-1) ?? '') : null;
}

async function schemaOf(read: CellReader, collection: string, signal?: AbortSignal): Promise<Metadata> {
  const name = nameOf(collection);
  const body = await read.document(
    { path: `${collection}/$metadata`, place: { name, right: 'read' }, signal },
    200,
    { headers: { accept: 'application/xml' } },
  );
  const metadata = readMetadata(body);
  if (metadata === null) {
    throw new ExpectedError(rowMessage('entity.schemaUnreadable', { name }));
  }
  return metadata;
}

/** A path as people read it. */
function nameOf(path: string): string {
  return path.split('/').map(decodeSegment).join('/');
}
