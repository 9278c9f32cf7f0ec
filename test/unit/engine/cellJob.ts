import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Endpoint } from '../../../src/core/endpoints/endpoint';
import { createJob } from '../../../src/core/engine/createJob';
import { JobLost } from '../../../src/core/engine/jobLog';
import { runJob } from '../../../src/core/engine/runJob';
import type { SubmitRequest } from '../../../src/core/engine/workerMessages';
import type { RunSummary } from '../../../src/core/engine/runInJournal';
import { ControlWatch } from '../../../src/core/jobs/control';
import { conserved } from '../../../src/core/jobs/fold';
import type { System } from '../../../src/core/jobs/job';
import { journalPath, newJobId } from '../../../src/core/jobs/jobFolder';
import type { JobEvent } from '../../../src/core/jobs/records';
import type { ImportPlan } from '../../../src/core/mapping/plan';
import { definitionOf, withFolder } from '../jobs/support';
import { TestClock } from './support';

export interface RunOptions {
  /** The process dies right after so many records. */
  readonly dieAfter?: number;
  readonly onRecord?: (event: JobEvent, control: ControlWatch) => void;
  readonly begin?: (control: ControlWatch, clock: TestClock) => void;
  readonly refusal?: { readonly code: string };
}

export interface Submitted extends Pick<SubmitRequest, 'limits' | 'ledgerApp'> {
  /** A cell when absent. */
  readonly system?: System;
  /** Where the rows go; the fake endpoints' own place when absent. */
  readonly place?: string;
}

export interface Ran {
  readonly summary: RunSummary;
  readonly events: readonly JobEvent[];
  readonly clock: TestClock;
}

export interface CellJob {
  readonly id: string;
  readonly folder: string;
  /** Runs it, or takes it up, in a process of its own as far as anybody can tell. */
  run(endpoint: Endpoint, options?: RunOptions): Promise<Ran>;
  journal(): Promise<string[]>;
  /** Puts the journal back to its first so many records. */
  cutJournal(lines: readonly string[]): Promise<void>;
}

/** A submitted job; after every record its rows must add up. */
export function withCellJob(
  text: string,
  plan: ImportPlan,
  use: (job: CellJob) => Promise<void>,
  { system = 'personium', place: own, ...more }: Submitted = {},
): Promise<void> {
  return withFolder(async (jobs) => {
    const source = path.join(jobs, 'rows.csv');
    await writeFile(source, text);
    const id = newJobId(1_000);
    const folder = path.join(jobs, id);
    const place = system === 'personium' ? ({ system, id: 'box/stock/Product' } as const) : {};
    const target = { ...definitionOf(id).target, ...place, ...(own === undefined ? {} : { id: own }) };
    const request = {
      path: source,
      name: 'rows.csv',
      uri: 'file:///rows.csv',
      read: {},
      target,
      plan,
      ...more,
    };
    await createJob({ folder, id, submittedAt: 1_000, request: { ...request, language: 'en' } });
    await use({
      id,
      folder,
      run: (endpoint, options) => runIn(folder, endpoint, options),
      journal: async () => (await readFile(journalPath(folder), 'utf8')).split(/(?<=\n)/),
      cutJournal: (lines) => writeFile(journalPath(folder), lines.join('')),
    });
  });
}

async function runIn(
  folder: string,
  endpoint: Endpoint,
  { dieAfter = Infinity, onRecord, begin, refusal }: RunOptions = {},
): Promise<Ran> {
  const control = new ControlWatch(folder, 1_000_000);
  const clock = new TestClock();
  const events: JobEvent[] = [];
  begin?.(control, clock);
  try {
    const summary = await runJob(folder, {
      createEndpoint: () => endpoint,
      control,
      clock,
      ...(refusal ? { refusal } : {}),
      onRecord: (event, state) => {
        assert.ok(conserved(state), event.type);
        events.push(event);
        onRecord?.(event, control);
        if (events.length >= dieAfter) throw new JobLost();
      },
      log: (level, line) => {
        if (level === 'error') assert.fail(line);
      },
    });
    return { summary, events, clock };
  } finally {
    control.close();
  }
}
