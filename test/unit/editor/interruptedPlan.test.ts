import assert from 'node:assert/strict';
import { thisHost } from '../../../src/core/jobs/host';
import { createCellJob } from '../../../src/core/engine/cell/createCellJob';
import { jobFolder, newJobId } from '../../../src/core/jobs/jobFolder';
import { JobStore } from '../../../src/core/jobs/jobStore';
import { Journal } from '../../../src/core/jobs/journal';
import type { JobEvent } from '../../../src/core/jobs/records';
import { INTERRUPTED_WAYS, planOfStart, type InterruptedWay } from '../../../src/editor/interruptedPlan';
import { CELL } from '../engine/cell/support';
import { makeJob, withFolder } from '../jobs/support';

const OPEN: JobEvent = { type: 'OPEN', engine: '0', host: thisHost() };
const ELSEWHERE: JobEvent = { type: 'OPEN', engine: '0', host: 'another.example' };
const STEP: JobEvent = { type: 'STEP', step: 'uploading', percent: 40 };
const START: JobEvent = { type: 'START', snapshot: 'shop' };
const CANCELED: JobEvent = { type: 'DONE', status: 'canceled', failures: [], unprocessed: [] };

describe('interrupted imports, when a window starts', () => {
  it('go on, also those that never began; one that has ended does not', async () => {
    const plan = await planned('goOn', async (jobs) => {
      await makeJob(jobs, [OPEN], { submittedAt: 1_000 });
      await makeJob(jobs, [], { submittedAt: 2_000 });
      await makeJob(jobs, [OPEN, CANCELED], { submittedAt: 3_000 });
    });
    assert.deepEqual(plan, { watch: [], goOn: [1_000, 2_000], ask: [], elsewhere: [] });
  });

  it('are asked about, or left, where the person wants that', async () => {
    const make = (jobs: string) => makeJob(jobs, [OPEN]);
    assert.deepEqual((await planned('ask', make)).ask, [1_000]);
    assert.deepEqual(await planned('leave', make), { watch: [], goOn: [], ask: [], elsewhere: [] });
  });

  it('of another computer are never taken without asking, and not asked about where they are to be left', async () => {
    const make = (jobs: string) => makeJob(jobs, [ELSEWHERE]);
    for (const way of INTERRUPTED_WAYS) {
      assert.deepEqual(await planned(way, make), {
        watch: [],
        goOn: [],
        ask: [],
        elsewhere: way === 'leave' ? [] : [['another.example', [1_000]]],
      });
    }
  });

  it('of a cell are watched again once the server was asked, and asked about before', async () => {
    for (const way of INTERRUPTED_WAYS) {
      const plan = await planned(way, async (jobs) => {
        await cellJob(jobs, 1_000, [OPEN, STEP]);
        await cellJob(jobs, 2_000, [OPEN, STEP, START]);
      });
      assert.deepEqual(plan, {
        watch: [2_000],
        goOn: [],
        ask: way === 'leave' ? [] : [1_000],
        elsewhere: [],
      });
    }
  });
});

/** What a plan names, by the times of submission. */
function planned(way: InterruptedWay, make: (jobs: string) => Promise<unknown>) {
  return withFolder(async (folder) => {
    await make(folder);
    const store = new JobStore(folder);
    await store.refresh();
    const times = (jobs: readonly { readonly definition: { readonly submittedAt: number } }[]) =>
      jobs.map(({ definition }) => definition.submittedAt).sort();
    const { watch, goOn, ask, elsewhere } = planOfStart(
      store.jobs().filter(({ canResume }) => canResume === true),
      way,
    );
    store.dispose();
    return {
      watch: times(watch),
      goOn: times(goOn),
      ask: times(ask),
      elsewhere: [...elsewhere].map(([host, jobs]) => [host, times(jobs)]),
    };
  });
}

async function cellJob(jobs: string, submittedAt: number, events: readonly JobEvent[]): Promise<void> {
  const id = newJobId(submittedAt);
  const folder = jobFolder(jobs, id);
  const source = { origin: 'stored', snapshot: 'shop' } as const;
  await createCellJob({ folder, id, submittedAt, request: { source, target: CELL, language: 'en' } });
  const journal = await Journal.open(folder, () => submittedAt);
  for (const event of events) await journal.append(event);
  await journal.close();
}
