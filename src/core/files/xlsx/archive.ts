import { open, type FileHandle } from 'node:fs/promises';
import type { Entry, ZipFile } from 'yauzl';
import { ExpectedError } from '../../message';
import { fileError } from '../fileError';
import { entryName, inflateEntry, openZip, ZipEntryError } from '../zipEntries';
import { lacksArchiveEnd, refuseByContent } from './fileKind';
import { LIMITS } from './limits';
import { quoted, workbookError } from './messages';

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
      const zip = await openZip(file, size);
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
    const limits = { ...LIMITS, bytes: maxBytes };
    try {
      yield* inflateEntry(this.#file, this.#zip, entry, limits);
    } catch (error) {
      throw error instanceof ZipEntryError ? entryRefusal(error, part, maxBytes) : asExpected(error, part);
    }
  }

  async close(): Promise<void> {
    this.#zip.close();
    await this.#file.close();
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
    const name = entryName(entry);
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

function entryRefusal(error: ZipEntryError, part: string, maxBytes: number): ExpectedError {
  switch (error.fault) {
    case 'encrypted':
      return workbookError('workbook.encrypted');
    case 'damaged':
      return damaged(part, error);
    case 'tooLarge':
      return workbookError('workbook.tooLarge', {
        megabytes: Math.floor(maxBytes / 1024 ** 2),
        part: quoted(part),
      });
    case 'suspiciousCompression':
      return workbookError('workbook.suspiciousCompression', { part: quoted(part) });
  }
}
