import * as vscode from 'vscode';
import { maskSecrets } from './maskSecrets';

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

/**
 * The extension's log. The channel is made when the first line is written, its level is the reader's choice
 * ("Developer: Set Log Level…"), and anything shaped like a credential is masked before it is written.
 */
export class Log implements vscode.Disposable {
  #channel: vscode.LogOutputChannel | undefined;

  write(level: LogLevel, text: string): void {
    const channel = this.#open();
    const line = maskSecrets(text);
    switch (level) {
      case 'error':
        channel.error(line);
        return;
      case 'warn':
        channel.warn(line);
        return;
      case 'info':
        channel.info(line);
        return;
      case 'debug':
        channel.debug(line);
        return;
    }
  }

  error(text: string): void {
    this.write('error', text);
  }

  warn(text: string): void {
    this.write('warn', text);
  }

  info(text: string): void {
    this.write('info', text);
  }

  debug(text: string): void {
    this.write('debug', text);
  }

  show(): void {
    this.#open().show(true);
  }

  dispose(): void {
    this.#channel?.dispose();
  }

  #open(): vscode.LogOutputChannel {
    this.#channel ??= vscode.window.createOutputChannel('Imported Files', { log: true });
    return this.#channel;
  }
}
