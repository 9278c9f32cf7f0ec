import assert from 'node:assert/strict';
import type { ImportJob } from '../../../src/core/jobs/job';
import { importedAgainBy, importedSince, wantedProblems } from '../../../src/editor/documents/wantedProblems';

describe('whose problems a document shows', () => {
  it('those of the last import of it that ended', () => {
    assert.deepEqual(wanted([job('1', 'a.csv', 1), job('2', 'a.csv', 2), job('3', 'b.csv', 3)]), {
      'a.csv': '2',
      'b.csv': '3',
    });
  });

  it('none while it is being imported again', () => {
    assert.deepEqual(wanted([job('1', 'a.csv', 1), job('2', 'a.csv', 2, { status: 'inProgress' })]), {});
  });

  it('none when the last import of it had no bad rows', () => {
    assert.deepEqual(wanted([job('1', 'a.csv', 1), job('2', 'a.csv', 2, { invalid: 0 })]), {});
  });

  it('none once its unimported rows are imported again', () => {
    assert.deepEqual(wanted([job('1', 'a.csv', 1), job('2', 'rows', 2, { parent: '1', invalid: 0 })]), {});
  });

  it('the same as before when an import was canceled', () => {
    const canceled = [
      job('2', 'a.csv', 2, { status: 'canceled' }),
      job('3', 'rows', 3, { status: 'canceled', parent: '1' }),
    ];
    assert.deepEqual(wanted([job('1', 'a.csv', 1), ...canceled]), { 'a.csv': '1' });
  });
});

describe('the uncertain rows that a document shows', () => {
  const left = { invalid: 0, unknown: 3 };
  const asked = { ...left, status: 'inProgress', asked: 3 } as const;
  const facts = (jobs: readonly ImportJob[]) => {
    const found = wantedProblems(jobs).get('a.csv');
    return found && [found.unimported, found.uncertain];
  };

  it('are there from when a person is asked about them, and others only once the import has ended', () => {
    assert.deepEqual(facts([job('1', 'a.csv', 1, { ...asked, invalid: 2 })]), [false, true]);
    assert.deepEqual(facts([job('1', 'a.csv', 1, { ...left, invalid: 2 })]), [true, true]);
    assert.equal(facts([job('1', 'a.csv', 1, { ...left, status: 'inProgress' })]), undefined);
  });

  it('stay when the unimported rows are imported again, and go when the file is', () => {
    const again = job('2', 'rows', 2, { parent: '1', invalid: 0 });
    assert.deepEqual(facts([job('1', 'a.csv', 1, { ...left, invalid: 2 }), again]), [false, true]);
    assert.equal(facts([job('1', 'a.csv', 1, left), job('2', 'a.csv', 2, { invalid: 0 })]), undefined);
  });

  it('are shown anew when some were answered for, and only then', () => {
    const key = (more: Facts) => wantedProblems([job('1', 'a.csv', 1, more)]).get('a.csv')?.key;
    assert.equal(key(asked), key(asked));
    const keys = [key(asked), key({ ...asked, asked: 2 }), key({ ...asked, unknown: 2 }), key(left)];
    assert.equal(new Set(keys).size, 4);
  });
});

it('unimported rows know the last job that imported them again', () => {
  const jobs = [job('1', 'a', 1), job('2', 'rows', 2, { parent: '1' }), job('3', 'rows', 3, { parent: '1' })];
  assert.equal(importedAgainBy(jobs, '1')?.id, '3');
  assert.equal(importedAgainBy(jobs, '2'), undefined);
});

it('what a check found counts until the document is imported, however that ends', () => {
  const jobs = [job('1', 'a', 1), job('2', 'a', 3, { status: 'canceled' }), job('3', 'b', 3, { invalid: 0 })];
  assert.equal(importedSince(jobs, 'a', 2), false);
  assert.equal(importedSince(jobs, 'b', 2), true);
});

function wanted(jobs: readonly ImportJob[]): Record<string, string> {
  return Object.fromEntries([...wantedProblems(jobs)].map(([uri, { jobId }]) => [uri, jobId]));
}

interface Facts {
  readonly status?: ImportJob['status'];
  readonly parent?: string;
  readonly invalid?: number;
  readonly unknown?: number;
  /** Rows that a person is asked about. */
  readonly asked?: number;
}

function job(id: string, uri: string, submittedAt: number, facts: Facts = {}): ImportJob {
  const counts = { total: 2, pending: 0, inFlight: 0, imported: 1, rejected: 0, unprocessed: 0 };
  return {
    id,
    status: facts.status ?? 'completed',
    phase: facts.asked === undefined ? { kind: 'all' } : { kind: 'needsDecision', rows: facts.asked },
    ...(facts.asked === undefined ? {} : { canDecide: true }),
    counts: { ...counts, invalid: facts.invalid ?? 1, unknown: facts.unknown ?? 0 },
    definition: { submittedAt, source: { uri }, ...(facts.parent ? { parentJobId: facts.parent } : {}) },
  } as ImportJob;
}
