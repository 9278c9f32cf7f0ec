import * as vscode from 'vscode';
import { isSnapshotName } from '../../core/engine/cell/snapshotName';
import { isCellImport } from '../../core/jobs/job';
import type { ImportJob } from '../../core/jobs/job';
import type { PersoniumConnection } from '../connections/connection';
import { isBack, type Choice, type StepUi } from '../multiStep';
import { formatDate } from '../text';
import type { CommandDeps } from './deps';

/** A snapshot that should lie in a cell which does not list its snapshots: by its name, or one that is typed. */
export type LeftSnapshot = { readonly kind: 'snapshot'; readonly name: string } | { readonly kind: 'other' };

/**
 * Snapshots that imports of the list have left in a cell, newest first, and any other by its name. A cell whose import
 * has failed can't be asked for them.
 */
export function leftChoices(deps: CommandDeps, connection: PersoniumConnection): Choice<LeftSnapshot>[] {
  return [
    ...snapshotsLeft(deps.service.store.jobs(), connection.baseUrl).map(({ name, from }) => ({
      label: vscode.l10n.t('Import the snapshot {name}', { name }),
      icon: 'history',
      detail: from,
      value: { kind: 'snapshot', name } as const,
    })),
    {
      label: vscode.l10n.t('Import another snapshot that lies in the cell…'),
      icon: 'archive',
      detail: vscode.l10n.t('Its name has to be known: a failed cell does not list its snapshots.'),
      value: { kind: 'other' },
    },
  ];
}

/** Asks for one of them. */
export async function askLeftSnapshot(
  ui: StepUi,
  deps: CommandDeps,
  connection: PersoniumConnection,
): Promise<string> {
  for (;;) {
    const left = await ui.pick<LeftSnapshot>({
      placeholder: vscode.l10n.t('Choose the snapshot to import'),
      choices: leftChoices(deps, connection),
    });
    if (left.kind === 'snapshot') return left.name;
    try {
      return await askSnapshotName(ui.nested());
    } catch (error) {
      if (!isBack(error)) throw error;
    }
  }
}

export function askSnapshotName(ui: StepUi): Promise<string> {
  return ui.input({
    prompt: vscode.l10n.t('Name of the snapshot in the cell, without .zip'),
    validate: (text) =>
      isSnapshotName(text)
        ? undefined
        : vscode.l10n.t('Use 1 to 192 letters, digits, hyphens and underscores.'),
  });
}

/** First the cell as it was, for that is what most want back; of what was only planned, nothing is in the cell. */
function snapshotsLeft(jobs: readonly ImportJob[], baseUrl: string): { name: string; from: string }[] {
  const ofCell = jobs.filter(
    ({ definition }) => isCellImport(definition) && definition.target.baseUrl === baseUrl,
  );
  const exported = ofCell.flatMap(({ cell, definition }) => {
    const name = cell?.exported?.name;
    const date = formatDate(definition.submittedAt);
    return name === undefined
      ? []
      : [{ name, from: vscode.l10n.t('The cell as it was on {date}', { date }) }];
  });
  const imported = ofCell.flatMap(({ cell, definition }) => {
    if (!isCellImport(definition)) return [];
    const { source } = definition;
    // An upload whose run was never begun is taken away again.
    const posted = cell === undefined || cell.start === null ? undefined : cell.asked?.snapshot;
    const name = source.origin === 'file' ? posted : source.snapshot;
    return name === undefined
      ? []
      : [{ name, from: vscode.l10n.t('The snapshot of {file}', { file: source.name }) }];
  });
  const all = [...exported, ...imported];
  return all.filter(({ name }, index) => all.findIndex((other) => other.name === name) === index);
}
