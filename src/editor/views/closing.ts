import * as vscode from 'vscode';
import { isCellImport } from '../../core/jobs/job';
import type { ImportJob } from '../../core/jobs/job';
import type { InterruptedWay } from '../interruptedPlan';
import { isLive } from './jobFacts';

/** Whether closing this window interrupts an import; a server goes on with a cell by itself. */
export function isInterruptedByClosing(job: ImportJob, isOurs: (jobId: string) => boolean): boolean {
  return isLive(job) && isOurs(job.id) && (!isCellImport(job.definition) || job.canCancel);
}

/** What closing the window means for what it imports. An editor can't be held open, so it is said while there is time. */
export function closingText(way: InterruptedWay): string {
  switch (way) {
    case 'goOn':
      return vscode.l10n.t(
        'Closing this window interrupts the import; it goes on when VS Code is opened again.',
      );
    case 'ask':
      return vscode.l10n.t(
        'Closing this window interrupts the import; you are asked about it when VS Code is opened again.',
      );
    case 'leave':
      return vscode.l10n.t(
        'Closing this window interrupts the import; it stays in the list until you resume it.',
      );
  }
}
