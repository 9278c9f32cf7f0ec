import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RowsDefinition } from '../../../src/core/jobs/job';
import { controlPath, newJobId, writeDefinition } from '../../../src/core/jobs/jobFolder';
import { Journal } from '../../../src/core/jobs/journal';
import type { JobEvent } from '../../../src/core/jobs/records';

/** A folder of its own for a test, gone afterwards. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'imported-files-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export function definitionOf(id: string, changes: Partial<RowsDefinition> = {}): RowsDefinition {
  return {
    version: 1,
    id,
    submittedAt: 1_000,
    target: {
      system: 'kintone',
      connectionId: 'test',
      connectionName: 'Test',
      baseUrl: 'http://localhost:1',
      id: '1',
      name: 'App',
      url: 'http://localhost:1/k/1/',
    },
    source: {
      name: 'rows.csv',
      uri: 'file:///rows.csv',
      size: 0,
      sha256: '',
      read: {},
      info: {
        format: 'csv',
        encoding: 'utf-8',
        bom: false,
        delimiter: ',',
        lineEnd: '\n',
        header: ['code', 'name'],
        headerPlace: { line: 1, byteOffset: 0, byteLength: 10 },
      },
    },
    plan: { columns: ['code', 'name'], mode: 'add' },
    language: 'en',
    engineVersion: '0',
    ...changes,
  };
}

/** A job folder with a definition and the given journal. */
export async function makeJob(
  jobsFolder: string,
  events: readonly JobEvent[],
  changes: Partial<RowsDefinition> = {},
): Promise<string> {
  const id = newJobId(changes.submittedAt ?? 1_000);
  const folder = path.join(jobsFolder, id);
  await mkdir(controlPath(folder), { recursive: true });
  await writeDefinition(folder, definitionOf(id, changes));
  await write(folder, events);
  return folder;
}

export async function write(folder: string, events: readonly JobEvent[]): Promise<void> {
  const journal = await Journal.open(folder, () => 5_000);
  for (const event of events) await journal.append(event);
  await journal.close();
}

/** A job of five rows with everything in it: one invalid, one rejected, two imported, one uncertain. */
export const FULL_LIFE: readonly JobEvent[] = [
  { type: 'OPEN', engine: '0' },
  { type: 'CHECK', rows: 3 },
  {
    type: 'INVALID',
    rows: [
      { row: 2, problems: [{ column: 0, field: 'code', value: '𠮷', message: { code: 'value.required' } }] },
    ],
  },
  { type: 'PLAN', total: 5, invalid: 1 },
  {
    type: 'INTENT',
    batch: 1,
    rows: [
      [1, 1],
      [3, 4],
    ],
  },
  {
    type: 'OUTCOME',
    batch: 1,
    outcome: {
      kind: 'rejected',
      code: 'CB_VA01',
      message: { code: 'kintone.CB_VA01', verbatim: '値が不正です。' },
      rows: [
        {
          row: 3,
          problems: [{ column: 1, message: { code: 'kintone.refusedValue', args: { field: 'name' } } }],
        },
      ],
    },
  },
  { type: 'SPLIT', batch: 1, into: 100 },
  { type: 'THROTTLE', until: 9_000, reason: { code: 'kintone.throttled' } },
  {
    type: 'INTENT',
    batch: 2,
    rows: [
      [1, 1],
      [4, 4],
    ],
  },
  {
    type: 'OUTCOME',
    batch: 2,
    outcome: { kind: 'committed', ids: [['7', 2]], revisions: [['1', 2]] },
  },
  { type: 'INTENT', batch: 3, rows: [[5, 5]] },
  { type: 'OUTCOME', batch: 3, outcome: { kind: 'ambiguous', message: { code: 'network.lost' } } },
  { type: 'DONE', status: 'completed', failures: [], unprocessed: [] },
];
