import * as vscode from 'vscode';
import { COMMANDS } from '../../contributions';
import type { ImportJob, JobChange } from '../../core/jobs/job';
import { plainText } from '../plainText';
import { Disposable } from './disposables';
import type { JobSource, JobWords } from './jobFacts';
import { QuestionWatcher } from './questions';

export interface QuestionNotificationsOptions {
  readonly jobs: JobSource;
  readonly words: JobWords;
  /** Whether the import runs or was answered for in this window: other windows stay quiet. */
  readonly isOurs: (jobId: string) => boolean;
}

/**
 * One notification when an import begins to wait for a decision, also while a view shows it: nothing goes on without the
 * person. Later the list, the status bar and the badge go on telling of it.
 */
export class QuestionNotifications extends Disposable {
  readonly #options: QuestionNotificationsOptions;
  readonly #watcher = new QuestionWatcher();

  constructor(options: QuestionNotificationsOptions) {
    super();
    this.#options = options;
    for (const job of options.jobs.jobs()) this.#watcher.hasJustAsked(job);
    this.register(options.jobs.onDidChange((change) => this.#follow(change)));
  }

  #follow({ jobId, kind }: JobChange): void {
    const { jobs, isOurs } = this.#options;
    const job = kind === 'removed' ? undefined : jobs.get(jobId);
    if (job === undefined) this.#watcher.forget(jobId);
    else if (this.#watcher.hasJustAsked(job) && isOurs(jobId)) void this.#ask(job);
  }

  async #ask(job: ImportJob): Promise<void> {
    const { words } = this.#options;
    const text = vscode.l10n.t('{file} needs your decision. {message}', {
      file: job.definition.source.name,
      message: words.result(job),
    });
    const show = { title: vscode.l10n.t('Show Uncertain Rows') };
    const later = { title: vscode.l10n.t('Later') };
    const chosen = await vscode.window.showWarningMessage(plainText(text), show, later);
    if (chosen === show) await vscode.commands.executeCommand(COMMANDS.showUncertainRows, job.id);
  }
}
