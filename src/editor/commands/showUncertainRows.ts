import * as vscode from 'vscode';
import type { JobArgument } from '../../contributions';
import type { ImportJob } from '../../core/jobs/job';
import { editorEncoding } from '../documents/editorEncoding';
import { uncertainUri } from '../documents/unimportedUri';
import { hasUncertainRows } from '../views/jobFacts';
import type { CommandDeps } from './deps';
import { jobOf } from './jobCommands';

/** Opens the document of the rows of which nobody knows whether they were kept. */
export async function showUncertainRows(deps: CommandDeps, argument?: JobArgument): Promise<void> {
  const job = await jobOf(deps, argument, {
    fits: hasUncertainRows,
    none: vscode.l10n.t('No import in the list has uncertain rows.'),
    unfit: (file) => vscode.l10n.t('{file} has no uncertain rows.', { file }),
  });
  await openUncertainRows(deps, job);
}

export async function openUncertainRows(
  { documents }: CommandDeps,
  job: ImportJob,
): Promise<vscode.TextDocument> {
  const { encoding } = await documents.uncertain.of(job.id);
  const document = await vscode.workspace.openTextDocument(uncertainUri(job), {
    encoding: editorEncoding(encoding),
  });
  await vscode.window.showTextDocument(document, { preview: false });
  return document;
}
