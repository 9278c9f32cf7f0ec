import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createEndpoint } from '../../../../src/core/endpoints/createEndpoint';
import type { Endpoint } from '../../../../src/core/endpoints/endpoint';
import { withSignIn } from '../../../../src/core/endpoints/kintone/signIn';
import { withPersoniumSignIn } from '../../../../src/core/endpoints/personium/signIn';
import type { Transport } from '../../../../src/core/endpoints/transport';
import { createUndiciTransport } from '../../../../src/core/endpoints/undiciTransport';
import { createJob } from '../../../../src/core/engine/createJob';
import { runJob } from '../../../../src/core/engine/runJob';
import type { RunSummary } from '../../../../src/core/engine/runInJournal';
import { createUndoJob } from '../../../../src/core/engine/undo/createUndoJob';
import type { UndoScope } from '../../../../src/core/engine/undo/createUndoJob';
import { runUndo } from '../../../../src/core/engine/undo/runUndo';
import type { UndoRunParts } from '../../../../src/core/engine/undo/runUndo';
import { ControlWatch } from '../../../../src/core/jobs/control';
import type { JobTarget } from '../../../../src/core/jobs/job';
import { journalPath, newJobId } from '../../../../src/core/jobs/jobFolder';
import { JournalReader } from '../../../../src/core/jobs/journal';
import type { ImportPlan } from '../../../../src/core/mapping/plan';
import { startSandbox } from '../../../../src/sandbox/server';
import type { Sandbox } from '../../../../src/sandbox/server';
import { TestClock } from '../support';

/** A sandbox, and both ways into it, as long as a suite goes on. */
export class UndoStage {
  sandbox!: Sandbox;
  #network!: ReturnType<typeof createUndiciTransport>;
  #kintone!: Transport;
  #personium!: Transport;

  static use(): UndoStage {
    const stage = new UndoStage();
    before(async () => {
      stage.sandbox = await startSandbox();
      stage.#network = createUndiciTransport();
      const { kintone, personium } = stage.sandbox;
      const { username, password } = kintone;
      stage.#kintone = withSignIn(stage.#network, kintone.baseUrl, { kind: 'password', username, password });
      stage.#personium = withPersoniumSignIn(stage.#network, stage.#cell, {
        kind: 'account',
        username: personium.username,
        password: personium.password,
      });
    });
    beforeEach(() => stage.reset());
    after(async () => {
      await stage.#network.close();
      await stage.sandbox.close();
    });
    return stage;
  }

  reset(): void {
    this.sandbox.control.reset();
    this.sandbox.control.setFaults({ latencyMs: 0 });
    this.sandbox.personiumControl.reset();
    this.sandbox.personiumControl.setFaults({ latencyMs: 0 });
  }

  get #cell(): string {
    return this.sandbox.personium.cellUrl.replace(/\/+$/, '');
  }

  app(id: string): JobTarget {
    const { baseUrl } = this.sandbox.kintone;
    return { ...COMMON, system: 'kintone', baseUrl, id, name: id, url: `${baseUrl}/k/${id}/` };
  }

  set(id: string): JobTarget {
    return { ...COMMON, system: 'personium', baseUrl: this.#cell, id, name: id, url: `${this.#cell}/${id}` };
  }

  endpointOf({ target, id, language }: Parameters<UndoRunParts['createEndpoint']>[0]): Endpoint {
    const transport = target.system === 'kintone' ? this.#kintone : this.#personium;
    return createEndpoint(target, { transport, language, requestKey: id });
  }

  /** Imports a text, and answers the folder of the job. `wrap` may stand in front of the endpoint. */
  async import(
    jobs: string,
    target: JobTarget,
    text: string,
    plan: ImportPlan,
    wrap = (endpoint: Endpoint) => endpoint,
  ): Promise<string> {
    const id = newJobId(Date.now());
    const folder = path.join(jobs, id);
    await mkdir(jobs, { recursive: true });
    const file = path.join(jobs, `${id}.csv`);
    await writeFile(file, text);
    await createJob({
      folder,
      id,
      submittedAt: Date.now(),
      request: {
        path: file,
        name: 'rows.csv',
        uri: 'file:///rows.csv',
        read: {},
        target,
        plan,
        language: 'en',
      },
    });
    const control = new ControlWatch(folder, 1_000_000);
    const { status } = await runJob(folder, {
      createEndpoint: ({ target: to, language }) =>
        wrap(this.endpointOf({ target: to, id, language } as Parameters<UndoRunParts['createEndpoint']>[0])),
      control,
      log: (level, line) => {
        if (level === 'error') throw new Error(line);
      },
    }).finally(() => control.close());
    const failures: unknown[] = [];
    await new JournalReader(journalPath(folder)).read((record) => {
      if (record.type === 'DONE') failures.push(...record.failures);
    });
    assert.equal(status, 'completed', JSON.stringify(failures));
    return folder;
  }

  async undoJob(undoes: string, scope: UndoScope = 'all'): Promise<string> {
    const id = newJobId(Date.now());
    const folder = path.join(path.dirname(undoes), id);
    const request = { scope, language: 'en' };
    await createUndoJob({ folder, id, submittedAt: Date.now(), undoes, request });
    return folder;
  }

  async run(folder: string, parts: Partial<UndoRunParts> = {}): Promise<RunSummary> {
    const control = new ControlWatch(folder, 1_000_000);
    try {
      return await runUndo(folder, {
        createEndpoint: (definition) => this.endpointOf(definition),
        control,
        clock: new TestClock(),
        log: (level, text) => {
          if (level === 'error') throw new Error(text);
        },
        ...parts,
      });
    } finally {
      control.close();
    }
  }
}

const COMMON = { connectionId: 'test', connectionName: 'Test' };

/** The same numbers for the same seed, from 0 to below 1. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
