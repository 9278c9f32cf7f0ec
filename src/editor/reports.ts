import * as vscode from 'vscode';
import { REPORT_SCHEME } from '../contributions';
import type { ImportService } from '../core/engine/importService';
import type { PlacedProblem } from '../core/engine/placement';
import type { ImportJob } from '../core/jobs/job';
import { reportText } from './reportText';

/**
 * Read-only documents: the report of a job, and the debug information. Plain text, because file names, cells and
 * the endpoint's words are shown in them and must not become markup.
 */
export class Reports implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #service: ImportService;
  readonly #texts = new Map<string, string>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #registrations: vscode.Disposable;

  readonly onDidChange = this.#changed.event;

  constructor(service: ImportService) {
    this.#service = service;
    this.#registrations = vscode.Disposable.from(
      this.#changed,
      vscode.workspace.registerTextDocumentContentProvider(REPORT_SCHEME, this),
      vscode.workspace.onDidCloseTextDocument((document) => this.#texts.delete(document.uri.toString())),
      service.store.onDidChange((change) => this.#jobChanged(change.jobId)),
    );
  }

  /** The text of an address. A report kept open follows its job. */
  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const fixed = this.#texts.get(uri.toString());
    if (fixed !== undefined) return fixed;
    const job = this.#service.store.get(jobIdOf(uri));
    if (job === undefined) return vscode.l10n.t('This import is no longer in the list.');
    return reportText(job, await this.#problemsOf(job));
  }

  async showJob(job: ImportJob): Promise<void> {
    const uri = reportUri(job);
    this.#changed.fire(uri);
    await open(uri);
  }

  /** Shows a text of this moment under a name. */
  async showText(name: string, text: string): Promise<void> {
    const uri = vscode.Uri.from({ scheme: REPORT_SCHEME, path: `/${name}` });
    this.#texts.set(uri.toString(), text);
    this.#changed.fire(uri);
    await open(uri);
  }

  dispose(): void {
    this.#registrations.dispose();
  }

  #jobChanged(jobId: string): void {
    for (const document of vscode.workspace.textDocuments) {
      if (document.uri.scheme === REPORT_SCHEME && jobIdOf(document.uri) === jobId)
        this.#changed.fire(document.uri);
    }
  }

  async #problemsOf(job: ImportJob): Promise<readonly PlacedProblem[]> {
    const ended = job.status === 'completed' || job.status === 'failed';
    return ended && job.counts.invalid + job.counts.rejected > 0 ? this.#service.problems(job.id) : [];
  }
}

async function open(uri: vscode.Uri): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document, { preview: false });
}

function reportUri(job: ImportJob): vscode.Uri {
  const name = job.definition.source.name.replaceAll(/[^\p{L}\p{N}._ -]/gu, '_').slice(0, 100);
  const title = vscode.l10n.t('Import report');
  return vscode.Uri.from({ scheme: REPORT_SCHEME, path: `/${title} ${name}.txt`, query: job.id });
}

function jobIdOf(uri: vscode.Uri): string {
  return uri.query;
}
