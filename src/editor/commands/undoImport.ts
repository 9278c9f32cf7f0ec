import * as vscode from 'vscode';
import type { JobArgument } from '../../contributions';
import type { UndoPreview } from '../../core/engine/undo/createUndoJob';
import type { ImportJob, UndoDefinition } from '../../core/jobs/job';
import { messageLanguage } from '../connections/connections';
import { plainText } from '../plainText';
import { withProgress } from '../progress';
import { Cancelled } from '../refusal';
import { formatNumber, show as render } from '../text';
import type { CommandDeps } from './deps';
import { jobOf } from './jobCommands';

type Scope = UndoDefinition['scope'];

/**
 * Takes back what an import has made and changed, after one confirmation that says what becomes of how many records, and
 * what can't be taken back. The undo is an import of its own in the list.
 */
export async function undoImport(deps: CommandDeps, argument?: JobArgument): Promise<void> {
  const job = await jobOf(deps, argument, {
    fits: ({ canUndo }) => canUndo === true,
    none: vscode.l10n.t('No import in the list has left records that can be undone.'),
    unfit: (file) => vscode.l10n.t('The import of {file} has left no records that can be undone.', { file }),
    alwaysAsk: true,
  });
  const { name } = job.definition.source;
  const scope = await askScope(job);
  const preview = await withProgress(vscode.l10n.t('Reading what {name} has left…', { name }), () =>
    deps.service.undoPreview(job.id, scope),
  );
  await confirm(job, scope, preview);
  await deps.service.undo(job.id, { scope, language: messageLanguage() });
}

/** Asked only where there are records that came to be twice. */
async function askScope({ twins = 0 }: ImportJob): Promise<Scope> {
  if (twins === 0) return 'all';
  const chosen = await vscode.window.showQuickPick<vscode.QuickPickItem & { readonly scope: Scope }>(
    [
      {
        label: vscode.l10n.t('Only records that came to be twice'),
        description: formatNumber(twins),
        scope: 'twins',
      },
      { label: vscode.l10n.t('The whole import'), scope: 'all' },
    ],
    { placeHolder: vscode.l10n.t('What is to be undone?') },
  );
  if (chosen === undefined) throw new Cancelled();
  return chosen.scope;
}

async function confirm(job: ImportJob, scope: Scope, preview: UndoPreview): Promise<void> {
  const go = preview.toPutBack === 0 ? vscode.l10n.t('Delete Records') : vscode.l10n.t('Undo Import');
  const { source, target } = job.definition;
  const names = { name: source.name, app: target.name };
  const question =
    scope === 'twins'
      ? vscode.l10n.t('Delete the records of {name} that came to be twice in {app}?', names)
      : vscode.l10n.t('Undo the import of {name} into {app}?', names);
  const chosen = await vscode.window.showWarningMessage(
    plainText(question),
    { modal: true, detail: undoText(preview) },
    go,
  );
  if (chosen !== go) throw new Cancelled();
}

/** What becomes of how many records, and what stays; one fact a line. */
export function undoText(preview: UndoPreview): string {
  const { toRemove, toPutBack, undoneBefore, cannot, notes } = preview;
  const lines = [
    toRemove === 0
      ? ''
      : vscode.l10n.t('Records to be deleted: {n}. They can’t be restored.', { n: formatNumber(toRemove) }),
    toPutBack === 0
      ? ''
      : vscode.l10n.t('Records to be put back as they were before the import: {n}', {
          n: formatNumber(toPutBack),
        }),
    undoneBefore === 0 ? '' : vscode.l10n.t('Already undone: {n}', { n: formatNumber(undoneBefore) }),
    ...cannot.map(({ records, reason }) =>
      vscode.l10n.t('Can’t be undone: {n}. {reason}', { n: formatNumber(records), reason: render(reason) }),
    ),
    ...notes.map(render),
    '',
    vscode.l10n.t('A record that was changed after the import is left as it is, and its rows are listed.'),
    vscode.l10n.t(
      'Notifications and webhooks that were sent, and what other people and apps have done with the records, can’t be taken back.',
    ),
  ];
  return lines.filter((line, n) => line !== '' || n === lines.length - 3).join('\n');
}
