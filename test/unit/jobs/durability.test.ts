import assert from 'node:assert/strict';
import { appendFile, open, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { dropDecisions, leaveDecision, leaveRequest, readDecisions } from '../../../src/core/jobs/control';
import {
  definitionPath,
  freezeInput,
  journalPath,
  readDefinition,
  writeDefinition,
} from '../../../src/core/jobs/jobFolder';
import { Journal, JournalLost, JournalWriteFailed } from '../../../src/core/jobs/journal';
import { withFaults } from './failingDisk';
import type { Call } from './failingDisk';
import { makeJob, withFolder } from './support';

const OPEN = { type: 'OPEN', engine: '0' } as const;
const CHECK = { type: 'CHECK', rows: 1 } as const;

/** On Windows no folder can be brought to the disk by itself. */
const FOLDER: readonly Call[] = process.platform === 'win32' ? [] : ['sync'];

describe('what survives a power cut', () => {
  it('is the name of a new journal, and what a torn end was before it is cut off', () =>
    withFolder(async (folder) => {
      assert.deepEqual(await callsOf(async () => (await Journal.open(folder)).close()), FOLDER);
      await appendFile(journalPath(folder), 'J1 0123');
      const cut = await callsOf(async () => (await Journal.open(folder)).close());
      assert.deepEqual(cut, ['datasync', ...FOLDER, 'truncate', 'datasync']);
    }));

  it('is a journal that was written anew, before it takes the place of the old one', () =>
    withFolder(async (folder) => {
      const journal = await Journal.open(folder);
      await journal.append(OPEN);
      await failToSync(journal);
      const calls = await callsOf(() => journal.appendDurable(CHECK));
      await journal.close();
      const synced = calls.filter((call) => call !== 'write' && call !== 'truncate');
      assert.deepEqual(synced, ['sync', ...FOLDER, 'datasync']);
    }));

  it('is a request and an answer with its name, and that an answer was carried out', () =>
    withFolder(async (jobs) => {
      const folder = await makeJob(jobs, []);
      assert.deepEqual(await callsOf(() => leaveRequest(folder, 'stop')), ['sync', ...FOLDER]);
      const decide = () => leaveDecision(folder, { answer: 'again', rows: 'all' });
      assert.deepEqual(await callsOf(decide), ['sync', ...FOLDER]);
      const { names } = await readDecisions(folder);
      assert.deepEqual(await callsOf(() => dropDecisions(folder, names)), FOLDER);
      assert.deepEqual(await callsOf(() => dropDecisions(folder, [])), []);
    }));

  it('is a job, its copy of the file before its description', () =>
    withFolder(async (jobs) => {
      const folder = await makeJob(jobs, []);
      const source = path.join(jobs, 'rows.csv');
      await writeFile(source, 'code\n1\n');
      assert.deepEqual(await callsOf(() => freezeInput(folder, source)), ['datasync']);
      const definition = await readDefinition(folder);
      const described = await callsOf(() => writeDefinition(folder, definition));
      assert.deepEqual(described, ['sync', ...FOLDER, ...FOLDER]);
      assert.ok((await stat(definitionPath(folder))).size > 0);
    }));
});

describe('a journal of which a part is lost', () => {
  it('is given up when the disk has kept nothing of its last record', () =>
    withFolder(async (folder) => {
      const journal = await Journal.open(folder);
      await journal.append(OPEN);
      const { size } = await stat(journalPath(folder));
      await journal.append(CHECK);
      await failToSync(journal);
      const file = await open(journalPath(folder), 'r+');
      const lost = (await file.stat()).size - size;
      await file.write(Buffer.alloc(lost), 0, lost, size);
      await file.close();
      await assert.rejects(journal.appendDurable(CHECK), JournalLost);
      await journal.close();
    }));

  it('takes no bytes of somebody else for its own that were torn', () =>
    withFolder(async (folder) => {
      const journal = await Journal.open(folder);
      await journal.append(OPEN);
      await withFaults(
        (call) => (call === 'write' ? 'failsHalfWay' : call === 'truncate' ? 'fails' : null),
        () => assert.rejects(journal.append(CHECK), JournalWriteFailed),
      );
      const { size } = await stat(journalPath(folder));
      const file = await open(journalPath(folder), 'r+');
      await file.write(Buffer.from('J9'), 0, 2, size - 2);
      await file.close();
      await assert.rejects(journal.append(CHECK), JournalLost);
      await journal.close();
    }));
});

/** The calls to the disk that `use` makes. */
async function callsOf(use: () => Promise<unknown>): Promise<Call[]> {
  const calls: Call[] = [];
  await withFaults((call) => (calls.push(call), null), use);
  return calls;
}

async function failToSync(journal: Journal): Promise<void> {
  await withFaults(
    (call) => (call === 'datasync' ? 'fails' : null),
    () => assert.rejects(journal.appendDurable(CHECK), JournalWriteFailed),
  );
}
