import { stat } from 'node:fs/promises';
import { CELL_CONTENTS } from '../../endpoints/cellSnapshots';
import type { CellContentKind } from '../../endpoints/cellSnapshots';
import { fileError } from '../../files/fileError';
import { isFields } from '../../jobs/guards';
import { shortened, snapshotEntries, snapshotError } from './snapshotArchive';
import type { SnapshotEntry } from './snapshotArchive';
import {
  BAR_FOLDER,
  CELL_JSON,
  EXPORT_VERSION,
  FILE_OF_KIND,
  MANIFEST,
  PJSON_FILES,
  WEBDAV_FOLDER,
} from './snapshotLayout';

/** What a snapshot holds, of one that a unit would begin to import. */
export interface SnapshotReport {
  /** Bytes of the file. */
  readonly size: number;
  readonly contents: Readonly<Record<CellContentKind, number>>;
  /** Line ends of the documents and files below WebDAV: by their sum the unit measures its progress. */
  readonly lines: number;
  readonly webdavFiles: number;
  /** Unit that it was taken from; null when it is not told. */
  readonly unitUrl: string | null;
  /** Milliseconds since the epoch; null when it is not told. */
  readonly createdAt: number | null;
}

/** Text files that are read as a whole; real ones have some hundred bytes. */
const SMALL_FILE_BYTES = 4 * 1024 ** 2;
/** A document with 400 properties of 50 KB each is 20 MB. */
const LONGEST_LINE_BYTES = 64 * 1024 ** 2;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/**
 * Checks a snapshot as the unit does before it takes an order to import it, and then what the unit finds out only after
 * it has emptied the cell: that each line is a document, and that each file can be unpacked whole. Reads the file once,
 * of any size, and keeps no more than a line of it. `onLines` is told of the documents read so far. Throws
 * `ExpectedError` with the file and line within, or the signal's reason.
 */
export async function checkSnapshot(
  path: string,
  onLines?: (lines: number) => void,
  signal?: AbortSignal,
): Promise<SnapshotReport> {
  const check = new SnapshotCheck(onLines, signal);
  const before = await identityOf(path);
  for await (const entry of snapshotEntries(path)) await check.take(entry);
  const after = await identityOf(path);
  if (before.size !== after.size || before.modified !== after.modified)
    throw snapshotError('snapshot.changed');
  return check.result(before.size);
}

async function identityOf(path: string): Promise<{ size: number; modified: number }> {
  try {
    const { size, mtimeMs } = await stat(path);
    return { size, modified: mtimeMs };
  } catch (error) {
    throw fileError(error);
  }
}

interface Manifest {
  readonly unitUrl: string | null;
  readonly createdAt: number | null;
}

class SnapshotCheck {
  readonly #onLines: ((lines: number) => void) | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #documents = new Map<string, number>();
  #lineEnds = 0;
  #documentsRead = 0;
  #webdavFiles = 0;
  #manifest: Manifest | null = null;
  #hasCell = false;
  #isBar = false;

  constructor(onLines: ((lines: number) => void) | undefined, signal: AbortSignal | undefined) {
    this.#onLines = onLines;
    this.#signal = signal;
  }

  async take(entry: SnapshotEntry): Promise<void> {
    const { name } = entry;
    this.#signal?.throwIfAborted();
    if (name === MANIFEST) {
      this.#once(this.#manifest === null, name);
      this.#manifest = readManifest(await textOf(entry, 'snapshot.manifest'));
    } else if (name === CELL_JSON) {
      this.#once(!this.#hasCell, name);
      this.#hasCell = true;
      if (!isDocument(await textOf(entry, 'snapshot.cellJson'))) {
        throw snapshotError('snapshot.cellJson', { part: CELL_JSON });
      }
    } else if (PJSON.has(name)) {
      this.#once(!this.#documents.has(name), name);
      this.#documents.set(name, await this.#readDocuments(entry));
    } else {
      this.#isBar ||= name.startsWith(BAR_FOLDER);
      if (name.startsWith(WEBDAV_FOLDER)) this.#webdavFiles++;
      await this.#unpack(entry);
    }
  }

  result(size: number): SnapshotReport {
    if (this.#manifest === null && this.#isBar) throw snapshotError('snapshot.isBar');
    if (this.#manifest === null) throw snapshotError('snapshot.isNoSnapshot', { part: MANIFEST });
    const missing = this.#hasCell ? PJSON_FILES.find((name) => !this.#documents.has(name)) : CELL_JSON;
    if (missing !== undefined) throw snapshotError('snapshot.missing', { part: missing });
    const counts = CELL_CONTENTS.map((kind) => [kind, this.#documents.get(FILE_OF_KIND[kind]) ?? 0]);
    return {
      size,
      contents: Object.fromEntries(counts) as Record<CellContentKind, number>,
      lines: this.#lineEnds,
      webdavFiles: this.#webdavFiles,
      ...this.#manifest,
    };
  }

  /** Which of two files of one name the unit would take can't be told. */
  #once(isFirst: boolean, name: string): void {
    if (!isFirst) throw snapshotError('snapshot.damaged', { part: name });
  }

  /** To its end, where the archive tells whether it is whole. */
  async #unpack(entry: SnapshotEntry): Promise<void> {
    const bytes = entry.read()[Symbol.asyncIterator]();
    while ((await bytes.next()).done !== true) this.#signal?.throwIfAborted();
  }

  async #readDocuments(entry: SnapshotEntry): Promise<number> {
    const { name } = entry;
    let documents = 0;
    let kept: Uint8Array[] = [];
    let keptBytes = 0;
    const take = (end: Uint8Array) => {
      const line = kept.length === 0 ? end : Buffer.concat([...kept, end]);
      kept = [];
      keptBytes = 0;
      documents++;
      if (!isDocument(decoded(withoutReturn(line)))) {
        throw snapshotError('snapshot.badLine', { part: name, line: documents });
      }
    };
    for await (const chunk of entry.read()) {
      this.#signal?.throwIfAborted();
      let start = 0;
      for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
        take(chunk.subarray(start, end));
        start = end + 1;
        this.#lineEnds++;
      }
      if (start < chunk.length) {
        kept.push(chunk.subarray(start));
        keptBytes += chunk.length - start;
      }
      if (keptBytes > LONGEST_LINE_BYTES) {
        const megabytes = LONGEST_LINE_BYTES / 1024 ** 2;
        throw snapshotError('snapshot.lineTooLong', { part: name, line: documents + 1, megabytes });
      }
      this.#onLines?.(this.#documentsRead + documents);
    }
    if (keptBytes > 0) take(new Uint8Array());
    this.#documentsRead += documents;
    return documents;
  }
}

const PJSON: ReadonlySet<string> = new Set(PJSON_FILES);

function withoutReturn(line: Uint8Array): Uint8Array {
  return line.at(-1) === CARRIAGE_RETURN ? line.subarray(0, -1) : line;
}

const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Null when it is no UTF-8. */
function decoded(bytes: Uint8Array): string | null {
  try {
    return DECODER.decode(bytes);
  } catch {
    return null;
  }
}

async function textOf(
  entry: SnapshotEntry,
  code: 'snapshot.manifest' | 'snapshot.cellJson',
): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of entry.read()) {
    size += chunk.length;
    if (size > SMALL_FILE_BYTES) throw snapshotError(code, { part: shortened(entry.name) });
    chunks.push(chunk);
  }
  return decoded(Buffer.concat(chunks));
}

/** The unit reads `_source` of each document. */
function isDocument(text: string | null): boolean {
  const value = parse(text);
  return isFields(value) && isFields(value._source);
}

function readManifest(text: string | null): Manifest {
  const value = parse(text);
  if (text === null || !isFields(value)) throw snapshotError('snapshot.manifest');
  const { export_version: version, unit_url: unitUrl, create_date: createdAt } = value;
  if (version === 1) throw snapshotError('snapshot.oldVersion');
  // The unit takes an integer alone: 2.0 is none for it.
  if (version !== EXPORT_VERSION || !/"export_version"\s*:\s*2\s*[,}]/.test(text)) {
    throw snapshotError('snapshot.otherVersion', {
      version: version === undefined ? '–' : shortened(JSON.stringify(version)),
    });
  }
  return {
    unitUrl: typeof unitUrl === 'string' ? unitUrl : null,
    createdAt: typeof createdAt === 'number' && Number.isSafeInteger(createdAt) ? createdAt : null,
  };
}

function parse(text: string | null): unknown {
  if (text === null) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
