import * as vscode from 'vscode';
import { COMMANDS, type RecordArgument, type UncertainRowsArgument } from '../../contributions';
import type { UncertainFile, UncertainRow } from '../../core/engine/uncertain';
import type { ImportJob } from '../../core/jobs/job';
import { recordPage } from '../recordPage';
import { formatNumber } from '../text';
import type { JobSource } from '../views/jobFacts';
import type { UncertainFiles } from './uncertainFiles';
import { linesOfRows } from './uncertainLines';
import { ANSWER_ORDER, answerIcon, answerMeaning, answerName } from './uncertainTexts';
import { uncertainJobOf } from './unimportedUri';

/** So many rows have lenses of their own; the others are answered for from the top. */
const ROWS_WITH_LENSES = 200;
/** Records that a row has lenses for; its hover and its last column name all of them. */
const RECORDS_OF_A_ROW = 3;

/** The answers for uncertain rows: on top of their document for all of them, and at each row. */
export class UncertainLenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #jobs: JobSource;
  readonly #files: UncertainFiles;
  readonly #changes = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.#changes.event;
  readonly #following: vscode.Disposable;

  constructor(jobs: JobSource, files: UncertainFiles) {
    this.#jobs = jobs;
    this.#files = files;
    this.#following = files.onDidChange(() => this.#changes.fire());
  }

  dispose(): void {
    this.#following.dispose();
    this.#changes.dispose();
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const job = this.#jobs.get(uncertainJobOf(document.uri) ?? '');
    if (job === undefined) return [];
    const file = await this.#files.of(job.id);
    const lines = linesOfRows(document.getText(), file.delimiter, ROWS_WITH_LENSES);
    // The rows of a moment ago may still be on the screen: lenses at the wrong rows would be worse than none.
    const onScreen = lines.length === Math.min(file.rows.length, ROWS_WITH_LENSES);
    const rows = onScreen
      ? lines.flatMap(({ first }, at) => {
          const row = file.rows[at];
          return row === undefined ? [] : rowLenses(job, file, row, first);
        })
      : [];
    return [...topLenses(job, file, document.uri), ...rows];
  }
}

function topLenses({ id }: ImportJob, file: UncertainFile, uri: vscode.Uri): vscode.CodeLens[] {
  const top = new vscode.Range(0, 0, 0, 0);
  const lens = (title: string, command: string, argument?: unknown, tooltip?: string) =>
    new vscode.CodeLens(top, {
      title,
      command,
      ...(argument === undefined ? {} : { arguments: [argument] }),
      ...(tooltip === undefined ? {} : { tooltip }),
    });
  if (file.count === 0) return [lens(vscode.l10n.t('No row is uncertain any more'), '')];
  const shown = Math.min(file.shown.rows, file.count);
  const more =
    shown < file.count
      ? [
          lens(
            vscode.l10n.t('The first {shown} of {rows} rows are shown', {
              shown: formatNumber(shown),
              rows: formatNumber(file.count),
            }),
            COMMANDS.saveFullCopy,
            uri,
          ),
        ]
      : [];
  const save = lens(vscode.l10n.t('Save Full Copy…'), COMMANDS.saveFullCopy, uri);
  if (!file.canDecide) {
    const over = vscode.l10n.t(
      'The import has ended, so these rows stay uncertain. Look for them at the destination; those that are missing can be imported from a copy.',
    );
    return [lens(over, ''), ...more, save];
  }
  const decide = (title: string, argument: UncertainRowsArgument, tooltip?: string) =>
    lens(title, COMMANDS.decideUncertainRows, argument, tooltip);
  return [
    ...ANSWER_ORDER.map((answer) =>
      decide(`${answerIcon(answer)} ${allText(answer)}`, { jobId: id, answer }, answerMeaning(answer)),
    ),
    decide(vscode.l10n.t('Choose Rows…'), { jobId: id, rows: 'choose' }),
    ...more,
    save,
  ];
}

function allText(answer: (typeof ANSWER_ORDER)[number]): string {
  switch (answer) {
    case 'there':
      return vscode.l10n.t('All of These: Already There');
    case 'again':
      return vscode.l10n.t('All of These: Send Again');
    case 'leave':
      return vscode.l10n.t('All of These: Leave Uncertain');
  }
}

function rowLenses(job: ImportJob, file: UncertainFile, row: UncertainRow, line: number): vscode.CodeLens[] {
  const at = new vscode.Range(line, 0, line, 0);
  const answers = file.canDecide
    ? ANSWER_ORDER.map((answer) => {
        const argument: UncertainRowsArgument = { jobId: job.id, rows: [[row.row, row.row]], answer };
        return new vscode.CodeLens(at, {
          title: answerName(answer),
          tooltip: answerMeaning(answer),
          command: COMMANDS.decideUncertainRows,
          arguments: [argument],
        });
      })
    : [];
  const records = row.candidates
    .filter((id) => recordPage(job.definition.target, id) !== null)
    .slice(0, RECORDS_OF_A_ROW)
    .map((recordId) => {
      const argument: RecordArgument = { jobId: job.id, recordId };
      return new vscode.CodeLens(at, {
        title: vscode.l10n.t('$(link-external) Record {id}', { id: recordId }),
        tooltip: vscode.l10n.t('Opens the record in the browser'),
        command: COMMANDS.openTargetInBrowser,
        arguments: [argument],
      });
    });
  return [...answers, ...records];
}
