import { isCellImport, isRowsJob, isUndo } from '../../core/jobs/job';
import type { ImportJob, JobChange, JobTarget } from '../../core/jobs/job';
import type { PanelIcon, RowAction } from '../../shared/panelMessages';

/** Where the views read imports from; `JobStore` is one. */
export interface JobSource {
  /** Newest first. */
  jobs(): readonly ImportJob[];
  get(jobId: string): ImportJob | undefined;
  onDidChange(listener: (change: JobChange) => void): { dispose(): void };
}

/** Words for one import in the reader's language, and whether its app may be opened. */
export interface JobWords {
  status(job: ImportJob): string;
  phase(job: ImportJob): string;
  result(job: ImportJob): string;
  date(timeMs: number): string;
  number(count: number): string;
  percent(value: number): string;
  /** Rows done of all rows. */
  progress(done: number, total: number): string;
  /** How rows are written, and by which key; empty where they only make new records. */
  mode(job: ImportJob): string;
  mayOpen(target: JobTarget): boolean;
  /** Stands in place of the name of an app that may not be seen. */
  readonly noPermission: string;
}

export function isEnded(job: ImportJob): boolean {
  return job.status === 'completed' || job.status === 'failed' || job.status === 'canceled';
}

/** Whether a living process works on the import or will: what has to be watched closely. */
export function isLive(job: ImportJob): boolean {
  return !isEnded(job) && job.phase.kind !== 'interrupted' && !needsDecision(job);
}

/** Whether it stands still until a person has said what becomes of its uncertain rows. */
export function needsDecision({ phase }: Pick<ImportJob, 'phase'>): boolean {
  return phase.kind === 'needsDecision';
}

/** Whether it ended badly or lost its process: what a person should learn of. */
export function isTrouble(job: ImportJob): boolean {
  return job.status === 'failed' || job.phase.kind === 'interrupted';
}

/** Whether there is a page to open: an app's list of records, or the home of a cell; entity sets have none. */
export function hasPage({ system, id }: Pick<JobTarget, 'system' | 'id'>): boolean {
  return system === 'kintone' || id === '';
}

/**
 * Whether a cell was imported and its notes say something that needs a look. That a stored snapshot could not be
 * compared is no more than usual.
 */
export function hasCellNotes({ definition, status, notes = [] }: ImportJob): boolean {
  const needLook = notes.some(({ code }) => code !== 'job.cell.noteNotCompared');
  return isCellImport(definition) && status === 'completed' && needLook;
}

/** Rows that were not imported for certain. Rows of unknown fate are not among them. */
export function unimportedRows({ counts }: ImportJob): number {
  return counts.invalid + counts.rejected + counts.unprocessed;
}

/** Rows that are in the app as the file has them: new, changed, or so before. */
export function doneRows({ counts }: ImportJob): number {
  return counts.imported + counts.updated + counts.unchanged;
}

/**
 * How many hundredths of the rows have their verdict; null unless the import runs and its rows were counted.
 * 100 is kept for the end.
 */
export function percentOf(job: ImportJob): number | null {
  const { phase } = job;
  if ('percent' in phase) return phase.percent === null ? null : Math.min(99, phase.percent);
  const { total, pending, inFlight } = job.counts;
  if (job.status !== 'inProgress' || total === null || total === 0) return null;
  // While rows are checked no verdict comes; while a person is asked, nothing goes on.
  if (job.phase.kind === 'checking' || needsDecision(job)) {
    return null;
  }
  return Math.min(99, Math.floor(((total - pending - inFlight) / total) * 100));
}

/** The icon that says the state at a glance; the words beside it say it in full. */
export function iconOf(job: ImportJob): PanelIcon {
  switch (job.phase.kind) {
    case 'queued':
      return 'waiting';
    case 'checking':
    case 'sending':
    case 'settling':
    case 'stopping':
    case 'exporting':
    case 'uploading':
    case 'starting':
    case 'importing':
    case 'verifying':
      return 'running';
    case 'throttled':
    case 'blocked':
      return 'paused';
    case 'needsDecision':
      return 'question';
    case 'interrupted':
    case 'withUnimported':
    case 'stopped':
    case 'withUncertain':
      return 'warning';
    case 'all':
      return hasCellNotes(job) || hasTwins(job) ? 'warning' : 'success';
    case 'failed':
      return 'error';
    case 'canceled':
      return 'canceled';
  }
}

/** The buttons a person needs in this state, the most useful first. */
export function actionsOf(job: ImportJob): readonly RowAction[] {
  const actions: RowAction[] = [];
  if (job.canDecide === true) {
    actions.push('decide', 'showUncertain');
  }
  if (job.canCancel) {
    actions.push('cancel');
  }
  if (job.canStop) {
    actions.push('stop');
  }
  if (job.canResume === true) {
    actions.push('resume');
  }
  if (job.canRecover === true) {
    actions.push('recover');
  }
  if (hasUnimportedRows(job)) {
    actions.push(isUndo(job.definition) ? 'showKept' : 'showUnimported');
  }
  if (isEnded(job) && hasUncertainRows(job)) {
    actions.push('showUncertain');
  }
  if (hasTwins(job)) {
    actions.push('removeTwins');
  }
  if (job.status === 'failed' || (isEnded(job) && job.counts.unknown > 0) || hasCellNotes(job)) {
    actions.push('showReport');
  }
  // Undoing where records came to be twice asks which of them are meant.
  if (job.canUndo === true && !hasTwins(job)) {
    actions.push('undo');
  }
  return actions;
}

/** Whether there are rows of which nobody knows whether they were kept: asked about, or left when it ended. */
export function hasUncertainRows(job: ImportJob): boolean {
  const ended = isEnded(job) && job.status !== 'canceled';
  return isRowsJob(job) && (job.canDecide === true || (ended && job.counts.unknown > 0));
}

/** Whether records came to be twice, because a request that was given up was kept after all. */
export function hasTwins({ twins = 0, status }: ImportJob): boolean {
  return twins > 0 && (status === 'completed' || status === 'failed');
}

/** Whether there is a list of unimported rows to show: it is final once the import has ended. */
export function hasUnimportedRows(job: ImportJob): boolean {
  return isEnded(job) && job.status !== 'canceled' && unimportedRows(job) > 0;
}
