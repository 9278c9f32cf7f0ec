import { randomUUID } from 'node:crypto';
import { basename, extname } from 'node:path';
import * as vscode from 'vscode';
import { FILE_ENDINGS, UNIMPORTED_SCHEME, type ResourceArgument } from '../../contributions';
import type { Encoding, ReadOptions } from '../../core/files/row';
import { encodingOf } from '../documents/editorEncoding';
import { Cancelled, Refusal } from '../refusal';
import { readSettings } from '../settings';

/** A file on this computer that a command works on. */
export interface SourceFile {
  /** Where its bytes are: the file itself, or a copy of the unsaved text. */
  readonly path: string;
  readonly name: string;
  /** The document in which problems are shown. */
  readonly uri: vscode.Uri;
  readonly read: ReadOptions;
  /** Removes the copy, where there is one. */
  discard(): Promise<void>;
}

/** The unimported rows document that was asked for, or the files; the former has its own way of being imported. */
export type Sources = { readonly unimported: vscode.Uri } | { readonly files: readonly SourceFile[] };

/**
 * The files a command was called for: its arguments, else the active tab, else what the person picks. The tab is
 * asked and not the text editor, because a workbook and a text over 50 MB have a tab only.
 */
export async function sourceFiles(
  resource: ResourceArgument | undefined,
  selected: readonly ResourceArgument[] | undefined,
  scratchFolder: vscode.Uri,
): Promise<Sources> {
  const uris = await chosenUris(resource, selected);
  const unimported = uris.find((uri) => uri.scheme === UNIMPORTED_SCHEME);
  if (unimported !== undefined) return { unimported };
  const files: SourceFile[] = [];
  for (const uri of uris) {
    refuseUnreadable(uri);
    files.push(await sourceFile(uri, scratchFolder));
  }
  return { files };
}

/** Uri of what the active tab shows, if it shows one resource. */
export function activeTabUri(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  if (input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom) return input.uri;
  if (input instanceof vscode.TabInputTextDiff) return input.modified;
  return undefined;
}

async function chosenUris(
  resource: ResourceArgument | undefined,
  selected: readonly ResourceArgument[] | undefined,
): Promise<vscode.Uri[]> {
  const given = (selected?.length ?? 0) > 0 ? (selected ?? []) : resource === undefined ? [] : [resource];
  if (given.length > 0) {
    const uris = given.map((one) => vscode.Uri.parse(one.toString(), true));
    const fitting = uris.filter((uri) => isImportable(uri));
    // A selection in the Explorer may hold other files beside the ones that were meant.
    return fitting.length > 0 ? fitting : uris;
  }
  const active = activeTabUri();
  if (active !== undefined && isImportable(active)) return [active];
  const picked = await vscode.window.showOpenDialog({
    canSelectMany: true,
    openLabel: vscode.l10n.t('Import'),
    filters: { [vscode.l10n.t('CSV and Excel files')]: [...FILE_ENDINGS] },
  });
  if (picked === undefined || picked.length === 0) throw new Cancelled();
  return picked;
}

function isImportable(uri: vscode.Uri): boolean {
  const ending = extname(uri.path).slice(1).toLowerCase();
  return FILE_ENDINGS.some((one) => one === ending);
}

function refuseUnreadable(uri: vscode.Uri): void {
  const name = basename(uri.path);
  if (uri.scheme === 'untitled') {
    throw new Refusal(
      vscode.l10n.t('{name} is not saved yet. Save it as a .csv file, then import it.', { name }),
    );
  }
  if (uri.scheme !== 'file') {
    throw new Refusal(
      vscode.l10n.t(
        '{name} is not a file on this computer. Save a copy of it in a folder, then import the copy.',
        {
          name,
        },
      ),
    );
  }
  if (!isImportable(uri)) {
    throw new Refusal(
      vscode.l10n.t('{name} can’t be imported. Files ending in .csv, .tsv, .txt and .xlsx can.', { name }),
    );
  }
}

async function sourceFile(uri: vscode.Uri, scratchFolder: vscode.Uri): Promise<SourceFile> {
  const name = basename(uri.path);
  const dirty = vscode.workspace.textDocuments.find(
    (document) => document.isDirty && document.uri.toString() === uri.toString(),
  );
  if (dirty === undefined) return savedFile(uri, name);
  const saved = vscode.l10n.t('Import the Saved File');
  const onScreen = vscode.l10n.t('Import What Is on Screen');
  const chosen = await vscode.window.showInformationMessage(
    vscode.l10n.t('{name} has changes that are not saved. Which text is to be imported?', { name }),
    { modal: true },
    saved,
    onScreen,
  );
  if (chosen === saved) return savedFile(uri, name);
  if (chosen === onScreen) return screenText(dirty, name, scratchFolder);
  throw new Cancelled();
}

function savedFile(uri: vscode.Uri, name: string): SourceFile {
  const { encoding } = readSettings();
  const read: ReadOptions = encoding === 'auto' || isWorkbook(name) ? {} : { encoding };
  return { path: uri.fsPath, name, uri, read, discard: () => Promise.resolve() };
}

/** The document's text in its own encoding, in a file of our own that lives until the job has its copy. */
async function screenText(
  document: vscode.TextDocument,
  name: string,
  scratchFolder: vscode.Uri,
): Promise<SourceFile> {
  const text = document.getText();
  if (text.includes('\uFFFD')) {
    throw new Refusal(
      vscode.l10n.t(
        '{name} was opened in another encoding than its own, so its text on screen is damaged. Reopen it with its encoding, or import the saved file.',
        { name },
      ),
    );
  }
  const { encodeText } = await import('../../core/files/encodeText');
  const wanted = encodingOf(document.encoding) ?? 'utf-8';
  const encoded = encodeText(text, wanted);
  // A character the encoding lacks would be lost without a word; UTF-8 has them all.
  const encoding: Encoding = encoded.lost.length === 0 ? wanted : 'utf-8';
  const bytes = encoded.lost.length === 0 ? encoded.bytes : encodeText(text, 'utf-8').bytes;
  await vscode.workspace.fs.createDirectory(scratchFolder);
  const copy = vscode.Uri.joinPath(scratchFolder, `${randomUUID()}${extname(name).toLowerCase()}`);
  await vscode.workspace.fs.writeFile(copy, bytes);
  return {
    path: copy.fsPath,
    name,
    uri: document.uri,
    read: { encoding },
    discard: async () => vscode.workspace.fs.delete(copy),
  };
}

function isWorkbook(name: string): boolean {
  return extname(name).toLowerCase() === '.xlsx';
}
