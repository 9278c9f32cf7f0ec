import { open, rename, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { NEW_JOB, TransitionRefused, fold } from './fold';
import type { JobState } from './fold';
import { canBeTorn, decodeLine, encodeLine } from './journalLine';
import { journalPath, syncFolder, tornPath } from './jobFolder';
import { isJournalRecord } from './readRecord';
import type { JobEvent, JournalRecord } from './records';

/** The journal says something that it can't say: bits have changed, or something else has written to it. */
export class JournalDamaged extends Error {
  /** Ordinal of the first record that can't be relied on. */
  readonly record: number;
  /** The fold of the records before it. */
  readonly state: JobState;

  constructor(record: number, state: JobState, options?: ErrorOptions) {
    super(`journal damaged at record ${record}`, options);
    this.name = 'JournalDamaged';
    this.record = record;
    this.state = state;
  }
}

/** The disk did not take a record. Nothing of it counts; the same record may be tried again. */
export class JournalWriteFailed extends Error {
  /** Code of the system, such as `ENOSPC`. */
  readonly code: string;

  constructor(cause: unknown) {
    super('the journal could not be written', { cause });
    this.name = 'JournalWriteFailed';
    this.code = errorCode(cause) ?? 'UNKNOWN';
  }
}

/**
 * The journal is gone, somebody else has written to it, or it does not hold any more what was written: this process can't
 * be the owner of the job (any more).
 */
export class JournalLost extends Error {
  constructor(options?: ErrorOptions) {
    super('the journal is gone or somebody else has written to it', options);
    this.name = 'JournalLost';
  }
}

const CHUNK = 1 << 18;

/**
 * Follows a journal that someone else may be writing: each `read()` takes in what has come since the last one. A record
 * that is still being written is left for the next time. Damage is thrown and stays.
 */
export class JournalReader {
  state: JobState = NEW_JOB;
  /** Offset behind the last whole record. */
  offset = 0;
  /** Bytes behind it that are no whole record (yet). */
  tail = 0;
  readonly #path: string;
  #damage: JournalDamaged | null = null;

  constructor(file: string) {
    this.#path = file;
  }

  /** Takes in new records. A journal that does not exist yet is empty. Throws `JournalDamaged`. */
  async read(onRecord?: (record: JournalRecord) => void): Promise<void> {
    if (this.#damage) throw this.#damage;
    const followed = this.offset > 0 && onRecord === undefined;
    try {
      await this.#readOn(onRecord);
    } catch (error) {
      if (!(error instanceof JournalDamaged) || !followed) throw error;
      // Its owner takes back what does not reach the disk. Who has read that already has to begin anew.
      this.#damage = null;
      this.state = NEW_JOB;
      this.offset = 0;
      await this.#readOn();
    }
  }

  async #readOn(onRecord?: (record: JournalRecord) => void): Promise<void> {
    let file: FileHandle;
    try {
      file = await open(this.#path, 'r');
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return;
      throw error;
    }
    try {
      await this.#readFrom(file, onRecord);
    } finally {
      await file.close();
    }
  }

  async #readFrom(file: FileHandle, onRecord?: (record: JournalRecord) => void): Promise<void> {
    if ((await file.stat()).size < this.offset) throw this.#damaged();
    let carried = Buffer.alloc(0);
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK);
      const { bytesRead } = await file.read(chunk, 0, CHUNK, this.offset + carried.length);
      if (bytesRead === 0) break;
      const bytes = Buffer.concat([carried, chunk.subarray(0, bytesRead)]);
      const used = this.#takeLines(bytes, onRecord);
      this.offset += used;
      carried = bytes.subarray(used);
    }
    this.tail = carried.length;
    if (!canBeTorn(carried)) throw this.#damaged();
  }

  #takeLines(bytes: Buffer, onRecord?: (record: JournalRecord) => void): number {
    let start = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
      const record = decodeLine(bytes.subarray(start, end));
      if (!record) throw this.#damaged();
      try {
        this.state = fold(this.state, record);
      } catch (error) {
        throw error instanceof TransitionRefused ? this.#damaged(error) : error;
      }
      onRecord?.(record);
      start = end + 1;
    }
    return start;
  }

  #damaged(cause?: Error): JournalDamaged {
    this.#damage = new JournalDamaged(this.state.sequence + 1, this.state, cause ? { cause } : undefined);
    return this.#damage;
  }
}

/** The one writer of a journal. Only the owner of the job may open it. */
export class Journal {
  /** Fold of everything written. */
  state: JobState;
  /** Milliseconds during which a write was under way; the thread does other work meanwhile. */
  spent = 0;
  readonly #folder: string;
  readonly #now: () => number;
  #file: FileHandle;
  #offset: number;
  /** Bytes behind the last record that may have been written of one that was given up. */
  #torn: Buffer | null = null;
  /** The system has said that something did not reach the disk, and will not say it again. */
  #untrusted = false;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(
    folder: string,
    file: FileHandle,
    { state, offset }: Pick<JournalReader, 'state' | 'offset'>,
    now: () => number,
  ) {
    this.#folder = folder;
    this.#file = file;
    this.state = state;
    this.#offset = offset;
    this.#now = now;
  }

  /**
   * Opens the journal of a job folder for writing, making it when there is none. A record that was torn at the end is
   * kept aside and cut off. Throws `JournalDamaged` and leaves the file as it is when anything else is wrong,
   * `JournalWriteFailed` when the disk does not take what has to be written: then it may be tried again.
   */
  static async open(folder: string, now: () => number = Date.now): Promise<Journal> {
    const name = journalPath(folder);
    const reader = new JournalReader(name);
    await reader.read();
    try {
      const isNew = reader.offset + reader.tail === 0;
      const file = await open(name, isNew ? 'a+' : 'r+');
      try {
        if (reader.tail > 0) await cutTail(file, reader, tornPath(folder, now()));
      } finally {
        await file.close();
      }
      // A journal that a power cut takes away would say that nothing was sent.
      if (isNew) await syncFolder(folder);
      return new Journal(folder, await open(name, 'r+'), reader, now);
    } catch (error) {
      throw new JournalWriteFailed(error);
    }
  }

  /** Writes a record; it survives a crash of this process, and a power cut once a later one is made durable. */
  append(event: JobEvent): Promise<void> {
    return this.#write(event, false);
  }

  /** Resolves when this record and all before it are on the disk. */
  appendDurable(event: JobEvent): Promise<void> {
    return this.#write(event, true);
  }

  async close(): Promise<void> {
    await this.#last.catch(() => undefined);
    await this.#file.close();
  }

  #write(event: JobEvent, durable: boolean): Promise<void> {
    const written = this.#last.then(() => this.#writeNow(event, durable));
    this.#last = written.catch(() => undefined);
    return written;
  }

  async #writeNow(event: JobEvent, durable: boolean): Promise<void> {
    const epoch = event.type === 'OPEN' ? this.state.epoch + 1 : this.state.epoch;
    const record: JournalRecord = { n: this.state.sequence + 1, epoch, at: this.#now(), ...event };
    // What nobody could read again would damage all that comes after it.
    if (!isJournalRecord(record)) throw new TypeError(`no reader takes such a record: ${event.type}`);
    const state = fold(this.state, record);
    const line = encodeLine(record);
    const start = performance.now();
    try {
      await this.#assertOurs();
      if (this.#untrusted) await this.#writeAnew();
      await this.#put(line, durable);
    } catch (error) {
      throw error instanceof JournalLost ? error : new JournalWriteFailed(error);
    } finally {
      this.spent += performance.now() - start;
    }
    this.#offset += line.length;
    this.state = state;
  }

  async #put(line: Buffer, durable: boolean): Promise<void> {
    try {
      await writeWhole(this.#file, line, this.#offset);
      if (!durable) return;
      await this.#file.datasync().catch((error: unknown) => {
        this.#untrusted = true;
        throw error;
      });
    } catch (error) {
      this.#torn = line;
      // What stands there in part must be gone before anything else is written; if not now, then before the next try.
      await this.#cutTorn().catch(() => undefined);
      throw error;
    }
  }

  async #cutTorn(): Promise<void> {
    await this.#file.truncate(this.#offset);
    this.#torn = null;
  }

  /**
   * Nobody else may have written to the journal, and it has to be where it was: else this process owns the job no more,
   * whatever it believes (its folder is shared with a machine or container whose locks can't be seen from here).
   */
  async #assertOurs(): Promise<void> {
    const { size } = await stat(journalPath(this.#folder)).catch((error: unknown) => {
      throw errorCode(error) === 'ENOENT' ? new JournalLost({ cause: error }) : error;
    });
    if (this.#torn !== null && size >= this.#offset && (await this.#isOurs(this.#torn, size)))
      await this.#cutTorn();
    else if (size !== this.#offset) throw new JournalLost();
  }

  /** Whether what stands behind the last record is a part of the one that was given up. */
  async #isOurs(line: Buffer, size: number): Promise<boolean> {
    const length = size - this.#offset;
    if (length > line.length) return false;
    return (await readWhole(this.#file, this.#offset, length)).equals(line.subarray(0, length));
  }

  /**
   * After the system has failed to bring something to the disk it may take the lost pages for written: a later call that
   * goes well says nothing of them. So all that is known is written to a new file, which takes the place of the old one.
   */
  async #writeAnew(): Promise<void> {
    const name = journalPath(this.#folder);
    const fresh = `${name}.new`;
    const file = await open(fresh, 'w');
    try {
      for (let at = 0; at < this.#offset; at += CHUNK)
        await writeWhole(file, await readWhole(this.#file, at, Math.min(CHUNK, this.#offset - at)), at);
      await file.sync();
    } finally {
      await file.close();
    }
    const reader = new JournalReader(fresh);
    await reader.read().catch((error: unknown) => {
      throw error instanceof JournalDamaged ? new JournalLost({ cause: error }) : error;
    });
    // What was written and can't be read again is lost for whoever comes next as well.
    if (reader.offset !== this.#offset || reader.state.sequence !== this.state.sequence)
      throw new JournalLost();
    const next = await open(fresh, 'r+');
    // Windows renames no file over one that is open.
    const { platform } = process;
    if (platform === 'win32') await this.#file.close();
    await rename(fresh, name);
    if (platform !== 'win32') await this.#file.close();
    this.#file = next;
    await syncFolder(this.#folder);
    this.#untrusted = false;
  }
}

/** Keeps a torn end aside, then cuts it off. Dying in between leaves it where it was. */
async function cutTail(file: FileHandle, { offset, tail }: JournalReader, aside: string): Promise<void> {
  try {
    const kept = await open(aside, 'w');
    try {
      await kept.writeFile(await readWhole(file, offset, tail));
      await kept.datasync();
    } finally {
      await kept.close();
    }
    await syncFolder(path.dirname(aside));
  } catch (error) {
    // It is tried again, under another name.
    await rm(aside, { force: true }).catch(() => undefined);
    throw error;
  }
  await file.truncate(offset);
  await file.datasync();
}

/** A write may take less than it was given. */
async function writeWhole(file: FileHandle, bytes: Buffer, at: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at + done);
    done += bytesWritten;
  }
}

/** So does a read. Throws when the file ends before. */
async function readWhole(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  for (let done = 0; done < length;) {
    const { bytesRead } = await file.read(bytes, done, length - done, at + done);
    if (bytesRead === 0) throw new JournalLost();
    done += bytesRead;
  }
  return bytes;
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
