import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { renderMessage } from '../../../src/core/catalogue';
import { withFolder } from '../jobs/support';
import { endOf, useStage } from './support';
import type { Ended } from './support';

const ZIP_CODES = '2';
const LEDGER_APP = '8';
const JOB_COMMANDS = [
  'show',
  'watch',
  'unimported',
  'resume',
  'stop',
  'cancel',
  'uncertain',
  'decide',
  'undo',
];
const REASON = 'guarantee.because.noKey';

describe('the command line', function () {
  this.timeout(90_000);

  const stage = useStage(({ control }) => {
    control.reset();
    control.setFaults({ latencyMs: 0 });
  });

  it('imports a file with an API token from the environment, prints events and a summary, and ends with 0', () =>
    withFolder(async (folder) => {
      const file = await csv(folder, 300);
      const { code, out, err } = await run([...importing(file, folder), '--json'], { env: token() });
      assert.equal(err, '');
      const lines = out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      const { jobId, ...summary } = lines.at(-1) ?? {};
      assert.deepEqual(summary, {
        event: 'summary',
        status: 'completed',
        total: 300,
        imported: 300,
        updated: 0,
        unchanged: 0,
        unimported: 0,
        unknown: 0,
        guarantee: 'readBack',
      });
      const [promise, ...events] = lines.slice(0, -1);
      assert.deepEqual(promise, { event: 'guarantee', guarantee: 'readBack', reason: REASON });
      assert.ok(events.length > 0 && events.every((line) => line.event === 'job' && line.jobId === jobId));
      assert.equal(stage.sandbox.control.count(ZIP_CODES), 300);
      assert.equal(code, 0);
    }));

  it('ends with 2 when rows were refused, lists the job, shows it, and gives the rows back', () =>
    withFolder(async (folder) => {
      const file = path.join(folder, 'bad.csv');
      await writeFile(file, 'zip_code,latitude,city\r\n00001,1,A\r\n00002,"no\r\nnumber",B\r\n');
      const imported = await run(importing(file, folder), { env: token() });
      assert.equal(imported.code, 2);
      assert.match(imported.out, /^Completed \(With unimported rows\): 1 rows imported, 1 not imported\n$/);
      const [jobId = ''] = await readdir(path.join(folder, 'jobs'));
      const list = await run(['list', '--jobs', path.join(folder, 'jobs')]);
      assert.ok(list.out.startsWith(`${jobId}\t`) && list.out.includes('bad.csv'));
      const shown = await run(['show', jobId, '--json', '--jobs', path.join(folder, 'jobs')]);
      assert.equal((JSON.parse(shown.out) as { status: string }).status, 'completed');
      const rows = await run(['unimported', jobId, '--jobs', path.join(folder, 'jobs')]);
      assert.match(
        rows.out,
        /^zip_code,latitude,city,__import_row,__import_reason\r\n00002,"no\r\nnumber",B,3,/,
      );
    }));

  it('signs in with a user name and a password from the standard input', () =>
    withFolder(async (folder) => {
      const file = await csv(folder, 3);
      const signIn = ['--username', stage.sandbox.kintone.username, '--password-stdin'];
      const { code } = await run([...importing(file, folder), ...signIn], {
        input: `${stage.sandbox.kintone.password}\n`,
      });
      assert.equal(code, 0);
      assert.equal(stage.sandbox.control.count(ZIP_CODES), 3);
    }));

  it('takes address, user name and password from the environment, as the official tool does', () =>
    withFolder(async (folder) => {
      const { baseUrl, username, password } = stage.sandbox.kintone;
      const args = ['import', await csv(folder, 3), '--app', ZIP_CODES, '--jobs', path.join(folder, 'jobs')];
      const env = { KINTONE_BASE_URL: baseUrl, KINTONE_USERNAME: username, KINTONE_PASSWORD: password };
      assert.equal((await run(args, { env })).code, 0);
      assert.equal(stage.sandbox.control.count(ZIP_CODES), 3);
    }));

  it('ends with 3 and a sentence when it can’t begin, and leaves no job', () =>
    withFolder(async (folder) => {
      const file = await csv(folder, 3);
      const wrong = await run(importing(file, folder), { env: { KINTONE_API_TOKEN: 'a'.repeat(40) } });
      assert.equal(wrong.code, 3);
      assert.match(wrong.err, /API token/);
      assert.ok(!wrong.err.includes('    at '), wrong.err);
      const missing = await run(importing(path.join(folder, 'none.csv'), folder), { env: token() });
      assert.equal(missing.code, 3);
      assert.match(missing.err, /^The file none\.csv can’t be read \(ENOENT\)/);
      const names = path.join(folder, 'names.csv');
      await writeFile(names, 'x,y\n1,2\n');
      const unmatched = await run(importing(names, folder), { env: token() });
      assert.equal(unmatched.code, 3);
      assert.match(unmatched.err, /No column matches/);
      await assert.rejects(readdir(path.join(folder, 'jobs')), { code: 'ENOENT' });
    }));

  it('ends with 5 when nobody can tell what became of a row, says what to do, and never sends it again', () =>
    withFolder(async (folder) => {
      stage.sandbox.control.setFaults({ dropAfterCommit: 1 });
      const one = [...importing(await csv(folder, 1), folder), '--settle-seconds', '1'];
      const { code, out, err } = await run(one, { env: token() });
      assert.equal(code, 5);
      assert.match(out, /^In progress \(Needs your decision\): .*Uncertain rows: 1\./);
      const [jobId = ''] = await readdir(path.join(folder, 'jobs'));
      assert.ok(err.includes(`imported-files decide ${jobId}`), err);
      assert.equal(stage.sandbox.control.count(ZIP_CODES), 1);
    }));

  it('stops at Ctrl+C, counts the rest as unprocessed, and sends nothing after', () =>
    withFolder(async (folder) => {
      stage.sandbox.control.setFaults({ latencyMs: 200 });
      const file = await csv(folder, 20_000);
      const child = spawn(process.execPath, [stage.cli, ...importing(file, folder), '--json'], {
        env: token(),
      });
      let out = '';
      let interrupted = false;
      child.stdout.on('data', (data: Buffer) => {
        out += data.toString();
        if (interrupted || !/"imported":[1-9]\d\d\d/.test(out)) return;
        interrupted = true;
        child.kill('SIGINT');
      });
      const [code] = (await once(child, 'close')) as [number];
      assert.equal(code, 2);
      const summary = JSON.parse(out.trim().split('\n').at(-1) ?? '') as Record<string, number | undefined>;
      assert.equal(summary.imported, stage.sandbox.control.count(ZIP_CODES));
      const { imported = 0, unimported = 0 } = summary;
      assert.equal(imported + unimported, 20_000);
      assert.ok(imported >= 1_000 && unimported > 0, out);
    }));

  it('says before an import what is promised of it, and keeps that in the summary and in what it shows', () =>
    withFolder(async (folder) => {
      const jobs = path.join(folder, 'jobs');
      const imported = await run(importing(await csv(folder, 3), folder), { env: token() });
      assert.equal(imported.code, 0, imported.err);
      const promise = renderMessage({ code: 'guarantee.readBack' });
      const reason = renderMessage({ code: REASON });
      assert.ok(imported.err.startsWith(`${promise}\n${reason}\n`), imported.err);
      const [jobId = ''] = await readdir(jobs);
      const shown = await run(['show', jobId, '--jobs', jobs]);
      assert.deepEqual(shown.out.split('\n'), [
        'Completed (All rows imported): 3 rows imported',
        promise,
        '',
      ]);
      const list = await run(['list', '--json', '--jobs', jobs]);
      assert.equal((JSON.parse(list.out) as { guarantee: string }).guarantee, 'readBack');
      const missing = await run(['show', `${jobId.slice(0, -1)}x`, '--jobs', jobs]);
      assert.deepEqual([missing.code, missing.err], [3, 'This import is not in the list any more.\n']);
    }));

  it('uses no app as a ledger that can’t be one: it says all that the app lacks, and sends nothing', () =>
    withFolder(async (folder) => {
      const file = await csv(folder, 3);
      const { username, password } = stage.sandbox.kintone;
      const env = { KINTONE_USERNAME: username, KINTONE_PASSWORD: password };
      const wrong = await run([...importing(file, folder), '--ledger-app', ZIP_CODES], { env });
      assert.equal(wrong.code, 3);
      for (const field of ['job_id', 'last_request', 'rows_kept'])
        assert.ok(wrong.err.includes(field), wrong.err);
      await assert.rejects(readdir(path.join(folder, 'jobs')), { code: 'ENOENT' });
      assert.equal(stage.sandbox.control.count(ZIP_CODES), 0);
      const right = await run([...importing(file, folder), '--ledger-app', LEDGER_APP, '--json'], { env });
      assert.equal(right.code, 0, right.err);
      assert.equal(
        (JSON.parse(right.out.trim().split('\n').at(-1) ?? '') as { guarantee: string }).guarantee,
        'ledger',
      );
    }));

  it('explains itself, and ends with 64 when it is not understood', async () => {
    const help = await run(['--help']);
    assert.equal(help.code, 0);
    assert.match(help.out, /--api-token[^]*KINTONE_API_TOKEN/);
    for (const command of JOB_COMMANDS)
      assert.match(help.out, new RegExp(`^  imported-files ${command} JOB`, 'm'), command);
    assert.match(help.out, /^ {2}imported-files resume --all/m);
    for (const option of ['--lanes N', '--settle-seconds N', '--ledger-app N', '--take-over', '--twins'])
      assert.ok(help.out.includes(option), option);
    const { version } = JSON.parse(await readFile(path.join(__dirname, '../../../package.json'), 'utf8')) as {
      version: string;
    };
    assert.equal((await run(['--version'])).out, `${version}\n`);
    for (const args of [
      [],
      ['fetch'],
      ['import'],
      ['import', 'a.csv'],
      ['import', 'a.csv', '--base-url', 'http://localhost:1', '--app', '1'],
      ['import', 'a.csv', '--base-url', 'http://localhost:1', '--app', '1', '--username', 'x'],
      ...JOB_COMMANDS.map((command) => [command]),
      ['decide', '20200101-000000-00000000'],
      ['decide', '20200101-000000-00000000', '--answer', 'perhaps'],
      ['resume', '20200101-000000-00000000', '--all'],
      ['stop', '20200101-000000-00000000', '20200101-000000-00000001'],
      ...[
        ['lanes', '9'],
        ['lanes', '0'],
        ['settle-seconds', '-1'],
        ['ledger-app', 'x'],
      ].map(([name, value]) => [
        'import',
        'a.csv',
        '--base-url=http://localhost:1',
        '--app=1',
        '--api-token=x',
        `--${name}=${value}`,
      ]),
      ['list', '--colour'],
      ['check'],
      ...['--mode=upsert', '--key=x', '--blank-keys=add', '--column=x', '--set=x', '--time-zone=Nowhere'].map(
        (option) => [
          'import',
          'a.csv',
          '--base-url',
          'http://localhost:1',
          '--app',
          '1',
          '--api-token=x',
          option,
        ],
      ),
    ]) {
      assert.equal((await run(args)).code, 64, args.join(' '));
    }
  });

  it('speaks Japanese where the system does', async () => {
    const { err } = await run(['show', '20200101-000000-00000000', '--jobs', '/nowhere'], {
      env: { LANG: 'ja_JP.UTF-8' },
    });
    assert.match(err, /この読み込みは一覧にありません。/);
  });

  function token(): Record<string, string> {
    const app = stage.sandbox.kintone.apps.find(({ id }) => id === ZIP_CODES);
    return { KINTONE_API_TOKEN: app?.apiToken ?? '' };
  }

  function importing(file: string, folder: string): string[] {
    const { baseUrl } = stage.sandbox.kintone;
    return ['import', file, '--base-url', baseUrl, '--app', ZIP_CODES, '--jobs', path.join(folder, 'jobs')];
  }

  async function run(
    args: readonly string[],
    { env = {}, input = '' }: { env?: Record<string, string>; input?: string } = {},
  ): Promise<Ended> {
    const child = spawn(process.execPath, [stage.cli, ...args], { env });
    child.stdin.end(input);
    const { code, out, err } = await endOf(child);
    return {
      code,
      out,
      err: err.replace(/^(?:(?:Waiting|In progress|Completed) \(|Requests needed).*\n/gm, ''),
    };
  }
});

async function csv(folder: string, rows: number): Promise<string> {
  const file = path.join(folder, 'rows.csv');
  const lines = Array.from({ length: rows }, (_, i) => `${String(i).padStart(5, '0')},${i % 90},City\n`);
  await writeFile(file, `zip_code,latitude,city\n${lines.join('')}`);
  return file;
}
