import * as vscode from 'vscode';
import type { JobArgument } from '../../contributions';
import { isRowsJob } from '../../core/jobs/job';
import { StepUi } from '../multiStep';
import type { CommandDeps } from './deps';
import { jobOf, noImports } from './jobCommands';
import { saveAsProfile } from './profileSteps';

/** Keeps what was decided about the columns of an import as a profile of the workspace. */
export async function saveProfile(deps: CommandDeps, argument?: JobArgument): Promise<void> {
  const job = await jobOf(deps, argument, {
    fits: isRowsJob,
    none: noImports(),
    unfit: (file) => vscode.l10n.t('The import of {file} has no columns to keep.', { file }),
    alwaysAsk: true,
  });
  if (!isRowsJob(job)) return;
  const { source, plan, timeZone } = job.definition;
  await saveAsProfile(
    new StepUi(vscode.l10n.t('Save as Profile'), false),
    { uri: vscode.Uri.parse(source.uri), name: source.name, header: source.info.header },
    plan,
    timeZone === systemZone() ? undefined : timeZone,
  );
}

function systemZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
