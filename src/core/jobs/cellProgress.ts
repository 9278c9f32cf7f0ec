import type { Message } from '../message';
import type { CellStep, JournalRecord } from './records';

/** Where the import of a cell stands. */
export interface CellProgress {
  readonly step: CellStep;
  /** 0–100; null when not known. */
  readonly percent: number | null;
  /**
   * When the step began, and when the per cent changed, in milliseconds of this machine's clock. The import begins when
   * the server is asked for it.
   */
  readonly since: number;
  readonly changedAt: number;
  /** Snapshot that this job has put into the cell itself; null as long as there is none. */
  readonly uploaded: string | null;
  /** The last request that starts the run; null as long as none was made. */
  readonly asked: AskedRun | null;
  /** What became of that request; null as long as none was made, or when it was refused. */
  readonly start: 'asked' | 'accepted' | 'lost' | null;
  /** Begin of the run by the server's clock; null until it was seen. */
  readonly startedAt: number | null;
  /** The cell was seen to refuse writes because of the run. */
  readonly locked: boolean;
  /** Why nothing is known for the moment, or why the server does not start yet. */
  readonly notKnown: Message | null;
  /** Where the cell as it was is kept. */
  readonly exported: { readonly name: string; readonly path: string; readonly size: number } | null;
  /** When it came there, in milliseconds of this machine's clock; 0 when there is none. */
  readonly exportedAt: number;
}

/** What was known before the run was asked for. */
export interface AskedRun {
  readonly snapshot: string;
  /** Begin of the last run that the server told of before, by its clock. */
  readonly after: number | null;
  /** The cell's status was `import failed`. */
  readonly failedBefore: boolean;
  /** The cell was seen to hold something else than the snapshot. */
  readonly otherBefore: boolean;
}

export type CellRecord = Extract<
  JournalRecord,
  { readonly type: 'STEP' | 'EXPORTED' | 'START' | 'STARTED' | 'RUN' }
>;

/** The progress after one more record; pure. */
export function cellAfter(cell: CellProgress | null, record: CellRecord): CellProgress {
  const now = cell ?? { ...NO_CELL, since: record.at, changedAt: record.at };
  switch (record.type) {
    case 'STEP':
      return {
        ...at(now, record.step, record.percent, record.at),
        uploaded: record.snapshot ?? now.uploaded,
      };
    case 'EXPORTED': {
      const { name, path, size } = record;
      return { ...now, exported: { name, path, size }, exportedAt: record.at };
    }
    case 'START': {
      const { snapshot, after = null, failedBefore = false, otherBefore = false } = record;
      const asked = { snapshot, after, failedBefore, otherBefore };
      return { ...at(now, 'starting', null, record.at), start: 'asked', asked };
    }
    case 'STARTED':
      return record.answer === 'refused'
        ? { ...now, start: null, notKnown: record.message ?? null }
        : { ...now, start: record.answer };
    case 'RUN':
      return {
        ...at(now, 'importing', record.percent, record.at),
        startedAt: record.startedAt ?? now.startedAt,
        locked: record.locked ?? now.locked,
        notKnown: record.notKnown ?? null,
      };
  }
}

/** What is said of a snapshot that this job has put into the cell and nobody has taken away; nothing without one. */
export function uploadLeft(cell: CellProgress | null): readonly Message[] {
  const name = cell?.uploaded ?? null;
  return name === null ? [] : [{ code: 'job.cell.noteUploadLeft', args: { name } }];
}

/** A request that was refused was none. */
export function intentsOf(record: CellRecord): number {
  if (record.type === 'START') return 1;
  return record.type === 'STARTED' && record.answer === 'refused' ? -1 : 0;
}

const NO_CELL: CellProgress = {
  step: 'uploading',
  percent: null,
  since: 0,
  changedAt: 0,
  uploaded: null,
  asked: null,
  start: null,
  startedAt: null,
  locked: false,
  notKnown: null,
  exported: null,
  exportedAt: 0,
};

function at(cell: CellProgress, step: CellStep, percent: number | null, now: number): CellProgress {
  const goesOn = cell.step === step || (cell.step === 'starting' && step === 'importing');
  const same = cell.step === step && cell.percent === percent;
  return {
    ...cell,
    step,
    percent,
    since: goesOn ? cell.since : now,
    changedAt: same ? cell.changedAt : now,
    notKnown: null,
  };
}
