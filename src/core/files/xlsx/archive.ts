import { open, type FileHandle } from 'node:fs/promises';
import { pipeline, type Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import {
  fromRandomAccessReaderPromise,
  getFileNameLowLevel,
  RandomAccessReader,
  type Entry,
  type ZipFile,
} from 'yauzl';
import { ExpectedError } from '../../message';
import { fileError } from '../fileError';
import { lacksArchiveEnd, refuseByContent } from './fileKind';
import { LIMITS } from './limits';
import { quoted, workbookError } from './messages';

const CHUNK_BYTES = 64 * 1024;

const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED_FLAG = 0x1;

/** Which bytes a path had when it was opened; a second pass over other bytes would mix two files. */
export interface FileIdentity {
  readonly size: number;
  readonly modified: number;
}

/**
 * The parts of an Office package, inflated on the way and checked against size limits and CRC. Nothing is
 * copied to the disk. Every failure is an `ExpectedError`.
 */
export class Archive {
  readonly identity: FileIdentity;
  readonly #file: FileHandle;
  readonly #zip: ZipFile;
  readonly #entries: ReadonlyMap<string, Entry>;

  private constructor(
    file: FileHandle,
    identity: FileIdentity,
    zip: ZipFile,
    entries: ReadonlyMap<string, Entry>,
  ) {
    this.#file = file;
    this.identity = identity;
    this.#zip = zip;
    this.#entries = entries;
  }

  /** Opens a file that must be an archive, and with `expected` the same one as before. Close it after use. */
  static async open(path: string, expected?: FileIdentity): Promise<Archive> {
    const file = await open(path, 'r').catch((error: unknown) => {
      throw asExpected(error, '');
    });
    try {
      const { size, mtimeMs } = await file.stat();
      if (expected && (expected.size !== size || expected.modified !== mtimeMs)) {
        throw workbookError('workbook.changed');
      }
      const refusal = await refuseByContent(file);
      if (refusal !== null) throw workbookError(refusal);
      const zip = await fromRandomAccessReaderPromise(new HandleReader(file), size, {
        autoClose: false,
        decodeStrings: false,
      });
      // A failing close has nothing left to spoil.
      zip.on('error', () => undefined);
      return new Archive(file, { size, modified: mtimeMs }, zip, await readEntries(zip));
    } catch (error) {
      const truncated = !(error instanceof ExpectedError) && (await lacksArchiveEnd(file).catch(() => false));
      await file.close();
      throw truncated
        ? workbookError('workbook.truncated', undefined, { cause: error })
        : asExpected(error, '[ZIP]');
    }
  }

  has(part: string): boolean {
    return this.#entries.has(keyOf(part));
  }

  /** Names of the parts as the archive has them, lower case. */
  names(): IterableIterator<string> {
    return this.#entries.keys();
  }

  /** The inflated bytes of a part in chunks of at most 64 KiB. Throws when there is no such part. */
  async *read(part: string, maxBytes: number = LIMITS.partBytes): AsyncGenerator<Uint8Array> {
    const entry = this.#entries.get(keyOf(part));
    if (!entry) throw damaged(part);
    refuseEntry(entry, part, maxBytes);
    let checksum = 0;
    let total = 0;
    try {
      for await (const chunk of await this.#inflated(entry)) {
        const bytes = chunk as Uint8Array;
        total += bytes.length;
        if (total > entry.uncompressedSize) throw damaged(part);
        checksum = crc32(bytes, checksum);
        yield bytes;
      }
    } catch (error) {
      throw asExpected(error, part);
    }
    if (total !== entry.uncompressedSize || checksum !== entry.crc32 >>> 0) throw damaged(part);
  }

  async close(): Promise<void> {
    this.#zip.close();
    await this.#file.close();
  }

  async #inflated(entry: Entry): Promise<AsyncIterable<unknown>> {
    const { fileDataStart } = await this.#zip.readLocalFileHeaderPromise(entry, { minimal: true });
    if (entry.compressedSize === 0) return noBytes();
    const stored: Readable = this.#file.createReadStream({
      start: fileDataStart,
      end: fileDataStart + entry.compressedSize - 1,
      autoClose: false,
      highWaterMark: CHUNK_BYTES,
    });
    if (entry.compressionMethod === STORED) return stored;
    // Errors of either stream reach the reader of the last one.
    return pipeline(stored, createInflateRaw({ chunkSize: CHUNK_BYTES }), () => undefined);
  }
}

/** An ExpectedError as it is; anything else that reading threw becomes one about the disk or about damage. */
export function asExpected(error: unknown, part: string): unknown {
  if (error instanceof ExpectedError || isAbort(error)) return error;
  const known = fileError(error);
  return known instanceof ExpectedError ? known : damaged(part, error);
}

export function damaged(part: string, cause?: unknown): ExpectedError {
  return workbookError('workbook.damaged', { part: quoted(part) }, { cause });
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

async function readEntries(zip: ZipFile): Promise<ReadonlyMap<string, Entry>> {
  if (zip.entryCount > LIMITS.parts) {
    throw workbookError('workbook.tooManyParts', { count: zip.entryCount, limit: LIMITS.parts });
  }
  const entries = new Map<string, Entry>();
  for await (const entry of zip.eachEntry()) {
    const name = getFileNameLowLevel(
      entry.generalPurposeBitFlag,
      entry.fileNameRaw,
      entry.extraFields,
      false, // some writers part names with backslashes
    );
    if (name.endsWith('/')) continue;
    // Which of two parts of one name is meant can't be told; Excel refuses such a workbook, too.
    if (entries.has(keyOf(name))) throw damaged(name);
    entries.set(keyOf(name), entry);
  }
  return entries;
}

/** Part names are the same in any case (ECMA-376 part 2, 6.2.2.3); some archives start them with a slash. */
function keyOf(part: string): string {
  return part.replace(/^\/+/, '').toLowerCase();
}

function refuseEntry(entry: Entry, part: string, maxBytes: number): void {
  if (entry.generalPurposeBitFlag & ENCRYPTED_FLAG) throw workbookError('workbook.encrypted');
  if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED) throw damaged(part);
  const bytes = entry.uncompressedSize;
  if (bytes > maxBytes) {
    throw workbookError('workbook.tooLarge', {
      megabytes: Math.floor(maxBytes / 1024 ** 2),
      part: quoted(part),
    });
  }
  // A wrong size in the directory does not help a bomb: reading ends at that size.
  if (bytes > LIMITS.ratioFreeBytes && bytes > entry.compressedSize * LIMITS.compressionRatio) {
    throw workbookError('workbook.suspiciousCompression', { part: quoted(part) });
  }
}

// eslint-disable-next-line @typescript-eslint/require-await -- an empty stream of bytes
async function* noBytes(): AsyncGenerator<Uint8Array> {
  yield* [];
}

/** Lets yauzl read through a file handle that stays ours: it never closes it. */
class HandleReader extends RandomAccessReader {
  readonly #file: FileHandle;

  constructor(file: FileHandle) {
    super();
    this.#file = file;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytesRead?: number) => void,
  ): void {
    this.#file.read(buffer, offset, length, position).then(
      ({ bytesRead }) => callback(null, bytesRead),
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error))),
    );
  }

  override close(callback: (error: Error | null) => void): void {
    callback(null);
  }
}
