import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { withFolder } from '../jobs/support';
import { endOf, useStage } from './support';
import type { Ended } from './support';

const CUSTOMERS = '1';

describe('undoing by the command line', function () {
  this.timeout(60_000);

  const stage = useStage(({ control }) => {
    control.reset();
    control.setFaults({ latencyMs: 0 });
  });

  it('deletes what an import has made', () =>
    withFolder(async (folder) => {
      const jobId = await imported(folder, 'a,A\nb,B\nc,C\n');
      assert.equal(stage.sandbox.control.count(CUSTOMERS), 3);
      const undone = await run(folder, ['undo', jobId]);
      assert.equal(undone.code, 0, undone.err);
      assert.match(undone.err, /Records to be deleted: 3/);
      assert.match(undone.out, /The import was undone: 3 records deleted/);
      assert.equal(stage.sandbox.control.count(CUSTOMERS), 0);
      const again = await run(folder, ['undo', jobId]);
      assert.equal(again.code, 3);
      assert.match(again.err, /undone already/);
    }));

  it('comes to the same end when the process is killed and another one goes on', () =>
    withFolder(async (folder) => {
      const rows = Array.from({ length: 4_200 }, (_, i) => `k${i},N\n`).join('');
      const jobId = await imported(folder, rows);
      stage.sandbox.control.disturb({ kind: 'bumpRevision', app: CUSTOMERS, ids: [9, 4_100] });
      stage.sandbox.control.setFaults({ latencyMs: 50 });
      const killed = start(folder, ['undo', jobId]);
      const watching = setInterval(() => {
        if (stage.sandbox.control.count(CUSTOMERS) <= 2_300) killed.kill('SIGKILL');
      }, 2);
      const { code } = await endOf(killed);
      clearInterval(watching);
      assert.equal(code, null);
      const [undo = ''] = (await readdir(path.join(folder, 'jobs'))).filter((name) => name !== jobId);
      const { code: end, out, err } = await run(folder, ['resume', undo]);
      assert.equal(end, 2, out + err);
      assert.match(out, /The import was undone: .*2 kept/);
      const left = stage.sandbox.control.records(CUSTOMERS).map(({ $id }) => Number($id));
      assert.deepEqual(left, [9, 4_100]);
      const document = await run(folder, ['unimported', undo]);
      assert.match(
        document.out,
        /\r\n9,9,"Record 9 was edited after the import, so it is kept as it is\."\r\n/,
      );
    }));

  async function imported(folder: string, rows: string, more: readonly string[] = []): Promise<string> {
    const file = path.join(folder, `rows-${Math.random()}.csv`);
    await writeFile(file, `顧客コード,会社名\n${rows}`);
    const { code, out, err } = await run(folder, ['import', file, '--app', CUSTOMERS, '--json', ...more]);
    assert.equal(code, 0, out + err);
    const { jobId } = JSON.parse(out.trim().split('\n').at(-1) ?? '') as { jobId: string };
    return jobId;
  }

  function run(folder: string, args: readonly string[]): Promise<Ended> {
    return endOf(start(folder, args));
  }

  function start(folder: string, args: readonly string[]) {
    const { baseUrl, username, password } = stage.sandbox.kintone;
    return spawn(
      process.execPath,
      [stage.cli, ...args, '--jobs', path.join(folder, 'jobs'), '--base-url', baseUrl],
      {
        env: { ...process.env, KINTONE_USERNAME: username, KINTONE_PASSWORD: password, LC_ALL: 'en_US' },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
  }
});
