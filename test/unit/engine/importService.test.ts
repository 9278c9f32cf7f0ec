import assert from 'node:assert/strict';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { withSignIn } from '../../../src/core/endpoints/kintone/signIn';
import type { Transport } from '../../../src/core/endpoints/transport';
import { createUndiciTransport } from '../../../src/core/endpoints/undiciTransport';
import { ImportService } from '../../../src/core/engine/importService';
import type { ImportServiceOptions, SubmitRequest } from '../../../src/core/engine/importService';
import { openTable } from '../../../src/core/files/openTable';
import type { ImportJob } from '../../../src/core/jobs/job';
import { ExpectedError } from '../../../src/core/message';
import { startSandbox } from '../../../src/sandbox/server';
import type { Sandbox } from '../../../src/sandbox/server';
import { withFaults } from '../jobs/failingDisk';
import { withFolder } from '../jobs/support';
import { bundles } from './bundles';

const ZIP_CODES = '2';
/** Longer than a busy machine needs to tell that an import is being stopped. */
const ANSWER_MS = 4_000;

describe('the import service', function () {
  this.timeout(30_000);

  let sandbox: Sandbox;
  let workerFile: string;
  let network: ReturnType<typeof createUndiciTransport>;

  before(async () => {
    sandbox = await startSandbox();
    network = createUndiciTransport();
    workerFile = path.join(await bundles(), 'worker.js');
  });
  beforeEach(() => {
    sandbox.control.reset();
    sandbox.control.setFaults({ latencyMs: 0 });
  });
  after(async () => {
    await network.close();
    await sandbox.close();
  });

  it('imports a file into the sandbox, every row once and in order', () =>
    withService(async ({ service, submit }) => {
      const jobId = await submit(rows(1, 4_500));
      const job = await ended(service, jobId);
      assert.equal(job.phase.kind, 'all');
      assert.equal(job.counts.imported, 4_500);
      assert.deepEqual(codes(), numbers(1, 4_500));
      assert.ok(job.completedAt !== undefined && job.completedAt >= job.definition.submittedAt);
    }));

  it('saves rows as a workbook whose cells are all text, in the worker', () =>
    withService(async ({ service, submit }) => {
      const jobId = await submit(['00001,1.5,2,A', '00002,north,2,B']);
      await ended(service, jobId);
      const file = await service.unimportedFile(jobId);
      const workbook = path.join(path.dirname(file.path), 'unimported.xlsx');
      const read = { encoding: file.encoding, delimiter: file.delimiter };
      await service.saveWorkbook({ path: file.path, read, workbook, sheetName: 'rows' });
      const table = await openTable(workbook);
      const cells: (readonly string[])[] = [];
      for await (const batch of table.rows()) cells.push(...batch.map((row) => row.cells));
      assert.deepEqual(
        cells.map((row) => row.slice(0, 2)),
        [['00002', 'north']],
      );
    }));

  it('brings the refused rows back with their places', () =>
    withService(async ({ service, submit }) => {
      const jobId = await submit(['00001,1.5,2,A', '00002,north,2,B', '00003,1,2,C']);
      const job = await ended(service, jobId);
      assert.equal(job.phase.kind, 'withUnimported');
      assert.deepEqual(codes(), ['00001', '00003']);
      const [problem, ...others] = await service.problems(jobId);
      assert.deepEqual(others, []);
      assert.deepEqual([problem?.row, problem?.line, problem?.problem.column], [2, 3, 1]);
      assert.deepEqual(problem?.range, { startLine: 2, startCharacter: 6, endLine: 2, endCharacter: 11 });
      const text = await readFile((await service.unimportedFile(jobId)).path, 'utf8');
      assert.match(
        text,
        /^zip_code,latitude,longitude,city,__import_row,__import_reason\n00002,north,2,B,3,/,
      );
    }));

  it('stops a running job: nothing is sent after, and the rest is unprocessed', () =>
    withService(async ({ service, submit }) => {
      sandbox.control.setFaults({ latencyMs: 150 });
      const jobId = await submit(rows(1, 20_000));
      await until(service, jobId, ({ counts }) => counts.imported > 0);
      sandbox.control.setFaults({ latencyMs: ANSWER_MS });
      const asked = performance.now();
      await service.stop(jobId);
      await until(service, jobId, ({ phase }) => phase.kind === 'stopping' || phase.kind === 'stopped');
      const acknowledged = performance.now() - asked;
      sandbox.control.setFaults({ latencyMs: 0 });
      const job = await ended(service, jobId);
      assert.equal(job.status, 'completed');
      assert.equal(job.phase.kind, 'stopped');
      assert.equal(job.counts.imported + job.counts.unprocessed, 20_000);
      assert.equal(job.counts.imported, sandbox.control.count(ZIP_CODES));
      assert.ok(acknowledged < ANSWER_MS, `acknowledged after ${acknowledged} ms`);
    }));

  it('runs one job per app, the others wait their turn and can be canceled', () =>
    withService(async ({ service, submit }) => {
      sandbox.control.setFaults({ latencyMs: 500 });
      const first = await submit(rows(1, 1_000));
      const second = await submit(rows(10_001, 10_003));
      const third = await submit(rows(20_001, 20_003));
      await until(service, first, ({ status }) => status === 'inProgress');
      await service.store.refresh();
      assert.deepEqual(service.store.get(second)?.phase, { kind: 'queued', ahead: 1 });
      assert.deepEqual(service.store.get(third)?.phase, { kind: 'queued', ahead: 2 });
      await service.cancel(second);
      assert.equal((await ended(service, second)).status, 'canceled');
      sandbox.control.setFaults({ latencyMs: 0 });
      assert.equal((await ended(service, first)).phase.kind, 'all');
      assert.equal((await ended(service, third)).phase.kind, 'all');
      assert.deepEqual(codes(), [...numbers(1, 1_000), ...numbers(20_001, 20_003)]);
    }));

  it('serves first who comes first, and forgets no import, when the clock is set back or forward by a day', () => {
    const day = 24 * 60 * 60 * 1000;
    let time = Date.now();
    return withService(
      async ({ service, submit }) => {
        sandbox.control.setFaults({ latencyMs: 200 });
        const ids = [await submit(rows(1, 3_000))];
        time -= day;
        ids.push(await submit(rows(12_001, 12_002)));
        time += 2 * day;
        ids.push(await submit(rows(13_001, 13_002)));
        time -= day;
        ids.push(await submit(rows(14_001, 14_002)));
        for (const id of ids) assert.equal((await ended(service, id)).phase.kind, 'all');
        const expected = [...numbers(1, 3_000), '12001', '12002', '13001', '13002', '14001', '14002'];
        assert.deepEqual(codes(), expected);
        const newestFirst = service.store.jobs().map(({ id }) => id);
        assert.deepEqual(newestFirst, [...ids].reverse());
        time += 4 * day;
        await service.tidy();
        assert.equal(service.store.jobs().length, 4, 'less than three days have passed');
        time = Date.now() - 4 * day;
        await service.tidy();
        assert.equal(service.store.jobs().length, 4);
        const again = await submit(rows(15_001, 15_001));
        assert.equal((await ended(service, again)).phase.kind, 'all');
      },
      undefined,
      { now: () => time },
    );
  }).timeout(60_000);

  it('says what to do when the disk keeps no request to stop, and stops what runs here nevertheless', () =>
    withService(async ({ service, submit, jobs }) => {
      sandbox.control.setFaults({ latencyMs: 100 });
      const jobId = await submit(rows(1, 20_000));
      await until(service, jobId, ({ counts }) => counts.imported > 0);
      const control = path.join(jobs, jobId, 'control');
      await withService(async (other) => {
        await withFaults(
          (call) => (call === 'sync' ? 'fails' : null),
          async () => {
            await assert.rejects(other.service.stop(jobId), isRefused('job.folderNotWritable'));
            await assert.rejects(other.service.remove(jobId), isRefused('job.running'));
            await service.stop(jobId);
          },
          'ENOSPC',
        );
      }, jobs);
      assert.equal((await ended(service, jobId)).phase.kind, 'stopped');
      assert.deepEqual(await readdir(control), [], 'nothing half done is left');
    }));

  it('keeps the turn over several services, as over several windows', () =>
    withService(({ service, submit, jobs }) =>
      withService(async (other) => {
        sandbox.control.setFaults({ latencyMs: 200 });
        const first = await submit(rows(1, 8_000));
        await until(service, first, ({ counts }) => counts.imported > 0);
        const second = await other.submit(rows(10_001, 10_002));
        await service.store.refresh();
        assert.deepEqual(service.store.get(second)?.phase, { kind: 'queued', ahead: 1 });
        await other.service.stop(first);
        assert.equal((await ended(service, first)).phase.kind, 'stopped');
        assert.equal((await ended(other.service, second)).phase.kind, 'all');
        await assert.rejects(service.remove('20200101-000000-00000000'), ExpectedError);
        await service.remove(first);
        await other.service.store.refresh();
        assert.deepEqual(
          other.service.store.jobs().map(({ id }) => id),
          [second],
        );
      }, jobs),
    ));

  it('fails a job that has no sign-in, with the reason', () =>
    withService(
      async ({ service, submit }) => {
        const job = await ended(service, await submit(rows(1, 3)));
        assert.equal(job.status, 'failed');
        assert.deepEqual(job.failures, [{ code: 'connection.signedOut', args: { name: 'x' } }]);
      },
      undefined,
      {
        transportFor: () =>
          Promise.reject(new ExpectedError({ code: 'connection.signedOut', args: { name: 'x' } })),
      },
    ));

  it('shows a job as interrupted when its worker is gone, and goes on with the next', () =>
    withService(async ({ service, submit, jobs }) => {
      sandbox.control.setFaults({ latencyMs: 300 });
      const first = await submit(rows(1, 10_000));
      await until(service, first, ({ counts }) => counts.imported > 0);
      await service.dispose();
      await withService(async (other) => {
        await other.service.store.refresh();
        const job = other.service.store.get(first);
        assert.equal(job?.phase.kind, 'interrupted');
        assert.equal(job.canStop || job.canCancel, false);
        await assert.rejects(other.service.stop(first), ExpectedError);
        sandbox.control.setFaults({ latencyMs: 0 });
        const second = await other.submit(rows(20_001, 20_002));
        assert.equal((await ended(other.service, second)).phase.kind, 'all');
      }, jobs);
    }));

  it('takes a job up whose window has closed, and no other', () =>
    withService(async ({ service, submit, jobs }) => {
      sandbox.control.setFaults({ latencyMs: 300 });
      const jobId = await submit(rows(1, 6_000));
      await until(service, jobId, ({ counts }) => counts.imported > 0);
      await withService(async (other) => {
        await assert.rejects(other.service.resume(jobId), isRefused('job.runsElsewhere'));
      }, jobs);
      await service.dispose();
      sandbox.control.setFaults({ latencyMs: 0 });
      const signedOut = () => Promise.reject(new ExpectedError({ code: 'connection.signedOut' }));
      await withService(
        async (other) => {
          await assert.rejects(other.service.resume(jobId), isRefused('connection.signedOut'));
          assert.equal(other.service.store.get(jobId)?.phase.kind, 'interrupted');
        },
        jobs,
        { transportFor: signedOut },
      );
      await withService(async (other) => {
        await other.service.resume(jobId);
        const { counts } = await ended(other.service, jobId);
        assert.deepEqual([counts.imported, counts.unknown], [6_000, 0]);
        assert.equal(new Set(codes()).size, codes().length);
        await assert.rejects(other.service.resume(jobId), isRefused('job.canNotResume'));
      }, jobs);
    }));

  it('stops a job that was taken up and waits for its turn: nothing more of it is sent', () =>
    withService(async ({ service, submit, jobs }) => {
      sandbox.control.setFaults({ latencyMs: 300 });
      const jobId = await submit(rows(1, 6_000));
      await until(service, jobId, ({ counts }) => counts.imported > 0);
      await service.dispose();
      await withService(async (other) => {
        const before = await other.submit(rows(20_001, 24_000));
        await until(other.service, before, ({ counts }) => counts.imported > 0);
        const sent = ownCodes();
        await other.service.resume(jobId);
        await other.service.stop(jobId);
        assert.equal(other.service.store.get(jobId)?.status, 'inProgress', 'it waits for its turn');
        sandbox.control.setFaults({ latencyMs: 0 });
        const { status, phase, counts, failures } = await ended(other.service, jobId);
        assert.equal(status, 'completed', JSON.stringify(failures));
        assert.equal(phase.kind, 'stopped');
        assert.ok(counts.unprocessed > 0);
        assert.equal(counts.imported + counts.unprocessed, 6_000);
        assert.equal(ownCodes(), sent);
        assert.equal((await ended(other.service, before)).phase.kind, 'all');
      }, jobs);

      function ownCodes(): number {
        return codes().filter((code) => Number(code) <= 6_000).length;
      }
    }));

  it('cancels a waiting job whose window has closed', () =>
    withService(async ({ service, submit, jobs }) => {
      sandbox.control.setFaults({ latencyMs: 300 });
      await submit(rows(1, 10_000));
      const waiting = await submit(rows(20_001, 20_002));
      await service.dispose();
      await withService(async (other) => {
        await other.service.store.refresh();
        assert.equal(other.service.store.get(waiting)?.phase.kind, 'interrupted');
        await other.service.cancel(waiting);
        assert.equal(other.service.store.get(waiting)?.status, 'canceled');
      }, jobs);
    }));

  it('never writes a password or token to the job folder', () =>
    withService(async ({ service, submit, jobs }) => {
      const jobId = await submit(rows(1, 3));
      await ended(service, jobId);
      for (const entry of await readdir(path.join(jobs, jobId), { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue;
        const text = await readFile(path.join(entry.parentPath, entry.name), 'latin1');
        assert.ok(!text.includes(sandbox.kintone.password), entry.name);
      }
    }));

  it('checks a file against the live records when it is told the target, and imports nothing', () =>
    withService(async ({ service, jobs }) => {
      sandbox.control.setFaults({ latencyMs: 0 });
      const { baseUrl } = sandbox.kintone;
      const app = sandbox.kintone.apps.find(({ id }) => id === '1');
      await fetch(`${baseUrl}/k/v1/record.json`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-cybozu-api-token': app?.apiToken ?? '' },
        body: JSON.stringify({ app: 1, record: { 顧客コード: { value: 'a' }, 会社名: { value: 'A' } } }),
      });
      const file = path.join(jobs, 'live.csv');
      await writeFile(file, 'code,name\na,A\na2,B\n,C\n');
      const common = { required: false, unique: false, hasDefault: false, nativeType: 'SINGLE_LINE_TEXT' };
      const report = await service.check({
        path: file,
        read: {},
        plan: { columns: ['顧客コード', '会社名'], mode: 'addOrUpdate', key: '顧客コード' },
        target: {
          system: 'kintone',
          connectionId: 'sandbox',
          connectionName: '',
          baseUrl,
          id: '1',
          name: '',
          url: '',
        },
        schema: {
          id: '1',
          name: '',
          url: '',
          fields: [
            { ...common, code: '顧客コード', label: '', kind: 'text', unique: true },
            { ...common, code: '会社名', label: '', kind: 'text' },
          ],
        },
      });
      const { added, updated, unchanged, invalid, total, blankKeys } = report;
      assert.deepEqual(
        { added, updated, unchanged, invalid, total },
        { added: 2, updated: 0, unchanged: 1, invalid: 0, total: 3 },
      );
      assert.deepEqual(blankKeys, { count: 1, firstLine: 4 });
      assert.ok(report.requests > 0);
      assert.equal(sandbox.control.count('1'), 1);
    }));

  it('counts rows and blank keys without checking any cell', () =>
    withService(async ({ service, jobs }) => {
      const file = path.join(jobs, 'scan.csv');
      await writeFile(file, '*,key,x\n*,1,a\n,,b\n*, ,"c\nc"\n*,,d\n');
      const told: number[] = [];
      const report = await service.scan(file, {}, 1, (rows) => told.push(rows));
      assert.deepEqual(report, { rows: 4, blankKeys: 3, firstBlankLine: 3 });
      assert.deepEqual(told.at(-1), 4);
      const records = await service.scan(file, {}, { column: 1, startColumn: 0 });
      assert.deepEqual(records, { rows: 4, blankKeys: 2, firstBlankLine: 4 });
      assert.deepEqual(await service.scan(file, {}), { rows: 4, blankKeys: 0, firstBlankLine: null });
      await assert.rejects(service.scan(path.join(jobs, 'none.csv'), {}), ExpectedError);
    }));

  it('counts the requests of the system that is meant, without being told the target', () =>
    withService(({ service }) =>
      withFolder(async (folder) => {
        const file = path.join(folder, 'rows.csv');
        await writeFile(file, ['__id,name', ...rows(1, 1_000).map((_, i) => `i${i},n`), ''].join('\n'));
        const field = { kind: 'text', nativeType: 'Edm.String', required: false, hasDefault: true } as const;
        const schema = {
          id: 'sales/stock/Product',
          name: 'Product',
          url: '',
          fields: [
            { ...field, code: '__id', label: '__id', unique: true },
            { ...field, code: 'name', label: 'name', unique: false },
          ],
        };
        const plan = { columns: ['__id', 'name'], mode: 'update', key: '__id' } as const;
        const request = { path: file, read: {}, schema, plan };
        const [kintone, personium] = [
          await service.check(request),
          await service.check({ ...request, system: 'personium' }),
        ];
        assert.ok(kintone.requests < 100, `${kintone.requests}`);
        assert.ok(personium.requests >= 1_000, `merges go one by one: ${personium.requests}`);
      }),
    ));

  it('checks a file without importing it', () =>
    withService(async ({ service, jobs }) => {
      const file = path.join(jobs, 'check.csv');
      await writeFile(file, 'name,age\na,1\nb,x\n,3\n');
      const info = await service.inspect(file, {});
      assert.deepEqual(info.header, ['name', 'age']);
      const common = { label: '', required: false, unique: false, hasDefault: false };
      const report = await service.check({
        path: file,
        read: {},
        plan: { columns: ['name', 'age'], mode: 'add' },
        schema: {
          id: '1',
          name: '',
          url: '',
          fields: [
            { ...common, code: 'name', kind: 'text', nativeType: 'SINGLE_LINE_TEXT', required: true },
            { ...common, code: 'age', kind: 'number', nativeType: 'NUMBER' },
          ],
        },
      });
      assert.deepEqual([report.total, report.invalid], [3, 2]);
      assert.deepEqual(
        report.problems.map(({ line }) => line),
        [3, 4],
      );
      const aborted = AbortSignal.abort(new Error('enough'));
      assert.throws(() => service.inspect(file, {}, aborted), /enough/);
      await assert.rejects(service.inspect(path.join(jobs, 'none.csv'), {}), ExpectedError);
    }));

  interface Served {
    readonly service: ImportService;
    readonly jobs: string;
    readonly submit: (lines: readonly string[]) => Promise<string>;
  }

  function withService(
    use: (served: Served) => Promise<void>,
    jobsFolder?: string,
    options: Partial<ImportServiceOptions> = {},
  ): Promise<void> {
    return withFolder(async (folder) => {
      const { baseUrl, username, password } = sandbox.kintone;
      const transport: Transport = withSignIn(network, baseUrl, { kind: 'password', username, password });
      const jobs = jobsFolder ?? path.join(folder, 'jobs');
      const problems: string[] = [];
      const service = new ImportService({
        jobsFolder: jobs,
        workerFile,
        transportFor: () => Promise.resolve(transport),
        retentionDays: () => 3,
        log: (level, text) => {
          if (level === 'error') problems.push(text);
        },
        ...options,
      });
      let files = 0;
      const submit = async (lines: readonly string[]) => {
        const file = path.join(folder, `rows-${++files}.csv`);
        await writeFile(file, ['zip_code,latitude,longitude,city', ...lines, ''].join('\n'));
        return service.submit(requestFor(file, baseUrl));
      };
      try {
        await service.store.refresh();
        await mkdir(jobs, { recursive: true });
        await use({ service, jobs, submit });
      } finally {
        await service.dispose();
      }
      assert.deepEqual(problems, []);
    });
  }

  function codes(): unknown[] {
    return sandbox.control.records(ZIP_CODES).map((record) => record.zip_code);
  }
});

function isRefused(code: string): (error: unknown) => boolean {
  return (error) => error instanceof ExpectedError && error.detail.code === code;
}

function requestFor(file: string, baseUrl: string): SubmitRequest {
  return {
    path: file,
    name: path.basename(file),
    uri: `file://${file}`,
    read: {},
    target: {
      system: 'kintone',
      connectionId: 'sandbox',
      connectionName: 'Sandbox',
      baseUrl,
      id: ZIP_CODES,
      name: 'ZIP codes',
      url: `${baseUrl}/k/2/`,
    },
    plan: { columns: ['zip_code', 'latitude', 'longitude', 'city'], mode: 'add' },
    // The sandbox keeps what has reached it at once.
    limits: { settleSeconds: 1 },
    language: 'en',
  };
}

function numbers(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, i) => String(from + i).padStart(5, '0'));
}

function rows(from: number, to: number): string[] {
  return numbers(from, to).map((code) => `${code},1.25,-2.5,City ${code}`);
}

/** Resolves with the job as soon as it is as wanted. */
function until(
  service: ImportService,
  jobId: string,
  wanted: (job: ImportJob) => boolean,
): Promise<ImportJob> {
  return new Promise((resolve, reject) => {
    const following = service.store.follow(20);
    const look = () => {
      const job = service.store.get(jobId);
      const over = job && ['completed', 'failed', 'canceled'].includes(job.status);
      if (!job || (!wanted(job) && !over)) return;
      listening.dispose();
      following.dispose();
      if (wanted(job)) resolve(job);
      else reject(new Error(`ended as ${JSON.stringify(job.phase)} ${JSON.stringify(job.failures)}`));
    };
    const listening = service.store.onDidChange(look);
    look();
  });
}

async function ended(service: ImportService, jobId: string): Promise<ImportJob> {
  const job = await until(service, jobId, ({ status }) =>
    ['completed', 'failed', 'canceled'].includes(status),
  );
  await service.whenEnded(jobId);
  return job;
}
