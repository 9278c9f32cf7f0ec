import * as vscode from 'vscode';
import { COMMANDS } from '../../contributions';
import type { ImportService } from '../../core/engine/importService';
import { show } from '../text';
import { statusMessage } from '../../core/jobs/describe';
import { isUndo } from '../../core/jobs/job';
import type { RowsFileSystem } from './rowsFileSystem';
import { unimportedJobOf } from './unimportedUri';
import { importedAgainBy } from './wantedProblems';

/** What can be done with unimported rows, on top of their document. */
export class UnimportedLenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #service: ImportService;
  readonly #files: RowsFileSystem;
  readonly #changes = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.#changes.event;
  readonly #subscriptions: readonly { dispose(): unknown }[];

  constructor(service: ImportService, files: RowsFileSystem) {
    this.#service = service;
    this.#files = files;
    this.#subscriptions = [
      this.#changes,
      service.store.onDidChange(({ jobId }) => {
        // What is offered changes only when unimported rows are imported again.
        if (service.store.get(jobId)?.definition.parentJobId !== undefined) this.#changes.fire();
      }),
      files.onDidChangeFile(() => this.#changes.fire()),
    ];
  }

  dispose(): void {
    for (const one of this.#subscriptions) one.dispose();
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const jobId = unimportedJobOf(document.uri);
    const job = jobId === null ? undefined : this.#service.store.get(jobId);
    if (jobId === null || job === undefined) return [];
    const { file, whole } = await this.#files.content(document.uri);
    const top = new vscode.Range(0, 0, 0, 0);
    const lens = (title: string, command: string, argument: unknown) =>
      new vscode.CodeLens(top, { title, command, arguments: [argument] });
    const again = importedAgainBy(this.#service.store.jobs(), jobId);
    const undo = isUndo(job.definition);
    return [
      ...(undo
        ? []
        : [
            again
              ? lens(
                  vscode.l10n.t('Imported again: {status}', { status: show(statusMessage(again)) }),
                  COMMANDS.showJobReport,
                  again.id,
                )
              : lens(
                  vscode.l10n.t('$(cloud-upload) Import These Rows Again'),
                  COMMANDS.importTheseRowsAgain,
                  document.uri,
                ),
          ]),
      ...(whole
        ? []
        : [
            lens(
              vscode.l10n.t('The first {shown} of {rows} rows are shown', {
                shown: file.shown.rows,
                rows: file.rows,
              }),
              COMMANDS.saveFullCopy,
              document.uri,
            ),
          ]),
      lens(vscode.l10n.t('Save Full Copy…'), COMMANDS.saveFullCopy, document.uri),
      ...(undo ? [] : [lens(vscode.l10n.t('Save As Excel…'), COMMANDS.saveUnimportedAsExcel, document.uri)]),
    ];
  }
}
