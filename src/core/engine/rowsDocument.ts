import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { openTable } from '../files/openTable';
import { openRecordReader } from '../files/recordText';
import type { Row, TableInfo } from '../files/row';
import { inputPath, readAgain } from '../jobs/jobFolder';
import { documentForm, RowsWriter } from './rowsWriter';
import type { DocumentForm } from './rowsWriter';

/** A document of some of a job's rows, as written to `out/`. */
export interface RowsDocument extends DocumentForm {
  readonly path: string;
  readonly rows: number;
  /** The part at the start of the file that an editor may show. */
  readonly shown: { readonly rows: number; readonly bytes: number };
}

/** A row that was written, and what was said of it. */
export interface WrittenRow<T> {
  readonly row: Row;
  readonly said: T;
  /** What the row column says of it. */
  readonly documentRow: string;
  /** The record as the file has it; null for worksheets, which have no text. */
  readonly text: () => Promise<string | null>;
}

export interface RowsToWrite<T extends { readonly text: string }> {
  /** Name of the file. */
  readonly name: string;
  /** Name of the last column. */
  readonly addedColumn: string;
  /** What is said of a row, with the text of the last column; null for rows left out. Asked for all rows, in order. */
  readonly tell: (row: Row) => T | null;
  readonly written: (row: WrittenRow<T>) => Promise<void>;
}

/**
 * Writes rows of a job's frozen input into a document in `out/`, byte for byte as they are there. May be done by several
 * at the same moment: each writes a file of its own first.
 */
export async function writeRowsDocument<T extends { readonly text: string }>(
  folder: string,
  info: TableInfo,
  { name, addedColumn, tell, written }: RowsToWrite<T>,
): Promise<RowsDocument> {
  const table = await openTable(inputPath(folder), readAgain(info));
  const file = await outFile(folder, name);
  const part = `${file}.${randomBytes(6).toString('hex')}.part`;
  const source = info.format === 'csv' ? await openRecordReader(inputPath(folder), info) : null;
  const writer = await RowsWriter.create(part, { info, source, addedColumn });
  try {
    await writer.header();
    for await (const rows of table.rows()) {
      for (const row of rows) {
        const said = tell(row);
        if (said === null) continue;
        await writer.row(row, said.text);
        const text = async () => (source === null ? null : source.text(row));
        await written({ row, said, documentRow: writer.lineOf(row), text });
      }
    }
    await writer.flush();
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  } finally {
    await writer.close();
    await source?.close();
  }
  await rename(part, file);
  return { path: file, rows: writer.rows, ...documentForm(info), shown: writer.shown };
}

/** Writes a file of `out/` whole or not at all. */
export async function writeOut(folder: string, name: string, text: string): Promise<void> {
  const file = await outFile(folder, name);
  const part = `${file}.${randomBytes(6).toString('hex')}.part`;
  await writeFile(part, text);
  await rename(part, file);
}

async function outFile(folder: string, name: string): Promise<string> {
  const out = path.join(folder, 'out');
  await mkdir(out, { recursive: true });
  return path.join(out, name);
}
