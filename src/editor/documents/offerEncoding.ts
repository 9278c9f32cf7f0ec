import * as vscode from 'vscode';
import type { Encoding } from '../../core/files/row';
import { encodingName } from '../encodingNames';
import { showText } from '../show';
import { editorEncoding, encodingOf } from './editorEncoding';

const offered = new WeakSet<vscode.TextDocument>();

/**
 * A file that the import read in one encoding and the editor in another shows wrong characters: offers once to open
 * it as the import read it. Unsaved text is never thrown away.
 */
export async function offerEncoding(document: vscode.TextDocument, encoding: Encoding): Promise<void> {
  const looksWrong = document.getText().includes('\ufffd');
  if (encodingOf(document.encoding) === encoding || !looksWrong || document.isDirty || offered.has(document))
    return;
  offered.add(document);
  const text = vscode.l10n.t('{file} is {encoding}, but the editor shows it in another encoding.', {
    file: vscode.workspace.asRelativePath(document.uri),
    encoding: encodingName(encoding),
  });
  const reopen = {
    title: vscode.l10n.t('Reopen as {encoding}', { encoding: encodingName(encoding) }),
    run: () => vscode.workspace.openTextDocument(document.uri, { encoding: editorEncoding(encoding) }),
  };
  await showText(text, { buttons: [reopen] });
}
