import assert from 'node:assert/strict';
import { NEW_JOB, TransitionRefused, conserved, fold, foldDamage } from '../../../src/core/jobs/fold';
import { statusOf } from '../../../src/core/jobs/stages';
import type { JobState } from '../../../src/core/jobs/fold';
import type { Stage } from '../../../src/core/jobs/stages';
import { JOB_EVENT_TYPES } from '../../../src/core/jobs/records';
import { LATE_ONES } from '../../../src/core/jobs/records';
import type { JobEvent, JobEventType, Outcome } from '../../../src/core/jobs/records';
import type { RowRange } from '../../../src/core/jobs/runs';
import { viewOf } from '../../../src/core/jobs/view';
import { FULL_LIFE, definitionOf } from './support';

const message = { code: 'job.stopped' };

const EVENTS: Readonly<Record<JobEventType, JobEvent>> = {
  OPEN: { type: 'OPEN', engine: '0' },
  CHECK: { type: 'CHECK', rows: 1 },
  INVALID: { type: 'INVALID', rows: [{ row: 1, problems: [] }] },
  UNCHANGED: { type: 'UNCHANGED', rows: [[2, 3]] },
  BEFORE: {
    type: 'BEFORE',
    records: [{ row: 1, id: '7', revision: '3', values: [[0, 'was']] }],
  },
  PLAN: { type: 'PLAN', total: 10, invalid: 0 },
  ASK: { type: 'ASK', rows: [[1, 1]], candidates: [] },
  DECISION: { type: 'DECISION', batch: 1, answer: 'leave', rows: [[4, 4]], updated: 0 },
  INTENT: { type: 'INTENT', batch: 2, rows: [[2, 3]] },
  OUTCOME: { type: 'OUTCOME', batch: 1, outcome: { kind: 'ambiguous', message } },
  SPLIT: { type: 'SPLIT', batch: 1, into: 1 },
  THROTTLE: { type: 'THROTTLE', until: 1, reason: message },
  STOP: { type: 'STOP' },
  SETTLE: {
    type: 'SETTLE',
    batch: 1,
    committed: [[1, 1]],
    updated: 0,
    ids: ['1'],
    revisions: [['1', 1]],
    rejected: [],
    again: [],
  },
  STEP: { type: 'STEP', step: 'uploading', percent: 10, snapshot: 'snap' },
  EXPORTED: { type: 'EXPORTED', name: 'safe', path: '/safe.zip', size: 7 },
  START: { type: 'START', snapshot: 'snap', after: 1 },
  STARTED: { type: 'STARTED', answer: 'accepted' },
  RUN: { type: 'RUN', percent: 10, startedAt: 2, locked: true },
  DONE: { type: 'DONE', status: 'completed', failures: [], unprocessed: [] },
};

/** How a job comes into each stage. */
const PATHS: Readonly<Record<Stage, readonly JobEvent[]>> = {
  waiting: [],
  checking: [EVENTS.OPEN],
  sending: [EVENTS.OPEN, EVENTS.PLAN, { type: 'INTENT', batch: 1, rows: [[1, 1]] }],
  throttled: [EVENTS.OPEN, EVENTS.PLAN, { type: 'INTENT', batch: 1, rows: [[1, 1]] }, EVENTS.THROTTLE],
  stopping: [EVENTS.OPEN, EVENTS.PLAN, { type: 'INTENT', batch: 1, rows: [[1, 1]] }, EVENTS.STOP],
  deciding: [
    EVENTS.OPEN,
    EVENTS.PLAN,
    { type: 'INTENT', batch: 1, rows: [[1, 10]] },
    EVENTS.OUTCOME,
    { type: 'ASK', rows: [[1, 10]], candidates: [{ row: 1, ids: ['7'] }] },
    { type: 'DECISION', batch: 1, answer: 'again', rows: [[2, 3]], updated: 0 },
  ],
  preparing: [EVENTS.OPEN, EVENTS.STEP],
  running: [EVENTS.OPEN, EVENTS.STEP, EVENTS.START],
  completed: [EVENTS.OPEN, { type: 'PLAN', total: 0, invalid: 0 }, EVENTS.DONE],
  failed: [EVENTS.OPEN, { type: 'DONE', status: 'failed', failures: [message], unprocessed: [] }],
  canceled: [{ type: 'DONE', status: 'canceled', failures: [], unprocessed: [] }],
};

/** Where each record leads from each stage; what is not here is refused. DONE is looked at apart. */
const EXPECTED: Readonly<Record<Stage, Partial<Record<JobEventType, Stage>>>> = {
  waiting: { OPEN: 'checking' },
  checking: {
    OPEN: 'checking',
    CHECK: 'checking',
    INVALID: 'checking',
    UNCHANGED: 'checking',
    BEFORE: 'checking',
    PLAN: 'sending',
    STEP: 'preparing',
    RUN: 'running',
  },
  preparing: { OPEN: 'preparing', STEP: 'preparing', EXPORTED: 'preparing', START: 'running' },
  running: { OPEN: 'running', STEP: 'running', STARTED: 'running', RUN: 'running' },
  sending: {
    OPEN: 'sending',
    CHECK: 'sending',
    INVALID: 'sending',
    UNCHANGED: 'sending',
    BEFORE: 'sending',
    INTENT: 'sending',
    OUTCOME: 'sending',
    SPLIT: 'sending',
    THROTTLE: 'throttled',
    STOP: 'stopping',
  },
  throttled: {
    OPEN: 'sending',
    INVALID: 'sending',
    UNCHANGED: 'sending',
    INTENT: 'sending',
    OUTCOME: 'throttled',
    THROTTLE: 'throttled',
    STOP: 'stopping',
  },
  deciding: {
    OPEN: 'deciding',
    CHECK: 'deciding',
    INVALID: 'deciding',
    UNCHANGED: 'deciding',
    BEFORE: 'deciding',
    SETTLE: 'deciding',
    DECISION: 'deciding',
    INTENT: 'sending',
    THROTTLE: 'throttled',
    STOP: 'stopping',
  },
  stopping: { OPEN: 'stopping', OUTCOME: 'stopping', THROTTLE: 'stopping' },
  completed: {},
  failed: {},
  canceled: {},
};

describe('the fold of a journal', () => {
  for (const stage of Object.keys(PATHS) as Stage[]) {
    for (const type of JOB_EVENT_TYPES.filter((one) => one !== 'DONE')) {
      const leadsTo = EXPECTED[stage][type];
      it(`${leadsTo ? `leads to ${leadsTo}` : 'refuses'}: ${type} while ${stage}`, () => {
        const state = foldAll(PATHS[stage]);
        assert.equal(state.stage, stage);
        if (leadsTo) assert.equal(add(state, EVENTS[type]).stage, leadsTo);
        else assert.throws(() => add(state, EVENTS[type]), TransitionRefused);
      });
    }
  }

  const ends: readonly (readonly [Stage, boolean, readonly ('completed' | 'failed' | 'canceled')[]])[] = [
    ['waiting', false, ['canceled']],
    ['checking', false, ['failed', 'canceled']],
    ['preparing', false, ['failed', 'canceled']],
    ['running', false, ['completed', 'failed']],
    ['sending', true, ['failed']],
    ['throttled', true, ['failed']],
    ['stopping', true, ['completed', 'failed']],
    ['completed', false, []],
    ['failed', false, []],
    ['canceled', false, []],
  ];
  for (const [stage, sent, allowed] of ends) {
    for (const status of ['completed', 'failed', 'canceled'] as const) {
      it(`${allowed.includes(status) ? 'ends' : 'refuses to end'} as ${status} while ${stage}`, () => {
        const path = sent
          ? [
              ...PATHS[stage],
              {
                type: 'OUTCOME',
                batch: 1,
                outcome: { kind: 'notCommitted', reason: 'locked', message },
              } as const,
            ]
          : PATHS[stage];
        const done: JobEvent = { type: 'DONE', status, failures: [], unprocessed: [] };
        if (allowed.includes(status)) assert.equal(add(foldAll(path), done).stage, status);
        else assert.throws(() => add(foldAll(path), done), TransitionRefused);
      });
    }
  }

  it('cancels a planned job as long as no request was announced', () => {
    const state = foldAll([
      EVENTS.OPEN,
      EVENTS.PLAN,
      { type: 'DONE', status: 'canceled', failures: [], unprocessed: [] },
    ]);
    assert.equal(state.stage, 'canceled');
    assert.equal(state.counts.unprocessed, 10);
  });

  it('counts no order that was refused, and lets a cell’s import be canceled again after it', () => {
    const path = [EVENTS.OPEN, EVENTS.STEP, EVENTS.START];
    const refused = foldAll([...path, { type: 'STARTED', answer: 'refused', message }]);
    assert.deepEqual([refused.stage, refused.intents, refused.cell?.start], ['preparing', 0, null]);
    assert.deepEqual(refused.cell?.notKnown, message);
    const lost = foldAll([...path, { type: 'STARTED', answer: 'lost', message }]);
    assert.deepEqual([lost.stage, lost.intents, lost.cell?.start], ['running', 1, 'lost']);
  });

  it('refuses answers and findings that do not tell of just the rows that were sent', () => {
    const none = { updated: 0, ids: [], revisions: [], rejected: [], again: [] };
    const sent = foldAll(PATHS.sending);
    const rows = sent.inFlight[0]?.rows ?? 0;
    const answered = (committed: number, unknown: number) =>
      add(sent, {
        type: 'OUTCOME',
        batch: 1,
        outcome: {
          ...none,
          kind: 'perRecord',
          committed: committed > 0 ? [[1, committed]] : [],
          unknown: unknown > 0 ? [[1, unknown]] : [],
        },
      });
    assert.throws(() => answered(rows - 1, 0), TransitionRefused, 'one is left out');
    assert.throws(() => answered(rows, 1), TransitionRefused, 'one is told of twice');
    const settled = (state: JobState, committed: number) =>
      add(state, { type: 'SETTLE', batch: 1, ...none, committed: [[1, committed]] });
    assert.equal(settled(answered(0, rows), rows).counts.imported, rows);
    assert.throws(() => settled(answered(rows - 1, 1), 2), TransitionRefused);
  });

  it('refuses to end while a request is in flight', () => {
    const done: JobEvent = { type: 'DONE', status: 'failed', failures: [], unprocessed: [] };
    assert.throws(() => add(foldAll(PATHS.sending), done), TransitionRefused);
  });

  it('refuses records out of number, of another epoch, and rows that do not add up', () => {
    const state = foldAll(PATHS.sending);
    const record = { n: state.sequence + 1, epoch: 1, at: 0 };
    assert.throws(() => fold(state, { ...EVENTS.STOP, ...record, n: record.n + 1 }), TransitionRefused);
    assert.throws(() => fold(state, { ...EVENTS.STOP, ...record, epoch: 2 }), TransitionRefused);
    assert.throws(() => add(state, { type: 'INTENT', batch: 9, rows: [[1, 10]] }), TransitionRefused);
    assert.throws(() => add(state, { ...EVENTS.OUTCOME, batch: 5 } as JobEvent), TransitionRefused);
    assert.throws(
      () => add(foldAll([EVENTS.OPEN]), { type: 'PLAN', total: 3, invalid: 1 }),
      TransitionRefused,
    );
  });

  it('moves the rows of a request where its answer says', () => {
    const outcomes: readonly (readonly [Outcome, string])[] = [
      [{ kind: 'committed', ids: [['1', 1]], revisions: [] }, 'imported'],
      [{ kind: 'rejected', code: 'X', message, rows: [{ row: 1, problems: [] }] }, 'rejected'],
      [{ kind: 'notCommitted', reason: 'locked', message }, 'pending'],
      [{ kind: 'impossible', message }, 'pending'],
      [{ kind: 'ambiguous', message }, 'unknown'],
    ];
    for (const [outcome, verdict] of outcomes) {
      const { counts } = add(foldAll(PATHS.sending), { type: 'OUTCOME', batch: 1, outcome });
      assert.deepEqual(
        counts,
        {
          ...foldAll(PATHS.sending).counts,
          pending: 9,
          inFlight: 0,
          [verdict]: verdict === 'pending' ? 10 : 1,
        },
        outcome.kind,
      );
    }
  });

  it('counts changed and unchanged rows apart from added ones', () => {
    const events: readonly JobEvent[] = [
      EVENTS.OPEN,
      {
        type: 'UNCHANGED',
        rows: [
          [2, 2],
          [9, 10],
        ],
      },
      EVENTS.INVALID,
      { type: 'PLAN', total: 10, invalid: 1, unchanged: 3 },
      { type: 'INTENT', batch: 1, rows: [[3, 8]], updates: [[4, 5]] },
      { type: 'OUTCOME', batch: 1, outcome: { kind: 'committed', ids: [['1', 6]], revisions: [] } },
      { type: 'DONE', status: 'completed', failures: [], unprocessed: [] },
    ];
    let state = NEW_JOB;
    for (const event of events) {
      state = add(state, event);
      assert.ok(conserved(state), event.type);
    }
    const { imported, updated, unchanged, invalid } = state.counts;
    assert.deepEqual(
      { imported, updated, unchanged, invalid },
      { imported: 4, updated: 2, unchanged: 3, invalid: 1 },
    );
    assert.throws(() => foldAll([EVENTS.OPEN, EVENTS.UNCHANGED, EVENTS.PLAN]), TransitionRefused);
    const tooMany: JobEvent = { type: 'INTENT', batch: 1, rows: [[1, 2]], updates: [[1, 3]] };
    assert.throws(() => foldAll([EVENTS.OPEN, EVENTS.PLAN, tooMany]), TransitionRefused);
  });

  it('takes rows that are found bad while sending out of those that wait', () => {
    const { counts } = add(foldAll(PATHS.sending), EVENTS.INVALID);
    assert.deepEqual([counts.pending, counts.inFlight, counts.invalid], [8, 1, 1]);
  });

  it('keeps the sum of the verdicts at every record of a long life', () => {
    let state = NEW_JOB;
    for (const event of FULL_LIFE) {
      state = add(state, event);
      assert.ok(conserved(state), event.type);
    }
    assert.deepEqual(state.counts, {
      total: 5,
      pending: 0,
      invalid: 1,
      inFlight: 0,
      imported: 2,
      updated: 0,
      unchanged: 0,
      rejected: 1,
      unprocessed: 0,
      unknown: 1,
    });
  });

  it('starts counting anew when a check is taken up again', () => {
    const state = foldAll([
      EVENTS.OPEN,
      EVENTS.INVALID,
      EVENTS.OPEN,
      EVENTS.INVALID,
      { type: 'PLAN', total: 4, invalid: 1 },
    ]);
    assert.equal(state.counts.invalid, 1);
    assert.equal(state.epoch, 2);
  });

  it('knows when the verdicts do not sum to the rows', () => {
    const { counts } = NEW_JOB;
    const sums = (changes: Partial<typeof counts>) =>
      conserved({ ...NEW_JOB, counts: { ...counts, ...changes } });
    assert.ok(sums({ total: 3, pending: 1, updated: 1, unchanged: 1 }));
    assert.ok(!sums({ total: 3, pending: 1, unchanged: 1 }));
    assert.ok(!sums({ total: 1, pending: 2, updated: -1 }));
    assert.ok(!sums({ imported: 1 }), 'nothing is sent before the rows are counted');
  });

  it('counts no rows of a file that could not be read to its end', () => {
    const state = foldAll([
      EVENTS.OPEN,
      EVENTS.INVALID,
      { type: 'DONE', status: 'failed', failures: [message], unprocessed: [] },
    ]);
    assert.equal(state.stage, 'failed');
    assert.deepEqual(state.counts, NEW_JOB.counts);
  });

  it('tells of a damaged journal that it failed, with every undecided row uncertain', () => {
    const state = foldDamage(foldAll(PATHS.sending), { code: 'job.journalDamaged' });
    assert.equal(statusOf(state.stage), 'failed');
    assert.equal(state.counts.unknown, 10);
    assert.ok(conserved(state));
  });

  it('counts rows by what a person says of them', () => {
    const asked = foldAll([...PATHS.deciding.slice(0, -1)]);
    assert.equal(asked.undecided, 10);
    const say = (state: JobState, answer: 'there' | 'again' | 'leave', rows: [number, number], updated = 0) =>
      add(state, { type: 'DECISION', batch: 1, answer, rows: [rows], updated });
    const there = say(asked, 'there', [1, 4], 1);
    assert.deepEqual([there.counts.imported, there.counts.updated, there.counts.unknown], [3, 1, 6]);
    const again = say(there, 'again', [5, 6]);
    assert.deepEqual([again.counts.pending, again.counts.unknown, again.undecided], [2, 4, 4]);
    const left = say(again, 'leave', [7, 10]);
    assert.deepEqual([left.counts.unknown, left.undecided], [4, 0]);
    assert.throws(() => say(left, 'there', [7, 7]), TransitionRefused, 'an answer is final');
    assert.throws(() => add(left, EVENTS.DONE), TransitionRefused, 'rows are left to send');
  });

  it('counts rows that are found late, after they were to be sent again, or that nobody can look for any more', () => {
    const lost = foldAll([
      EVENTS.OPEN,
      EVENTS.PLAN,
      { type: 'INTENT', batch: 1, rows: [[1, 9]] },
      EVENTS.OUTCOME,
    ]);
    const none = { committed: [], updated: 0, ids: [], revisions: [], rejected: [], again: [] };
    const again = add(lost, { type: 'SETTLE', batch: 1, ...none, again: [[1, 9]] });
    assert.deepEqual([again.counts.pending, again.unsettled], [10, []]);
    const late = (found: RowRange[], unknown: RowRange[]) =>
      add(again, { type: 'SETTLE', batch: 1, ...none, committed: found, late: { unknown } });
    const { counts, unsettled } = late([[1, 4]], [[5, 6]]);
    assert.deepEqual([counts.imported, counts.unknown, counts.pending], [4, 2, 4]);
    assert.deepEqual(unsettled, [{ batch: 1, rows: 2 }]);
    assert.throws(() => late([[1, 10]], [[11, 11]]), TransitionRefused, 'more than are left');
  });

  it('asks a person only once nothing is left to send', () => {
    const sent = foldAll([EVENTS.OPEN, EVENTS.PLAN, { type: 'INTENT', batch: 1, rows: [[1, 9]] }]);
    const ask = { type: 'ASK', rows: [[1, 9]], candidates: [] } as const;
    assert.throws(() => add(sent, ask), TransitionRefused);
    const lost = add(sent, EVENTS.OUTCOME);
    assert.throws(() => add(lost, ask), TransitionRefused, 'the tenth row');
  });

  it('shows what a person may do at each stage', () => {
    const shown = (stage: Stage, live = true) =>
      viewOf('', definitionOf('x'), foldAll(PATHS[stage]), { live, ahead: 0 });
    assert.deepEqual(
      (Object.keys(PATHS) as Stage[]).map((stage) => {
        const { status, phase, canCancel, canStop } = shown(stage);
        return [stage, status, phase.kind, canCancel, canStop];
      }),
      [
        ['waiting', 'waiting', 'queued', true, false],
        ['checking', 'inProgress', 'checking', true, false],
        ['sending', 'inProgress', 'sending', false, true],
        ['throttled', 'inProgress', 'throttled', false, true],
        ['stopping', 'inProgress', 'stopping', false, false],
        ['deciding', 'inProgress', 'needsDecision', false, true],
        ['preparing', 'inProgress', 'uploading', true, false],
        ['running', 'inProgress', 'starting', false, false],
        ['completed', 'completed', 'all', false, false],
        ['failed', 'failed', 'failed', false, false],
        ['canceled', 'canceled', 'canceled', false, false],
      ],
    );
    assert.equal(shown('sending', false).phase.kind, 'interrupted');
    assert.equal(shown('running', false).canCancel, false, 'the server goes on');
    assert.equal(shown('running', false).canResume, true);
    assert.equal(shown('sending', false).canStop, false);
    assert.equal(shown('waiting', false).canCancel, true);
    assert.equal(shown('sending', false).canCancel, false, 'a request was announced');
    const planned = foldAll([EVENTS.OPEN, EVENTS.PLAN]);
    assert.equal(viewOf('', definitionOf('x'), planned, { live: false, ahead: 0 }).canCancel, true);
    assert.equal(shown('completed', false).phase.kind, 'all');
  });

  it('shows of a job that was taken up that it is checked, then settled, then sent', () => {
    const lost = [
      ...PATHS.sending,
      { type: 'OUTCOME', batch: 1, outcome: { kind: 'ambiguous', message } },
    ] as const satisfies readonly JobEvent[];
    const shown = (...later: readonly JobEvent[]) =>
      viewOf('', definitionOf('x'), foldAll([...lost, ...later]), { live: true, ahead: 0 }).phase;
    const { total } = foldAll(lost).counts;
    assert.ok(total !== null && total > 1);
    assert.deepEqual(shown(), { kind: 'settling' });
    assert.deepEqual(shown(EVENTS.OPEN), { kind: 'checking', rows: 0 });
    assert.deepEqual(shown(EVENTS.OPEN, { type: 'CHECK', rows: 1 }), { kind: 'checking', rows: 1 });
    const checked = [EVENTS.OPEN, { type: 'CHECK', rows: total }] as const;
    assert.deepEqual(shown(...checked), { kind: 'settling' });
    const wait = { type: 'THROTTLE', until: 9, reason: LATE_ONES } as const;
    for (const stop of [[], [EVENTS.STOP]]) {
      assert.deepEqual(shown(...checked, ...stop, wait), { kind: 'settling', until: 9 });
    }
    const next = { type: 'INTENT', batch: 2, rows: [[total, total]] } as const;
    assert.deepEqual(shown(...checked, next), { kind: 'sending' }, 'whatever stays uncertain');
  });
});

function foldAll(events: readonly JobEvent[]): JobState {
  return events.reduce(add, NEW_JOB);
}

function add(state: JobState, event: JobEvent): JobState {
  const epoch = event.type === 'OPEN' ? state.epoch + 1 : state.epoch;
  return fold(state, { n: state.sequence + 1, epoch, at: 1, ...event });
}
