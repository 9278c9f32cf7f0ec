import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { withFolder } from '../jobs/support';
import { endOf, useStage } from './support';
import type { Ended } from './support';

const CUSTOMERS = '1';

describe('updating by the command line', function () {
  this.timeout(60_000);

  const stage = useStage(({ control }) => {
    control.reset();
    control.setFaults({ latencyMs: 0 });
  });

  it('changes what differs, adds what is new, and says what it did', () =>
    withFolder(async (folder) => {
      const before = await run(folder, 'import', 'a,A\nb,B\nc,C\n');
      assert.equal(before.code, 0, before.err);
      const after = await run(folder, 'import', 'a,A\nb,New\nd,D\n', ['--mode', 'add-or-update']);
      assert.equal(after.code, 0, after.err);
      assert.match(after.out, /1 rows added, 1 changed, 1 already as in the file/);
      assert.match(after.err, /Requests needed when all goes well: \d\d?\. Kintone takes 10,000 a day/);
      assert.equal(stage.sandbox.control.count(CUSTOMERS), 4);
      const again = await run(folder, 'import', 'b,New\nz,Z\n', ['--mode', 'update', '--key', '顧客コード']);
      assert.equal(again.code, 2);
      assert.match(again.out, /1 rows already as in the file, 1 not imported/);
    }));

  it('ends with 0 and writes nothing when all records are as the file has them', () =>
    withFolder(async (folder) => {
      await run(folder, 'import', 'a,A\nb,B\n');
      const writes = () => stage.sandbox.control.log().writes[CUSTOMERS] ?? 0;
      const before = writes();
      const { code, out } = await run(folder, 'import', 'a,A\nb,B\n', ['--mode', 'add-or-update']);
      assert.deepEqual([code, writes() - before], [0, 0]);
      assert.equal(out, 'Completed (All rows imported): 2 rows already as in the file\n');
    }));

  it('ends with 3 for a file without rows, and without anything', () =>
    withFolder(async (folder) => {
      const { code, out } = await run(folder, 'import', '', ['--mode', 'update']);
      assert.deepEqual([code, out.includes('no rows')], [3, true], out);
      const file = path.join(folder, 'empty.csv');
      await writeFile(file, '');
      const empty = await runFile(folder, 'import', file, []);
      assert.equal(empty.code, 3);
      assert.match(empty.err, /empty/);
      assert.equal(stage.sandbox.control.count(CUSTOMERS), 0);
    }));

  it('adds rows without the right to view records, and says what it could not look for', () =>
    withFolder(async (folder) => {
      stage.sandbox.control.withdrawRights(CUSTOMERS, ['view']);
      try {
        const { code, out, err } = await run(folder, 'import', 'a,A\nb,B\n');
        assert.equal(code, 0, out + err);
        assert.match(err, /this sign-in may not view its records/);
        assert.equal(stage.sandbox.control.count(CUSTOMERS), 2);
        const again = await run(folder, 'import', 'b,B\nc,C\n');
        assert.equal(again.code, 2, again.out + again.err);
        assert.equal(stage.sandbox.control.count(CUSTOMERS), 3);
        const checked = await run(folder, 'check', 'a,A\n');
        assert.match(checked.err, /this sign-in may not view its records/);
        const changed = await run(folder, 'import', 'a,B\n', ['--mode', 'update']);
        assert.deepEqual([changed.code, changed.out.includes('view')], [3, true], changed.out);
      } finally {
        stage.sandbox.control.giveBack();
      }
    }));

  it('checks a file against the live records and imports nothing', () =>
    withFolder(async (folder) => {
      await run(folder, 'import', 'a,A\nb,B\n');
      const { code, out } = await run(folder, 'check', 'a,A\nb,New\nzz,Z\nb,Twice\n', ['--mode', 'update']);
      assert.equal(code, 2);
      const lines = out.trimEnd().split('\n');
      assert.match(lines[0] ?? '', /^3: 顧客コード: The same key is in line 5, too/);
      assert.match(lines[1] ?? '', /^4: 顧客コード: No record has this key/);
      assert.match(lines[2] ?? '', /^5: /);
      assert.equal(
        lines.at(-1),
        '4 rows checked: 0 would be added, 0 changed, 1 are already as in the file, 3 have problems',
      );
      assert.equal(stage.sandbox.control.count(CUSTOMERS), 2);
      const clean = await run(folder, 'check', 'a,A\nq,Q\n', ['--mode', 'add-or-update', '--json']);
      assert.equal(clean.code, 0);
      const summary = JSON.parse(clean.out.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
      assert.deepEqual([summary.total, summary.added, summary.unchanged, summary.invalid], [2, 1, 1, 0]);
      assert.deepEqual(summary.blankKeys, { count: 0, firstLine: null });
      assert.ok(Number(summary.requests) > 0);
    }));

  it('names every record that somebody else saves in between, and overwrites none', () =>
    withFolder(async (folder) => {
      const rows = (name: string) =>
        Array.from({ length: 300 }, (_, i) => `k${String(i).padStart(3, '0')},${name}\n`).join('');
      await run(folder, 'import', rows('A'));
      stage.sandbox.control.setFaults({
        latencyMs: 0,
        faults: [{ kind: 'bumpRevision', app: CUSTOMERS, ids: [5, 150, 299], path: 'bulkRequest', nth: 1 }],
      });
      const writes = () => stage.sandbox.control.log().writes[CUSTOMERS] ?? 0;
      const before = writes();
      const { code, out } = await run(folder, 'import', rows('B'), ['--mode', 'update']);
      assert.equal(code, 2);
      assert.match(out, /297 rows changed, 3 not imported/);
      const kept = stage.sandbox.control.records(CUSTOMERS);
      assert.equal(kept.filter(({ 会社名: name }) => name === 'B').length, 297);
      // The refused request, and three of a hundred rows: no bisecting.
      assert.equal(writes() - before, 4);
    }));

  it('does with blank keys as it is told', () =>
    withFolder(async (folder) => {
      await run(folder, 'import', 'a,A\n');
      const refused = await run(folder, 'import', 'a,B\n,C\n', ['--mode', 'add-or-update']);
      assert.equal(refused.code, 3);
      assert.match(refused.out, /The row at line 3 has no key/);
      const args = ['--mode', 'add-or-update', '--blank-keys', 'skip'];
      const skipped = await run(folder, 'import', 'a,B\n,C\n', args);
      assert.equal(skipped.code, 2);
      assert.match(skipped.out, /1 rows changed, 1 not imported/);
    }));

  it('takes columns by hand, leaves some out, and sets fields to one text', () =>
    withFolder(async (folder) => {
      const file = path.join(folder, 'by-hand.csv');
      await writeFile(file, 'No,Firm,国,x\nc1,F1,仏,1\n');
      const args = [
        '--column',
        'No=顧客コード',
        '--column',
        'Firm=会社名',
        '--ignore',
        '国',
        '--set',
        '国=日本=JP',
      ];
      const { code, err } = await runFile(folder, 'import', file, args);
      assert.equal(code, 0, err);
      assert.match(err, /Columns that are not imported: x\n/);
      const check = await runFile(folder, 'check', file, [...args, '--mode', 'add-or-update', '--json']);
      assert.match(check.out, /"unchanged":1/);
      const wrong = await runFile(folder, 'import', file, ['--column', 'none=国']);
      assert.equal(wrong.code, 64);
      assert.match(wrong.err, /no column none/);
    }));

  it('names the fields that could be the key', () =>
    withFolder(async (folder) => {
      const { code, err } = await run(folder, 'import', 'a,A\n', ['--mode', 'update', '--key', '会社名']);
      assert.equal(code, 64);
      assert.match(err, /顧客コード/);
    }));

  it('takes a profile of the folder it runs in, and refuses one that no longer fits', () =>
    withFolder(async (folder) => {
      await run(folder, 'import', 'a,A\n');
      await mkdir(path.join(folder, '.vscode'));
      const columns = { 顧客コード: '顧客コード', 会社名: '会社名' };
      const profile = { name: 'nightly', columns, mode: 'addOrUpdate', key: '顧客コード', blankKeys: 'skip' };
      await writeFile(
        path.join(folder, '.vscode/imported-files.json'),
        JSON.stringify({ version: 1, profiles: [profile, { ...profile, name: 'old', key: 'gone' }] }),
      );
      const done = await run(folder, 'import', 'a,B\n,C\n', ['--profile', 'nightly']);
      assert.equal(done.code, 2, done.err);
      assert.match(done.out, /1 rows changed, 1 not imported/);
      const old = await run(folder, 'import', 'a,B\n', ['--profile', 'old']);
      assert.equal(old.code, 3);
      assert.match(old.err, /gone/);
      assert.equal((await run(folder, 'import', 'a,B\n', ['--profile', 'none'])).code, 64);
      const both = await run(folder, 'import', 'a,B\n', ['--profile', 'nightly', '--mode', 'add']);
      assert.equal(both.code, 64);
    }));

  async function run(
    folder: string,
    command: 'import' | 'check',
    rows: string,
    args: readonly string[] = [],
  ): Promise<Ended> {
    const file = path.join(folder, 'customers.csv');
    await writeFile(file, `顧客コード,会社名\n${rows}`);
    return runFile(folder, command, file, args);
  }

  function runFile(folder: string, command: string, file: string, args: readonly string[]): Promise<Ended> {
    const app = stage.sandbox.kintone.apps.find(({ id }) => id === CUSTOMERS);
    const where = [
      '--base-url',
      stage.sandbox.kintone.baseUrl,
      '--app',
      CUSTOMERS,
      '--jobs',
      path.join(folder, 'jobs'),
    ];
    const child = spawn(process.execPath, [stage.cli, command, file, ...where, ...args], {
      cwd: folder,
      env: { KINTONE_API_TOKEN: app?.apiToken ?? '' },
    });
    return endOf(child);
  }
});
