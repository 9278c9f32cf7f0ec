import type { StoredValue } from './field';

export type StoredRecord = readonly StoredValue[];

const CHUNK_BYTES = 4 * 1024 * 1024;

/**
 * Record values kept outside the JavaScript heap, as JSON text in large buffers: a million records cost the collector
 * nothing. Nothing is ever overwritten; an updated record is written anew and its old bytes are left behind, which also
 * makes undoing an update a matter of pointing back.
 */
export class PackedRecords {
  readonly #chunks: Buffer[] = [];
  #used = 0;

  /** Where the next record was put, until the next call. */
  chunk = 0;
  offset = 0;
  length = 0;

  append(record: StoredRecord): void {
    const text = JSON.stringify(record);
    // A UTF-16 unit takes three bytes at the most.
    const room = text.length * 3;
    let chunk = this.#chunks.at(-1);
    if (chunk === undefined || chunk.length - this.#used < room) {
      chunk = Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, room));
      this.#chunks.push(chunk);
      this.#used = 0;
    }
    this.chunk = this.#chunks.length - 1;
    this.offset = this.#used;
    this.length = chunk.write(text, this.#used, 'utf8');
    this.#used += this.length;
  }

  read(chunk: number, offset: number, length: number): StoredRecord {
    const text = this.#chunks[chunk]?.toString('utf8', offset, offset + length) ?? '[]';
    return JSON.parse(text) as StoredRecord;
  }

  clear(): void {
    this.#chunks.length = 0;
    this.#used = 0;
  }
}
