import * as vscode from 'vscode';
import { phaseMessage, resultMessage, statusMessage } from '../../core/jobs/describe';
import { timesOfDay } from '../../core/jobs/describeWait';
import { isCellImport } from '../../core/jobs/job';
import type { ImportJob, JobTarget } from '../../core/jobs/job';
import { planText } from '../planTexts';
import { formatDate, formatNumber, show } from '../text';
import { hasTwins, type JobWords } from './jobFacts';

/** Words for imports in the display language. */
export function createWords(mayOpen: (target: JobTarget) => boolean): JobWords {
  return {
    status: (job) => show(statusMessage(job)),
    // Beside "Failed" and "Canceled" the phase would only say the same again.
    phase: (job) =>
      job.phase.kind === job.status ? '' : show(phaseMessage(job, timesOfDay(vscode.env.language))),
    result: (job) => withTwins(job, show(resultMessage(job, Date.now(), timesOfDay(vscode.env.language)))),
    date: formatDate,
    number: formatNumber,
    percent: (value) => vscode.l10n.t('{percent}%', { percent: formatNumber(value) }),
    progress: (done, total) =>
      vscode.l10n.t('{done} of {total} rows', { done: formatNumber(done), total: formatNumber(total) }),
    mode: ({ definition }) =>
      isCellImport(definition) || definition.plan.mode === 'add' ? '' : planText(definition.plan),
    mayOpen,
    noPermission: vscode.l10n.t('(No permission)'),
  };
}

/** Records that came to be twice are told beside whatever else there is to say. */
function withTwins(job: ImportJob, text: string): string {
  if (!hasTwins(job)) return text;
  return `${text} · ${show({ code: 'job.twins', args: { count: job.twins ?? 0 } })}`;
}
