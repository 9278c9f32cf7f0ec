import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { Entry, ZipFile } from 'yauzl';
import { fileError } from '../../files/fileError';
import { entryName, inflateEntry, openZip, ZipEntryError } from '../../files/zipEntries';
import type { EntryLimits } from '../../files/zipEntries';
import { lacksArchiveEnd } from '../../files/xlsx/fileKind';
import { ExpectedError } from '../../message';
import type { CELL_MESSAGES } from '../../jobs/cellMessages';

export type SnapshotCode = Extract<keyof typeof CELL_MESSAGES, `snapshot.${string}`>;

/** An expected failure of a snapshot. */
export function snapshotError(
  code: SnapshotCode,
  args?: Readonly<Record<string, string | number>>,
  options?: ErrorOptions,
): ExpectedError {
  return new ExpectedError({ code, ...(args && { args }) }, options);
}

/** Text of the archive as an argument of a sentence: short, so that a hostile name can't flood a list. */
export function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/** Two entries for each file of a cell; units keep some millions of files at the most. */
const MOST_ENTRIES = 10_000_000;
/**
 * Nothing is unpacked to the disk or kept in memory, so that size alone does no harm. Documents repeat their keys in
 * each line and are packed well, but far from 1,032 to 1, where deflate ends.
 */
const LIMITS: EntryLimits = {
  bytes: Number.MAX_SAFE_INTEGER,
  compressionRatio: 500,
  ratioFreeBytes: 64 * 1024 ** 2,
};

const ZIP_ENTRY = Buffer.from('504b0304', 'hex');
const ZIP_END = Buffer.from('504b0506', 'hex');

/** One entry of a snapshot, whose bytes can be read while it is at hand. */
export interface SnapshotEntry {
  readonly name: string;
  read(): AsyncIterable<Uint8Array>;
}

/**
 * The files of an archive in the order of its directory. Names that lead out of a folder are refused; so are encrypted,
 * damaged and harmful entries when they are read. Every failure is an `ExpectedError`.
 */
export async function* snapshotEntries(path: string): AsyncGenerator<SnapshotEntry> {
  const file = await open(path, 'r').catch((error: unknown) => {
    throw fileError(error);
  });
  try {
    const { size } = await file.stat();
    const zip = await openArchive(file, size);
    try {
      for await (const entry of entriesOf(zip)) {
        const name = entryName(entry);
        if (!isHarmless(name)) throw snapshotError('snapshot.badPath', { part: shortened(name) });
        if (name.endsWith('/')) continue;
        yield { name, read: () => read(file, zip, entry, name) };
      }
    } finally {
      zip.close();
    }
  } finally {
    await file.close();
  }
}

async function openArchive(file: FileHandle, size: number): Promise<ZipFile> {
  if (size === 0) throw snapshotError('snapshot.empty');
  const head = Buffer.alloc(4);
  await file.read(head, 0, 4, 0);
  if (!head.equals(ZIP_ENTRY) && !head.equals(ZIP_END)) throw snapshotError('snapshot.notZip');
  try {
    const zip = await openZip(file, size);
    if (zip.entryCount <= MOST_ENTRIES) return zip;
    zip.close();
    throw snapshotError('snapshot.tooManyParts', { count: zip.entryCount, limit: MOST_ENTRIES });
  } catch (error) {
    if (error instanceof ExpectedError) throw error;
    const cause = { cause: error };
    throw (await lacksArchiveEnd(file).catch(() => false))
      ? snapshotError('snapshot.truncated', undefined, cause)
      : asExpected(error, 'ZIP');
  }
}

async function* entriesOf(zip: ZipFile): AsyncGenerator<Entry> {
  try {
    yield* zip.eachEntry();
  } catch (error) {
    throw asExpected(error, 'ZIP');
  }
}

async function* read(file: FileHandle, zip: ZipFile, entry: Entry, name: string): AsyncGenerator<Uint8Array> {
  try {
    yield* inflateEntry(file, zip, entry, LIMITS);
  } catch (error) {
    throw asExpected(error, name);
  }
}

function asExpected(error: unknown, name: string): unknown {
  if (error instanceof ExpectedError) return error;
  const part = shortened(name);
  if (error instanceof ZipEntryError) {
    switch (error.fault) {
      case 'encrypted':
        return snapshotError('snapshot.encrypted');
      case 'suspiciousCompression':
        return snapshotError('snapshot.suspiciousCompression', { part });
      case 'damaged':
      case 'tooLarge':
        return snapshotError('snapshot.damaged', { part }, { cause: error });
    }
  }
  const known = fileError(error);
  return known instanceof ExpectedError
    ? known
    : snapshotError('snapshot.damaged', { part }, { cause: error });
}

/** No unit writes names with backslashes, absolute ones, or such that climb. */
function isHarmless(name: string): boolean {
  return (
    name !== '' &&
    !name.startsWith('/') &&
    !name.includes('\\') &&
    !name.includes('\0') &&
    !name.split('/').some((segment) => segment === '..' || segment === '.')
  );
}
