import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { withFolder } from '../jobs/support';
import { endOf, useStage } from './support';
import type { Ended } from './support';

const PRODUCTS = 'sales/stock/Product';
const ROWS = 2_000;

describe('imports into an entity set by the command line', function () {
  this.timeout(120_000);

  const stage = useStage(({ personiumControl }) => personiumControl.reset());

  it('bring every row once, however often the process is killed on the way', () =>
    withFolder(async (folder) => {
      stage.sandbox.personiumControl.setFaults({ latencyMs: 60 });
      const jobs = path.join(folder, 'jobs');
      await killedAt(1, importing(await products(folder, ROWS), jobs));
      const [jobId = ''] = await readdir(jobs);
      const going = ['resume', jobId, '--jobs', jobs];
      const refused = await run(going, { PERSONIUM_USERNAME: 'nobody' });
      assert.ok(refused.code === 3 || refused.code === 5, `${refused.code}`);
      assert.match(refused.err, /password/);
      assert.ok(!refused.err.includes('    at '), refused.err);
      for (const entities of [501, 1_001]) await killedAt(entities, going);
      const { code, out, err } = await run([...going, '--json']);
      assert.equal(code, 0, out + err);
      const summary = JSON.parse(out.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
      assert.deepEqual([summary.status, summary.imported, summary.unknown], ['completed', ROWS, 0]);
      const codes = stage.sandbox.personiumControl.entities(PRODUCTS).map(({ Code }) => Code);
      assert.deepEqual(
        [...codes].sort(),
        Array.from({ length: ROWS }, (_, i) => codeOf(i)),
      );
      assert.deepEqual([...new Set(codes)].length, ROWS);
      const again = await run(going);
      assert.deepEqual([again.code, again.err.includes('has ended')], [3, true], again.err);
    }));

  it('say what an import would do, and refuse an entity set that is none', () =>
    withFolder(async (folder) => {
      const file = await products(folder, 3);
      const args = ['check', file, '--cell-url', stage.sandbox.personium.cellUrl, '--entity-set', PRODUCTS];
      const checked = await run(args);
      assert.equal(checked.code, 0, checked.err);
      assert.match(checked.out, /^3 rows checked: 3 would be added/);
      assert.match(checked.err, /Requests needed when all goes well: \d+\.\n/);
      assert.equal(stage.sandbox.personiumControl.count(PRODUCTS), 0);
      const none = await run([...args.slice(0, -1), 'Product']);
      assert.equal(none.code, 64);
    }));

  it('replace, merge and add by the ids in the file, and leave alone what is as it should be', () =>
    withFolder(async (folder) => {
      const jobs = path.join(folder, 'jobs');
      const file = path.join(folder, 'ids.csv');
      const importIds = async (rows: string, mode: string) => {
        await writeFile(file, `__id,Code,Name,Price\n${rows}`);
        const { out, err } = await run([...importing(file, jobs), '--mode', mode, '--key', '__id', '--json']);
        const last = JSON.parse(out.trim().split('\n').at(-1) ?? '{}') as Record<string, unknown>;
        assert.equal(err, '');
        return [last.imported, last.updated, last.unchanged, last.unimported];
      };
      assert.deepEqual(await importIds('a,c1,A,1\nb,c2,B,2\n', 'add-or-replace'), [2, 0, 0, 0]);
      assert.deepEqual(await importIds('a,c1,A,1\nb,c2,New,\nc,c3,C,3\n', 'add-or-replace'), [1, 1, 1, 0]);
      assert.deepEqual(await importIds('a,c1,Merged,1\nz,c9,Z,9\n', 'update'), [0, 1, 0, 1]);
      const kept = stage.sandbox.personiumControl.entities(PRODUCTS);
      assert.deepEqual(kept.map(({ __id, Name, Price }) => [__id, Name, Price]).sort(), [
        ['a', 'Merged', 1],
        ['b', 'New', null],
        ['c', 'C', 3],
      ]);
    }));

  it('find entities by a column that is a property, too', () =>
    withFolder(async (folder) => {
      const file = path.join(folder, 'codes.csv');
      const importCodes = async (rows: string) => {
        await writeFile(file, `Code,Name,Price\n${rows}`);
        const mode = ['--mode', 'add-or-replace', '--id-from', 'Code', '--json'];
        const { out, err } = await run([...importing(file, path.join(folder, 'jobs')), ...mode]);
        const last = JSON.parse(out.trim().split('\n').at(-1) ?? '{}') as Record<string, unknown>;
        return [err, last.imported, last.updated, last.unchanged];
      };
      assert.deepEqual(await importCodes('c1,A,1\nc2,B,2\n'), ['', 2, 0, 0]);
      assert.deepEqual(await importCodes('c1,A,1\nc2,New,2\nc3,C,3\n'), ['', 1, 1, 1]);
      const kept = stage.sandbox.personiumControl.entities(PRODUCTS);
      assert.deepEqual(kept.map(({ __id, Code, Name }) => [__id, Code, Name]).sort(), [
        ['c1', 'c1', 'A'],
        ['c2', 'c2', 'New'],
        ['c3', 'c3', 'C'],
      ]);
      await writeFile(file, 'Code,Name\nc1,A\n');
      const wrong = await run([...importing(file, path.join(folder, 'jobs')), '--id-from', 'Codes']);
      assert.deepEqual([wrong.code, wrong.err.includes('no column Codes')], [64, true], wrong.err);
    }));

  it('go on only where they were begun', () =>
    withFolder(async (folder) => {
      const jobs = path.join(folder, 'jobs');
      await run(importing(await products(folder, 3), jobs));
      const [jobId = ''] = await readdir(jobs);
      const elsewhere = [
        'resume',
        jobId,
        '--jobs',
        jobs,
        '--cell-url',
        stage.sandbox.personium.unitUser.cellUrl,
      ];
      const { code, err } = await run(elsewhere);
      assert.deepEqual(
        [code, err.includes(stage.sandbox.personium.cellUrl.replace(/\/$/, ''))],
        [64, true],
        err,
      );
      assert.equal((await run(['resume', '20200101-000000-00000000', '--jobs', jobs])).code, 3);
    }));

  function importing(file: string, jobs: string): string[] {
    const { cellUrl } = stage.sandbox.personium;
    return ['import', file, '--cell-url', cellUrl, '--entity-set', PRODUCTS, '--jobs', jobs];
  }

  /** Ends the command as soon as so many entities are there, and no later than it can be seen. */
  async function killedAt(entities: number, args: readonly string[]): Promise<void> {
    const child = start(args);
    const watching = setInterval(() => {
      if (stage.sandbox.personiumControl.count(PRODUCTS) >= entities) child.kill('SIGKILL');
    }, 5);
    const [err, [code, signal]] = await Promise.all([
      text(child.stderr),
      once(child, 'close') as Promise<[number | null, string | null]>,
    ]);
    clearInterval(watching);
    assert.equal(signal, 'SIGKILL', `ended by itself with ${code}: ${err}`);
  }

  function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    return endOf(start(args, env));
  }

  function start(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const { username, password } = stage.sandbox.personium;
    return spawn(process.execPath, [stage.cli, ...args], {
      env: { ...process.env, LANG: 'C', PERSONIUM_USERNAME: username, PERSONIUM_PASSWORD: password, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }
});

async function products(folder: string, rows: number): Promise<string> {
  const file = path.join(folder, 'products.csv');
  const lines = Array.from({ length: rows }, (_, i) => `${codeOf(i)},Product ${i},${i}\n`);
  await writeFile(file, `Code,Name,Price\n${lines.join('')}`);
  return file;
}

function codeOf(index: number): string {
  return `c-${String(index).padStart(5, '0')}`;
}
