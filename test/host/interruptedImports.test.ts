import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Transport } from '../../src/core/endpoints/transport';
import { ExpectedError } from '../../src/core/message';
import { SignedTransports } from '../../src/editor/connections/signedTransports';
import { InterruptedImports } from '../../src/editor/interruptedImports';
import type { InterruptedWay } from '../../src/editor/interruptedPlan';
import { WindowImports } from '../../src/editor/windowImports';
import { answering, type Asked } from './support/answers';
import { extension, until } from './support/editor';
import { control, ownSandbox, type OwnSandbox } from './support/ownSandbox';
import { recordCount } from './support/records';

const ROWS = 12_000;

/** Lets a process and its worker threads believe that they run on another computer. */
const OTHER_HOST = `
  const threads = require('node:worker_threads');
  const { Worker } = threads;
  threads.Worker = class extends Worker {
    constructor(file, options) {
      super(file, { ...options, execArgv: ['--require', __filename] });
    }
  };
  require('node:os').hostname = () => 'other.example';
`;

describe('imports that were interrupted', () => {
  let sandbox: OwnSandbox;
  let folder: string;
  const transports = new SignedTransports();

  before(async () => {
    sandbox = await ownSandbox('--latency', '300');
    folder = mkdtempSync(path.join(os.tmpdir(), 'imported-files-'));
  });
  after(() => {
    sandbox.stop();
    transports.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it('go on when a window starts, every row once, and it is told', async () => {
    const before = await recordCount(sandbox);
    const jobs = await interrupted('goes-on.csv');
    await windowStarts(jobs, 'goOn', async ({ service, asked }) => {
      await until(() => asked.told[0], 'the notification');
      assert.match(asked.told[0] ?? '', /^The import of goes-on\.csv goes on where it was interrupted\.$/);
      assert.deepEqual(asked.offered, ['Show Imported Files']);
      const done = await until(async () => {
        await service.store.refresh();
        return service.store.jobs().find(({ status }) => status === 'completed');
      }, 'the end');
      assert.equal(done.counts.imported, ROWS);
      assert.equal((await recordCount(sandbox)) - before, ROWS);
    });
  });

  it('are asked about, left, or need a sign-in first', async () => {
    const jobs = await interrupted('waits.csv');
    await windowStarts(jobs, 'leave', ({ service, asked }) => {
      assert.deepEqual(asked.told, []);
      assert.equal(service.interrupted().length, 1);
    });
    await windowStarts(jobs, 'ask', ({ service, asked }) => {
      assert.deepEqual(asked.told, ['Interrupted imports that can go on: waits.csv.']);
      assert.deepEqual(asked.offered, ['Go On', 'Show Imported Files']);
      assert.equal(service.interrupted().length, 1);
    });
    await windowStarts(
      jobs,
      'goOn',
      async ({ service, asked, signIn }) => {
        assert.match(asked.told[0] ?? '', /^The import of waits\.csv could not go on\. There is no sign-in/);
        assert.deepEqual(asked.offered, ['Sign In…', 'Show Imported Files']);
        assert.equal(service.interrupted().length, 1);
        signIn();
        await until(() => asked.told.find((text) => text.includes('goes on')), 'the import to go on');
      },
      { signedIn: false },
    );
  });

  it('of another computer are never taken without asking', async () => {
    const other = path.join(folder, 'otherHost.cjs');
    writeFileSync(other, OTHER_HOST);
    const jobs = await interrupted('elsewhere.csv', ['--require', other]);
    await windowStarts(jobs, 'goOn', ({ service, asked }) => {
      assert.match(asked.told[0] ?? '', /^The computer other\.example.* was at work on elsewhere\.csv/);
      assert.deepEqual(asked.offered, ['Go On Here', 'Show Imported Files']);
      assert.equal(service.interrupted().length, 1);
    });
  });

  it('are taken by one of the windows that start at once', async () => {
    const jobs = await interrupted('two.csv');
    await answering({}, async (asked) => {
      const windows = [open(jobs, 'goOn'), open(jobs, 'goOn')];
      await Promise.all(windows.map(({ start }) => start()));
      const told = asked.told.filter((text) => text.includes('two.csv goes on'));
      assert.equal(told.length, 1, asked.told.join('\n'));
      assert.equal(asked.told.length, 1);
      await Promise.all(windows.map(({ end }) => end()));
    });
  });

  /** Folder of jobs with one that a command line has begun and been killed over. */
  async function interrupted(name: string, execArgv: readonly string[] = []): Promise<string> {
    const jobs = path.join(folder, `jobs-${name}`);
    const file = path.join(folder, name);
    const code = path.parse(name).name;
    const before = await recordCount(sandbox);
    // It gets no further than the first request until it is killed.
    await control(sandbox, 'faults', { faults: [{ kind: 'hang', path: 'bulkRequest', nth: 2 }] });
    const lines = Array.from({ length: ROWS }, (_, n) => `${code}-${String(n)},会社${String(n)}`);
    writeFileSync(file, `顧客コード,会社名\n${lines.join('\n')}\n`);
    const cli = runCli(['import', file, '--app', sandbox.apps[0]?.id ?? '', '--jobs', jobs], execArgv);
    const ended = new Promise<void>((resolve) => cli.once('exit', () => resolve()));
    await until(async () => ((await recordCount(sandbox)) > before ? true : undefined), 'the first rows');
    cli.kill('SIGKILL');
    await ended;
    await control(sandbox, 'faults', { faults: [] });
    assert.equal(readdirSync(jobs).length, 1);
    return jobs;
  }

  function runCli(args: readonly string[], execArgv: readonly string[]): ChildProcess {
    const dist = vscode.Uri.joinPath(extension().extensionUri, 'dist').fsPath;
    return fork(path.join(dist, 'cli.js'), [...args], {
      execArgv: [...execArgv],
      env: {
        ...process.env,
        ELECTRON_RUN_AS_NODE: '1',
        KINTONE_BASE_URL: sandbox.baseUrl,
        KINTONE_USERNAME: sandbox.username,
        KINTONE_PASSWORD: sandbox.password,
      },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
  }

  interface Opened {
    readonly service: WindowImports;
    readonly asked: Asked;
    readonly signIn: () => void;
  }

  async function windowStarts(
    jobs: string,
    way: InterruptedWay,
    use: (opened: Opened) => Promise<void> | void,
    options: { readonly signedIn?: boolean } = {},
  ): Promise<void> {
    await answering({}, async (asked) => {
      const { service, start, end, signIn } = open(jobs, way, options);
      try {
        await start();
        await use({ service, asked, signIn });
      } finally {
        await end();
      }
    });
  }

  /** What decides at the start of a window, over a folder of jobs. */
  function open(jobs: string, way: InterruptedWay, { signedIn = true } = {}) {
    let hasSignIn = signedIn;
    const changed = new vscode.EventEmitter<void>();
    const service = new WindowImports(
      {
        jobsFolder: jobs,
        workerFile: vscode.Uri.joinPath(extension().extensionUri, 'dist', 'worker.js').fsPath,
        transportFor: ({ connectionName }) =>
          hasSignIn
            ? transport()
            : Promise.reject(
                new ExpectedError({ code: 'connection.signedOut', args: { name: connectionName } }),
              ),
        retentionDays: () => 0,
        log: () => undefined,
      },
      () => undefined,
    );
    const interruptedImports = new InterruptedImports({
      service,
      connections: {
        list: () =>
          service.store
            .jobs()
            .map(({ definition }) => ({ id: definition.target.connectionId, signedIn: hasSignIn })),
        onDidChange: changed.event,
      },
      way: () => way,
      name: jobs,
      memory: { get: <T>(_key: string, otherwise?: T) => otherwise as T, update: () => Promise.resolve() },
      log: { warn: (text) => assert.fail(text) },
    });
    return {
      service,
      signIn: () => {
        hasSignIn = true;
        changed.fire();
      },
      start: async () => {
        await service.store.refresh();
        await interruptedImports.start();
      },
      end: async () => {
        interruptedImports.dispose();
        await service.dispose();
      },
    };
  }

  function transport(): Promise<Transport> {
    const { baseUrl, username, password } = sandbox;
    return transports.get(
      { id: 'own', name: 'Own', baseUrl, kind: 'kintone', signIn: 'password', username },
      { kind: 'password', username, password },
      () => Promise.resolve(),
    );
  }
});
