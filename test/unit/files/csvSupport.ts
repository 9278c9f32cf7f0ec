import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { byteForm } from '../../../src/core/files/csvBytes';
import { PositionParser } from '../../../src/core/files/csvParser';
import { byteOrderMark } from '../../../src/core/files/encodings';
import { encodeText } from '../../../src/core/files/encodeText';
import { openTable } from '../../../src/core/files/openTable';
import { openRecordReader } from '../../../src/core/files/recordText';
import type { CsvInfo, Delimiter, Encoding, ReadOptions, Row, RowPlace } from '../../../src/core/files/row';
import { ExpectedError, type Message } from '../../../src/core/message';

/** A folder for the files of one test file; call `remove` after it. */
export function temporaryFolder(): {
  write(name: string, content: string | Uint8Array): string;
  remove(): void;
} {
  const folder = mkdtempSync(join(tmpdir(), 'imported-files-'));
  return {
    write: (name, content) => {
      const path = join(folder, name);
      writeFileSync(path, content);
      return path;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export async function readTable(
  path: string,
  options?: ReadOptions,
): Promise<{ info: CsvInfo; rows: Row[] }> {
  const table = await openTable(path, options);
  const { info } = table;
  if (info.format !== 'csv') throw new Error('not read as CSV');
  const all: Row[] = [];
  for await (const batch of table.rows()) all.push(...batch);
  return { info, rows: all };
}

/** The text of one record as it stands in the file, line end included. */
export async function readRecordText(path: string, place: RowPlace, info: CsvInfo): Promise<string> {
  const reader = await openRecordReader(path, info);
  try {
    return await reader.text(place);
  } finally {
    await reader.close();
  }
}

/** The bytes of a text file. Fails when the encoding lacks a character of the text. */
export function encode(text: string, encoding: Encoding, bom = false): Buffer {
  const { bytes, lost } = encodeText(text, encoding);
  if (lost.length > 0) throw new Error(`${encoding} lacks ${lost.join(' ')}`);
  return Buffer.concat([bom ? byteOrderMark(encoding) : new Uint8Array(), bytes]);
}

/** Rows of bytes which are fed to the parser in chunks of `size`. */
export function parseInChunks(
  file: Buffer,
  size: number,
  options: { encoding: Encoding; delimiter: Delimiter; byteOffset: number; columns: number },
): Row[] {
  const form = byteForm(options.encoding, options.delimiter);
  const parser = new PositionParser({ ...options, ...(form.decode && { decode: form.decode }) });
  const rows: Row[] = [];
  const feed = (bytes: Buffer): void => {
    for (const batch of parser.feed(bytes)) rows.push(...batch);
  };
  for (let at = options.byteOffset; at < file.length; at += size) {
    feed(form.feed(Buffer.from(file.subarray(at, at + size))));
  }
  feed(form.finish());
  for (const batch of parser.finish(file.length)) rows.push(...batch);
  return rows;
}

/** The sentence an expected failure tells. */
export async function refusal(promise: Promise<unknown>): Promise<Message> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof ExpectedError) return error.detail;
    throw error;
  }
  throw new Error('nothing was refused');
}

/** Numbers from 0 to 1, the same in every run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export function pick<T>(random: () => number, choices: readonly T[]): T {
  const choice = choices[Math.floor(random() * choices.length)];
  if (choice === undefined) throw new Error('nothing to choose from');
  return choice;
}
