import * as vscode from 'vscode';
import { plainText } from './plainText';

export interface ShowButton {
  readonly title: string;
  run(): unknown;
}

export type Severity = 'info' | 'warning' | 'error';

export interface ShowOptions {
  readonly severity?: Severity;
  readonly buttons?: readonly ShowButton[];
}

/** Shows a sentence in the reader's language with its next steps; resolves when it was answered or dismissed. */
export async function showText(text: string, options: ShowOptions = {}): Promise<void> {
  const buttons = options.buttons ?? [];
  const chosen = await showAs(
    options.severity ?? 'info',
    plainText(text),
    ...buttons.map((button) => button.title),
  );
  await buttons.find((button) => button.title === chosen)?.run();
}

function showAs(severity: Severity, text: string, ...titles: string[]): Thenable<string | undefined> {
  switch (severity) {
    case 'info':
      return vscode.window.showInformationMessage(text, ...titles);
    case 'warning':
      return vscode.window.showWarningMessage(text, ...titles);
    case 'error':
      return vscode.window.showErrorMessage(text, ...titles);
  }
}
