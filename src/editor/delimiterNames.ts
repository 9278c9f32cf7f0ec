import * as vscode from 'vscode';
import type { Delimiter } from '../core/files/row';

/** A delimiter as a person calls it. */
export function delimiterName(delimiter: Delimiter): string {
  switch (delimiter) {
    case ',':
      return vscode.l10n.t('comma');
    case '\t':
      return vscode.l10n.t('tab');
    case ';':
      return vscode.l10n.t('semicolon');
    case '|':
      return vscode.l10n.t('vertical bar');
  }
}
