import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { withFolder } from '../jobs/support';
import { endOf, useStage } from './support';
import type { Ended } from './support';

const SUPPLIERS = 'sales/stock/Supplier';

describe('cells by the command line', function () {
  this.timeout(60_000);

  const stage = useStage(({ personiumControl }) => {
    personiumControl.reset();
    personiumControl.setHooks({ startDelayMs: 50, importMs: 300, exportMs: 100 });
  });

  it('are exported, replaced by the snapshot, and brought back after a failure', () =>
    withFolder(async (folder) => {
      const snapshot = path.join(folder, 'shop.zip');
      const exported = await run(['export-cell', '--to', snapshot]);
      assert.equal(exported.code, 0, exported.err);
      assert.match(exported.out, /^The cell was exported: [\d,]+ bytes/);
      stage.sandbox.personiumControl.entityType(SUPPLIERS).entities.clear();
      const jobs = ['--jobs', path.join(folder, 'jobs')];
      const imported = await run(['import-cell', snapshot, '--confirm', 'shop', '--no-export', ...jobs]);
      assert.equal(imported.code, 0, imported.err);
      assert.match(
        imported.out,
        /^Completed \(Cell imported\): The cell shop was imported from shop\.zip\.\n$/,
      );
      assert.match(imported.err, /The snapshot holds: .* entities 25\./);
      assert.equal(stage.sandbox.personiumControl.count(SUPPLIERS), 25);

      stage.sandbox.personiumControl.setHooks({
        failure: { at: 60, code: 'PR409-OD-0003', text: 'It exists.' },
      });
      const kept = path.join(folder, 'kept.zip');
      const failed = await run([
        ...['import-cell', snapshot, '--confirm', 'shop', '--export-to', kept, '--json'],
        ...jobs,
      ]);
      assert.equal(failed.code, 3, failed.err);
      const summary = lastOf(failed.out);
      assert.deepEqual(summary.failures, [
        'cell.importFailed',
        'job.cell.incompleteAt',
        'job.cell.recoverExported',
        'job.cell.recoverAnew',
      ]);
      const { exported: way } = summary.cell as { exported: { name: string; path: string; size: number } };
      assert.equal(way.path, kept);
      assert.equal((await stat(kept)).size, way.size);

      stage.sandbox.personiumControl.setHooks({ failure: null });
      const back = await run([
        ...['import-cell', '--stored', way.name, '--confirm', 'shop', '--no-export'],
        ...jobs,
      ]);
      assert.equal(back.code, 0, back.err);
      assert.match(back.out, /^Completed \(Cell imported, with notes\): .* Not compared, as [^\n]*\n$/);
      assert.doesNotMatch(back.err, /^Not compared/m, 'the sentence has it already');
      assert.equal(stage.sandbox.personiumControl.count(SUPPLIERS), 25);
      assert.equal(stage.sandbox.personiumControl.orders().imports, 3);
    }));

  it('are not touched unless their name is typed and an export was wished or waived', () =>
    withFolder(async (folder) => {
      const jobs = ['--jobs', path.join(folder, 'jobs')];
      const stored = ['import-cell', '--stored', 'any', ...jobs];
      for (const args of [
        [...stored, '--confirm', 'shop'],
        [...stored, '--confirm', 'other', '--no-export'],
        [...stored, '--no-export'],
        [...stored, '--confirm', 'shop', '--no-export', '--export-to', 'x.zip'],
        ['import-cell', '--confirm', 'shop', '--no-export', ...jobs],
      ]) {
        const { code, err } = await run(args);
        assert.equal(code, 64, err);
      }
      const missing = await run([...stored, '--confirm', 'shop', '--no-export']);
      assert.equal(missing.code, 3, missing.err);
      assert.match(missing.out, /The snapshot any is not in the cell any more.*The cell was not changed\./);
      assert.equal(stage.sandbox.personiumControl.orders().imports, 0);
      assert.equal((await readdir(path.join(folder, 'jobs'))).length, 1);
    }));

  function run(args: readonly string[]): Promise<Ended> {
    const { cellUrl, masterToken } = stage.sandbox.personium;
    const child = spawn(process.execPath, [stage.cli, ...args, '--cell-url', cellUrl], {
      env: { PATH: process.env.PATH, HOME: process.env.HOME, LANG: 'en_US', PERSONIUM_TOKEN: masterToken },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return endOf(child);
  }
});

function lastOf(out: string): Record<string, unknown> {
  return JSON.parse(out.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
}
