import * as vscode from 'vscode';
import type { CommandArguments, JobArgument } from '../../contributions';
import { isOfOtherHost } from '../../core/jobs/host';
import { isCellImport } from '../../core/jobs/job';
import type { ImportJob } from '../../core/jobs/job';
import { isLoopback } from '../../core/endpoints/exchange';
import { hasPage } from '../views/jobFacts';
import { plainText, withoutIcons } from '../plainText';
import { recordPage } from '../recordPage';
import { Cancelled, Refusal } from '../refusal';
import { showText } from '../show';
import { formatDate, formatNumber } from '../text';
import { tellWhyLeft } from '../whyLeft';
import type { CommandDeps } from './deps';

/** Cancels an import that has not sent anything yet. Acts at once. */
export async function cancelImport(deps: CommandDeps, argument?: JobArgument): Promise<void> {
  const job = await jobOf(deps, argument, {
    fits: (one) => one.canCancel,
    none: cellRuns(deps) ?? vscode.l10n.t('No import is waiting.'),
    unfit: (file, job) =>
      isCellRun(job)
        ? cellRunText(file)
        : vscode.l10n.t('The import of {file} has started or ended, so it can’t be canceled.', { file }),
  });
  await deps.service.cancel(job.id);
}

/** Stops an import in progress: acts at once and says what was written by then. */
export async function stopImport(deps: CommandDeps, argument?: JobArgument): Promise<void> {
  const job = await jobOf(deps, argument, {
    // While rows are still being checked nothing was sent: stopping then cancels.
    fits: (one) => one.canStop || (one.canCancel && one.status === 'inProgress'),
    none: cellRuns(deps) ?? vscode.l10n.t('No import is in progress.'),
    unfit: (file, job) =>
      isCellRun(job)
        ? cellRunText(file)
        : vscode.l10n.t('The import of {file} is not in progress.', { file }),
  });
  await deps.service.stop(job.id);
  const { counts, definition, status } = deps.service.store.get(job.id) ?? job;
  if (status === 'canceled' || !job.canStop) return;
  void showText(
    vscode.l10n.t(
      'The import of {file} is being stopped. Rows imported so far: {rows}. The request under way is finished, and no other is sent.',
      {
        file: definition.source.name,
        rows: formatNumber(counts.imported + counts.updated),
      },
    ),
  );
}

/** Goes on with an import whose window or process has ended. Acts at once, but asks where that was another computer's. */
export async function resumeImport(deps: CommandDeps, argument?: JobArgument): Promise<void> {
  const job = await jobOf(deps, argument, {
    fits: (one) => one.canResume === true,
    none: vscode.l10n.t('No import in the list was interrupted.'),
    unfit: (file) => vscode.l10n.t('The import of {file} was not interrupted.', { file }),
  });
  await deps.service.resume(job.id, isOfOtherHost(job) ? await askToTakeOver(job) : {});
  void tellWhyLeft(deps.service, job);
}

/** What another computer works on can't be seen from here. */
async function askToTakeOver({
  definition,
  host = '',
}: ImportJob): Promise<{ readonly fromOtherHost: true }> {
  const go = vscode.l10n.t('Go On Here');
  const chosen = await vscode.window.showWarningMessage(
    plainText(
      vscode.l10n.t('Go on with the import of {file} on this computer?', { file: definition.source.name }),
    ),
    {
      modal: true,
      detail: vscode.l10n.t(
        'The computer {host} was at work on it, which can’t be seen from here. Where both go on, rows can be sent twice. Go on here only when it has ended there.',
        { host },
      ),
    },
    go,
  );
  if (chosen !== go) throw new Cancelled();
  return { fromOtherHost: true };
}

/** Takes an ended import off the list; its folder goes with it. */
export async function removeFromList(deps: CommandDeps, argument?: JobArgument): Promise<void> {
  const job = await jobOf(deps, argument, {
    fits: (one) => hasEnded(one) || one.phase.kind === 'interrupted',
    none: vscode.l10n.t('No import in the list has ended.'),
    unfit: (file) =>
      vscode.l10n.t('The import of {file} has not ended yet. Cancel or stop it first.', { file }),
    alwaysAsk: true,
  });
  await deps.service.remove(job.id);
}

/** Opens a read-only document with all that is known of an import. */
export async function showJobReport(deps: CommandDeps, argument?: JobArgument): Promise<void> {
  const job = await jobOf(deps, argument, { fits: () => true, none: noImports(), unfit: noImports });
  await deps.reports.showJob(job);
}

/** Opens the page of a destination in the browser. */
export async function openTargetInBrowser(
  deps: CommandDeps,
  argument?: CommandArguments['openTargetInBrowser'][0],
): Promise<void> {
  const url = await pageOf(deps, argument);
  const uri = vscode.Uri.parse(url, true);
  const local = uri.scheme === 'http' && isLoopback(new URL(url).hostname);
  if (uri.scheme !== 'https' && !local) {
    throw new Refusal(vscode.l10n.t('This address can’t be opened: {url}', { url }));
  }
  // In a remote window, this computer's ports are elsewhere.
  await vscode.env.openExternal(local ? await vscode.env.asExternalUri(uri) : asWritten(uri, url));
}

async function pageOf(
  deps: CommandDeps,
  argument: CommandArguments['openTargetInBrowser'][0],
): Promise<string> {
  if (typeof argument === 'object' && 'targetId' in argument) return argument.url;
  const { target } = (await jobOf(deps, argument, withPage(deps))).definition;
  if (typeof argument !== 'object' || !('recordId' in argument)) return target.url;
  const page = recordPage(target, argument.recordId);
  if (page === null) throw new Refusal(vscode.l10n.t('There is no page to open of this record.'));
  return page;
}

/** The editor takes a text as well, and opens it as it is; a `Uri` would come out with `#record%3D7` behind it. */
function asWritten(uri: vscode.Uri, url: string): vscode.Uri {
  return uri.fragment === '' ? uri : (url as unknown as vscode.Uri);
}

/** Imports whose destination has a page that may be opened. */
function withPage(deps: CommandDeps): Wanted {
  return {
    fits: ({ definition: { target } }) => hasPage(target) && deps.connections.mayOpen(target),
    none: vscode.l10n.t('No import in the list went to a place with a page to open.'),
    unfit: (file) => vscode.l10n.t('There is no page to open of where {file} went.', { file }),
  };
}

export interface Wanted {
  fits(job: ImportJob): boolean;
  /** Said when no job in the list fits. */
  readonly none: string;
  /** Said when the job that was named does not fit. */
  unfit(file: string, job: ImportJob): string;
  /** Asks even when one job alone fits. */
  readonly alwaysAsk?: boolean;
}

export function noImports(): string {
  return vscode.l10n.t('The list of imported files is empty.');
}

/** The job meant by a command: its argument, the only one that fits, or the person's choice. */
export async function jobOf(
  deps: CommandDeps,
  argument: JobArgument | undefined,
  wanted: Wanted,
): Promise<ImportJob> {
  const { store } = deps.service;
  if (argument !== undefined) {
    const job = store.get(typeof argument === 'string' ? argument : argument.jobId);
    if (job === undefined) throw new Refusal(vscode.l10n.t('This import is no longer in the list.'));
    if (!wanted.fits(job))
      throw new Refusal(wanted.unfit(job.definition.source.name, job), { severity: 'info' });
    return job;
  }
  await store.refresh();
  const fitting = store.jobs().filter((job) => wanted.fits(job));
  const [only, ...more] = fitting;
  if (only === undefined) throw new Refusal(wanted.none, { severity: 'info' });
  if (more.length === 0 && wanted.alwaysAsk !== true) return only;
  const chosen = await vscode.window.showQuickPick(
    fitting.map((job) => ({
      label: withoutIcons(job.definition.source.name),
      description: withoutIcons(`${job.definition.target.name} · ${formatDate(job.definition.submittedAt)}`),
      job,
    })),
    { placeHolder: vscode.l10n.t('Choose an import') },
  );
  if (chosen === undefined) throw new Cancelled();
  return chosen.job;
}

/** Whether the server works on a cell by itself, as far as is known: nobody can cancel or stop that. */
function isCellRun(job: ImportJob): boolean {
  return isCellImport(job.definition) && !hasEnded(job) && !job.canCancel;
}

/** Why a cell import that runs can't be stopped, where one runs. */
function cellRuns(deps: CommandDeps): string | undefined {
  const job = deps.service.store.jobs().find(isCellRun);
  return job === undefined ? undefined : cellRunText(job.definition.source.name);
}

function cellRunText(file: string): string {
  return vscode.l10n.t(
    'The server imports {file} into the cell by itself, and offers no way to cancel or stop that. Wait for its end.',
    { file },
  );
}

function hasEnded(job: ImportJob): boolean {
  return job.status === 'completed' || job.status === 'failed' || job.status === 'canceled';
}
