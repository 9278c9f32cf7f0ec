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
  return Object.fromEntries(wantedProblems(jobs));
}

interface Facts {
  readonly status?: ImportJob['status'];
  readonly parent?: string;
  readonly invalid?: number;
}

function job(id: string, uri: string, submittedAt: number, facts: Facts = {}): ImportJob {
  const counts = { total: 2, pending: 0, inFlight: 0, imported: 1, rejected: 0, unprocessed: 0, unknown: 0 };
  return {
    id,
    status: facts.status ?? 'completed',
    counts: { ...counts, invalid: facts.invalid ?? 1 },
    definition: { submittedAt, source: { uri }, ...(facts.parent ? { parentJobId: facts.parent } : {}) },
  } as ImportJob;
}
