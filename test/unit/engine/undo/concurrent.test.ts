import assert from 'node:assert/strict';
import { open } from 'node:fs/promises';
import { JobLost } from '../../../../src/core/engine/jobLog';
import type { RunSummary } from '../../../../src/core/engine/runInJournal';
import { journalPath } from '../../../../src/core/jobs/jobFolder';
import type { ImportPlan } from '../../../../src/core/mapping/plan';
import { withFolder } from '../../jobs/support';
import { UndoStage, randomOf } from './support';

const CUSTOMERS = '1';
const PRODUCTS = 'sales/stock/Product';
/** For each system; more than these can be asked for. */
const SEEDS = Number(process.env.UNDO_SEEDS ?? 3);
const MOST_RUNS = 400;

/** What an undo meets, whatever the system. */
interface World {
  /** What is there by id, one value of each. */
  now(): Map<string, string>;
  /** Somebody saves a record without changing its values. */
  edit(id: string): void;
}

describe('undoing while others edit, answers are lost and the process is killed', function () {
  this.timeout(120_000);
  const stage = UndoStage.use();

  for (let seed = 1; seed <= SEEDS; seed++) {
    it(`keeps every edited record of an app and undoes every other one (seed ${seed})`, () =>
      withFolder(async (jobs) => {
        const app = stage.app(CUSTOMERS);
        const plan: ImportPlan = {
          columns: ['顧客コード', '会社名'],
          mode: 'addOrUpdate',
          key: '顧客コード',
        };
        const text = (rows: string) => `顧客コード,会社名\n${rows}`;
        await stage.import(jobs, app, text(lines(0, 60, 'old')), plan);
        const { control } = stage.sandbox;
        const world: World = {
          now: () =>
            new Map(control.records(CUSTOMERS).map(({ $id, 会社名: name }) => [textOf($id), textOf(name)])),
          edit: (id) => control.disturb({ kind: 'bumpRevision', app: CUSTOMERS, ids: [Number(id)] }),
        };
        const before = world.now();
        const job = await stage.import(jobs, app, text(lines(0, 260, 'new')), plan);
        control.setFaults({ latencyMs: 0, randomSeed: seed, faults: FAULTS });
        await check(job, world, before, seed);
      }));

    it(`keeps every edited entity and undoes every other one (seed ${seed})`, () =>
      withFolder(async (jobs) => {
        const set = stage.set(PRODUCTS);
        const plan: ImportPlan = { columns: ['__id', 'Name', 'Code'], mode: 'addOrReplace', key: '__id' };
        const text = (rows: string) => `__id,Name,Code\n${rows}`;
        await stage.import(jobs, set, text(lines(0, 60, 'old', ',C')), plan);
        const { personiumControl: control } = stage.sandbox;
        const world: World = {
          now: () =>
            new Map(control.entities(PRODUCTS).map(({ __id: id, Name }) => [textOf(id), textOf(Name)])),
          edit: (id) => {
            const entity = control.entityType(PRODUCTS).entities.get(id);
            if (!entity) return;
            control.entityType(PRODUCTS).entities.set(id, { ...entity, version: entity.version + 1 });
          },
        };
        const before = world.now();
        const job = await stage.import(jobs, set, text(lines(0, 260, 'new', ',C')), plan);
        control.setFaults({ latencyMs: 0, randomSeed: seed, faults: FAULTS });
        await check(job, world, before, seed);
      }));
  }

  async function check(job: string, world: World, before: Map<string, string>, seed: number): Promise<void> {
    const left = world.now();
    const random = randomOf(seed);
    const edited = new Set<string>();
    const ids = [...left.keys()];
    const editSome = () => {
      for (let times = Math.floor(random() * 4); times > 0; times--) {
        const id = ids[Math.floor(random() * ids.length)] ?? '';
        // What is undone already may be edited as anybody likes.
        if (world.now().get(id) === left.get(id)) edited.add(id);
        world.edit(id);
      }
    };
    editSome();
    const undo = await stage.undoJob(job);
    editSome();
    let summary: RunSummary | null = null;
    for (let run = 0; run < MOST_RUNS && summary?.status !== 'completed'; run++) {
      summary = await stage.run(undo, {
        onRecord: ({ type }) => {
          if (random() < 0.3) editSome();
          if (type !== 'DONE' && random() < 0.15) throw new JobLost();
        },
      });
      if (summary.status !== 'completed' && random() < 0.5) await forgetLast(undo);
    }
    assert.equal(summary?.status, 'completed');
    const after = world.now();
    for (const id of ids) {
      const expected = edited.has(id) ? left.get(id) : before.get(id);
      assert.equal(after.get(id), expected, `record ${id} ${edited.has(id) ? 'was' : 'was not'} edited`);
    }
    const { counts } = summary;
    const undone = counts.imported + counts.updated + counts.unchanged;
    assert.deepEqual([counts.invalid, counts.rejected, counts.unknown], [edited.size, 0, 0]);
    assert.equal(undone, ids.length - edited.size);
  }
});

const FAULTS = [
  { kind: 'dropAfterCommit', method: 'POST', path: 'bulkRequest', probability: 0.2 },
  { kind: 'dropAfterCommit', method: 'PUT', probability: 0.2 },
  { kind: 'dropBeforeCommit', method: 'DELETE', probability: 0.2 },
  { kind: 'dropAfterCommit', method: 'DELETE', probability: 0.2 },
  { kind: 'duplicate', probability: 0.05 },
  { kind: 'dropAfterCommit', path: '$batch', probability: 0.2 },
  { kind: 'dropAfterCommit', method: 'MERGE', probability: 0.05 },
] as const;

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? `${value}` : '';
}

/** As if the process had been killed before its last record was written. The first ones stay: nothing happens by them. */
async function forgetLast(folder: string): Promise<void> {
  const file = await open(journalPath(folder), 'r+');
  try {
    const bytes = await file.readFile();
    const cut = bytes.lastIndexOf(10, bytes.length - 2) + 1;
    // What was announced is durable before anything leaves.
    if (cut > 0 && !bytes.subarray(cut).includes('"INTENT"')) await file.truncate(cut);
  } finally {
    await file.close();
  }
}

function lines(from: number, count: number, value: string, more = ''): string {
  return Array.from(
    { length: count },
    (_, i) => `k${from + i},${value}${more === '' ? '' : `${more}${i}`}\n`,
  ).join('');
}
