import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';

const WRITE_BYTES = 1 << 18;
const READ_BYTES = 1 << 16;
/** Lines begin at multiples of so many bytes, so that places stay small numbers in large files. */
const BLOCK = 16;

/**
 * Lines of text that are put aside and read again by their places, nearly in the order in which they came: so that what
 * belongs to a million rows takes no memory. Synchronous, as the reader of a journal does not wait.
 */
export class Spool {
  readonly #path: string;
  readonly #file: number;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #size = 0;
  #window = Buffer.alloc(0);
  #windowAt = 0;

  constructor(path: string) {
    this.#path = path;
    this.#file = openSync(path, 'w+');
  }

  /** The place of the line, from 1; it may come back with blanks at its end. */
  add(line: string): number {
    const place = this.#size / BLOCK + 1;
    const blanks = BLOCK - 1 - (Buffer.byteLength(line) % BLOCK);
    const bytes = Buffer.from(`${line}${' '.repeat(blanks)}\n`);
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    this.#size += bytes.length;
    if (this.#waitingBytes >= WRITE_BYTES) this.#flush();
    return place;
  }

  read(place: number): string {
    this.#flush();
    const at = (place - 1) * BLOCK;
    for (let bytes = READ_BYTES; ; bytes *= 2) {
      const found = this.#find(at);
      if (found !== null) return found;
      if (this.#windowAt === at && at + this.#window.length >= this.#size) {
        throw new RangeError('no line stands here');
      }
      const window = Buffer.allocUnsafe(bytes);
      const read = readSync(this.#file, window, 0, bytes, at);
      this.#window = window.subarray(0, read);
      this.#windowAt = at;
    }
  }

  /** Takes the file away. */
  remove(): void {
    closeSync(this.#file);
    rmSync(this.#path, { force: true });
  }

  #find(at: number): string | null {
    const from = at - this.#windowAt;
    if (from < 0 || from >= this.#window.length) return null;
    const end = this.#window.indexOf(10, from);
    return end < 0 ? null : this.#window.toString('utf8', from, end);
  }

  #flush(): void {
    if (this.#waitingBytes === 0) return;
    const bytes = Buffer.concat(this.#waiting);
    for (let done = 0; done < bytes.length;) {
      done += writeSync(this.#file, bytes, done, bytes.length - done);
    }
    [this.#waiting, this.#waitingBytes] = [[], 0];
  }
}
