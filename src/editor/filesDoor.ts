import * as vscode from 'vscode';
import { UNIMPORTED_SCHEME } from '../contributions';
import type { Inside } from './doors';

/**
 * The way to the documents of rows that come back: one registration for as long as the window lives, as an answer that is
 * under way while a provider is replaced never reaches the editor. A tab that was open before the window was loaded
 * again asks before the extension is there.
 */
export class FilesDoor implements vscode.FileSystemProvider, vscode.Disposable {
  readonly #changes = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.#changes.event;
  readonly #enter: () => Promise<Pick<Inside, 'files' | 'read'>>;
  readonly #registration: vscode.Disposable;
  #following: vscode.Disposable | undefined;

  constructor(enter: () => Promise<Pick<Inside, 'files' | 'read'>>) {
    this.#enter = enter;
    this.#registration = vscode.workspace.registerFileSystemProvider(UNIMPORTED_SCHEME, this, {
      isCaseSensitive: true,
    });
  }

  /** Passes on what changes behind it. */
  follow(files: vscode.FileSystemProvider): void {
    this.#following = files.onDidChangeFile((events) => this.#changes.fire(events));
  }

  dispose(): void {
    this.#registration.dispose();
    this.#following?.dispose();
    this.#changes.dispose();
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    return (await this.#files()).stat(uri);
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return (await this.#files()).readFile(uri);
  }

  async readDirectory(uri: vscode.Uri): Promise<[string, vscode.FileType][]> {
    return (await this.#files()).readDirectory(uri);
  }

  async writeFile(
    uri: vscode.Uri,
    content: Uint8Array,
    options: { readonly create: boolean; readonly overwrite: boolean },
  ): Promise<void> {
    await (await this.#files()).writeFile(uri, content, options);
  }

  async createDirectory(uri: vscode.Uri): Promise<void> {
    await (await this.#files()).createDirectory(uri);
  }

  async delete(uri: vscode.Uri, options: { readonly recursive: boolean }): Promise<void> {
    await (await this.#files()).delete(uri, options);
  }

  async rename(from: vscode.Uri, to: vscode.Uri, options: { readonly overwrite: boolean }): Promise<void> {
    await (await this.#files()).rename(from, to, options);
  }

  async #files(): Promise<vscode.FileSystemProvider> {
    const { files, read } = await this.#enter();
    await read;
    return files;
  }
}
