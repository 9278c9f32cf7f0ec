import assert from 'node:assert/strict';
import { readFile, rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Answer, Endpoint } from '../../../src/core/endpoints/endpoint';
import { createJob } from '../../../src/core/engine/createJob';
import { readRowsDefinition } from '../../../src/core/engine/rowsDefinition';
import { runJob } from '../../../src/core/engine/runJob';
import type { RunSummary } from '../../../src/core/engine/runInJournal';
import type { RunParts } from '../../../src/core/engine/runJob';
import { ControlWatch } from '../../../src/core/jobs/control';
import { conserved } from '../../../src/core/jobs/fold';
import type { JobState } from '../../../src/core/jobs/fold';
import { inputPath, journalPath, newJobId } from '../../../src/core/jobs/jobFolder';
import { JournalReader } from '../../../src/core/jobs/journal';
import { readNotImported } from '../../../src/core/jobs/notImported';
import type { JobEvent } from '../../../src/core/jobs/records';
import type { TargetSchema } from '../../../src/core/mapping/schema';
import { ExpectedError } from '../../../src/core/message';
import { definitionOf, withFolder } from '../jobs/support';
import { TestClock, TestTarget, impossible } from './support';

const SCHEMA: TargetSchema = {
  id: '1',
  name: 'App',
  url: 'http://localhost/k/1/',
  fields: [field('code', { required: true }), { ...field('amount'), kind: 'number', nativeType: 'NUMBER' }],
};

describe('running a job', () => {
  it('imports a file from its copy, row for row, and says so', () =>
    withJob(csv(95), async (job) => {
      await rm(job.source);
      const { summary, target } = await job.run();
      assert.equal(summary.status, 'completed');
      assert.equal(summary.counts.imported, 95);
      assert.equal(target.kept.length, 95);
      assert.equal((await job.state()).stage, 'completed');
    }));

  it('leaves out the rows that checking refuses, with their problems', () =>
    withJob('code,amount\na,1\n,2\nc,x\nd,4\n', async (job) => {
      const { summary } = await job.run();
      assert.equal(summary.status, 'completed');
      assert.deepEqual([summary.counts.imported, summary.counts.invalid], [2, 2]);
      const { rows } = await readNotImported(job.folder);
      assert.deepEqual(
        [...rows].map(([row, { problems }]) => [row, problems[0]?.column, problems[0]?.message.code]),
        [
          [2, 0, 'value.required'],
          [3, 1, 'value.notANumber'],
        ],
      );
    }));

  it('completes without a request when no row is valid', () =>
    withJob('code,amount\n,1\n,2\n', async (job) => {
      const { summary, target } = await job.run();
      assert.equal(summary.status, 'completed');
      assert.equal(summary.counts.invalid, 2);
      assert.deepEqual(target.requests, []);
    }));

  it('counts the rest as unprocessed when it is stopped, and sends nothing after', () =>
    withJob(csv(100), async (job) => {
      const { summary, target } = await job.run({
        onRecord: ({ type }) => {
          if (type === 'OUTCOME') job.control.poke('stop');
        },
      });
      assert.equal(summary.status, 'completed');
      assert.deepEqual([summary.counts.imported, summary.counts.unprocessed], [20, 80]);
      assert.equal(target.requests.length, 1);
      const { unprocessed } = await readNotImported(job.folder);
      assert.deepEqual(unprocessed, [{ ranges: [[21, 100]], reason: { code: 'job.stopped' } }]);
    }));

  it('is canceled while it checks, with nothing sent', () =>
    withJob(csv(100), async (job) => {
      const { summary, target } = await job.run({
        onRecord: ({ type }) => {
          if (type === 'OPEN') job.control.poke('cancel');
        },
      });
      assert.equal(summary.status, 'canceled');
      assert.deepEqual(target.requests, []);
    }));

  it('is canceled while the server is asked for its schema', () =>
    withJob(csv(5), async (job) => {
      const { summary } = await job.run({
        describe: (signal) =>
          new Promise((_, reject) => {
            signal?.addEventListener('abort', () => reject(new Error('aborted')));
            setImmediate(() => job.control.poke('cancel'));
          }),
      });
      assert.equal(summary.status, 'canceled');
    }));

  it('asks a busy server again before anything is sent', () =>
    withJob(csv(5), async (job) => {
      let tries = 0;
      const { summary } = await job.run({
        describe: () =>
          ++tries < 4
            ? Promise.reject(new ExpectedError({ code: 'kintone.throttled' }))
            : Promise.resolve(SCHEMA),
      });
      assert.equal(summary.status, 'completed');
      assert.equal(tries, 4);
    }));

  it('fails with the reason when the app can’t be read, when there are no rows, and when there is no sign-in', async () => {
    const gone = { describe: () => Promise.reject(new ExpectedError({ code: 'kintone.GAIA_AP01' })) };
    const cases: readonly (readonly [string, Partial<Options>, string])[] = [
      [csv(5), gone, 'kintone.GAIA_AP01'],
      ['code,amount\n', {}, 'job.noRows'],
      [csv(5), { refusal: { code: 'connection.signedOut' } }, 'connection.signedOut'],
      [csv(5), { describe: () => Promise.resolve({ ...SCHEMA, fields: [] }) }, 'columns.unknownField'],
      [csv(5), { describe: () => Promise.reject(new TypeError('oops')) }, 'job.unexpected'],
    ];
    for (const [text, options, code] of cases) {
      await withJob(text, async (job) => {
        const { summary, target } = await job.run(options);
        assert.equal(summary.status, 'failed', code);
        assert.equal((await job.state()).failures[0]?.code, code);
        assert.deepEqual(target.requests, []);
      });
    }
  });

  it('fails with the rest unprocessed when the job can’t go on midway', () =>
    withJob(csv(100), async (job) => {
      const { summary } = await job.run({ answer: (_, request) => (request === 3 ? impossible : null) });
      assert.equal(summary.status, 'failed');
      assert.deepEqual([summary.counts.imported, summary.counts.unprocessed], [40, 60]);
      const { unprocessed } = await readNotImported(job.folder);
      assert.deepEqual(unprocessed, [{ ranges: [[41, 100]], reason: { code: 'job.notSent' } }]);
    }));

  it('refuses an input that has changed since it was submitted', () =>
    withJob(csv(100), async (job) => {
      await truncate(inputPath(job.folder), 50);
      const { summary } = await job.run();
      assert.equal(summary.status, 'failed');
      assert.equal((await job.state()).failures[0]?.code, 'job.inputChanged');
    }));

  it('waits while the disk takes nothing, and sends nothing meanwhile', () =>
    withJob(csv(30), async (job) => {
      const clock = new TestClock();
      const { FileHandle } = await fileHandleClass();
      // eslint-disable-next-line @typescript-eslint/unbound-method -- called again with its own `this`
      const original = FileHandle.prototype.datasync;
      let refusals = 0;
      FileHandle.prototype.datasync = function (this: typeof FileHandle.prototype) {
        if (refusals++ < 3) return Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' }));
        return original.call(this);
      };
      try {
        const told: (string | null)[] = [];
        const { summary, target } = await job.run({ clock, onBlocked: (code) => told.push(code) });
        assert.equal(summary.counts.imported, 30);
        assert.deepEqual(clock.sleeps, [1000, 2000, 4000]);
        assert.deepEqual(told, ['ENOSPC', 'ENOSPC', 'ENOSPC', null]);
        assert.equal(target.requests.length, 2);
        assert.equal((await job.state()).counts.imported, 30);
      } finally {
        FileHandle.prototype.datasync = original;
      }
    }));

  it('ends a job whose last record is missing, and sends nothing again', () =>
    withJob(csv(40), async (job) => {
      await job.run();
      const bytes = await readFile(journalPath(job.folder));
      await truncate(journalPath(job.folder), bytes.lastIndexOf(10, bytes.length - 2) + 1);
      const { summary, target } = await job.run();
      assert.deepEqual([summary.status, summary.counts.imported], ['completed', 40]);
      assert.deepEqual(target.requests, []);
    }));

  it('keeps secrets and row data out of job.json', () =>
    withJob(csv(3), async ({ folder }) => {
      const definition = await readRowsDefinition(folder);
      assert.equal(definition.source.size, (await readFile(inputPath(folder))).length);
      assert.match(definition.source.sha256, /^[0-9a-f]{64}$/);
      assert.ok(!JSON.stringify(definition).includes('row-1'));
    }));
});

describe('submitting', () => {
  it('leaves nothing behind when the file can’t be taken', () =>
    withFolder(async (jobs) => {
      const id = newJobId(1);
      const folder = path.join(jobs, id);
      const { target } = definitionOf(id);
      const request = { path: path.join(jobs, 'none.csv'), name: 'none.csv', uri: '', read: {}, target };
      const job = {
        folder,
        id,
        submittedAt: 1,
        request: { ...request, plan: { columns: ['code'], mode: 'add' as const }, language: 'en' },
      };
      await assert.rejects(createJob(job), ExpectedError);
      await writeFile(request.path, 'a,b\n1,2\n');
      await assert.rejects(createJob(job), (error) => {
        return error instanceof ExpectedError && error.detail.code === 'job.columnsChanged';
      });
      await assert.rejects(readFile(journalPath(folder)), { code: 'ENOENT' });
    }));
});

interface Options {
  readonly answer: (rows: number[], request: number) => Answer | null;
  readonly describe: (signal?: AbortSignal) => Promise<TargetSchema>;
  readonly onRecord: (event: JobEvent, state: JobState) => void;
  readonly refusal: NonNullable<RunParts['refusal']>;
  readonly clock: TestClock;
  readonly onBlocked: NonNullable<RunParts['onBlocked']>;
}

interface TestJob {
  readonly folder: string;
  readonly source: string;
  readonly control: ControlWatch;
  run(options?: Partial<Options>): Promise<{ summary: RunSummary; target: TestTarget }>;
  state(): Promise<JobState>;
}

/** A submitted job of the given file; after every record its rows must add up. */
function withJob(text: string, use: (job: TestJob) => Promise<void>): Promise<void> {
  return withFolder(async (jobs) => {
    const source = path.join(jobs, 'rows.csv');
    await writeFile(source, text);
    const id = newJobId(1_000);
    const folder = path.join(jobs, id);
    const { target } = definitionOf(id);
    const request = { path: source, name: 'rows.csv', uri: 'file:///rows.csv', read: {}, target };
    await createJob({
      folder,
      id,
      submittedAt: 1_000,
      request: { ...request, plan: { columns: ['code', 'amount'], mode: 'add' }, language: 'en' },
    });
    const control = new ControlWatch(folder, 1_000_000);
    try {
      await use({
        folder,
        source,
        control,
        run: (options) => runWith(folder, control, options),
        state: async () => {
          const reader = new JournalReader(journalPath(folder));
          await reader.read();
          return reader.state;
        },
      });
    } finally {
      control.close();
    }
  });
}

async function runWith(folder: string, control: ControlWatch, options: Partial<Options> = {}) {
  const target = new TestTarget(options.answer ?? (() => null));
  const endpoint: Endpoint = {
    listTargets: () => Promise.resolve([]),
    describe: (_, signal) => (options.describe ? options.describe(signal) : Promise.resolve(SCHEMA)),
    find: () => Promise.resolve([]),
    keysPerRead: 500,
    natureOf: (error) =>
      error instanceof ExpectedError && error.detail.code === 'kintone.throttled' ? 'passing' : 'lasting',
    writer: () => target,
    requestsFor: () => 0,
  };
  const summary = await runJob(folder, {
    createEndpoint: () => endpoint,
    control,
    clock: options.clock ?? new TestClock(),
    ...(options.refusal ? { refusal: options.refusal } : {}),
    ...(options.onBlocked ? { onBlocked: options.onBlocked } : {}),
    onRecord: (event, state) => {
      assert.ok(conserved(state));
      options.onRecord?.(event, state);
    },
    log: () => undefined,
  });
  return { summary, target };
}

function csv(rows: number): string {
  return `code,amount\n${Array.from({ length: rows }, (_, i) => `row-${i + 1},${i}\n`).join('')}`;
}

function field(
  code: string,
  changes: Partial<TargetSchema['fields'][number]> = {},
): TargetSchema['fields'][number] {
  return {
    code,
    label: code,
    kind: 'text',
    nativeType: 'SINGLE_LINE_TEXT',
    required: false,
    unique: false,
    hasDefault: false,
    ...changes,
  };
}

/** Node does not export the class of file handles; any handle leads to it. */
async function fileHandleClass() {
  const { open } = await import('node:fs/promises');
  const handle = await open(__filename);
  await handle.close();
  return { FileHandle: handle.constructor as { prototype: { datasync(): Promise<void> } } };
}
