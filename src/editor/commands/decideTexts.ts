import * as vscode from 'vscode';
import type { UncertainRow } from '../../core/engine/uncertain';
import type { DecisionAnswer } from '../../core/jobs/records';
import { formatNumber } from '../text';

/** What is about to be answered. */
export interface Deciding {
  readonly file: string;
  readonly target: string;
  /** Rows that are answered for, and rows that are uncertain in all. */
  readonly rows: number;
  readonly count: number;
  /** Those of the rows that are answered for, as far as they are listed. */
  readonly listed: readonly Pick<UncertainRow, 'candidates' | 'changes'>[];
}

export function decisionQuestion(answer: DecisionAnswer, { file, rows, target }: Deciding): string {
  const args = { file, target, rows: formatNumber(rows) };
  switch (answer) {
    case 'there':
      return vscode.l10n.t('Are these rows of {file} in {target}? Rows: {rows}', args);
    case 'again':
      return vscode.l10n.t('Send these rows of {file} to {target} again? Rows: {rows}', args);
    case 'leave':
      return vscode.l10n.t('Leave these rows of {file} uncertain? Rows: {rows}', args);
  }
}

/** What will happen, in plain words and with numbers. */
export function decisionDetail(answer: DecisionAnswer, deciding: Deciding): string {
  return [...consequences(answer, deciding), afterwards(answer, deciding)].join('\n');
}

function consequences(answer: DecisionAnswer, { listed, rows }: Deciding): string[] {
  const changing = listed.filter(({ changes }) => changes).length;
  const found = listed.filter(({ changes, candidates }) => !changes && candidates.length > 0).length;
  switch (answer) {
    case 'there':
      return [
        vscode.l10n.t(
          'They count as imported, and nothing is sent for them. Rows that are not there after all would be missing.',
        ),
        vscode.l10n.t('This can’t be taken back.'),
      ];
    case 'again':
      return [
        ...(changing < rows
          ? [
              vscode.l10n.t(
                'Rows that are there already come to be there twice. Look for them at the destination first.',
              ),
            ]
          : []),
        ...(found > 0
          ? [
              vscode.l10n.t('Rows for which records were found that they may have become: {rows}', {
                rows: formatNumber(found),
              }),
            ]
          : []),
        ...(changing > 0
          ? [
              vscode.l10n.t(
                'Rows that change records: {rows}. They are compared with the records again before they are sent.',
                { rows: formatNumber(changing) },
              ),
            ]
          : []),
      ];
    case 'leave':
      return [
        vscode.l10n.t(
          'Nothing is sent for them. They stay listed as uncertain, and can’t be answered for later.',
        ),
      ];
  }
}

function afterwards(answer: DecisionAnswer, { rows, count }: Deciding): string {
  const left = count - rows;
  if (left > 0) {
    return vscode.l10n.t('Uncertain rows that still need an answer then: {rows}', {
      rows: formatNumber(left),
    });
  }
  return answer === 'again'
    ? vscode.l10n.t('The import then goes on with them.')
    : vscode.l10n.t('The import then ends.');
}
