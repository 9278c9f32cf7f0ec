import { open, readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { decodeText } from '../../core/files/encodings';
import { encodeText } from '../../core/files/encodeText';
import type { ImportService } from '../../core/engine/importService';
import { keepUntouchedCells } from '../../core/engine/corrections';
import type { UnimportedFile } from '../../core/engine/unimported';
import { encodingOf } from './editorEncoding';
import { jobIdOf } from './unimportedUri';

/**
 * The unimported rows of each job as an editable document. What is read is the file that was written when the job
 * ended, byte for byte, or the corrections saved since; what is written keeps the bytes of every cell that was not
 * touched, because an editor normalises line ends and drops byte order marks.
 */
export class UnimportedFileSystem implements vscode.FileSystemProvider, vscode.Disposable {
  readonly #changes = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.#changes.event;
  readonly #service: ImportService;

  constructor(service: ImportService) {
    this.#service = service;
  }

  dispose(): void {
    this.#changes.dispose();
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const content = await this.content(uri);
    const { mtimeMs, birthtimeMs } = await stat(content.path);
    return {
      type: vscode.FileType.File,
      ctime: birthtimeMs,
      mtime: mtimeMs,
      size: content.shownBytes,
      ...(content.whole ? {} : { permissions: vscode.FilePermission.Readonly }),
    };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const content = await this.content(uri);
    if (content.whole) return readFile(content.path);
    const file = await open(content.path);
    try {
      const bytes = new Uint8Array(content.shownBytes);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
      return bytes.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  }

  async writeFile(uri: vscode.Uri, saved: Uint8Array): Promise<void> {
    const { file, whole } = await this.content(uri);
    if (!whole) throw vscode.FileSystemError.NoPermissions(uri);
    const document = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri.toString());
    const encoding = document ? encodingOf(document.encoding) : file.encoding;
    if (!encoding) {
      throw vscode.FileSystemError.Unavailable(
        vscode.l10n.t(
          'This encoding can’t be imported. Save the rows as UTF-8 or in the encoding of the file.',
        ),
      );
    }
    const text = decodeText(saved, encoding);
    if (document) refuseLostCharacters(document.getText(), text);
    const original = await readFile(file.path);
    const corrected = keepUntouchedCells({
      original: decodeText(original, file.encoding),
      edited: text,
      delimiter: file.delimiter,
      lineEnd: file.lineEnd,
    });
    const mark = startsWithMark(original) ? '\ufeff' : '';
    const { bytes } = encodeText(mark + corrected, encoding);
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

  /** What stands behind an address: the corrections where there are any, else the rows as they came back. */
  async content(uri: vscode.Uri): Promise<UnimportedContent> {
    const jobId = jobIdOf(uri);
    if (jobId === null || !this.#service.store.get(jobId)) throw vscode.FileSystemError.FileNotFound(uri);
    const file = await this.#service.unimportedFile(jobId);
    const edited = editedPath(file);
    const size = await sizeOf(edited);
    if (size !== null) return { file, path: edited, shownBytes: size, whole: true, edited: true };
    const all = (await sizeOf(file.path)) ?? 0;
    const whole = file.shown.rows === file.rows;
    return { file, path: file.path, shownBytes: whole ? all : file.shown.bytes, whole, edited: false };
  }
}

export interface UnimportedContent {
  readonly file: UnimportedFile;
  /** All rows, corrections included. */
  readonly path: string;
  readonly shownBytes: number;
  /** false when there are more rows than an editor should show; the document is read-only then. */
  readonly whole: boolean;
  readonly edited: boolean;
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

/** The editor writes `?` for a character that the encoding lacks, without a word: the row would be imported wrong. */
function refuseLostCharacters(shown: string, saved: string): void {
  const wanted = [...shown.replaceAll(/\r\n?/g, '\n')];
  const written = [...saved.replaceAll(/\r\n?/g, '\n')];
  const at = wanted.findIndex((character, i) => character !== written[i]);
  if (at < 0) return;
  throw vscode.FileSystemError.Unavailable(
    vscode.l10n.t(
      'The character “{character}” does not exist in the encoding of this file. Replace it, or save the rows as UTF-8 (Change File Encoding).',
      { character: wanted[at] ?? '' },
    ),
  );
}

function startsWithMark(bytes: Uint8Array): boolean {
  const [a, b, c] = bytes;
  return (a === 0xef && b === 0xbb && c === 0xbf) || (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff);
}
