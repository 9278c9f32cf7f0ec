import assert from 'node:assert/strict';
import { renderMessage } from '../../../src/core/catalogue';
import { phaseMessage, resultMessage, statusMessage } from '../../../src/core/jobs/describe';
import type { ImportJob, JobPhase, RowCounts } from '../../../src/core/jobs/job';
import { translator } from '../../../src/core/translate';

const counts: RowCounts = {
  total: 42_049,
  pending: 0,
  invalid: 10,
  inFlight: 0,
  imported: 1_200,
  updated: 0,
  unchanged: 0,
  rejected: 2,
  unprocessed: 0,
  unknown: 0,
};

describe('the words for a job', () => {
  const cases: readonly (readonly [JobPhase, string, string])[] = [
    [{ kind: 'queued', ahead: 0 }, 'Queued', 'The import is queued and will start shortly.'],
    [
      { kind: 'queued', ahead: 2 },
      'Queued, 2 ahead',
      'The import is queued. Imports of the same app that come first: 2.',
    ],
    [{ kind: 'checking', rows: 5_000 }, 'Checking rows', '5,000 rows checked. Nothing has been sent yet.'],
    [{ kind: 'sending' }, 'Sending', '1,200 of 42,049 rows imported'],
    [
      { kind: 'stopping' },
      'Stopping',
      '1,200 of 42,049 rows imported; waiting for the answer to the last request',
    ],
    [{ kind: 'withUnimported' }, 'With unimported rows', '1,200 rows imported, 12 not imported'],
    [{ kind: 'stopped' }, 'Stopped', 'Stopped: 1,200 rows imported, 12 not imported'],
    [{ kind: 'failed' }, 'Failed', 'The app does not exist any more. Choose another app. (GAIA_AP01)'],
    [{ kind: 'canceled' }, 'Canceled', 'The import was canceled. Nothing was sent.'],
  ];
  for (const [phase, words, sentence] of cases) {
    it(`says how it is when ${phase.kind}`, () => {
      const job = { phase, counts, failures: [{ code: 'kintone.GAIA_AP01' }] };
      assert.equal(renderMessage(phaseMessage(job)), words);
      assert.equal(renderMessage(resultMessage(job)), sentence);
    });
  }

  it('are the five words of the status, in both languages', () => {
    const statuses: ImportJob['status'][] = ['waiting', 'inProgress', 'failed', 'completed', 'canceled'];
    const inWords = (language: string) =>
      statuses.map((status) => renderMessage(statusMessage({ status }), translator(language)));
    assert.deepEqual(inWords('en'), ['Waiting', 'In progress', 'Failed', 'Completed', 'Canceled']);
    assert.equal(new Set(inWords('ja')).size, 5);
  });
});
