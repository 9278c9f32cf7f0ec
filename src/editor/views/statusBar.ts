import * as vscode from 'vscode';
import { VIEWS } from '../../contributions';
import type { Attention } from './attention';
import { Disposable } from './disposables';
import { type JobWords, percentOf } from './jobFacts';
import type { SeenImports } from './showing';

/** One line in the status bar while something runs, has failed unseen or waits for a decision; it leads to the view. */
export class ImportStatusBar extends Disposable {
  readonly #words: JobWords;
  readonly #seen: SeenImports;
  readonly #closing: () => string;
  readonly #item: vscode.StatusBarItem;

  /** @param closing what closing the window means now; empty when nothing */
  constructor(words: JobWords, seen: SeenImports, closing: () => string) {
    super();
    this.#words = words;
    this.#seen = seen;
    this.#closing = closing;
    this.#item = this.register(
      vscode.window.createStatusBarItem('importedFiles.status', vscode.StatusBarAlignment.Left),
    );
    this.#item.name = vscode.l10n.t('Imported Files');
    this.#item.command = `${VIEWS.jobs}.focus`;
    this.register(seen.onDidChange(() => this.#update()));
    this.#update();
  }

  #update(): void {
    const { attention } = this.#seen;
    if (attention.running + attention.failed + attention.asking === 0) {
      this.#item.hide();
      return;
    }
    const text = this.#textOf(attention);
    const icon = iconOf(attention);
    this.#item.text = `${icon} ${text}`;
    const closing = this.#closing();
    this.#item.tooltip = [vscode.l10n.t('{state} – show the imports', { state: text }), closing]
      .filter((line) => line !== '')
      .join('\n');
    this.#item.accessibilityInformation = {
      label: [text, closing].filter((line) => line !== '').join('. '),
    };
    this.#item.show();
  }

  #textOf(attention: Attention): string {
    const parts = [
      attention.running + attention.failed > 0 ? this.#workText(attention) : '',
      attention.asking > 0
        ? vscode.l10n.t('Imports waiting for your decision: {count}', {
            count: this.#words.number(attention.asking),
          })
        : '',
    ];
    return parts.filter((part) => part !== '').join(' · ');
  }

  #workText({ running, failed, first }: Attention): string {
    const count = (value: number): string => this.#words.number(value);
    if (running === 0) {
      return vscode.l10n.t('Imports failed: {count}', { count: count(failed) });
    }
    if (failed > 0) {
      return vscode.l10n.t('Imports running: {running}, failed: {failed}', {
        running: count(running),
        failed: count(failed),
      });
    }
    const percent = first === undefined ? null : percentOf(first);
    if (running === 1) {
      return percent === null
        ? vscode.l10n.t('Importing')
        : vscode.l10n.t('Importing: {percent}', { percent: this.#words.percent(percent) });
    }
    return vscode.l10n.t('Imports running: {count}', { count: count(running) });
  }
}

function iconOf({ failed, asking }: Attention): string {
  if (failed > 0) return '$(error)';
  return asking > 0 ? '$(question)' : '$(sync~spin)';
}
