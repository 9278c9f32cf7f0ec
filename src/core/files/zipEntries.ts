import type { FileHandle } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import {
  fromRandomAccessReaderPromise,
  getFileNameLowLevel,
  RandomAccessReader,
  type Entry,
  type ZipFile,
} from 'yauzl';

const CHUNK_BYTES = 64 * 1024;

const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED_FLAG = 0x1;

/** What is wrong with an entry; `cause` is what reading threw, where it did. */
export type EntryFault = 'encrypted' | 'damaged' | 'tooLarge' | 'suspiciousCompression';

export class ZipEntryError extends Error {
  readonly fault: EntryFault;

  constructor(fault: EntryFault, options?: ErrorOptions) {
    super(`zip entry: ${fault}`, options);
    this.name = 'ZipEntryError';
    this.fault = fault;
  }
}

export interface EntryLimits {
  /** Inflated bytes. */
  readonly bytes: number;
  /** Inflated to compressed, of entries above `ratioFreeBytes`. */
  readonly compressionRatio: number;
  readonly ratioFreeBytes: number;
}

/** Opens an archive through a handle that stays the caller's. Throws what yauzl throws. */
export async function openZip(file: FileHandle, size: number): Promise<ZipFile> {
  const zip = await fromRandomAccessReaderPromise(new HandleReader(file), size, {
    autoClose: false,
    decodeStrings: false,
  });
  // A failing close has nothing left to spoil.
  zip.on('error', () => undefined);
  return zip;
}

/** An entry's name as it stands in the archive; hostile until checked. */
export function entryName(entry: Entry): string {
  return getFileNameLowLevel(
    entry.generalPurposeBitFlag,
    entry.fileNameRaw,
    entry.extraFields,
    false, // some writers part names with backslashes
  );
}

/**
 * The inflated bytes of an entry in chunks of at most 64 KiB, checked against its size and CRC. Nothing is copied to the
 * disk. Throws `ZipEntryError` for what the archive is to blame for, errors of the system as they come.
 */
export async function* inflateEntry(
  file: FileHandle,
  zip: ZipFile,
  entry: Entry,
  limits: EntryLimits,
): AsyncGenerator<Uint8Array> {
  refuseEntry(entry, limits);
  let checksum = 0;
  let total = 0;
  for await (const chunk of await inflated(file, zip, entry)) {
    const bytes = chunk as Uint8Array;
    total += bytes.length;
    if (total > entry.uncompressedSize) throw new ZipEntryError('damaged');
    checksum = crc32(bytes, checksum);
    yield bytes;
  }
  if (total !== entry.uncompressedSize || checksum !== entry.crc32 >>> 0) throw new ZipEntryError('damaged');
}

function refuseEntry(entry: Entry, limits: EntryLimits): void {
  if (entry.generalPurposeBitFlag & ENCRYPTED_FLAG) throw new ZipEntryError('encrypted');
  const { compressionMethod, uncompressedSize, compressedSize } = entry;
  if (compressionMethod !== STORED && compressionMethod !== DEFLATED) throw new ZipEntryError('damaged');
  if (uncompressedSize > limits.bytes) throw new ZipEntryError('tooLarge');
  // A wrong size in the directory does not help a bomb: reading ends at that size.
  if (
    uncompressedSize > limits.ratioFreeBytes &&
    uncompressedSize > compressedSize * limits.compressionRatio
  ) {
    throw new ZipEntryError('suspiciousCompression');
  }
}

async function inflated(file: FileHandle, zip: ZipFile, entry: Entry): Promise<AsyncIterable<unknown>> {
  const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
  if (entry.compressedSize === 0) return noBytes();
  const stored = bytesAt(file, fileDataStart, entry.compressedSize);
  if (entry.compressionMethod === STORED) return stored;
  // Errors of either stream reach the reader of the last one.
  const unpacked = createInflateRaw({ chunkSize: CHUNK_BYTES });
  return pipeline(Readable.from(stored, { objectMode: false }), unpacked, () => undefined);
}

/** A stream of the handle's own would leave a listener with it for each of, perhaps, millions of entries. */
async function* bytesAt(file: FileHandle, start: number, length: number): AsyncGenerator<Uint8Array> {
  for (let at = start; at < start + length;) {
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, start + length - at));
    const { bytesRead } = await file.read(chunk, 0, chunk.length, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield chunk.subarray(0, bytesRead);
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
