import assert from 'node:assert/strict';
import { createCellJob } from '../../../src/core/engine/cell/createCellJob';
import { jobFolder, newJobId } from '../../../src/core/jobs/jobFolder';
import { Journal } from '../../../src/core/jobs/journal';
import type { JobEvent } from '../../../src/core/jobs/records';
import { ExpectedError, type Message } from '../../../src/core/message';
import { WindowImports } from '../../../src/editor/windowImports';
import { CELL } from '../engine/cell/support';
import { withFolder, write } from '../jobs/support';

/** Imports of a window that does not run what it takes up. */
class Imports extends WindowImports {
  left = '';

  override trouble(jobId: string): Message | null {
    return jobId === this.left ? { code: 'job.fileMissing' } : null;
  }
}

const OPEN: JobEvent = { type: 'OPEN', engine: '0' };
const STEP = { type: 'STEP', step: 'uploading', percent: 40 } as const;

describe('an import that is taken up', () => {
  it('and left as it was says why, and one that ends says nothing', () =>
    withImports(async (imports, jobs) => {
      const id = await cellJob(jobs, 1_000, [OPEN, STEP]);
      const other = await cellJob(jobs, 2_000, [OPEN, STEP]);
      await imports.store.refresh();
      const left = imports.whenLeft(id);
      const ended = imports.whenLeft(other);
      imports.left = id;
      await write(jobFolder(jobs, id), [{ ...STEP, percent: 80 }]);
      await write(jobFolder(jobs, other), [
        { type: 'DONE', status: 'canceled', failures: [], unprocessed: [] },
      ]);
      await imports.store.refresh();
      assert.deepEqual(await left, { code: 'job.fileMissing' });
      assert.equal(await ended, null);
      assert.equal(await imports.whenLeft('gone'), null);
    }));
});

async function cellJob(jobs: string, submittedAt: number, events: readonly JobEvent[]): Promise<string> {
  const id = newJobId(submittedAt);
  const folder = jobFolder(jobs, id);
  const source = { origin: 'stored', snapshot: 'shop' } as const;
  await createCellJob({ folder, id, submittedAt, request: { source, target: CELL, language: 'en' } });
  const journal = await Journal.open(folder, () => submittedAt);
  for (const event of events) await journal.append(event);
  await journal.close();
  return id;
}

function withImports(use: (imports: Imports, jobs: string) => Promise<void>): Promise<void> {
  return withFolder(async (jobs) => {
    const options = {
      jobsFolder: jobs,
      workerFile: '',
      transportFor: () => Promise.reject(new ExpectedError({ code: 'connection.removed' })),
      retentionDays: () => 0,
      log: () => undefined,
    };
    const imports = new Imports(options, () => undefined);
    try {
      await use(imports, jobs);
    } finally {
      await imports.dispose();
    }
  });
}
