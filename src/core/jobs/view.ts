import type { CellProgress } from './cellProgress';
import { isRowsImport } from './job';
import type { ImportJob, JobDefinition, JobPhase } from './job';
import { LATE_ONES } from './records';
import { isTerminal, statusOf } from './stages';
import type { JobState } from './fold';
import type { Stage } from './stages';

/** What the journal does not know: whether anybody works on the job, and who comes before it. */
export interface Surroundings {
  /** A live process owns the job. */
  readonly live: boolean;
  /** Jobs of the same target that come first. */
  readonly ahead: number;
  /** Code of the system when the journal can't be written now. */
  readonly blocked?: string | null;
}

/** What is shown of a job. */
export function viewOf(
  folder: string,
  definition: JobDefinition,
  state: JobState,
  around: Surroundings,
): ImportJob {
  const open = !isTerminal(state.stage);
  return {
    id: definition.id,
    folder,
    definition,
    status: statusOf(state.stage),
    phase: phaseOf(state, around),
    counts: state.counts,
    ...(state.completedAt === null ? {} : { completedAt: state.completedAt }),
    failures: state.failures,
    ...(state.notes.length > 0 ? { notes: state.notes } : {}),
    // An interrupted job from which nothing was sent can be canceled by anyone.
    canCancel:
      open &&
      state.intents === 0 &&
      (around.live ? MAY_STILL_BE_CANCELED.has(state.stage) : state.stage !== 'running') &&
      !state.stopped,
    canStop:
      (around.live && (state.stage === 'sending' || state.stage === 'throttled')) ||
      state.stage === 'deciding',
    ...(open && !around.live && !isWaitingForPerson(state) ? { canResume: true } : {}),
    ...(state.stage === 'deciding' && state.undecided > 0 ? { canDecide: true } : {}),
    ...(mayBeUndone(definition, state) ? { canUndo: true } : {}),
    ...(state.twins > 0 ? { twins: state.twins } : {}),
    ...(state.guarantee === null ? {} : { guarantee: state.guarantee }),
    ...(state.host === null ? {} : { host: state.host }),
    ...(state.stage === 'failed' && state.cell !== null && mayHaveRun(state.cell)
      ? { canRecover: true }
      : {}),
    ...(state.cell === null ? {} : { cell: state.cell }),
  };
}

/** Nobody has to work on it until the person has answered. */
function isWaitingForPerson({ stage, undecided }: JobState): boolean {
  return stage === 'deciding' && undecided > 0;
}

function mayBeUndone(definition: JobDefinition, { stage, counts }: JobState): boolean {
  return isRowsImport(definition) && isTerminal(stage) && counts.imported + counts.updated > 0;
}

/** Asked for by this job, or seen to run. */
function mayHaveRun({ start, startedAt }: CellProgress): boolean {
  return start !== null || startedAt !== null;
}

const MAY_STILL_BE_CANCELED: ReadonlySet<Stage> = new Set(['waiting', 'checking', 'preparing']);

function phaseOf(state: JobState, { live, ahead, blocked = null }: Surroundings): JobPhase {
  if (isWaitingForPerson(state)) return { kind: 'needsDecision', rows: state.undecided };
  if (!live && !isTerminal(state.stage)) return { kind: 'interrupted' };
  if (blocked !== null && !isTerminal(state.stage)) return { kind: 'blocked', code: blocked };
  switch (state.stage) {
    case 'waiting':
      return { kind: 'queued', ahead };
    case 'checking':
      return { kind: 'checking', rows: state.checkedRows };
    case 'throttled':
      return waitingPhase(state) ?? { kind: 'sending' };
    case 'preparing':
    case 'running':
      return cellPhase(state);
    case 'sending':
    case 'deciding':
      return sendingPhase(state);
    case 'stopping':
      return waitingPhase(state) ?? { kind: 'stopping' };
    case 'failed':
    case 'canceled':
      return { kind: state.stage };
    case 'completed':
      return { kind: completion(state) };
  }
}

function waitingPhase({ throttle }: JobState): JobPhase | null {
  if (throttle === null) return null;
  return throttle.reason.code === LATE_ONES.code
    ? { kind: 'settling', until: throttle.until }
    : { kind: 'throttled', ...throttle };
}

/** Before it sends, a job that was taken up is checked once more, and rows without an answer are looked for. */
function sendingPhase({ checkedRows, counts, inFlight, unsettled }: JobState): JobPhase {
  if (inFlight.length > 1) return { kind: 'sending', requests: inFlight.length };
  if (inFlight.length > 0) return { kind: 'sending' };
  if (checkedRows < (counts.total ?? 0)) return { kind: 'checking', rows: checkedRows };
  return { kind: unsettled.length > 0 ? 'settling' : 'sending' };
}

function cellPhase({ cell, stage }: JobState): JobPhase {
  if (cell === null) {
    return { kind: stage === 'running' ? 'starting' : 'uploading', percent: null, since: 0, changedAt: 0 };
  }
  const { step, percent, since, changedAt, notKnown } = cell;
  return { kind: step, percent, since, changedAt, ...(notKnown === null ? {} : { notKnown }) };
}

/** Rows that may or may not be there need a person's eye more than anything else does. */
function completion({ counts, stopped }: JobState): 'all' | 'withUnimported' | 'stopped' | 'withUncertain' {
  if (counts.unknown > 0) return 'withUncertain';
  if (stopped && counts.unprocessed > 0) return 'stopped';
  return counts.invalid + counts.rejected + counts.unprocessed > 0 ? 'withUnimported' : 'all';
}
