import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createJob } from '../../../src/core/engine/createJob';
import { encodeText } from '../../../src/core/files/encodeText';
import { openTable } from '../../../src/core/files/openTable';
import type { Encoding, Row } from '../../../src/core/files/row';
import { writeTextWorkbook } from '../../../src/core/files/writeWorkbook';
import { newJobId } from '../../../src/core/jobs/jobFolder';
import { Journal } from '../../../src/core/jobs/journal';
import type { JobEvent, Outcome } from '../../../src/core/jobs/records';
import type { RowRange } from '../../../src/core/jobs/runs';
import { definitionOf, withFolder } from '../jobs/support';

/** Makes a job of a file and gives it a journal, as if somebody had worked on it. Resolves to its folder. */
export async function journalledJob(
  jobs: string,
  file: string | Buffer,
  eventsOf: (total: number) => readonly JobEvent[],
): Promise<string> {
  const source = path.join(jobs, 'rows.txt');
  await writeFile(source, file);
  const { header } = (await openTable(source)).info;
  const id = newJobId(Date.now());
  const folder = path.join(jobs, id);
  const request = { path: source, name: 'rows.txt', uri: 'file:///rows.txt', read: {}, language: 'en' };
  const { target } = definitionOf(id);
  const plan = { columns: header.map(() => null), mode: 'add' as const };
  await createJob({ folder, id, submittedAt: 1_000, request: { ...request, target, plan } });
  const journal = await Journal.open(folder);
  for (const event of eventsOf((await readRows(source)).length)) await journal.append(event);
  await journal.close();
  return folder;
}

/** A request and its answer; nothing where there are no rows. */
export function request(batch: number, rows: readonly RowRange[], outcome: Outcome): JobEvent[] {
  return rows.length === 0
    ? []
    : [
        { type: 'INTENT', batch, rows },
        { type: 'OUTCOME', batch, outcome },
      ];
}

export async function workbook(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): Promise<Buffer> {
  return withFolder(async (folder) => {
    const file = path.join(folder, 'rows.xlsx');
    await writeTextWorkbook(file, 'Rows', header, rows);
    return readFile(file);
  });
}

export async function readRows(file: string): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const batch of (await openTable(file)).rows()) rows.push(...batch);
  return rows;
}

export function bytesOf(text: string, encoding: Encoding = 'utf-8'): Buffer {
  return Buffer.from(encodeText(text, encoding).bytes);
}
