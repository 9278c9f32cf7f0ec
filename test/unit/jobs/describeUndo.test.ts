import assert from 'node:assert/strict';
import { renderMessage } from '../../../src/core/catalogue';
import { resultMessage } from '../../../src/core/jobs/describe';
import type { JobPhase, RowCounts, UndoDefinition } from '../../../src/core/jobs/job';
import { definitionOf } from './support';

const { target, plan } = definitionOf('20251122-053312-9f86d081');
const UNDO: UndoDefinition = {
  version: 1,
  kind: 'undo',
  id: '20251122-053312-9f86d082',
  submittedAt: 1,
  target,
  undoes: '20251122-053312-9f86d081',
  scope: 'all',
  source: { name: 'rows.csv', uri: 'file:///rows.csv', size: 0, sha256: '' },
  plan,
  language: 'en',
  engineVersion: '0',
};
const COUNTS: RowCounts = {
  total: 1_210,
  pending: 0,
  invalid: 3,
  inFlight: 0,
  imported: 1_200,
  updated: 4,
  unchanged: 2,
  rejected: 1,
  unprocessed: 0,
  unknown: 0,
};

describe('sentences about an undo', () => {
  it('tell what was undone, kept and failed, and leave out what is zero', () => {
    assert.equal(
      sentence({ kind: 'withUnimported' }, COUNTS),
      'The import was undone: 1,200 records deleted, 4 put back, 2 undone by somebody else already, 3 kept, 1 failed',
    );
    assert.equal(
      sentence({ kind: 'all' }, { ...COUNTS, invalid: 0, updated: 0, unchanged: 0, rejected: 0 }),
      'The import was undone: 1,200 records deleted',
    );
  });

  it('tell how far it has come', () => {
    assert.equal(sentence({ kind: 'sending' }, { ...COUNTS, pending: 5 }), '1,206 of 1,210 records undone');
  });
});

function sentence(phase: JobPhase, counts: RowCounts): string {
  return renderMessage(resultMessage({ definition: UNDO, phase, counts, failures: [] }));
}
