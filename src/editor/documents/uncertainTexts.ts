import * as vscode from 'vscode';
import type { DecisionAnswer } from '../../core/jobs/records';

/** The three answers, in the order in which they are offered. */
export const ANSWER_ORDER = ['there', 'again', 'leave'] as const satisfies readonly DecisionAnswer[];

/** What an answer is called on lenses, choices and buttons. */
export function answerName(answer: DecisionAnswer): string {
  switch (answer) {
    case 'there':
      return vscode.l10n.t('Already There');
    case 'again':
      return vscode.l10n.t('Send Again');
    case 'leave':
      return vscode.l10n.t('Leave Uncertain');
  }
}

/** What an answer does, in one sentence. */
export function answerMeaning(answer: DecisionAnswer): string {
  switch (answer) {
    case 'there':
      return vscode.l10n.t(
        'The row is at the destination: it counts as imported, and nothing is sent for it.',
      );
    case 'again':
      return vscode.l10n.t(
        'The row is not at the destination: it is sent once more. If it is there after all, it comes to be there twice.',
      );
    case 'leave':
      return vscode.l10n.t(
        'Nothing is sent for the row, and it stays listed as uncertain when the import ends.',
      );
  }
}

/** The icon of an answer, as the editor draws it in a text. */
export function answerIcon(answer: DecisionAnswer): string {
  switch (answer) {
    case 'there':
      return '$(check)';
    case 'again':
      return '$(cloud-upload)';
    case 'leave':
      return '$(question)';
  }
}
