import type { Message } from '../message';
import type { CellStep, JournalRecord } from './records';

/** Where the import of a cell stands. */
export interface CellProgress {
  readonly step: CellStep;
  /** 0–100; null when not known. */
  readonly percent: number | null;
  /** When the step began, and when the per cent changed, in milliseconds of this machine's clock. */
  readonly since: number;
  readonly changedAt: number;
  /** Begin of the run by the server's clock; null until it was seen. */
  readonly startedAt: number | null;
  /** Why nothing is known for the moment. */
  readonly notKnown: Message | null;
  /** What became of the request that starts the run; null as long as none was made or it was refused. */
  readonly start: 'asked' | 'accepted' | 'lost' | null;
  /** Where the cell as it was is kept. */
  readonly exported: { readonly name: string; readonly path: string; readonly size: number } | null;
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
      return at(now, record.step, record.percent, record.at);
    case 'EXPORTED': {
      const { name, path, size } = record;
      return { ...now, exported: { name, path, size } };
    }
    case 'START':
      return { ...at(now, 'starting', null, record.at), start: 'asked' };
    case 'STARTED':
      return { ...now, start: record.answer === 'refused' ? null : record.answer };
    case 'RUN':
      return {
        ...at(now, 'importing', record.percent, record.at),
        startedAt: record.startedAt ?? now.startedAt,
        notKnown: record.notKnown ?? null,
      };
  }
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
  startedAt: null,
  notKnown: null,
  start: null,
  exported: null,
};

function at(cell: CellProgress, step: CellStep, percent: number | null, now: number): CellProgress {
  const since = cell.step === step ? cell.since : now;
  const same = cell.step === step && cell.percent === percent;
  return { ...cell, step, percent, since, changedAt: same ? cell.changedAt : now, notKnown: null };
}
