import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { NEW_JOB, TransitionRefused, fold } from './fold';
import type { JobState } from './fold';
import { canBeTorn, decodeLine, encodeLine } from './journalLine';
import { journalPath, syncFolder, tornPath } from './jobFolder';
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

  constructor(path: string) {
    this.#path = path;
  }

  /** Takes in new records. A journal that does not exist yet is empty. Throws `JournalDamaged`. */
  async read(onRecord?: (record: JournalRecord) => void): Promise<void> {
    if (this.#damage) throw this.#damage;
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
  readonly #file: FileHandle;
  readonly #now: () => number;
  #offset: number;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(file: FileHandle, state: JobState, offset: number, now: () => number) {
    this.#file = file;
    this.state = state;
    this.#offset = offset;
    this.#now = now;
  }

  /**
   * Opens the journal of a job folder for writing, making it when there is none. A record that was torn at the end is
   * kept aside and cut off. Throws `JournalDamaged` and leaves the file as it is when anything else is wrong.
   */
  static async open(folder: string, now: () => number = Date.now): Promise<Journal> {
    const reader = new JournalReader(journalPath(folder));
    await reader.read();
    const file = await open(journalPath(folder), reader.offset + reader.tail === 0 ? 'a+' : 'r+');
    if (reader.tail > 0) {
      await keepAside(file, reader, tornPath(folder, now()));
      await file.truncate(reader.offset);
      await file.datasync();
    }
    await file.close();
    // A journal that a power cut takes away would say that nothing was sent.
    if (reader.offset + reader.tail === 0) await syncFolder(folder);
    return new Journal(await open(journalPath(folder), 'r+'), reader.state, reader.offset, now);
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
    const state = fold(this.state, record);
    const line = encodeLine(record);
    const start = performance.now();
    try {
      for (let done = 0; done < line.length;) {
        const { bytesWritten } = await this.#file.write(line, done, line.length - done, this.#offset + done);
        done += bytesWritten;
      }
      if (durable) await this.#file.datasync();
    } catch (error) {
      // What was written in part must not stand before the next try.
      await this.#file.truncate(this.#offset).catch(() => undefined);
      throw new JournalWriteFailed(error);
    } finally {
      this.spent += performance.now() - start;
    }
    this.#offset += line.length;
    this.state = state;
  }
}

async function keepAside(file: FileHandle, reader: JournalReader, path: string): Promise<void> {
  const torn = Buffer.alloc(reader.tail);
  await file.read(torn, 0, torn.length, reader.offset);
  const aside = await open(path, 'w');
  try {
    await aside.write(torn);
    await aside.datasync();
  } finally {
    await aside.close();
  }
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
