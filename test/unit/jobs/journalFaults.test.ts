import assert from 'node:assert/strict';
import { appendFile, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { journalPath } from '../../../src/core/jobs/jobFolder';
import { Journal, JournalLost, JournalReader, JournalWriteFailed } from '../../../src/core/jobs/journal';
import { encodeLine } from '../../../src/core/jobs/journalLine';
import { withFaults } from './failingDisk';
import type { Call, Fault } from './failingDisk';
import { FULL_LIFE, withFolder, write } from './support';

describe('a journal on a failing disk', () => {
  it('holds every record once, whichever call fails, and is never damaged', () =>
    withFolder(async (folder) => {
      let calls = 0;
      await withFaults(
        () => (++calls, null),
        () => writeAll(path.dirname(journalPath(folder))),
      );
      assert.ok(calls > FULL_LIFE.length);
      for (const how of ['fails', 'failsHalfWay'] as const) {
        for (let failing = 1; failing <= calls + 3; failing++) {
          await withFolder(async (other) => {
            let nth = 0;
            await withFaults(
              () => (++nth === failing ? how : null),
              () => writeAll(other),
            );
            await assertWhole(other, `call ${failing} ${how}`);
          });
        }
      }
    })).timeout(60_000);

  it('leaves nothing of a longer record behind a shorter one, even when it could not be cut off at once', () =>
    withFolder(async (folder) => {
      const journal = await Journal.open(folder);
      await journal.append({ type: 'OPEN', engine: '0' });
      const bad = Array.from({ length: 50 }, (_, i) => ({ row: i + 1, problems: [] }));
      await withFaults(
        (call) => (call === 'write' ? 'failsHalfWay' : call === 'truncate' ? 'fails' : null),
        () => assert.rejects(journal.append({ type: 'INVALID', rows: bad }), JournalWriteFailed),
      );
      await journal.append({ type: 'CHECK', rows: 1 });
      await journal.close();
      const reader = new JournalReader(journalPath(folder));
      await reader.read();
      assert.deepEqual([reader.state.sequence, reader.tail, reader.state.counts.invalid], [2, 0, 0]);
    }));

  it('does not trust a file that once could not be brought to the disk: all goes to a new one', () =>
    withFolder(async (folder) => {
      const journal = await Journal.open(folder);
      await journal.append({ type: 'OPEN', engine: '0' });
      const before = (await stat(journalPath(folder))).ino;
      let failing = true;
      const synced: Call[] = [];
      const fault: Fault = (call) => {
        if (call === 'sync' || call === 'datasync') synced.push(call);
        return call === 'datasync' && failing ? 'fails' : null;
      };
      await withFaults(fault, async () => {
        await assert.rejects(journal.appendDurable({ type: 'CHECK', rows: 1 }), JournalWriteFailed);
        failing = false;
        await journal.appendDurable({ type: 'CHECK', rows: 2 });
      });
      assert.notEqual((await stat(journalPath(folder))).ino, before);
      assert.deepEqual(synced.slice(0, 2), ['datasync', 'sync'], 'the new file is whole before it counts');
      await journal.append({ type: 'CHECK', rows: 3 });
      await journal.close();
      const reader = new JournalReader(journalPath(folder));
      await reader.read();
      assert.deepEqual([reader.state.sequence, reader.state.checkedRows], [3, 3]);
    }));

  it('is given up when what was written can’t be read again after that', () =>
    withFolder(async (folder) => {
      const journal = await Journal.open(folder);
      await journal.append({ type: 'OPEN', engine: '0' });
      await withFaults(
        (call) => (call === 'datasync' ? 'fails' : null),
        () => assert.rejects(journal.appendDurable({ type: 'CHECK', rows: 1 }), JournalWriteFailed),
      );
      const lost = await readFile(journalPath(folder));
      await writeFile(journalPath(folder), lost.fill(0, 10, 20));
      await assert.rejects(journal.appendDurable({ type: 'CHECK', rows: 1 }), JournalLost);
      await journal.close();
    }));

  it('takes no record when somebody else has written to it, or when it is gone', () =>
    withFolder(async (folder) => {
      const first = await Journal.open(folder);
      await first.append({ type: 'OPEN', engine: '0' });
      const second = await Journal.open(folder);
      await second.append({ type: 'OPEN', engine: '0' });
      await assert.rejects(first.appendDurable({ type: 'CHECK', rows: 1 }), JournalLost);
      await second.appendDurable({ type: 'CHECK', rows: 2 });
      await rm(folder, { recursive: true });
      await assert.rejects(second.append({ type: 'CHECK', rows: 3 }), JournalLost);
      await first.close();
      await second.close();
    }));

  it('is followed on when its owner takes a record back that did not reach the disk', () =>
    withFolder(async (folder) => {
      await write(folder, FULL_LIFE.slice(0, 1));
      const reader = new JournalReader(journalPath(folder));
      await reader.read();
      const kept = await readFile(journalPath(folder));
      const record = { n: 2, epoch: 1, at: 5_000 } as const;
      await appendFile(journalPath(folder), encodeLine({ ...record, type: 'CHECK', rows: 12_345 }));
      await reader.read();
      assert.equal(reader.state.checkedRows, 12_345);
      await writeFile(journalPath(folder), kept);
      await reader.read();
      assert.deepEqual([reader.state.sequence, reader.state.checkedRows], [1, 0]);
      await appendFile(journalPath(folder), encodeLine({ ...record, type: 'CHECK', rows: 7 }));
      await reader.read();
      assert.equal(reader.state.checkedRows, 7);
    }));
});

/** Writes a whole life, each record as often as it takes. */
async function writeAll(folder: string): Promise<void> {
  const journal = await retry(() => Journal.open(folder, () => 5_000));
  for (const event of FULL_LIFE) {
    await retry(() => (event.type === 'INTENT' ? journal.appendDurable(event) : journal.append(event)));
  }
  await journal.close();
}

async function retry<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    assert.ok(error instanceof JournalWriteFailed, String(error));
    assert.equal(error.code, 'EIO');
    return work();
  }
}

async function assertWhole(folder: string, when: string): Promise<void> {
  const types: string[] = [];
  const reader = new JournalReader(journalPath(folder));
  await reader.read((record) => types.push(record.type));
  assert.deepEqual(
    types,
    FULL_LIFE.map(({ type }) => type),
    when,
  );
  assert.equal(reader.tail, 0, when);
}
