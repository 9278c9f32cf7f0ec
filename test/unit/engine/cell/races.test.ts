import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { CellSnapshots } from '../../../../src/core/endpoints/cellSnapshots';
import { createPersoniumEndpoint } from '../../../../src/core/endpoints/personium/personiumEndpoint';
import { withPersoniumSignIn } from '../../../../src/core/endpoints/personium/signIn';
import type { PersoniumSignIn } from '../../../../src/core/endpoints/personium/signIn';
import { createUndiciTransport } from '../../../../src/core/endpoints/undiciTransport';
import { createCellJob } from '../../../../src/core/engine/cell/createCellJob';
import { runCellJob } from '../../../../src/core/engine/cell/runCellJob';
import type { Clock } from '../../../../src/core/engine/clock';
import { ControlWatch } from '../../../../src/core/jobs/control';
import { jobFolder, newJobId } from '../../../../src/core/jobs/jobFolder';
import { Journal } from '../../../../src/core/jobs/journal';
import { startPersonium } from '../../../../src/sandbox/personium/unit';
import type { PersoniumUnit } from '../../../../src/sandbox/personium/unit';
import { CELL } from './support';

const RACES = 200;
const UNITS = 4;
/** A second of the importer is so many milliseconds of the test, so that delays of the unit come before, at and after looks. */
const SECOND_MS = 25;

/** Numbers from 0 to 1 that are the same in each run (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function quickClock(random: () => number): Clock {
  const scale = 1000 / SECOND_MS;
  return {
    now: () => Date.now(),
    monotonic: () => performance.now() * scale,
    random,
    sleep: (ms, signal) => delay(ms / scale, undefined, signal ? { signal } : {}).catch(() => undefined),
  };
}

/** With its reason, or, where the import has taken the account away, without. */
const FAILURES = new Set(['cell.importFailed', 'job.cell.failedUnknown']);

interface Race {
  readonly startDelayMs: number;
  readonly importMs: number;
  readonly failsAt: number | null;
  readonly signIn: 'master' | 'account';
  /** The cell holds the same as the snapshot before. */
  readonly same: boolean;
  /** As where cells are sub-domains, the lock tells nothing. */
  readonly blind: boolean;
  readonly lostAnswer: boolean;
}

function raceOf(random: () => number): Race {
  const chance = (part: number) => random() < part;
  const same = chance(0.3);
  const blind = chance(0.3);
  const lostAnswer = chance(0.15);
  // What nobody can see and that leaves no trace has no end that could be found.
  const seen = same && (blind || lostAnswer);
  return {
    startDelayMs: chance(0.3) ? 0 : random() * 8 * SECOND_MS,
    importMs: (seen ? 12 * SECOND_MS : 0) + (chance(0.4) ? 0 : random() * 10 * SECOND_MS),
    failsAt: chance(0.25) ? Math.floor(random() * 100) : null,
    signIn: seen || chance(0.5) ? 'master' : 'account',
    same,
    blind,
    lostAnswer,
  };
}

describe('the end of a cell’s import, in races with the unit over HTTP', function () {
  this.timeout(240_000);
  const network = createUndiciTransport();
  const units: PersoniumUnit[] = [];
  let folder: string;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'races-'));
    for (let i = 0; i < UNITS; i++) units.push(await startPersonium());
  });
  after(async () => {
    for (const unit of units) await unit.close();
    await network.close();
    await rm(folder, { recursive: true, force: true });
  });

  function cellOf(unit: PersoniumUnit, signIn: Race['signIn']): CellSnapshots {
    const { cellUrl, masterToken, username, password } = unit.access;
    const entry: PersoniumSignIn =
      signIn === 'master' ? { kind: 'bearer', token: masterToken } : { kind: 'account', username, password };
    const transport = withPersoniumSignIn(network, cellUrl, entry);
    const { cell } = createPersoniumEndpoint({ baseUrl: cellUrl.replace(/\/$/, ''), transport });
    assert.ok(cell);
    return cell;
  }

  async function snapshotOf(unit: PersoniumUnit, file: string): Promise<void> {
    unit.control.setHooks({ startDelayMs: 0, exportMs: 0, importMs: 0, steps: 10, busyRetryMs: 1 });
    const cell = cellOf(unit, 'master');
    assert.equal((await cell.startExport('taken')).kind, 'accepted');
    while ((await cell.exportState('taken')).kind !== 'done') await delay(1);
    await cell.download('taken', file, () => undefined);
  }

  /** One race; answers what was claimed, and what was true at that moment. */
  async function race(unit: PersoniumUnit, file: string, random: () => number) {
    const { startDelayMs, importMs, failsAt, signIn, same, blind, lostAnswer } = raceOf(random);
    unit.control.reset();
    if (!same) unit.control.entityType('sales/stock/Supplier').entities.clear();
    unit.control.setHooks({
      startDelayMs,
      importMs,
      steps: 10,
      busyRetryMs: 1,
      failure: failsAt === null ? null : { at: failsAt, code: 'PR409-OD-0003', text: 'It exists.' },
      lostAnswers: lostAnswer ? { orders: 1, when: 'afterCommit' } : null,
    });
    const loaded = watchLoad(unit);
    const id = newJobId(Date.now());
    const job = jobFolder(folder, id);
    const source = { origin: 'file', path: file, name: 'again.zip', uri: 'file:///again.zip' } as const;
    await createCellJob({
      folder: job,
      id,
      submittedAt: Date.now(),
      request: { source, target: CELL, language: 'en' },
    });
    const control = new ControlWatch(job, 1_000_000);
    const cell = cellOf(unit, signIn);
    let wasTrue = false;
    try {
      await runCellJob(job, {
        createEndpoint: () => {
          const seen = blind ? { ...cell, lock: () => Promise.resolve('unknown' as const) } : cell;
          return { cell: seen } as unknown as ReturnType<typeof createPersoniumEndpoint>;
        },
        control,
        clock: quickClock(random),
        onRecord: (event) => {
          if (event.type === 'DONE') wasTrue = loaded() && failsAt === null;
        },
        log: (level, text) => {
          if (level === 'error') throw new Error(text);
        },
      });
    } finally {
      control.close();
    }
    const journal = await Journal.open(job);
    const { stage, failures } = journal.state;
    await journal.close();
    const { imports } = unit.control.orders();
    return { stage, failures, wasTrue, failsAt, imports };
  }

  it(`are ${RACES}, and none is called completed before its end, each end is found, each is ordered once`, async () => {
    const file = path.join(folder, 'again.zip');
    await snapshotOf(units[0] ?? assert.fail(), file);
    let [falselyCompleted, missed, twice, completed, failed, done] = [0, 0, 0, 0, 0, 0];
    const began = performance.now();
    await Promise.all(
      units.map(async (unit, lane) => {
        for (let i = lane; i < RACES; i += UNITS) {
          const { stage, failures, wasTrue, failsAt, imports } = await race(unit, file, randomFrom(i + 1));
          if (stage === 'completed') {
            completed++;
            if (!wasTrue) falselyCompleted++;
          } else {
            failed++;
            if (failsAt === null || !FAILURES.has(failures[0]?.code ?? '')) missed++;
          }
          if (imports !== 1) twice++;
          done++;
        }
      }),
    );
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    console.log(
      `      ${done} races in ${seconds} s: ${completed} completed (${falselyCompleted} falsely), ` +
        `${failed} failed, ${missed} ends missed, ${twice} ordered twice`,
    );
    assert.deepEqual(
      { done, falselyCompleted, missed, twice },
      { done: RACES, falselyCompleted: 0, missed: 0, twice: 0 },
    );
  });
});

/** Whether the cell has been filled from a snapshot since. */
function watchLoad(unit: PersoniumUnit): () => boolean {
  const cell = unit.control.cell();
  const load = cell.load.bind(cell);
  let loaded = false;
  cell.load = (dump, now) => {
    load(dump, now);
    loaded = true;
  };
  return () => loaded;
}
