import assert from 'node:assert/strict';
import { appendFile, open, readFile, readdir, truncate, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { journalPath } from '../../../src/core/jobs/jobFolder';
import { Journal, JournalDamaged, JournalReader } from '../../../src/core/jobs/journal';
import { FULL_LIFE, withFolder, write } from './support';

describe('the journal', () => {
  it('is read back as it was written', () =>
    withFolder(async (folder) => {
      await write(folder, FULL_LIFE);
      const types: string[] = [];
      const reader = new JournalReader(journalPath(folder));
      await reader.read((record) => types.push(record.type));
      assert.deepEqual(
        types,
        FULL_LIFE.map(({ type }) => type),
      );
      assert.equal(reader.state.stage, 'completed');
      assert.match(await readFile(journalPath(folder), 'utf8'), /^(J1 [0-9a-f]{8} \d+ \{.*\}\n)+$/);
    }));

  it('loses nothing but the torn record, wherever it is torn', () =>
    withFolder(async (folder) => {
      await write(folder, FULL_LIFE.slice(0, -1));
      const file = journalPath(folder);
      const whole = await readFile(file);
      const lastStart = whole.lastIndexOf(10, whole.length - 2) + 1;
      for (let cut = lastStart; cut < whole.length; cut++) {
        await writeFile(file, whole.subarray(0, cut));
        const reader = new JournalReader(file);
        await reader.read();
        assert.equal(reader.state.sequence, FULL_LIFE.length - 2, `followed, cut at ${cut}`);
        const journal = await Journal.open(folder, () => cut);
        await journal.close();
        assert.equal(journal.state.sequence, FULL_LIFE.length - 2, `opened, cut at ${cut}`);
        assert.deepEqual(await readFile(file), whole.subarray(0, lastStart));
        if (cut === lastStart) continue;
        assert.deepEqual(
          await readFile(path.join(folder, `journal.torn-${cut}`)),
          whole.subarray(lastStart, cut),
        );
      }
    })).timeout(60_000);

  it('notices a changed bit, wherever it is', () =>
    withFolder(async (folder) => {
      await write(folder, FULL_LIFE);
      const file = path.join(folder, 'copy');
      const whole = await readFile(journalPath(folder));
      // Every bit of the first, one middle and the last record, and every 29th bit of the rest.
      const lines = [...whole.entries()].filter(([, byte]) => byte === 10).map(([at]) => at);
      const close = (at: number) => at <= (lines[0] ?? 0) || at > (lines.at(-2) ?? 0);
      for (let bit = 0; bit < whole.length * 8; bit++) {
        const at = bit >> 3;
        if (!close(at) && bit % 29 !== 0) continue;
        const changed = Buffer.from(whole);
        changed[at] = (changed[at] ?? 0) ^ (1 << (bit & 7));
        await writeFile(file, changed);
        await assert.rejects(new JournalReader(file).read(), JournalDamaged, `bit ${bit}`);
      }
    })).timeout(60_000);

  it('is left as it is, and not opened, when it is damaged in the middle', () =>
    withFolder(async (folder) => {
      await write(folder, FULL_LIFE);
      const whole = await readFile(journalPath(folder));
      const at = Math.floor(whole.length / 2);
      whole[at] = (whole[at] ?? 0) ^ 1;
      await writeFile(journalPath(folder), whole);
      await assert.rejects(Journal.open(folder), (error) => {
        assert.ok(error instanceof JournalDamaged);
        assert.ok(error.record > 1 && error.state.sequence === error.record - 1);
        return true;
      });
      assert.deepEqual(await readFile(journalPath(folder)), whole);
      assert.deepEqual(await readdir(folder), ['journal.log']);
    }));

  it('notices a record that is missing in the middle', () =>
    withFolder(async (folder) => {
      await write(folder, FULL_LIFE);
      const lines = (await readFile(journalPath(folder), 'utf8')).split('\n');
      lines.splice(4, 1);
      await writeFile(journalPath(folder), lines.join('\n'));
      await assert.rejects(new JournalReader(journalPath(folder)).read(), JournalDamaged);
    }));

  it('is followed while it grows, record by record and byte by byte', () =>
    withFolder(async (folder) => {
      await write(folder, FULL_LIFE);
      const whole = await readFile(journalPath(folder));
      const file = path.join(folder, 'growing');
      await writeFile(file, '');
      const reader = new JournalReader(file);
      let seen = 0;
      for (let at = 0; at < whole.length; at += 13) {
        await appendFile(file, whole.subarray(at, at + 13));
        await reader.read(() => seen++);
      }
      assert.equal(seen, FULL_LIFE.length);
      assert.equal(reader.state.stage, 'completed');
    }));

  it('goes on after the last whole record', () =>
    withFolder(async (folder) => {
      await write(folder, FULL_LIFE.slice(0, 4));
      await truncate(journalPath(folder), (await readFile(journalPath(folder))).length - 5);
      await write(folder, FULL_LIFE.slice(3));
      const reader = new JournalReader(journalPath(folder));
      await reader.read();
      assert.equal(reader.state.stage, 'completed');
    }));

  it('refuses to write what may not follow', () =>
    withFolder(async (folder) => {
      const journal = await Journal.open(folder);
      await assert.rejects(journal.append({ type: 'STOP' }));
      await journal.append({ type: 'OPEN', engine: '0' });
      assert.equal(journal.state.stage, 'checking');
      await journal.close();
    }));

  it('refuses to write what could not be read again, and is whole afterwards', () =>
    withFolder(async (folder) => {
      const journal = await Journal.open(folder);
      await journal.append({ type: 'OPEN', engine: '0' });
      await journal.append({ type: 'PLAN', total: 1, invalid: 0 });
      await journal.append({ type: 'INTENT', batch: 1, rows: [[1, 1]] });
      const reason = { code: 'kintone.throttled' };
      for (const until of [Number.NaN, 1.5, -1])
        await assert.rejects(journal.append({ type: 'THROTTLE', until, reason }), TypeError);
      await journal.append({ type: 'THROTTLE', until: 9_000, reason });
      await journal.close();
      const reader = new JournalReader(journalPath(folder));
      await reader.read();
      assert.equal(reader.state.sequence, 4);
    }));

  it('asks the disk to keep a durable record, with the whole file written, and no other', () =>
    withFolder(async (folder) => {
      const journal = await Journal.open(folder);
      const handle = await open(journalPath(folder));
      const prototype = Object.getPrototypeOf(handle) as FileHandle;
      // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own `this` below
      const { datasync } = prototype;
      const synced: string[] = [];
      prototype.datasync = async function () {
        synced.push(await readFile(journalPath(folder), 'utf8'));
        await datasync.call(this);
      };
      try {
        await journal.append({ type: 'OPEN', engine: '0' });
        assert.deepEqual(synced, []);
        await journal.appendDurable({ type: 'CHECK', rows: 1 });
        assert.deepEqual(synced, [await readFile(journalPath(folder), 'utf8')]);
      } finally {
        prototype.datasync = datasync;
        await handle.close();
        await journal.close();
      }
    }));
});
