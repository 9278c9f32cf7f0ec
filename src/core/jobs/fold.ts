import type { Message } from '../message';
import { cellAfter, intentsOf } from './cellProgress';
import type { CellProgress } from './cellProgress';
import type { Guarantee, RowCounts } from './job';
import { afterDecision, decided, decidedIn, judge, settledLate, unknownRows } from './countRows';
import type { JobEventType, JournalRecord } from './records';
import { rowsIn } from './runs';
import { nextStage } from './stages';
import type { Stage } from './stages';

/** Everything the journal says about a job as a whole. What single rows have met is in `notImported.ts`. */
export interface JobState {
  readonly stage: Stage;
  readonly epoch: number;
  /** Sequence number of the last record. */
  readonly sequence: number;
  readonly checkedRows: number;
  readonly counts: RowCounts;
  /** `updates` of the rows change records that exist. */
  readonly inFlight: readonly { readonly batch: number; readonly rows: number; readonly updates: number }[];
  /** Requests whose answers were lost, as far as their rows are still uncertain. */
  readonly unsettled: readonly { readonly batch: number; readonly rows: number }[];
  /** Rows of these that a person was asked about and has not answered for. */
  readonly undecided: number;
  /** Records that came to be twice. */
  readonly twins: number;
  /** Null until the rows were checked. */
  readonly guarantee: Guarantee | null;
  /** Machine of the last owner; null when it is not known. */
  readonly host: string | null;
  /** Null for rows. */
  readonly cell: CellProgress | null;
  /** Write requests that were announced. */
  readonly intents: number;
  readonly stopped: boolean;
  /** What checking could not look at. */
  readonly notes: readonly Message[];
  readonly throttle: { readonly until: number; readonly reason: Message } | null;
  readonly failures: readonly Message[];
  readonly completedAt: number | null;
  /** Time of the last record; milliseconds since the epoch. */
  readonly lastAt: number | null;
}

const NO_ROWS: RowCounts = {
  total: null,
  pending: 0,
  invalid: 0,
  inFlight: 0,
  imported: 0,
  updated: 0,
  unchanged: 0,
  rejected: 0,
  unprocessed: 0,
  unknown: 0,
};

export const NEW_JOB: JobState = {
  stage: 'waiting',
  epoch: 0,
  sequence: 0,
  checkedRows: 0,
  counts: NO_ROWS,
  inFlight: [],
  unsettled: [],
  undecided: 0,
  twins: 0,
  guarantee: null,
  host: null,
  cell: null,
  intents: 0,
  stopped: false,
  notes: [],
  throttle: null,
  failures: [],
  completedAt: null,
  lastAt: null,
};

/** A record that may not stand where it stands. */
export class TransitionRefused extends Error {
  constructor(stage: Stage, type: JobEventType, why = 'not allowed here') {
    super(`${type} in stage ${stage}: ${why}`);
    this.name = 'TransitionRefused';
  }
}

/**
 * The state after one more record; pure. Throws `TransitionRefused` when the record may not follow, or when the rows
 * would no longer add up.
 */
export function fold(state: JobState, record: JournalRecord): JobState {
  const refuse = (why?: string) => new TransitionRefused(state.stage, record.type, why);
  if (record.n !== state.sequence + 1) throw refuse(`number ${record.n} after ${state.sequence}`);
  const expectedEpoch = record.type === 'OPEN' ? state.epoch + 1 : state.epoch;
  if (record.epoch !== expectedEpoch) throw refuse(`epoch ${record.epoch} instead of ${expectedEpoch}`);
  const stage = nextStage(state.stage, record);
  if (stage === null) throw refuse();
  const next: JobState = {
    ...state,
    ...change(state, record, refuse),
    stage,
    epoch: record.epoch,
    sequence: record.n,
    lastAt: record.at,
  };
  if (!conserved(next)) throw refuse('the rows do not add up');
  return next;
}

/** At every moment the verdicts sum to the rows of the file. */
export function conserved({ counts }: JobState): boolean {
  const { total, invalid, unchanged, ...later } = counts;
  if (total === null) return Object.values(later).every((count) => count === 0);
  const each = [invalid, unchanged, ...Object.values(later)];
  return each.every((count) => count >= 0) && each.reduce((sum, count) => sum + count, 0) === total;
}

/**
 * What can be told of a job whose journal is damaged: it has failed, and every row without a verdict may or may not
 * have been sent after the damage.
 */
export function foldDamage(state: JobState, failure: Message): JobState {
  const { counts } = state;
  return {
    ...state,
    stage: 'failed',
    counts: {
      ...counts,
      pending: 0,
      inFlight: 0,
      unknown: counts.unknown + counts.pending + counts.inFlight,
    },
    inFlight: [],
    throttle: null,
    failures: [failure, ...state.failures],
    completedAt: state.completedAt ?? state.lastAt,
  };
}

function change(
  state: JobState,
  record: JournalRecord,
  refuse: (why?: string) => TransitionRefused,
): Partial<JobState> {
  const { counts } = state;
  switch (record.type) {
    case 'OPEN':
      // A check that was cut off starts again from the first row; a job that was sending is checked once more.
      return {
        checkedRows: 0,
        throttle: null,
        host: record.host ?? null,
        ...(state.stage === 'checking' ? { counts: NO_ROWS } : {}),
      };
    case 'CHECK':
      return { checkedRows: record.rows };
    case 'BEFORE':
      return {};
    case 'INVALID':
      return {
        throttle: null,
        counts: {
          ...counts,
          invalid: counts.invalid + record.rows.length,
          pending: counts.total === null ? 0 : counts.pending - record.rows.length,
        },
      };
    case 'UNCHANGED': {
      const rows = rowsIn(record.rows);
      const pending = counts.total === null ? 0 : counts.pending - rows;
      return { counts: { ...counts, unchanged: counts.unchanged + rows, pending } };
    }
    case 'PLAN':
      if (record.invalid !== counts.invalid) throw refuse('another number of invalid rows was found');
      if ((record.unchanged ?? 0) !== counts.unchanged)
        throw refuse('another number of unchanged rows was found');
      return {
        checkedRows: record.total,
        notes: record.notes ?? [],
        guarantee: record.guarantee ?? null,
        counts: {
          ...counts,
          total: record.total,
          pending: record.total - record.invalid - counts.unchanged,
        },
      };
    case 'INTENT': {
      const rows = rowsIn(record.rows);
      const updates = rowsIn(record.updates ?? []);
      if (updates > rows) throw refuse('more rows change records than are sent');
      return {
        inFlight: [...state.inFlight, { batch: record.batch, rows, updates }],
        intents: state.intents + 1,
        throttle: null,
        counts: { ...counts, pending: counts.pending - rows, inFlight: counts.inFlight + rows },
      };
    }
    case 'OUTCOME': {
      const request = state.inFlight.find(({ batch }) => batch === record.batch);
      if (!request) throw refuse(`request ${record.batch} is not in flight`);
      const { outcome } = record;
      if (outcome.kind === 'rejected' && outcome.rows.length > request.rows) {
        throw refuse('more rows were refused than sent');
      }
      const unknown = unknownRows(request.rows, outcome);
      if (outcome.kind === 'perRecord' && decidedIn(outcome) + unknown !== request.rows) {
        throw refuse('not every row that was sent is decided');
      }
      return {
        inFlight: state.inFlight.filter((one) => one !== request),
        unsettled:
          unknown > 0 ? [...state.unsettled, { batch: record.batch, rows: unknown }] : state.unsettled,
        counts: judge(counts, request, outcome),
      };
    }
    case 'SETTLE': {
      if (record.late !== undefined) {
        const late = settledLate(state, record, record.late.unknown);
        if (late === null) throw refuse('more rows were settled than are left to send');
        return late;
      }
      const request = state.unsettled.find(({ batch }) => batch === record.batch);
      if (!request) throw refuse(`request ${record.batch} has no uncertain rows`);
      const rows = decidedIn(record);
      if (rows > request.rows) throw refuse('more rows were settled than are uncertain');
      const left = { ...request, rows: request.rows - rows };
      return {
        unsettled: state.unsettled.flatMap((one) => (one !== request ? [one] : left.rows > 0 ? [left] : [])),
        throttle: null,
        counts: decided({ ...counts, unknown: counts.unknown - rows }, record),
      };
    }
    case 'SPLIT':
      return {};
    case 'THROTTLE':
      return { throttle: { until: record.until, reason: record.reason } };
    case 'ASK': {
      const rows = rowsIn(record.rows);
      if (counts.inFlight > 0 || counts.pending > 0) throw refuse('rows are left to send');
      if (rows > counts.unknown) throw refuse('more rows are asked about than are uncertain');
      return { undecided: rows, throttle: null };
    }
    case 'DECISION': {
      const request = state.unsettled.find(({ batch }) => batch === record.batch);
      if (!request) throw refuse(`request ${record.batch} has no uncertain rows`);
      const rows = rowsIn(record.rows);
      if (rows > request.rows || rows > state.undecided)
        throw refuse('more rows are answered for than asked about');
      if (record.updated > rows) throw refuse('more rows change records than are answered for');
      return { undecided: state.undecided - rows, ...afterDecision(state, record, rows) };
    }
    case 'STOP':
      return { stopped: true, throttle: null };
    case 'STEP':
    case 'EXPORTED':
    case 'START':
    case 'STARTED':
    case 'RUN':
      return {
        cell: cellAfter(state.cell, record),
        // A request that was refused was none.
        intents: state.intents + intentsOf(record),
      };
    case 'DONE':
      if (counts.inFlight > 0) throw refuse('a request is not decided');
      if (record.status === 'canceled' && state.intents > 0) throw refuse('a request was made');
      if (record.status === 'completed' && !state.stopped && counts.pending > 0)
        throw refuse('rows are left');
      return {
        failures: record.failures,
        notes: record.notes === undefined ? state.notes : [...state.notes, ...record.notes],
        completedAt: record.at,
        undecided: 0,
        twins: record.twins?.length ?? 0,
        throttle: null,
        // A file that could not be read to its end has no rows: those found bad so far can't come back either.
        counts:
          counts.total === null
            ? NO_ROWS
            : { ...counts, pending: 0, unprocessed: counts.unprocessed + counts.pending },
      };
  }
}
