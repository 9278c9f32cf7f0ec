import { buffer } from 'node:stream/consumers';
import { fromBufferPromise } from 'yauzl';
import type { Entry } from 'yauzl';
import type { CellDump, PjsonName, SnapshotDocument } from '../pjson';
import { PJSON_NAMES } from '../pjson';
import { PersoniumError } from '../errors';
import { CELL_JSON, EXPORT_VERSION, MANIFEST, pjsonEntry, REQUIRED_ENTRIES, WEBDAV_FOLDER } from './layout';

const LINE_FEED = 10;

/** Inflated bytes of all entries together; a sandbox keeps them in memory. */
const MOST_BYTES = 1024 * 1024 * 1024;

/** A snapshot whose structure was found right; what its lines hold is seen only when they are imported. */
export interface ReadSnapshot {
  readonly entries: ReadonlyMap<string, Buffer>;
  /** What progress is measured against: line feeds of the pjson files, and files below `20_webdav`. */
  readonly total: number;
  /** Lines and files that there are. */
  readonly units: number;
}

/** Checks a snapshot as the server does before it takes an order to import. Throws `PersoniumError`. */
export async function readSnapshot(bytes: Uint8Array): Promise<ReadSnapshot> {
  const entries = await readEntries(bytes).catch(() => {
    throw new PersoniumError('PR400-MC-0004');
  });
  checkManifest(entries.get(MANIFEST));
  for (const name of REQUIRED_ENTRIES) {
    if (!entries.has(name)) {
      throw new PersoniumError('PR400-MC-0001', name);
    }
  }
  const files = PJSON_NAMES.map((name) => entries.get(pjsonEntry(name)) ?? Buffer.alloc(0));
  const webdav = webdavFiles(entries).length;
  return {
    entries,
    total: files.reduce((sum, file) => sum + countLineFeeds(file), webdav),
    units: files.reduce((sum, file) => sum + linesOf(file).length, webdav),
  };
}

/** A cell as far as a snapshot's documents could be read. */
export interface LoadedSnapshot {
  readonly dump: CellDump;
  /** Documents and files; the last line of a file needs no line feed. */
  readonly units: number;
  /** Why the rest could not be read. */
  readonly failure: PersoniumError | null;
}

/**
 * Reads what a snapshot holds in the order of import (documents of the cell, files, documents of its boxes), at most so
 * many of them; a line that is no JSON ends it.
 */
export function loadSnapshot({ entries }: ReadSnapshot, mostUnits = Infinity): LoadedSnapshot {
  const lines = Object.fromEntries(PJSON_NAMES.map((name) => [name, [] as SnapshotDocument[]])) as Record<
    PjsonName,
    SnapshotDocument[]
  >;
  const files = new Map<string, Uint8Array>();
  const cellJson = entries.get(CELL_JSON)?.toString('utf8') ?? '';
  const cell = parseDocument(cellJson);
  let failure = cell === null ? new PersoniumError('PR400-CM-0004', cellJson) : null;
  let units = 0;
  const goesOn = () => failure === null && units < mostUnits;
  const readLines = (names: readonly PjsonName[]) => {
    for (const name of names) {
      for (const line of linesOf(entries.get(pjsonEntry(name)))) {
        const document = goesOn() ? parseDocument(line) : undefined;
        if (document === null) {
          failure = new PersoniumError('PR400-CM-0004', line);
        } else if (document !== undefined) {
          lines[name].push(document);
          units++;
        }
      }
    }
  };
  readLines(PJSON_NAMES.slice(0, FIRST_OF_BOXES));
  for (const path of webdavFiles(entries)) {
    const bytes = goesOn() ? entries.get(path) : undefined;
    if (bytes !== undefined) {
      files.set(path.slice(WEBDAV_FOLDER.length), bytes);
      units++;
    }
  }
  readLines(PJSON_NAMES.slice(FIRST_OF_BOXES));
  return { dump: { cell: cell ?? NO_CELL, lines, files }, units, failure };
}

const FIRST_OF_BOXES = PJSON_NAMES.indexOf('40_entitytype');

const NO_CELL: SnapshotDocument = { _index: '', _type: 'Cell', _id: '', _source: {} };

async function readEntries(bytes: Uint8Array): Promise<Map<string, Buffer>> {
  const zip = await fromBufferPromise(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), {
    lazyEntries: true,
  });
  const entries = new Map<string, Buffer>();
  let total = 0;
  for await (const entry of zip.eachEntry()) {
    total += entry.uncompressedSize;
    if (total > MOST_BYTES) {
      throw new RangeError('The snapshot is too large for the sandbox.');
    }
    if (!isFolder(entry)) {
      entries.set(entry.fileName, await buffer(await zip.openReadStreamPromise(entry)));
    }
  }
  return entries;
}

function isFolder({ fileName }: Entry): boolean {
  return fileName.endsWith('/');
}

function checkManifest(bytes: Buffer | undefined): void {
  if (bytes === undefined) {
    throw new PersoniumError('PR500-CM-0002', 'read manifest json from snapshot file');
  }
  const text = bytes.toString('utf8');
  const manifest = parse(text);
  if (typeof manifest !== 'object' || manifest === null) {
    throw new PersoniumError('PR400-CM-0004', text);
  }
  const { export_version: version = null } = manifest as { export_version?: unknown };
  if (version !== EXPORT_VERSION) {
    throw new PersoniumError('PR400-MC-0003', EXPORT_VERSION, JSON.stringify(version));
  }
}

function webdavFiles(entries: ReadonlyMap<string, Buffer>): readonly string[] {
  return [...entries.keys()].filter((name) => name.startsWith(WEBDAV_FOLDER));
}

function countLineFeeds(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) {
    count++;
  }
  return count;
}

function linesOf(bytes: Buffer | undefined): readonly string[] {
  const lines = (bytes?.toString('utf8') ?? '').split(/\r?\n/);
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

function parseDocument(line: string): SnapshotDocument | null {
  const value = parse(line);
  return typeof value === 'object' && value !== null && '_source' in value
    ? (value as SnapshotDocument)
    : null;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
