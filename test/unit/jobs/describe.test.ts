import assert from 'node:assert/strict';
import { renderMessage } from '../../../src/core/catalogue';
import { phaseMessage, resultMessage, statusMessage } from '../../../src/core/jobs/describe';
import { timesOfDay } from '../../../src/core/jobs/describeWait';
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
      'The import is queued. Imports into the same place that come first: 2.',
    ],
    [
      { kind: 'checking', rows: 5_000 },
      'Checking rows',
      '1,200 of 42,049 rows imported; 5,000 rows checked once more before the others are sent',
    ],
    [{ kind: 'sending' }, 'Sending', '1,200 of 42,049 rows imported'],
    [
      { kind: 'stopping' },
      'Stopping',
      '1,200 of 42,049 rows imported; waiting for the answer to the last request',
    ],
    [
      { kind: 'blocked', code: 'ENOSPC' },
      'Blocked: the disk is full',
      'The disk with the folder of this import is full. Nothing more is sent until there is room; then it goes on by itself.',
    ],
    [
      { kind: 'blocked', code: 'EROFS' },
      'Blocked: its folder can’t be written (EROFS)',
      'The folder of this import can’t be written (EROFS). Nothing more is sent until it can; then it goes on by itself.',
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

  it('says that nothing was sent while rows are checked for the first time', () => {
    const job = {
      phase: { kind: 'checking', rows: 5_000 },
      counts: { ...counts, total: null },
      failures: [],
    } as const;
    assert.equal(renderMessage(resultMessage(job)), '5,000 rows checked. Nothing has been sent yet.');
  });

  const tallies: readonly (readonly [Partial<RowCounts>, JobPhase['kind'], string, string])[] = [
    [
      { imported: 1_200, updated: 300, unchanged: 40 },
      'withUnimported',
      '1,200 rows added, 300 changed, 40 already as in the file, 12 not imported',
      '1,200行を追加し、300行を変更しました（40行は変更なし）。12行は読み込まれませんでした',
    ],
    [{ imported: 0, updated: 300 }, 'all', '300 rows changed', '300行を変更しました'],
    [
      { imported: 0, unchanged: 7 },
      'all',
      '7 rows already as in the file',
      '7行はファイルと同じ内容のため、変更しませんでした',
    ],
    [
      { imported: 5, unchanged: 7 },
      'stopped',
      'Stopped: 5 rows added, 7 already as in the file, 12 not imported',
      '中止しました。5行を追加しました（7行は変更なし）。12行は読み込まれませんでした',
    ],
    [
      { imported: 0, updated: 5, invalid: 0, rejected: 0, unknown: 3 },
      'withUncertain',
      '5 rows changed, 3 uncertain: no answer came for them. Look for them at the destination before importing them again.',
      '5行を変更しました。3行は応答がなく、結果が不明です。もう一度読み込む前に、読み込み先で確認してください。',
    ],
    [
      { imported: 5, invalid: 0, rejected: 0, unprocessed: 0, unknown: 3 },
      'withUncertain',
      '5 rows imported, 3 uncertain: no answer came for them. Look for them at the destination before importing them again.',
      '5行を読み込みました。3行は応答がなく、結果が不明です。もう一度読み込む前に、読み込み先で確認してください。',
    ],
  ];
  for (const [some, kind, english, japanese] of tallies) {
    it(`leaves out what is zero: ${english}`, () => {
      const job = { phase: { kind } as JobPhase, counts: { ...counts, ...some }, failures: [] };
      assert.equal(renderMessage(resultMessage(job)), english);
      assert.equal(renderMessage(resultMessage(job), translator('ja')), japanese);
    });
  }

  it('say until when and why an import waits, in both languages', () => {
    const causes = [
      ['kintone.GAIA_TO04', 'the domain is at its limit of requests at once'],
      ['job.serverBusy', 'the domain is at its limit of requests at once'],
      ['kintone.GAIA_DA02', 'another program has locked the destination'],
      ['personium.PR409-CM-0002', 'another program has locked the destination'],
      ['kintone.unavailable', 'the server is not available at the moment'],
      ['personium.PR503-SV-0004', 'the server is not available at the moment'],
      ['personium.PR503-SV-0001', 'the server asks to slow down'],
      ['network.refused', 'the server can’t be reached'],
      ['network.lost', 'no answer came to a request'],
      ['kintone.uncertainAnswer', 'no answer came to a request'],
      ['kintone.throttled', 'the server asks to slow down'],
      ['code of a later version', 'the server asks to slow down'],
    ] as const;
    for (const [code, words] of causes) {
      const job = { phase: { kind: 'throttled', until: 9, reason: { code } } as const, counts, failures: [] };
      const time = (timeMs: number) => `10:3${timeMs}`;
      assert.equal(renderMessage(phaseMessage(job, time)), `Throttled until 10:39: ${words}`);
      assert.equal(
        renderMessage(resultMessage(job, 0, time)),
        `1,200 of 42,049 rows imported; the next request goes at 10:39: ${words}`,
      );
      const japanese = renderMessage(phaseMessage(job, time), translator('ja'));
      assert.match(japanese, /^10:39まで送信待ち：[^a-z]+$/);
      assert.doesNotMatch(renderMessage(resultMessage(job, 0, time), translator('ja')), /[a-z]/);
    }
  });

  it('say until when requests are waited for that may still come, in both languages', () => {
    const job = { phase: { kind: 'settling', until: 9 } as const, counts, failures: [] };
    const time = (timeMs: number) => `10:3${timeMs}`;
    const waits = 'aiting until 10:39 for requests that may still be on their way';
    assert.equal(renderMessage(phaseMessage(job, time)), `W${waits}`);
    assert.equal(renderMessage(resultMessage(job, 0, time)), `1,200 of 42,049 rows imported; w${waits}`);
    for (const say of [phaseMessage(job, time), resultMessage(job, 0, time)]) {
      const japanese = renderMessage(say, translator('ja'));
      assert.match(japanese, /10:39まで/);
      assert.doesNotMatch(japanese, /[a-z]/);
    }
  });

  it('write times of day as the language does, to the second when they are soon', () => {
    const now = new Date(2026, 10, 22, 10, 31, 30).getTime();
    const soon = new Date(2026, 10, 22, 10, 32, 7).getTime();
    const later = new Date(2026, 10, 22, 15, 4, 59).getTime();
    assert.equal(timesOfDay('ja', now)(soon), '10:32:07');
    assert.equal(timesOfDay('ja', now)(later), '15:04');
    assert.match(timesOfDay('en', now)(soon), /^10:32:07\sAM$/);
    assert.match(timesOfDay('en', now)(later), /^3:04\sPM$/);
  });

  it('tell of several requests at once', () => {
    const phase: JobPhase = { kind: 'sending', requests: 3 };
    assert.equal(renderMessage(phaseMessage({ phase })), 'Sending, 3 requests at once');
    assert.equal(
      renderMessage(resultMessage({ phase, counts, failures: [] })),
      '1,200 of 42,049 rows imported',
    );
  });

  it('are the five words of the status, in both languages', () => {
    const statuses: ImportJob['status'][] = ['waiting', 'inProgress', 'failed', 'completed', 'canceled'];
    const inWords = (language: string) =>
      statuses.map((status) => renderMessage(statusMessage({ status }), translator(language)));
    assert.deepEqual(inWords('en'), ['Waiting', 'In progress', 'Failed', 'Completed', 'Canceled']);
    assert.equal(new Set(inWords('ja')).size, 5);
  });
});
