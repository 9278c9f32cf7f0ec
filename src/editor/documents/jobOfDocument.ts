import * as vscode from 'vscode';
import type { JobArgument, ResourceArgument } from '../../contributions';
import type { ImportService } from '../../core/engine/importService';
import { isRowsJob, isUndo } from '../../core/jobs/job';
import type { ImportJob, RowsDefinition, RowsJob, UndoDefinition } from '../../core/jobs/job';
import { withoutIcons } from '../plainText';
import { Cancelled, Refusal } from '../refusal';
import { formatDate } from '../text';
import { uncertainJobOf, unimportedJobOf } from './unimportedUri';

type Argument = JobArgument | ResourceArgument | undefined;

/** An import with rows that come back, or an undo with records that it has kept. */
export type JobWithDocument = ImportJob & { readonly definition: RowsDefinition | UndoDefinition };

/** What a command says where there is no job for it. */
interface Words {
  readonly choose: string;
  readonly none: string;
  unfit(file: string): string;
}

/** The import whose rows come back: of the argument, of the document in front, or of the person's choice. */
export function resolveUnimported(service: ImportService, argument: Argument): Promise<RowsJob> {
  return resolve(service, argument, hasUnimported, unimportedWords());
}

/** The undo that has kept records: of the argument, of the document in front, or of the person's choice. */
export function resolveKept(service: ImportService, argument: Argument): Promise<JobWithDocument> {
  return resolve(service, argument, hasKeptRecords, {
    choose: vscode.l10n.t('Choose the undo whose kept records you want'),
    none: vscode.l10n.t('No undo in the list has kept records.'),
    unfit: (file) => vscode.l10n.t('No records of {file} were kept by an undo.', { file }),
  });
}

/** Either of them. */
export function resolveDocument(service: ImportService, argument: Argument): Promise<JobWithDocument> {
  return resolve(service, argument, hasDocument, unimportedWords());
}

function unimportedWords(): Words {
  return {
    choose: vscode.l10n.t('Choose the import whose unimported rows you want'),
    none: vscode.l10n.t('No import in the list has unimported rows.'),
    unfit: (file) => vscode.l10n.t('{file} has no unimported rows.', { file }),
  };
}

async function resolve<Job extends ImportJob>(
  service: ImportService,
  argument: Argument,
  fits: (job: ImportJob) => job is Job,
  words: Words,
): Promise<Job> {
  const id = idOf(argument) ?? activeJobId();
  const job = id === null ? await pickJob(service, fits, words) : service.store.get(id);
  if (!job)
    throw new Refusal(vscode.l10n.t('This import is no longer in the list, so its rows can’t be shown.'));
  if (!fits(job)) throw new Refusal(words.unfit(job.definition.source.name), { severity: 'info' });
  return job;
}

function idOf(argument: Argument): string | null {
  if (argument === undefined) return null;
  if (typeof argument === 'string') return argument;
  if ('jobId' in argument) return argument.jobId;
  return unimportedJobOf(vscode.Uri.parse(argument.toString()));
}

/** The job whose uncertain rows are meant: by the document that was named, or else by the one in front. */
export function uncertainJobIn(argument: Argument): string | null {
  if (argument === undefined) {
    const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    return input instanceof vscode.TabInputText ? uncertainJobOf(input.uri) : null;
  }
  const isResource = typeof argument === 'object' && 'scheme' in argument;
  return isResource ? uncertainJobOf(vscode.Uri.parse(argument.toString())) : null;
}

function activeJobId(): string | null {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputText ? unimportedJobOf(input.uri) : null;
}

async function pickJob<Job extends ImportJob>(
  service: ImportService,
  fits: (job: ImportJob) => job is Job,
  { choose, none }: Words,
): Promise<Job> {
  const items = service.store
    .jobs()
    .filter(fits)
    .map((job) => ({
      label: withoutIcons(job.definition.source.name),
      description: withoutIcons(`${job.definition.target.name} · ${formatDate(job.definition.submittedAt)}`),
      job,
    }));
  if (items.length === 0) throw new Refusal(none, { severity: 'info' });
  const chosen = await vscode.window.showQuickPick(items, { placeHolder: choose });
  if (!chosen) throw new Cancelled();
  return chosen.job;
}

/** Rows come back once an import has ended. */
function hasUnimported(job: ImportJob): job is RowsJob {
  return isRowsJob(job) && hasDocument(job);
}

function hasKeptRecords(job: ImportJob): job is JobWithDocument {
  return isUndo(job.definition) && hasDocument(job);
}

/** Rows come back, or records that an undo has kept are listed. */
function hasDocument(job: ImportJob): job is JobWithDocument {
  const { status, counts, definition } = job;
  const ended = status === 'completed' || status === 'failed';
  const rows = counts.invalid + counts.rejected + counts.unprocessed;
  return (isRowsJob(job) || isUndo(definition)) && ended && rows > 0;
}
