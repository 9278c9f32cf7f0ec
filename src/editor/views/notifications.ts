import * as vscode from 'vscode';
import { COMMANDS } from '../../contributions';
import { isUndo, type ImportJob, type JobChange } from '../../core/jobs/job';
import { plainText } from '../plainText';
import { Disposable } from './disposables';
import { EndWatcher, toneOf, type Tone } from './ends';
import { hasTwins, hasUncertainRows, hasUnimportedRows, type JobSource, type JobWords } from './jobFacts';

/** Imports that end within this time are told in one notification. */
const BATCH_MS = 500;

export interface EndNotificationsOptions {
  readonly jobs: JobSource;
  readonly words: JobWords;
  /** Whether the view or the panel shows imports: then nothing more needs to be said. */
  readonly isShown: () => boolean;
  /** Whether the import was submitted in this window: other windows stay quiet. */
  readonly isOurs: (jobId: string) => boolean;
}

interface Choice {
  readonly title: string;
  readonly command: string;
  readonly jobId?: string;
}

/** One notification at the end of an import, with what to do next. */
export class EndNotifications extends Disposable {
  readonly #options: EndNotificationsOptions;
  readonly #watcher = new EndWatcher();
  readonly #ended = new Map<string, ImportJob>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: EndNotificationsOptions) {
    super();
    this.#options = options;
    for (const job of options.jobs.jobs()) {
      this.#watcher.hasJustEnded(job);
    }
    this.register(options.jobs.onDidChange((change) => this.#follow(change)));
    this.register({ dispose: () => clearTimeout(this.#timer) });
  }

  #follow({ jobId, kind }: JobChange): void {
    const job = this.#options.jobs.get(jobId);
    if (kind === 'removed' || job === undefined) {
      this.#watcher.forget(jobId);
      this.#ended.delete(jobId);
      return;
    }
    if (this.#watcher.hasJustEnded(job) && this.#options.isOurs(jobId)) {
      this.#ended.set(jobId, job);
      this.#timer ??= setTimeout(() => void this.#tell(), BATCH_MS);
    }
  }

  async #tell(): Promise<void> {
    this.#timer = undefined;
    const jobs = [...this.#ended.values()];
    this.#ended.clear();
    const [only] = jobs;
    if (only === undefined || this.#options.isShown()) {
      return;
    }
    const { words } = this.#options;
    const text =
      jobs.length === 1
        ? vscode.l10n.t('{file}: {status}. {message}', {
            file: only.definition.source.name,
            status: words.status(only),
            message: words.result(only),
          })
        : vscode.l10n.t('{count} imports have ended: {files}', {
            count: words.number(jobs.length),
            files: jobs.map((job) => `${job.definition.source.name} (${words.status(job)})`).join(', '),
          });
    const choice = await showMessage(
      toneOf(jobs),
      plainText(text),
      jobs.length === 1 ? choicesOf(only) : listChoice(),
    );
    if (choice !== undefined) {
      await vscode.commands.executeCommand(
        choice.command,
        ...(choice.jobId === undefined ? [] : [choice.jobId]),
      );
    }
  }
}

function listChoice(): readonly Choice[] {
  return [{ title: vscode.l10n.t('Show Imported Files'), command: COMMANDS.showImportedFiles }];
}

function choicesOf(job: ImportJob): readonly Choice[] {
  const details = {
    title: vscode.l10n.t('Show Details'),
    command: COMMANDS.showJobReport,
    jobId: job.id,
  };
  if (job.canRecover === true) {
    const recover = {
      title: vscode.l10n.t('Recover Cell…'),
      command: COMMANDS.recoverCell,
      jobId: job.id,
    };
    return [recover, details];
  }
  if (hasTwins(job)) {
    const twins = {
      title: vscode.l10n.t('Remove Second Records…'),
      command: COMMANDS.undoImport,
      jobId: job.id,
    };
    return [twins, details];
  }
  const uncertain = {
    title: vscode.l10n.t('Show Uncertain Rows'),
    command: COMMANDS.showUncertainRows,
    jobId: job.id,
  };
  if (!hasUnimportedRows(job)) return hasUncertainRows(job) ? [uncertain, details] : [details];
  const rows = isUndo(job.definition)
    ? { title: vscode.l10n.t('Show Kept Records'), command: COMMANDS.showKeptRecords, jobId: job.id }
    : { title: vscode.l10n.t('Show Unimported Rows'), command: COMMANDS.showUnimportedRows, jobId: job.id };
  return hasUncertainRows(job) ? [rows, uncertain, details] : [rows, details];
}

function showMessage(tone: Tone, text: string, choices: readonly Choice[]): Thenable<Choice | undefined> {
  switch (tone) {
    case 'information':
      return vscode.window.showInformationMessage(text, ...choices);
    case 'warning':
      return vscode.window.showWarningMessage(text, ...choices);
    case 'error':
      return vscode.window.showErrorMessage(text, ...choices);
  }
}
