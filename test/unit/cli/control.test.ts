import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { leaveDecision } from '../../../src/core/jobs/control';
import { inputPath, journalPath } from '../../../src/core/jobs/jobFolder';
import { JournalReader } from '../../../src/core/jobs/journal';
import type { JobEvent } from '../../../src/core/jobs/records';
import { definitionOf, makeJob, withFolder } from '../jobs/support';
import { endOf, useStage } from './support';
import type { Ended } from './support';

const ZIP_CODES = '2';

describe('imports controlled by the command line', function () {
  this.timeout(120_000);

  const stage = useStage(({ control }) => {
    control.reset();
    control.setFaults({ latencyMs: 0, recordLatencyMs: 0 });
  });

  it('are finished by answers for their uncertain rows, without a sign-in where nothing is sent', () =>
    withFolder(async (jobs) => {
      const jobId = await uncertainJob(jobs);
      const shown = await run(['show', jobId, '--jobs', jobs]);
      assert.match(shown.out, /Needs your decision.*Uncertain rows: 3/);
      assert.match((await run(['uncertain', jobId, '--jobs', jobs])).out, /^code,name,.*\na,A,2.*\nb,B,3/);
      const first = await decide(jobs, jobId, 'there', '--rows', '2,4-9');
      assert.deepEqual(
        [first.code, first.out.includes('Uncertain rows: 1')],
        [5, true],
        first.out + first.err,
      );
      assert.match(first.err, /imported-files decide/);
      const none = await decide(jobs, jobId, 'leave', '--rows', '2');
      assert.deepEqual([none.code, none.err.includes('None of these rows')], [3, true], none.err);
      const again = await decide(jobs, jobId, 'again');
      assert.deepEqual([again.code, again.out.includes('The answer is kept')], [5, true], again.err);
      assert.equal((await decide(jobs, jobId, 'maybe')).code, 64);
      // The first answer for a row is the one that holds.
      const stopped = await run(['stop', jobId, '--jobs', jobs, '--json']);
      assert.equal(stopped.code, 0, stopped.err);
      const { status, imported, unknown, unimported } = JSON.parse(stopped.out) as Record<string, unknown>;
      assert.deepEqual([status, imported, unknown, unimported], ['completed', 2, 0, 1]);
    }));

  it('leave rows uncertain when they are stopped while a person is asked', () =>
    withFolder(async (jobs) => {
      const jobId = await uncertainJob(jobs);
      const stopped = await run(['stop', jobId, '--jobs', jobs]);
      assert.match(stopped.out, /3 uncertain/);
      const over = await decide(jobs, jobId, 'there');
      assert.deepEqual([over.code, over.err.includes('No row of this import')], [3, true], over.err);
    }));

  it('carry answers out that were left while nobody could', () =>
    withFolder(async (jobs) => {
      const jobId = await uncertainJob(jobs);
      await leaveDecision(path.join(jobs, jobId), { answer: 'there', rows: 'all' });
      const all = await run(['resume', '--all', '--jobs', jobs], signIn());
      assert.deepEqual([all.code, all.out.includes('3 rows imported')], [0, true], all.out + all.err);
    }));

  it('of another computer are gone on with only when that is said', () =>
    withFolder(async (jobs) => {
      const jobId = await uncertainJob(jobs, 'elsewhere');
      await leaveDecision(path.join(jobs, jobId), { answer: 'there', rows: 'all' });
      const refused = await run(['resume', jobId, '--jobs', jobs], signIn());
      assert.deepEqual([refused.code, refused.err.includes('computer elsewhere')], [3, true], refused.err);
      const all = await run(['resume', '--all', '--jobs', jobs], signIn());
      assert.deepEqual([all.code, all.err.includes('computer elsewhere')], [3, true], all.err);
      const taken = await run(['resume', jobId, '--take-over', '--jobs', jobs], signIn());
      assert.equal(taken.code, 0, taken.err);
    }));

  it('are stopped by two others, watched by a third, and sent by one', () =>
    withFolder(async (folder) => {
      stage.sandbox.control.setFaults({ latencyMs: 100 });
      const jobs = path.join(folder, 'jobs');
      const owner = start(importing(await zipCodes(folder, 20_000), jobs), signIn());
      const ended = endOf(owner);
      const jobId = await begun(jobs);
      const watching = run(['watch', jobId, '--jobs', jobs, '--json']);
      await records(500);
      const resumed = await run(['resume', jobId, '--jobs', jobs], signIn());
      assert.deepEqual([resumed.code, resumed.err.includes('running already')], [3, true], resumed.err);
      owner.kill('SIGSTOP');
      const overtaking = await run(['resume', jobId, '--jobs', jobs], signIn());
      assert.deepEqual([overtaking.code, overtaking.err.includes('running already')], [3, true]);
      owner.kill('SIGCONT');
      const stops = await Promise.all([stop(jobs, jobId), stop(jobs, jobId)]);
      assert.deepEqual(
        stops.map(({ code }) => code),
        [0, 0],
      );
      const { code } = await ended;
      assert.equal(code, 2);
      const kept = stage.sandbox.control.count(ZIP_CODES);
      const watched = await watching;
      assert.equal(watched.code, 2, watched.err);
      const summary = JSON.parse(watched.out.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
      assert.deepEqual([summary.event, summary.status, summary.imported], ['summary', 'completed', kept]);
      assert.equal((await stateOf(jobs, jobId)).epoch, 1, 'one owner from the beginning to the end');
    }));

  it('have one owner however many processes take them up at once', () =>
    withFolder(async (folder) => {
      stage.sandbox.control.setFaults({ latencyMs: 100 });
      const jobs = path.join(folder, 'jobs');
      const owner = start(importing(await zipCodes(folder, 1_000), jobs), signIn());
      const jobId = await begun(jobs);
      await records(300);
      owner.kill('SIGKILL');
      await once(owner, 'exit');
      // The one that takes it up is still at it when the last of the others looks.
      stage.sandbox.control.setFaults({ recordLatencyMs: 50 });
      let over = 0;
      const ends = await Promise.all(
        Array.from({ length: 4 }, async () => {
          const end = await run(['resume', jobId, '--jobs', jobs], signIn());
          if (++over === 3) stage.sandbox.control.setFaults({ latencyMs: 0, recordLatencyMs: 0 });
          return end;
        }),
      );
      const codes = ends.map(({ code }) => code).sort();
      assert.deepEqual(codes, [0, 3, 3, 3], ends.map(({ err }) => err).join('\n'));
      assert.equal(ends.filter(({ err }) => err.includes('running already')).length, 3);
      const zips = stage.sandbox.control.records(ZIP_CODES).map((record) => record.zip_code);
      assert.deepEqual([zips.length, new Set(zips).size], [1_000, 1_000]);
      assert.equal((await stateOf(jobs, jobId)).epoch, 2);
    }));

  it('end without sending anything more when their folder is gone', () =>
    withFolder(async (folder) => {
      stage.sandbox.control.setFaults({ latencyMs: 100 });
      const jobs = path.join(folder, 'jobs');
      const ended = endOf(start(importing(await zipCodes(folder, 5_000), jobs), signIn()));
      const jobId = await begun(jobs);
      await records(300);
      await rm(path.join(jobs, jobId), { recursive: true });
      const { code } = await ended;
      assert.equal(code, 3);
      assert.ok(stage.sandbox.control.count(ZIP_CODES) < 5_000);
    }));

  function decide(jobs: string, jobId: string, answer: string, ...more: string[]): Promise<Ended> {
    return run(['decide', jobId, '--answer', answer, '--jobs', jobs, ...more]);
  }

  function stop(jobs: string, jobId: string): Promise<Ended> {
    return run(['stop', jobId, '--jobs', jobs]);
  }

  function importing(file: string, jobs: string): string[] {
    const { baseUrl } = stage.sandbox.kintone;
    const at = ['--base-url', baseUrl, '--app', ZIP_CODES, '--settle-seconds', '1'];
    return ['import', file, ...at, '--jobs', jobs];
  }

  /** A job of three rows that has asked about all of them. */
  async function uncertainJob(jobs: string, host?: string): Promise<string> {
    const rows = 'code,name\na,A\nb,B\nc,C\n';
    const { source, target } = definitionOf('');
    const folder = await makeJob(jobs, asked(host), {
      target: { ...target, baseUrl: stage.sandbox.kintone.baseUrl },
      source: { ...source, size: rows.length, sha256: createHash('sha256').update(rows).digest('hex') },
    });
    await writeFile(inputPath(folder), rows);
    return path.basename(folder);
  }

  /** Resolves with the id of the one job as soon as it has a journal. */
  async function begun(jobs: string): Promise<string> {
    for (;;) {
      const [jobId] = await readdir(jobs).catch(() => []);
      if (jobId !== undefined && (await readdir(path.join(jobs, jobId))).includes('journal.log'))
        return jobId;
      await look();
    }
  }

  /** Resolves when so many records are there. */
  async function records(count: number): Promise<void> {
    while (stage.sandbox.control.count(ZIP_CODES) < count) await look();
  }

  function signIn(): Record<string, string> {
    const { username, password } = stage.sandbox.kintone;
    return { KINTONE_USERNAME: username, KINTONE_PASSWORD: password };
  }

  function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    return endOf(start(args, env));
  }

  function start(args: readonly string[], env: Readonly<Record<string, string>>) {
    return spawn(process.execPath, [stage.cli, ...args], {
      env: { ...process.env, LANG: 'C', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    }) satisfies ChildProcess;
  }
});

const look = () => new Promise((resolve) => setTimeout(resolve, 5));

function asked(host?: string): JobEvent[] {
  return [
    { type: 'OPEN', engine: '0', ...(host === undefined ? {} : { host }) },
    { type: 'PLAN', total: 3, invalid: 0, guarantee: 'none' },
    { type: 'INTENT', batch: 1, rows: [[1, 3]] },
    { type: 'OUTCOME', batch: 1, outcome: { kind: 'ambiguous', message: { code: 'network.lost' } } },
    { type: 'ASK', rows: [[1, 3]], candidates: [] },
  ];
}

async function zipCodes(folder: string, rows: number): Promise<string> {
  const file = path.join(folder, 'zips.csv');
  const lines = Array.from({ length: rows }, (_, i) => `${String(i).padStart(5, '0')},1,2,City ${i}\n`);
  await writeFile(file, `zip_code,latitude,longitude,city\n${lines.join('')}`);
  return file;
}

async function stateOf(jobs: string, jobId: string): Promise<JournalReader['state']> {
  const reader = new JournalReader(journalPath(path.join(jobs, jobId)));
  await reader.read();
  return reader.state;
}
