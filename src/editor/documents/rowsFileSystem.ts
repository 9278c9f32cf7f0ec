import { open, readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { decodeText } from '../../core/files/encodings';
import type { Encoding } from '../../core/files/row';
import type { ImportService } from '../../core/engine/importService';
import { withCorrections } from '../../core/engine/corrections';
import { isUndo } from '../../core/jobs/job';
import type { UnimportedFile } from '../../core/engine/unimported';
import type { UncertainFiles } from './uncertainFiles';
import { jobIdOf, uncertainJobOf, unimportedJobOf } from './unimportedUri';

/**
 * The rows of each job that come back. Unimported rows are an editable document: what is read is the file that was
 * written when the job ended, byte for byte, or the corrections saved since; what is written keeps the bytes of every
 * cell that was not touched, because an editor normalises line ends and drops byte order marks. Uncertain rows are a
 * document to read, which loses the rows that are answered for.
 */
export class RowsFileSystem implements vscode.FileSystemProvider, vscode.Disposable {
  readonly #changes = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.#changes.event;
  readonly #service: ImportService;
  readonly #uncertain: UncertainFiles;
  readonly #following: vscode.Disposable;

  constructor(service: ImportService, uncertain: UncertainFiles) {
    this.#service = service;
    this.#uncertain = uncertain;
    this.#following = vscode.Disposable.from(
      service.store.onDidChange(({ jobId, kind }) => {
        if (kind === 'removed') this.#tell(vscode.FileChangeType.Deleted, (uri) => jobIdOf(uri) === jobId);
      }),
      uncertain.onDidChange((jobId) =>
        this.#tell(vscode.FileChangeType.Changed, (uri) => uncertainJobOf(uri) === jobId),
      ),
    );
  }

  dispose(): void {
    this.#following.dispose();
    this.#changes.dispose();
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const { path: file, shownBytes, editable } = await this.#shown(uri);
    const { mtimeMs, birthtimeMs } = await stat(file);
    return {
      type: vscode.FileType.File,
      ctime: birthtimeMs,
      mtime: mtimeMs,
      size: shownBytes,
      ...(editable ? {} : { permissions: vscode.FilePermission.Readonly }),
    };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const shown = await this.#shown(uri);
    if (shown.editable) return readFile(shown.path);
    const file = await open(shown.path);
    try {
      const bytes = new Uint8Array(shown.shownBytes);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
      return bytes.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  }

  async writeFile(uri: vscode.Uri, saved: Uint8Array): Promise<void> {
    if (uncertainJobOf(uri) !== null) throw vscode.FileSystemError.NoPermissions(uri);
    const { file, whole } = await this.content(uri);
    if (!whole || this.#isUndo(uri)) throw vscode.FileSystemError.NoPermissions(uri);
    // The editor writes `?` for a character that the encoding lacks, so its own text counts where there is one.
    const document = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri.toString());
    const { encoding, delimiter, lineEnd } = file;
    const bytes = withCorrections({
      original: await readFile(file.path),
      edited: document?.getText() ?? decodeText(saved, encoding),
      encoding,
      delimiter,
      lineEnd,
    });
    const target = editedPath(file);
    await writeFile(`${target}.part`, bytes);
    await rename(`${target}.part`, target);
    this.#changes.fire([{ type: vscode.FileChangeType.Changed, uri }]);
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  /** The editor is told what has happened to open documents; the text of one whose rows are gone stays. */
  #tell(type: vscode.FileChangeType, meant: (uri: vscode.Uri) => boolean): void {
    const open = vscode.workspace.textDocuments.filter(({ uri }) => meant(uri));
    if (open.length > 0) this.#changes.fire(open.map(({ uri }) => ({ type, uri })));
  }

  /** What an undo has kept is a list to read. */
  #isUndo(uri: vscode.Uri): boolean {
    const job = this.#service.store.get(unimportedJobOf(uri) ?? '');
    return job !== undefined && isUndo(job.definition);
  }

  async #shown(uri: vscode.Uri): Promise<ShownFile> {
    const jobId = uncertainJobOf(uri);
    if (jobId === null) {
      const { path: file, shownBytes, whole } = await this.content(uri);
      return { path: file, shownBytes, editable: whole && !this.#isUndo(uri) };
    }
    const { path: file, shown } = await this.#uncertain.of(jobId);
    return { path: file, shownBytes: shown.bytes, editable: false };
  }

  /** What stands behind an address of unimported rows: the corrections where there are any, else the rows as they came back. */
  async content(uri: vscode.Uri): Promise<UnimportedContent> {
    const jobId = unimportedJobOf(uri);
    if (jobId === null || !this.#service.store.get(jobId)) throw vscode.FileSystemError.FileNotFound(uri);
    const file = await this.#service.unimportedFile(jobId);
    const edited = editedPath(file);
    const size = await sizeOf(edited);
    if (size !== null) {
      const encoding = await encodingOfEdited(edited, file.encoding);
      return { file, path: edited, encoding, shownBytes: size, whole: true };
    }
    const all = (await sizeOf(file.path)) ?? 0;
    const whole = file.shown.rows === file.rows;
    const shownBytes = whole ? all : file.shown.bytes;
    return { file, path: file.path, encoding: file.encoding, shownBytes, whole };
  }
}

interface ShownFile {
  readonly path: string;
  readonly shownBytes: number;
  readonly editable: boolean;
}

export interface UnimportedContent {
  readonly file: UnimportedFile;
  /** All rows, corrections included. */
  readonly path: string;
  readonly encoding: Encoding;
  readonly shownBytes: number;
  /** false when there are more rows than an editor should show; the document is read-only then. */
  readonly whole: boolean;
}

function editedPath(file: UnimportedFile): string {
  return path.join(path.dirname(file.path), 'unimported.edited.csv');
}

async function sizeOf(file: string): Promise<number | null> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Corrections are in the encoding of the rows, or in UTF-8 with a byte order mark where that lacks a character. */
async function encodingOfEdited(edited: string, encoding: Encoding): Promise<Encoding> {
  const file = await open(edited);
  try {
    const { buffer } = await file.read(new Uint8Array(3), 0, 3, 0);
    return buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf ? 'utf-8' : encoding;
  } finally {
    await file.close();
  }
}
