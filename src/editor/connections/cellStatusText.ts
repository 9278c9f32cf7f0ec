import * as vscode from 'vscode';
import { phaseMessage, statusMessage } from '../../core/jobs/describe';
import type { Message } from '../../core/message';
import { formatDate, formatNumber, show } from '../text';
import type { CellStatus } from './cellWatch';

/** The status of a cell's import in the reader's language. */
export interface CellStatusText {
  readonly label: string;
  /** Short, beside the label. */
  readonly description: string;
  /** Everything that is known, in lines. */
  readonly lines: readonly string[];
}

export function cellStatusText(status: CellStatus): CellStatusText {
  switch (status.kind) {
    case 'job': {
      const { job } = status;
      const label = vscode.l10n.t('Cell import');
      const parts = [show(statusMessage(job)), show(phaseMessage(job))];
      const description = [...new Set(parts.filter((part) => part !== ''))].join(' · ');
      return { label, description, lines: [job.definition.source.name, description] };
    }
    case 'running': {
      const since = vscode.l10n.t('since {time}', { time: formatDate(status.startedAt) });
      const parts = [...percentParts(status.percent), since, status.name];
      return {
        label: vscode.l10n.t('Cell import in progress'),
        description: parts.join(' · '),
        lines: [
          vscode.l10n.t('The unit replaces the contents of the cell by the snapshot {name}.', {
            name: status.name,
          }),
          parts.slice(0, 2).join(' · '),
          vscode.l10n.t('It can’t be canceled or stopped: Personium has no way to do that.'),
        ],
      };
    }
    case 'failed': {
      const { name, startedAt, percent, message } = status;
      const code = codeOf(message);
      const at = percent === null ? [] : [vscode.l10n.t('at {percent}', { percent: percentText(percent) })];
      const since =
        startedAt === null ? [] : [vscode.l10n.t('begun {time}', { time: formatDate(startedAt) })];
      return {
        label: failedLabel(),
        description: [...(code === '' ? [] : [code]), ...at, name].filter((part) => part !== '').join(' · '),
        lines: [[name, ...since, ...at].filter((part) => part !== '').join(' · '), show(message), waysOut()],
      };
    }
    case 'failedWithoutDetails':
      return {
        label: failedLabel(),
        description: vscode.l10n.t('the unit tells no details'),
        lines: [waysOut()],
      };
    case 'notKnown': {
      const { message, last } = status;
      const before =
        last === null
          ? []
          : [vscode.l10n.t('last seen at {percent}', { percent: percentText(last.percent) })];
      const reason =
        message === null ? vscode.l10n.t('The status of the cell can’t be read.') : show(message);
      return {
        label: vscode.l10n.t('Cell import: not known at the moment'),
        description: before.join(''),
        lines: [reason, ...before],
      };
    }
  }
}

/** Beside the cell's name, where only little has room; empty where nothing is to be told. */
export function cellStatusShort(status: CellStatus | undefined): string {
  switch (status?.kind) {
    case undefined:
    case 'notKnown':
      return '';
    case 'job':
    case 'running':
      return vscode.l10n.t('import in progress');
    case 'failed':
    case 'failedWithoutDetails':
      return vscode.l10n.t('import failed');
  }
}

function failedLabel(): string {
  return vscode.l10n.t('The last cell import failed');
}

function waysOut(): string {
  return vscode.l10n.t(
    'Until it is recovered the cell takes nothing else. Import a snapshot that is stored in the cell, or delete the cell and create it again.',
  );
}

/** What a server tells may pass 100. */
function percentText(percent: number): string {
  return vscode.l10n.t('{percent}%', { percent: formatNumber(Math.min(100, Math.max(0, percent))) });
}

function percentParts(percent: number | null): string[] {
  return percent === null ? [] : [percentText(percent)];
}

/** The unit's own code of a failure, such as `PR409-OD-0003`. */
function codeOf({ code, args }: Message): string {
  const told = [args?.code, code].map(String).join(' ');
  return /PR\d{3}-\w{2}-\d{4}/.exec(told)?.[0] ?? '';
}
