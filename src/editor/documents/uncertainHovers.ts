import * as vscode from 'vscode';
import { show } from '../text';
import type { UncertainFiles } from './uncertainFiles';
import { linesOfRows } from './uncertainLines';
import { ANSWER_ORDER, answerMeaning, answerName } from './uncertainTexts';
import { uncertainJobOf } from './unimportedUri';

/** Says at an uncertain row why nobody knows, and what each answer does. */
export class UncertainHovers implements vscode.HoverProvider {
  readonly #files: UncertainFiles;

  constructor(files: UncertainFiles) {
    this.#files = files;
  }

  async provideHover(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<vscode.Hover | undefined> {
    const jobId = uncertainJobOf(document.uri);
    if (jobId === null) return undefined;
    const { rows, delimiter, canDecide } = await this.#files.of(jobId);
    const lines = linesOfRows(document.getText(), delimiter, rows.length);
    const at = lines.findIndex(({ first, last }) => position.line >= first && position.line <= last);
    const row = rows[at];
    const place = lines[at];
    if (row === undefined || place === undefined) return undefined;
    // The endpoint's words are appended as text, never read as Markdown.
    const text = new vscode.MarkdownString().appendText(show(row.problem.message));
    if (canDecide) {
      for (const answer of ANSWER_ORDER) {
        text.appendMarkdown('\n\n**').appendText(answerName(answer)).appendMarkdown('** – ');
        text.appendText(answerMeaning(answer));
      }
    }
    const end = document.lineAt(Math.min(place.last, document.lineCount - 1)).range.end;
    return new vscode.Hover(text, new vscode.Range(new vscode.Position(place.first, 0), end));
  }
}
