import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { COMMANDS, VIEWS } from '../../contributions';
import type { JobChange } from '../../core/jobs/job';
import { type FromPanel, isFromPanel, type PanelAction, type ToPanel } from '../../shared/panelMessages';
import { Disposable } from './disposables';
import type { JobSource, JobWords } from './jobFacts';
import { panelRow } from './rows';
import { panelHtml } from './panelHtml';
import { panelStrings } from './panelStrings';
import type { Showing } from './showing';

const COMMAND_OF: Readonly<Record<PanelAction, string>> = {
  cancel: COMMANDS.cancelImport,
  stop: COMMANDS.stopImport,
  resume: COMMANDS.resumeImport,
  recover: COMMANDS.recoverCell,
  decide: COMMANDS.decideUncertainRows,
  showUncertain: COMMANDS.showUncertainRows,
  // It asks whether only the second records are meant.
  removeTwins: COMMANDS.undoImport,
  undo: COMMANDS.undoImport,
  showUnimported: COMMANDS.showUnimportedRows,
  showKept: COMMANDS.showKeptRecords,
  openApp: COMMANDS.openTargetInBrowser,
  showReport: COMMANDS.showJobReport,
};

export interface PanelHostOptions {
  readonly extensionUri: vscode.Uri;
  readonly jobs: JobSource;
  readonly words: JobWords;
  readonly retentionDays: () => number;
  readonly warn: (text: string) => void;
}

/**
 * The Imported Files panel, at most one a window. It is brought back when the window reloads. The page inside
 * asks for a snapshot whenever it begins to live; between that and its end it is told what changed.
 */
export class PanelHost extends Disposable implements vscode.WebviewPanelSerializer, Showing {
  readonly #options: PanelHostOptions;
  readonly #visibility = this.register(new vscode.EventEmitter<void>());
  #panel: vscode.WebviewPanel | undefined;
  /** Rows as the page knows them; undefined while no page has asked. */
  #sent: Map<string, string> | undefined;

  readonly onDidChangeVisibility = this.#visibility.event;

  constructor(options: PanelHostOptions) {
    super();
    this.#options = options;
    this.register(options.jobs.onDidChange((change) => this.#follow(change)));
    // The panel itself is left to the editor: closing it here would keep it from coming back after a reload.
  }

  get visible(): boolean {
    return this.#panel?.visible ?? false;
  }

  /** Opens the panel, or brings it to the front where it is. */
  show(): void {
    if (this.#panel !== undefined) {
      this.#panel.reveal();
      return;
    }
    const title = vscode.l10n.t('Imported Files');
    this.#adopt(
      vscode.window.createWebviewPanel(VIEWS.panel, title, vscode.ViewColumn.Active, this.#contentOptions()),
    );
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    if (this.#panel === undefined) {
      panel.webview.options = this.#contentOptions();
      this.#adopt(panel);
    } else {
      panel.dispose();
    }
    return Promise.resolve();
  }

  #adopt(panel: vscode.WebviewPanel): void {
    this.#panel = panel;
    const { extensionUri } = this.#options;
    panel.iconPath = {
      light: vscode.Uri.joinPath(extensionUri, 'media', 'panel-light.svg'),
      dark: vscode.Uri.joinPath(extensionUri, 'media', 'panel-dark.svg'),
    };
    panel.webview.onDidReceiveMessage((message: unknown) => this.#receive(message));
    panel.onDidChangeViewState(() => {
      if (!panel.visible) {
        // A hidden page is thrown away by the editor; it asks again when it comes back.
        this.#sent = undefined;
      }
      this.#visibility.fire();
    });
    panel.onDidDispose(() => {
      this.#panel = undefined;
      this.#sent = undefined;
      this.#visibility.fire();
    });
    panel.webview.html = panelHtml({
      cspSource: panel.webview.cspSource,
      script: panel.webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', 'webview.js')).toString(),
      style: panel.webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', 'webview.css')).toString(),
      nonce: randomBytes(18).toString('base64url'),
      language: vscode.env.language,
      title: panel.title,
    });
    this.#visibility.fire();
  }

  #receive(message: unknown): void {
    if (!isFromPanel(message)) {
      this.#options.warn('The panel sent a message of an unknown kind; it was ignored.');
      return;
    }
    void this.#handle(message);
  }

  async #handle(message: FromPanel): Promise<void> {
    switch (message.kind) {
      case 'ready':
        await this.#sendSnapshot();
        return;
      case 'importFile':
        await vscode.commands.executeCommand(COMMANDS.importFile);
        return;
      case 'action':
        // The import may have left the list while the person was aiming at the button.
        if (this.#options.jobs.get(message.jobId) !== undefined) {
          await vscode.commands.executeCommand(COMMAND_OF[message.action], message.jobId);
        }
    }
  }

  async #sendSnapshot(): Promise<void> {
    const { jobs, words, retentionDays } = this.#options;
    const rows = jobs.jobs().map((job) => panelRow(job, words));
    this.#sent = new Map(rows.map((row) => [row.id, JSON.stringify(row)]));
    await this.#send({
      kind: 'snapshot',
      locale: vscode.env.language,
      strings: panelStrings(retentionDays()),
      rows,
    });
  }

  #follow({ jobId, kind }: JobChange): void {
    if (this.#sent === undefined) {
      return;
    }
    const job = kind === 'removed' ? undefined : this.#options.jobs.get(jobId);
    if (job === undefined) {
      if (this.#sent.delete(jobId)) {
        void this.#send({ kind: 'patch', changed: [], removed: [jobId] });
      }
      return;
    }
    const row = panelRow(job, this.#options.words);
    const text = JSON.stringify(row);
    if (this.#sent.get(jobId) !== text) {
      this.#sent.set(jobId, text);
      void this.#send({ kind: 'patch', changed: [row], removed: [] });
    }
  }

  async #send(message: ToPanel): Promise<void> {
    await this.#panel?.webview.postMessage(message);
  }

  #contentOptions(): vscode.WebviewOptions & vscode.WebviewPanelOptions {
    const { extensionUri } = this.#options;
    return {
      enableScripts: true,
      enableFindWidget: true,
      localResourceRoots: [
        vscode.Uri.joinPath(extensionUri, 'dist'),
        vscode.Uri.joinPath(extensionUri, 'media'),
      ],
    };
  }
}
