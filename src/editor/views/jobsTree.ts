import * as vscode from 'vscode';
import { COMMANDS } from '../../contributions';
import type { ImportJob, JobChange } from '../../core/jobs/job';
import type { PanelIcon } from '../../shared/panelMessages';
import type { TreeDoor } from '../treeDoor';
import type { Attention } from './attention';
import { Disposable } from './disposables';
import { hasTwins, type JobSource, type JobWords } from './jobFacts';
import { completedHeading } from './panelStrings';
import { type TreeRow, treeRow } from './rows';
import type { Showing } from './showing';

/** An import in the tree, as it is handed to commands. */
export interface JobNode {
  readonly kind: 'job';
  readonly jobId: string;
}

/** The Imported Files view: newest first, each import refreshed only when what it shows has changed. */
export class JobsTree extends Disposable implements vscode.TreeDataProvider<JobNode>, Showing {
  readonly #jobs: JobSource;
  readonly #words: JobWords;
  readonly #nodes = new Map<string, JobNode>();
  /** What each import looked like when the tree last asked. */
  readonly #shown = new Map<string, string>();
  readonly #changed = this.register(new vscode.EventEmitter<JobNode | undefined>());
  readonly #view: vscode.TreeView<JobNode>;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(jobs: JobSource, words: JobWords, door: TreeDoor<JobNode>) {
    super();
    this.#jobs = jobs;
    this.#words = words;
    this.#view = door.fill(this);
    this.register(jobs.onDidChange((change) => this.#follow(change)));
  }

  get visible(): boolean {
    return this.#view.visible;
  }

  get onDidChangeVisibility(): vscode.Event<unknown> {
    return this.#view.onDidChangeVisibility;
  }

  /** Selects an import and scrolls to it, without taking the keyboard. */
  async reveal(jobId: string): Promise<void> {
    if (this.#jobs.get(jobId) !== undefined) {
      await this.#view.reveal(this.#nodeOf(jobId), { select: true, focus: false });
    }
  }

  /** Shows on the view's icon how many imports run, have failed unseen, or wait for a decision. */
  setAttention({ running, failed, asking }: Attention): void {
    const value = running + failed + asking;
    if ((this.#view.badge?.value ?? 0) !== value) {
      this.#view.badge =
        value === 0
          ? undefined
          : {
              value,
              tooltip: vscode.l10n.t('Imports running, failed or waiting for your decision: {count}', {
                count: value,
              }),
            };
    }
  }

  getChildren(node?: JobNode): JobNode[] {
    return node === undefined ? this.#jobs.jobs().map((job) => this.#nodeOf(job.id)) : [];
  }

  getParent(): undefined {
    return undefined;
  }

  getTreeItem(node: JobNode): vscode.TreeItem {
    const job = this.#jobs.get(node.jobId);
    if (job === undefined) {
      // Removed a moment ago; the refresh of the whole list is on its way.
      return new vscode.TreeItem('');
    }
    const row = treeRow(job, this.#words);
    this.#shown.set(job.id, signature(row));
    const item = new vscode.TreeItem(row.label);
    item.id = job.id;
    item.description = row.description;
    item.iconPath = themeIcon(row.icon);
    item.contextValue = row.facts;
    item.accessibilityInformation = { label: row.accessible };
    item.command = {
      command: COMMANDS.showJobReport,
      title: vscode.l10n.t('Show Job Report'),
      arguments: [node],
    };
    return item;
  }

  /** The tooltip is written when a person points at the item, not at every refresh. */
  resolveTreeItem(item: vscode.TreeItem, node: JobNode): vscode.TreeItem {
    const job = this.#jobs.get(node.jobId);
    if (job !== undefined) {
      item.tooltip = tooltipOf(job, this.#words);
    }
    return item;
  }

  #follow({ jobId, kind }: JobChange): void {
    if (kind === 'removed') {
      this.#nodes.delete(jobId);
      this.#shown.delete(jobId);
    }
    if (kind !== 'changed') {
      this.#changed.fire(undefined);
      return;
    }
    const job = this.#jobs.get(jobId);
    // An item that was never asked for is not on the screen and will be asked for when it is.
    const before = this.#shown.get(jobId);
    if (job !== undefined && before !== undefined && before !== signature(treeRow(job, this.#words))) {
      this.#changed.fire(this.#nodeOf(jobId));
    }
  }

  #nodeOf(jobId: string): JobNode {
    const node = this.#nodes.get(jobId) ?? { kind: 'job', jobId };
    this.#nodes.set(jobId, node);
    return node;
  }
}

function signature(row: TreeRow): string {
  return JSON.stringify(row);
}

function themeIcon(icon: PanelIcon): vscode.ThemeIcon {
  switch (icon) {
    case 'waiting':
      return new vscode.ThemeIcon('clock');
    case 'running':
      return new vscode.ThemeIcon('sync~spin', new vscode.ThemeColor('progressBar.background'));
    case 'paused':
      return new vscode.ThemeIcon('debug-pause');
    case 'warning':
      return new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
    case 'question':
      return new vscode.ThemeIcon('question', new vscode.ThemeColor('list.warningForeground'));
    case 'error':
      return new vscode.ThemeIcon('error', new vscode.ThemeColor('testing.iconFailed'));
    case 'success':
      return new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed'));
    case 'canceled':
      return new vscode.ThemeIcon('circle-slash');
  }
}

/** File names, app names and words of the endpoint are appended as text, never read as Markdown. */
function tooltipOf(job: ImportJob, words: JobWords): vscode.MarkdownString {
  const { source, target, submittedAt } = job.definition;
  const { total, unknown } = job.counts;
  const lines: [label: string, value: string][] = [
    [
      vscode.l10n.t('Status'),
      [words.status(job), words.phase(job)].filter((part) => part !== '').join(' · '),
    ],
    [vscode.l10n.t('Message'), words.result(job)],
    [vscode.l10n.t('Destination'), words.mayOpen(target) ? target.name : words.noPermission],
    [vscode.l10n.t('Submitted'), words.date(submittedAt)],
  ];
  if (job.completedAt !== undefined) {
    lines.push([completedHeading(), words.date(job.completedAt)]);
  }
  const mode = words.mode(job);
  if (mode !== '') {
    lines.push([vscode.l10n.t('Mode'), mode]);
  }
  if (total !== null) {
    lines.push([vscode.l10n.t('Rows'), rowsText(job, total, words)]);
  }
  if (unknown > 0) {
    lines.push([vscode.l10n.t('Uncertain rows'), words.number(unknown)]);
  }
  if (hasTwins(job)) {
    lines.push([vscode.l10n.t('Records that came to be twice'), words.number(job.twins ?? 0)]);
  }
  const text = new vscode.MarkdownString('**').appendText(source.name).appendMarkdown('**');
  for (const [label, value] of lines) {
    text.appendMarkdown('\n\n').appendText(`${label}: ${value}`);
  }
  return text;
}

function rowsText(job: ImportJob, total: number, words: JobWords): string {
  const { counts } = job;
  const all = words.number(total);
  const imported = words.number(counts.imported);
  if (words.mode(job) === '') {
    return vscode.l10n.t('{imported} imported of {total}', { imported, total: all });
  }
  return vscode.l10n.t('{added} added, {updated} updated, {unchanged} unchanged of {total}', {
    added: imported,
    updated: words.number(counts.updated),
    unchanged: words.number(counts.unchanged),
    total: all,
  });
}
