import type { JobStatus } from './job';
import type { JobEvent, JobEventType } from './records';

/** Where a job stands; finer than the five public statuses. */
export type Stage =
  | 'waiting'
  | 'checking'
  | 'sending'
  | 'throttled'
  /** Nothing is left to send; a person has to say what becomes of uncertain rows. */
  | 'deciding'
  | 'stopping'
  /** A cell before its import was asked for. */
  | 'preparing'
  /** The import of a cell was asked for: the server runs it, and nobody can stop it. */
  | 'running'
  | 'completed'
  | 'failed'
  | 'canceled';

/**
 * Which records may follow in which stage, and where they lead. What is not listed is refused: the writer has a bug,
 * or the journal was written by something else. `DONE` leads to the status it carries, where the list allows it.
 */
export const TRANSITIONS: Readonly<Record<Stage, Partial<Record<JobEventType, Stage | readonly Stage[]>>>> = {
  waiting: { OPEN: 'checking', DONE: ['canceled'] },
  checking: {
    OPEN: 'checking',
    CHECK: 'checking',
    INVALID: 'checking',
    UNCHANGED: 'checking',
    BEFORE: 'checking',
    PLAN: 'sending',
    STEP: 'preparing',
    // Nothing is asked of the server where somebody else has started the run.
    RUN: 'running',
    DONE: ['failed', 'canceled'],
  },
  preparing: {
    OPEN: 'preparing',
    STEP: 'preparing',
    EXPORTED: 'preparing',
    START: 'running',
    DONE: ['failed', 'canceled'],
  },
  running: {
    OPEN: 'running',
    // A request that was refused has started nothing.
    STARTED: ['running', 'preparing'],
    RUN: 'running',
    STEP: 'running',
    DONE: ['completed', 'failed'],
  },
  sending: {
    OPEN: 'sending',
    CHECK: 'sending',
    INVALID: 'sending',
    UNCHANGED: 'sending',
    BEFORE: 'sending',
    SETTLE: 'sending',
    INTENT: 'sending',
    OUTCOME: 'sending',
    SPLIT: 'sending',
    THROTTLE: 'throttled',
    ASK: 'deciding',
    STOP: 'stopping',
    DONE: ['completed', 'failed', 'canceled'],
  },
  throttled: {
    // Who takes a job up knows nothing of waits before.
    OPEN: 'sending',
    INVALID: 'sending',
    UNCHANGED: 'sending',
    SETTLE: 'sending',
    INTENT: 'sending',
    OUTCOME: 'throttled',
    THROTTLE: 'throttled',
    ASK: 'deciding',
    STOP: 'stopping',
    // After a wait nothing may be left to do.
    DONE: ['completed', 'failed', 'canceled'],
  },
  deciding: {
    OPEN: 'deciding',
    DECISION: 'deciding',
    // Before rows are sent again the file is checked once more.
    CHECK: 'deciding',
    INVALID: 'deciding',
    UNCHANGED: 'deciding',
    BEFORE: 'deciding',
    SETTLE: 'deciding',
    THROTTLE: 'throttled',
    INTENT: 'sending',
    STOP: 'stopping',
    DONE: ['completed', 'failed'],
  },
  stopping: {
    OPEN: 'stopping',
    OUTCOME: 'stopping',
    SETTLE: 'stopping',
    THROTTLE: 'stopping',
    DONE: ['completed', 'failed'],
  },
  completed: {},
  failed: {},
  canceled: {},
};

export function isTerminal(stage: Stage): boolean {
  return stage === 'completed' || stage === 'failed' || stage === 'canceled';
}

export function statusOf(stage: Stage): JobStatus {
  switch (stage) {
    case 'checking':
    case 'sending':
    case 'throttled':
    case 'deciding':
    case 'stopping':
    case 'preparing':
    case 'running':
      return 'inProgress';
    default:
      return stage;
  }
}

/** The stage a record leads to, or null when it is refused. */
export function nextStage(stage: Stage, event: JobEvent): Stage | null {
  const allowed = TRANSITIONS[stage][event.type];
  if (allowed === undefined) return null;
  if (typeof allowed === 'string') return allowed;
  switch (event.type) {
    case 'DONE':
      return allowed.includes(event.status) ? event.status : null;
    case 'STARTED':
      return event.answer === 'refused' ? 'preparing' : 'running';
    default:
      return null;
  }
}
