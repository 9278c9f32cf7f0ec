import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExpectedError, type Message } from '../../../../src/core/message';
import type { Row, Table } from '../../../../src/core/files/row';
import { openWorkbook } from '../../../../src/core/files/xlsx/readXlsx';
import { zipParts, type Parts } from '../../../support/workbookXml';

/** A folder for the workbooks of a suite, removed after it. */
export function useFolder(): {
  file(name: string, content: Uint8Array | Parts): Promise<string>;
  path: string;
} {
  const folder = {
    path: '',
    async file(name: string, content: Uint8Array | Parts): Promise<string> {
      const path = join(folder.path, name);
      await writeFile(path, content instanceof Uint8Array ? content : zipParts(content));
      return path;
    },
  };
  before(async () => {
    folder.path = await mkdtemp(join(tmpdir(), 'workbooks-'));
  });
  after(() => rm(folder.path, { recursive: true, force: true }));
  return folder;
}

export async function readRows(table: Table): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const batch of table.rows()) rows.push(...batch);
  return rows;
}

/** The sentence with which reading the whole file is refused. */
export async function refusalOf(path: string, sheet?: string): Promise<Message> {
  try {
    await readRows(await openWorkbook(path, sheet === undefined ? {} : { sheet }));
  } catch (error) {
    if (error instanceof ExpectedError) return error.detail;
    throw error;
  }
  throw new Error('the file was read');
}
